"""Keep a glob away from what the build writes, and prove that it works before anyone sees it.

The best way is a glob that says what it means (``src/**/*.{py,json}``). Otherwise an exclusion has to do.

uv has exclusions, but most spellings exclude nothing: ``!build`` has no glob character and is a file name; ``!src/gen/**``
loses against ``src/**/*.c`` because uv sorts it first; an exclusion needs a positive glob at the same base
(measured with uv 0.13.8). So candidates are put to uv's own semantics, and the first that does exactly what it is meant to is taken.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.rules._globs import replaced
from cachekeys.uv.globs import is_glob, join, split
from cachekeys.uv.keys import FileKey
from cachekeys.uv.walk import Watcher

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from cachekeys.analysis import Analysis
    from cachekeys.uv.keys import CacheKey

__all__ = ["narrower", "spellings", "working_exclusions"]


def narrower(analysis: Analysis, key: FileKey, unwanted: Collection[str], written: Collection[str]) -> str | None:
    """Return a glob to write instead of *key*, which names no suffix: it names those of the files that should count.

    None when the products have the same suffixes as the sources, or when there are too many suffixes to list.
    """
    base, pattern = split(key.path)
    directory = join(base)
    if not directory or pattern not in {"*", "**", "**/*"}:
        return None
    from cachekeys.rules._directories import glob_value  # only for such a glob

    sources = [file for file in analysis.coverage.matched.get(key.index, ()) if file not in written]
    value = glob_value(directory, sources)
    if value is None:
        return None
    after = Watcher(replaced(analysis.watch.keys, key, value), analysis.project.root, analysis.watch.dialect)
    if any(after.covers(path) is not None for path in unwanted):
        return None
    return value if all(after.covers(file) is not None for file in sources) else None


def working_exclusions(
    analysis: Analysis, key: FileKey, unwanted: Mapping[str, Collection[str]], written: Collection[str]
) -> tuple[str, ...] | None:
    """Return ``file`` values that, added to the end of the list, stop *key* from matching what it should not.

    :param unwanted: maps what to leave out, a path or glob relative to the project, to the paths that it stands for.
    :param written: all that the build writes: it may go, everything else that is watched now must stay watched.
    :return: None when no spelling does it.
    """
    keys = analysis.watch.keys
    keep = {file for files in analysis.coverage.matched.values() for file in files}.difference(written)
    values: list[str] = []
    for exclude, paths in unwanted.items():
        found = next(
            (value for value in spellings(key, exclude, keys) if _works(analysis, (*values, value), paths, keep)), None
        )
        if found is None:
            return None
        values.append(found)
    return tuple(values)


def _works(analysis: Analysis, values: Iterable[str], unwanted: Iterable[str], keep: Iterable[str]) -> bool:
    keys = analysis.watch.keys
    added = (FileKey(len(keys) + place, value) for place, value in enumerate(values))
    after = Watcher((*keys, *added), analysis.project.root, analysis.watch.dialect)
    if after.errors or any(after.covers(path) is not None for path in unwanted):
        return False
    return all(after.covers(file) is not None for file in keep)


def spellings(key: FileKey, exclude: str, keys: Sequence[CacheKey]) -> Iterator[str]:
    """Yield ways to write the exclusion: at the base of the glob, at the top, at the bases of the other globs."""
    bases = [join(split(key.path)[0]), ""]
    bases += [join(split(other.path)[0]) for other in keys if isinstance(other, FileKey) and is_glob(other.path)]
    for base in dict.fromkeys(bases):
        prefix = f"{base}/" if base and not base.endswith("/") else base
        if "/" not in exclude and is_glob(exclude):
            yield f"{prefix}!{exclude}"
        elif exclude.startswith(prefix):
            rest = exclude[len(prefix) :]
            yield f"{prefix}!{rest if is_glob(rest) else _force_glob(rest)}"
            # "!/" anchors what has no other slash. A directory that is excluded itself is not even entered, so that no
            # later glob brings a file back.
            directory = join(split(rest)[0]) if is_glob(rest) else rest
            if directory:
                yield f"{prefix}!/{_force_glob(directory)}"


def _force_glob(path: str) -> str:
    """Put the last character into a class: it still means the same, but uv takes it for a glob."""
    directory, name = posixpath.split(path)
    last = name[-1]
    forced = f"{name[:-1]}[{last}]" if last not in "]!^\\-" else f"{name}*"
    return posixpath.join(directory, forced)

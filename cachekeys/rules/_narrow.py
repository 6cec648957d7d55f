"""Say the same as a glob that looks everywhere with globs that look only where the files are, and prove it.

``**/*.py`` walks and matches all that there is, ``.venv`` and ``.git`` included. ``src/**/*.py`` and ``tools/**/*.py`` do not, and
they mean the same in every list. Nobody sees a proposal that would watch one file more or less.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.rules._globs import replaced
from cachekeys.uv.globs import join, split
from cachekeys.uv.keys import FileKey, as_toml, file_key_value
from cachekeys.uv.walk import Watcher

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cachekeys.analysis import Analysis

__all__ = ["narrowed"]

_MAX_VALUES = 6
_PLAIN_PART = re.compile(r"(?![!#])[^][*?{}\\]+")


def narrowed(analysis: Analysis, key: FileKey, unwanted: Collection[str] = ()) -> tuple[str, ...] | None:
    """Return the keys, as TOML, to write instead of *key*: one for each directory in which it matches, or for each file.

    :param unwanted: what must no longer count; everything else that counts now still does, and nothing new.
    :return: None when no short list does it.
    """
    base, pattern = split(key.path)
    name = pattern.removeprefix("**/")
    wanted = [file for file in analysis.coverage.matched.get(key.index, ()) if file not in unwanted]
    if "/" in name or name.startswith("!") or not wanted:
        return None
    values = _values(join(base), name, wanted)
    if values is None or key.path in values or not _is_the_same(analysis, key, values, set(unwanted)):
        return None
    return tuple(as_toml(FileKey(key.index, value)) for value in values)


def _values(directory: str, name: str, wanted: Sequence[str]) -> list[str] | None:
    prefix = f"{directory}/" if directory else ""
    below: dict[str, None] = {}
    alone: dict[str, None] = {}
    for file in wanted:
        first, slash, _ = file[len(prefix) :].partition("/")
        if not file.startswith(prefix) or (slash and not _PLAIN_PART.fullmatch(first)):
            return None
        if slash:
            below[prefix + first] = None
        else:
            alone[file_key_value(file)] = None
    tail = "**" if name in {"*", "**"} else f"**/{name}"
    values = [*alone, *(f"{top}/{tail}" for top in below)]
    return values if len(values) <= _MAX_VALUES else None


def _is_the_same(analysis: Analysis, key: FileKey, values: Sequence[str], unwanted: set[str]) -> bool:
    keys, root, dialect = analysis.watch.keys, analysis.project.root, analysis.watch.dialect
    after = Watcher(replaced(keys, key, *values), root, dialect)
    counted = {file for files in analysis.coverage.matched.values() for file in files}
    files = counted.union(analysis.project.files, unwanted)
    return not after.errors and all(
        (after.covers(file) is not None) is (posixpath.normpath(file) in counted and file not in unwanted)
        for file in files
    )

"""Questions about single globs of a list: does one match anything at all, is it an exclusion, what else could be meant."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from cachekeys.uv.globs import is_glob, split
from cachekeys.uv.keys import FileKey
from cachekeys.uv.walk import Watcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cachekeys.analysis import Analysis
    from cachekeys.project import Project
    from cachekeys.uv.keys import CacheKey

__all__ = [
    "Replacement",
    "directory_of",
    "is_exclusion",
    "is_glob",
    "nearest",
    "nearest_directory",
    "replaced",
    "walks_everything",
    "with_blanks",
]

_MAX_COMPARED = 2000
"""Names: above that, only those in the same directory are compared letter by letter."""


class Replacement(NamedTuple):
    """What was probably meant: the value to write, and how it differs from what is written.

    ``guess``: it is another file of a similar name, not the same one in another spelling.
    """

    value: str
    how: str
    guess: bool = False


def is_exclusion(value: str) -> bool:
    """Tell whether the glob takes files away (``!build/**``, ``src/!*.py``)."""
    return is_glob(value) and (value.startswith("!") or split(value)[1].startswith("!"))


def walks_everything(value: str) -> bool:
    """Tell whether uv walks the whole file system for the glob (``/*.c``): nobody looks there to see what it matches."""
    base, _ = split(value) if is_glob(value) else ((), "")
    return base == ("/",)


def directory_of(value: str) -> str:
    """Return the path of a plain name, or the directory in which a glob starts."""
    return "/".join(split(value)[0]) or value if is_glob(value) else value


def replaced(keys: Iterable[CacheKey], key: FileKey, *values: str) -> tuple[CacheKey, ...]:
    """Return the keys with *key* replaced by file keys with these values; all of them get its index."""
    result: list[CacheKey] = []
    for other in keys:
        if other is key:
            result.extend(FileKey(key.index, value) for value in values)
        else:
            result.append(other)
    return tuple(result)


def nearest(analysis: Analysis, key: FileKey) -> Replacement | None:
    """Return what was probably meant by a key that matches nothing; it does match something."""
    candidates = _other_globs(analysis, key.path) if is_glob(key.path) else _other_names(analysis, key.path)
    seen = {key.path}
    for candidate in candidates:
        if candidate.value in seen:
            continue
        seen.add(candidate.value)
        if _works(analysis, key, candidate.value):
            return candidate
    return None


def _works(analysis: Analysis, key: FileKey, value: str) -> bool:
    if not is_glob(value) and analysis.project.is_file(value):
        return True
    watcher = Watcher(replaced(analysis.watch.keys, key, value), analysis.project.root, analysis.watch.dialect)
    return any(watcher.covers(file) == key.index for file in analysis.project.files)


def with_blanks(analysis: Analysis, key: FileKey) -> Replacement | None:
    """Return the glob without the blanks in its braces (``{h, c}``) if it then matches more: they count as characters."""
    value = _without_blanks(key.path)
    if not is_glob(key.path) or value == key.path:
        return None
    watcher = Watcher(replaced(analysis.watch.keys, key, value), analysis.project.root, analysis.watch.dialect)
    known = set(analysis.coverage.matched.get(key.index, ()))
    if any(watcher.covers(file) == key.index and file not in known for file in analysis.project.files):
        return Replacement(value, "has blanks that count as part of the name")
    return None


def _without_blanks(value: str) -> str:
    return re.sub(r"\{[^{}]*\}", lambda braces: re.sub(r"\s*([{},])\s*", r"\1", braces[0]), value).strip()


def _other_names(analysis: Analysis, value: str) -> Iterator[Replacement]:
    """Yield what a plain name may have been meant to be, best first."""
    yield Replacement(value.strip(), "has blanks around it")
    yield Replacement(value.replace("\\", "/"), "has a backslash, which is no separator on Linux and macOS")
    yield Replacement(value.lstrip("/"), "is an absolute path")
    yield Replacement(value.rstrip("/"), "ends with a slash, but is no directory")
    files = analysis.project.files
    yield from (Replacement(file, "differs in case") for file in files if file.lower() == value.lower())
    for how, fold in (("lies elsewhere", str), ("lies elsewhere and differs in case", str.lower)):
        name = fold(posixpath.basename(value))
        moved = [file for file in files if fold(posixpath.basename(file)) == name]
        for file in sorted(moved, key=lambda file: _distance(file, value)):
            yield Replacement(file, how, guess=True)
    close = _closest(value, files)
    if close is not None:
        yield Replacement(close, "is misspelt", guess=True)


def _other_globs(analysis: Analysis, value: str) -> Iterator[Replacement]:
    """Yield what a glob may have been meant to be, best first."""
    yield Replacement(_without_blanks(value), "has blanks that count as part of the name")
    yield Replacement(value.replace("\\", "/"), "has backslashes, which are no separators")
    yield Replacement(value.lstrip("/"), "starts at the root of the file system")
    base, pattern = split(value)
    directory = "/".join(base)
    if pattern and not pattern.startswith("**/") and directory:
        deeper = "**/*" if pattern == "*" else f"**/{pattern}"
        yield Replacement(f"{directory}/{deeper}", f"matches directly in {directory} only")
    if not directory or analysis.project.is_dir(directory):
        return
    for other in _other_directories(analysis.project, directory):
        yield Replacement(f"{other.value}/{pattern}", other.how)


def nearest_directory(project: Project, value: str) -> Replacement | None:
    """Return the directory that was probably meant by one that does not exist."""
    return next(iter(_other_directories(project, value)), None)


def _other_directories(project: Project, value: str) -> Iterator[Replacement]:
    value = posixpath.normpath(value.replace("\\", "/"))
    directories = sorted({parent for file in project.files for parent in _parents(file)})
    if value in directories:
        yield Replacement(value, "has a backslash, which is no separator on Linux and macOS")
    yield from (Replacement(other, "differs in case") for other in directories if other.lower() == value.lower())
    name = posixpath.basename(value)
    moved = [other for other in directories if posixpath.basename(other) == name]
    yield from (
        Replacement(other, "lies elsewhere", guess=True)
        for other in sorted(moved, key=lambda other: _distance(other, value))
    )
    close = _closest(value, directories)
    if close is not None:
        yield Replacement(close, "is misspelt", guess=True)


def _closest(value: str, names: Sequence[str]) -> str | None:
    """Return the name that differs from *value* by a slip: the same suffix, nearly the same letters."""
    from difflib import get_close_matches  # only for a key that matches nothing

    suffix = posixpath.splitext(value)[1]
    names = [name for name in names if posixpath.splitext(name)[1] == suffix]
    if len(names) > _MAX_COMPARED:
        directory = posixpath.dirname(value)
        names = [name for name in names if posixpath.dirname(name) == directory][:_MAX_COMPARED]
    return next(iter(get_close_matches(value, names, n=1, cutoff=0.75)), None)


def _distance(path: str, value: str) -> tuple[int, int, str]:
    """Order moved files: those that share most directories with what is written first, then the highest up."""
    shared = len(set(_parents(path)) & set(_parents(value)))
    return (-shared, path.count("/"), path)


def _parents(path: str) -> Iterator[str]:
    while path := posixpath.dirname(path):
        if path == "/":
            return
        yield path

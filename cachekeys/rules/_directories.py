"""Which glob says what somebody meant who named a directory."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.uv.keys import FileKey, as_toml
from cachekeys.uv.walk import Watcher

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.analysis import Analysis

__all__ = ["files_in", "glob_for", "glob_value", "inputs_in"]

_SUFFIX = r"\.[A-Za-z0-9_+-]+"
_PLAIN = r"(?![!#])[^][*?{}\\]+"
_MAX_SUFFIXES = 6


def files_in(analysis: Analysis, directory: str) -> tuple[str, ...]:
    """Return the project's files below *directory*, without those that the build writes."""
    from cachekeys.coverage import name_matcher  # only for a key that names a directory

    prefix = _prefix(directory)
    is_output = name_matcher(output.what for output in analysis.inputs.outputs)
    return tuple(file for file in analysis.project.files if file.startswith(prefix) and not is_output(file))


def inputs_in(analysis: Analysis, directory: str, *, uncovered: bool) -> tuple[str, ...]:
    """Return the files below *directory* that the build reads; with *uncovered*, those that no key watches."""
    prefix = _prefix(directory)
    found = {
        file
        for entry in analysis.coverage.entries
        for file in (entry.uncovered if uncovered else entry.files)
        if file.startswith(prefix)
    }
    return tuple(sorted(found))


def glob_for(analysis: Analysis, directory: str, files: Iterable[str]) -> str | None:
    """Return the key, as TOML, that watches *files* below *directory*.

    None when there are none, or when a glob would take in what the build writes.
    """
    files = tuple(files)
    value = glob_value(directory, files) or (f"{_prefix(directory)}**/*" if files and _is_plain(directory) else None)
    if value is None:
        return None
    watcher = Watcher((FileKey(0, value),))
    if any(watcher.covers(output.what) is not None for output in analysis.inputs.outputs):
        return None
    return as_toml(FileKey(0, value))


def glob_value(directory: str, files: Iterable[str]) -> str | None:
    """Return the glob for *files* below *directory* by their suffixes, in the spelling that means the same in every list.

    None when there are no files, one without a suffix, or too many suffixes to list.
    """
    suffixes = {posixpath.splitext(file)[1] for file in files}
    if not 0 < len(suffixes) <= _MAX_SUFFIXES or not _is_plain(directory):
        return None
    if not all(re.fullmatch(_SUFFIX, suffix) for suffix in suffixes):
        return None
    names = sorted(suffix[1:] for suffix in suffixes)
    return f"{_prefix(directory)}**/*.{names[0] if len(names) == 1 else '{' + ','.join(names) + '}'}"


def _is_plain(directory: str) -> bool:
    """Tell whether the directory's name can stand in a glob as it is."""
    prefix = _prefix(directory)
    return bool(prefix) and re.fullmatch(_PLAIN, prefix) is not None


def _prefix(directory: str) -> str:
    path = posixpath.normpath(directory or ".")
    return "" if path == "." else f"{path}/"

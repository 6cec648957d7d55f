"""Where the tools of a build left word of what they read: in directories that are still there, and in copies of those that are gone."""

from __future__ import annotations

import os
import time
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cachekeys.trace.context import Context
    from cachekeys.trace.model import EventKind

__all__ = ["Found", "declared", "found", "is_preloaded", "resolve", "working_directories"]

_TOOLS = ("ninja", "make", "gmake", "cmake", "meson", "cargo", "samu")
_SKIPPED = frozenset({".git", ".hg", ".svn", "site-packages", "dist-packages", "node_modules", "__pycache__"})
_SLACK = 2_000_000_000
"""Nanoseconds: file systems keep times as coarse as this (FAT)."""


class Found(NamedTuple):
    """A file of a tool: where it was in the build, and where it can be read now."""

    path: str
    content: str

    @property
    def directory(self) -> str:
        """Where it was."""
        return os.path.dirname(self.path)

    def text(self) -> str:
        """Return what it says, nothing when it cannot be read."""
        return os.fsdecode(self.bytes())

    def bytes(self) -> bytes:
        """Return what it holds, nothing when it cannot be read."""
        try:
            with open(self.content, "rb") as file:
                return file.read()
        except OSError:
            return b""


def found(context: Context, patterns: Sequence[str]) -> Iterator[Found]:
    """Yield the files that match one of *patterns* (as in ``KEEP``) and were written by this build, sorted by path."""
    everything = _everything(context.root, context.temporary, _others(context), context.started)
    kept = ((path, copy) for path, copy in context.kept.items())
    files = {**dict(everything), **dict(kept)}
    for path in sorted(files):
        slashed = path.replace(os.sep, "/")
        if any(fnmatchcase(slashed, f"*/{pattern}") for pattern in patterns):
            yield Found(path, files[path])


def declared(context: Context) -> EventKind:
    """Return what to call a file that a tool lists as needed, without having been seen to read it.

    Where the preload helper was at work, every read was seen, and the list tells no more than that the tool looks at the file's time.
    """
    directory = context.directory
    used = os.path.exists(os.path.join(directory, "preload.log")) and not os.path.exists(
        os.path.join(directory, "preload.refused")
    )
    return "stat" if used else "read"


def is_preloaded(context: Context) -> bool:
    """Tell, before the build, whether the preload helper will be at work."""
    there, refused = (os.path.exists(os.path.join(context.directory, f"preload.{end}")) for end in ("so", "refused"))
    return there and not refused


def working_directories(context: Context) -> tuple[str, ...]:
    """Return where programs ran, the project first: the starts of relative paths in logs that do not tell."""
    return tuple(
        dict.fromkeys([context.root, *(process.directory for process in context.processes if process.directory)])
    )


def resolve(paths: Iterable[str], starts: Iterable[str]) -> Sequence[str]:
    """Return *paths* as absolute ones: relative to the first of *starts* where all of them exist, else each to the first where it does."""
    listed = list(paths)
    relative = [path for path in listed if not os.path.isabs(path)]
    starts = tuple(starts)
    if relative:
        together = next(
            (start for start in starts if all(os.path.exists(os.path.join(start, path)) for path in relative)), None
        )
        starts = starts if together is None else (together,)
    return [absolute for path in listed if (absolute := _absolute(path, starts))]


def _absolute(path: str, starts: Iterable[str]) -> str | None:
    if os.path.isabs(path):
        return os.path.normpath(path)
    whole = (os.path.normpath(os.path.join(start, path)) for start in starts)
    return next((candidate for candidate in whole if os.path.exists(candidate)), None)


def _others(context: Context) -> tuple[str, ...]:
    """Return build directories outside the project and the temporary directory, as far as build tools ran in them."""
    inside = tuple(directory.rstrip(os.sep) + os.sep for directory in (context.root, context.temporary))
    places = {os.path.expanduser("~"), os.sep}
    return tuple(
        sorted(
            {
                process.directory
                for process in context.processes
                if process.arguments
                and os.path.basename(process.arguments[0]) in _TOOLS
                and not f"{process.directory}{os.sep}".startswith(inside)
                and process.directory not in places
                and not context.root.startswith(process.directory.rstrip(os.sep) + os.sep)
            }
        )
    )


@lru_cache(maxsize=1)
def _everything(root: str, temporary: str, others: tuple[str, ...], started: int) -> Mapping[str, str]:
    """Return all files that were written since the start, for every source the same."""
    since = time.time_ns() - (time.monotonic_ns() - started) - _SLACK
    files: dict[str, str] = {}
    for top in (root, temporary, *others):
        for directory, directories, names in os.walk(top):
            directories[:] = [name for name in directories if name not in _SKIPPED]
            for name in names:
                if not _may_matter(name):
                    continue
                path = os.path.join(directory, name)
                try:
                    if os.stat(path).st_mtime_ns >= since:
                        files[path] = path
                except OSError:
                    continue
    return files


def _may_matter(name: str) -> bool:
    """Spare most files the look at their time."""
    return name.endswith((".d", ".make", ".cmake", ".json", ".ninja", ".depend", ".Po", ".Plo")) or name in {
        ".ninja_deps",
        ".ninja_log",
        "output",
    }

"""What a build found and what it made: the same path can be an input, an output that a later step reads, or both."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.trace.context import Context
    from cachekeys.trace.model import Event

__all__ = ["Outputs"]

_NEVER = 1 << 63
_COMPILED = (".o", ".obj", ".a", ".lib", ".so", ".pyd", ".dylib")
_MODULE = (".cpython-", ".abi3.", ".cp3", ".pypy")  # what an extension built in place is called
_BUILD_TREES = ("CMakeCache.txt", "build.ninja", "config.status", "meson-info")  # what lies at the top of one
_TOPS = frozenset({"build", "dist", "_skbuild"})


class Outputs:
    """Tells inputs from what the build wrote first.

    :param before: the names in the tree before the build.
    :param after: those at its end.
    :param accesses: the events about paths of the project, in order of time, with their relative paths.
    :ivar made: files that the build made, seen or not.
    :ivar read_after_written: what was read only after the build had written it.
    :ivar reused: compiled files that were there before the build and that it looked at.
    """

    def __init__(
        self, context: Context, before: frozenset[str], after: frozenset[str], accesses: Iterable[tuple[Event, str]]
    ) -> None:
        self._context = context
        self._before = before
        self._written: dict[str, int] = {}
        self._read: dict[str, int] = {}
        for event, path in accesses:
            when = _NEVER if event.when is None else event.when
            if event.kind == "write":
                self._written.setdefault(path, when)
            elif event.kind == "read":
                self._read.setdefault(path, when)
        self._new = after - before
        self._new_directories = frozenset(path for path in self._new if os.path.isdir(os.path.join(context.root, path)))
        self.made = self._new - self._new_directories
        self._own = frozenset(own for path in (*self._written, *self._new) if (own := _own_directory(path)))
        self.read_after_written: set[str] = set()
        self.reused: set[str] = set()

    def is_input(self, event: Event, path: str) -> bool:
        """Tell whether an event is about something that was there before the build, or is a write."""
        if event.kind == "write":
            return self._is_output(path)
        if event.kind == "missing":
            # Who looks for what the build makes wants to know whether it has been made.
            return (
                path not in self._written
                and path not in self._new
                and path not in self._before
                and not self._is_own(path)
            )
        is_made = self._is_made(path)
        if is_made and event.kind == "read":
            self.read_after_written.add(path)
        if (
            self._is_result(path)
            and path in self._before
            and path not in self._written
            and event.kind in {"read", "stat"}
        ):
            self.reused.add(path)
        return not is_made

    def _is_output(self, path: str) -> bool:
        """Tell whether a written path is a file of the project that is there, or was: neither a directory nor something temporary."""
        if not _is_inside(path) or os.path.isdir(os.path.join(self._context.root, path)):
            return False
        return path in self._before or path in self.made

    def _is_made(self, path: str) -> bool:
        """Tell whether a path that is there was made by the build, as far as anybody knows."""
        if not _is_inside(path):
            return path in self._written
        if path == ".":
            return False
        if self._is_own(path) or (path not in self._before and not self._is_behind_link(path)):
            return True
        written = self._written.get(path)
        return written is not None and written < self._read.get(path, _NEVER)

    def _is_own(self, path: str) -> bool:
        """Tell whether a path lies in a directory of the build's own in which it wrote, or holds such directories only."""
        if path in self._own or _own_directory(path) in self._own or not self._new_directories.isdisjoint(_above(path)):
            return True
        return path in _TOPS and any(own.startswith(f"{path}/") for own in self._own)

    def _is_result(self, path: str) -> bool:
        """Tell whether a file is what an earlier build made: objects and libraries that a project brings along lie among its sources."""
        if not path.endswith(_COMPILED):
            return False
        if _own_directory(path) or any(part in path for part in _MODULE):
            return True
        return any(f"{above}/{name}" in self._before for above in _above(path) for name in _BUILD_TREES)

    def _is_behind_link(self, path: str) -> bool:
        """Tell whether a path leads through a link to a directory, which the names of the tree leave out, to what was there before."""
        if not any(
            above in self._before and os.path.islink(os.path.join(self._context.root, above)) for above in _above(path)
        ):
            return False
        real = os.path.relpath(os.path.realpath(os.path.join(self._context.root, path)), self._context.root).replace(
            os.sep, "/"
        )
        return real in self._before if _is_inside(real) else real not in self._written


def _above(path: str) -> list[str]:
    """Return the directories above a relative path."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _is_inside(path: str) -> bool:
    return path != ".." and not path.startswith("../")


def _own_directory(path: str) -> str:
    """Return the directory that back ends keep for what they make, "" when the path is in none.

    What is left in it from an earlier build is read by the next one (setuptools looks at its lists of sources), but it is the build's own.
    """
    parts = path.split("/")
    if parts[0] in _TOPS and len(parts) > 1:  # build/lib, build/temp.linux-x86_64-cpython-311
        return "/".join(parts[:2])
    for count, part in enumerate(parts, 1):
        if part.endswith((".egg-info", ".dist-info")) and count < len(parts):
            return "/".join(parts[:count])
    return ""

"""From the paths that observers saw to paths of the project: copies of the tree, symlinks, neighbours, and what never counts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cachekeys.trace.tree import is_environment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.trace.context import Context

__all__ = ["Paths"]

_SYSTEM = (
    "/usr",
    "/lib",
    "/lib64",
    "/proc",
    "/dev",
    "/sys",
    "/etc",
    "/run",
    "/bin",
    "/sbin",
    "/opt",
    "/nix",
    "/snap",
    "/var",
    "/System",
)
_HOMES = ("/root", "/home", "/Users")


class Paths:
    """Turns absolute paths into relative ones; None for what is not the project's.

    :param given: the project directory as the user wrote it, absolute; it may lead through symlinks.
    :param copies: directories that the front end or the back end copied the tree to.
    """

    def __init__(self, context: Context, given: str, copies: Iterable[str] = ()) -> None:
        self.root = context.root
        self._tops = tuple(dict.fromkeys((context.root, given)))
        self._copies = tuple(sorted({os.path.normpath(copy) for copy in copies}, key=len, reverse=True))
        prefixes = {prefix for process in context.processes for prefix in process.prefixes}
        self._elsewhere = tuple({*prefixes, context.directory, context.temporary, *_SYSTEM})
        self.environments = frozenset(
            inner for inner in (self._below(prefix, self._tops) for prefix in prefixes) if inner and inner != "."
        )
        self._above = _ancestors(context.root)
        self._shared = {"/", *_HOMES, os.path.expanduser("~"), *_temporary_directories()}
        self._directories: dict[str, str] = {}

    def relative(self, path: str, *, beside: bool = False) -> str | None:
        """Return the path relative to the project, ``.`` for the project itself.

        :param beside: a path outside the project may be its own, too: its code, or a tool that lists dependencies, named it.
        """
        path = self._plain(path)
        for tops in (self._tops, self._copies):
            found = self._below(path, tops)
            if found is not None:
                return found
        real = self._real(path)
        found = self._below(real, self._tops)
        if found is not None:
            return found
        return self._neighbour(real) if beside else None

    def is_in_copy(self, path: str) -> bool:
        """Tell whether a path is in a copy of the tree."""
        plain = self._plain(path)
        return self._below(plain, self._tops) is None and self._below(plain, self._copies) is not None

    def is_ours(self, relative: str) -> bool:
        """Tell whether a path of the project is its own: no virtual environment, cache or repository."""
        return not is_environment(relative, self.environments)

    def _plain(self, path: str) -> str:
        """Take out ``.``, ``..`` and empty parts; ``..`` after a symlink leads where the system would go."""
        path = path.replace("\\", "/") if os.sep == "\\" else path
        if "/../" in path or path.endswith("/.."):
            head, _, tail = path.rstrip("/").rpartition("/")
            path = os.path.realpath(path) if tail == ".." else f"{self._real_directory(head)}/{tail}"
        if "//" in path or "/./" in path or path.endswith(("/", "/.")):
            path = os.path.normpath(path)
        return path

    def _real(self, path: str) -> str:
        head, _, tail = path.rpartition("/")
        directory = self._real_directory(head or "/")
        return f"{directory.rstrip('/')}/{tail}"

    def _real_directory(self, directory: str) -> str:
        found = self._directories.get(directory)
        if found is None:
            found = self._directories[directory] = os.path.realpath(directory)
        return found

    @staticmethod
    def _below(path: str, tops: Iterable[str]) -> str | None:
        for top in tops:
            if path == top:
                return "."
            if path.startswith(top) and path[len(top) : len(top) + 1] == "/":
                return path[len(top) + 1 :]
        return None

    def _neighbour(self, real: str) -> str | None:
        """Return the relative path of a file beside the project, None for one that only happens to be on the same machine."""
        if real in self._above or self._below(real, self._elsewhere) is not None:
            return None
        common = os.path.commonpath((real, self.root))
        relative = os.path.relpath(real, self.root)
        parts = relative.split("/")
        hidden = any(part.startswith(".") and part != ".." for part in parts)
        if common in self._shared or hidden or is_environment(relative, ()):
            return None
        return relative


def _ancestors(root: str) -> frozenset[str]:
    found = set()
    while root not in found:
        root = os.path.dirname(root)
        found.add(root)
        if root == os.path.dirname(root):
            break
    return frozenset(found)


def _temporary_directories() -> set[str]:
    names = {"/tmp", "/var/tmp"}  # noqa: S108 - recognised, not used
    names |= {os.environ[name] for name in ("TMPDIR", "TEMP", "TMP") if os.environ.get(name)}
    return {os.path.realpath(name) for name in names} | names

"""Which files a project has: taken before the build, so that what the build makes can be told from what it found."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

__all__ = ["NEVER", "is_environment", "names"]

NEVER = frozenset({
    ".git", ".hg", ".svn", ".jj", "__pycache__", ".venv", ".tox", ".nox", ".eggs", ".mypy_cache", ".ruff_cache", ".pytest_cache",
    ".hypothesis", ".uv-cache", "site-packages", "node_modules", ".direnv", ".idea", ".vscode",
})  # fmt: skip
"""Directories of tools and of other people's code, never a project's own."""

_MOST = 2_000_000


def names(root: str) -> frozenset[str]:
    """Return the relative paths of all files and directories below *root*, but none of :data:`NEVER` nor of virtual environments.

    Unreadable directories are left out, and so is what comes after two million names.
    """
    found: set[str] = set()
    pending = [""]
    while pending and len(found) < _MOST:
        prefix = pending.pop()
        try:
            with os.scandir(os.path.join(root, prefix)) as entries:
                listed = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        except OSError:
            continue
        if prefix and any(name == "pyvenv.cfg" for name, _ in listed):
            found.discard(prefix[:-1])
            continue
        for name, is_directory in listed:
            if name in NEVER:
                continue
            found.add(prefix + name)
            if is_directory:
                pending.append(f"{prefix}{name}/")
    return frozenset(found)


def is_environment(relative: str, environments: Container[str]) -> bool:
    """Tell whether a path lies in a directory of :data:`NEVER` or in one of *environments* (relative directories)."""
    parts = relative.split("/")
    if any(part in NEVER for part in parts):
        return True
    return any("/".join(parts[:count]) in environments for count in range(1, len(parts) + 1))

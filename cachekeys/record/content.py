"""The content of files, reduced to SHA-256 and size: what a time stamp cannot say and a record may publish."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from cachekeys.record.hashing import GONE, UNREADABLE, hash_files

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["BUDGET", "Content", "contents"]

BUDGET = 1 << 30
"""Bytes hashed for one record. A key such as ``**/*`` can match a whole virtual environment; a build must not wait
for it. What is beyond is listed with its size only."""


class Content(NamedTuple):
    """``sha256`` is lower-case hex, None when the file cannot be read or was beyond the budget; ``size`` is in bytes."""

    sha256: str | None
    size: int


def contents(root: str, paths: Iterable[str], *, budget: int = BUDGET) -> dict[str, Content]:
    """Return the content of those of *paths* (relative to *root*) that are regular files, sorted by path.

    Symbolic links are followed. The budget is spent in the order of the paths, so the result depends on nothing but the tree.
    """
    sizes: dict[str, int] = {}
    chosen: list[str] = []
    for path in sorted(set(paths)):
        try:
            status = os.stat(os.path.join(root, path))
        except (OSError, ValueError):  # gone meanwhile, or a NUL in the name
            continue
        if not stat.S_ISREG(status.st_mode):
            continue
        sizes[path] = status.st_size
        if status.st_size <= budget:
            budget -= status.st_size
            chosen.append(path)
    digests = dict(zip(chosen, hash_files([os.path.join(root, path) for path in chosen]), strict=True))
    return {
        path: Content(digests[path].hex() if digests.get(path, UNREADABLE) != UNREADABLE else None, size)
        for path, size in sizes.items()
        if digests.get(path) != GONE
    }

"""The content of files, reduced to SHA-256 and size: what a time stamp cannot say and a record may publish."""

from __future__ import annotations

import hashlib
import os
import stat
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["BUDGET", "Content", "contents"]

BUDGET = 1 << 30
"""Bytes hashed for one record. A key such as ``**/*`` can match a whole virtual environment; a build must not wait
for it. What is beyond is listed with its size only."""

_CHUNK = 1 << 20


class Content(NamedTuple):
    """``sha256`` is lower-case hex, None when the file cannot be read or was beyond the budget; ``size`` is in bytes."""

    sha256: str | None
    size: int


def contents(root: str, paths: Iterable[str], *, budget: int = BUDGET) -> dict[str, Content]:
    """Return the content of those of *paths* (relative to *root*) that are regular files, sorted by path.

    Symbolic links are followed. The budget is spent in the order of the paths, so the result depends on nothing but the tree.
    """
    found: dict[str, Content] = {}
    for path in sorted(set(paths)):
        full = os.path.join(root, path)
        try:
            status = os.stat(full)
        except (OSError, ValueError):  # gone meanwhile, or a NUL in the name
            continue
        if not stat.S_ISREG(status.st_mode):
            continue
        digest = _sha256(full) if status.st_size <= budget else None
        budget -= status.st_size if digest else 0
        found[path] = Content(digest, status.st_size)
    return found


def _sha256(path: str) -> str | None:
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError:
        return None
    return digest.hexdigest()

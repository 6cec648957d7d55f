"""Which files of the tree are in the wheel that the build made: what is only copied there decides nothing that is built."""

from __future__ import annotations

import os
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["copied"]

_CHUNK = 1 << 20


def copied(wheel: str, root: str, names: Iterable[str]) -> frozenset[str] | None:
    """Return those of *names*, files relative to *root*, that are in the wheel: with their content, or under their own path.

    The content is told by size and checksum, as the archive's table of contents has them, so that nothing is unpacked. None if the
    wheel cannot be read.
    """
    import zipfile

    try:
        with zipfile.ZipFile(wheel) as archive:
            members = archive.infolist()
    except (OSError, zipfile.BadZipFile):
        return None
    contents = {(member.file_size, member.CRC) for member in members if member.file_size}
    paths = {member.filename for member in members}
    return frozenset(name for name in names if _has_path(name, paths) or _content(os.path.join(root, name)) in contents)


def _has_path(name: str, paths: set[str]) -> bool:
    """Tell whether the wheel has the file where an installation has it: ``src/demo/a.py`` as ``demo/a.py``, ``demo.py`` as it is."""
    parts = name.split("/")
    if len(parts) == 1:
        return name in paths
    return any("/".join(parts[start:]) in paths for start in range(len(parts) - 1))


def _content(path: str) -> tuple[int, int] | None:
    size = checksum = 0
    try:
        with open(path, "rb") as file:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                checksum = zlib.crc32(chunk, checksum)
    except OSError:
        return None
    return size, checksum

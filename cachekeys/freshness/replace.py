"""Replace small files so that whoever reads them sees the old content or the new, whatever happens meanwhile.

All new contents are written and forced to the disk beside the files first, then the names are switched, one after the other. A
crash or a full disk before the first switch changes nothing; one between two switches leaves some files new and some
old, each whole. The old file may be a hard or symbolic link into a cache that others share: it is never written to.
"""

from __future__ import annotations

import os
import stat
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["remove_leftovers", "replace_files"]

_ENDING = ".cachekeys-tmp"
_ABANDONED = 60  # seconds: no process needs that long between writing a few hundred bytes and renaming


def replace_files(files: Sequence[tuple[str, bytes]]) -> None:
    """Give each file (a path and its content) the new content; the names are switched in the order of *files*.

    :raises OSError: as far as the names are not switched yet, everything is as before.
    """
    written: list[tuple[str, str]] = []
    try:
        for path, content in files:
            written.append((f"{path}.{os.getpid()}{_ENDING}", path))
            _write(written[-1][0], path, content)
        for temporary, path in written:
            os.replace(temporary, path)
    except BaseException:
        for temporary, _ in written:
            _remove(temporary)
        raise
    for directory in {os.path.dirname(path) for path, _ in files}:
        _force(directory)


def remove_leftovers(directory: str) -> None:
    """Remove what a killed process left there: installers remove only what they know, and would leave the directory."""
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.endswith(_ENDING) and time.time() - entry.stat(follow_symlinks=False).st_mtime > _ABANDONED:
                _remove(entry.path)


def _write(temporary: str, path: str, content: bytes) -> None:
    _remove(temporary)  # left by a process of the same number
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        _take_after(descriptor, temporary, path)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _take_after(descriptor: int, temporary: str, path: str) -> None:
    """Give the new file the permissions and, as far as we may, the owner of the old one, or else of its directory."""
    try:
        like, mask = os.stat(path), 0o7777
    except OSError:
        like, mask = os.stat(os.path.dirname(path)), 0o666
    os.chmod(temporary, stat.S_IMODE(like.st_mode) & mask)
    own = os.fstat(descriptor)
    if hasattr(os, "fchown") and (own.st_uid, own.st_gid) != (like.st_uid, like.st_gid):
        with suppress(OSError):  # only root may
            os.fchown(descriptor, like.st_uid, like.st_gid)


def _force(directory: str) -> None:
    """Force the switch of names to the disk, where the system knows how."""
    if os.name == "nt":
        return
    try:
        descriptor = os.open(directory, os.O_RDONLY)
    except OSError:
        return
    try:
        with suppress(OSError):  # some network file systems refuse; the switch itself is done
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)

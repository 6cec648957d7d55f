"""When a directory was created: what uv compares for a ``dir`` key, and Python tells on few systems.

Linux has it in ``statx``, for which Python < 3.15 has no function: the C library's is called, or the system call
where the library has none (musl < 1.2.4, glibc < 2.28). uv before 0.12.6 used the inode in its musl builds.
"""

from __future__ import annotations

import os
import sys

from cachekeys.errors import CacheKeysError

__all__ = ["birth_time"]

_IS_LINUX: bool = sys.platform == "linux"
_AT_FDCWD = -100
_BASIC_STATS = 0x7FF
_BTIME = 0x800
_SIZE = 256
_MASK_AT, _BTIME_AT = 0, 80  # offsets in struct statx, the same on every architecture

_SYSCALLS = {
    "x86_64": 332,
    "i386": 383,
    "i686": 383,
    "aarch64": 291,
    "riscv64": 291,
    "loongarch64": 291,
    "armv7l": 397,
    "armv6l": 397,
    "ppc64le": 383,
    "ppc64": 383,
    "s390x": 379,
}


def birth_time(path: bytes, status: os.stat_result) -> int | None:
    """Return the creation time of *path* (symlinks are followed) in nanoseconds since 1970, None if not recorded.

    :param status: what ``os.stat(path)`` gave.
    :raises CacheKeysError: this Python cannot find out.
    """
    if _IS_LINUX:
        return _statx(path)
    nanoseconds = getattr(status, "st_birthtime_ns", None)
    if nanoseconds is not None:
        return int(nanoseconds)
    seconds = getattr(status, "st_birthtime", None)
    return None if seconds is None else int(seconds * 10**9)


def _statx(path: bytes) -> int | None:
    try:
        import ctypes  # costs 5 ms and only dir keys need it
        import struct
    except ImportError as error:
        raise CacheKeysError(f"creation times cannot be read: this Python has no ctypes ({error})") from None
    buffer = ctypes.create_string_buffer(_SIZE)
    library = ctypes.CDLL(None)
    arguments = (ctypes.c_int(_AT_FDCWD), ctypes.c_char_p(path), ctypes.c_int(0), ctypes.c_uint(_BASIC_STATS | _BTIME))
    try:
        failed = library.statx(*arguments, buffer)
    except AttributeError:
        number = _SYSCALLS.get(os.uname().machine)
        if number is None:
            raise CacheKeysError("creation times cannot be read: the C library has no statx") from None
        failed = library.syscall(ctypes.c_long(number), *arguments, buffer)
    (mask,) = struct.unpack_from("=I", buffer, _MASK_AT)
    if failed or not mask & _BTIME:
        return None
    seconds, nanoseconds = struct.unpack_from("=qI", buffer, _BTIME_AT)
    return int(seconds) * 10**9 + int(nanoseconds)

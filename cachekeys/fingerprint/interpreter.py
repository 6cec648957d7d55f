"""Names for what binary compatibility depends on: the Python implementation with its ABI, and the platform.

This file is also run by itself, with ``python -I -S``, by the interpreter that is asked about: it has to work in every Python
since 3.7 and imports nothing of ours.
"""

from __future__ import annotations

import os
import sys

__all__ = ["describe"]


def describe() -> tuple[str, str]:
    """Return ``(python, platform)``, as ``("cpython313t", "linux_x86_64_glibc2.36")``.

    The C library counts, since what was linked against a newer one does not load with an older one.
    """
    import sysconfig  # 3 ms

    major, minor = sys.version_info[:2]
    python = sys.implementation.cache_tag or f"{sys.implementation.name}{major}{minor}"
    threads = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
    flags: str = getattr(sys, "abiflags", threads)
    platform = sysconfig.get_platform()
    if sys.platform == "linux":
        platform += ("" if sys.maxsize > 2**32 else "_32bit") + "_" + _c_library()
    elif sys.platform == "darwin" and "universal" in platform:
        platform += "_" + os.uname().machine
    return _plain(python.replace("-", "") + flags), _plain(platform)


def _c_library() -> str:
    try:
        return str(os.confstr("CS_GNU_LIBC_VERSION")).replace(" ", "")
    except (AttributeError, OSError, ValueError):
        return "musl"


def _plain(text: str) -> str:
    """Return *text* in characters that every CI system takes, without the separator of our keys."""
    return "".join(char if char.isalnum() or char == "." else "_" for char in text)


if __name__ == "__main__":
    print(*describe())  # noqa: T201 - for who asks

"""Keeps the compiled preload helper for the next trace: compiling takes longer than all that it costs during a small build.

The file lies in the user's cache directory (``$XDG_CACHE_HOME``, else ``~/.cache``), under a name that stands for all that it depends on:
sources, compiler, flags, machine, C library. It is put there in one step, and taken only when nobody else could have written it.
It can be removed at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["fetch", "home", "place", "store"]


def home(environment: Mapping[str, str]) -> str | None:
    """Return the directory for what we keep, which need not exist, or None where there is none."""
    cache = environment.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(cache):
        cache = os.path.join(environment.get("HOME", ""), ".cache")
    return os.path.join(cache, "cachekeys") if os.path.isabs(cache) else None


def place(compiler: str, sources: Iterable[str], flags: Iterable[str], environment: Mapping[str, str]) -> str | None:
    """Return the path at which a library made in this way is kept, None where there is no place for it."""
    directory = home(environment)
    if directory is None:
        return None
    digest = hashlib.sha256("\0".join(flags).encode())
    try:
        made = os.stat(compiler)
        libc = os.confstr("CS_GNU_LIBC_VERSION") if "CS_GNU_LIBC_VERSION" in os.confstr_names else ""
        digest.update(f"{compiler}\0{made.st_size}\0{made.st_mtime_ns}\0{os.uname().machine}\0{libc}".encode())
        for source in sources:
            with open(source, "rb") as file:
                digest.update(file.read())
    except (OSError, ValueError):  # ValueError: the C library does not say which it is
        return None
    return os.path.join(directory, f"preload-{digest.hexdigest()[:32]}.so")


def fetch(kept: str, library: str) -> bool:
    """Copy what is kept to *library*; False if there is nothing, or if someone else may have written it."""
    try:
        for path in (os.path.dirname(kept), kept):
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022:
                return False
        shutil.copyfile(kept, library)
    except OSError:
        return False
    return True


def store(library: str, kept: str) -> None:
    """Keep *library*. What goes wrong is not worth a word: the next trace compiles again."""
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(kept), mode=0o700, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(kept))
        os.close(handle)  # mode 0600: a library need not be executable to be loaded
        try:
            shutil.copyfile(library, temporary)
            os.replace(temporary, kept)
        except OSError:
            os.unlink(temporary)
            raise

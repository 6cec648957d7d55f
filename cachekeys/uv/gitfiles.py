"""Read git's own small files: a reference, ``packed-refs``, a ``.git`` file, the directory of the tags."""

from __future__ import annotations

import os
import stat

from cachekeys.uv.text import strip

__all__ = ["GitNull", "checked", "native", "read", "read_packed", "regular_files"]

_HEX = frozenset("0123456789abcdefABCDEF")
_ID_LENGTH = 40
_SHA256_LENGTH = 64


class GitNull(Exception):  # noqa: N818 - not an error: uv records null
    """uv gives up; the message says why."""


def checked(text: str, where: str) -> str:
    """Return *text* if it is an id as uv accepts it: 40 hexadecimal digits.

    :raises GitNull: it is none; *where* is the file that it stands in.
    """
    if len(text) == _ID_LENGTH and _HEX.issuperset(text):
        return text
    if not text:
        raise GitNull(f"{where} is empty")
    if text.startswith("ref:"):
        raise GitNull(f"{where} is a symbolic reference ({text}), and uv does not follow it")
    if len(text) == _SHA256_LENGTH and _HEX.issuperset(text):
        raise GitNull(f"{where} holds a SHA-256 id; uv accepts only SHA-1 (40 hexadecimal digits)")
    raise GitNull(f"{where} holds no id of 40 hexadecimal digits, but {text[:60]!r}")


def regular_files(top: str) -> list[tuple[str, str]]:
    """Return path and name relative to *top* of all regular files below it; symlinks do not count, except *top*."""
    if not os.path.isdir(top):
        return [(top, "")] if os.path.isfile(top) and not os.path.islink(top) else []
    found = []
    pending = [""]
    while pending:
        prefix = pending.pop()
        try:
            with os.scandir(os.path.join(top, prefix)) as listing:
                entries = list(listing)
        except OSError:  # uv logs it and takes the others
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                pending.append(f"{prefix}{entry.name}/")
            elif entry.is_file(follow_symlinks=False):
                found.append((entry.path, prefix + entry.name))
    return found


def read_packed(common_dir: str) -> dict[str, str]:
    """Return the references in ``packed-refs``, without the ``^`` lines that say what an annotated tag points to."""
    path = os.path.join(common_dir, "packed-refs")
    references = {}
    for number, raw in enumerate((read(path) or "").split("\n"), start=1):
        line = strip(raw)
        if line and not line.startswith(("#", "^")):
            value, blank, name = line.partition(" ")
            if not blank:
                raise GitNull(f"{path}:{number}: {line[:60]!r} is no reference")
            references[name] = checked(value, f"{path}:{number}")
    return references


def native(text: str) -> str:
    """Return a path that a file of git's gives in UTF-8 as this Python's functions want it."""
    return os.fsdecode(text.encode())


def read(path: str) -> str | None:
    """Return the content of a regular file, None if it does not exist."""
    try:
        with open(path, "rb", opener=_open_regular) as file:
            return file.read().decode()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise GitNull(f"{path} is not UTF-8 text") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise GitNull(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _open_regular(path: str, flags: int) -> int:
    """Open without waiting for the other end of a FIFO, and refuse what is not a regular file."""
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "it is not a regular file", path)
    return descriptor

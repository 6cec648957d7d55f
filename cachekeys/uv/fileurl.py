"""``file:`` URLs as uv writes, reads and compares them.

uv goes through the Rust crate ``url``, which follows the WHATWG URL standard; Python's ``urllib`` differs in which
characters it escapes. The canonical form decides where uv caches a build, so every character counts. Measured with uv 0.13.8.
"""

from __future__ import annotations

import os

__all__ = ["canonical", "from_path", "to_path"]

_SCHEME = "file://"
_ESCAPED = frozenset(b' "#<>?`{}/%\\')
"""What is escaped inside one part of a path, besides control characters and everything that is not ASCII."""


def from_path(path: str) -> str:
    """Return the URL of the absolute *path*; ``.``, ``..`` and doubled separators are resolved in the text."""
    normal = os.path.normpath(path).replace(os.sep, "/")
    parts = [part for part in normal.split("/") if part]
    return _SCHEME + "".join(f"/{_quote(os.fsencode(part))}" for part in parts) or f"{_SCHEME}/"


def to_path(url: str) -> str | None:
    """Return the absolute path that *url* names, None if it is no URL of a local file."""
    if url[:5].lower() != "file:":
        return None
    rest = url[5:].partition("#")[0].partition("?")[0].replace("\\", "/")
    if rest.startswith("//"):
        host, slash, below = rest[2:].partition("/")
        if host.lower() not in ("", "localhost"):
            return None
        rest = slash + below
    path = os.fsdecode(_unquote(rest))
    if not path.startswith("/") or "\0" in path:
        return None
    if os.name == "nt":
        path = path[1:]
    return os.path.normpath(path)


def canonical(url: str) -> str:
    """Return the form of a ``file:`` URL that uv hashes: without a final ``/`` and a final ``.git``, escaped once more.

    The escapes are undone and made again, so that it does not matter how much whoever wrote the URL had escaped.
    """
    path = url.removeprefix(_SCHEME)
    if len(path) > 1:
        path = path.removesuffix("/")
    path = _without_git(path)
    if "%" not in path:
        return _SCHEME + path
    parts = []
    for part in path.split("/")[1:]:
        try:
            decoded = _unquote(part).decode()
        except UnicodeDecodeError:
            decoded = part
        decoded = decoded.translate({0x09: None, 0x0A: None, 0x0D: None})
        if decoded not in (".", ".."):
            parts.append(_quote(decoded.encode()))
    return f"{_SCHEME}/{'/'.join(parts)}"


def _without_git(path: str) -> str:
    before, at, after = path.rpartition("@")
    if at:
        return f"{before[:-4]}@{after}" if _is_git(before) else path
    if not _is_git(path):
        return path
    above, _, name = path[:-4].rpartition("/")
    return f"{above}/{name.replace('%', '%25')}"  # uv takes the escapes of the name for part of it


def _is_git(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name[-4:].lower() == ".git" and len(name) > len(".git")


def _quote(data: bytes) -> str:
    return "".join(
        f"%{byte:02X}" if byte in _ESCAPED or not 0x20 < byte < 0x7F else chr(byte)  # noqa: PLR2004 - printable ASCII
        for byte in data
    )


def _unquote(text: str) -> bytes:
    head, *rest = text.encode("utf-8", "surrogateescape").split(b"%")
    parts = [head]
    for part in rest:
        try:
            parts.append(
                bytes((int(part[:2], 16),)) + part[2:] if part[:2].isalnum() and len(part) > 1 else b"%" + part
            )
        except ValueError:  # no hexadecimal number
            parts.append(b"%" + part)
    return b"".join(parts)

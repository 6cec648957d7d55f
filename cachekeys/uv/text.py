"""Text and bytes as uv sees them, where Python's own functions differ."""

from __future__ import annotations

import os

__all__ = ["WHITE_SPACE", "encode", "encode_path", "strip", "words"]

WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""Unicode's ``White_Space`` property, as Rust trims and splits; Python also takes U+001C to U+001F for blanks."""

_TO_BLANK = dict.fromkeys(map(ord, WHITE_SPACE), " ")


def strip(text: str) -> str:
    """Return *text* without white space at both ends."""
    return text.strip(WHITE_SPACE)


def words(text: str) -> list[str]:
    """Split *text* at runs of white space."""
    return [word for word in text.translate(_TO_BLANK).split(" ") if word]


def encode(text: str) -> bytes:
    """Encode what stands in a file as uv does: UTF-8, whatever the locale says. Surrogate escapes become their bytes."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a surrogate pair, which only a string literal can hold: no file has this name
        return text.encode("utf-8", "surrogatepass")


def encode_path(path: str) -> bytes:
    """Return the bytes of a path that came from the file system."""
    try:
        return os.fsencode(path)
    except UnicodeEncodeError:
        return encode(path)

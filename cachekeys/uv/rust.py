"""Small parts of Rust's text handling that uv's results depend on and Python does differently."""

from __future__ import annotations

__all__ = ["WHITE_SPACE", "strip", "words"]

WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""Unicode's ``White_Space`` property, as Rust trims and splits; Python also takes U+001C to U+001F for blanks."""

_TO_BLANK = dict.fromkeys(map(ord, WHITE_SPACE), " ")


def strip(text: str) -> str:
    """Return *text* without white space at both ends."""
    return text.strip(WHITE_SPACE)


def words(text: str) -> list[str]:
    """Split *text* at runs of white space."""
    return [word for word in text.translate(_TO_BLANK).split(" ") if word]

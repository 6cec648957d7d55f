"""Say in plain words, with the remedy, why a document is no TOML."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["encoding", "explain"]


class _Mistake(NamedTuple):
    """``seen``: how a parser's message begins; ``what`` and ``remedy`` in our words."""

    seen: str
    what: str
    remedy: str


# What tomllib (Python 3.11 to 3.14) and tomli say. A message that is not here is passed on as it is.
_MISTAKES = (
    _Mistake(
        "Invalid initial character for a key part",
        "a key is expected here",
        "quote it if it has other characters than A-Z a-z 0-9 _ -",
    ),
    _Mistake(
        "Invalid statement",
        "neither a table header nor `key = value`",
        "write one of the two, or start a comment with `#`",
    ),
    _Mistake(
        "Expected newline or end of document after a statement",
        "the line should end here",
        "put what follows on a line of its own",
    ),
    _Mistake("Expected '=' after a key", "`=` is missing after the key", "write `key = value`"),
    _Mistake("Invalid value", "no value that TOML knows", 'quote it if it is text, as in "text"'),
    _Mistake("Unclosed array", "the array is not closed", "add the missing `,` or `]`"),
    _Mistake("Unclosed inline table", "the inline table is not closed", "add the missing `,` or `}`"),
    _Mistake("Unterminated string", "the string is not closed", "add the missing quote"),
    _Mistake(
        "Unescaped '\\'",
        "the backslash begins no escape that TOML knows",
        "write `\\\\`, or use a literal string in single quotes",
    ),
    _Mistake(
        "Invalid hex value",
        "the escape has too few hexadecimal digits",
        "write \\uXXXX, or use a literal string in single quotes",
    ),
    _Mistake(
        "Escaped character is not a Unicode scalar value",
        "the escape names no character",
        "use a code point that exists",
    ),
    _Mistake("Expected ']' at the end of a table declaration", "the table header is not closed", "add the missing `]`"),
    _Mistake(
        "Expected ']]' at the end of an array declaration",
        "the header of the array of tables is not closed",
        "add the missing `]]`",
    ),
    _Mistake("Cannot declare", "the table is declared for the second time", "merge the two, or remove one"),
    _Mistake("Cannot overwrite a value", "the key is given for the second time", "remove one of the two"),
    _Mistake("Duplicate inline table key", "the key is given for the second time", "remove one of the two"),
    _Mistake("Cannot redefine namespace", "the table is defined for the second time", "merge the two, or remove one"),
    _Mistake(
        "Cannot mutate immutable namespace",
        "an inline table or array is complete where it stands",
        "add the key inside it",
    ),
    _Mistake("Invalid date or datetime", "no such date or time", "correct it, or quote it if it is text"),
    _Mistake("Illegal character", "a control character", "remove it, or write it as an escape in a string"),
    _Mistake("Found invalid character", "a control character", "remove it"),
    _Mistake("Nested too deeply", "nested too deeply", "flatten the arrays or tables"),
    _Mistake("Exceeds the limit", "an integer with thousands of digits", "uv reads integers of 64 bits only"),
    _Mistake("Integer overflow", "an integer that 64 bits cannot hold, which uv refuses", "quote it"),
    _Mistake("Float overflow", "a number that is too large, which uv refuses", "write inf, or quote it"),
)
_EXCERPT = 24
_TEXT = frozenset(b"\t\n\r" + bytes(range(0x20, 0x7F)))
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_TOKEN = re.compile(r"[^\s,\[\]{}=]+|\S")


def explain(message: str, text: str, offset: int) -> str:
    """Return a sentence for a parser's *message* about the place *offset* of *text*."""
    if text.startswith("\r", offset):
        return "is not valid TOML: a carriage return that belongs to no newline; end lines with LF or CR LF"
    if _CONTROL.match(text, offset):
        message = "Illegal character"
    mistake = next((known for known in _MISTAKES if message.startswith(known.seen)), None)
    what, remedy = (mistake.what, mistake.remedy) if mistake else (message, "correct it, or quote it if it is text")
    return f"is not valid TOML: {what}{_near(text, offset)}; {remedy}"


def encoding(raw: bytes, at: int) -> str:
    """Return a sentence for a document that is not UTF-8, or that has a NUL byte, at the byte *at*."""
    utf16 = raw.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_utf16(raw)
    if raw.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "is UTF-32 text, which uv does not read; save it as UTF-8"
    if utf16:
        return "is UTF-16 text, which uv does not read; save it as UTF-8"
    if 0 in raw[: at + 1]:
        return "is binary or damaged (it has a NUL byte); write it anew as UTF-8 text"
    return f"is not UTF-8 text (byte 0x{raw[at]:02X}); save it as UTF-8"


def _looks_utf16(raw: bytes) -> bool:
    """Tell whether ASCII text in UTF-16 without a BOM is at hand: every other byte of the beginning is NUL."""
    head = raw[: min(len(raw) // 2 * 2, 64)]
    return any(
        zeros and not any(zeros) and all(char in _TEXT for char in chars)
        for zeros, chars in ((head[0::2], head[1::2]), (head[1::2], head[0::2]))
    )


def _near(text: str, offset: int) -> str:
    if offset >= len(text):
        return " at the end of the file"
    token = _TOKEN.match(text, offset)
    if token is None:
        return ""
    found = token[0] if len(token[0]) <= _EXCERPT else token[0][: _EXCERPT - 1] + "…"
    return f" (at {found!r})"

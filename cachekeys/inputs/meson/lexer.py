"""Meson's language as tokens (Meson 1.11, ``mparser.py``)."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal

from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MesonSyntaxError", "Token", "tokens"]

Kind = Literal["name", "keyword", "number", "string", "format", "operator", "newline", "end"]

KEYWORDS = frozenset(
    {"true", "false", "if", "else", "elif", "endif", "and", "or", "not", "in", "foreach", "endforeach"}
    | {"continue", "break"}
)

_PIECE = r"""
    (?P<blank> (?: [ \t]+ | \\[ \t]*(?:\#[^\n]*)?\n | \#[^\n]* )+ )
  | (?P<newline> \n )
  | (?P<long> f?'''(?: .|\n )*?''' )
  | (?P<short> f?'(?: [^'\\\n] | \\(?: .|\n ) )*' )
  | (?P<number> 0[bB][01]+ | 0[oO][0-7]+ | 0[xX][0-9a-fA-F]+ | \d+ )
  | (?P<name> [A-Za-z_]\w* )
  | (?P<operator> \+= | == | != | <= | >= | [-+*/%=<>()\[\]{},.:?] )
"""
_ESCAPE = (
    r"\\(?: ([\\'abfnrtv]) | ([0-7]{1,3}) | x([0-9a-fA-F]{2}) | u([0-9a-fA-F]{4}) | U([0-9a-fA-F]{8}) | N\{([^}]+)\} )"
)
_SIMPLE = {
    "\\": "\\",
    "'": "'",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


class MesonSyntaxError(Exception):
    """The text is not of Meson's language; ``line`` is where that shows."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Token:
    """A token; ``text`` is the value of a string, what was written for everything else."""

    kind: Kind
    text: str
    line: int


@cache
def _compiled() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(_PIECE, re.VERBOSE), re.compile(_ESCAPE, re.VERBOSE)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of *text*; a newline inside brackets is none.

    :raises MesonSyntaxError: a character that cannot begin a token.
    """
    pattern, _ = _compiled()
    line, depth, position = 1, 0, 0
    while position < len(text):
        match = pattern.match(text, position)
        if match is None:
            raise MesonSyntaxError(f"unexpected character {text[position]!r}", line)
        token = _token(match, line)
        if token is not None and token.kind == "operator":
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if token is not None and (token.kind != "newline" or depth <= 0):
            yield token
        line += match[0].count("\n")
        position = match.end()
    yield Token("newline", "\n", line)
    yield Token("end", "", line)


def _token(match: re.Match[str], line: int) -> Token | None:
    written = match[0]
    if match.lastgroup == "blank":
        return None
    if match.lastgroup == "long":
        return Token("format" if written[0] == "f" else "string", written.lstrip("f")[3:-3], line)
    if match.lastgroup == "short":
        return Token("format" if written[0] == "f" else "string", _unescaped(written.lstrip("f")[1:-1]), line)
    if match.lastgroup == "name":
        return Token("keyword" if written in KEYWORDS else "name", written, line)
    kind: Kind = "newline" if match.lastgroup == "newline" else "number" if match.lastgroup == "number" else "operator"
    return Token(kind, written, line)


def _unescaped(text: str) -> str:
    return _compiled()[1].sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    if match[1]:
        return _SIMPLE[match[1]]
    if match[6]:
        import unicodedata  # next to nobody names characters

        try:
            return unicodedata.lookup(match[6])
        except KeyError:
            return match[0]
    code = int(match[2], 8) if match[2] else int(match[3] or match[4] or match[5], 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else match[0]  # noqa: PLR2004 - Unicode's limits

"""Read a TOML document and remember where everything stands, so that a finding points at the user's line."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from cachekeys.errors import TomlError
from cachekeys.toml.dialect import DocumentError, load, reads_1_1
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from cachekeys.toml.scanner import Layout

__all__ = ["Position", "TomlFile", "parse"]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text: 1-based line and 1-based column, counted in characters."""

    line: int
    column: int


class TomlFile:
    """A parsed document: ``name`` (as shown to the user), ``text`` (no BOM, LF newlines), ``data``."""

    def __init__(self, name: str, text: str, data: dict[str, Any], first_1_1: int | None = None) -> None:
        self.name = name
        self.text = text
        self.data = data
        self._first_1_1 = first_1_1

    @cached_property
    def toml_1_1(self) -> Position | None:
        """The first construct that needs TOML 1.1, or None."""
        if self._first_1_1 is not None:
            return self._at(self._first_1_1)
        edits = self._layout.edits if reads_1_1() else []
        return self._at(edits[0].start) if edits else None

    def position(self, *path: str | int) -> Position:
        """Return where the value at *path* stands, or the nearest ancestor's place.

        For a member of a table that is the place of its key, for an element of an array its first character, for an
        element of an array of tables the key in its header.
        """
        return self._at(self._layout.find(path))

    def get(self, *path: str | int, default: Any = None) -> Any:
        """Return the value at *path*, or *default* when any step is missing or of the wrong type."""
        value: Any = self.data
        for step in path:
            if isinstance(step, int):
                if not isinstance(value, list) or not 0 <= step < len(value):
                    return default
            elif not isinstance(value, dict) or step not in value:
                return default
            value = value[step]
        return value

    @cached_property
    def _layout(self) -> Layout:
        from cachekeys.toml.scanner import scan  # a document without findings needs no positions

        return scan(self.text)

    @cached_property
    def _lines(self) -> list[int]:
        return _line_starts(self.text)

    def _at(self, offset: int) -> Position:
        return _position(self._lines, offset)


def parse(name: str, raw: bytes) -> TomlFile:
    """Parse *raw* as uv does: UTF-8, with or without a BOM, LF or CRLF, TOML 1.0 or 1.1.

    :param name: how messages call the document.
    :raises TomlError: not UTF-8, or not TOML, with the position.
    """
    text = _decode(name, raw).replace("\r\n", "\n")
    try:
        return TomlFile(name, text, *load(text))
    except DocumentError as error:
        from cachekeys.toml.mistakes import explain  # only on the way to an error

        at = _position(_line_starts(text), error.offset)
        raise TomlError(name, at.line, at.column, explain(error.message, text, error.offset)) from None


def _decode(name: str, raw: bytes) -> str:
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        from cachekeys.toml.mistakes import encoding  # only on the way to an error

        line = raw.count(b"\n", 0, error.start) + 1
        start = raw.rfind(b"\n", 0, error.start) + 1
        column = len(raw[start : error.start].decode()) + 1
        raise TomlError(name, line, column, encoding(raw, error.start)) from None
    if "\0" in text:
        from cachekeys.toml.mistakes import encoding  # only on the way to an error

        start = text.index("\0")
        at = _position(_line_starts(text), start)
        raise TomlError(name, at.line, at.column, encoding(raw, len(text[:start].encode())))
    return text


def _line_starts(text: str) -> list[int]:
    starts = [0]
    while (end := text.find("\n", starts[-1])) >= 0:
        starts.append(end + 1)
    return starts


def _position(starts: list[int], offset: int) -> Position:
    from bisect import bisect_right  # only to name a place

    line = bisect_right(starts, offset)
    return Position(line, offset - starts[line - 1] + 1)

"""Read a TOML document and remember where everything stands, so that a finding points at the user's line."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from cachekeys.errors import TomlError

if sys.version_info >= (3, 11):
    import tomllib  # noqa: TID251 - this is the module that wraps it
else:
    import tomli as tomllib  # noqa: TID251

__all__ = ["Position", "TomlFile", "parse"]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text: 1-based line and 1-based column, counted in characters."""

    line: int
    column: int


class TomlFile:
    """A parsed document: ``name`` (as shown to the user), ``text``, ``data``.

    ``toml_1_1`` is the first construct that needs TOML 1.1, or None.
    """

    def __init__(self, name: str, text: str, data: dict[str, Any], toml_1_1: Position | None = None) -> None:
        self.name = name
        self.text = text
        self.data = data
        self.toml_1_1 = toml_1_1

    def position(self, *path: str | int) -> Position:
        """Return where the value at *path* stands (its key for a table member), or the nearest ancestor's place."""
        return Position(1, 1)

    def get(self, *path: str | int, default: Any = None) -> Any:
        """Return the value at *path*, or *default* when any step is missing or of the wrong type."""
        value: Any = self.data
        for step in path:
            if isinstance(step, int):
                if not isinstance(value, list) or step >= len(value):
                    return default
            elif not isinstance(value, dict) or step not in value:
                return default
            value = value[step]
        return value


def parse(name: str, raw: bytes) -> TomlFile:
    """Parse *raw* as uv does: UTF-8, with or without a BOM, LF or CRLF.

    :raises TomlError: not UTF-8, or not TOML, with the position.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise TomlError(name, line, error.start - (raw.rfind(b"\n", 0, error.start)), "is not UTF-8 text") from None
    text = text.replace("\r\n", "\n")
    try:
        return TomlFile(name, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise TomlError(name, 0, 0, str(error)) from None

"""TOML values as text: quoting for what the user pastes, and short names of values for messages."""

from __future__ import annotations

from typing import Any

__all__ = ["describe", "dotted", "kind", "quote", "show"]

_SHORT = 60
_DEEP = 4
_HUGE_BITS = 256
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


def quote(text: str) -> str:
    r"""Return *text* as a TOML 1.0 string.

    A literal string (``'a\b'``) where that saves escapes, else a basic one. Lone surrogates, which stand for bytes
    that are not UTF-8 and which no TOML document can hold, become U+FFFD.
    """
    text = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    special = [char for char in text if char in '\\"' or _is_control(char)]
    if special and "'" not in text and not any(_is_control(char) for char in special):
        return f"'{text}'"
    return '"' + "".join(_escape(char) for char in text) + '"'


def kind(value: object) -> str:
    """Return the TOML name of the type of *value*, with its article."""
    names: tuple[tuple[type, str], ...] = (
        (bool, "a boolean"),  # before int, of which it is a subclass
        (str, "a string"),
        (int, "an integer"),
        (float, "a float"),
        (list, "an array"),
        (dict, "a table"),
    )
    return next((name for type_, name in names if isinstance(value, type_)), "a date or time")


def show(value: object) -> str:
    """Return *value* as one would write it in TOML, cut to a length that fits into a message."""
    text = _inline(value)
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


def describe(value: object) -> str:
    """Return what *value* is and how it reads: ``the integer 3``."""
    name = kind(value).split(" ", 1)[1]
    if value in ([], {}) and isinstance(value, (list, dict)):
        return f"an empty {name}"
    return f"the {name} {show(value)}"


def dotted(*path: str | int) -> str:
    """Return a TOML path as text: ``tool.uv.cache-keys[2].tag``; parts that are no bare keys are quoted."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + _key(part)
    return text


def _key(name: str) -> str:
    return name if name and _BARE.issuperset(name) else quote(name)


def _inline(value: Any, depth: int = 0) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quote(value[:_SHORT])
    if depth > _DEEP:
        return "…"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(item, depth + 1) for item in value[:_SHORT]) + "]"
    if isinstance(value, dict):
        fields = [f"{_key(name)} = {_inline(item, depth + 1)}" for name, item in list(value.items())[:_SHORT]]
        return f"{{ {', '.join(fields)} }}" if fields else "{}"
    if isinstance(value, int):
        return str(value) if value.bit_length() <= _HUGE_BITS else "…"  # str() refuses huge numbers
    return str(value)


def _is_control(char: str) -> bool:
    return (char < " ") or char == "\x7f"


def _escape(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    return f"\\u{ord(char):04X}" if _is_control(char) else char

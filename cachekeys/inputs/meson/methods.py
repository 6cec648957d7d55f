"""Methods of Meson's texts, numbers, truth values, lists and dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.meson.operators import contains, indexed
from cachekeys.inputs.meson.values import ANY, Loose, LooseDict, Value, flat, lifted, text_of
from cachekeys.inputs.texts import MAX_LENGTH, UNKNOWN, ends_with, is_known, join, starts_with

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["elementary"]

Arguments = list[Value]


def elementary(value: Value, name: str, arguments: Arguments) -> Value:
    """Return what the method *name* of an elementary value gives; ANY where that is not known."""
    if isinstance(value, bool):
        return _boolean(value, name, arguments)
    if isinstance(value, int):
        return _number(value, name)
    if isinstance(value, str):
        method = _TEXT.get(name)
        return ANY if method is None else lifted(lambda text, *rest: method(text, rest), value, *arguments)
    if isinstance(value, list):
        return _list(value, name, arguments)
    if isinstance(value, dict):
        return _dictionary(value, name, arguments)
    return ANY


def _boolean(value: bool, name: str, arguments: Arguments) -> Value:  # noqa: FBT001 - the value that has the method
    if name == "to_int":
        return int(value)
    if name == "to_string":
        position = 0 if value else 1
        return arguments[position] if len(arguments) > position else text_of(value)
    return ANY


def _number(value: int, name: str) -> Value:
    if name in {"is_even", "is_odd"}:
        return (value % 2 == 0) == (name == "is_even")
    return str(value) if name == "to_string" else ANY


# -- texts ---------------------------------------------------------------------------------------------------------


def _first(arguments: Sequence[Value], default: str = "") -> str:
    return arguments[0] if arguments and isinstance(arguments[0], str) else UNKNOWN if arguments else default


def _verdict(answer: Value) -> Value:
    return ANY if answer is None else answer


def _split(text: str, arguments: Sequence[Value]) -> Value:
    separator = _first(arguments)
    parts: list[Value] = list(text.split(separator) if separator else text.split())
    return Loose(parts) if not is_known(text) or not is_known(separator) else parts


def _splitlines(text: str, _arguments: Sequence[Value]) -> Value:
    lines: list[Value] = list(text.splitlines())
    return Loose(lines) if not is_known(text) else lines


def _join(text: str, arguments: Sequence[Value]) -> Value:
    items = flat(*arguments)
    if any(isinstance(argument, Loose) for argument in arguments) or len(items) > 1000:  # noqa: PLR2004 - a product
        return UNKNOWN
    parts = [text_of(item) for item in items]
    return UNKNOWN if len(text) * len(parts) + sum(map(len, parts)) > MAX_LENGTH else text.join(parts)


def _format(text: str, arguments: Sequence[Value]) -> Value:
    for position, argument in enumerate(arguments):
        text = _replaced(text, f"@{position}@", text_of(argument))
    return text


def _replace(text: str, arguments: Sequence[Value]) -> Value:
    if len(arguments) != 2 or not all(isinstance(item, str) and is_known(item) for item in arguments):  # noqa: PLR2004 - old, new
        return UNKNOWN
    return _replaced(text, arguments[0], arguments[1])


def _replaced(text: str, old: str, new: str) -> str:
    return UNKNOWN if len(text) + text.count(old) * len(new) > MAX_LENGTH else text.replace(old, new)


def _strip(text: str, arguments: Sequence[Value]) -> Value:
    return text.strip(arguments[0] if arguments and isinstance(arguments[0], str) else " \t\n\r")


def _substring(text: str, arguments: Sequence[Value]) -> Value:
    if not is_known(text) or not all(isinstance(item, int) for item in arguments):
        return UNKNOWN
    return text[slice(*(arguments if len(arguments) != 1 else (arguments[0], None)))]


def _to_int(text: str, _arguments: Sequence[Value]) -> Value:
    try:
        return int(text)
    except ValueError:
        return ANY


def _underscorify(text: str, _arguments: Sequence[Value]) -> Value:
    return "".join(c if (c.isascii() and c.isalnum()) or c == UNKNOWN else "_" for c in text)


def _version_compare(_text: str, _arguments: Sequence[Value]) -> Value:
    return ANY


_TEXT: dict[str, Callable[[str, Sequence[Value]], Value]] = {
    "contains": lambda text, arguments: contains(text, _first(arguments)),
    "startswith": lambda text, arguments: _verdict(starts_with(text, _first(arguments))),
    "endswith": lambda text, arguments: _verdict(ends_with(text, _first(arguments))),
    "format": _format,
    "join": _join,
    "replace": _replace,
    "split": _split,
    "splitlines": _splitlines,
    "strip": _strip,
    "substring": _substring,
    "to_int": _to_int,
    "to_lower": lambda text, _arguments: text.lower(),
    "to_upper": lambda text, _arguments: text.upper(),
    "underscorify": _underscorify,
    "version_compare": _version_compare,
}


def path_join(arguments: Arguments) -> Value:
    """Return what ``join_paths`` gives."""
    return lifted(lambda *parts: join(*(text_of(part) for part in parts)), *flat_lists(arguments))


def flat_lists(arguments: Arguments) -> Arguments:
    """Return the arguments with lists taken apart, alternatives left whole."""
    result: Arguments = []
    for argument in arguments:
        result += flat_lists(argument) if isinstance(argument, list) else [argument]
    return result


# -- lists and dictionaries ----------------------------------------------------------------------------------------


def _list(value: list[Value], name: str, arguments: Arguments) -> Value:
    if name == "length":
        return ANY if isinstance(value, Loose) else len(value)
    if name == "contains" and arguments:
        return contains(value, arguments[0])
    if name == "get" and arguments:
        if (
            isinstance(arguments[0], int)
            and not isinstance(value, Loose)
            and not -len(value) <= arguments[0] < len(value)
        ):
            return arguments[1] if len(arguments) > 1 else ANY
        return indexed(value, arguments[0])
    if name in {"flatten", "slice"}:
        nested = flat_lists(value) if name == "flatten" else value
        return Loose(nested) if isinstance(value, Loose) or name == "slice" else nested
    return ANY


def _dictionary(value: dict[str, Value], name: str, arguments: Arguments) -> Value:
    if name == "keys":
        keys: list[Value] = sorted(value)  # as Meson does, although a loop has them as written
        return Loose(keys) if isinstance(value, LooseDict) else keys
    if name == "values":
        values = list(value.values())
        return Loose(values) if isinstance(value, LooseDict) else values
    if name == "has_key" and arguments:
        return contains(value, arguments[0])
    if name == "get" and arguments:
        if isinstance(arguments[0], str) and arguments[0] not in value and not isinstance(value, LooseDict):
            return arguments[1] if len(arguments) > 1 else ANY
        return indexed(value, arguments[0])
    return ANY

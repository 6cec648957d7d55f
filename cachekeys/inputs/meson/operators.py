"""Operators of Meson's language on values that may be known in part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.meson.values import (
    ANY,
    File,
    Loose,
    LooseDict,
    Object,
    Value,
    alternatives,
    lifted,
    text_of,
    truth,
)
from cachekeys.inputs.texts import UNKNOWN, bounded, is_known, join

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["add", "binary", "contains", "indexed", "negated"]


def negated(value: Value) -> Value:
    """Return ``not value``."""
    verdict = truth(value)
    return ANY if verdict is None else not verdict


def add(left: Value, right: Value) -> Value:
    """Return ``left + right``; to a list, a list adds its items and anything else itself."""
    return lifted(_add, left, right) if not isinstance(left, list) else _add_to_list(left, right)


def _add_to_list(left: list[Value], right: Value) -> Value:
    options = alternatives(right)
    if len(options) == 1:
        return _add(left, right)
    # Whatever it is, it is one of them
    more = [item for option in options for item in (option if isinstance(option, list) else [option])]
    return Loose([*left, *(item for item in more if item is not ANY)])


def _add(left: Value, right: Value) -> Value:
    if isinstance(left, list):
        items = [*left, *right] if isinstance(right, list) else [*left, right]
        return Loose(items) if isinstance(left, Loose) or isinstance(right, Loose) or right is ANY else items
    if isinstance(left, dict) and isinstance(right, dict):
        both = {**left, **right}
        return LooseDict(both) if isinstance(left, LooseDict) or isinstance(right, LooseDict) else both
    if isinstance(left, str) and (isinstance(right, str) or right is ANY):
        return bounded(left + text_of(right))
    if left is ANY and isinstance(right, str):
        return UNKNOWN + right
    if left is ANY and isinstance(right, list):
        return Loose(right)
    if _is_number(left) and _is_number(right):
        return left + right
    return ANY


def _is_number(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _divide(left: Value, right: Value) -> Value:
    if _is_number(left) and _is_number(right):
        return left // right if right else ANY
    if isinstance(left, str | File) or isinstance(right, str | File):
        return join(text_of(left), text_of(right))
    return ANY


def _equal(left: Value, right: Value) -> Value:
    if isinstance(left, Object) or isinstance(right, Object) or left is ANY or right is ANY:
        return True if left is right and isinstance(left, Object) else ANY
    if isinstance(left, Loose | LooseDict) or isinstance(right, Loose | LooseDict):
        return ANY
    if type(left) is not type(right):
        return False
    if isinstance(left, list | dict) and not (_is_plain(left) and _is_plain(right)):
        return ANY
    if isinstance(left, str) and not (is_known(left) and is_known(right)):
        return ANY
    return bool(left == right)


def _is_plain(value: Value) -> bool:
    items = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    if items is not None:
        return all(_is_plain(item) for item in items)
    return isinstance(value, int | File) or (isinstance(value, str) and is_known(value))


def _ordered(compare: Callable[[Value, Value], bool]) -> Callable[[Value, Value], Value]:
    def test(left: Value, right: Value) -> Value:
        if _is_number(left) and _is_number(right):
            return compare(left, right)
        if isinstance(left, str) and isinstance(right, str) and is_known(left) and is_known(right):
            return compare(left, right)
        return ANY

    return test


def contains(container: Value, item: Value) -> Value:
    """Return ``item in container``."""
    return lifted(_contains, container, item)


def _contains(container: Value, item: Value) -> Value:
    if isinstance(container, str) and isinstance(item, str):
        if is_known(item) and item in container:
            return True
        return False if is_known(container) and is_known(item) else ANY
    if isinstance(container, dict) and isinstance(item, str):
        if isinstance(container, LooseDict) or not is_known(item):
            return ANY
        return item in container
    if isinstance(container, list):
        verdicts = {truth(lifted(_equal, item, member)) for member in container}
        if isinstance(container, Loose) or (None in verdicts and True not in verdicts):
            return ANY
        return True in verdicts
    return ANY


def indexed(receiver: Value, key: Value) -> Value:
    """Return ``receiver[key]``."""
    return lifted(_indexed, receiver, key)


def _indexed(receiver: Value, key: Value) -> Value:
    if isinstance(receiver, dict) and isinstance(key, str):
        return receiver.get(key, ANY)
    if isinstance(receiver, list | str) and _is_number(key) and -len(receiver) <= key < len(receiver):
        if isinstance(receiver, Loose) or (isinstance(receiver, str) and not is_known(receiver)):
            return ANY
        return receiver[key]
    if isinstance(receiver, Object) and isinstance(receiver.data.get("outputs"), list):
        return receiver  # custom_target()[0]: one of its outputs
    return ANY


def _number(compute: Callable[[int, int], int]) -> Callable[[Value, Value], Value]:
    def apply(left: Value, right: Value) -> Value:
        try:
            return compute(left, right) if _is_number(left) and _is_number(right) else ANY
        except ZeroDivisionError:
            return ANY

    return apply


_OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
    "-": _number(lambda a, b: a - b),
    "*": _number(lambda a, b: a * b),
    "%": _number(lambda a, b: a % b),
    "/": _divide,
    "==": _equal,
    "<": _ordered(lambda a, b: a < b),
    "<=": _ordered(lambda a, b: a <= b),
    ">": _ordered(lambda a, b: a > b),
    ">=": _ordered(lambda a, b: a >= b),
}


def binary(operator: str, left: Value, right: Value) -> Value:
    """Apply an operator other than ``and`` and ``or``, which need not look at their right side."""
    if operator == "+":
        return add(left, right)
    if operator == "in":
        return contains(right, left)
    if operator == "!=":
        return negated(lifted(_equal, left, right))
    return lifted(_OPERATIONS[operator], left, right)

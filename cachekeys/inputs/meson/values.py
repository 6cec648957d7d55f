"""What a variable of Meson's language can hold, as far as it can be known without running anything.

Texts, numbers, truth values, lists and dictionaries are Python's own; a text may have unknown parts
(:data:`~cachekeys.inputs.texts.UNKNOWN`) and, as a path in the source tree, begins with
:data:`~cachekeys.inputs.texts.ROOT`. A list or dictionary is never changed once it is made. Where two ways through the script meet, a
variable holds :class:`Either` of the alternatives; lists become one :class:`Loose` list of all that may be in it.
"""

from __future__ import annotations

import posixpath
from itertools import product
from typing import TYPE_CHECKING, Any

from cachekeys.inputs.texts import ROOT, UNKNOWN, bounded, is_known
from cachekeys.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "ANY",
    "Anything",
    "Either",
    "File",
    "Loose",
    "LooseDict",
    "Object",
    "Value",
    "alternatives",
    "flat",
    "is_disabled",
    "lifted",
    "merged",
    "modest",
    "text_of",
    "texts",
    "truth",
]

Value = Any
"""str, int, bool, list, dict, File, Object, Either or ANY."""

MAX_ALTERNATIVES = 48
MAX_ITEMS = 20_000
MAX_DEPTH = 100  # of lists in lists
MAX_BITS = 64


class Anything:
    """The value of which nothing is known."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ANY"


ANY = Anything()


class Loose(list[Value]):
    """A list of all that may be in it: which of them are, and in which order, is not known."""


class LooseDict(dict[str, Value]):
    """A dictionary of all that may be in it."""


@dataclass(frozen=True, slots=True)
class Either:
    """One of several values."""

    options: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file of the source tree (``files()``), as a path relative to the project; it may have unknown parts."""

    path: str


@dataclass(eq=False, slots=True)
class Object:
    """Anything else that a function of Meson returns.

    ``sources`` are files of the project that whoever compiles this object's files reads too; ``includes`` are directories
    that it lets a compiler search; ``data`` is up to the kind.
    """

    kind: str
    name: str = ""
    sources: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


def alternatives(value: Value) -> tuple[Value, ...]:
    """Return the values that *value* can be."""
    return value.options if isinstance(value, Either) else (value,)


def merged(values: Iterable[Value]) -> Value:
    """Return one value that stands for all of *values*."""
    found: list[Value] = []
    for value in values:
        for option in alternatives(value):
            if option is ANY:
                found.append(option)
                continue
            if not any(_same(option, other) for other in found):
                found.append(option)
    if len(found) == 1:
        return found[0]
    if found and all(isinstance(option, list) for option in found):
        return _merged_lists(found)
    if found and all(isinstance(option, dict) for option in found):
        return _merged_dicts(found)
    known = [option for option in found if option is not ANY]
    if len(known) < len(found):
        known.append(ANY)
    return Either(tuple(known)) if 0 < len(known) <= MAX_ALTERNATIVES else ANY


def _same(one: Value, other: Value) -> bool:
    return one is other or (type(one) is type(other) and not isinstance(one, Object) and bool(one == other))


def _merged_lists(lists: list[list[Value]]) -> Loose:
    """Return all items, each as often as the list that has it most often at its start."""
    common = 0
    shortest = min(len(items) for items in lists)
    while common < shortest and all(_same(items[common], lists[0][common]) for items in lists):
        common += 1
    result = Loose(lists[0][:common])
    for items in lists:
        for item in items[common:]:
            if len(result) < MAX_ITEMS and not any(_same(item, other) for other in result[common:]):
                result.append(item)
    return result


def _merged_dicts(dicts: list[dict[str, Value]]) -> LooseDict:
    result = LooseDict()
    for key in dict.fromkeys(key for items in dicts for key in items):
        result[key] = merged(items[key] for items in dicts if key in items)
    return result


def lifted(function: Callable[..., Value], *values: Value) -> Value:
    """Apply *function* to every combination of alternatives."""
    if not any(isinstance(value, Either) for value in values):
        return function(*values)
    results = []
    for number, combination in enumerate(product(*(alternatives(value) for value in values))):
        if number >= MAX_ALTERNATIVES:
            return ANY
        results.append(function(*combination))
    return merged(results)


def truth(value: Value) -> bool | None:
    """Return whether a condition holds, None when that is not known."""
    verdicts = {option if isinstance(option, bool) else None for option in alternatives(value)}
    return verdicts.pop() if len(verdicts) == 1 else None


def text_of(value: Value) -> str:
    """Return *value* as a text, as ``format`` and f-strings write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, File):
        return f"{ROOT}/{value.path}"
    return UNKNOWN


def texts(value: Value) -> list[str]:
    """Return the texts that *value* can be, or that are in it, with those that have unknown parts."""
    return [item for item in flat(value) if isinstance(item, str)]


def flat(*values: Value) -> list[Value]:
    """Return *values* with lists and alternatives taken apart."""
    result: list[Value] = []
    pending = list(reversed(values))
    while pending and len(result) < MAX_ITEMS:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(reversed(value))
        elif isinstance(value, Either):
            pending.extend(reversed(value.options))
        else:
            result.append(value)
    return result


def modest(value: Value) -> tuple[Value, int]:
    """Return *value*, or less when it outgrows what a script can mean (a text doubled in a loop), and how many items it has."""
    if isinstance(value, str):
        return bounded(value), 0
    if isinstance(value, int):
        return (value if value.bit_length() <= MAX_BITS else ANY), 0
    if isinstance(value, list | dict):
        weight = _weight(value)
        if weight <= MAX_ITEMS:
            return value, weight
        if isinstance(value, list) and not any(isinstance(item, list | dict | Either) for item in value):
            return Loose(value[:MAX_ITEMS]), MAX_ITEMS
        return ANY, MAX_ITEMS
    if isinstance(value, Either):
        options = [modest(option) for option in value.options]
        return Either(tuple(option for option, _ in options)), sum(weight for _, weight in options)
    return value, 0


def _weight(value: Value) -> int:
    """Count the items at all depths, a shared one as often as it occurs; more than the most when there are too many or too deep ones."""
    weight = 0
    pending = [(value, 0)]
    while pending:
        each, depth = pending.pop()
        inner = each.values() if isinstance(each, dict) else each.options if isinstance(each, Either) else each
        weight += len(inner)
        if weight > MAX_ITEMS or depth > MAX_DEPTH:
            return MAX_ITEMS + 1
        pending += [(item, depth + 1) for item in inner if isinstance(item, list | dict | Either)]
    return weight


def is_disabled(positional: list[Value], keywords: dict[str, Value]) -> bool:
    """Tell whether an argument is for certain a disabler: Meson leaves such a call out."""
    for value in (*positional, *keywords.values()):
        items = value if isinstance(value, list) and not isinstance(value, Loose) else [value]
        if any(isinstance(item, Object) and item.kind == "disabler" for item in items):
            return True
    return False


def joined(*parts: Value) -> Value:
    """Join path parts as the ``/`` operator does; a file gives its place."""

    def one(*texts_: Value) -> Value:
        from cachekeys.inputs.texts import join

        return join(*(text_of(text) for text in texts_))

    return lifted(one, *parts)


def normal(text: str) -> str:
    """Return a path without ``.`` parts; unknown parts stay."""
    return posixpath.normpath(text) if text and is_known(text) else text

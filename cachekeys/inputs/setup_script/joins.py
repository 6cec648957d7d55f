"""Several values as one: what a name holds after branches that may or may not have run, and what can be told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.values import (
    ANY_NAME,
    AROUND,
    Bound,
    Choice,
    Class,
    External,
    Function,
    Instance,
    Module,
    Opened,
    PathValue,
    Value,
    alternatives,
    sources_of,
    unknown,
    with_sources,
)
from cachekeys.inputs.texts import UNKNOWN, is_known, widen

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["elements", "is_enumeration", "join_values", "spread", "truth"]

MAX_LISTS = 4
MAX_CHOICES = 24
"""Alternatives that one value may have; more are widened to what they have in common."""


def _same(a: Value, b: Value) -> bool:
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, (str, int, float, bytes)):
        return bool(a == b) and sources_of(a) == sources_of(b)
    if isinstance(a, External):
        return bool(a.name == b.name and a.sources == b.sources)
    if isinstance(a, PathValue):
        return _same(a.text, b.text)
    return False


def join_values(values: Iterable[Value]) -> Value:
    """Return one value that can be any of *values*."""
    values = list(values)
    if len(values) == 1:
        return values[0]
    options: list[Value] = []
    for value in values:
        for option in alternatives(value):
            if not any(_same(option, other) for other in options):
                options.append(option)
    if len(options) == 1:
        return options[0]
    if len(options) > MAX_LISTS:
        options = _fewer(options)
        if len(options) == 1:
            return options[0]
    return Choice(tuple(options)) if options else unknown(internal=True)


def _distinct(items: Iterable[Value]) -> list[Value]:
    """Return the items without repetitions: equal texts, the same object."""
    seen: set[Value] = set()
    result: list[Value] = []
    for item in items:
        key = item if isinstance(item, str) else id(item)
        if key not in seen:
            seen.add(key)
            result.append(item)
    return result


def _fewer(options: list[Value]) -> list[Value]:
    """Return fewer alternatives: many lists become one with all their elements, too many texts a pattern."""
    lists = [option for option in options if isinstance(option, list)]
    if len(lists) > MAX_LISTS:
        together = _distinct(item for option in lists for item in option)
        options = [together, *(option for option in options if not isinstance(option, list))]
    if len(options) > MAX_CHOICES:
        known_texts = [option for option in options if isinstance(option, str)]
        others = [option for option in options if not isinstance(option, str)]
        if len(known_texts) > MAX_CHOICES // 2:
            options = [with_sources(widen(known_texts), sources_of(known_texts)), *others]
    return options[:MAX_CHOICES]


def spread(value: Value) -> list[Value]:
    """Return what ``*value`` stands for: nothing where it is known to be empty, one unknown value where it is not known."""
    found = elements(value)
    return [unknown(value)] if found is None else found


def elements(value: Value) -> list[Value] | None:
    """Return what iterating over *value* yields, or None when that is not known.

    A choice yields the elements of all its alternatives.
    """
    if isinstance(value, (list, tuple)):
        return list(value)
    if isinstance(value, (dict, set, frozenset)):
        return [External(ANY_NAME) if key == AROUND else key for key in value]
    if isinstance(value, Class) and is_enumeration(value):
        return list(value.members.values())
    if isinstance(value, Instance) and isinstance(value.cls, Class):
        bases = {base.name.rpartition(".")[2] for base in value.cls.externals()}
        return list(value.attributes.values()) if "NamedTuple" in bases else None
    if isinstance(value, range):
        return list(value[:1000])
    if isinstance(value, str):
        return list(value[:200]) if is_known(value) else None
    if isinstance(value, Choice):
        parts = [elements(option) for option in value.options]
        found = [part for part in parts if part is not None]
        if not found:
            return None
        result = _distinct(item for part in found for item in part)
        if len(found) < len(parts):
            result.append(unknown(value))
        return result
    return None


def truth(value: Value) -> bool | None:
    """Return whether *value* counts as true, or None when that is not known.

    What is in a list, dict or set may depend on a branch that was merged, so these are never decided.
    """
    if value is None or isinstance(value, (bool, int, float, bytes, tuple, frozenset, range)):
        return bool(value)
    if isinstance(value, str):
        return True if value.replace(UNKNOWN, "") else (None if value else False)
    if isinstance(value, Choice):
        verdicts = {truth(option) for option in value.options}
        return verdicts.pop() if len(verdicts) == 1 else None
    if isinstance(value, (Function, Class, Module, Instance, PathValue, Bound, Opened)):
        return True
    if isinstance(value, External) and value.name.endswith("TYPE_CHECKING"):
        return False  # what only a type checker sees
    return None


_ENUMERATIONS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"})


def is_enumeration(cls: Class) -> bool:
    """Tell whether a local class is an enumeration."""
    return any(base.name.rpartition(".")[2] in _ENUMERATIONS for base in cls.externals())

"""CMake's ``list`` command, on values with alternatives: what it does, it does to each of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.genex import stripped
from cachekeys.inputs.cmake.regular import replacement, safe_regex, substituted
from cachekeys.inputs.cmake.values import (
    NOTHING,
    UNKNOWN_VALUE,
    Value,
    elements,
    joined,
    merged,
    split_list,
    text_of,
)
from cachekeys.inputs.texts import UNKNOWN, is_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["list_command"]


def list_command(m: Interpreter, arguments: list[Value]) -> None:
    """``list(APPEND|FILTER|TRANSFORM ... variable ...)``."""
    mode, name, rest = text_of(arguments, 0), text_of(arguments, 1), arguments[2:]
    current = m.variable(name) if m.is_set(name) else NOTHING
    if mode in {"APPEND", "PREPEND"}:
        m.assign(name, joined([current, *rest] if mode == "APPEND" else [*rest, current]))
    elif mode in _CHANGES:
        change = _CHANGES[mode]
        words = [word for value in rest for word in elements(value)]
        m.assign(name, _each(current, lambda items: change(items, words)))
    elif mode == "FILTER":
        _filter(m, name, current, rest)
    elif mode == "TRANSFORM":
        _transform(m, name, current, rest)
    elif mode in {"POP_BACK", "POP_FRONT"}:
        _pop(m, name, current, [value[0] for value in rest], front=mode == "POP_FRONT")
    elif rest:
        _query(m, mode, current, rest)


def _query(m: Interpreter, mode: str, current: Value, rest: list[Value]) -> None:
    """Set a variable to what a list is asked for."""
    words = [value[0] for value in rest]
    if mode == "JOIN" and len(words) > 1:
        m.assign(words[1], tuple(option.replace(";", words[0]) for option in current))
        return
    results: dict[str, None] = {}
    for option in current:
        items = [item for item in split_list(option) if item]
        certain = all(is_known(item) for item in items) and len(current) == 1
        if mode == "LENGTH":
            results[str(len(items)) if certain else UNKNOWN] = None
        elif mode == "GET":
            results.update(dict.fromkeys([";".join(_picked(items, words[:-1]))]))
        elif mode == "SUBLIST":
            results[";".join(_slice(items, words))] = None
        elif mode == "FIND" and certain:
            results[str(items.index(words[0]) if words[0] in items else -1)] = None
        else:
            results[UNKNOWN] = None
    m.assign(words[-1], merged([tuple(results)]) or UNKNOWN_VALUE)


def _numbers(words: list[str]) -> list[int] | None:
    try:
        return [int(word) for word in words]
    except ValueError:
        return None


def _picked(items: list[str], words: list[str]) -> list[str]:
    numbers = _numbers(words)
    if numbers is None:
        return items  # any of them
    return [items[number] if -len(items) <= number < len(items) else UNKNOWN for number in numbers]


def _slice(items: list[str], words: list[str]) -> list[str]:
    numbers = _numbers(words[:2])
    if numbers is None or len(numbers) < 2:  # noqa: PLR2004 - begin and length
        return items
    begin, length = numbers
    return items[begin:] if length < 0 else items[begin : begin + length]


def _inserted(items: list[str], words: list[str]) -> list[str]:
    at = _numbers(words[:1])
    position = at[0] if at else len(items)
    return [*items[:position], *words[1:], *items[position:]]


def _removed_at(items: list[str], words: list[str]) -> list[str]:
    numbers = _numbers(words)
    if numbers is None:
        return items
    gone = {number % len(items) for number in numbers} if items else set()
    return [item for position, item in enumerate(items) if position not in gone]


_CHANGES: dict[str, Callable[[list[str], list[str]], list[str]]] = {
    "INSERT": _inserted,
    "REMOVE_AT": _removed_at,
    "REMOVE_ITEM": lambda items, words: [item for item in items if item not in words],
    "REMOVE_DUPLICATES": lambda items, _: list(dict.fromkeys(items)),
    "REVERSE": lambda items, _: items[::-1],
    "SORT": lambda items, words: _sorted(items, words),  # noqa: PLW0108 - it is defined below
}


def _sorted(items: list[str], words: list[str]) -> list[str]:
    """Return *items* by ``COMPARE``, ``CASE`` and ``ORDER``; equals keep theirs."""
    options = dict(zip(words[::2], words[1::2], strict=False))
    plain = str.lower if options.get("CASE") == "INSENSITIVE" else str
    compare = options.get("COMPARE", "STRING")

    def key(item: str) -> list[tuple[int, int, str]]:
        text = plain(item.rpartition("/")[2] if compare == "FILE_BASENAME" else item)
        if compare != "NATURAL":
            return [(0, 0, text)]
        return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", text) if part]

    return sorted(items, key=key, reverse=options.get("ORDER") == "DESCENDING")


def _each(value: Value, change: Callable[[list[str]], list[str]]) -> Value:
    return tuple(";".join(change([item for item in split_list(option) if item])) for option in value)


def _pop(m: Interpreter, name: str, current: Value, names: list[str], *, front: bool) -> None:
    count = max(1, len(names))
    for position, variable in enumerate(names):
        results = []
        for option in current:
            items = [item for item in split_list(option) if item]
            at = position if front else -1 - position
            results.append(items[at] if -len(items) <= at < len(items) else "")
        m.assign(variable, tuple(dict.fromkeys(results)))
    m.assign(name, _each(current, lambda items: items[count:] if front else items[: max(0, len(items) - count)]))


def _filter(m: Interpreter, name: str, current: Value, rest: list[Value]) -> None:
    keep = text_of(rest, 0) == "INCLUDE"
    regex = safe_regex(text_of(rest, 2))
    if regex is not None:
        search = regex.search
        m.assign(name, _each(current, lambda items: [i for i in items if not is_known(i) or bool(search(i)) is keep]))


def _transform(m: Interpreter, name: str, current: Value, rest: list[Value]) -> None:
    action, words = text_of(rest, 0), [value[0] for value in rest[1:]]
    target = name
    if "OUTPUT_VARIABLE" in words[:-1]:
        target = words[words.index("OUTPUT_VARIABLE") + 1]
    first, second = (*words, "", "")[:2]
    regex = safe_regex(first) if action == "REPLACE" else None
    changes: dict[str, Callable[[str], str]] = {
        "PREPEND": lambda item: first + item,
        "APPEND": lambda item: item + first,
        "TOLOWER": str.lower,
        "TOUPPER": str.upper,
        "STRIP": str.strip,
        "GENEX_STRIP": stripped,
    }
    if regex is not None:
        pattern, build = regex, replacement(second)
        changes["REPLACE"] = lambda item: substituted(pattern, build, item)[0]
    change = changes.get(action, str)
    rest_of = words[{"APPEND": 1, "PREPEND": 1, "REPLACE": 2}.get(action, 0) :]

    def changed(items: list[str]) -> list[str]:
        chosen = _selected(items, rest_of)
        return [change(item) if position in chosen else item for position, item in enumerate(items)]

    m.assign(target, _each(current, changed))


def _selected(items: list[str], words: list[str]) -> set[int]:
    """Return the positions that a selector of ``TRANSFORM`` takes: ``AT i...``, ``FOR start stop [step]`` or ``REGEX``."""
    everything = set(range(len(items)))
    mode, arguments = (words or [""])[0], [word for word in words[1:] if word != "OUTPUT_VARIABLE"]
    if mode == "REGEX" and arguments:
        regex = safe_regex(arguments[0])
        return everything if regex is None else {at for at in everything if regex.search(items[at])}
    numbers = _numbers(arguments[: words.index("OUTPUT_VARIABLE") - 1 if "OUTPUT_VARIABLE" in words else None])
    if mode not in {"AT", "FOR"} or not numbers or not items:
        return everything
    if mode == "AT":
        return {number % len(items) for number in numbers}
    start, stop, step = (*numbers, 1)[:3] if len(numbers) > 1 else (0, -1, 1)
    return set(range(start % len(items), stop % len(items) + 1, max(1, step)))

"""Values of CMake variables: every text that a variable can hold, lists being ``;``-separated as in CMake itself."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from cachekeys.inputs.texts import MAX_LENGTH, UNKNOWN, bounded, known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "BUILD",
    "NOTHING",
    "OUTSIDE",
    "UNKNOWN_VALUE",
    "Value",
    "all_words",
    "capped",
    "elements",
    "expand",
    "joined",
    "merged",
    "quoted_item",
    "split_list",
    "text_of",
    "union",
]

Value = tuple[str, ...]
"""The alternatives, at least one."""

UNKNOWN_VALUE: Value = (UNKNOWN,)
NOTHING: Value = ("",)

BUILD = f"/{UNKNOWN}"
"""The directory where the build is made: somewhere outside of the sources."""

OUTSIDE: Value = (f"/{UNKNOWN}{UNKNOWN}",)
"""Another directory outside of the sources, where something was fetched to."""

MAX_ALTERNATIVES = 8
MAX_SCALARS = 24
"""Alternatives of a text that is no list: paths are made of them, and a union would be none."""

_MAX_DEPTH = 20
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", ";": "\\;", "\n": ""}
_SPLIT = re.compile(r"(\\;|[;\[\]])")


def merged(values: Iterable[Value]) -> Value:
    """Return the value that can be any of *values*; of too many lists, one that holds all their elements."""
    options = dict.fromkeys(option for value in values for option in value)
    if len(options) <= MAX_ALTERNATIVES or (
        len(options) <= MAX_SCALARS and not any(";" in option for option in options)
    ):
        return tuple(options)
    return ("", union(options))  # two alternatives, so that no condition is decided by it


def split_list(text: str) -> list[str]:
    r"""Return the elements of a list, empty ones too; ``\;`` and ``[...]`` hold one together (cmake-language(7), Lists)."""
    if "\\" not in text and "[" not in text:
        return text.split(";")
    items: list[str] = []
    current: list[str] = []
    depth = 0
    for piece in _SPLIT.split(text):
        if piece == ";" and not depth:
            items.append("".join(current))
            current = []
            continue
        depth += (piece == "[") - (piece == "]" and depth > 0)
        current.append(piece)
    if depth:
        return text.split(";")  # a lone bracket: CMake would keep it all together, which is no list of files
    return [*items, "".join(current)]


def quoted_item(text: str) -> str:
    """Return *text* as one element of a list."""
    return text.replace(";", "\\;") if ";" in text else text


def union(options: Iterable[str]) -> str:
    """Return one list with the elements of all lists in *options*."""
    return ";".join(dict.fromkeys(item for option in options for item in split_list(option) if item))


def capped(value: Value) -> Value:
    """Return *value*, alternatives that are too long without their repetitions or, if need be, unknown."""
    if sum(map(len, value)) <= MAX_LENGTH:
        return value
    return tuple(
        dict.fromkeys(bounded(union([option])) if len(option) > MAX_LENGTH // 8 else option for option in value)
    )


def elements(value: Value) -> list[str]:
    """Return the elements of all alternatives, each once."""
    if len(value) == 1:
        return [item for item in split_list(value[0]) if item]
    return list(dict.fromkeys(item for option in value for item in split_list(option) if item))


def text_of(arguments: list[Value], position: int) -> str:
    """Return the first alternative of an argument, "" when there is none."""
    return arguments[position][0] if position < len(arguments) else ""


def all_words(arguments: Iterable[Value]) -> list[str]:
    """Return all elements of all arguments."""
    return [item for argument in arguments for item in elements(argument)]


def joined(parts: list[Value]) -> Value:
    """Return the list of *parts*, with every combination of their alternatives as long as they are few."""
    if all(len(part) == 1 for part in parts):
        return (";".join(part[0] for part in parts if part[0]),)
    combinations: list[str] = [""]
    for number, part in enumerate(parts):
        if len(combinations) * len(part) > MAX_ALTERNATIVES:
            return (union([combinations[0], *combinations[1:], *(o for rest in parts[number:] for o in rest)]),)
        combinations = [
            f"{done};{option}" if done and option else done or option for done in combinations for option in part
        ]
    return tuple(dict.fromkeys(combinations))


# -- references ------------------------------------------------------------------------------------------------------

_REFERENCE = re.compile(r"\$(ENV|CACHE)?\{")
_SPECIAL = re.compile(r"[\\$}]")

Template = tuple["str | tuple[str, Template]", ...]
"""Literal texts and references: the kind of each, and the template of its name."""


def expand(text: str, look_up: Callable[[str, str], Value]) -> Value:
    """Return *text* with its ``${...}``, ``$ENV{...}`` and escapes resolved. What a variable holds is not resolved again.

    :param look_up: gets ``""``, ``"ENV"`` or ``"CACHE"`` and the name, returns the value.
    """
    return _filled(_template(known(text)), look_up)


def _filled(template: Template, look_up: Callable[[str, str], Value]) -> Value:
    results = [""]
    for part in template:
        if isinstance(part, str):
            results = [result + part for result in results]
            continue
        kind, name = part
        names = _filled(name, look_up)
        value = look_up(kind, names[0]) if len(names) == 1 else merged(look_up(kind, option) for option in names)
        if len(results) * len(value) > MAX_SCALARS:
            value = (union(value),) if len(template) == 1 else UNKNOWN_VALUE
        results = [result + option for result in results for option in value]
    return tuple(dict.fromkeys(results))


@lru_cache(maxsize=8192)
def _template(text: str) -> Template:
    template, _ = _parse(text, 0, nested=False)
    return template


def _parse(text: str, position: int, *, nested: bool, depth: int = 0) -> tuple[Template, int]:
    """Return the template that starts at *position* and where it ends; a nested one, the name of a reference, at ``}``."""
    parts: list[str | tuple[str, Template]] = []
    literal: list[str] = []
    while position < len(text):
        special = _SPECIAL.search(text, position)
        if special is None:
            literal.append(text[position:])
            position = len(text)
            break
        literal.append(text[position : special.start()])
        position = special.start()
        char = text[position]
        if nested and char == "}":
            break
        if char == "\\" and position + 1 < len(text):
            following = text[position + 1]
            literal.append(_ESCAPES.get(following, following))
            position += 2
            continue
        match = _REFERENCE.match(text, position) if char == "$" and depth < _MAX_DEPTH else None
        if match is not None:
            name, end = _parse(text, match.end(), nested=True, depth=depth + 1)
            if end < len(text):
                if any(literal):
                    parts.append("".join(literal))
                literal = []
                parts.append((match[1] or "", name))
                position = end + 1
                continue
        literal.append(char)
        position += 1
    if any(literal):
        parts.append("".join(literal))
    return tuple(parts), position

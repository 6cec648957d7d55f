"""Values of CMake variables: every text that a variable can hold, lists being ``;``-separated as in CMake itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.inputs.texts import MAX_LENGTH, UNKNOWN, bounded, known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "NOTHING",
    "UNKNOWN_VALUE",
    "Value",
    "all_words",
    "capped",
    "elements",
    "expand",
    "joined",
    "merged",
    "safe_regex",
    "text_of",
    "union",
]

Value = tuple[str, ...]
"""The alternatives, at least one."""

UNKNOWN_VALUE: Value = (UNKNOWN,)
NOTHING: Value = ("",)

MAX_ALTERNATIVES = 8

_REFERENCE = re.compile(r"\$(ENV|CACHE)?\{([^${}]*)\}")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", ";": "\\;"}


def merged(values: Iterable[Value]) -> Value:
    """Return the value that can be any of *values*; of too many lists, one that holds all their elements."""
    options = dict.fromkeys(option for value in values for option in value)
    if len(options) <= MAX_ALTERNATIVES:
        return tuple(options)
    return ("", union(options))  # two alternatives, so that no condition is decided by it


def union(options: Iterable[str]) -> str:
    """Return one list with the elements of all lists in *options*."""
    return ";".join(dict.fromkeys(item for option in options for item in option.split(";") if item))


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
        return [item for item in value[0].split(";") if item]
    return [item for item in union(value).split(";") if item]


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


def expand(text: str, look_up: Callable[[str, str], Value]) -> Value:
    """Return *text* with its ``${...}``, ``$ENV{...}`` and escapes resolved.

    :param look_up: gets ``""``, ``"ENV"`` or ``"CACHE"`` and the name, returns the value.
    """
    results: list[str] = [known(text)]
    for _ in range(6):  # references nest: ${${LANG}_FLAGS}
        if not any("${" in r or "$ENV{" in r or "$CACHE{" in r for r in results):
            break
        expanded: list[str] = []
        for result in results:
            expanded += _once(result, look_up)
        results = list(dict.fromkeys(expanded))
        if len(results) > MAX_ALTERNATIVES:
            results = [union(results)]
    if any("\\" in result for result in results):
        results = [_ESCAPE.sub(lambda m: _ESCAPES.get(m[1], m[1]), result) for result in results]
    if any("$<" in result for result in results):
        results = [_generator(result) for result in results]
    return tuple(results)


def _once(text: str, look_up: Callable[[str, str], Value]) -> list[str]:
    """Resolve the innermost references of *text*."""
    results = [""]
    position = 0
    for match in _REFERENCE.finditer(text):
        literal = text[position : match.start()]
        position = match.end()
        if literal.endswith("\\"):
            results = [result + literal + match[0].replace("$", "\x03") for result in results]
            continue
        value = look_up(match[1] or "", match[2])
        if len(results) * len(value) > MAX_ALTERNATIVES:
            value = (union(value),)
        results = [result + literal + option for result in results for option in value]
    tail = text[position:]
    return [(result + tail).replace("\x03", "$") for result in results]


_GENERATOR = re.compile(r"\$<([^<>$:]*)(?::([^<>$]*))?>")
_PASSING = frozenset(
    {"BUILD_INTERFACE", "BUILD_LOCAL_INTERFACE", "1", "PATH", "SHELL_PATH", "LINK_ONLY", "LOWER_CASE", "UPPER_CASE"}
)
_DROPPED = frozenset({"INSTALL_INTERFACE", "0"})


def _generator(text: str) -> str:
    """Replace generator expressions: a condition's payload counts, what only the generator knows is unknown."""

    def payload(match: re.Match[str]) -> str:
        head, inner = match[1], match[2]
        if head in _DROPPED:
            return ""
        if inner is None or (head.isupper() and head not in _PASSING and not head.startswith(UNKNOWN)):
            return inner.partition(",")[2].replace(",", ";") if head == "IF" and inner else UNKNOWN
        return inner

    for _ in range(12):
        replaced = _GENERATOR.sub(payload, text)
        if replaced == text:
            break
        text = replaced
    return text


def safe_regex(pattern: str) -> re.Pattern[str] | None:
    """Return a CMake regular expression compiled, or None when it could run long or means something else in Python."""
    if len(pattern) > 200 or UNKNOWN in pattern or re.search(r"\)[*+?{]|[*+?]\S*[*+?]\S*[*+?]\S*[*+?]", pattern):  # noqa: PLR2004 - a bound
        return None
    try:
        return re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return None

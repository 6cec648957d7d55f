"""CMake's commands ``string`` and ``math``, on values with alternatives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.regular import every_match, replacement, safe_regex, substituted
from cachekeys.inputs.cmake.values import (
    NOTHING,
    UNKNOWN_VALUE,
    Value,
    expand,
    merged,
    quoted_item,
    text_of,
)
from cachekeys.inputs.texts import UNKNOWN, is_known, known

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["configured", "hashed", "math", "set_groups", "string_command"]

_MAX_SOURCE = 20_000
"""Characters that a regular expression is let loose on."""

_MAX_GROUPS = 10


def string_command(m: Interpreter, arguments: list[Value]) -> None:
    """``string(REPLACE|REGEX|TOLOWER ...)``."""
    mode = text_of(arguments, 0)
    if mode == "REGEX":
        _regex(m, arguments)
    elif mode == "REPLACE" and len(arguments) > 3:  # noqa: PLR2004 - old new variable input
        old, new = text_of(arguments, 1), text_of(arguments, 2)
        source = _concatenated(arguments[4:])
        m.assign(text_of(arguments, 3), tuple(option.replace(old, new) for option in source) if old else source)
    elif mode in _CHANGES:
        change = _CHANGES[mode]
        source = arguments[1] if len(arguments) > 1 else NOTHING
        m.assign(text_of(arguments, 2), tuple(change(option) for option in source))
    elif mode in {"APPEND", "PREPEND"}:
        name = text_of(arguments, 1)
        current = m.variable(name) if m.is_set(name) else NOTHING
        parts = [current, *arguments[2:]] if mode == "APPEND" else [*arguments[2:], current]
        m.assign(name, _concatenated(parts))
    elif mode == "CONCAT":
        m.assign(text_of(arguments, 1), _concatenated(arguments[2:]))
    elif mode == "JOIN":
        glue: list[Value] = [(text_of(arguments, 1),)] * max(0, 2 * len(arguments) - 7)
        glue[::2] = arguments[3:]
        m.assign(text_of(arguments, 2), _concatenated(glue))
    elif mode == "JSON":
        from cachekeys.inputs.cmake.jsontexts import json_command  # few lists files read any

        json_command(m, arguments[1:])
    elif mode == "CONFIGURE" and len(arguments) > 2:  # noqa: PLR2004 - CONFIGURE text variable
        m.assign(text_of(arguments, 2), configured(m, arguments[1], only_at="@ONLY" in text_of(arguments, 3)))
    else:
        _measure(m, mode, arguments)


_CHANGES: dict[str, Callable[[str], str]] = {
    "TOLOWER": str.lower,
    "TOUPPER": str.upper,
    "STRIP": str.strip,
    "MAKE_C_IDENTIFIER": lambda text: re.sub(rf"[^\w{UNKNOWN}]", "_", re.sub(r"^(?=\d)", "_", text)),
    "GENEX_STRIP": str,
}


def configured(m: Interpreter, value: Value, *, only_at: bool = False) -> Value:
    """Return text with its ``@NAME@``, and unless *only_at* its ``${NAME}``, replaced."""
    results: list[Value] = []
    for option in value:
        if len(option) >= _MAX_SOURCE:
            results.append((option,))
            continue
        # what is to be kept is named by variables that no project has
        kept = {"cachekeys.dollar": "$", "cachekeys.slash": "\\"}
        text = option.replace("\\", "${cachekeys.slash}") if only_at else option
        text = text.replace("${", "${cachekeys.dollar}{") if only_at and "cachekeys" not in option else text
        at = re.sub(r"@([\w./+-]+)@", r"${\1}", text)

        def look_up(kind: str, name: str, kept: dict[str, str] = kept) -> Value:
            return UNKNOWN_VALUE if kind else (kept[name],) if name in kept else m.variable(name)

        results.append(expand(at, look_up) if "${" in at else (at,))
    return merged(results)


_RESULTS = {"LENGTH": 2, "SUBSTRING": 4, "FIND": 3, "COMPARE": 4, "REPEAT": 3, "HEX": 2, "ASCII": -1}
"""Where the variable stands that gets the result; of the other modes, behind their name."""


def _measure(m: Interpreter, mode: str, arguments: list[Value]) -> None:
    """Set the result of a mode that counts, cuts or compares; where it stands is up to the mode."""
    words = [value[0] for value in arguments]
    at = _RESULTS.get(mode, 1)
    if not arguments or not (name := text_of(arguments, at % len(arguments))):
        return
    result: str | None = None
    if len(words) > at and all(len(value) == 1 and is_known(value[0]) for value in arguments):
        try:
            result = _measured(mode, [word for position, word in enumerate(words[1:], 1) if position != at])
        except (ValueError, IndexError):
            result = None
    m.assign(name, (UNKNOWN if result is None else result,))


def _measured(mode: str, words: list[str]) -> str | None:
    """Return what a mode comes to for known words, the variable left out.

    :raises ValueError: a word that should be a number is none.
    :raises IndexError: a word is missing.
    """
    text = words[0]
    if mode == "LENGTH":
        return str(len(text.encode()))
    if mode == "SUBSTRING":
        begin, length = int(words[1]), int(words[2])
        return text[begin:] if length < 0 else text[begin : begin + length]
    if mode == "FIND":
        return str(text.rfind(words[1]) if words[-1] == "REVERSE" else text.find(words[1]))
    if mode == "REPEAT" and int(words[1]) * len(text) < _MAX_SOURCE:
        return text * int(words[1])
    if mode == "COMPARE":
        operator, left, right = words[:3]
        order = {"EQUAL": left == right, "NOTEQUAL": left != right, "LESS": left < right, "GREATER": left > right}
        order |= {"LESS_EQUAL": left <= right, "GREATER_EQUAL": left >= right}
        return str(int(order[operator])) if operator in order else None
    if mode == "HEX":
        return text.encode().hex()
    if mode == "ASCII":
        return known("".join(chr(int(word)) for word in words[:-1]))
    return hashed(mode, text.encode())


def hashed(mode: str, data: bytes) -> str | None:
    """Return the hash of *data* by CMake's name of the algorithm; None when it is none."""
    if not mode.startswith(("MD5", "SHA")):
        return None
    import hashlib  # few lists files hash anything

    name = mode.lower()
    return hashlib.new(name, data, usedforsecurity=False).hexdigest() if name in hashlib.algorithms_available else None


def _regex(m: Interpreter, arguments: list[Value]) -> None:
    action, pattern = text_of(arguments, 1), text_of(arguments, 2)
    if action == "QUOTE":
        m.assign(pattern, tuple(re.sub(r"([][^$.*+?|()\\-])", r"\\\1", text) for text in _concatenated(arguments[3:])))
        return
    regex = safe_regex(pattern)
    if action == "REPLACE" and len(arguments) > 4:  # noqa: PLR2004 - REGEX REPLACE pattern replacement variable
        source = _concatenated(arguments[5:])
        if regex is None or not all(len(option) < _MAX_SOURCE for option in source):
            m.assign(text_of(arguments, 4), UNKNOWN_VALUE)
        else:
            build, search = replacement(text_of(arguments, 3)), regex
            results = [result for option in source for result in substituted(search, build, option)]
            m.assign(text_of(arguments, 4), tuple(dict.fromkeys(results)))
    elif len(arguments) > 3:  # noqa: PLR2004 - REGEX MATCH pattern variable
        _match(m, regex, text_of(arguments, 3), _concatenated(arguments[4:]), every=action == "MATCHALL")


def _match(m: Interpreter, regex: re.Pattern[str] | None, name: str, source: Value, *, every: bool) -> None:
    """Set a variable to what an expression finds, and ``CMAKE_MATCH_<n>`` to its groups."""
    if regex is None or len(source) != 1 or not is_known(source[0]) or len(source[0]) >= _MAX_SOURCE:
        m.assign(name, UNKNOWN_VALUE)
        for number in range(_MAX_GROUPS):
            m.assign(f"CMAKE_MATCH_{number}", UNKNOWN_VALUE)
        return
    if every:
        found = list(every_match(regex, source[0]))
        set_groups(m, found[-1] if found else None)
        m.assign(name, (";".join(quoted_item(match[0]) for match in found),))
        return
    match = regex.search(source[0])
    set_groups(m, match)
    m.assign(name, (match[0] if match else "",))


def set_groups(m: Interpreter, match: re.Match[str] | None) -> None:
    """Set ``CMAKE_MATCH_<n>``."""
    groups = [match[0], *match.groups()] if match else []
    for number in range(_MAX_GROUPS):
        m.assign(f"CMAKE_MATCH_{number}", ((groups[number] or "") if number < len(groups) else "",))
    m.assign("CMAKE_MATCH_COUNT", (str(max(0, len(groups) - 1)),))


def _concatenated(parts: list[Value]) -> Value:
    results = [""]
    for part in parts:
        options = part if len(results) * len(part) <= 8 else (UNKNOWN,)  # noqa: PLR2004 - as many as a value holds
        results = [result + option for result in results for option in options]
    return tuple(dict.fromkeys(results))


# -- math --------------------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"\s*(0x[0-9a-fA-F]+|\d+|<<|>>|[-+*/%&|^~()])")
_PRECEDENCE = ({"|"}, {"^"}, {"&"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%"})
_MAX_SHIFT = 64


def math(m: Interpreter, arguments: list[Value]) -> None:
    """``math(EXPR variable expression)``."""
    value = arguments[2] if len(arguments) > 2 else NOTHING  # noqa: PLR2004 - EXPR variable expression
    results = []
    shown = hex if text_of(arguments, 4) == "HEXADECIMAL" else str
    for option in value:
        number = _calculated(option) if is_known(option) and len(option) < 500 else None  # noqa: PLR2004 - a bound
        results.append(UNKNOWN if number is None else shown(number))
    m.assign(text_of(arguments, 1), tuple(dict.fromkeys(results)))


def _calculated(text: str) -> int | None:
    tokens, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            return None
        tokens.append(match[1])
        position = match.end()
    try:
        result = _binary(tokens, 0)
    except (IndexError, ValueError, ZeroDivisionError, RecursionError):
        return None
    return None if tokens or abs(result) >= 1 << 63 else result


def _binary(tokens: list[str], level: int) -> int:
    """Calculate the operators of a level and those that bind more closely; tokens are used up."""
    if level == len(_PRECEDENCE):
        return _unary(tokens)
    left = _binary(tokens, level + 1)
    while tokens and tokens[0] in _PRECEDENCE[level]:
        operator = tokens.pop(0)
        left = _applied(operator, left, _binary(tokens, level + 1))
    return left


def _applied(operator: str, left: int, right: int) -> int:
    if operator in {"<<", ">>"}:
        if not 0 <= right < _MAX_SHIFT:
            raise ValueError(operator)
        return left << right if operator == "<<" else left >> right
    if operator in {"/", "%"}:
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)  # C rounds towards zero
        return quotient if operator == "/" else left - quotient * right
    results = {"+": left + right, "-": left - right, "*": left * right}
    if operator in results:
        return results[operator]
    return {"&": left & right, "|": left | right, "^": left ^ right}[operator]


def _unary(tokens: list[str]) -> int:
    first = tokens.pop(0)
    if first == "(":
        value = _binary(tokens, 0)
        if tokens.pop(0) != ")":
            raise ValueError(first)
        return value
    if first in {"-", "+", "~"}:
        value = _unary(tokens)
        return -value if first == "-" else ~value if first == "~" else value
    return int(first, 0) if first.startswith("0x") else int(first)

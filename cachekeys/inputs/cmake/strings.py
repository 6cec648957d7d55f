"""CMake's commands ``string`` and ``math``, on values with alternatives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.values import (
    NOTHING,
    UNKNOWN_VALUE,
    Value,
    expand,
    joined,
    merged,
    quoted_item,
    safe_regex,
    text_of,
)
from cachekeys.inputs.texts import UNKNOWN, is_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["configured", "math", "replacement", "set_groups", "string_command"]

_MAX_SOURCE = 20_000
"""Characters that a regular expression is let loose on."""

_MAX_GROUPS = 10


def replacement(text: str) -> Callable[[re.Match[str]], str]:
    """Return CMake's replacement, in which only a backslash with a digit is a group."""
    parts = re.split(r"\\+(\d)", text)

    def build(match: re.Match[str]) -> str:
        result = []
        for number, part in enumerate(parts):
            if number % 2 == 0:
                result.append(part)
            elif int(part) <= (match.re.groups or 0):
                result.append(match[int(part)] or "")
        return "".join(result)

    return build


def string_command(m: Interpreter, arguments: list[Value]) -> None:
    """``string(REPLACE|REGEX|TOLOWER ...)``."""
    mode = text_of(arguments, 0)
    if mode == "REGEX":
        _regex(m, arguments)
    elif mode == "REPLACE" and len(arguments) > 3:  # noqa: PLR2004 - old new variable input
        old, new = text_of(arguments, 1), text_of(arguments, 2)
        source = joined(arguments[4:]) if len(arguments) > 4 else NOTHING  # noqa: PLR2004 - same
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
        glue = text_of(arguments, 1)
        m.assign(text_of(arguments, 2), tuple(option.replace(";", glue) for option in joined(arguments[3:])))
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
    at = tuple(re.sub(r"@([\w./+-]+)@", r"${\1}", option) for option in value)
    if only_at and any("${" in option for option in value):
        return UNKNOWN_VALUE
    return merged(
        expand(option, lambda kind, name: m.variable(name) if not kind else UNKNOWN_VALUE)
        if "${" in option and len(option) < _MAX_SOURCE
        else (option,)
        for option in at
    )


def _measure(m: Interpreter, mode: str, arguments: list[Value]) -> None:
    """Set the result of a mode that counts, cuts or compares; where it stands is up to the mode."""
    words = [value[0] for value in arguments]
    position = {"TIMESTAMP": 1, "LENGTH": 2, "SUBSTRING": 4, "FIND": 3, "COMPARE": 4, "REPEAT": 3, "HEX": 2, "JSON": 1}
    at = position.get(mode, 1 if mode.startswith(("SHA", "MD5")) else -1)
    if not arguments or not (name := text_of(arguments, at % len(arguments))):
        return
    certain = len(words) > at and all(len(value) == 1 and is_known(value[0]) for value in arguments)
    result = UNKNOWN
    if certain and mode == "LENGTH":
        result = str(len(words[1].encode()))
    elif certain and mode == "SUBSTRING" and len(words) > 4:  # noqa: PLR2004 - text begin length variable
        begin, length = (int(word) if word.lstrip("-").isdigit() else 0 for word in words[2:4])
        result = words[1][begin:] if length < 0 else words[1][begin : begin + length]
    elif certain and mode == "FIND":
        found = words[1].rfind(words[2]) if words[-1] == "REVERSE" else words[1].find(words[2])
        result = str(found)
    elif certain and mode == "REPEAT" and words[2].isdigit() and int(words[2]) * len(words[1]) < _MAX_SOURCE:
        result = words[1] * int(words[2])
    elif certain and mode == "COMPARE" and len(words) > 4:  # noqa: PLR2004 - operator a b variable
        same = words[2] == words[3]
        result = {"EQUAL": str(int(same)), "NOTEQUAL": str(int(not same))}.get(words[1], UNKNOWN)
    m.assign(name, (result,))


def _regex(m: Interpreter, arguments: list[Value]) -> None:
    action, pattern = text_of(arguments, 1), text_of(arguments, 2)
    if action == "QUOTE":
        m.assign(text_of(arguments, 2), UNKNOWN_VALUE)
        return
    regex = safe_regex(pattern)
    if action == "REPLACE" and len(arguments) > 4:  # noqa: PLR2004 - REGEX REPLACE pattern replacement variable
        source = joined(arguments[5:])
        if regex is None or not all(len(option) < _MAX_SOURCE for option in source):
            m.assign(text_of(arguments, 4), UNKNOWN_VALUE)
        else:
            build, search = replacement(text_of(arguments, 3)), regex
            m.assign(text_of(arguments, 4), tuple(search.sub(build, option) for option in source))
    elif len(arguments) > 3:  # noqa: PLR2004 - REGEX MATCH pattern variable
        _match(m, regex, text_of(arguments, 3), joined(arguments[4:]), every=action == "MATCHALL")


def _match(m: Interpreter, regex: re.Pattern[str] | None, name: str, source: Value, *, every: bool) -> None:
    """Set a variable to what an expression finds, and ``CMAKE_MATCH_<n>`` to its groups."""
    if regex is None or len(source) != 1 or not is_known(source[0]) or len(source[0]) >= _MAX_SOURCE:
        m.assign(name, UNKNOWN_VALUE)
        for number in range(_MAX_GROUPS):
            m.assign(f"CMAKE_MATCH_{number}", UNKNOWN_VALUE)
        return
    if every:
        m.assign(name, (";".join(quoted_item(match[0]) for match in regex.finditer(source[0])),))
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
    for option in value:
        number = _calculated(option) if is_known(option) and len(option) < 500 else None  # noqa: PLR2004 - a bound
        results.append(UNKNOWN if number is None else str(number))
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

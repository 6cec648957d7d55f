"""CMake's commands that compute: ``list``, ``string``, ``get_filename_component``, ``cmake_path``."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.values import NOTHING, UNKNOWN_VALUE, Value, elements, joined, safe_regex, text_of
from cachekeys.inputs.texts import UNKNOWN, is_known, join

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["cmake_path", "get_filename_component", "list_command", "string_command"]


def _replacement(text: str) -> Callable[[re.Match[str]], str]:
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


# -- list --------------------------------------------------------------------------------------------------------------------


def list_command(m: Interpreter, arguments: list[Value]) -> None:
    """``list(APPEND|FILTER|TRANSFORM ... variable ...)``."""
    mode, name, rest = text_of(arguments, 0), text_of(arguments, 1), arguments[2:]
    current = m.variable(name) if m.is_set(name) else NOTHING
    if mode in {"APPEND", "PREPEND"}:
        m.assign(name, joined([current, *rest] if mode == "APPEND" else [*rest, current]))
    elif mode == "INSERT":
        m.assign(name, joined([current, *rest[1:]]))
    elif mode == "REMOVE_ITEM":
        gone = {item for value in rest for item in elements(value)}
        m.assign(name, _each(current, lambda items: [item for item in items if item not in gone]))
    elif mode in {"REMOVE_DUPLICATES", "SORT", "REVERSE"}:
        m.assign(name, _each(current, lambda items: list(dict.fromkeys(items))))
    elif mode == "FILTER":
        _filter(m, name, current, rest)
    elif mode == "TRANSFORM":
        _transform(m, name, current, rest)
    elif mode in {"POP_BACK", "POP_FRONT", "REMOVE_AT"}:
        for value in rest:
            m.assign(value[0], UNKNOWN_VALUE)
    elif mode == "GET" and rest:
        m.assign(rest[-1][0], tuple(elements(current)[:8]) or UNKNOWN_VALUE)
    elif mode == "SUBLIST" and rest:
        m.assign(rest[-1][0], current)
    elif mode == "JOIN" and len(rest) > 1:
        m.assign(rest[1][0], tuple(option.replace(";", rest[0][0]) for option in current))
    elif rest:
        m.assign(rest[-1][0], UNKNOWN_VALUE)  # LENGTH, FIND


def _each(value: Value, change: Callable[[list[str]], list[str]]) -> Value:
    return tuple(";".join(change([item for item in option.split(";") if item])) for option in value)


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
    }
    if regex is not None:
        pattern = regex
        changes["REPLACE"] = lambda item: pattern.sub(_replacement(second), item)
    change = changes.get(action, str)
    m.assign(target, _each(current, lambda items: [change(item) for item in items]))


# -- string ------------------------------------------------------------------------------------------------------------------


def string_command(m: Interpreter, arguments: list[Value]) -> None:
    """``string(REPLACE|REGEX|TOLOWER ...)``."""
    mode = text_of(arguments, 0)
    if mode == "REGEX":
        _regex(m, arguments)
    elif mode == "REPLACE" and len(arguments) > 3:  # noqa: PLR2004 - old new variable input
        old, new = text_of(arguments, 1), text_of(arguments, 2)
        source = joined(arguments[4:]) if len(arguments) > 4 else NOTHING  # noqa: PLR2004 - same
        m.assign(text_of(arguments, 3), tuple(option.replace(old, new) for option in source) if old else source)
    elif mode in {"TOLOWER", "TOUPPER", "STRIP", "MAKE_C_IDENTIFIER", "GENEX_STRIP"}:
        change: dict[str, Callable[[str], str]] = {"TOLOWER": str.lower, "TOUPPER": str.upper, "STRIP": str.strip}
        source = arguments[1] if len(arguments) > 1 else NOTHING
        m.assign(text_of(arguments, 2), tuple(change.get(mode, str)(option) for option in source))
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
    else:
        _unknown_outputs(m, mode, arguments)


def _unknown_outputs(m: Interpreter, mode: str, arguments: list[Value]) -> None:
    """Set the result of a mode that we do not compute; it stands first, second or last."""
    position = {
        "TIMESTAMP": 1,
        "SHA256": 1,
        "MD5": 1,
        "SHA1": 1,
        "LENGTH": 2,
        "SUBSTRING": 4,
        "FIND": 3,
        "COMPARE": 4,
        "RANDOM": -1,
    }
    at = position.get(mode, -1)
    if arguments and (name := text_of(arguments, at % len(arguments))):
        m.assign(name, UNKNOWN_VALUE)


def _regex(m: Interpreter, arguments: list[Value]) -> None:
    action, pattern = text_of(arguments, 1), text_of(arguments, 2)
    if action == "REPLACE" and len(arguments) > 4:  # noqa: PLR2004 - REGEX REPLACE pattern replacement variable
        regex, new = safe_regex(pattern), text_of(arguments, 3)
        source = joined(arguments[5:])
        known_source = all(len(option) < 20_000 for option in source)  # noqa: PLR2004 - a bound
        if regex is None or not known_source:
            m.assign(text_of(arguments, 4), UNKNOWN_VALUE)
        else:
            m.assign(text_of(arguments, 4), tuple(regex.sub(_replacement(new), option) for option in source))
    elif len(arguments) > 3:  # noqa: PLR2004 - REGEX MATCH pattern variable
        m.assign(text_of(arguments, 3), UNKNOWN_VALUE)
        for number in range(4):
            m.assign(f"CMAKE_MATCH_{number}", UNKNOWN_VALUE)


def _concatenated(parts: list[Value]) -> Value:
    results = [""]
    for part in parts:
        options = part if len(results) * len(part) <= 8 else (UNKNOWN,)  # noqa: PLR2004 - as many as a value holds
        results = [result + option for result in results for option in options]
    return tuple(dict.fromkeys(results))


# -- paths -------------------------------------------------------------------------------------------------------------------


def get_filename_component(m: Interpreter, arguments: list[Value]) -> None:
    """``get_filename_component(variable file DIRECTORY|NAME|ABSOLUTE ...)``."""
    mode = text_of(arguments, 2)
    source = arguments[1] if len(arguments) > 1 else NOTHING
    base = m.source_dir()
    words = [value[0] for value in arguments]
    if "BASE_DIR" in words[:-1]:
        base = words[words.index("BASE_DIR") + 1]
    changes: dict[str, Callable[[str], str]] = {
        "DIRECTORY": posixpath.dirname,
        "PATH": posixpath.dirname,
        "NAME": posixpath.basename,
        "NAME_WE": lambda text: posixpath.basename(text).partition(".")[0],
        "NAME_WLE": lambda text: posixpath.splitext(posixpath.basename(text))[0],
        "EXT": lambda text: "".join(posixpath.basename(text).partition(".")[1:]),
        "LAST_EXT": lambda text: posixpath.splitext(text)[1],
        "ABSOLUTE": lambda text: _absolute(base, text),
        "REALPATH": lambda text: _absolute(base, text),
    }
    change = changes.get(mode)
    m.assign(text_of(arguments, 0), tuple(change(option) for option in source) if change else UNKNOWN_VALUE)


def _absolute(base: str, text: str) -> str:
    return text if text.startswith(UNKNOWN) else posixpath.normpath(join(base, text))


def cmake_path(m: Interpreter, arguments: list[Value]) -> None:
    """``cmake_path(SET|APPEND|GET ...)``, the modes that sources are found with."""
    mode, name = text_of(arguments, 0), text_of(arguments, 1)
    rest = [value for value in arguments[2:] if value not in {("NORMALIZE",), ("OUTPUT_VARIABLE",)}]
    if mode == "SET" and rest:
        m.assign(name, rest[-1])
    elif mode == "APPEND" and rest:
        m.assign(name, tuple(join(option, *(value[0] for value in rest)) for option in m.variable(name)))
    elif mode in {"ABSOLUTE_PATH", "NORMAL_PATH"}:
        m.assign(name, tuple(_absolute(m.source_dir(), option) for option in m.variable(name)))
    elif mode == "GET" and len(rest) > 1:
        changes: dict[str, Callable[[str], str]] = {
            "PARENT_PATH": posixpath.dirname,
            "FILENAME": posixpath.basename,
            "STEM": lambda text: posixpath.basename(text).partition(".")[0],
        }
        change = changes.get(rest[0][0])
        value = tuple(change(option) for option in m.variable(name)) if change else UNKNOWN_VALUE
        m.assign(rest[-1][0], value)
    elif rest:
        m.assign(rest[-1][0], UNKNOWN_VALUE)

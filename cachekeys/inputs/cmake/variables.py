"""CMake's commands that set variables: ``set``, ``option``, ``cmake_parse_arguments`` ..."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.policies import is_new
from cachekeys.inputs.cmake.values import (
    NOTHING,
    UNKNOWN_VALUE,
    Value,
    all_words,
    capped,
    elements,
    joined,
    merged,
    quoted_item,
    text_of,
)
from cachekeys.inputs.texts import is_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = [
    "assign",
    "dependent_option",
    "option",
    "outputs",
    "parse_arguments",
    "separate_arguments",
    "unassign",
]


def assign(m: Interpreter, arguments: list[Value]) -> None:
    """``set(name value... [CACHE type doc [FORCE]|PARENT_SCOPE])`` and ``set(ENV{name} value)``."""
    if not arguments:
        return
    values = arguments[1:]
    for name in arguments[0]:
        if name.startswith("ENV{"):
            if not m.undecided:
                m.set_in_environment[name[4:].rstrip("}")] = joined(values) if values else NOTHING
            continue
        _assign(m, name, values)


def _assign(m: Interpreter, name: str, values: list[Value]) -> None:
    words = [value[0] for value in values]
    if "CACHE" in words or name.startswith("CACHE{"):
        name = name.removeprefix("CACHE{").rstrip("}")
        at = words.index("CACHE") if "CACHE" in words else len(words)
        value = joined(values[:at]) if at else NOTHING
        forced = not {"FORCE", "INTERNAL"}.isdisjoint(words[at:])
        is_first = name not in m.cache
        if is_first or (forced and not m.undecided):
            m.cache[name] = capped(value)
        elif forced:
            m.cache[name] = capped(merged((m.cache[name], value)))
        if (forced or is_first) and not is_new(m, "CMP0126") and m.scope.find(name) is not None:
            m.scope.names[name] = None  # the cache shows again
        return
    parent = bool(words) and words[-1] == "PARENT_SCOPE"
    values = values[:-1] if parent else values
    m.assign(name, joined(values) if values else NOTHING, parent=parent)


def unassign(m: Interpreter, arguments: list[Value]) -> None:
    """``unset(name [CACHE|PARENT_SCOPE])``."""
    name = text_of(arguments, 0)
    if name.startswith("ENV{") and not m.undecided:
        m.set_in_environment[name[4:].rstrip("}")] = NOTHING
    if not name or name.startswith("ENV{"):
        return
    if text_of(arguments, 1) == "CACHE":
        if not m.undecided:
            m.cache.pop(name, None)
        return
    parent = text_of(arguments, 1) == "PARENT_SCOPE"
    if name in m.cache and not parent:
        m.scope.names[name] = None  # the cache shows again
    else:
        m.assign(name, NOTHING, parent=parent)


def option(m: Interpreter, arguments: list[Value]) -> None:
    """``option(name help [value])``: a normal variable wins over it since policy CMP0077."""
    name = text_of(arguments, 0)
    default = _switches(arguments[2]) if len(arguments) > 2 else ("OFF",)  # noqa: PLR2004 - option(name help value)
    if name not in m.cache and m.scope.find(name) is not None and not is_new(m, "CMP0077"):
        m.scope.names[name] = None
    if not m.is_set(name):
        m.cache[name] = default
    elif len(value := m.variable(name)) > 1 and "" in value:  # only one way of a condition has set it
        m.assign(name, merged((tuple(option for option in value if option), default)))


def _switches(value: Value) -> Value:
    """Return the default of an option as it is kept: what is not true is off."""
    from cachekeys.inputs.cmake.conditions import is_true  # it needs modules that need this one

    return tuple(dict.fromkeys("ON" if is_true(text) else "OFF" if is_known(text) else text for text in value))


def dependent_option(m: Interpreter, arguments: list[Value]) -> None:
    """``cmake_dependent_option(name help value depends force)``: *force* unless all of *depends* hold."""
    from cachekeys.inputs.cmake.conditions import decide  # few lists files have such options
    from cachekeys.inputs.cmake.lexer import Command, parse

    if len(arguments) < 5:  # noqa: PLR2004 - name help value depends force
        return
    name = text_of(arguments, 0)
    verdicts: list[bool | None] = []
    for text in elements(arguments[3]):
        tree = parse(f"condition({text})")
        verdicts.append(decide(m, tree[0].arguments) if tree and isinstance(tree[0], Command) else None)
    holds = False if False in verdicts else None if None in verdicts or len(arguments[3]) > 1 else True
    given = m.variable(name) if m.is_set(name) else _switches(arguments[2])
    m.cache.setdefault(name, given)
    if holds is not True:
        m.assign(name, arguments[4] if holds is False else merged((given, arguments[4])))


def separate_arguments(m: Interpreter, arguments: list[Value]) -> None:
    """``separate_arguments(variable [mode [PROGRAM] text])``; the first form only turns spaces into separators."""
    name = text_of(arguments, 0)
    if len(arguments) == 1:
        source = m.variable(name) if m.is_set(name) else NOTHING
        m.assign(name, tuple(option.replace(" ", ";") for option in source))
        return
    words = [value for value in arguments[2:] if value[0] not in {"PROGRAM", "ARGS", "SEPARATE_ARGS"}]
    split = str.split if text_of(arguments, 1) == "WINDOWS_COMMAND" else _shell_words
    m.assign(name, tuple(";".join(map(quoted_item, split(option))) for option in (words[-1] if words else NOTHING)))


def _shell_words(text: str) -> list[str]:
    import shlex  # few lists files split command lines

    try:
        return shlex.split(text)
    except ValueError:  # a quote that is not closed
        return text.split()


def parse_arguments(m: Interpreter, arguments: list[Value]) -> None:
    """``cmake_parse_arguments``: split keyword arguments into variables with a prefix."""
    if text_of(arguments, 0) == "PARSE_ARGV":
        skip = int(text_of(arguments, 1)) if text_of(arguments, 1).isdigit() else 0
        arguments = [*arguments[2:6], *(m.rest(skip) if m.calls else [])]
    prefix = text_of(arguments, 0)
    flags, single, multiple = (set(all_words(arguments[i : i + 1])) for i in (1, 2, 3))
    found: dict[str, list[Value]] = {}
    current = "UNPARSED_ARGUMENTS"
    for argument in arguments[4:]:
        whole = (
            len(argument) > 1 and not flags.intersection(argument) and not {*single, *multiple}.intersection(argument)
        )
        for part in [argument] if whole else [(word,) for word in elements(argument) or [""]]:
            word = part[0]
            if word in flags:
                found[word] = [("TRUE",)]
                current = "UNPARSED_ARGUMENTS"
            elif word in single or word in multiple:
                current = word
                found.setdefault(word, [])
            else:
                found.setdefault(current, []).append(part)
                if current in single:
                    current = "UNPARSED_ARGUMENTS"
    for name in flags:
        m.assign(f"{prefix}_{name}", ("TRUE",) if name in found else ("FALSE",))
    for name in (*single, *multiple, "UNPARSED_ARGUMENTS"):
        m.assign(f"{prefix}_{name}", joined(found.get(name, [])) if found.get(name) else NOTHING)
    m.assign(f"{prefix}_KEYWORDS_MISSING_VALUES", (";".join(name for name in found if not found[name]),))


def outputs(*keywords: str) -> Callable[[Interpreter, list[Value]], None]:
    """Return a handler for a command that only sets variables named after *keywords* (or first) to what is not known."""

    def handler(m: Interpreter, arguments: list[Value]) -> None:
        words = [value[0] for value in arguments]
        names = [words[i + 1] for i, word in enumerate(words[:-1]) if word in keywords]
        for name in names if keywords else words[:1]:
            m.assign(name, UNKNOWN_VALUE)

    return handler

"""CMake's commands that set variables: ``set``, ``option``, ``project``, ``cmake_parse_arguments`` ..."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.values import (
    NOTHING,
    UNKNOWN_VALUE,
    Value,
    all_words,
    capped,
    elements,
    joined,
    merged,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = [
    "assign",
    "dependent_option",
    "option",
    "outputs",
    "parse_arguments",
    "project",
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
        if name not in m.cache or (forced and not m.undecided):
            m.cache[name] = capped(value)
        elif forced:
            m.cache[name] = capped(merged((m.cache[name], value)))
        if forced:
            m.scope.names.pop(name, None)
        return
    parent = bool(words) and words[-1] == "PARENT_SCOPE"
    values = values[:-1] if parent else values
    m.assign(name, joined(values) if values else NOTHING, parent=parent)


def unassign(m: Interpreter, arguments: list[Value]) -> None:
    """``unset(name [CACHE|PARENT_SCOPE])``."""
    name = text_of(arguments, 0)
    if not name or name.startswith("ENV{"):
        return
    if text_of(arguments, 1) == "CACHE":
        if not m.undecided:
            m.cache.pop(name, None)
        return
    m.assign(name, NOTHING, parent=text_of(arguments, 1) == "PARENT_SCOPE")


def option(m: Interpreter, arguments: list[Value]) -> None:
    """``option(name help [value])``."""
    name = text_of(arguments, 0)
    default = arguments[2] if len(arguments) > 2 else ("OFF",)  # noqa: PLR2004 - option(name help value)
    if not m.is_set(name):
        m.cache[name] = default
    elif len(value := m.variable(name)) > 1 and "" in value:  # only one way of a condition has set it
        m.assign(name, merged((tuple(option for option in value if option), default)))


def dependent_option(m: Interpreter, arguments: list[Value]) -> None:
    """``cmake_dependent_option(name help value depends force)``."""
    name = text_of(arguments, 0)
    if not m.is_set(name) and len(arguments) > 4:  # noqa: PLR2004 - name help value depends force
        m.cache[name] = merged((arguments[2], arguments[4]))


def project(m: Interpreter, arguments: list[Value]) -> None:
    """``project(name [VERSION version] ...)``, with the files that variables inject there."""
    from cachekeys.inputs.cmake.listsfiles import include  # it needs modules that need this one

    name = text_of(arguments, 0)
    first = "CMAKE_PROJECT_NAME" not in m.cache
    for variable in ("CMAKE_PROJECT_TOP_LEVEL_INCLUDES", "CMAKE_TOOLCHAIN_FILE") if first else ():
        if m.is_set(variable):
            include(m, [m.variable(variable)])
    for variable in ("CMAKE_PROJECT_INCLUDE_BEFORE", f"CMAKE_PROJECT_{name}_INCLUDE_BEFORE"):
        if m.is_set(variable):
            include(m, [m.variable(variable)])
    here = (m.source_dir(),)
    top = ("ON" if here == m.variable("CMAKE_SOURCE_DIR") else "OFF",)
    names = {
        "PROJECT_NAME": (name,),
        "PROJECT_SOURCE_DIR": here,
        f"{name}_SOURCE_DIR": here,
        "PROJECT_BINARY_DIR": m.variable("CMAKE_CURRENT_BINARY_DIR"),
        f"{name}_BINARY_DIR": m.variable("CMAKE_CURRENT_BINARY_DIR"),
        "PROJECT_IS_TOP_LEVEL": top,
        f"{name}_IS_TOP_LEVEL": top,
    }
    words = [value[0] for value in arguments]
    version = arguments[words.index("VERSION") + 1] if "VERSION" in words[1:-1] else NOTHING
    names.update(_versions("PROJECT_VERSION", version))
    names.update(_versions(f"{name}_VERSION", version))
    m.scope.names.update(names)
    m.cache.setdefault(f"{name}_SOURCE_DIR", here)
    if first:
        m.cache["CMAKE_PROJECT_NAME"] = (name,)
        m.cache["CMAKE_PROJECT_VERSION"] = version
    for variable in ("CMAKE_PROJECT_INCLUDE", f"CMAKE_PROJECT_{name}_INCLUDE"):
        if m.is_set(variable):
            include(m, [m.variable(variable)])


def _versions(name: str, version: Value) -> dict[str, Value]:
    """Return a version's variables, with its parts when it is known."""
    parts = version[0].split(".") if len(version) == 1 else []
    parts += [""] * (4 - len(parts))
    found: dict[str, Value] = {name: version}
    for part, text in zip(("MAJOR", "MINOR", "PATCH", "TWEAK"), parts, strict=False):
        found[f"{name}_{part}"] = (text,) if len(version) == 1 else UNKNOWN_VALUE
    return found


def separate_arguments(m: Interpreter, arguments: list[Value]) -> None:
    """``separate_arguments(variable [mode [text]])``."""
    name = text_of(arguments, 0)
    if len(arguments) == 1:
        source = m.variable(name) if m.is_set(name) else NOTHING
    else:
        words = [value for value in arguments[2:] if value[0] not in {"PROGRAM", "SEPARATE_ARGS"}]
        source = words[-1] if words else NOTHING
    m.assign(name, tuple(";".join(option.split()) for option in source))


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


def outputs(*keywords: str) -> Callable[[Interpreter, list[Value]], None]:
    """Return a handler for a command that only sets variables named after *keywords* (or first) to what is not known."""

    def handler(m: Interpreter, arguments: list[Value]) -> None:
        words = [value[0] for value in arguments]
        names = [words[i + 1] for i, word in enumerate(words[:-1]) if word in keywords]
        for name in names if keywords else words[:1]:
            m.assign(name, UNKNOWN_VALUE)

    return handler

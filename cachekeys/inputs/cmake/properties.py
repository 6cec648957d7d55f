"""CMake's properties: of targets, sources, directories and the whole build, as far as files hang on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.pruning import need
from cachekeys.inputs.cmake.scripts import dependency
from cachekeys.inputs.cmake.targets import include_directories, options, target
from cachekeys.inputs.cmake.values import NOTHING, UNKNOWN_VALUE, Value, all_words, joined, merged, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = [
    "get_directory_property",
    "get_property",
    "get_source_property",
    "get_target_property",
    "set_properties",
    "set_property",
]

_INPUTS = frozenset({"CMAKE_CONFIGURE_DEPENDS", "OBJECT_DEPENDS", "LINK_DEPENDS"})
_LOCATIONS = ("IMPORTED_LOCATION", "IMPORTED_OBJECTS", "IMPORTED_IMPLIB", "VS_MODULE_DEFINITION")
_INSTALLED = frozenset({"PUBLIC_HEADER", "PRIVATE_HEADER", "RESOURCE"})
_OPTIONS = frozenset({"COMPILE_FLAGS", "COMPILE_OPTIONS", "LINK_FLAGS", "LINK_OPTIONS", "COMPILE_DEFINITIONS"})
_SCOPES = frozenset({"GLOBAL", "DIRECTORY", "TARGET", "SOURCE", "INSTALL", "TEST", "CACHE", "FILE_SET", "VARIABLE"})


def set_property(m: Interpreter, arguments: list[Value]) -> None:
    """``set_property(<scope> [names...] [APPEND] PROPERTY name value...)``."""
    words = [value[0] for value in arguments]
    if "PROPERTY" not in words:
        return
    at = words.index("PROPERTY")
    name = text_of(arguments, at + 1)
    names = [word for word in words[1:at] if word not in {"APPEND", "APPEND_STRING"}] or [""]
    glue = ";" if "APPEND" in words[:at] else "" if "APPEND_STRING" in words[:at] else None
    for owner in names:
        _store(m, (words[0], owner, name), arguments[at + 2 :], glue)


def _store(m: Interpreter, key: tuple[str, ...], values: list[Value], glue: str | None = None) -> None:
    """Set a property, or add to it with *glue* in between, and note the files that it names."""
    value = joined(values) if values else NOTHING
    before = m.properties.get(key)
    if glue is not None and before is not None:
        value = joined([before, value]) if glue else tuple(old + new for old in before for new in value)
    elif before is not None and m.undecided:
        value = merged((before, value))
    m.properties[key] = value
    scope, owner, name = key
    if name in _INPUTS or name.startswith(_LOCATIONS):
        for word in all_words(values):
            dependency(m, word, f"lists it in {name}")
    elif name in _INSTALLED and m.installs:
        for word in all_words(values):
            dependency(m, word, "installs it with the target")
    elif name in _OPTIONS or name.startswith("LINK_FLAGS_"):
        options(m, values)
    elif name in {"INCLUDE_DIRECTORIES", "INTERFACE_INCLUDE_DIRECTORIES"}:
        include_directories(m, values)
    elif name in {"LINK_LIBRARIES", "INTERFACE_LINK_LIBRARIES", "MANUALLY_ADDED_DEPENDENCIES"}:
        need(m, owner, all_words(values))
    elif name in {"SOURCES", "INTERFACE_SOURCES"} and scope == "TARGET":
        target(m, [(owner,), *values])


def set_properties(scope: str) -> Callable[[Interpreter, list[Value]], None]:
    """Return the handler of ``set_target_properties(names... PROPERTIES name value ...)`` and its relatives."""

    def handler(m: Interpreter, arguments: list[Value]) -> None:
        words = [value[0] for value in arguments]
        if "PROPERTIES" not in words:
            return
        at = words.index("PROPERTIES")
        pairs = arguments[at + 1 :]
        for position in range(0, len(pairs) - 1, 2):
            for owner in words[:at] or [""]:
                _store(m, (scope, owner, pairs[position][0]), [pairs[position + 1]])

    return handler


def _fetch(m: Interpreter, variable: str, key: tuple[str, ...]) -> None:
    found = m.properties.get(key)
    m.assign(variable, UNKNOWN_VALUE if found is None else found)


def get_property(m: Interpreter, arguments: list[Value]) -> None:
    """``get_property(variable <scope> [name] PROPERTY name)``."""
    words = [value[0] for value in arguments]
    if "PROPERTY" not in words[:-1] or len(words) < 4 or words[1] not in _SCOPES:  # noqa: PLR2004 - the shortest form
        m.assign(text_of(arguments, 0), UNKNOWN_VALUE)
        return
    at = words.index("PROPERTY")
    owner = words[2] if at > 2 else ""  # noqa: PLR2004 - variable scope [name]
    key = (words[1], owner, words[at + 1])
    if words[-1] in {"SET", "DEFINED"}:
        m.assign(words[0], ("1",) if words[-1] == "SET" and key in m.properties and not m.undecided else ("1", "0"))
    elif words[-1] in {"BRIEF_DOCS", "FULL_DOCS"}:
        m.assign(words[0], UNKNOWN_VALUE)
    else:
        _fetch(m, words[0], key)


def get_directory_property(m: Interpreter, arguments: list[Value]) -> None:
    """``get_directory_property(variable [DIRECTORY directory] property|DEFINITION name)``."""
    words = [value[0] for value in arguments[1:]]
    if words[:1] == ["DEFINITION"] and len(words) > 1:
        m.assign(text_of(arguments, 0), m.variable(words[1]))
    else:
        owner = words[1] if words[:1] == ["DIRECTORY"] and len(words) > 2 else ""  # noqa: PLR2004 - the property behind it
        _fetch(m, text_of(arguments, 0), ("DIRECTORY", owner, words[-1] if words else ""))


def get_target_property(m: Interpreter, arguments: list[Value]) -> None:
    """``get_target_property(variable target property)``."""
    _fetch(m, text_of(arguments, 0), ("TARGET", text_of(arguments, 1), text_of(arguments, 2)))


def get_source_property(m: Interpreter, arguments: list[Value]) -> None:
    """``get_source_file_property(variable file property)``."""
    _fetch(m, text_of(arguments, 0), ("SOURCE", text_of(arguments, 1), text_of(arguments, -1 % max(1, len(arguments)))))

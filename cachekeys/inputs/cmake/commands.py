"""CMake's own commands, as far as they set variables or read files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.data import cmake_path, get_filename_component, list_command, string_command
from cachekeys.inputs.cmake.files import configure_file, file_command, install
from cachekeys.inputs.cmake.listsfiles import (
    add_subdirectory,
    external_project,
    fetch_available,
    fetch_declare,
    find_package,
    include,
)
from cachekeys.inputs.cmake.targets import (
    commands_in,
    custom,
    existing_files,
    include_directories,
    property_command,
    target,
)
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

__all__ = ["COMMANDS", "other"]


def _set(m: Interpreter, arguments: list[Value]) -> None:
    if not arguments:
        return
    name, values = text_of(arguments, 0), arguments[1:]
    if name.startswith("ENV{"):
        return
    words = [value[0] for value in values]
    if "CACHE" in words:
        at = words.index("CACHE")
        value = joined(values[:at]) if at else NOTHING
        if "FORCE" in words[at:] or name not in m.cache:
            m.cache[name] = capped(value)
        if "FORCE" in words[at:]:
            m.scope.names.pop(name, None)
        return
    parent = bool(words) and words[-1] == "PARENT_SCOPE"
    values = values[:-1] if parent else values
    if not values and not parent:
        m.assign(name, NOTHING)
        return
    m.assign(name, joined(values) if values else NOTHING, parent=parent)


def _unset(m: Interpreter, arguments: list[Value]) -> None:
    if arguments and not text_of(arguments, 0).startswith("ENV{"):
        m.assign(text_of(arguments, 0), NOTHING, parent=text_of(arguments, -1 % len(arguments)) == "PARENT_SCOPE")


def _option(m: Interpreter, arguments: list[Value]) -> None:
    name = text_of(arguments, 0)
    if not m.is_set(name):
        m.cache[name] = arguments[2] if len(arguments) > 2 else ("OFF",)  # noqa: PLR2004 - option(name help value)


def _dependent_option(m: Interpreter, arguments: list[Value]) -> None:
    name = text_of(arguments, 0)
    if not m.is_set(name) and len(arguments) > 4:  # noqa: PLR2004 - name help value depends force
        m.cache[name] = merged((arguments[2], arguments[4]))


def _project(m: Interpreter, arguments: list[Value]) -> None:
    name = text_of(arguments, 0)
    here = (m.source_dir(),)
    names = {
        "PROJECT_NAME": (name,),
        "PROJECT_SOURCE_DIR": here,
        f"{name}_SOURCE_DIR": here,
        "PROJECT_BINARY_DIR": UNKNOWN_VALUE,
    }
    words = [value[0] for value in arguments]
    if "VERSION" in words[1:-1]:
        version = arguments[words.index("VERSION") + 1]
        names.update({"PROJECT_VERSION": version, f"{name}_VERSION": version})
    m.scope.names.update(names)
    m.cache.setdefault(f"{name}_SOURCE_DIR", here)
    m.cache.setdefault("CMAKE_PROJECT_NAME", (name,))


def _parse_arguments(m: Interpreter, arguments: list[Value]) -> None:
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


def _outputs(*keywords: str) -> Callable[[Interpreter, list[Value]], None]:
    """Return a handler for a command that only sets variables named after *keywords* (or first) to what is not known."""

    def handler(m: Interpreter, arguments: list[Value]) -> None:
        words = [value[0] for value in arguments]
        names = [words[i + 1] for i, word in enumerate(words[:-1]) if word in keywords]
        for name in names if keywords else words[:1]:
            m.assign(name, UNKNOWN_VALUE)

    return handler


def _execute_process(m: Interpreter, arguments: list[Value]) -> None:
    commands_in(m, all_words(arguments))
    _outputs("OUTPUT_VARIABLE", "ERROR_VARIABLE", "RESULT_VARIABLE", "RESULTS_VARIABLE")(m, arguments)


def other(m: Interpreter, name: str, arguments: list[Value]) -> None:
    """Take the sources among the arguments of a command from outside for compiled, as ``pybind11_add_module`` does."""
    existing_files(m, name, arguments)
    if name.endswith(("add_module", "add_library", "add_executable", "_module", "_library")) and arguments:
        m.targets.update(arguments[0])


def _nothing(m: Interpreter, arguments: list[Value]) -> None:
    """Neither sets what we look at nor reads a file of the project."""


COMMANDS: dict[str, Callable[[Interpreter, list[Value]], None]] = {
    "set": _set,
    "unset": _unset,
    "option": _option,
    "cmake_dependent_option": _dependent_option,
    "project": _project,
    "cmake_parse_arguments": _parse_arguments,
    "list": list_command,
    "string": string_command,
    "get_filename_component": get_filename_component,
    "cmake_path": cmake_path,
    "math": lambda m, arguments: m.assign(text_of(arguments, 1), UNKNOWN_VALUE),
    "include": include,
    "add_subdirectory": add_subdirectory,
    "subdirs": add_subdirectory,
    "find_package": find_package,
    "find_program": _outputs(),
    "find_library": _outputs(),
    "find_path": _outputs(),
    "find_file": _outputs(),
    "get_property": _outputs(),
    "get_target_property": _outputs(),
    "get_source_file_property": _outputs(),
    "get_directory_property": _outputs(),
    "get_cmake_property": _outputs(),
    "cmake_host_system_information": _outputs("RESULT"),
    "fetchcontent_declare": fetch_declare,
    "fetchcontent_makeavailable": fetch_available,
    "fetchcontent_populate": fetch_available,
    "externalproject_add": external_project,
    "file": file_command,
    "configure_file": configure_file,
    "configure_package_config_file": configure_file,
    "add_library": target,
    "add_executable": target,
    "target_sources": target,
    "target_precompile_headers": target,
    "include_directories": include_directories,
    "target_include_directories": include_directories,
    "add_custom_command": custom,
    "add_custom_target": custom,
    "execute_process": _execute_process,
    "install": install,
    "set_property": property_command,
    "set_directory_properties": property_command,
    "set_source_files_properties": property_command,
    "set_target_properties": _nothing,
    "source_group": _nothing,
    "message": _nothing,
    "mark_as_advanced": _nothing,
    "target_link_libraries": _nothing,
    "cmake_minimum_required": _nothing,
    "add_test": _nothing,
    "include_guard": _nothing,
}
"""The handlers, by name in lower case."""

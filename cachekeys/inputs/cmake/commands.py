"""CMake's own commands, as far as they set variables or read files: the table of their handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.files import configure_file, file_command, install
from cachekeys.inputs.cmake.finding import find, find_package
from cachekeys.inputs.cmake.flow import language
from cachekeys.inputs.cmake.interpreter import BREAK, CONTINUE, NORMAL, RETURN
from cachekeys.inputs.cmake.lists import list_command
from cachekeys.inputs.cmake.listsfiles import (
    add_subdirectory,
    external_project,
    fetch_available,
    fetch_declare,
    include,
    include_guard,
)
from cachekeys.inputs.cmake.paths import cmake_path, get_filename_component
from cachekeys.inputs.cmake.policies import policy_command, require
from cachekeys.inputs.cmake.projects import project
from cachekeys.inputs.cmake.properties import (
    get_directory_property,
    get_property,
    get_source_property,
    get_target_property,
    set_properties,
    set_property,
)
from cachekeys.inputs.cmake.pruning import add_dependencies, need
from cachekeys.inputs.cmake.scripts import custom, custom_target, execute_process
from cachekeys.inputs.cmake.strings import math, string_command
from cachekeys.inputs.cmake.targets import (
    add_target,
    check,
    definitions,
    existing_files,
    include_directories,
    libraries,
    options,
    source_directory,
    target,
    try_compile,
)
from cachekeys.inputs.cmake.values import UNKNOWN_VALUE, Value, all_words, text_of
from cachekeys.inputs.cmake.variables import (
    assign,
    dependent_option,
    option,
    outputs,
    parse_arguments,
    separate_arguments,
    unassign,
)
from cachekeys.inputs.texts import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["COMMANDS", "other"]


def other(m: Interpreter, name: str, arguments: list[Value]) -> None:
    """Take the sources among the arguments of a command from outside for compiled, as ``pybind11_add_module`` does."""
    existing_files(m, name, arguments)
    if name.startswith("check_"):
        check(m, arguments)
    need(m, "", [word for word in all_words(arguments[1:]) if UNKNOWN not in word])
    if name.endswith(("add_module", "add_library", "add_executable", "_module", "_library")) and arguments:
        m.targets.update(arguments[0])


def _nothing(m: Interpreter, arguments: list[Value]) -> None:
    """Neither sets what we look at nor reads a file of the project."""


def _return(m: Interpreter, arguments: list[Value]) -> int:
    """``return([PROPAGATE name...])``."""
    words = [value[0] for value in arguments]
    m.propagated = tuple(words[1:]) if words[:1] == ["PROPAGATE"] else ()
    return RETURN


def _message(_: Interpreter, arguments: list[Value]) -> int:
    return RETURN if text_of(arguments, 0) == "FATAL_ERROR" else NORMAL


def _listed_after_first(m: Interpreter, arguments: list[Value]) -> None:
    options(m, arguments[1:])


def _definitions_after_first(m: Interpreter, arguments: list[Value]) -> None:
    definitions(m, arguments[1:])


def _linked_by_all(m: Interpreter, arguments: list[Value]) -> None:
    libraries(m, [("",), *arguments])


def _host(m: Interpreter, arguments: list[Value]) -> None:
    words = [value[0] for value in arguments]
    m.assign(words[words.index("RESULT") + 1] if "RESULT" in words[:-1] else "", UNKNOWN_VALUE)


COMMANDS: dict[str, Callable[[Interpreter, list[Value]], int | None]] = {
    # variables and values
    "set": assign,
    "unset": unassign,
    "option": option,
    "cmake_dependent_option": dependent_option,
    "project": project,
    "cmake_parse_arguments": parse_arguments,
    "separate_arguments": separate_arguments,
    "list": list_command,
    "string": string_command,
    "math": math,
    "get_filename_component": get_filename_component,
    "cmake_path": cmake_path,
    "cmake_host_system_information": _host,
    "get_property": get_property,
    "get_target_property": get_target_property,
    "get_source_file_property": get_source_property,
    "get_directory_property": get_directory_property,
    "get_cmake_property": outputs(),
    "set_property": set_property,
    "set_target_properties": set_properties("TARGET"),
    "set_source_files_properties": set_properties("SOURCE"),
    "set_directory_properties": set_properties("DIRECTORY"),
    "cmake_minimum_required": require,
    "cmake_policy": policy_command,
    # flow
    "return": _return,
    "break": lambda *_: BREAK,
    "continue": lambda *_: CONTINUE,
    "message": _message,
    "cmake_language": language,
    "include_guard": include_guard,
    # other lists files and builds
    "include": include,
    "add_subdirectory": add_subdirectory,
    "subdirs": add_subdirectory,
    "find_package": find_package,
    "find_program": find("program"),
    "find_library": find("library"),
    "find_path": find("path"),
    "find_file": find("file"),
    "fetchcontent_declare": fetch_declare,
    "fetchcontent_makeavailable": fetch_available,
    "fetchcontent_populate": fetch_available,
    "externalproject_add": external_project,
    "try_compile": try_compile,
    "try_run": try_compile,
    # files
    "file": file_command,
    "configure_file": configure_file,
    "configure_package_config_file": configure_file,
    "install": install,
    # targets
    "add_library": add_target,
    "add_executable": add_target,
    "target_sources": target,
    "target_precompile_headers": target,
    "aux_source_directory": source_directory,
    "include_directories": include_directories,
    "target_include_directories": include_directories,
    "add_compile_options": options,
    "add_link_options": options,
    "target_compile_options": _listed_after_first,
    "target_link_options": _listed_after_first,
    "add_definitions": definitions,
    "add_compile_definitions": definitions,
    "target_compile_definitions": _definitions_after_first,
    "target_link_libraries": libraries,
    "link_libraries": _linked_by_all,
    "add_custom_command": custom,
    "add_custom_target": custom_target,
    "execute_process": execute_process,
    # neither
    "source_group": _nothing,
    "mark_as_advanced": _nothing,
    "add_test": _nothing,
    "enable_testing": _nothing,
    "enable_language": _nothing,
    "add_dependencies": add_dependencies,
    "export": _nothing,
}
"""The handlers, by name in lower case."""

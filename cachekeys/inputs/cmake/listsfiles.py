"""CMake's commands that go on in another lists file: ``include``, ``add_subdirectory``, ``find_package``, ``FetchContent``."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.interpreter import Seen
from cachekeys.inputs.cmake.targets import commands_in, existing_files
from cachekeys.inputs.cmake.values import UNKNOWN_VALUE, Value, all_words, elements, text_of
from cachekeys.inputs.texts import ROOT, is_known, join

if TYPE_CHECKING:
    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["add_subdirectory", "external_project", "fetch_available", "fetch_declare", "find_package", "include"]


def include(m: Interpreter, arguments: list[Value]) -> None:
    """``include(file|module)``."""
    for name in elements(arguments[0]) if arguments else []:
        path = m.resolve(name)
        if path is not None and is_known(path) and m.project.is_file(path):
            _run_included(m, path)
            return
        if "/" not in name and _run_module(m, f"{name}.cmake"):
            return


def _run_included(m: Interpreter, path: str) -> None:
    m.note(path, Seen("build-config", "code", f"{m.place[0]} includes it", m.place))
    if path not in m.including:
        m.including.append(path)
        outer, m.calls = m.calls, []  # what the file says is said there, whoever includes it
        try:
            m.run_file(path)
        finally:
            m.calls = outer
            m.including.pop()


def _run_module(m: Interpreter, file: str) -> bool:
    """Interpret a module found through ``CMAKE_MODULE_PATH``; tell whether the project has it."""
    for directory in elements(m.variable("CMAKE_MODULE_PATH")):
        path = m.resolve(join(directory, file))
        if path is not None and is_known(path) and m.project.is_file(path):
            _run_included(m, path)
            return True
    return False


def add_subdirectory(m: Interpreter, arguments: list[Value]) -> None:
    """``add_subdirectory(directory)``."""
    for option in arguments[0] if arguments else ():
        _enter(m, option)


def _enter(m: Interpreter, directory: str) -> None:
    path = m.resolve(directory)
    if path is None or not is_known(path):
        return
    file = posixpath.normpath(f"{path}/CMakeLists.txt")
    if m.project.is_file(file):
        m.note(file, Seen("build-config", "code", f"{m.place[0]} adds its directory", m.place))
        outer, m.calls = m.calls, []
        m.macros.append(None)
        m.enter(ROOT if path == "." else f"{ROOT}/{path}")
        m.macros.pop()
        m.calls = outer


def find_package(m: Interpreter, arguments: list[Value]) -> None:
    """``find_package(name)``: a find module or a package configuration that the project itself has."""
    name = text_of(arguments, 0)
    if not is_known(name) or _run_module(m, f"Find{name}.cmake"):
        return
    places = elements(m.variable(f"{name}_DIR")) if m.is_set(f"{name}_DIR") else []
    for directory in (*places, *elements(m.variable("CMAKE_PREFIX_PATH"))):
        for file in (f"{name}Config.cmake", f"{name.lower()}-config.cmake"):
            path = m.resolve(join(directory, file))
            if path is not None and is_known(path) and m.project.is_file(path):
                _run_included(m, path)
                return


def fetch_declare(m: Interpreter, arguments: list[Value]) -> None:
    """``FetchContent_Declare``: remember a local source directory."""
    words = [value[0] for value in arguments]
    for keyword in ("SOURCE_DIR",):
        if keyword in words[:-1]:
            m.fetched[words[0].lower()] = words[words.index(keyword) + 1]
    existing_files(m, "fetchcontent_declare", arguments)


def fetch_available(m: Interpreter, arguments: list[Value]) -> None:
    """``FetchContent_MakeAvailable``: add the directories that were declared."""
    for name in all_words(arguments):
        local = m.fetched.get(name.lower())
        if local:
            m.assign(f"{name.lower()}_SOURCE_DIR", (local,))
            _enter(m, local)
        else:
            m.assign(f"{name.lower()}_SOURCE_DIR", UNKNOWN_VALUE)


def external_project(m: Interpreter, arguments: list[Value]) -> None:
    """``ExternalProject_Add``: a local directory is configured as another build."""
    words = [value[0] for value in arguments]
    if "SOURCE_DIR" in words[:-1]:
        _enter(m, words[words.index("SOURCE_DIR") + 1])
    commands_in(m, words)

"""CMake's commands that go on in another lists file: ``include``, ``add_subdirectory``, ``FetchContent``, ``ExternalProject``."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.scopes import Seen, merge_states
from cachekeys.inputs.cmake.scripts import command_line, commands_in, dependency
from cachekeys.inputs.cmake.targets import existing_files
from cachekeys.inputs.cmake.values import BUILD, OUTSIDE, UNKNOWN_VALUE, Value, all_words, elements, text_of
from cachekeys.inputs.texts import ROOT, UNKNOWN, expand, is_known, join

if TYPE_CHECKING:
    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = [
    "add_subdirectory",
    "external_project",
    "fetch_available",
    "fetch_declare",
    "include",
    "include_guard",
    "module_in_project",
    "run_included",
]

_MAX_MATCHES = 30
"""Files that an ``include`` of a name with unknown parts may mean."""


def include(m: Interpreter, arguments: list[Value]) -> None:
    """``include(file|module)``."""
    words = [value[0] for value in arguments]
    if "RESULT_VARIABLE" in words[:-1]:
        m.assign(words[words.index("RESULT_VARIABLE") + 1], UNKNOWN_VALUE)
    for name in elements(arguments[0]) if arguments else []:
        path = m.resolve(name)
        if path is not None and not is_known(path):
            _any_of(m, path)
        elif path is not None and m.project.is_file(path):
            run_included(m, path)
        elif "/" in name or module_in_project(m, f"{name}.cmake"):
            continue
        elif name == "CTest" and not m.is_set("BUILD_TESTING"):
            m.cache["BUILD_TESTING"] = ("ON",)  # the module's own option


def _any_of(m: Interpreter, path: str) -> None:
    """Include every file that a name with unknown parts can mean: another platform takes another."""
    if not posixpath.basename(path).strip(UNKNOWN):
        return
    matches = expand(m.project, path)
    before, ends = m.scope.names, [m.scope.names]
    m.undecided += 1
    for name in matches if len(matches) <= _MAX_MATCHES else ():
        m.scope.names = dict(before)
        run_included(m, name, sure=False)
        ends.append(m.scope.names)
    m.undecided -= 1
    m.scope.names = merge_states(ends[1:] or ends, m.scope, m.cache)


def run_included(m: Interpreter, path: str, *, sure: bool = True) -> None:
    """Note a lists file and interpret it where it is included."""
    why = f"{m.place[0]} includes it"
    m.note(path, Seen("build-config", "code", why, m.place, "certain" if sure else "possible"))
    if path not in m.including and path not in m.guarded:
        m.including.append(path)
        outer, m.calls = m.calls, []  # what the file says is said there, whoever includes it
        policies = m.policies
        try:
            m.run_file(path)
        finally:
            m.calls, m.policies = outer, policies
            m.including.pop()


def include_guard(m: Interpreter, arguments: list[Value]) -> int | None:
    """``include_guard([DIRECTORY|GLOBAL])``: the file that has it is interpreted once."""
    from cachekeys.inputs.cmake.interpreter import RETURN  # it needs this module

    path = m.stack[-1][0]
    if path in m.guarded:
        return RETURN
    if text_of(arguments, 0) == "GLOBAL":
        m.guarded.add(path)
    return None


def module_in_project(m: Interpreter, file: str) -> bool:
    """Interpret a module found through ``CMAKE_MODULE_PATH``; tell whether the project has it."""
    for directory in elements(m.variable("CMAKE_MODULE_PATH")):
        path = m.resolve(join(directory, file))
        if path is not None and is_known(path) and m.project.is_file(path):
            run_included(m, path)
            return True
    return False


def add_subdirectory(m: Interpreter, arguments: list[Value]) -> None:
    """``add_subdirectory(directory [build directory] [EXCLUDE_FROM_ALL])``."""
    outside = "EXCLUDE_FROM_ALL" in all_words(arguments[1:])
    m.building.outside += outside
    for option in arguments[0] if arguments else ():
        enter(m, option)
    m.building.outside -= outside


def enter(m: Interpreter, directory: str) -> None:
    """Note the lists file of a directory and interpret it; of several when a part of the name is not known."""
    path = m.resolve(directory)
    if path is None:
        return
    if is_known(path):
        paths = [path]
    else:
        matches = expand(m.project, f"{path}/CMakeLists.txt") if posixpath.basename(path).strip(UNKNOWN) else []
        paths = [posixpath.dirname(name) for name in matches] if len(matches) <= _MAX_MATCHES else []
    for name in paths:
        file = posixpath.normpath(f"{name}/CMakeLists.txt")
        if m.project.is_file(file):
            m.note(file, Seen("build-config", "code", f"{m.place[0]} adds its directory", m.place))
            outer, m.calls = m.calls, []
            m.macros.append(None)
            copy = join(m.source_dir(), directory)
            m.enter(copy if copy.startswith(BUILD) else ROOT if name == "." else f"{ROOT}/{name}")
            m.macros.pop()
            m.calls = outer


def fetch_declare(m: Interpreter, arguments: list[Value]) -> None:
    """``FetchContent_Declare``: remember a local source directory."""
    words = [value[0] for value in arguments]
    below = _value_of(words, "SOURCE_SUBDIR")
    if "SOURCE_DIR" in words[:-1]:
        m.fetched[words[0].lower()] = (_value_of(words, "SOURCE_DIR"), below)
    local = _local_url(words)
    if local:
        if m.project.is_dir(m.resolve(local) or ""):
            m.fetched.setdefault(words[0].lower(), (local, below))
        dependency(m, local, "unpacks it")
    existing_files(m, "fetchcontent_declare", arguments)
    commands_in(m, words)


def _value_of(words: list[str], keyword: str) -> str:
    return words[words.index(keyword) + 1] if keyword in words[:-1] else ""


def _local_url(words: list[str]) -> str:
    """Return the local path that ``URL`` or ``GIT_REPOSITORY`` names, else ""."""
    for keyword in ("URL", "GIT_REPOSITORY"):
        if keyword in words[:-1]:
            text = words[words.index(keyword) + 1].removeprefix("file://")
            return "" if "://" in text or text.startswith("git@") else text
    return ""


def fetch_available(m: Interpreter, arguments: list[Value]) -> None:
    """``FetchContent_MakeAvailable``: add the directories that were declared."""
    for name in all_words(arguments):
        override = f"FETCHCONTENT_SOURCE_DIR_{name.upper()}"
        local, below = m.fetched.get(name.lower(), ("", ""))
        local = m.variable(override)[0] if m.is_set(override) else local
        if local:
            m.assign(f"{name.lower()}_SOURCE_DIR", (local,))
            enter(m, f"{local}/{below}" if below else local)
        else:
            m.assign(f"{name.lower()}_SOURCE_DIR", OUTSIDE)


def external_project(m: Interpreter, arguments: list[Value]) -> None:
    """``ExternalProject_Add``: a local directory is configured as another build, or built by other commands."""
    words = all_words(arguments)
    local = words[words.index("SOURCE_DIR") + 1] if "SOURCE_DIR" in words[:-1] else _local_url(words)
    path = m.resolve(local) if local else None
    if path is not None and is_known(path):
        top = posixpath.normpath(f"{path}/{_value_of(words, 'SOURCE_SUBDIR')}")
        lists = posixpath.normpath(f"{top}/CMakeLists.txt")
        if m.project.is_file(lists) and lists not in m.directories and "CONFIGURE_COMMAND" not in words:
            m.note(lists, Seen("build-config", "code", f"{m.place[0]} builds its directory", m.place))
            m.configure_apart(top, command_line(words))
        elif m.project.is_dir(path) and path != "." and not m.project.is_file(lists):
            seen = Seen("native-source", "code", f"{m.place[0]} builds what is in there", m.place, "likely")
            from cachekeys.inputs.texts import as_glob

            m.note_glob(f"{as_glob(path)}/**/*", seen)
        dependency(m, local, "unpacks it")
    commands_in(m, words)

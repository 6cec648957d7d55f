"""CMake's own commands, as far as they set variables or read files."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.data import cmake_path, get_filename_component, list_command, string_command
from cachekeys.inputs.cmake.interpreter import Seen
from cachekeys.inputs.cmake.values import NOTHING, UNKNOWN_VALUE, Value, elements, joined, merged
from cachekeys.inputs.includes import NATIVE_SUFFIXES
from cachekeys.inputs.texts import ROOT, UNKNOWN, as_glob, expand, is_known, join, known, project_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cachekeys.inputs.cmake.interpreter import Interpreter
    from cachekeys.inputs.model import Affects, Role

__all__ = ["COMMANDS", "other"]

_MAX_VALUE = 100_000


def _text(arguments: list[Value], position: int) -> str:
    return arguments[position][0] if position < len(arguments) else ""


def _words(arguments: Iterable[Value]) -> list[str]:
    """Return all elements of all arguments."""
    return [item for argument in arguments for item in elements(argument)]


# -- variables ---------------------------------------------------------------------------------------------------------------


def _set(m: Interpreter, arguments: list[Value]) -> None:
    if not arguments:
        return
    name, values = _text(arguments, 0), arguments[1:]
    if name.startswith("ENV{"):
        return
    words = [value[0] for value in values]
    if "CACHE" in words:
        at = words.index("CACHE")
        value = joined(values[:at]) if at else NOTHING
        if "FORCE" in words[at:] or name not in m.cache:
            m.cache[name] = value
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
    if arguments and not _text(arguments, 0).startswith("ENV{"):
        m.assign(_text(arguments, 0), NOTHING, parent=_text(arguments, -1 % len(arguments)) == "PARENT_SCOPE")


def _option(m: Interpreter, arguments: list[Value]) -> None:
    name = _text(arguments, 0)
    if not m.is_set(name):
        m.cache[name] = arguments[2] if len(arguments) > 2 else ("OFF",)  # noqa: PLR2004 - option(name help value)


def _dependent_option(m: Interpreter, arguments: list[Value]) -> None:
    name = _text(arguments, 0)
    if not m.is_set(name) and len(arguments) > 4:  # noqa: PLR2004 - name help value depends force
        m.cache[name] = merged((arguments[2], arguments[4]))


def _project(m: Interpreter, arguments: list[Value]) -> None:
    name = _text(arguments, 0)
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
    if _text(arguments, 0) == "PARSE_ARGV":
        skip = int(_text(arguments, 1)) if _text(arguments, 1).isdigit() else 0
        arguments = [*arguments[2:6], *(m.rest(skip) if m.calls else [])]
    prefix = _text(arguments, 0)
    flags, single, multiple = (set(_words(arguments[i : i + 1])) for i in (1, 2, 3))
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


# -- other lists files ------------------------------------------------------------------------------------------------------


def _include(m: Interpreter, arguments: list[Value]) -> None:
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


def _add_subdirectory(m: Interpreter, arguments: list[Value]) -> None:
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


def _find_package(m: Interpreter, arguments: list[Value]) -> None:
    name = _text(arguments, 0)
    if not is_known(name) or _run_module(m, f"Find{name}.cmake"):
        return
    places = elements(m.variable(f"{name}_DIR")) if m.is_set(f"{name}_DIR") else []
    for directory in (*places, *elements(m.variable("CMAKE_PREFIX_PATH"))):
        for file in (f"{name}Config.cmake", f"{name.lower()}-config.cmake"):
            path = m.resolve(join(directory, file))
            if path is not None and is_known(path) and m.project.is_file(path):
                _run_included(m, path)
                return


def _fetch_declare(m: Interpreter, arguments: list[Value]) -> None:
    words = [value[0] for value in arguments]
    for keyword in ("SOURCE_DIR",):
        if keyword in words[:-1]:
            m.fetched[words[0].lower()] = words[words.index(keyword) + 1]
    _existing(m, "fetchcontent_declare", arguments)


def _fetch_available(m: Interpreter, arguments: list[Value]) -> None:
    for name in _words(arguments):
        local = m.fetched.get(name.lower())
        if local:
            m.assign(f"{name.lower()}_SOURCE_DIR", (local,))
            _enter(m, local)
        else:
            m.assign(f"{name.lower()}_SOURCE_DIR", UNKNOWN_VALUE)


def _external_project(m: Interpreter, arguments: list[Value]) -> None:
    words = [value[0] for value in arguments]
    if "SOURCE_DIR" in words[:-1]:
        _enter(m, words[words.index("SOURCE_DIR") + 1])
    _commands_in(m, words)


# -- files -------------------------------------------------------------------------------------------------------------------


def _file(m: Interpreter, arguments: list[Value]) -> None:
    mode = _text(arguments, 0)
    if mode in {"GLOB", "GLOB_RECURSE"}:
        _glob(m, arguments[1:], recursive=mode == "GLOB_RECURSE")
    elif mode in {"READ", "STRINGS", "MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512"}:
        _read(m, _text(arguments, 1), f"reads it with file({mode})")
        value = _content(m, _text(arguments, 1)) if mode == "READ" else UNKNOWN_VALUE
        m.assign(_text(arguments, 2), value)
    elif mode in {"REAL_PATH", "TO_CMAKE_PATH", "TO_NATIVE_PATH"}:
        m.assign(_text(arguments, 2), arguments[1] if len(arguments) > 1 else UNKNOWN_VALUE)
    elif mode == "RELATIVE_PATH" and len(arguments) > 3:  # noqa: PLR2004 - RELATIVE_PATH variable directory file
        base = project_path(_text(arguments, 2))
        paths = [project_path(option) for option in arguments[3]]
        if base is not None and all(path is not None and is_known(path) for path in paths) and is_known(base):
            m.assign(_text(arguments, 1), tuple(posixpath.relpath(f"/{path}", f"/{base}") for path in paths))
        else:
            m.assign(_text(arguments, 1), UNKNOWN_VALUE)
    elif mode in {"COPY", "INSTALL", "COPY_FILE", "CREATE_LINK", "RENAME"}:
        for word in _words(arguments[1:]):
            if word in {"DESTINATION", "TYPE", "PATTERN", "REGEX"}:
                break
            _copied(m, word, "copies it")
    elif mode in {"GENERATE", "CONFIGURE"}:
        words = [value[0] for value in arguments]
        if "INPUT" in words[:-1]:
            _read(m, words[words.index("INPUT") + 1], f"generates a file from it with file({mode})")


def _content(m: Interpreter, name: str) -> Value:
    path = m.resolve(name)
    raw = m.project.read_bytes(path) if path is not None and is_known(path) else None
    if raw is None or len(raw) > _MAX_VALUE or b";" in raw:
        return UNKNOWN_VALUE
    return (known(raw.decode("utf-8", "replace")),)


def _read(m: Interpreter, name: str, verb: str) -> None:
    """Note that a file of the project is read."""
    path = m.resolve(name)
    if path is None:
        return
    if is_known(path):
        _dependency(m, name, verb)
    elif expand(m.project, path):
        m.globs.setdefault(as_glob(path), Seen("build-config", "code", f"{m.place[0]} {verb}", m.place, "possible"))


def _copied(m: Interpreter, name: str, verb: str) -> None:
    """Note that a file or a directory of the project is copied into the build."""
    path = m.resolve(name)
    if path is None or not is_known(path):
        return
    if m.project.is_file(path):
        native = path.lower().endswith(NATIVE_SUFFIXES)
        seen = Seen(
            "native-source" if native else "dynamic-file", "contents", f"{m.place[0]} {verb}", m.place, "likely"
        )
        m.note(path, seen)
    elif m.project.is_dir(path) and path != ".":
        seen = Seen("dynamic-file", "contents", f"{m.place[0]} {verb}", m.place, "likely")
        m.globs.setdefault(f"{as_glob(path)}/**/*", seen)


def _glob(m: Interpreter, arguments: list[Value], *, recursive: bool) -> None:
    words = _words(arguments)
    if not words:
        return
    name, *words = words
    found: list[str] = []
    relative = ""
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        if word == "RELATIVE":
            relative = words[position] if position < len(words) else ""
            position += 1
        elif word == "LIST_DIRECTORIES":
            position += 1
        elif word not in {"CONFIGURE_DEPENDS", "FOLLOW_SYMLINKS"}:
            found += _expand_glob(m, word, recursive=recursive)
    base = project_path(relative) if relative else None
    prefix = "" if base in {None, "."} else f"{base}/"
    values = [name[len(prefix) :] if relative and name.startswith(prefix) else f"{ROOT}/{name}" for name in found]
    m.assign(name, (";".join(values),))


def _expand_glob(m: Interpreter, word: str, *, recursive: bool) -> list[str]:
    path = m.resolve(word)
    if path is None:
        return []
    if recursive:
        head, _, tail = path.rpartition("/")
        path = f"{head}/**/{tail}" if head else f"**/{tail}"
    found = expand(m.project, path)
    native = [name for name in found if name.lower().endswith(NATIVE_SUFFIXES)]
    if found and len(native) == len(found):
        pattern = "".join(f"[{c}]" if c in "{}!" else c for c in path.replace(UNKNOWN, "*"))
        m.globs.setdefault(
            pattern, Seen("native-source", "code", f"{m.place[0]} lists the files that match it", m.place)
        )
    return found


def _configure_file(m: Interpreter, arguments: list[Value]) -> None:
    for option in arguments[0] if arguments else ():
        path = m.resolve(option)
        if path is not None and is_known(path) and m.project.is_file(path):
            m.note(path, Seen("build-config", "code", f"{m.place[0]} configures it", m.place))


# -- targets -----------------------------------------------------------------------------------------------------------------

_KEYWORDS = frozenset(
    {
        "STATIC",
        "SHARED",
        "MODULE",
        "OBJECT",
        "INTERFACE",
        "EXCLUDE_FROM_ALL",
        "WIN32",
        "MACOSX_BUNDLE",
        "PRIVATE",
        "PUBLIC",
    }
    | {"IMPORTED", "ALIAS", "UNKNOWN", "GLOBAL", "FILE_SET", "TYPE", "HEADERS", "BASE_DIRS", "FILES", "CXX_MODULES"}
)


def _target(m: Interpreter, arguments: list[Value]) -> None:
    if arguments:
        m.targets.update(arguments[0])
    for argument in arguments[1:]:
        for word in elements(argument):
            if word not in _KEYWORDS:
                _source(m, word, "compiles it")


def _source(m: Interpreter, word: str, verb: str) -> None:
    """Note a source of a target: a file, or files when a part of its name is not known."""
    path = m.resolve(word)
    if path is None:
        return
    why = f"{m.place[0]} {verb}"
    if is_known(path):
        if m.project.is_file(path):
            m.note(path, Seen("native-source", "code", why, m.place))
        elif m.project.is_file(f"{path}.in"):
            m.note(
                f"{path}.in", Seen("native-source", "code", f"{why} as {posixpath.basename(path)}", m.place, "likely")
            )
        return
    if posixpath.basename(path) == UNKNOWN:
        return  # a wholly unknown name would claim everything in the directory
    matches = [name for name in expand(m.project, path) if name.lower().endswith(NATIVE_SUFFIXES)]
    for name in matches:
        m.note(name, Seen("native-source", "code", why, m.place, "possible"))


def _include_directories(m: Interpreter, arguments: list[Value]) -> None:
    for word in _words(arguments):
        if word in {"PRIVATE", "PUBLIC", "INTERFACE", "SYSTEM", "BEFORE", "AFTER"} or word in m.targets:
            continue
        path = m.resolve(word)
        if path is not None and is_known(path) and m.project.is_dir(path):
            m.include_dirs.setdefault(path, None)


def _custom(m: Interpreter, arguments: list[Value]) -> None:
    """``add_custom_command`` and ``add_custom_target``: the commands, and what they depend on."""
    words = _words(arguments)
    _commands_in(m, words)
    section = ""
    for word in words:
        if word in {"DEPENDS", "MAIN_DEPENDENCY", "SOURCES", "IMPLICIT_DEPENDS"}:
            section = word
        elif word.isupper() and word.isascii() and word.replace("_", "").isalpha():
            section = ""
        elif section:
            _dependency(m, word, "makes another file from it")


def _dependency(m: Interpreter, word: str, verb: str, base: str | None = None) -> None:
    path = m.resolve(word, base)
    if path is None or not is_known(path) or not m.project.is_file(path):
        return
    lower = path.lower()
    if lower.endswith((".py", ".sh", ".pl", ".cmake", ".bat", ".ps1", ".rb", ".js")):
        role: Role = "build-config" if lower.endswith(".cmake") else "build-script"
    else:
        role = "native-source" if lower.endswith(NATIVE_SUFFIXES) else "build-config"
    m.note(path, Seen(role, "code", f"{m.place[0]} {verb}", m.place))


def _commands_in(m: Interpreter, words: list[str]) -> None:
    """Note git, and files of the project, in the ``COMMAND`` parts of a command's arguments."""
    base = words[words.index("WORKING_DIRECTORY") + 1] if "WORKING_DIRECTORY" in words[:-1] else None
    for position, word in enumerate(words):
        if word.endswith("COMMAND") and position + 1 < len(words):
            _git(m, words[position + 1 :])
    for word in words:
        text = word.partition("=")[2] if word.startswith("-") and "=" in word else word
        if "/" in text or "." in text:
            _dependency(m, text, "hands it to a command", base)
            if base is not None:
                _dependency(m, text, "hands it to a command")


def _git(m: Interpreter, words: list[str]) -> None:
    program = posixpath.basename(words[0]).lower().removesuffix(".exe")
    is_git = program == "git" or (
        words[0] == UNKNOWN and words[1:2] and words[1] in {"describe", "rev-parse", "log", "rev-list"}
    )
    if not is_git:
        return
    command = next((word for word in words[1:] if not word.startswith("-")), "")
    if command in {"describe", "tag", "name-rev"}:
        m.git.setdefault("tags", m.place)
    elif command not in {
        "rev-parse",
        "log",
        "rev-list",
        "show",
        "status",
        "diff",
        "diff-index",
        "branch",
        "symbolic-ref",
    }:
        return
    m.git.setdefault("commit", m.place)


def _execute_process(m: Interpreter, arguments: list[Value]) -> None:
    _commands_in(m, _words(arguments))
    _outputs("OUTPUT_VARIABLE", "ERROR_VARIABLE", "RESULT_VARIABLE", "RESULTS_VARIABLE")(m, arguments)


def _install(m: Interpreter, arguments: list[Value]) -> None:
    """``install(FILES|PROGRAMS|DIRECTORY ...)``: what ends up in the wheel beside the targets."""
    words = _words(arguments)
    mode = words[0] if words else ""
    if mode not in {"FILES", "PROGRAMS", "DIRECTORY"}:
        return
    patterns = [
        words[i + 1] for i, word in enumerate(words[:-1]) if word == "PATTERN" and words[i + 2 : i + 3] != ["EXCLUDE"]
    ]
    for word in words[1:]:
        if word in {
            "DESTINATION",
            "TYPE",
            "PERMISSIONS",
            "COMPONENT",
            "FILES_MATCHING",
            "PATTERN",
            "OPTIONAL",
            "RENAME",
            "REGEX",
        }:
            break
        path = m.resolve(word)
        if mode == "DIRECTORY" and "FILES_MATCHING" in words and path is not None and is_known(path):
            for pattern in patterns:
                glob = f"{as_glob(path)}/**/{pattern}"
                if expand(m.project, f"{path}/**/{pattern}"):
                    seen = Seen("dynamic-file", "contents", f"{m.place[0]} installs them", m.place, "likely")
                    m.globs.setdefault(glob, seen)
        else:
            _copied(m, word, "installs it")


def _property(m: Interpreter, arguments: list[Value]) -> None:
    """``set_property(... CMAKE_CONFIGURE_DEPENDS file)`` and the like name inputs outright."""
    words = _words(arguments)
    for keyword in ("CMAKE_CONFIGURE_DEPENDS", "OBJECT_DEPENDS", "LINK_DEPENDS"):
        if keyword in words:
            for word in words[words.index(keyword) + 1 :]:
                _dependency(m, word, f"lists it in {keyword}")


# -- everything else ---------------------------------------------------------------------------------------------------------


def other(m: Interpreter, name: str, arguments: list[Value]) -> None:
    """A command from outside the project: sources among its arguments are compiled, as ``pybind11_add_module`` does."""
    _existing(m, name, arguments)
    if name.endswith(("add_module", "add_library", "add_executable", "_module", "_library")) and arguments:
        m.targets.update(arguments[0])


def _existing(m: Interpreter, name: str, arguments: list[Value]) -> None:
    for word in _words(arguments):
        if word.lower().endswith(NATIVE_SUFFIXES) or word.endswith((".py", ".in", ".tar.gz", ".zip", ".tar.xz")):
            if word.lower().endswith(NATIVE_SUFFIXES):
                _source(m, word, f"hands it to {name}()")
            else:
                _dependency(m, word, f"hands it to {name}()")


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
    "math": lambda m, arguments: m.assign(_text(arguments, 1), UNKNOWN_VALUE),
    "include": _include,
    "add_subdirectory": _add_subdirectory,
    "subdirs": _add_subdirectory,
    "find_package": _find_package,
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
    "fetchcontent_declare": _fetch_declare,
    "fetchcontent_makeavailable": _fetch_available,
    "fetchcontent_populate": _fetch_available,
    "externalproject_add": _external_project,
    "file": _file,
    "configure_file": _configure_file,
    "configure_package_config_file": _configure_file,
    "add_library": _target,
    "add_executable": _target,
    "target_sources": _target,
    "target_precompile_headers": _target,
    "include_directories": _include_directories,
    "target_include_directories": _include_directories,
    "add_custom_command": _custom,
    "add_custom_target": _custom,
    "execute_process": _execute_process,
    "install": _install,
    "set_property": _property,
    "set_directory_properties": _property,
    "set_source_files_properties": _property,
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

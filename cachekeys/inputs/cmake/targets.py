"""CMake's commands about targets: their sources, include directories, options and libraries."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.pruning import declare, need, target_name
from cachekeys.inputs.cmake.scopes import Seen
from cachekeys.inputs.cmake.scripts import command_line, dependency
from cachekeys.inputs.cmake.values import NOTHING, Value, all_words, elements, joined, merged, text_of
from cachekeys.inputs.includes import NATIVE_SUFFIXES
from cachekeys.inputs.texts import UNKNOWN, expand, is_known

if TYPE_CHECKING:
    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = [
    "add_target",
    "check",
    "definitions",
    "existing_files",
    "include_directories",
    "libraries",
    "options",
    "source_directory",
    "target",
    "try_compile",
]


_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".cu", ".f90", ".f")
_KEYWORDS = frozenset(
    {"STATIC", "SHARED", "MODULE", "OBJECT", "INTERFACE", "EXCLUDE_FROM_ALL", "WIN32", "MACOSX_BUNDLE", "PRIVATE"}
    | {"PUBLIC", "IMPORTED", "ALIAS", "UNKNOWN", "GLOBAL", "FILE_SET", "TYPE", "HEADERS", "BASE_DIRS", "FILES"}
    | {"CXX_MODULES", "REUSE_FROM"}
)
_SCOPES = frozenset({"PRIVATE", "PUBLIC", "INTERFACE", "SYSTEM", "BEFORE", "AFTER"})
_OTHERS = (".py", ".in", ".tar.gz", ".zip", ".tar.xz", ".tgz", ".tar.bz2", ".cmake", ".json", ".map", ".txt", ".j2")
"""Endings of other files that a command from outside may get: templates, archives, descriptions."""


def add_target(m: Interpreter, arguments: list[Value]) -> None:
    """``add_library``, ``add_executable``."""
    declare(m, arguments)
    target(m, arguments)


def target(m: Interpreter, arguments: list[Value]) -> None:
    """``target_sources`` and what takes sources alike."""
    if not arguments:
        return
    outer, m.building.owner = m.building.owner, target_name(arguments)
    _sources(m, arguments)
    m.building.owner = outer


def _sources(m: Interpreter, arguments: list[Value]) -> None:
    m.targets.update(arguments[0])
    name = text_of(arguments, 0)
    given = [value for value in arguments[1:] if value[0] not in _KEYWORDS]
    words = [word for word in all_words(given) if word not in _KEYWORDS]
    for word in words:
        source(m, word, "compiles it")
    key = ("TARGET", name, "SOURCES")
    before = m.properties.get(key, NOTHING)
    m.properties[key] = joined([before, *given]) if before != NOTHING else joined(given)
    m.properties.setdefault(("TARGET", name, "SOURCE_DIR"), (m.source_dir(),))
    if (
        words
        and all(word.strip(UNKNOWN) in {"", "/"} for word in words)
        and not {"IMPORTED", "ALIAS"} & set(all_words(arguments))
    ):
        _beside(m)


def _beside(m: Interpreter) -> None:
    """Note the sources beside a lists file that compiles files whose names we do not know."""
    directory = m.resolve(".")
    if directory is None or not is_known(directory):
        return
    why = f"{m.place[0]} beside it compiles files whose names only CMake knows"
    for name in _files_in(m, directory):
        if name.lower().endswith(_SOURCES):
            m.note(name, Seen("native-source", "code", why, m.place, "possible"))


def _files_in(m: Interpreter, directory: str) -> list[str]:
    """Return the files in a directory, not those below."""
    prefix = "" if directory == "." else f"{directory}/"
    return [name for name in m.project.files_below(prefix) if "/" not in name[len(prefix) :]]


def source(m: Interpreter, word: str, verb: str) -> None:
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


def include_directories(m: Interpreter, arguments: list[Value]) -> None:
    """Note include directories, of all targets together."""
    for word in all_words(arguments):
        if word in _SCOPES or word in m.targets:
            continue
        include_directory(m, word)


def include_directory(m: Interpreter, word: str, *, late: bool = False) -> None:
    """Note one include directory.

    :param late: whether it is not searched before the system's for ``<...>``.
    """
    path = m.resolve(word)
    if path is not None and is_known(path) and m.project.is_dir(path):
        (m.late_dirs if late else m.include_dirs).setdefault(path, None)


# -- options -----------------------------------------------------------------------------------------------------------------

_OPTION = re.compile(r"(?:-Wl,)?(?:-I|-isystem|-iquote|-idirafter|-L|-B|-include|-imacros|-T|/I|/FI)?(.*)", re.DOTALL)
_LATE = ("-iquote", "-idirafter")
_INCLUDES = ("-I", "-isystem", "/I", *_LATE)
_HEADER_DEFINITION = re.compile(r"""(?:-D|/D)?\w+=[\\"'<]*([\w./+-]+\.(?:h|hh|hpp|hxx|inc|inl|def))[\\"'>]*$""")


def options(m: Interpreter, arguments: list[Value]) -> None:
    """Note files and include directories in compiler and linker options: ``-include x.h``, version scripts, ``-T x.ld``."""
    words = [part for word in all_words(arguments) for part in word.removeprefix("SHELL:").split()]
    before = ""
    for word in words:
        for part in word.split(","):
            text = part.strip("\"'")
            if before in _INCLUDES or text.startswith(_INCLUDES):
                match = _OPTION.fullmatch(text)
                late = before in _LATE or text.startswith(_LATE)
                include_directory(m, match[1] if match else text, late=late)
            elif before in {"-include", "-imacros", "/FI"}:
                _forced(m, text)
            elif (named := _HEADER_DEFINITION.match(text)) is not None:
                m.headers.setdefault(named[1], m.place)
            else:
                plain = text.partition("=")[2] or text.partition(":")[2] if "=" in text or ":" in text[2:] else text
                plain = plain.removeprefix("-T") if plain.startswith("-T") else plain
                if "." in plain and not plain.startswith("-"):
                    dependency(m, plain, "passes it to the compiler or linker")
        before = word
        if word == "-Wl,-T":
            before = "-T"


def _forced(m: Interpreter, text: str) -> None:
    """Note a header that an option has included."""
    path = m.resolve(text)
    if path is not None and is_known(path) and m.project.is_file(path):
        m.note(path, Seen("native-source", "code", f"{m.place[0]} has it included everywhere", m.place))
    elif is_known(text):
        m.headers.setdefault(text, m.place)


def definitions(m: Interpreter, arguments: list[Value]) -> None:
    """``add_definitions``, ``target_compile_definitions``: a macro may name a header that the code includes through it."""
    for word in all_words(arguments):
        named = _HEADER_DEFINITION.match(word)
        if named is not None:
            m.headers.setdefault(named[1], m.place)


def libraries(m: Interpreter, arguments: list[Value]) -> None:
    """``target_link_libraries``: a library, object or linker script that lies in the project is linked as it is."""
    for name in arguments[0] if arguments else ():
        need(m, name, all_words(arguments[1:]))
    for word in all_words(arguments[1:]):
        if word.startswith("-"):
            options(m, [(word,)])
        elif "/" in word or word.endswith((".a", ".o", ".so", ".lib", ".ld")):
            dependency(m, word, "links it")


def source_directory(m: Interpreter, arguments: list[Value]) -> None:
    """``aux_source_directory(directory variable)``: all sources of a directory."""
    path = m.resolve(text_of(arguments, 0))
    if path is None or not is_known(path):
        return
    found = [name for name in _files_in(m, path) if name.lower().endswith((*_SOURCES, ".c++", ".m", ".mm"))]
    prefix = text_of(arguments, 0).rstrip("/")
    name = text_of(arguments, 1)
    value = (";".join(f"{prefix}/{posixpath.basename(file)}" for file in found),)
    m.assign(name, joined([m.variable(name), value]) if m.is_set(name) else value)


def try_compile(m: Interpreter, arguments: list[Value]) -> None:
    """``try_compile`` and ``try_run``: small programs that are compiled to see whether it works; the result is unknown."""
    for word in all_words(arguments[1:]):
        if word.lower().endswith(NATIVE_SUFFIXES):
            source(m, word, "tries to compile it")
    words = [value[0] for value in arguments]
    plain = words[2:3]  # try_compile(result build-directory source-directory project ...)
    if "PROJECT" in words and "SOURCE_DIR" in words[:-1]:
        plain = [words[words.index("SOURCE_DIR") + 1]]
    directory = m.resolve(plain[0]) if plain else None
    if directory is not None and is_known(directory):
        lists = posixpath.normpath(f"{directory}/CMakeLists.txt")
        if m.project.is_file(lists) and lists not in m.directories:
            m.note(lists, Seen("build-config", "code", f"{m.place[0]} tries to build its directory", m.place))
            m.configure_apart(directory, command_line(words))
    for name in words[:2] if "RUN" in words[:2] else words[:1]:
        m.assign(name, merged([("TRUE",), ("FALSE",)]))


_CHECKED = re.compile(r"""#\s*include\s*[<"]([\w./+-]+)[>"]|\b([\w./+-]+\.(?:h|hh|hpp|hxx))\b""")


def check(m: Interpreter, arguments: list[Value]) -> None:
    """``check_include_file``, ``check_c_source_compiles`` ...: a small program, with headers of the project where it looks."""
    if not m.is_set("CMAKE_REQUIRED_INCLUDES"):
        return
    paths = [m.resolve(word) for word in elements(m.variable("CMAKE_REQUIRED_INCLUDES"))]
    for match in _CHECKED.finditer("\n".join(all_words(arguments))):
        for path in paths:
            name = f"{path}/{match[1] or match[2]}" if path is not None and is_known(path) else ""
            if name and m.project.is_file(name):
                m.note(name, Seen("native-source", "code", f"{m.place[0]} compiles a test with it", m.place))


def existing_files(m: Interpreter, name: str, arguments: list[Value]) -> None:
    """Note the files of the project among the arguments of a command."""
    for word in all_words(arguments):
        if word.lower().endswith(NATIVE_SUFFIXES):
            source(m, word, f"hands it to {name}()")
        elif word.endswith(_OTHERS):
            dependency(m, word, f"hands it to {name}()")
    if "cython" in name and arguments:
        for suffix in (".pyx", ".py"):  # add_cython_target(name) makes name.c from name.pyx
            source(m, text_of(arguments, 0) + suffix, f"hands it to {name}()") if text_of(arguments, 0) else None

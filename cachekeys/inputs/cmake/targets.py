"""CMake's commands about targets, custom commands and what these depend on."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.interpreter import Seen
from cachekeys.inputs.cmake.values import Value, all_words
from cachekeys.inputs.includes import NATIVE_SUFFIXES
from cachekeys.inputs.texts import UNKNOWN, expand, is_known

if TYPE_CHECKING:
    from cachekeys.inputs.cmake.interpreter import Interpreter
    from cachekeys.inputs.model import Role

__all__ = ["commands_in", "custom", "dependency", "existing_files", "include_directories", "property_command", "target"]


_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".cu", ".f90", ".f")
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


def target(m: Interpreter, arguments: list[Value]) -> None:
    """``add_library``, ``add_executable``, ``target_sources`` and what takes sources alike."""
    if arguments:
        m.targets.update(arguments[0])
    words = [word for word in all_words(arguments[1:]) if word not in _KEYWORDS]
    for word in words:
        _source(m, word, "compiles it")
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
    for name in expand(m.project, "*" if directory == "." else f"{directory}/*"):
        if name.lower().endswith(_SOURCES):
            m.note(name, Seen("native-source", "code", why, m.place, "possible"))


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


def include_directories(m: Interpreter, arguments: list[Value]) -> None:
    """Note include directories, of all targets together."""
    for word in all_words(arguments):
        if word in {"PRIVATE", "PUBLIC", "INTERFACE", "SYSTEM", "BEFORE", "AFTER"} or word in m.targets:
            continue
        path = m.resolve(word)
        if path is not None and is_known(path) and m.project.is_dir(path):
            m.include_dirs.setdefault(path, None)


def custom(m: Interpreter, arguments: list[Value]) -> None:
    """``add_custom_command`` and ``add_custom_target``: the commands, and what they depend on."""
    words = all_words(arguments)
    commands_in(m, words)
    section = ""
    for word in words:
        if word in {"DEPENDS", "MAIN_DEPENDENCY", "SOURCES", "IMPLICIT_DEPENDS"}:
            section = word
        elif word.isupper() and word.isascii() and word.replace("_", "").isalpha():
            section = ""
        elif section:
            dependency(m, word, "makes another file from it")


def dependency(m: Interpreter, word: str, verb: str, base: str | None = None) -> None:
    """Note a file of the project that a command depends on or reads; its name tells which part it plays."""
    path = m.resolve(word, base)
    if path is None or not is_known(path) or not m.project.is_file(path):
        return
    lower = path.lower()
    if lower.endswith((".py", ".sh", ".pl", ".cmake", ".bat", ".ps1", ".rb", ".js")):
        role: Role = "build-config" if lower.endswith(".cmake") else "build-script"
    else:
        role = "native-source" if lower.endswith(NATIVE_SUFFIXES) else "build-config"
    m.note(path, Seen(role, "code", f"{m.place[0]} {verb}", m.place))


def commands_in(m: Interpreter, words: list[str]) -> None:
    """Note git, and files of the project, in the ``COMMAND`` parts of a command's arguments."""
    base = words[words.index("WORKING_DIRECTORY") + 1] if "WORKING_DIRECTORY" in words[:-1] else None
    for position, word in enumerate(words):
        if word.endswith("COMMAND") and position + 1 < len(words):
            _git(m, words[position + 1 :])
    for word in words:
        text = word.partition("=")[2] if word.startswith("-") and "=" in word else word
        if "/" in text or "." in text:
            dependency(m, text, "hands it to a command", base)
            if base is not None:
                dependency(m, text, "hands it to a command")


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


def property_command(m: Interpreter, arguments: list[Value]) -> None:
    """``set_property(... CMAKE_CONFIGURE_DEPENDS file)`` and the like name inputs outright."""
    words = all_words(arguments)
    for keyword in ("CMAKE_CONFIGURE_DEPENDS", "OBJECT_DEPENDS", "LINK_DEPENDS"):
        if keyword in words:
            for word in words[words.index(keyword) + 1 :]:
                dependency(m, word, f"lists it in {keyword}")


def existing_files(m: Interpreter, name: str, arguments: list[Value]) -> None:
    """Note the files of the project among the arguments of a command."""
    for word in all_words(arguments):
        if word.lower().endswith(NATIVE_SUFFIXES) or word.endswith((".py", ".in", ".tar.gz", ".zip", ".tar.xz")):
            if word.lower().endswith(NATIVE_SUFFIXES):
                _source(m, word, f"hands it to {name}()")
            else:
                dependency(m, word, f"hands it to {name}()")

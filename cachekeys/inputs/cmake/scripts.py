"""Commands that a CMake build starts, when it is configured or built: git, generators, scripts of the project, other builds."""

from __future__ import annotations

import posixpath
import re
from itertools import takewhile
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.products import into_build
from cachekeys.inputs.cmake.pruning import declare, need, target_name
from cachekeys.inputs.cmake.scopes import Scope, Seen
from cachekeys.inputs.cmake.values import BUILD, Value, all_words
from cachekeys.inputs.cmake.variables import outputs
from cachekeys.inputs.includes import NATIVE_SUFFIXES
from cachekeys.inputs.programs import is_followed
from cachekeys.inputs.texts import ROOT, UNKNOWN, as_glob, expand, is_known, join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cachekeys.inputs.cmake.interpreter import Interpreter
    from cachekeys.inputs.model import Role

__all__ = ["command_line", "commands_in", "custom", "custom_target", "dependency", "execute_process", "run_script"]

_SCRIPTS = (".py", ".sh", ".pl", ".cmake", ".bat", ".ps1", ".rb", ".js", ".awk", ".m4", ".tcl", ".lua")
_SECTIONS = frozenset({"DEPENDS", "MAIN_DEPENDENCY", "SOURCES", "IMPLICIT_DEPENDS"})
_KEYWORDS = frozenset(
    {"COMMAND", "OUTPUT", "BYPRODUCTS", "COMMENT", "WORKING_DIRECTORY", "DEPFILE", "TARGET", "ARGS", "VERBATIM"}
    | {"PRE_BUILD", "PRE_LINK", "POST_BUILD", "APPEND", "USES_TERMINAL", "COMMAND_EXPAND_LISTS", "JOB_POOL", "CODEGEN"}
    | {"DEPENDS_EXPLICIT_ONLY", "ALL", "JOB_SERVER_AWARE", "OUTPUT_VARIABLE", "ERROR_VARIABLE", "RESULT_VARIABLE"}
    | {"RESULTS_VARIABLE", "TIMEOUT", "INPUT_FILE", "OUTPUT_FILE", "ERROR_FILE", "OUTPUT_QUIET", "ERROR_QUIET"}
    | {"OUTPUT_STRIP_TRAILING_WHITESPACE", "ERROR_STRIP_TRAILING_WHITESPACE", "ENCODING", "COMMAND_ECHO"}
    | {"COMMAND_ERROR_IS_FATAL", "ECHO_OUTPUT_VARIABLE", "ECHO_ERROR_VARIABLE"}
    | {"CONFIGURE_COMMAND", "BUILD_COMMAND", "INSTALL_COMMAND", "PATCH_COMMAND", "UPDATE_COMMAND", "DOWNLOAD_COMMAND"}
    | {"TEST_COMMAND", "SOURCE_DIR", "BINARY_DIR", "CMAKE_ARGS", "CMAKE_CACHE_ARGS"}
    | _SECTIONS
)
_OF_DIRECTORIES = ("copy_directory", "tar")
"""What ``cmake -E`` does with whole directories."""

_MAX_MATCHES = 60
_ASSIGNMENT = re.compile(r"\w+=")


def custom(m: Interpreter, arguments: list[Value], name: str = "") -> None:
    """``add_custom_command``, or ``add_custom_target`` for *name*: the commands, and what they depend on."""
    words = all_words(arguments)
    need(m, name, [word for word in words[1:] if UNKNOWN not in word])
    commands_in(m, words)
    section = ""
    made = [at for at, word in enumerate(words) if word in {"OUTPUT", "BYPRODUCTS"}]
    for at in made:
        rest = words[at + 1 :]
        end = next((position for position, word in enumerate(rest) if word in _KEYWORDS), len(rest))
        into_build(m, rest[:end], steady=False)
    for word in words:
        if word in _KEYWORDS:
            section = word if word in _SECTIONS else ""
        elif section and not (section == "IMPLICIT_DEPENDS" and word in {"C", "CXX"}):
            dependency(m, word, "makes another file from it")


def custom_target(m: Interpreter, arguments: list[Value]) -> None:
    """``add_custom_target``: without ``ALL``, it and what it depends on are only made when something needs it."""
    declare(m, arguments, is_custom=True)
    custom(m, arguments, target_name(arguments))


def execute_process(m: Interpreter, arguments: list[Value]) -> None:
    """``execute_process(COMMAND ...)``: runs while CMake configures."""
    commands_in(m, all_words(arguments))
    outputs("OUTPUT_VARIABLE", "ERROR_VARIABLE", "RESULT_VARIABLE", "RESULTS_VARIABLE")(m, arguments)


def dependency(m: Interpreter, word: str, verb: str, base: str | None = None) -> None:
    """Note a file of the project that a command depends on or reads; its name tells which part it plays."""
    path = m.resolve(word, base)
    if path is None:
        return
    if is_known(path):
        if m.project.is_file(path):
            m.note(path, Seen(_role(path), "code", f"{m.place[0]} {verb}", m.place))
        return
    if word.startswith(UNKNOWN) or not posixpath.basename(path).strip(UNKNOWN):
        return  # a wholly unknown name would claim everything in the directory
    matches = expand(m.project, path)
    for name in matches if len(matches) <= _MAX_MATCHES else ():
        m.note(name, Seen(_role(name), "code", f"{m.place[0]} {verb}", m.place, "possible"))


def _role(path: str) -> Role:
    lower = path.lower()
    if lower.endswith(_SCRIPTS):
        return "build-config" if lower.endswith(".cmake") else "build-script"
    return "native-source" if lower.endswith(NATIVE_SUFFIXES) else "build-config"


def commands_in(m: Interpreter, words: list[str]) -> None:
    """Note git, scripts and files of the project in the ``COMMAND`` parts of a command's arguments."""
    base = words[words.index("WORKING_DIRECTORY") + 1] if "WORKING_DIRECTORY" in words[:-1] else None
    for position, word in enumerate(words):
        if word.endswith("COMMAND") and word in _KEYWORDS and position + 1 < len(words):
            rest = words[position + 1 :]
            end = next((at for at, other in enumerate(rest) if other in _KEYWORDS), len(rest))
            _started(m, rest[: end or 1], base)
    for word in words:
        text = word.partition("=")[2] if word.startswith("-") and "=" in word else word
        if text.startswith(("-I", "@")):
            text = text[2:] if text[0] == "-" else text[1:]
        if "/" in text or "." in text:
            dependency(m, text, "hands it to a command", base)
            if base is not None:
                dependency(m, text, "hands it to a command")


def _started(m: Interpreter, words: list[str], base: str | None, python_path: Sequence[str] = ()) -> None:
    """Look closer at one command line.

    :param python_path: values of ``PYTHONPATH`` that are set for it.
    """
    program = posixpath.basename(words[0]).lower().removesuffix(".exe")
    is_cmake = program.startswith("cmake") or words[0] == UNKNOWN
    if program == "git" or words[0] == UNKNOWN:
        _git(m, words, certain=program == "git")
    if is_cmake and "-E" in words[1:2] and "env" in words[2:3]:
        given = list(takewhile(lambda word: word.startswith("-") or _ASSIGNMENT.match(word), words[3:]))
        rest = words[3 + len(given) :]
        paths = [word.partition("=")[2] for word in given if word.startswith("PYTHONPATH=")]
        if rest:
            _started(m, rest, base, paths)
        return
    if is_cmake and words[1:2] == ["-E"] and words[2:3] and words[2].startswith(_OF_DIRECTORIES):
        for word in words[3:]:
            _whole(m, word, base)
    if is_cmake and "-P" in words[:-1]:
        definitions = command_line(words)
        script = m.resolve(words[words.index("-P") + 1], base)
        if script is not None and is_known(script) and m.project.is_file(script):
            dependency(m, words[words.index("-P") + 1], "runs it with cmake -P", base)
            run_script(m, script, definitions)
    elif is_cmake and program and "--build" not in words and "-E" not in words:
        _configured(m, words, base)
    if program.startswith("python") or words[0] == UNKNOWN:
        _python(m, words, base, python_path)
    rest = words[1:] if words[0] == UNKNOWN and len(words) > 1 else words
    if is_followed(rest[0]):
        _followed(m, rest, base)
    elif words[0] == UNKNOWN and words[1:2] == ["install"]:
        _followed(m, ["conan", *words[1:]], base)  # cmake-conan looks the program up


def _whole(m: Interpreter, word: str, base: str | None) -> None:
    """Note all files of a directory that a command reads as a whole."""
    path = m.resolve(word, base)
    if path is not None and is_known(path) and path != "." and m.project.is_dir(path):
        seen = Seen("dynamic-file", "code", f"{m.place[0]} hands the directory to a command", m.place, "likely")
        m.note_glob(f"{as_glob(path)}/**/*", seen)


def _followed(m: Interpreter, words: list[str], base: str | None) -> None:
    """Note a program that reads by rules of its own, where it is said in which directory of the project it works."""
    rooted = [m.resolve(word) if word.startswith(ROOT) else word for word in words]
    directory = m.resolve(base) if base is not None else "." if rooted != words else None
    if directory is not None and is_known(directory):
        m.programs.setdefault((directory, *(word for word in rooted if word and is_known(word))), m.place)


def command_line(words: list[str]) -> dict[str, Value]:
    """Return the definitions (``-DNAME[:TYPE]=VALUE``) among the words of a command line."""
    found: dict[str, Value] = {}
    for word in words:
        if word.startswith("-D") and "=" in word:
            name, _, value = word[2:].partition("=")
            found[name.partition(":")[0]] = (value,)
    return found


def run_script(m: Interpreter, path: str, definitions: dict[str, Value]) -> None:
    """Interpret a lists file that ``cmake -P`` runs: a process of its own, with nothing but its definitions."""
    if path in m.including:
        return
    m.including.append(path)
    kept = (m.scope, m.cache, m.functions, m.calls, m.macros)
    m.scope, m.cache, m.functions, m.calls, m.macros = Scope(), dict(definitions), {}, [], []
    here = (BUILD,)  # it runs in the build directory
    names = ("CMAKE_SOURCE_DIR", "CMAKE_CURRENT_SOURCE_DIR", "CMAKE_BINARY_DIR", "CMAKE_CURRENT_BINARY_DIR")
    m.scope.names.update(dict.fromkeys(names, here))
    try:
        m.run_file(path)
    finally:
        m.scope, m.cache, m.functions, m.calls, m.macros = kept
        m.including.pop()


def _configured(m: Interpreter, words: list[str], base: str | None) -> None:
    """Configure a directory of the project as another build does: ``cmake -S dir`` or ``cmake dir``."""
    if "-S" in words[:-1]:
        directory = words[words.index("-S") + 1]
    else:
        plain = [word for position, word in enumerate(words[1:]) if not word.startswith("-") and words[position] not in {"-G", "-B", "-A", "-T", "-D", "-C"}]  # fmt: skip
        directory = plain[0] if len(plain) == 1 else ""
    path = m.resolve(directory, base) if directory else None
    if path is not None and is_known(path) and m.project.is_file(join(path, "CMakeLists.txt").removeprefix("./")):
        lists = posixpath.normpath(f"{path}/CMakeLists.txt")
        if lists not in m.directories:
            m.note(lists, Seen("build-config", "code", f"{m.place[0]} runs cmake on its directory", m.place))
            m.configure_apart(path, command_line(words))


def _python(m: Interpreter, words: list[str], base: str | None, python_path: Sequence[str]) -> None:
    """Note the module that ``python -m`` runs from the project, and the code that ``python -c`` is given."""
    search = _module_directories(m, base, python_path)
    if "-c" in words[1:-1] and ("(" in (code := ";".join(words[words.index("-c") + 1 :])) or "import" in code):
        m.snippets.setdefault((code, search), m.place)  # all_words() took the code for a list
    if "-m" not in words[1:-1]:
        return
    name = words[words.index("-m") + 1]
    if all(part.isidentifier() for part in name.split(".")):
        relative = name.replace(".", "/")
        for file in (f"{relative}.py", f"{relative}/__main__.py"):
            for place in dict.fromkeys((base or f"{ROOT}", ROOT, *(f"{ROOT}/{directory}" for directory in search))):
                dependency(m, join(place, file), "runs it", None)


def _module_directories(m: Interpreter, base: str | None, python_path: Sequence[str]) -> tuple[str, ...]:
    """Return the directories of the project in which Python finds modules: where it runs, then ``PYTHONPATH``."""
    texts = [base] if base is not None else []
    for value in (*python_path, *m.set_in_environment.get("PYTHONPATH", ())):
        texts += re.split(r"[:;]", value)
    found = [m.resolve(text) for text in texts if text.strip(UNKNOWN)]
    return tuple(
        dict.fromkeys(path for path in found if path is not None and is_known(path) and m.project.is_dir(path))
    )


def _git(m: Interpreter, words: list[str], *, certain: bool) -> None:
    command = next((word for word in words[1:] if not word.startswith("-") and word != UNKNOWN), "")
    if not certain and command not in {"describe", "rev-parse", "log", "rev-list"}:
        return
    if command in {"describe", "tag", "name-rev"}:
        m.git.setdefault("tags", m.place)
    elif command not in {"rev-parse", "log", "rev-list", "show", "status", "diff", "diff-index", "branch"} | {
        "symbolic-ref"
    }:
        return
    m.git.setdefault("commit", m.place)

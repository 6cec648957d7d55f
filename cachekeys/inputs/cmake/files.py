"""CMake's commands about files: ``file``, ``configure_file``, ``install``."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.interpreter import Seen
from cachekeys.inputs.cmake.targets import dependency
from cachekeys.inputs.cmake.values import UNKNOWN_VALUE, Value, all_words, text_of
from cachekeys.inputs.includes import NATIVE_SUFFIXES
from cachekeys.inputs.texts import ROOT, UNKNOWN, as_glob, expand, is_known, known, project_path

if TYPE_CHECKING:
    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["configure_file", "file_command", "install"]

_MAX_VALUE = 100_000


def file_command(m: Interpreter, arguments: list[Value]) -> None:
    """``file(GLOB|READ|STRINGS|COPY ...)``."""
    mode = text_of(arguments, 0)
    if mode in {"GLOB", "GLOB_RECURSE"}:
        _glob(m, arguments[1:], recursive=mode == "GLOB_RECURSE")
    elif mode in {"READ", "STRINGS", "MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512"}:
        _read(m, text_of(arguments, 1), f"reads it with file({mode})")
        value = _content(m, text_of(arguments, 1)) if mode == "READ" else UNKNOWN_VALUE
        m.assign(text_of(arguments, 2), value)
    elif mode in {"REAL_PATH", "TO_CMAKE_PATH", "TO_NATIVE_PATH"}:
        m.assign(text_of(arguments, 2), arguments[1] if len(arguments) > 1 else UNKNOWN_VALUE)
    elif mode == "RELATIVE_PATH" and len(arguments) > 3:  # noqa: PLR2004 - RELATIVE_PATH variable directory file
        base = project_path(text_of(arguments, 2))
        paths = [project_path(option) for option in arguments[3]]
        if base is not None and all(path is not None and is_known(path) for path in paths) and is_known(base):
            m.assign(text_of(arguments, 1), tuple(posixpath.relpath(f"/{path}", f"/{base}") for path in paths))
        else:
            m.assign(text_of(arguments, 1), UNKNOWN_VALUE)
    elif mode in {"COPY", "INSTALL", "COPY_FILE", "CREATE_LINK", "RENAME"}:
        for word in all_words(arguments[1:]):
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
        dependency(m, name, verb)
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
    words = all_words(arguments)
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


def configure_file(m: Interpreter, arguments: list[Value]) -> None:
    """``configure_file(template output)`` and what builds on it."""
    for option in arguments[0] if arguments else ():
        path = m.resolve(option)
        if path is not None and is_known(path) and m.project.is_file(path):
            m.note(path, Seen("build-config", "code", f"{m.place[0]} configures it", m.place))


def install(m: Interpreter, arguments: list[Value]) -> None:
    """``install(FILES|PROGRAMS|DIRECTORY ...)``: what ends up in the wheel beside the targets."""
    words = all_words(arguments)
    mode = words[0] if words and m.installs else ""
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

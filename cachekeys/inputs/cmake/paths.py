"""CMake's commands about paths as text: ``get_filename_component`` and ``cmake_path``."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.values import NOTHING, UNKNOWN_VALUE, Value, text_of
from cachekeys.inputs.texts import UNKNOWN, is_known, join, project_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["absolute", "cmake_path", "get_filename_component", "relative"]


def get_filename_component(m: Interpreter, arguments: list[Value]) -> None:
    """``get_filename_component(variable file DIRECTORY|NAME|ABSOLUTE ...)``."""
    mode = text_of(arguments, 2)
    source = arguments[1] if len(arguments) > 1 else NOTHING
    base = m.source_dir()
    words = [value[0] for value in arguments]
    if "BASE_DIR" in words[:-1]:
        base = words[words.index("BASE_DIR") + 1]
    changes: dict[str, Callable[[str], str]] = {
        "DIRECTORY": posixpath.dirname,
        "PATH": posixpath.dirname,
        "NAME": posixpath.basename,
        "NAME_WE": lambda text: posixpath.basename(text).partition(".")[0],
        "NAME_WLE": lambda text: posixpath.splitext(posixpath.basename(text))[0],
        "EXT": lambda text: "".join(posixpath.basename(text).partition(".")[1:]),
        "LAST_EXT": lambda text: posixpath.splitext(text)[1],
        "ABSOLUTE": lambda text: absolute(base, text),
        "REALPATH": lambda text: absolute(base, text),
        "PROGRAM": str,
    }
    change = changes.get(mode)
    m.assign(text_of(arguments, 0), tuple(change(option) for option in source) if change else UNKNOWN_VALUE)


def absolute(base: str, text: str) -> str:
    """Return *text* as an absolute path; one that starts with an unknown part is one already."""
    return text if text.startswith(UNKNOWN) else posixpath.normpath(join(base, text))


def relative(text: str, directory: str) -> str:
    """Return the path from *directory* to *text*, both absolute; unknown unless both are in the project."""
    path, base = project_path(text), project_path(directory)
    if path is None or base is None or not is_known(path + base):
        return UNKNOWN
    return posixpath.relpath(f"/{path}", f"/{base}")


_PARTS: dict[str, Callable[[str], str]] = {
    "PARENT_PATH": posixpath.dirname,
    "FILENAME": posixpath.basename,
    "STEM": lambda text: posixpath.basename(text).partition(".")[0],
    "EXTENSION": lambda text: "".join(posixpath.basename(text).partition(".")[1:]),
    "RELATIVE_PART": lambda text: text.lstrip("/"),
}


def cmake_path(m: Interpreter, arguments: list[Value]) -> None:
    """``cmake_path(SET|APPEND|GET ...)``, the modes that sources are found with."""
    mode, name = text_of(arguments, 0), text_of(arguments, 1)
    words = [value[0] for value in arguments[2:]]
    options = {key: words[words.index(key) + 1] for key in ("OUTPUT_VARIABLE", "BASE_DIRECTORY") if key in words[:-1]}
    target = options.get("OUTPUT_VARIABLE", name)
    base = options.get("BASE_DIRECTORY", m.source_dir())
    rest = [value for value in arguments[2:] if value[0] not in {"NORMALIZE", "LAST_ONLY", *options, *options.values()}]
    current = m.variable(name)
    if mode == "SET" and rest:
        m.assign(name, rest[-1])
    elif mode == "APPEND" and rest:
        m.assign(target, tuple(join(option, *(value[0] for value in rest)) for option in current))
    elif mode == "APPEND_STRING" and rest:
        m.assign(target, tuple(option + "".join(value[0] for value in rest) for option in current))
    elif mode in {"ABSOLUTE_PATH", "NORMAL_PATH"}:
        m.assign(target, tuple(absolute(base, option) for option in current))
    elif mode == "RELATIVE_PATH":
        m.assign(target, tuple(relative(option, base) for option in current))
    elif mode == "REMOVE_FILENAME":
        m.assign(target, tuple(option[: option.rfind("/") + 1] for option in current))
    elif mode == "REPLACE_FILENAME" and rest:
        m.assign(target, tuple(option[: option.rfind("/") + 1] + rest[0][0] for option in current))
    elif mode == "REMOVE_EXTENSION":
        m.assign(target, tuple(posixpath.splitext(option)[0] for option in current))
    elif mode == "REPLACE_EXTENSION" and rest:
        suffix = f".{rest[0][0].lstrip('.')}"
        m.assign(target, tuple(posixpath.splitext(option)[0] + suffix for option in current))
    elif mode == "GET" and len(rest) > 1:
        change = _PARTS.get(rest[0][0])
        m.assign(rest[-1][0], tuple(change(option) for option in current) if change else UNKNOWN_VALUE)
    elif mode == "CONVERT" and len(rest) > 1:
        m.assign(rest[1][0], (name,))
    elif rest:
        m.assign(rest[-1][0], UNKNOWN_VALUE)

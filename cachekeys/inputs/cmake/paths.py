"""CMake's commands about paths as text: ``get_filename_component`` and ``cmake_path``."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.values import NOTHING, UNKNOWN_VALUE, Value, text_of
from cachekeys.inputs.texts import ROOT, UNKNOWN, is_known, join, project_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["absolute", "cmake_path", "get_filename_component", "relative"]

_ABOVE = f"/{UNKNOWN}"
"""A directory above the project."""


def get_filename_component(m: Interpreter, arguments: list[Value]) -> None:
    """``get_filename_component(variable file DIRECTORY|NAME|ABSOLUTE ...)``."""
    mode = text_of(arguments, 2)
    source = arguments[1] if len(arguments) > 1 else NOTHING
    base = m.source_dir()
    words = [value[0] for value in arguments]
    if "BASE_DIR" in words[:-1]:
        base = words[words.index("BASE_DIR") + 1]
    changes: dict[str, Callable[[str], str]] = {
        "DIRECTORY": _parent,
        "PATH": _parent,
        "NAME": _name,
        "NAME_WE": lambda text: _name(text).partition(".")[0],
        "NAME_WLE": lambda text: _without_last(_name(text)),
        "EXT": lambda text: "".join(_name(text).partition(".")[1:]),
        "LAST_EXT": lambda text: "".join(_name(text).rpartition(".")[1:]) if "." in _name(text) else "",
        "ABSOLUTE": lambda text: absolute(base, text),
        "REALPATH": lambda text: absolute(base, text),
        "PROGRAM": str,
    }
    change = changes.get(mode)
    m.assign(text_of(arguments, 0), tuple(change(option) for option in source) if change else UNKNOWN_VALUE)


def _parent(text: str) -> str:
    return _ABOVE if text == ROOT else posixpath.dirname(text)


def _name(text: str) -> str:
    return UNKNOWN if text == ROOT else posixpath.basename(text)  # who has the project chooses its directory's name


def _without_last(name: str) -> str:
    return name.rpartition(".")[0] if "." in name else name


def absolute(base: str, text: str) -> str:
    """Return *text* as an absolute path; one that starts with an unknown part is one already."""
    return text if text.startswith(UNKNOWN) else _normal(join(base, text))


def _normal(text: str) -> str:
    """Return a normalised path; one that leaves the project is somewhere above it."""
    path = posixpath.normpath(text) if text else ""
    if not text.startswith(ROOT):
        return path
    path = posixpath.normpath(text[1:].lstrip("/") or ".")
    if path == ".." or path.startswith("../"):
        return posixpath.normpath(join(_ABOVE, path.lstrip("./")))
    return ROOT if path == "." else f"{ROOT}/{path}"


def relative(text: str, directory: str) -> str:
    """Return the path from *directory* to *text*, both absolute; unknown unless both are in the project."""
    path, base = project_path(text), project_path(directory)
    if path is None or base is None or not is_known(path + base):
        return UNKNOWN
    return posixpath.relpath(f"/{path}", f"/{base}")


# -- cmake_path --------------------------------------------------------------------------------------------------------------

_PARTS: dict[str, Callable[[str], str]] = {
    "PARENT_PATH": _parent,
    "FILENAME": _name,
    "STEM": lambda text: _name(text).partition(".")[0],
    "STEM LAST_ONLY": lambda text: _without_last(_name(text)),
    "EXTENSION": lambda text: "".join(_name(text).partition(".")[1:]),
    "EXTENSION LAST_ONLY": lambda text: _name(text)[len(_without_last(_name(text))) :],
    "RELATIVE_PART": lambda text: text.lstrip("/" + ROOT),
    "ROOT_NAME": lambda _: "",
    "ROOT_DIRECTORY": lambda text: "/" if text.startswith(("/", ROOT)) else "",
    "ROOT_PATH": lambda text: "/" if text.startswith(("/", ROOT)) else "",
}
_FLAGS = frozenset({"NORMALIZE", "LAST_ONLY"})


def cmake_path(m: Interpreter, arguments: list[Value]) -> None:
    """``cmake_path(SET|APPEND|GET ...)`` (cmake-path(7)); paths are those of POSIX."""
    mode, name = text_of(arguments, 0), text_of(arguments, 1)
    words = [value[0] for value in arguments[2:]]
    options = {key: words[words.index(key) + 1] for key in ("OUTPUT_VARIABLE", "BASE_DIRECTORY") if key in words[:-1]}
    rest = [word for word in words if word not in {*_FLAGS, *options, *options.values()}]
    if mode in {"CONVERT", "COMPARE", "SET"} or mode == "GET" or mode.startswith(("HAS_", "IS_")):
        _asked(m, mode, arguments, rest, flags=_FLAGS.intersection(words))
        return
    change = _change(mode, rest, options.get("BASE_DIRECTORY", m.source_dir()), last="LAST_ONLY" in words)
    current = m.variable(name) if m.is_set(name) else NOTHING
    results = UNKNOWN_VALUE if change is None else tuple(dict.fromkeys(change(option) for option in current))
    if "NORMALIZE" in words:
        results = tuple(_normal(option) for option in results)
    m.assign(options.get("OUTPUT_VARIABLE", rest[-1] if mode in {"NATIVE_PATH", "HASH"} and rest else name), results)


def _change(mode: str, rest: list[str], base: str, *, last: bool) -> Callable[[str], str] | None:
    """Return what a mode makes of a path; None when that is not known."""
    first = rest[0] if rest else ""
    suffix = f".{first.removeprefix('.')}" if first else ""

    def without_extension(text: str) -> str:
        name = _name(text)
        kept = _without_last(name) if last else name.partition(".")[0]
        return text[: len(text) - len(name)] + kept if name else text

    def replaced_name(text: str) -> str:
        return text[: text.rfind("/") + 1] + first if _name(text) else text

    changes: dict[str, Callable[[str], str]] = {
        "APPEND": lambda text: join(text, *rest) if text else join(*rest) if rest else "",
        "APPEND_STRING": lambda text: text + "".join(rest),
        "REMOVE_FILENAME": lambda text: text[: text.rfind("/") + 1],
        "REPLACE_FILENAME": replaced_name,
        "REMOVE_EXTENSION": without_extension,
        "REPLACE_EXTENSION": lambda text: without_extension(text) + suffix,
        "NORMAL_PATH": lambda text: _normal(text) if text else text,
        "RELATIVE_PATH": lambda text: relative(text, base),
        "ABSOLUTE_PATH": lambda text: text if text.startswith(UNKNOWN) else join(base, text),
        "NATIVE_PATH": str,
    }
    return changes.get(mode)


def _asked(m: Interpreter, mode: str, arguments: list[Value], rest: list[str], *, flags: frozenset[str]) -> None:
    """Set a variable to a path that is given, or to what another is asked for."""
    name = text_of(arguments, 1)
    if mode == "SET":
        value = arguments[-1] if rest else NOTHING
        m.assign(name, tuple(_normal(text) if "NORMALIZE" in flags else _single(text) for text in value))
    elif mode == "CONVERT" and len(rest) > 1:
        old, new = (":", ";") if rest[0] == "TO_CMAKE_PATH_LIST" else (";", ":")
        m.assign(rest[1], tuple(text.replace(old, new) for text in arguments[1]))
    elif mode == "COMPARE" and len(rest) > 2:  # noqa: PLR2004 - operator, path, variable
        equal = _single(name) == _single(rest[1])
        certain = is_known(name + rest[1]) and len(arguments[1]) == 1
        m.assign(rest[-1], _switch(equal is (rest[0] == "EQUAL")) if certain else UNKNOWN_VALUE)
    elif rest:
        current = m.variable(name) if m.is_set(name) else NOTHING
        change = _answer(mode, rest, last="LAST_ONLY" in flags)
        m.assign(rest[-1], UNKNOWN_VALUE if change is None else tuple(dict.fromkeys(map(change, current))))


def _single(text: str) -> str:
    """Return a path with single separators."""
    while "//" in text:
        text = text.replace("//", "/")
    return text


def _switch(value: bool) -> Value:  # noqa: FBT001 - it is the value
    return ("ON" if value else "OFF",)


def _answer(mode: str, rest: list[str], *, last: bool) -> Callable[[str], str] | None:
    """Return how a path answers ``GET``, ``HAS_*`` and ``IS_*``; what is not known of it stays so."""
    if mode == "GET":
        return _PARTS.get(f"{rest[0]} LAST_ONLY" if last else rest[0])
    if mode == "IS_PREFIX" and len(rest) > 1:
        return lambda text: _sure(text + rest[0], f"{rest[0]}/".startswith(f"{text.rstrip('/')}/"))
    if mode in {"IS_ABSOLUTE", "IS_RELATIVE"}:
        return lambda text: _sure(text[:1], text.startswith(("/", ROOT)) is (mode == "IS_ABSOLUTE"))
    part = _PARTS.get(mode.removeprefix("HAS_"))
    return (lambda text: _sure(text, bool(part(text)))) if part is not None and mode.startswith("HAS_") else None


def _sure(text: str, value: bool) -> str:  # noqa: FBT001 - it is the value
    return _switch(value)[0] if is_known(text) else UNKNOWN

"""Meson's module ``cmake``, and wraps with ``method = cmake``: subprojects of the tree that CMake configures.

Meson configures the directory in ``subprojects`` with the definitions of the options object and takes its targets over (Meson 1.11,
``modules/cmake.py``). What CMake reads there is its analyser's affair; nothing that the subproject installs gets into the wheel.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.meson.values import ANY, Object, Value, texts
from cachekeys.inputs.texts import UNKNOWN, is_known

if TYPE_CHECKING:
    from cachekeys.inputs.meson.interpreter import Interpreter

__all__ = ["OPTIONS", "cmake_method", "configure", "options_method"]

OPTIONS = "cmake-options"
Keywords = dict[str, Value]


def cmake_method(m: Interpreter, name: str, positional: list[Value], keywords: Keywords) -> Value:
    """Run a method of the module."""
    if name == "subproject_options":
        return Object(OPTIONS, data={"definitions": {}})
    if name != "subproject":
        return ANY
    options = keywords.get("options")
    definitions = options.data.get("definitions", {}) if isinstance(options, Object) else {}
    for text in texts(keywords.get("cmake_options", [])):
        head, _, value = text.removeprefix("-D").partition("=")
        definitions = {**definitions, head.partition(":")[0]: (value,)}
    for subproject in texts(positional[:1]):
        override = m.overrides.get(f"\0dir:{subproject}")
        configure(m, override if isinstance(override, str) else subproject, definitions)
    return Object("subproject")


def options_method(receiver: Object, name: str, positional: list[Value]) -> Value:
    """Run a method of the options object."""
    if name == "add_cmake_defines":
        for given in positional:
            for key, value in given.items() if isinstance(given, dict) else ():
                receiver.data["definitions"][key] = (_text(value),)
    return ANY


def configure(m: Interpreter, directory: str, definitions: dict[str, tuple[str, ...]]) -> bool:
    """Remember that CMake configures a directory of the subprojects; False when it has no lists file."""
    root = posixpath.join(m.subproject_dir, directory)
    if not is_known(root) or not m.project.is_file(f"{root}/CMakeLists.txt"):
        return False
    m.cmake.setdefault(posixpath.normpath(root), (m.place, definitions))
    return True


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "ON" if value else "OFF"
    return str(value) if isinstance(value, (str, int)) else UNKNOWN

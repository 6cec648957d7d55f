"""CMake's ``find_*`` commands, as far as what they find lies in the project."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.listsfiles import module_in_project, run_included
from cachekeys.inputs.cmake.scripts import dependency
from cachekeys.inputs.cmake.values import UNKNOWN_VALUE, Value, elements
from cachekeys.inputs.texts import ROOT, is_known, join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["find", "find_package"]

_END = frozenset(
    {"PATH_SUFFIXES", "DOC", "NO_CACHE", "REQUIRED", "VALIDATOR", "OPTIONAL", "REGISTRY_VIEW", "NAMES", "COMPONENTS"}
    | {"OPTIONAL_COMPONENTS", "QUIET", "CONFIG", "NO_MODULE", "MODULE", "EXACT", "GLOBAL", "CONFIGS", "NAMES_PER_DIR"}
)


def _section(words: list[str], *keywords: str) -> list[str]:
    """Return the words after any of *keywords* up to the next keyword."""
    found: list[str] = []
    inside = False
    for word in words:
        if word in keywords:
            inside = True
        elif word in _END or word in {"HINTS", "PATHS"} or word.startswith("NO_"):
            inside = False
        elif inside:
            found.append(word)
    return found


def find_package(m: Interpreter, arguments: list[Value]) -> None:
    """``find_package(name)``: a find module or a package configuration that the project itself has."""
    words = [word for value in arguments for word in elements(value)]
    if not words or not is_known(words[0]):
        return
    name = words[0]
    configured = not {"CONFIG", "NO_MODULE"}.isdisjoint(words)
    if not configured and module_in_project(m, f"Find{name}.cmake"):
        return
    names = _section(words, "NAMES") or [name]
    places = [item for key in (f"{name}_DIR", f"{name}_ROOT") if m.is_set(key) for item in elements(m.variable(key))]
    places += _section(words, "HINTS", "PATHS")
    places += elements(m.variable("CMAKE_PREFIX_PATH"))
    for path in _configurations(m, names, places):
        m.assign(f"{name}_FOUND", ("1",))
        m.assign(f"{name}_DIR", (f"{ROOT}/{posixpath.dirname(path)}",))
        run_included(m, path)
        for version in ("ConfigVersion.cmake", "-config-version.cmake"):
            dependency(m, f"{ROOT}/{posixpath.dirname(path)}/{name}{version}", "finds a package by it")
        return


def _configurations(m: Interpreter, names: list[str], places: list[str]) -> Iterator[str]:
    """Yield package configuration files of the project below *places*, in CMake's order of search."""
    for place in places:
        for name in names:
            below = ("", "cmake", "CMake", name, f"lib/cmake/{name}", f"share/cmake/{name}", f"share/{name}/cmake")
            for directory in below:
                for file in (f"{name}Config.cmake", f"{name.lower()}-config.cmake"):
                    path = m.resolve(join(place, directory, file))
                    if path is not None and is_known(path) and m.project.is_file(path):
                        yield path


def find(kind: str) -> Callable[[Interpreter, list[Value]], None]:
    """Return the handler of ``find_path``, ``find_file``, ``find_library`` or ``find_program``."""

    def handler(m: Interpreter, arguments: list[Value]) -> None:
        words = [word for value in arguments for word in elements(value)]
        if not words:
            return
        if m.is_set(words[0]) and is_known(m.variable(words[0])[0]) and m.variable(words[0])[0]:
            return  # what is set already is not looked for
        variable, rest = words[0], words[1:]
        names = _section(rest, "NAMES") or rest[:1]
        places = _section(rest, "HINTS", "PATHS") or rest[1:]
        suffixes = ["", *_suffixes(rest)]
        for place in places:
            for suffix in suffixes:
                for name in names:
                    found = join(place, suffix, name) if suffix else join(place, name)
                    path = m.resolve(found)
                    if path is not None and is_known(path) and (m.project.is_file(path) or m.project.is_dir(path)):
                        directory = f"{ROOT}/{path}"[: -len(name) - 1] if kind == "path" else f"{ROOT}/{path}"
                        m.assign(variable, (directory,))
                        return
        m.assign(variable, UNKNOWN_VALUE)

    return handler


def _suffixes(words: list[str]) -> list[str]:
    if "PATH_SUFFIXES" not in words:
        return []
    rest = words[words.index("PATH_SUFFIXES") + 1 :]
    end = next((at for at, word in enumerate(rest) if word in _END or word in {"HINTS", "PATHS"}), len(rest))
    return rest[:end]

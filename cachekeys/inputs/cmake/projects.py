"""CMake's command ``project``: the variables that it sets, and the files that variables inject there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.values import NOTHING, UNKNOWN_VALUE, Value, text_of

if TYPE_CHECKING:
    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["project"]

_TEXTS = ("VERSION", "DESCRIPTION", "HOMEPAGE_URL")


def project(m: Interpreter, arguments: list[Value]) -> None:
    """``project(name [VERSION version] ...)``, with the files that variables inject there."""
    from cachekeys.inputs.cmake.listsfiles import include  # it needs modules that need this one

    name = text_of(arguments, 0)
    first = "CMAKE_PROJECT_NAME" not in m.cache
    for variable in ("CMAKE_PROJECT_TOP_LEVEL_INCLUDES", "CMAKE_TOOLCHAIN_FILE") if first else ():
        if m.is_set(variable):
            include(m, [m.variable(variable)])
    for variable in ("CMAKE_PROJECT_INCLUDE_BEFORE", f"CMAKE_PROJECT_{name}_INCLUDE_BEFORE"):
        if m.is_set(variable):
            include(m, [m.variable(variable)])
    here = (m.source_dir(),)
    top = ("ON" if here == m.variable("CMAKE_SOURCE_DIR") else "OFF",)
    names = {
        "PROJECT_NAME": (name,),
        "PROJECT_SOURCE_DIR": here,
        f"{name}_SOURCE_DIR": here,
        "PROJECT_BINARY_DIR": m.variable("CMAKE_CURRENT_BINARY_DIR"),
        f"{name}_BINARY_DIR": m.variable("CMAKE_CURRENT_BINARY_DIR"),
        "PROJECT_IS_TOP_LEVEL": top,
        f"{name}_IS_TOP_LEVEL": top,
    }
    words = [value[0] for value in arguments]
    given = {key: arguments[words.index(key) + 1] if key in words[1:-1] else NOTHING for key in _TEXTS}
    for prefix in ("PROJECT", name, "CMAKE_PROJECT") if first else ("PROJECT", name):
        names.update({f"{prefix}_{key}": value for key, value in given.items()})
        names.update(_versions(f"{prefix}_VERSION", given["VERSION"]))
    m.scope.names.update({key: value for key, value in names.items() if not key.startswith("CMAKE_")})
    m.cache.setdefault(f"{name}_SOURCE_DIR", here)
    if first:
        m.cache.update({key: value for key, value in names.items() if key.startswith("CMAKE_")})
        m.cache["CMAKE_PROJECT_NAME"] = (name,)
    for variable in ("CMAKE_PROJECT_INCLUDE", f"CMAKE_PROJECT_{name}_INCLUDE"):
        if m.is_set(variable):
            include(m, [m.variable(variable)])


def _versions(name: str, version: Value) -> dict[str, Value]:
    """Return a version's variables, with its parts when it is known."""
    parts = version[0].split(".") if len(version) == 1 else []
    parts += [""] * (4 - len(parts))
    found: dict[str, Value] = {name: version}
    for part, text in zip(("MAJOR", "MINOR", "PATCH", "TWEAK"), parts, strict=False):
        found[f"{name}_{part}"] = (text,) if len(version) == 1 else UNKNOWN_VALUE
    return found

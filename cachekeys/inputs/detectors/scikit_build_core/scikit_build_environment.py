"""Environment variables that scikit-build-core reads: settings (``SKBUILD_*``), ``CMAKE_ARGS``, and those of the project's own settings.

Every setting can be given as ``SKBUILD_<SECTION>_<NAME>``, and CMake's arguments as ``CMAKE_ARGS`` or ``SKBUILD_CMAKE_ARGS``
(scikit-build-core 1.1, ``settings/skbuild_read_settings.py``): they are normally not set, so they are listed as optional. What the project itself names is
an input: ``{ env = "NAME" }`` in ``cmake.define`` and in the table ``env``, and the conditions ``if.env.NAME`` of overrides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import place, table, tables
from cachekeys.inputs.environment import classify
from cachekeys.inputs.model import BuildInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_SECTION = ("tool", "scikit-build")
_TOOL = "scikit-build-core"
_SETTINGS = (
    "CMAKE_ARGS",
    "CMAKE_BUILD_TYPE",
    "CMAKE_GENERATOR",
    "SKBUILD_BUILD_DIR",
    "SKBUILD_BUILD_TARGETS",
    "SKBUILD_CMAKE_ARGS",
    "SKBUILD_CMAKE_BUILD_TYPE",
    "SKBUILD_CMAKE_DEFINE",
    "SKBUILD_CMAKE_SOURCE_DIR",
    "SKBUILD_CMAKE_TOOLCHAIN_FILE",
    "SKBUILD_EDITABLE_MODE",
    "SKBUILD_INSTALL_COMPONENTS",
    "SKBUILD_WHEEL_PACKAGES",
    "SKBUILD_WHEEL_PY_API",
)


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the variables."""
    origin = place(project, "build-system", "build-backend")
    for name in _SETTINGS:
        why = f"{_TOOL} takes a setting from it"
        yield BuildInput("env", name, "environment", why, origin, "code", optional=True)
    yield from _named(project, table(project.get(*_SECTION)), ())
    for index, override in tables(project.get(*_SECTION, "overrides")):
        yield from _named(project, override, ("overrides", index))
        yield from _conditions(project, table(override.get("if")), ("overrides", index, "if"))


def _named(project: Project, settings: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[Detected]:
    """Yield the variables in the values of definitions and of the environment that CMake gets."""
    for steps, values in (
        (("cmake", "define"), table(table(settings.get("cmake")).get("define"))),
        (("env",), table(settings.get("env"))),
    ):
        for key, value in values.items():
            name = table(value).get("env")
            if isinstance(name, str):
                why = f"{_TOOL} gives its value to CMake as {key}"
                yield from _variable(project, name, why, (*path, *steps, key))


def _conditions(project: Project, condition: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[Detected]:
    for name in table(condition.get("env")):
        why = f"{_TOOL} applies settings depending on it"
        yield from _variable(project, name, why, (*path, "env", name))
    for word in ("any", "not"):
        if isinstance(condition.get(word), dict):
            yield from _conditions(project, condition[word], (*path, word))


def _variable(project: Project, name: str, why: str, path: tuple[str | int, ...]) -> Iterator[Detected]:
    kind = classify(name) if name.strip() and "=" not in name and "\0" not in name else "session"
    if kind in {"input", "toolchain"}:
        origin = place(project, *_SECTION, *path)
        yield BuildInput("env", name, "environment", why, origin, "code", optional=kind == "toolchain")

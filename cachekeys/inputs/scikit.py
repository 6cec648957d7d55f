"""The settings of scikit-build-core: a table of its own, and that of its build hook for hatchling, which comes first.

A project that hatchling builds may put them into either (scikit-build-core 1.1, ``hatch/plugin.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cachekeys.inputs.dynamic import place, table, tables
from cachekeys.inputs.environment import classify
from cachekeys.inputs.hatchconfig import HatchConfig
from cachekeys.inputs.model import BuildInput
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cachekeys.inputs.model import Origin
    from cachekeys.project import Project

__all__ = ["ScikitSettings", "scikit_settings", "scikit_variables"]

_HOOK = "scikit-build"
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


@dataclass(frozen=True, slots=True)
class ScikitSettings:
    """One table of settings; ``origin`` tells where the value at a path below it stands."""

    data: dict[str, Any]
    origin: Callable[..., Origin]
    is_hook: bool = False


def scikit_settings(project: Project) -> list[ScikitSettings]:
    """Return the tables in which scikit-build-core looks for settings, the most important first."""
    hatch = HatchConfig(project)

    def of_hook(path: tuple[str, ...]) -> Callable[..., Origin]:
        return lambda *below: hatch.origin(*path, *below)

    found = [
        ScikitSettings(data, of_hook(path), is_hook=True) for name, data, path in hatch.build_hooks() if name == _HOOK
    ]
    own = table(project.get(*_SECTION))
    return [*found, ScikitSettings(own, lambda *below: place(project, *_SECTION, *below))]


def scikit_variables(project: Project, origin: Origin) -> Iterator[BuildInput]:
    """Yield the variables that stand for settings, and those that the project's settings name.

    :param origin: what makes the build use scikit-build-core.
    """
    for name in _SETTINGS:
        yield BuildInput("env", name, "environment", f"{_TOOL} takes a setting from it", origin, "code", optional=True)
    for settings in scikit_settings(project):
        yield from _named(settings, settings.data, ())
        for index, override in tables(settings.data.get("overrides")):
            yield from _named(settings, override, ("overrides", index))
            yield from _conditions(settings, table(override.get("if")), ("overrides", index, "if"))


def _named(settings: ScikitSettings, data: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[BuildInput]:
    """Yield the variables in the values of definitions and of the environment that CMake gets."""
    for steps, values in (
        (("cmake", "define"), table(table(data.get("cmake")).get("define"))),
        (("env",), table(data.get("env"))),
    ):
        for key, value in values.items():
            name = table(value).get("env")
            if isinstance(name, str):
                yield from _variable(settings, name, f"{_TOOL} gives its value to CMake as {key}", (*path, *steps, key))


def _conditions(
    settings: ScikitSettings, condition: dict[str, Any], path: tuple[str | int, ...]
) -> Iterator[BuildInput]:
    for name in table(condition.get("env")):
        yield from _variable(settings, name, f"{_TOOL} applies settings depending on it", (*path, "env", name))
    for word in ("any", "not"):
        if isinstance(condition.get(word), dict):
            yield from _conditions(settings, condition[word], (*path, word))


def _variable(settings: ScikitSettings, name: str, why: str, path: tuple[str | int, ...]) -> Iterator[BuildInput]:
    kind = classify(name) if name.strip() and "=" not in name and "\0" not in name else "session"
    if kind in {"input", "toolchain"}:
        yield BuildInput("env", name, "environment", why, settings.origin(*path), "code", optional=kind == "toolchain")

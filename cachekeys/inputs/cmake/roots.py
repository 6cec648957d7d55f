"""Which directories the build configures with CMake, and with which definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cachekeys.inputs.model import Origin
from cachekeys.inputs.texts import UNKNOWN, known
from cachekeys.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.cmake.values import Value
    from cachekeys.project import Project

__all__ = ["Root", "find_roots"]

_BACKENDS = {
    "scikit_build_core.build": ("tool", "scikit-build", "cmake", "source-dir"),
    "scikit_build_core.setuptools.build_meta": ("tool", "scikit-build", "cmake", "source-dir"),
    "py_build_cmake.build": ("tool", "py-build-cmake", "cmake", "source_path"),
    "cmeel.build": ("tool", "cmeel", "source"),
    "cmeel": ("tool", "cmeel", "source"),
}
"""Backends that run CMake, and where they say on which directory."""


@dataclass(slots=True)
class Root:
    """A directory with a ``CMakeLists.txt`` that the build configures; ``why`` names who does it."""

    directory: str
    why: str
    origin: Origin
    definitions: dict[str, Value] = field(default_factory=dict)
    installs: bool = True
    """Whether the backend takes everything that CMake installs; a setup.py takes its targets."""


def find_roots(project: Project) -> list[Root]:
    """Return the configured directories that have a ``CMakeLists.txt``, each once."""
    roots: dict[str, Root] = {}
    for root in (*_from_backend(project), *_from_setup_script(project)):
        file = "CMakeLists.txt" if root.directory == "." else f"{root.directory}/CMakeLists.txt"
        if not project.is_file(file):
            continue
        if root.directory in roots:
            _add_definitions(roots[root.directory], root.definitions)
        else:
            roots[root.directory] = root
    return list(roots.values())


def _add_definitions(root: Root, more: dict[str, Value]) -> None:
    for name, value in more.items():
        root.definitions[name] = tuple(dict.fromkeys((*root.definitions.get(name, ()), *value)))


def _from_backend(project: Project) -> Iterator[Root]:
    option = _BACKENDS.get(project.build_backend)
    hook = any(
        project.get("tool", "hatch", "build", *target, "hooks", "scikit-build", default=None) is not None
        for target in ((), ("targets", "wheel"))
    )
    if option is None and not (
        hook or (project.build_requires & {"scikit-build-core"} and project.get("tool", "scikit-build"))
    ):
        return
    option = option or ("tool", "scikit-build", "cmake", "source-dir")
    directory = project.get(*option, default=".")
    line = 1 if project.pyproject is None else project.pyproject.position("build-system", "build-backend").line
    name = project.build_backend.partition(".")[0].replace("_", "-")
    root = Root(
        _normal(directory) if isinstance(directory, str) else ".",
        f"{'scikit-build-core' if hook else name} configures the project with it",
        Origin("pyproject.toml", line),
    )
    if option[1] == "scikit-build":
        root.definitions = _defined_for_scikit_build(project)
    yield root


def _normal(path: str) -> str:
    import posixpath  # CMake projects only

    return posixpath.normpath(path or ".")


def _defined_for_scikit_build(project: Project) -> dict[str, Value]:
    """Return what scikit-build-core defines: its own variables, ``cmake.define`` and ``cmake.args``."""
    definitions: dict[str, Value] = {
        "SKBUILD": ("2",),
        "SKBUILD_PROJECT_NAME": (project.name or UNKNOWN,),
        "SKBUILD_CORE_VERSION": (UNKNOWN,),
    }
    tables: list[Any] = [project.get("tool", "scikit-build", default={})]
    overrides = project.get("tool", "scikit-build", "overrides", default=[])
    tables += overrides if isinstance(overrides, list) else []
    for number, table in enumerate(tables):
        cmake = table.get("cmake") if isinstance(table, dict) else None
        if not isinstance(cmake, dict):
            continue
        given: dict[str, Any] = dict(cmake["define"]) if isinstance(cmake.get("define"), dict) else {}
        for argument in cmake["args"] if isinstance(cmake.get("args"), list) else []:
            if isinstance(argument, str) and argument.startswith("-D"):
                name, _, value = argument[2:].partition("=")
                given[name.partition(":")[0]] = value
        for name, value in given.items():
            text = _definition(value)
            definitions[name] = tuple(dict.fromkeys((*definitions.get(name, ("",) if number else ()), text)))
    return definitions


def _definition(value: Any) -> str:
    if isinstance(value, bool):
        return "ON" if value else "OFF"
    if isinstance(value, list):
        return ";".join(known(str(item)) for item in value)
    return UNKNOWN if isinstance(value, dict) else known(str(value))  # a table: { env = "NAME", default = ... }


def _from_setup_script(project: Project) -> Iterator[Root]:
    """Yield what setup.py configures; where the directory is not known, the project's own, if it has a lists file."""
    if not project.uses_setuptools:
        return
    from cachekeys.inputs.setup_script import analyse_script  # setuptools projects only

    script = analyse_script(project)
    for call in script.facts.cmake if script else ():
        origin = Origin("setup.py", call.place.within("setup.py"))
        directory = "." if call.directory is None else call.directory
        definitions: dict[str, Value] = {}
        for name, value in call.definitions:
            definitions[name] = tuple(dict.fromkeys((*definitions.get(name, ()), value)))
        yield Root(directory, "setup.py runs cmake on it", origin, definitions, installs=False)

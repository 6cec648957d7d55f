"""py-build-cmake: the module that it packs, dynamic metadata, and settings in files of their own.

The module (``[tool.py-build-cmake.module]``, a package or a single file) is copied into a standard wheel; version and
description, where they are dynamic, come from its ``__version__`` and docstring and count in either mode.
``py-build-cmake.local.toml`` and ``py-build-cmake.cross.toml`` beside pyproject.toml override its settings (py-build-cmake 0.5, ``config/load.py``).
What CMake reads, with which presets and options, is the CMake detector's affair; ``.py-build-cmake_cache`` is where it builds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import escape_glob, everything_below, place, relative, table
from cachekeys.inputs.model import BuildInput, BuildOutput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Detected, Mode
    from cachekeys.project import Project

_SECTION = ("tool", "py-build-cmake")
_TOOL = "py-build-cmake"
_LOCAL = ("py-build-cmake.local.toml", "py-build-cmake.cross.toml")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the settings files, the module, and the directory that the build fills."""
    origin = place(project, "build-system", "build-backend")
    for name in _LOCAL:
        if project.is_file(name):
            why = f"{_TOOL} reads settings from it"
            yield BuildInput("file", name, "build-config", why, origin, "code")
    yield from _module(project)
    for system in ((), ("linux",), ("windows",), ("mac",)):
        path = (*_SECTION, *system, "cmake", "build_path")
        directory = relative(project, project.get(*path)) or (None if system else ".py-build-cmake_cache")
        if directory is not None and not directory.startswith(("/", "..")) and "{" not in directory:
            yield BuildOutput(f"{escape_glob(directory)}/**/*", f"{_TOOL} builds there", place(project, *path))


def _module(project: Project) -> Iterator[Detected]:
    settings = table(project.get(*_SECTION, "module"))
    name = settings.get("name", project.get("project", "name"))
    if not isinstance(name, str) or settings.get("generated"):
        return
    name = name.replace("-", "_").replace(".", "/")
    base = relative(project, settings.get("directory", ".")) or "."
    found = None
    for directory in dict.fromkeys((base, f"{base}/src")):
        package = relative(project, f"{directory}/{name}") or name
        candidates = (f"{package}/__init__.py", f"{package}.py", f"{package}/__init__.pyi")
        found = next((file for file in candidates if project.is_file(file)), None)
        if found is not None or project.is_dir(package):
            break
    else:
        return
    origin = place(project, *_SECTION, "module")
    modes: tuple[Mode, ...] = ("wheel",)
    why = f"{_TOOL} copies the module into the wheel"
    if found == f"{package}.py":
        yield BuildInput("file", found, "dynamic-file", why, origin, "contents", modes=modes)
    else:
        yield BuildInput("files", everything_below(package), "dynamic-file", why, origin, "contents", modes=modes)
    dynamic = project.dynamic & {"version", "description"}
    if found is not None and dynamic:
        affects: Affects = "version" if "version" in dynamic else "metadata"
        field = " and ".join(sorted(dynamic))
        why = f"{_TOOL} takes the {field} from it"
        yield BuildInput("file", found, "dynamic-file", why, place(project, "project", "dynamic"), affects)

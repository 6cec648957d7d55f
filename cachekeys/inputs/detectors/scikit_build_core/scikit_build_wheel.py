"""The wheel of scikit-build-core: the packages that it copies, licence files, ``force-include``, and where it builds.

``wheel.packages`` (by default the package of the project's name in ``src/``, ``python/`` or at the root) is copied into a standard
wheel; an editable one finds it where it is. ``wheel.exclude`` leaves files out. ``wheel.force-include`` counts in both.
``wheel.license-files`` are those of the wheel's metadata (by default ``LICEN[CS]E*``, ``COPYING*``, ``NOTICE*``, ``AUTHORS*``).
A ``build-dir`` in the project holds what CMake makes: an output; with ``editable.mode = "inplace"`` that is the project itself. Source: scikit-build-core 1.1, ``build/_editable.py`` and ``build/wheel.py``.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import (
    escape_glob,
    everything_below,
    is_glob,
    place,
    relative,
    strings,
    table,
    tables,
    uv_glob,
)
from cachekeys.inputs.model import BuildInput, BuildOutput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected, Origin
    from cachekeys.project import Project

_SECTION = ("tool", "scikit-build")
_TOOL = "scikit-build-core"
_LICENCES = ("LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*")
_IN_PLACE = (
    *(
        "CMakeCache.txt",
        "**/CMakeFiles/**/*",
        "**/cmake_install.cmake",
        "install_manifest.txt",
        "build.ninja",
        ".ninja_*",
    ),
    *("compile_commands.json", "**/*.so", "**/*.pyd"),
)
"""What CMake leaves in the directory that it is run in."""
_FEW = 200
"""Files that are listed one by one where ``wheel.exclude`` splits a directory."""


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what the wheel copies, and the directory that the build fills."""
    if project.build_backend.startswith("scikit_build_core.setuptools"):
        return  # setuptools makes the wheel
    places: list[tuple[str | int, ...]] = [
        (),
        *(("overrides", index) for index, _ in tables(project.get(*_SECTION, "overrides"))),
    ]
    for path in places:
        settings = table(project.get(*_SECTION, *path))
        yield from _packages(project, settings, path)
        yield from _forced(project, settings, path)
        yield from _build_directory(project, settings, path)
    yield from _licences(project)
    for name in (".gitignore", ".gitmodules"):
        if project.is_file(name):
            why = f"{_TOOL} leaves out of the wheel what it says"
            origin = place(project, *_SECTION, "sdist")
            yield BuildInput("file", name, "manifest", why, origin, "contents", optional=True, modes=("wheel",))


def _packages(project: Project, settings: dict[str, object], path: tuple[str | int, ...]) -> Iterator[Detected]:
    wheel = table(settings.get("wheel"))
    listed = wheel.get("packages")
    origin = place(project, *_SECTION, *path, "wheel", "packages")
    if listed is None and not path:
        origin = place(project, "project", "name")
        found = _default_package(project)
        directories = [found] if found else []
    elif isinstance(listed, dict):
        directories = [value for value in listed.values() if isinstance(value, str)]
    else:
        directories = [text for _, text in strings(listed)]
    excluded = [text for _, text in strings(wheel.get("exclude"))]
    why = f"{_TOOL} copies the package into the wheel"
    for directory in directories:
        name = relative(project, directory)
        if name is not None and project.is_dir(name):
            for kind, what in _selected(project, name, excluded):
                yield BuildInput(
                    "file" if kind == "file" else "files",
                    what,
                    "dynamic-file",
                    why,
                    origin,
                    "contents",
                    modes=("wheel",),
                )


def _default_package(project: Project) -> str | None:
    """Return the directory of the package that is named after the project, as scikit-build-core finds it."""
    name = project.get("project", "name")
    if not isinstance(name, str):
        return None
    parts = [part.replace("-", "_") for part in name.split(".")]
    for base in ("src", "python", ""):
        for candidate in dict.fromkeys(("_".join(parts), "/".join(parts))):
            directory = posixpath.join(base, candidate)
            if any(project.is_file(f"{directory}/__init__.{ending}") for ending in ("py", "pyi")):
                return directory
    return None


def _selected(project: Project, directory: str, excluded: list[str]) -> Iterator[tuple[str, str]]:
    """Yield kind and path of what a package holds: all of it, or its endings of which nothing is excluded."""
    if not excluded:
        yield "files", everything_below(directory)
        return
    prefix = "" if directory == "." else f"{directory}/"
    by_ending: dict[str, list[str]] = {}
    for name in project.files_below(prefix):
        by_ending.setdefault(posixpath.splitext(name)[1], []).append(name)
    gone = {name for pattern in excluded for name in _excluded(project, pattern, directory)}
    for ending, names in sorted(by_ending.items()):
        kept = [name for name in names if name not in gone]
        if ending and len(kept) == len(names):
            yield "files", everything_below(directory) + escape_glob(ending)
        else:
            yield from (("file", name) for name in kept[:_FEW])


def _excluded(project: Project, pattern: str, directory: str) -> tuple[str, ...]:
    """Return the files that a pattern of ``wheel.exclude`` leaves out; it is relative to the wheel, so to the package's parent."""
    anchored = "/" in pattern.rstrip("/")
    name = uv_glob(pattern.strip("/"))
    bases = [posixpath.dirname(directory), ""] if anchored else [directory]
    found: list[str] = []
    for base in bases:
        start = f"{escape_glob(base)}/" if base else ""
        middle = "" if anchored or name.startswith("**/") else "**/"
        for whole in (f"{start}{middle}{name}", f"{start}{middle}{name}/**/*"):
            found += project.glob(whole)
    return tuple(found)


def _forced(project: Project, settings: dict[str, object], path: tuple[str | int, ...]) -> Iterator[Detected]:
    why = f"{_TOOL} copies it into the wheel, also into an editable one (`wheel.force-include`)"
    for source in table(table(settings.get("wheel")).get("force-include")):
        name = relative(project, source)
        origin = place(project, *_SECTION, *path, "wheel", "force-include", source)
        if name is not None and project.is_dir(name):
            yield BuildInput("files", everything_below(name), "dynamic-file", why, origin, "contents")
        elif name is not None:
            yield BuildInput("file", name, "dynamic-file", why, origin, "contents")


def _build_directory(project: Project, settings: dict[str, object], path: tuple[str | int, ...]) -> Iterator[Detected]:
    if table(settings.get("editable")).get("mode") == "inplace":
        where = place(project, *_SECTION, *path, "editable", "mode")
        for what in _IN_PLACE:
            yield BuildOutput(what, f"{_TOOL} builds in the source tree for an editable installation", where)
    value = settings.get("build-dir")
    if not isinstance(value, str) or not value or value.startswith(("/", "~", "..")):
        return
    # `build/{wheel_tag}`: what stands in braces is filled in by the build
    pattern = "*".join(map(escape_glob, re.split(r"\{[^}]*\}", value)))
    origin = place(project, *_SECTION, *path, "build-dir")
    yield BuildOutput(f"{posixpath.normpath(pattern)}/**/*", f"{_TOOL} builds there", origin)


def _licences(project: Project) -> Iterator[Detected]:
    if project.get("project", "license-files") is not None:
        return  # another detector's affair
    listed = project.get(*_SECTION, "wheel", "license-files")
    patterns: list[tuple[str, Origin]] = [
        (text, place(project, *_SECTION, "wheel", "license-files", index or 0)) for index, text in strings(listed)
    ]
    if listed is None:
        patterns = [(pattern, place(project, "build-system", "build-backend")) for pattern in _LICENCES]
    why = "the wheel holds a copy of the licence files"
    for pattern, origin in patterns:
        name = relative(project, pattern)
        if name is not None and project.glob(uv_glob(name)):
            what = uv_glob(name)
            if is_glob(name):
                yield BuildInput("files", what, "dynamic-file", why, origin, "metadata", optional=True)
            else:
                yield BuildInput("file", name, "dynamic-file", why, origin, "metadata", optional=True)

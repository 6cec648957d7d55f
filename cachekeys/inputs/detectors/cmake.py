"""CMake: lists files, what they include, sources of targets with their headers, templates, scripts, ``$ENV{}``.

For projects whose build runs CMake: with scikit-build-core (``cmake.source-dir``), py-build-cmake, cmeel, scikit-build, or from
setup.py (a ``CMakeExtension`` class, ``subprocess`` ...). The lists files are interpreted: variables, ``include``,
``add_subdirectory``, ``file(GLOB)``, own functions and macros, properties, generator expressions, scripts that ``cmake -P`` runs, other builds
(``ExternalProject``, ``FetchContent`` of local directories), copies; presets, toolchain files and initial caches that the build names. Both ways of a
condition that the project does not decide, so the sources of every platform are found; options have their defaults unless the
build defines them. What CMake writes among the sources (``configure_file``, ``add_custom_command``) is a product, not an input. Where
a script compiles its extension modules itself and no command of it builds with CMake, only what configuring reads counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.cmake import cmake_inputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what the CMake part of the build reads."""
    yield from cmake_inputs(project)

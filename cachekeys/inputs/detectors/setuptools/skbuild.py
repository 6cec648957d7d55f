"""scikit-build: CMake that setup.py runs by ``skbuild.setup()``: variables that add to CMake's command lines, and where it builds.

``SKBUILD_CONFIGURE_OPTIONS``, else ``CMAKE_ARGS``, are given to CMake, ``SKBUILD_BUILD_OPTIONS`` to the build tool, and ``CMAKE_GENERATOR``
chooses it (scikit-build 0.19, ``cmaker.py``). They are normally not set, so they are optional. All is built in ``_skbuild``. What CMake reads
is another detector's affair. For an editable installation as uv and pip make it (:pep:`660`), scikit-build runs no CMake at all (0.18.1 and
0.19.1, measured): CMake's files and these variables are inputs of a wheel only. scikit-build-core's plugin for setuptools runs it for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.model import BuildInput, BuildOutput
from cachekeys.inputs.setup_script import analyse_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_VARIABLES = {
    "SKBUILD_CONFIGURE_OPTIONS": "adds it to the options with which CMake configures",
    "CMAKE_ARGS": "adds it to the options with which CMake configures",
    "SKBUILD_BUILD_OPTIONS": "adds it to the options of the build tool",
    "CMAKE_GENERATOR": "lets it choose the build tool",
}


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the variables, where setup.py calls scikit-build's setup()."""
    if not {"scikit-build", "scikit-build-core"} & project.build_requires:
        return
    script = analyse_script(project)
    for call in script.facts.cmake if script is not None else ():
        if not call.installs or script is None:
            continue
        from cachekeys.inputs.setup_script.report import origin  # only where there is a call

        where = origin(script, call.place)
        for name, verb in _VARIABLES.items():
            yield BuildInput(
                "env", name, "environment", f"scikit-build {verb}", where, "code", optional=True, modes=call.modes
            )
        for directory in ("_skbuild", "_cmake_test_compile"):
            yield BuildOutput(f"{directory}/**/*", "scikit-build builds there", where)
        return

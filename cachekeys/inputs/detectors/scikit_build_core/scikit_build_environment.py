"""Environment variables that scikit-build-core reads: settings (``SKBUILD_*``), ``CMAKE_ARGS``, and those of the project's own settings.

Every setting can be given as ``SKBUILD_<SECTION>_<NAME>``, and CMake's arguments as ``CMAKE_ARGS`` or ``SKBUILD_CMAKE_ARGS``
(scikit-build-core 1.1, ``settings/skbuild_read_settings.py``): they are normally not set, so they are listed as optional. What the project itself names is
an input: ``{ env = "NAME" }`` in ``cmake.define`` and in the table ``env``, and the conditions ``if.env.NAME`` of overrides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import place
from cachekeys.inputs.scikit import scikit_variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the variables."""
    yield from scikit_variables(project, place(project, "build-system", "build-backend"))

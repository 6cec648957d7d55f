"""flit_scm: flit, after setuptools-scm has written the version file (``[tool.setuptools_scm]``).

flit itself then reads the version from the module; the version file is an output and git the input (flit_scm 1.7.0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import place
from cachekeys.inputs.scm import setuptools_scm_inputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_SECTION = ("tool", "setuptools_scm")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield git and the version file, if the back end is flit_scm."""
    if project.build_backend.startswith("flit_scm") and isinstance(project.get(*_SECTION), dict):
        yield from setuptools_scm_inputs(project, _SECTION, place(project, *_SECTION), tool="flit_scm")

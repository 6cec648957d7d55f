"""versioningit: the version of a setuptools project from git.

Active with a ``[tool.versioningit]`` table and the requirement; a static version wins. ``write.file`` is written in every
build. A step can be a function of the project (``method = { module = ..., value = ... }``); then its module is an input. No
variable overrides the version (versioningit 3.3.0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_SECTION = ("tool", "versioningit")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what versioningit reads and writes, if it is active."""
    active = "versioningit" in project.build_requires and isinstance(project.get(*_SECTION), dict)
    if not active or isinstance(project.get("project", "version"), str):
        return
    from cachekeys.inputs.versioningit import versioningit_inputs  # few projects use it

    yield from versioningit_inputs(project, *_SECTION)

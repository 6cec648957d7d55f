"""The files that configure a build and that uv watches by default: pyproject.toml, setup.py, setup.cfg.

pyproject.toml is an input of every build. setup.py and setup.cfg count only where setuptools builds (also through a
wrapper such as ``pbr.build``): no other back end opens them. A declared ``cache-keys`` list replaces uv's defaults,
so these are gaps as soon as the list forgets them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import reads_setup_files
from cachekeys.inputs.model import BuildInput, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the configuration files that exist and are read."""
    if project.pyproject is not None:
        why = "every build reads its metadata and settings"
        yield BuildInput("file", "pyproject.toml", "build-config", why, Origin("pyproject.toml", 1, 1), "dependencies")
    if not reads_setup_files(project):
        return
    if project.is_file("setup.py"):
        yield BuildInput("file", "setup.py", "build-script", "setuptools runs it", Origin("setup.py", 1, 1), "code")
    if project.is_file("setup.cfg"):
        why = "setuptools reads metadata and options from it"
        yield BuildInput("file", "setup.cfg", "build-config", why, Origin("setup.cfg", 1, 1), "dependencies")

"""setuptools-scm: the version of a setuptools project (or of flit_scm) from git.

Active (setuptools-scm 10.3.4, measured) with a ``[tool.setuptools_scm]`` or ``[tool.vcs-versioning]`` table, even an
empty one, or without a table when ``build-system.requires`` asks for ``setuptools-scm[simple]`` and ``version`` is
dynamic. Not active: with only a ``[tool.setuptools-scm]`` table (the dash is never read), with only the requirement,
with ``use_scm_version`` in setup.cfg (setuptools ignores it there), with a static version, which wins. A version in
``[tool.setuptools.dynamic]`` wins too; then git only decides what stands in the version file.

``use_scm_version`` in setup.py belongs to the analysis of setup.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import has_extra, place, table
from cachekeys.inputs.scm import setuptools_scm_files, setuptools_scm_inputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Confidence, Detected
    from cachekeys.project import Project


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what setuptools-scm reads and writes, if it is active."""
    path = _configuration(project)
    if path is None or _has_static_version(project):
        return
    overruled = "version" in project.dynamic and project.get("tool", "setuptools", "dynamic", "version") is not None
    if overruled and not setuptools_scm_files(project, table(project.get(*path))):
        return
    yield from setuptools_scm_inputs(project, path, place(project, *path), confidence=_confidence(project))


def _configuration(project: Project) -> tuple[str, ...] | None:
    """Return the path of what activates the tool, or None."""
    for section in ("setuptools_scm", "vcs-versioning"):
        if isinstance(project.get("tool", section), dict):
            return ("tool", section)
    simple = "version" in project.dynamic and has_extra(project, "setuptools-scm", "simple")
    return ("build-system", "requires") if simple else None


def _has_static_version(project: Project) -> bool:
    """Tell whether a version is set already; setuptools-scm then only warns (``attr:`` in setup.cfg does not count)."""
    if isinstance(project.get("project", "version"), str):
        return True
    version = project.setup_cfg.get("metadata", "version") if project.setup_cfg else None
    return bool(version) and "attr" not in str(version)


def _confidence(project: Project) -> Confidence:
    """Return how sure it is: an environment without build isolation can hold the tool although nothing asks for it."""
    return "certain" if project.build_requires & {"setuptools-scm", "vcs-versioning"} else "likely"

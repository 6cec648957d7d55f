"""setuptools-scm: the version of a setuptools project (or of flit_scm) from git.

Active (setuptools-scm 10.3.4, measured) with a ``[tool.setuptools_scm]`` or ``[tool.vcs-versioning]`` table, even an
empty one, or without a table when ``build-system.requires`` asks for ``setuptools-scm[simple]`` and ``version`` is
dynamic. Not active: with only a ``[tool.setuptools-scm]`` table (the dash is never read), with only the requirement,
with ``use_scm_version`` in setup.cfg (setuptools ignores it there), with a static version, which wins. A version in
``[tool.setuptools.dynamic]`` wins too; then git only decides what stands in the version file.

``use_scm_version`` in setup.py belongs to the analysis of setup.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import has_extra, place, reads_setup_files, table
from cachekeys.inputs.model import BuildInput, BuildOutput
from cachekeys.inputs.scm import archival, overrides, pretend_names, scm_version, setuptools_scm_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Confidence, Detected
    from cachekeys.project import Project

_TOOL = "setuptools-scm"
_SETTINGS = ("PRETEND_VERSION", "PRETEND_METADATA", "OVERRIDES")
_PROJECT_OVERRIDES = ".config/python-vcs-versioning.toml"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what setuptools-scm reads and writes, if it is active."""
    path = _configuration(project)
    if path is None or _has_static_version(project):
        return
    config: dict[str, Any] = table(project.get(*path))
    origin = place(project, *path)
    for key in ("version_file", "write_to"):
        if key in config:
            origin_of_file = place(project, *path, key)
            for name in setuptools_scm_files(
                project, {**config, **dict.fromkeys({"version_file", "write_to"} - {key})}
            ):
                why = f"{_TOOL} writes the version into it in every build"
                yield BuildOutput(name, why, origin_of_file)
    overruled = "version" in project.dynamic and project.get("tool", "setuptools", "dynamic", "version") is not None
    if overruled and not setuptools_scm_files(project, config):
        return
    yield from scm_version(project, _TOOL, origin, confidence=_confidence(project), what="the version")
    yield from archival(project, _TOOL, origin)
    named = config.get("dist_name")
    distribution = named if isinstance(named, str) else project.name
    yield from overrides(_TOOL, pretend_names(_SETTINGS, distribution), origin)
    if project.is_file(_PROJECT_OVERRIDES):
        why = f"{_TOOL} reads overrides of its settings from it"
        yield BuildInput("file", _PROJECT_OVERRIDES, "build-config", why, origin, "version")


def _configuration(project: Project) -> tuple[str, ...] | None:
    """Return the path of what activates the tool, or None."""
    flit = project.build_backend.startswith("flit_scm")
    if not flit and not reads_setup_files(project):
        return None
    sections = ("setuptools_scm",) if flit else ("setuptools_scm", "vcs-versioning")
    for section in sections:
        if isinstance(project.get("tool", section), dict):
            return ("tool", section)
    simple = has_extra(project, "setuptools-scm", "simple") and "version" in project.dynamic
    return ("build-system", "requires") if simple and not flit else None


def _has_static_version(project: Project) -> bool:
    """Tell whether a version is set already; setuptools-scm then only warns (``attr:`` in setup.cfg does not count)."""
    if project.build_backend.startswith("flit_scm"):
        return False  # it only writes the version file, from which flit reads
    if isinstance(project.get("project", "version"), str):
        return True
    version = project.setup_cfg.get("metadata", "version") if project.setup_cfg else None
    return bool(version) and "attr" not in str(version)


def _confidence(project: Project) -> Confidence:
    """Return how sure it is: an environment without build isolation can hold the tool although nothing asks for it."""
    asked = project.build_requires & {"setuptools-scm", "vcs-versioning", "flit-scm"}
    return "certain" if asked else "likely"

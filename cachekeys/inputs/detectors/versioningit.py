"""versioningit: the version of a setuptools or hatchling project from git.

Active with a ``[tool.versioningit]`` table under setuptools, with ``[tool.hatch.version] source = "versioningit"`` under
hatchling; a static version wins. ``write.file`` is written in every build. A step can be a function of
the project (``method = { module = ..., value = ... }``); then its module is an input. No variable overrides the version
(versioningit 3.3.0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import find_module, place, reads_setup_files, relative, table
from cachekeys.inputs.hatchconfig import HatchConfig
from cachekeys.inputs.scm import scm_version, version_file
from cachekeys.inputs.scripts import build_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_TOOL = "versioningit"
_STEPS = ("vcs", "tag2version", "next-version", "format", "template-fields", "write", "onbuild")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what versioningit reads and writes, if it is active."""
    path = _configuration(project)
    if path is None or isinstance(project.get("project", "version"), str):
        return
    config = table(project.get(*path))
    origin = place(project, *path)
    method = config["vcs"].get("method") if isinstance(config.get("vcs"), dict) else config.get("vcs")
    if method in (None, "git", "git-archive"):
        yield from scm_version(project, _TOOL, origin)
    written = table(config.get("write")).get("file")
    yield from version_file(project, _TOOL, written, place(project, *path, "write", "file"))
    for step in _STEPS:
        settings = config.get(step)
        function = table(table(settings).get("method", settings))
        base = relative(project, function.get("module-dir") or ".") or ""
        module = find_module(project, str(function.get("module", "")), {"": base})
        if module is not None:
            why = f"{_TOOL} calls it to find the version"
            yield from build_script(
                project, module, why, place(project, *path, step), affects="version", search=(base,)
            )


def _configuration(project: Project) -> tuple[str, ...] | None:
    section = ("tool", "versioningit")
    if project.uses_hatchling:
        hatch = HatchConfig(project)
        if "version" not in project.dynamic or hatch.get("version", "source") != _TOOL:
            return None
        # The tool itself never reads hatch.toml.
        own = set(table(project.get("tool", "hatch", "version"))) - {"source"}
        return ("tool", "hatch", "version") if own or not isinstance(project.get(*section), dict) else section
    active = reads_setup_files(project) and _TOOL in project.build_requires
    return section if active and isinstance(project.get(*section), dict) else None

"""versioneer: the version of a setuptools project from git, computed by a module that setup.py imports.

Configured in ``[tool.versioneer]`` or in the section ``[versioneer]`` of setup.cfg; active when setup.py uses it. The module
is ``versioneer.py`` of the project, or the one of the distribution. Nothing is written into the source tree: the
version file of a wheel is made in the build directory, and an editable installation asks git at run time
(versioneer 0.29); the version file in the source tree is read first, but only says something in an sdist or an archive. No variable overrides the version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import place, relative, table
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.scm import scm_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield git, and the project's own copy of the tool."""
    if "versioneer" not in (project.read_text("setup.py") or ""):
        return
    vcs, origin = _configuration(project)
    if vcs == "git":
        yield from scm_version(project, "versioneer", origin)
    if vcs is not None and project.is_file("versioneer.py"):
        why = "setup.py imports it to find the version"
        yield BuildInput("file", "versioneer.py", "build-script", why, Origin("setup.py"), "version")
    source = relative(project, table(project.get("tool", "versioneer")).get("versionfile_source") or _option(project))
    if vcs is not None and source is not None and project.is_file(source):
        why = "versioneer looks for the version of an sdist or an archive in it"
        yield BuildInput(
            "file", source, "dynamic-file", why, origin, "version", "likely", optional=not project.is_sdist
        )


def _option(project: Project) -> str:
    cfg = project.setup_cfg
    return (cfg.get("versioneer", "versionfile_source") or "").strip() if cfg is not None else ""


def _configuration(project: Project) -> tuple[str | None, Origin]:
    config = table(project.get("tool", "versioneer"))
    if config:
        return str(config.get("VCS", "")).lower(), place(project, "tool", "versioneer")
    if project.setup_cfg is not None and "versioneer" in project.setup_cfg.sections:
        vcs = project.setup_cfg.get("versioneer", "vcs") or ""
        return vcs.strip().lower(), Origin("setup.cfg", project.setup_cfg.line("versioneer", "vcs"))
    return None, Origin("setup.py")

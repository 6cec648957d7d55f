"""package.json: version or metadata of a project that has a JavaScript half.

hatch-nodejs-version (0.4): the version source and the metadata hook ``nodejs`` read ``path`` (default ``package.json``). What
hatch-jupyter-builder builds from it has a detector of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import relative
from cachekeys.inputs.hatchconfig import HatchConfig
from cachekeys.inputs.model import BuildInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield package.json, if hatchling takes something from it."""
    if project.is_sdist:
        return
    hatch = HatchConfig(project)
    if "version" in project.dynamic and hatch.get("version", "source") == "nodejs":
        name = relative(project, hatch.get("version", "path", default="package.json"))
        if name is not None:
            why = "hatch-nodejs-version takes the version from it"
            yield BuildInput("file", name, "manifest", why, hatch.origin("version", "source"), "version")
    for hook, config, path in hatch.metadata_hooks():
        name = relative(project, config.get("path", "package.json")) if hook == "nodejs" else None
        if name is not None:
            why = "hatch-nodejs-version takes metadata from it"
            yield BuildInput("file", name, "manifest", why, hatch.origin(*path), "metadata")

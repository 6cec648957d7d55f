"""whool: the whole metadata of one Odoo addon from its manifest, which stands beside pyproject.toml.

The version also counts the commits since the manifest's version was set, unless
``[tool.whool] post_version_strategy_override`` is ``"none"``; tags are never looked at (whool 1.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import place
from cachekeys.inputs.model import BuildInput, BuildOutput
from cachekeys.inputs.odoo import MANIFESTS
from cachekeys.inputs.scm import scm_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_READMES = ("README.rst", "README.md", "README.txt")
_STRATEGY = "post_version_strategy_override"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the manifest, the readme and the commit."""
    origin = place(project, "build-system", "build-backend")
    for manifest in MANIFESTS:
        if project.is_file(manifest):
            why = "whool takes all metadata from the addon's manifest"
            yield BuildInput("file", manifest, "manifest", why, origin, "dependencies")
            break
    for readme in _READMES:
        if project.is_file(readme):
            why = "whool takes the long description from it"
            yield BuildInput("file", readme, "dynamic-file", why, origin, "metadata", optional=True)
            break
    if project.get("tool", "whool", _STRATEGY) != "none" and not project.is_sdist:
        for found in scm_version(project, "whool", origin):
            if (
                not isinstance(found, BuildInput) or found.what == "commit"
            ):  # it counts commits, and never looks at tags
                yield found
        why = "whool lets it replace the way in which commits count"
        name = "WHOOL_POST_VERSION_STRATEGY_OVERRIDE"
        yield BuildInput("env", name, "environment", why, origin, "version", optional=True)
    yield BuildOutput("build/__editable__/**/*", "whool links the addon there for an editable installation", origin)
    yield BuildOutput("build/.gitignore", "whool writes it in every editable build", origin)

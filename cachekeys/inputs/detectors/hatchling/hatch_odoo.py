"""hatch-odoo: dependencies and contents of a project from the manifests of its Odoo addons.

The metadata hook ``odoo-addons-dependencies`` reads the manifest of every addon in ``addons_dirs`` of ``[tool.hatch-odoo]``
(pyproject.toml only) into the dependencies; the build hook ``odoo-addons-dirs`` uses them to decide what goes into the wheel
and, for an editable installation, which addon is linked (1.0.2). Any layout is a list of directories: ``["."]``,
``["odoo/addons"]``, ``["src/odoo/addons", "vendor"]``. An addon that appears or disappears counts too, so the input is the
glob over all addons of a directory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import place, relative, strings
from cachekeys.inputs.hatchconfig import HatchConfig
from cachekeys.inputs.model import BuildOutput
from cachekeys.inputs.odoo import manifest_inputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Detected
    from cachekeys.project import Project


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the manifests of the addons, if one of the hooks reads them."""
    hatch = HatchConfig(project)
    dependencies = any(name == "odoo-addons-dependencies" for name, _, _ in hatch.metadata_hooks())
    hook = next((hook for hook in hatch.build_hooks() if hook[0] == "odoo-addons-dirs"), None)
    if not dependencies and hook is None:
        return
    for index, directory in strings(project.get("tool", "hatch-odoo", "addons_dirs")):
        base = relative(project, directory)
        if index is None or base is None:
            continue
        origin = place(project, "tool", "hatch-odoo", "addons_dirs", index)
        why = "hatch-odoo reads the addons' manifests into the dependencies"
        affects: Affects = "dependencies"
        if not dependencies:
            why, affects = "hatch-odoo finds the addons to install by their manifests", "contents"
        yield from manifest_inputs(project, base, why, origin, affects)
    if hook is not None and hook[1].get("editable_symlinks", True):
        why = "hatch-odoo links the addons there for an editable installation"
        yield BuildOutput("build/__editable_odoo_addons__/**/*", why, hatch.origin(*hook[2]))

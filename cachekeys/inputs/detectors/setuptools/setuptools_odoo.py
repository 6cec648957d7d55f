"""setuptools-odoo: metadata of one or several Odoo addons from their manifests (``odoo_addon``, ``odoo_addons`` in setup.py).

The addons lie in ``odoo/addons`` or, in old projects, in a package ``odoo_addons`` or ``openerp_addons``; often they are symlinks. With
``odoo_addon`` the version also counts the commits since the manifest's version was set (3.3.2).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.odoo import manifest_inputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_KEYWORD = r"\b(odoo_addons?)\s*="
_DIRECTORIES = ("odoo/addons", "odoo_addons", "openerp_addons")
_TOOL = "setuptools-odoo"
_VARIABLE = "SETUPTOOLS_ODOO_POST_VERSION_STRATEGY_OVERRIDE"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the manifests and the commit, if setup.py has one of the keywords."""
    text = project.read_text("setup.py") or ""
    keyword = re.search(_KEYWORD, text)
    if keyword is None:
        return
    origin = Origin("setup.py", text.count("\n", 0, keyword.start()) + 1)
    for directory in _DIRECTORIES:
        if project.is_dir(directory):
            why = f"{_TOOL} takes the dependencies from the addons' manifests"
            yield from manifest_inputs(project, directory, why, origin, "dependencies")
    if keyword[1] == "odoo_addon" and not project.is_sdist:
        why = f"{_TOOL} counts the commits since the version was set"
        yield BuildInput("git", "commit", "scm-version", why, origin, "version")
        why = f"{_TOOL} lets it replace the way in which commits count"
        yield BuildInput("env", _VARIABLE, "environment", why, origin, "version", optional=True)

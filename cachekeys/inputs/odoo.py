"""Manifests of Odoo addons, for the tools that read all addons of a directory.

The manifest is ``__manifest__.py``, or ``__openerp__.py`` or ``__terp__.py`` in old addons (manifestoo-core 1.16).
"""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import everything_below
from cachekeys.inputs.model import BuildInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Origin
    from cachekeys.project import Project

__all__ = ["MANIFESTS", "manifest_inputs"]

MANIFESTS = ("__manifest__.py", "__openerp__.py", "__terp__.py")


def manifest_inputs(
    project: Project, directory: str, why: str, origin: Origin, affects: Affects
) -> Iterator[BuildInput]:
    """Yield the manifests of the addons in *directory*: as a glob, since addons come and go, and one by one behind symlinks.

    uv's globs do not enter a directory that is a symlink, plain file keys do (measured with uv 0.13.8).
    """
    for manifest in MANIFESTS:
        pattern = everything_below(directory).removesuffix("**/*") + f"*/{manifest}"
        if manifest == MANIFESTS[0] or project.glob(pattern):  # the current name always, old ones where they are
            yield BuildInput("files", pattern, "manifest", why, origin, affects)
    for addon in _linked(project.path(directory)):
        for manifest in MANIFESTS:
            name = posixpath.normpath(posixpath.join(directory, addon, manifest))
            if project.is_file(name):
                yield BuildInput("file", name, "manifest", why, origin, affects)
                break


def _linked(directory: str) -> list[str]:
    try:
        with os.scandir(directory) as entries:
            return sorted(entry.name for entry in entries if entry.is_symlink())
    except OSError:
        return []

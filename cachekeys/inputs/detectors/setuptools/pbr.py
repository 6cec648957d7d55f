"""pbr: the version from git and the dependencies from requirements.txt.

Active with ``pbr = True`` in setup.py, or with the back end ``pbr.build`` (then only for the fields that are dynamic).
``requirements.txt`` (or ``tools/pip-requires``, or what ``PBR_REQUIREMENTS_FILES`` lists) is read, and pbr follows
``-r`` itself. ``PBR_VERSION`` or ``OSLO_PACKAGE_VERSION`` replace the version (pbr 7.1.3).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import place, relative
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.requirements_file import read_chain
from cachekeys.inputs.scm import overrides, scm_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_KEYWORD = r"\bpbr\s*=\s*(?:True|1)\b"
_REQUIREMENTS = ("requirements.txt", "tools/pip-requires")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield git, the requirements files and the description files, if pbr is active."""
    origin, legacy = _activation(project)
    if origin is None:
        return
    if legacy or "version" in project.dynamic:
        yield from scm_version(project, "pbr", origin)
        yield from overrides("pbr", ["PBR_VERSION", "OSLO_PACKAGE_VERSION"], origin)
    if legacy or "dependencies" in project.dynamic:
        why = "pbr lets it replace the names of the requirements files"
        yield BuildInput("env", "PBR_REQUIREMENTS_FILES", "environment", why, origin, "dependencies", optional=True)
        for name in _REQUIREMENTS:
            if project.is_file(name):
                yield from read_chain(project, name, origin, reader="pbr")
                break  # the first one that exists is the only one
    if legacy and project.is_file("test-requirements.txt"):
        why = "pbr reads the requirements of the tests from it"
        yield BuildInput("file", "test-requirements.txt", "requirements", why, origin, "metadata", optional=True)
    cfg = project.setup_cfg
    if legacy and cfg is not None:
        where = Origin("setup.cfg", cfg.line("metadata", "description_file"))
        for text in (cfg.get("metadata", "description_file") or "").split("\n"):
            name_of_file = relative(project, text.strip())
            if name_of_file is not None:
                why = "pbr reads the long description from it"
                yield BuildInput("file", name_of_file, "dynamic-file", why, where, "metadata")


def _activation(project: Project) -> tuple[Origin | None, bool]:
    """Return what activates pbr, and whether it is the keyword of setup.py, which needs no dynamic fields."""
    text = project.read_text("setup.py") or ""
    if keyword := re.search(_KEYWORD, text):
        return Origin("setup.py", text.count("\n", 0, keyword.start()) + 1), True
    if project.build_backend.startswith("pbr"):
        return place(project, "build-system", "build-backend"), False
    return None, False

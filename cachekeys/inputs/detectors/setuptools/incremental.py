"""incremental: the version of a setuptools project from ``_version.py`` of its package.

Active with a ``[tool.incremental]`` table, which may hold the package's ``name``; a static version wins. With
``use_incremental=True`` in setup.py it is the first module ``_version`` of all packages (incremental 24.11). No version control is asked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import package_dirs, place
from cachekeys.inputs.incremental import incremental_inputs
from cachekeys.inputs.model import BuildInput, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Confidence, Detected
    from cachekeys.project import Project

_KEYWORD = r"\buse_incremental\s*=\s*True\b"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the module with the version, if incremental is active."""
    if "incremental" not in project.build_requires or isinstance(project.get("project", "version"), str):
        return
    if isinstance(project.get("tool", "incremental"), dict):
        yield from incremental_inputs(project, place(project, "tool", "incremental"))
        return
    text = project.read_text("setup.py") or ""
    if keyword := re.search(_KEYWORD, text):
        origin = Origin("setup.py", text.count("\n", 0, keyword.start()) + 1)
        base = package_dirs(project).get("", "")
        depth = base.count("/") + 2 if base else 1
        below = project.files_below(f"{base}/") if base else project.files
        found = [name for name in below if name.endswith("/_version.py") and name.count("/") == depth]
        for name in found:
            sure: Confidence = "certain" if len(found) == 1 else "likely"
            yield BuildInput(
                "file", name, "dynamic-file", "incremental takes the version from it", origin, "version", sure
            )

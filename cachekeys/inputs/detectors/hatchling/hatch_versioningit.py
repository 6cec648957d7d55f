"""versioningit as a version source of hatchling (``[tool.hatch.version] source = "versioningit"``): the version from git.

Its settings stand in ``[tool.hatch.version]`` or, if there is only ``source``, in ``[tool.versioningit]``; it never reads
hatch.toml (versioningit 3.3.0). ``write.file`` is written in every build, functions of the project can be steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import table
from cachekeys.inputs.hatchconfig import HatchConfig

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_SECTION = ("tool", "versioningit")
_HATCH = ("tool", "hatch", "version")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what versioningit reads and writes, if it is the version source."""
    if "version" not in project.dynamic or HatchConfig(project).get("version", "source") != "versioningit":
        return
    from cachekeys.inputs.versioningit import versioningit_inputs  # few projects use it

    own = set(table(project.get(*_HATCH))) - {"source"}
    yield from versioningit_inputs(
        project, *(_HATCH if own or not isinstance(project.get(*_SECTION), dict) else _SECTION)
    )

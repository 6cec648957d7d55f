"""settings.ini: where nbdev keeps name, version and dependencies of a project, for its setup.py to read.

nbdev's setup.py reads it with ``configparser``. Recognised by its name in setup.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.model import BuildInput, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_NAME = "settings.ini"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield settings.ini, if setup.py names it."""
    if not project.is_file(_NAME):
        return
    before, found, _ = (project.read_text("setup.py") or "").partition(_NAME)
    if found:
        origin = Origin("setup.py", before.count("\n") + 1)
        why = "setup.py takes version and dependencies from it"
        yield BuildInput("file", _NAME, "dynamic-file", why, origin, "dependencies")

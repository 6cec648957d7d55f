"""enscons: SConstruct, which describes the whole build, the SConscript files that it enters, and the files that these name.

SCons runs ``SConstruct`` for every wheel, also an editable one (enscons 0.30). A file that it opens or imports counts by its name in a text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what SCons reads."""
    from cachekeys.inputs.programs import Start, program_inputs  # only projects that it builds pay

    origin = place(project, "build-system", "build-backend")
    yield from program_inputs(Start(project, ("scons",), ".", "enscons", origin))

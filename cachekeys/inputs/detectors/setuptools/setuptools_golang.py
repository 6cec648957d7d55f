"""setuptools-golang: Go modules that setup.py compiles (``build_golang=`` of setup()).

It runs ``go build`` in the package of each extension, with the whole project as its module or below a GOPATH (setuptools-golang 2.9), so
``go.mod`` and all Go sources of the project count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.model import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what Go reads."""
    text = project.read_text("setup.py") or ""
    found = re.search(r"\bbuild_golang\s*=", text)
    if found is None:
        return
    from cachekeys.inputs.programs import Start, program_inputs  # few projects use it

    origin = Origin("setup.py", text.count("\n", 0, found.start()) + 1)
    yield from program_inputs(Start(project, ("go", "build"), ".", "setuptools-golang", origin))

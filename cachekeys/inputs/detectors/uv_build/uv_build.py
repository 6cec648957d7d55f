"""uv_build: directories that it packs as data of the distribution (``[tool.uv.build-backend] data``).

The directories for ``headers``, ``scripts``, ``data``, ``purelib`` and ``platlib`` are copied into every wheel, also an editable one, and such a
copy goes stale when its source is edited. There are no hooks and no dynamic version; the modules below ``module-root`` are imported from
where they are by an editable installation (uv_build 0.13).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import everything_below, place, relative, table
from cachekeys.inputs.model import BuildInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_DATA = ("tool", "uv", "build-backend", "data")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the data directories."""
    for kind, directory in table(project.get(*_DATA)).items():
        name = relative(project, directory)
        if name is not None and project.is_dir(name):
            why = f"uv_build packs it into the wheel as {kind}, also into an editable one"
            origin = place(project, *_DATA, kind)
            yield BuildInput("files", everything_below(name), "dynamic-file", why, origin, "contents")

"""maturin: Cargo.toml and what belongs to the crate.

``[tool.maturin] manifest-path``, else ``Cargo.toml`` at the root or in ``rust`` or ``native``. Sources, build scripts, path dependencies in
the project, workspace, a committed ``Cargo.lock``, toolchain and cargo configuration follow from the manifest. An editable
installation puts the compiled module into the source tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.crates import USUAL_MANIFESTS, cargo_variables, crate_inputs
from cachekeys.inputs.dynamic import everything_below, place, relative
from cachekeys.inputs.model import BuildOutput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Detected
    from cachekeys.project import Project

_SECTION = ("tool", "maturin")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what cargo reads and where the compiled module goes."""
    manifest = relative(project, project.get(*_SECTION, "manifest-path"))
    origin = place(project, *_SECTION, "manifest-path")
    if manifest is None:
        manifest = next((name for name in USUAL_MANIFESTS if project.is_file(name)), USUAL_MANIFESTS[0])
        origin = place(project, "build-system", "build-backend")
    affects: Affects = "version" if "version" in project.dynamic else "code"
    yield from crate_inputs(project, manifest, "maturin", origin, affects=affects)
    yield from cargo_variables("maturin", ("MATURIN_PEP517_ARGS",), origin)
    source = relative(project, project.get(*_SECTION, "python-source", default="."))
    for suffix in ("so", "pyd"):
        what = f"{everything_below(source or '.')}.{suffix}"
        yield BuildOutput(what, "maturin puts the compiled module there for an editable installation", origin)

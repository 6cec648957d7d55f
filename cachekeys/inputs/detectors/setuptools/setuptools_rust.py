"""setuptools-rust: Cargo.toml and what belongs to the crates of a setuptools project.

``path`` of every ``[[tool.setuptools-rust.ext-modules]]`` and ``bins`` (default ``Cargo.toml``), with its ``features``. Where setup.py declares the extensions, a
manifest in the usual places counts as likely.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.cargo import USUAL_MANIFESTS, cargo_variables, crate_inputs, pyo3_variables
from cachekeys.inputs.dynamic import place, relative, strings, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected, Origin
    from cachekeys.project import Project

_TOOL = "setuptools-rust"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what cargo reads, if the build asks for setuptools-rust."""
    if _TOOL not in project.build_requires:
        return
    declared: list[tuple[str, Origin, dict[str, Any]]] = []
    for kind in ("ext-modules", "bins"):
        path = ("tool", _TOOL, kind)
        for index, module in tables(project.get(*path)):
            name = relative(project, module.get("path", "Cargo.toml"))
            if name is not None:
                declared.append((name, place(project, *path, index), {**module, "bin": kind == "bins"}))
    for manifest, origin, settings in declared:
        arguments = [text for _, text in strings(settings.get("args"))]
        yield from crate_inputs(
            project,
            manifest,
            _TOOL,
            origin,
            binaries=settings["bin"] or settings.get("binding") == "Exec",
            features=tuple(text for _, text in strings(settings.get("features"))),
            default_features="--no-default-features" not in arguments,
        )
    where = declared[0][1] if declared else place(project, "build-system", "requires")
    if not declared and project.is_file("setup.py"):
        for name in USUAL_MANIFESTS:
            if project.is_file(name):
                yield from crate_inputs(project, name, _TOOL, where, confidence="likely")
    yield from cargo_variables(_TOOL, ("SETUPTOOLS_RUST_CARGO_PROFILE",), where)
    for manifest in dict.fromkeys([*(name for name, _, _ in declared), *USUAL_MANIFESTS]):
        yield from pyo3_variables(project, manifest, where)

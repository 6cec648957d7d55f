"""Cargo: the crate in whose directory it runs, or that ``--manifest-path`` names, with its programs and what they depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.inputs.programs import Start

PROGRAMS = frozenset({"cargo"})
_BUILDING = frozenset({"build", "b", "rustc", "install", "run", "cbuild", "cinstall", "zigbuild", "xwin"})


def inputs(start: Start) -> Iterator[Detected]:
    """Yield what cargo compiles, where it compiles anything."""
    if _BUILDING.isdisjoint(start.words):
        return
    from cachekeys.inputs.cargo import crate_inputs  # only where there is a crate

    directory = start.option("-C") or "."
    named = start.option("--manifest-path") or (start.option("--path") if "install" in start.words else None)
    manifest = start.inside(directory, named or "Cargo.toml")
    if start.project.is_dir(manifest):
        manifest = f"{manifest}/Cargo.toml"
    if start.project.is_file(manifest):
        yield from crate_inputs(start.project, manifest, start.tool, start.origin, binaries=True)

"""SCons: SConstruct, the SConscript files that it enters, ``site_scons``, and the files that these name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.programs._literals import described_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.inputs.programs import Start

PROGRAMS = frozenset({"scons"})
_FIRST = ("SConstruct", "Sconstruct", "sconstruct", "SConstruct.py", "Sconstruct.py", "sconstruct.py")
_INNER = ("SConscript", "sconscript", "SConscript.py", "SCsub", *_FIRST)


def inputs(start: Start) -> Iterator[Detected]:
    """Yield what describes the build, and what that names."""
    top = start.inside(start.option("-C", "--directory") or ".")
    named = start.option("-f", "--file", "--sconstruct")
    for name in [named] if named else _FIRST:
        first = start.inside(name) if top == start.inside(".") else f"{top}/{name}"
        if start.project.is_file(first):
            yield from described_by(start, first, _INNER)
            break
    site = "site_scons" if top == "." else f"{top}/site_scons"
    yield from start.tree(site, ".py", "scons loads its tools from there", "build-script")

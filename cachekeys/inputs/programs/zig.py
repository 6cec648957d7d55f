"""Zig: ``build.zig`` and ``build.zig.zon`` in the directory in which ``zig build`` runs, and the sources below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.inputs.programs import Start

PROGRAMS = frozenset({"zig", "ziglang", "python-zig"})


def inputs(start: Start) -> Iterator[Detected]:
    """Yield the description and the sources."""
    if "build" in start.words[1:2]:
        for name in ("build.zig", "build.zig.zon"):
            yield from start.file(start.inside(name), "zig builds what it describes")
        yield from start.tree(start.inside("."), ".zig", "zig compiles it")

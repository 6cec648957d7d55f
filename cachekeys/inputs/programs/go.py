"""Go: the module in the directory in which ``go build`` or gopy runs (``go.mod``, ``go.sum``), its sources, and what cgo compiles with them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.inputs.programs import Start

PROGRAMS = frozenset({"go", "gopy", "tinygo"})
_BUILDING = frozenset({"build", "install", "run", "generate", "gen", "pkg", "exe", "list"})


def inputs(start: Start) -> Iterator[Detected]:
    """Yield the module."""
    if _BUILDING.isdisjoint(start.words):
        return
    top = start.inside(start.option("-C") or ".")
    place = top
    while not start.project.is_file(posixpath.normpath(f"{place}/go.mod")) and place not in {".", ""}:
        place = posixpath.dirname(place) or "."
    root = place if start.project.is_file(posixpath.normpath(f"{place}/go.mod")) else top
    for name in ("go.mod", "go.sum", "go.work", "go.work.sum"):
        yield from start.file(posixpath.normpath(f"{root}/{name}"), "go takes the versions of packages from it")
    for ending in (".go", ".c", ".h", ".s") if root != "." else (".go",):
        yield from start.tree(root, ending, "go compiles it")

"""Waf: the wscript files, from the directory in which it runs downwards as they ``recurse``, and the files that these name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.programs._literals import described_by
from cachekeys.inputs.scripts import named_variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.inputs.programs import Start

PROGRAMS = frozenset({"waf", "waf-light"})


def inputs(start: Start) -> Iterator[Detected]:
    """Yield what describes the build, and what that names."""
    first = start.inside(start.option("-t", "--top") or ".", "wscript")
    if start.project.is_file(first):
        yield from described_by(start, first, ("wscript", "wscript_build", "wscript_configure"))
    library = start.inside("waflib")
    yield from start.tree(library, ".py", "waf runs from it", "build-script")
    yield from named_variables(
        start.project, [n for n in start.project.files_below(f"{library}/") if n.endswith(".py")]
    )

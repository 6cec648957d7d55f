"""Waf: the wscript files, from the directory in which it runs downwards as they ``recurse``, and the files that these name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.programs._literals import described_by

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
    yield from start.tree(start.inside("waflib"), ".py", "waf runs from it", "build-script")

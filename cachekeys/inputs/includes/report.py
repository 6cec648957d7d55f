"""Turn included files into build inputs, each with the way that leads from it to a source that is compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.includes import follow
from cachekeys.inputs.model import BuildInput, Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cachekeys.inputs.includes import Include
    from cachekeys.inputs.model import Confidence
    from cachekeys.project import Project

__all__ = ["included_inputs"]


def included_inputs(
    project: Project,
    sources: Iterable[str],
    include_dirs: Iterable[str] = (),
    named: Iterable[tuple[str, Include]] = (),
    *,
    late_dirs: Iterable[str] = (),
    doubts: Mapping[str, Confidence] | None = None,
    origins: Mapping[str, Origin] | None = None,
) -> Iterator[BuildInput]:
    """Yield every file that *sources* include, directly or not; the parameters are those of :func:`~cachekeys.inputs.includes.follow`.

    :param origins: where sources are named: there their chains end.
    """
    for item in follow(project, sources, include_dirs, named, late_dirs, doubts=doubts):
        chain = tuple(Origin(*place) for place in item.chain)
        if origins and (end := origins.get(chain[-1].file)) is not None:
            chain += (end,)
        yield BuildInput(
            "file",
            item.path,
            "native-source",
            f"{item.by} includes it",
            Origin(item.by, item.line),
            "code",
            item.confidence,
            chain=chain if len(chain) > 1 else (),
        )

"""A directory that is taken as a whole but for some files: the fewest globs and files that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import escape_glob, everything_below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cachekeys.project import Project

__all__ = ["selected"]

MAX_FILES = 200
"""That are listed one by one beside excluded ones."""


def selected(project: Project, directory: str, is_excluded: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Yield the kind (``file``, ``files``) and the path or glob of what is taken.

    :param directory: relative to the project.
    :param is_excluded: asked for each file below, by its path relative to the project.
    """
    prefix = "" if directory == "." else f"{directory}/"
    names = project.files_below(prefix)
    gone = {name for name in names if is_excluded(name)}
    if not gone:
        yield "files", everything_below(directory)
        return
    yield from _split(names, gone, prefix)


def _split(names: Sequence[str], gone: set[str], prefix: str) -> Iterator[tuple[str, str]]:
    """Yield what is taken below *prefix*, where something is not."""
    here = [name for name in names if "/" not in name[len(prefix) :]]
    kept = [name for name in here if name not in gone]
    if kept and len(kept) == len(here):
        yield "files", f"{escape_glob(prefix)}*"
    else:
        yield from (("file", name) for name in kept[:MAX_FILES])
    below: dict[str, list[str]] = {}
    for name in names:
        first, slash, _ = name[len(prefix) :].partition("/")
        if slash:
            below.setdefault(f"{prefix}{first}/", []).append(name)
    for start, inside in below.items():
        lost = gone.intersection(inside)
        if not lost:
            yield "files", everything_below(start.rstrip("/"))
        elif len(lost) < len(inside):
            yield from _split(inside, gone, start)

"""The record of a build against the tree, by content: what a time stamp cannot tell.

Nothing is detected again: as long as nothing of what the build read has changed, it reads the same, and the record has the
patterns by which a new file would become an input. What the build itself writes is not compared.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Literal

from cachekeys.record import state
from cachekeys.uv.keys import read_watch_set
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from cachekeys.project import Project
    from cachekeys.record.reader import Record

__all__ = ["Difference", "How", "compare"]

How = Literal["changed", "added", "removed", "unknown"]
_GLOB = frozenset("*?[{")


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as the build found it.

    ``what`` is the path (``kind`` file or directory), ``commit`` or ``tags`` (git), or the variable (env); ``how`` is
    ``unknown`` where it cannot be told, as for a file that cannot be read. ``input`` and ``watched`` say of a
    file whether the build reads it and whether a key watches it.
    """

    kind: Literal["file", "directory", "git", "env"]
    what: str
    how: How
    input: bool = False
    watched: bool = False


def compare(project: Project, record: Record, environ: Mapping[str, str]) -> tuple[Difference, ...]:
    """Return what differs between the tree and the *record*, files first, sorted. Reads every recorded file."""
    return tuple(_compare(project, record, environ))


def _compare(project: Project, record: Record, environ: Mapping[str, str]) -> Iterator[Difference]:
    keys = read_watch_set(project.pyproject).keys
    watched = state.watched(project.root, keys)
    yield from sorted(_files(project, record, watched), key=lambda difference: difference.what)
    for name, existed in sorted(record.raw["directories"].items()):
        exists = state.directories(project, keys).get(name, existed)
        if exists != existed:
            yield Difference("directory", name, "added" if exists else "removed", watched=True)
    git = state.git(project.root, keys)
    for member, was in sorted(record.raw["git"].items()):
        if member in git and git[member] != was:
            yield Difference("git", member.removesuffix("_sha256"), "changed", watched=True)
    now = state.environment(record.environment, environ)
    for name, setting in sorted(record.environment.items()):
        if now[name] != setting:
            yield Difference("env", name, "added" if setting == "unset" else "removed")


def _files(project: Project, record: Record, watched: Mapping[str, str]) -> Iterator[Difference]:
    places = {shown: path for path, shown in watched.items()}
    is_output = _matcher(record.patterns["outputs"])
    compared = {name: places.get(name, name) for name in record.files if name in record.inputs or not is_output(name)}
    for name, how in _contents(project.root, record, compared):
        yield Difference("file", name, how, name in record.inputs, name in record.watched)
    new_inputs = set(_new_inputs(project, record))
    for name in new_inputs.union(places).difference(record.files):
        if not is_output(name):
            yield Difference("file", name, "added", name in new_inputs, name in places)


def _contents(root: str, record: Record, compared: Mapping[str, str]) -> Iterator[tuple[str, How]]:
    """Yield those of the files whose content is not as recorded; *compared* maps the recorded names to paths."""
    from cachekeys.record.hashing import GONE, UNREADABLE, hash_files  # not on the way to an error

    alike: list[tuple[str, str]] = []
    top = os.path.join(root, "")
    for name, path in compared.items():
        place = path if os.path.isabs(path) else top + path
        try:
            status = os.stat(place)
        except (OSError, ValueError):
            yield name, "removed"
            continue
        recorded = record.files[name]
        if not stat.S_ISREG(status.st_mode):
            yield name, "removed"
        elif status.st_size != recorded.size:
            yield name, "changed"
        elif recorded.sha256 is None:
            yield name, "unknown"
        else:
            alike.append((name, place))
    for (name, _), digest in zip(alike, hash_files([place for _, place in alike]), strict=True):
        if digest == UNREADABLE:
            yield name, "unknown"
        elif digest == GONE:
            yield name, "removed"
        elif digest.hex() != record.files[name].sha256:
            yield name, "changed"


def _new_inputs(project: Project, record: Record) -> Iterator[str]:
    patterns = record.patterns["inputs"]
    is_excluded = _matcher(record.patterns["not_inputs"])
    for pattern in patterns:
        names: Iterable[str] = (pattern,) if project.is_file(pattern) else ()
        if not _GLOB.isdisjoint(pattern):
            names = project.glob(pattern)
        yield from (name for name in names if name not in record.files and not is_excluded(name))


def _matcher(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    if not patterns:
        return lambda _: False
    from cachekeys.uv.globs import name_matcher  # only with patterns

    return name_matcher(patterns)

"""What each key of a project stands for right now: the data of ``cachekeys explain``, and its text.

Values of environment variables are never shown; ``cache_info`` in the JSON has them, as it is what uv itself stores.
"""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, NamedTuple

from cachekeys.report.result import shown_path
from cachekeys.report.time import shown_time
from cachekeys.report.verdict import assess
from cachekeys.report.verdict import lines as verdict_lines
from cachekeys.uv.keys import DirKey, EnvKey, FileKey, as_toml
from cachekeys.uv.walk import by_time
from cachekeys.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cachekeys.freshness.installation import Installation
    from cachekeys.project import Project
    from cachekeys.report.console import Line
    from cachekeys.report.verdict import Assessment
    from cachekeys.tomlfile import TomlFile
    from cachekeys.uv.cacheinfo import CacheInfo
    from cachekeys.uv.keys import CacheKey, GitKey, WatchSet
    from cachekeys.uv.walk import WatchedFile

__all__ = ["Explanation", "KeyExplanation", "Newest", "explain", "lines"]

_NANO = 1_000_000_000
_SHOWN = 4  # warnings of a key


class Newest(NamedTuple):
    """The newest file of a key; ``time`` in nanoseconds since 1970, as uv compares it."""

    file: str
    time: int


@dataclass(frozen=True, slots=True)
class KeyExplanation:
    """One key: the ``files`` that it makes uv watch and the ``newest`` of them, or the ``value`` in words.

    ``warnings`` are what uv would log; ``document`` is where the key is declared, None for a default.
    """

    key: CacheKey
    document: TomlFile | None
    files: tuple[str, ...]
    newest: Newest | None
    value: str | None
    warnings: tuple[str, ...]

    @property
    def line(self) -> int | None:
        """The line of the key, None for a default; only looked for when it is asked for."""
        if self.document is None:
            return None
        return self.document.position("tool", "uv", "cache-keys", self.key.index).line


@dataclass(frozen=True, slots=True)
class Explanation:
    """A project's keys, what uv would store for them, and, given an environment, what uv makes of what is installed there.

    ``uv`` is the specifier of the uv versions to care for. ``warnings`` are about groups of globs.
    """

    project: Project
    watch: WatchSet
    keys: tuple[KeyExplanation, ...]
    cache_info: CacheInfo
    warnings: tuple[str, ...]
    uv: str | None = None
    assessment: Assessment | None = None


def explain(
    project: Project,
    environ: Mapping[str, str],
    *,
    uv: str | None = None,
    watch: WatchSet | None = None,
    installation: Installation | None = None,
) -> Explanation:
    """Look up what every key resolves to. Stats files and reads git's; runs nothing, and looks for no build inputs.

    :param watch: what the uv in question watches; None: the newest that the project admits.
    """
    from cachekeys.uv.cacheinfo import compute  # only this command needs it
    from cachekeys.uv.keys import in_force
    from cachekeys.uv.walk import watched_files
    from cachekeys.uv.watching import watching

    watch = watching(project) if watch is None else watch
    keys = in_force(watch)
    is_refused = keys is None
    if keys is None:
        keys = watch.keys
    elif watch.problems:  # the defaults, in place of the list
        watch = replace(watch, keys=keys, declared=False)
    watched = watched_files(project.root, keys, dialect=watch.dialect)
    info = compute(project.root, keys, environ, watched=watched, dialect=watch.dialect)
    counted: dict[int, list[WatchedFile]] = {}
    for file in watched.files:
        counted.setdefault(file.key, []).append(file)
    files = _files(project, watch, counted)
    explained = []
    for key in keys:
        newest = max(counted.get(key.index, ()), key=by_time, default=None)
        explained.append(
            KeyExplanation(
                key=key,
                document=project.pyproject if watch.declared else None,
                files=files.get(key.index, ()),
                newest=None if newest is None else Newest(newest.path, newest.ctime_ns),
                value=None if isinstance(key, FileKey) else _value(key, info),
                warnings=tuple(text for index, text in info.warnings if index == key.index),
            )
        )
    assessment = None
    if installation is not None:
        if not is_refused:  # which the installation would compute once more, and for the newest uv
            vars(installation).update(now=info, watched=watched)
        assessment = assess(installation)
    ungrouped = tuple(text for index, text in info.warnings if index is None)
    return Explanation(project, watch, tuple(explained), info, ungrouped, uv, assessment)


def _files(project: Project, watch: WatchSet, counted: dict[int, list[WatchedFile]]) -> dict[int, tuple[str, ...]]:
    """Return the files of each key. A glob all of whose files another key decides about gets the files that it matches."""
    keys = [key for key in watch.keys if isinstance(key, FileKey)]
    found = {key.index: _paths(project, key, counted[key.index]) for key in keys if key.index in counted}
    idle = {key.index for key in keys if key.index not in found and not key.excludes}
    if idle and found:
        from cachekeys.uv.walk import Watcher

        watcher = Watcher(watch.keys, project.root, watch.dialect)
        matched: dict[int, set[str]] = {}
        for name in set().union(*found.values()):
            for index in idle.intersection(watcher.matching(name)):
                matched.setdefault(index, set()).add(name)
        found |= {index: tuple(sorted(names)) for index, names in matched.items()}
    return found


def _paths(project: Project, key: FileKey, files: list[WatchedFile]) -> tuple[str, ...]:
    """Return the paths relative to the project, sorted, each of them once."""
    if key.path == posixpath.normpath(key.path) and not key.path.startswith(("/", "..")):
        return tuple([file.path for file in files])  # they come so
    return tuple(sorted({_relative(project, file.path) for file in files}))


def _relative(project: Project, path: str) -> str:
    if os.path.isabs(path):
        path = os.path.relpath(path, project.root).replace(os.sep, "/")
    return posixpath.normpath(path)


def lines(explanation: Explanation) -> Iterator[Line]:
    """Yield one block for each key, and what is installed."""
    project, watch = explanation.project, explanation.watch
    reason = "the list is ignored" if watch.problems else "cache-keys is not declared"
    source = "declared keys" if watch.declared else f"uv's default keys ({reason})"
    name = f" ({project.name})" if project.name else ""
    yield [(f"{shown_path(project.root)}{name}", "bold"), (f": {source}", "")]
    width = max((len(as_toml(item.key)) for item in explanation.keys), default=0)
    for number, item in enumerate(explanation.keys, 1):
        text, style = _describe(item)
        yield [(f"{number:>3}  ", "dim"), (f"{as_toml(item.key):<{min(width, 60)}}", "bold"), (f"  {text}", style)]
        yield from _warnings(item.warnings, "       ")
    yield from _warnings(explanation.warnings, "     ")
    if watch.problems:
        who = "uv >= 0.13.5 refuses" if watch.dialect.strict_keys or watch.declared else "this uv does not accept"
        yield [(f"     {who} the whole list:", "bold red")]
        for problem in watch.problems:
            yield [(f"     {problem.line}:{problem.column}: {problem.path}: {problem.message}", "red")]
    elif not explanation.keys:
        yield [("     the list is empty: uv watches nothing", "bold red")]
    newest = explanation.cache_info.newest
    if newest and sum(bool(item.files) for item in explanation.keys) > 1:
        yield [(f"     newest of all: {newest.path}, {shown_time(newest.ctime_ns)}", "dim")]
    if explanation.assessment is not None:
        yield []
        yield from verdict_lines(explanation.assessment)


def _warnings(texts: tuple[str, ...], margin: str) -> Iterator[Line]:
    found = tuple(dict.fromkeys(texts))
    for text in found[:_SHOWN]:
        yield [(f"{margin}uv warns: {text}", "yellow")]
    if len(found) > _SHOWN:
        yield [(f"{margin}uv warns {len(found) - _SHOWN} times more (--format json lists all)", "yellow")]


def _describe(item: KeyExplanation) -> tuple[str, str]:
    if not isinstance(item.key, FileKey):
        return item.value or "", ""
    if not item.files:
        return "matches nothing", "yellow"
    if item.newest is None:  # another key decides about all of them
        return f"{len(item.files)} files, all of them watched through another key, too", ""
    when = shown_time(item.newest.time)
    return when if len(item.files) == 1 else f"{len(item.files)} files, newest {item.newest.file}, {when}", ""


def _value(key: DirKey | EnvKey | GitKey, info: CacheInfo) -> str:
    if isinstance(key, EnvKey):
        return "set" if info.env.get(key.name) is not None else "not set"
    if isinstance(key, DirKey):
        if key.path not in info.directories:
            return "ignored"
        created = info.directories[key.path]
        if created is None:
            return "does not exist"
        if isinstance(created, int):
            return f"inode {created} (the file system has no creation times)"
        return f"created {shown_time(created.secs_since_epoch * _NANO + created.nanos_since_epoch)}"
    parts = []
    if key.commit:
        parts.append(f"commit {info.commit}" if info.commit else "no commit can be read")
    if key.tags:
        parts.append("no tags can be read" if info.tags is None else f"{len(info.tags)} tags")
    return ", ".join(parts) or "watches nothing"

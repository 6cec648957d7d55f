"""What each key of a project stands for right now: the data of ``cachekeys explain``, and its text.

Values of environment variables are never shown; ``cache_info`` in the JSON has them, as it is what uv itself stores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cachekeys.report.check import STYLES
from cachekeys.report.result import shown_path
from cachekeys.uv.keys import DirKey, EnvKey, FileKey, as_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.report.console import Line
    from cachekeys.rules.model import Finding
    from cachekeys.uv.cacheinfo import CacheInfo
    from cachekeys.uv.keys import CacheKey, GitKey

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

    ``warnings`` are what uv would log; ``line`` is where the key stands, None for a default.
    """

    key: CacheKey
    line: int | None
    files: tuple[str, ...]
    newest: Newest | None
    value: str | None
    warnings: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A project's keys, what uv would store for them, and the file that gave the time stamp."""

    analysis: Analysis
    keys: tuple[KeyExplanation, ...]
    cache_info: CacheInfo
    warnings: tuple[str, ...]


def explain(analysis: Analysis) -> Explanation:
    """Look up what every key resolves to. Stats files and reads git's; runs nothing."""
    from cachekeys.uv.cacheinfo import compute  # noqa: PLC0415 - only this command needs it
    from cachekeys.uv.walk import watched_files  # noqa: PLC0415 - same

    root, keys = analysis.project.root, analysis.watch.keys
    watched = watched_files(root, keys)
    info = compute(root, keys, analysis.environ, watched=watched)
    times: dict[int, list[tuple[int, str]]] = {}
    for file in watched.files:
        times.setdefault(file.key, []).append((file.ctime_ns, file.path))
    explained = []
    for key in keys:
        found = times.get(key.index, [])
        newest = max(found, key=lambda item: item[0], default=None)
        position = _position(analysis, key)
        explained.append(
            KeyExplanation(
                key=key,
                line=position[0] if position else None,
                files=analysis.coverage.matched.get(key.index, ()),
                newest=None if newest is None else Newest(newest[1], newest[0]),
                value=None if isinstance(key, FileKey) else _value(key, info),
                warnings=tuple(text for index, text in info.warnings if index == key.index),
                findings=tuple(finding for finding in analysis.findings if _is_about(finding, position)),
            )
        )
    return Explanation(analysis, tuple(explained), info, tuple(text for index, text in info.warnings if index is None))


def lines(explanation: Explanation) -> Iterator[Line]:
    """Yield one block for each key."""
    analysis = explanation.analysis
    source = "declared keys" if analysis.watch.declared else "uv's default keys (cache-keys is not declared)"
    name = f" ({analysis.project.name})" if analysis.project.name else ""
    yield [(f"{shown_path(analysis.project.root)}{name}", "bold"), (f": {source}", "")]
    width = max((len(as_toml(item.key)) for item in explanation.keys), default=0)
    for number, item in enumerate(explanation.keys, 1):
        text, style = _describe(item)
        yield [(f"{number:>3}  ", "dim"), (f"{as_toml(item.key):<{min(width, 60)}}", "bold"), (f"  {text}", style)]
        yield from _warnings(item.warnings, "       ")
        for finding in item.findings:
            yield [("       ", ""), (finding.code, STYLES[finding.severity]), (f" {finding.message}", "")]
    yield from _warnings(explanation.warnings, "     ")
    if analysis.watch.problems:
        yield [("     uv >= 0.13.5 refuses the whole list:", "bold red")]
        for problem in analysis.watch.problems:
            yield [(f"     {problem.line}:{problem.column}: {problem.path}: {problem.message}", "red")]
    elif not explanation.keys:
        yield [("     the list is empty: uv watches nothing", "bold red")]
    newest = explanation.cache_info.newest
    if newest and sum(bool(item.files) for item in explanation.keys) > 1:
        yield [(f"     newest of all: {newest.path}, {_time(newest.ctime_ns)}", "dim")]


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
    when = _time(item.newest.time)
    return when if len(item.files) == 1 else f"{len(item.files)} files, newest {item.newest.file}, {when}", ""


def _position(analysis: Analysis, key: CacheKey) -> tuple[int, int] | None:
    document = analysis.project.pyproject
    if document is None or not analysis.watch.declared:
        return None
    position = document.position("tool", "uv", "cache-keys", key.index)
    return position.line, position.column


def _is_about(finding: Finding, position: tuple[int, int] | None) -> bool:
    return finding.file == "pyproject.toml" and position is not None and position == (finding.line, finding.column)


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
        return f"created {_time(created.secs_since_epoch * _NANO + created.nanos_since_epoch)}"
    parts = []
    if key.commit:
        parts.append(f"commit {info.commit}" if info.commit else "no commit can be read")
    if key.tags:
        parts.append("no tags can be read" if info.tags is None else f"{len(info.tags)} tags")
    return ", ".join(parts) or "watches nothing"


def _time(nanoseconds: int) -> str:
    """Return a time as local ISO 8601, to the millisecond."""
    from time import localtime, strftime  # noqa: PLC0415 - only this command

    seconds, rest = divmod(nanoseconds, _NANO)
    return f"{strftime('%Y-%m-%d %H:%M:%S', localtime(seconds))}.{rest // 1_000_000:03d}"

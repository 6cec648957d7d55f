"""What uv will do with what is installed, and why: the words for a verdict, and its JSON."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from cachekeys.report.result import shown_path
from cachekeys.report.time import shown_time
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.freshness.changes import Change
    from cachekeys.freshness.installation import Installation
    from cachekeys.freshness.verdict import Verdict
    from cachekeys.record.reader import Record
    from cachekeys.report.console import Line

__all__ = ["Assessment", "assess", "document", "lines", "reason", "verdict_documents"]

_SHOWN = 4  # files or changes in one line
_OUTCOMES = {
    "fresh": ("fresh", "green"),
    "reinstall": ("reinstall from uv's cache", "yellow"),
    "rebuild": ("rebuild", "bold yellow"),
    "refused": ("uv refuses", "bold red"),
}
_COMMANDS = {"sync": "uv sync, uv run", "pip": "uv pip install -r"}


@dataclass(frozen=True)
class Assessment:
    """What is installed and what uv's commands will do with it."""

    installation: Installation
    verdicts: tuple[Verdict, ...]

    def decisive(self, command: str | None = None) -> Verdict:
        """Return the verdict that decides the exit code: that of *command*, or of ``uv sync`` where it can be used."""
        return next((verdict for verdict in self.verdicts if verdict.command == command), self.verdicts[0])

    @property
    def recorded(self) -> bool:
        """Whether a record of the build says what it was made from."""
        return self._record is not None

    @cached_property
    def gone(self) -> tuple[str, ...]:
        """Watched files of the build that vanished, as far as that is why uv sees a change and a record names them."""
        changes = (change for verdict in self.verdicts for change in verdict.changes)
        if not any(change.field == "timestamp" and not change.newer for change in changes) or self._record is None:
            return ()
        is_file = self.installation.project.is_file
        return tuple(path for path in sorted(self._record.watched) if not is_file(path) and path[0] != "<")

    @cached_property
    def _record(self) -> Record | None:
        """The record, which for a large project takes as long to read as uv needs for its answer."""
        from cachekeys.errors import CacheKeysError
        from cachekeys.freshness.record import of_installation

        try:
            return of_installation(self.installation)
        except CacheKeysError:
            return None


def assess(installation: Installation) -> Assessment:
    """Ask for every verdict. Reads what is installed and stats files; runs nothing."""
    from cachekeys.freshness.verdict import judge, requests  # only with an environment

    return Assessment(installation, tuple(judge(installation, request) for request in requests(installation)))


# -- text --------------------------------------------------------------------------------------------------------------


def lines(assessment: Assessment) -> Iterator[Line]:
    """Yield what is installed, and one line for each verdict; those that say the same share one."""
    yield [("     installed: ", "bold"), (_what(assessment.installation), "")]
    said: dict[tuple[str, str], list[str]] = {}
    for verdict in assessment.verdicts:
        said.setdefault((verdict.outcome, reason(verdict, assessment)), []).append(_COMMANDS[verdict.command])
    for (outcome, why), commands in said.items():
        word, style = _OUTCOMES[outcome]
        yield [("     ", ""), (", ".join(commands), "bold"), (": ", ""), (word, style), (f" - {why}", "")]
    moved = {change.field for verdict in assessment.verdicts for change in verdict.changes}
    if moved and moved <= {"timestamp", "directories"} and assessment.recorded:
        hint = (
            "`cachekeys verify` tells whether any content differs; if none does, `cachekeys refresh` makes uv see that"
        )
        yield [(f"     {hint}", "dim")]


def _what(installation: Installation) -> str:
    where = shown_path(installation.environment.root)
    if not installation.installed:
        return f"nothing in {where}" if installation.unreadable is None else f"in {where}"
    parts = []
    for each in installation.installed:
        kind = {True: ", editable", False: "", None: ""}[each.editable]
        parts.append(f"{each.name} {each.version}{kind}{f', by {each.installer}' if each.installer else ''}")
    return f"{'; '.join(parts)}, in {where}"


def reason(verdict: Verdict, assessment: Assessment) -> str:
    """Return the one reason as a clause."""
    if verdict.reason == "cache-info":
        told = [_change(change, assessment.gone) for change in verdict.changes]
        more = f"; {len(told) - _SHOWN} more changes" if len(told) > _SHOWN else ""
        return "; ".join(told[:_SHOWN]) + more
    if verdict.reason == "no-cache-info":
        return _without_cache_info(assessment)
    return _REASONS[verdict.reason].format(was=verdict.was, now=verdict.now)


_REASONS = {
    "unchanged": "nothing that uv compares has changed",
    "not-a-package": "uv installs no project without [build-system], or with `package = false`",
    "reinstall-package": "the settings make uv build it on every command (`reinstall-package` or `reinstall`)",
    "not-installed": "it is not installed there",
    "installed-twice": "several distributions of its name are installed: {was}",
    "build-settings": "it was built with other build settings (then: {was}; now: {now})",
    "origin": "it was not installed from a local directory",
    "editable": "it is installed {was}, and asked for {now}",
    "path": "it was installed from {was}, and this is {now}",
    "cache-keys": "it refuses the cache keys: {now}",
    "tags": "its wheel ({was}) does not fit this Python or this machine",
    "version": "version {was} is installed, and {now} is asked for, although no key has changed",
    "unreadable": "{was} cannot be read ({now}), which makes every uv command fail in this environment: delete the file",
}


def _without_cache_info(assessment: Assessment) -> str:
    now = assessment.installation.now
    if now is not None and now.is_empty:
        return "no key resolves to anything, so uv writes no uv_cache.json and installs again every time (CK004)"
    installer = next((each.installer for each in assessment.installation.installed), "")
    return f"there is no uv_cache.json: {installer or 'whatever installed it'} wrote none"


def _change(change: Change, gone: tuple[str, ...]) -> str:
    if change.field == "timestamp":
        return _time(change, gone)
    if change.field == "commit":
        return f"the commit was {change.was or 'unknown'} and is {change.now or 'unknown'}"
    if change.field == "tags":
        if change.name is None:
            return f"there were {change.was or 'no readable tags'}, and are {change.now or 'no readable tags'}"
        return f"tag {change.name} {_became(change, 'was moved')}"
    if change.field == "env":
        if change.was is None or change.now is None:
            return f"variable {change.name} {_became(change, '')}"
        return f"variable {change.name} was {change.was} and is {f'{change.now} to another value' if change.was == change.now else change.now}"
    if change.was_ns and change.now_ns:
        return (
            f"directory {change.name} was made anew ({shown_time(change.was_ns)} then, {shown_time(change.now_ns)} now)"
        )
    return f"directory {change.name} was {change.was or 'no key'} and is {change.now or 'no key'}"


def _became(change: Change, changed: str) -> str:
    return "is new" if change.was is None else "is gone" if change.now is None else changed


def _time(change: Change, gone: tuple[str, ...]) -> str:
    then = f"newest then: {shown_time(change.was_ns)}" if change.was_ns is not None else "no file counted then"
    if change.newer:
        told = [f"{file.path} ({shown_time(file.ctime_ns)})" for file in change.newer[:_SHOWN]]
        more = f" and {len(change.newer) - _SHOWN} more" if len(change.newer) > _SHOWN else ""
        verb = "is" if len(change.newer) == 1 else "are"
        return f"{', '.join(told)}{more} {verb} newer than the installation ({then})"
    what = (
        f"{', '.join(gone[:_SHOWN])} vanished" if gone else "the newest file of then vanished, or is no longer watched"
    )
    now = f"newest now: {shown_time(change.now_ns)}" if change.now_ns is not None else "no file counts now"
    return f"{what} ({then}, {now})"


# -- JSON --------------------------------------------------------------------------------------------------------------


def document(assessment: Assessment) -> dict[str, Any]:
    """Return the part of the JSON document."""
    installation = assessment.installation
    return {
        "environment": shown_path(installation.environment.root),
        "distributions": [
            {
                "path": shown_path(each.path),
                "version": each.version,
                "installer": each.installer or None,
                "directory": None if each.directory is None else shown_path(each.directory),
                "editable": each.editable,
            }
            for each in installation.installed
        ],
        "recorded": assessment.recorded,
        "vanished": list(assessment.gone),
        "verdicts": verdict_documents(assessment),
    }


def verdict_documents(assessment: Assessment) -> list[dict[str, Any]]:
    """Return the verdicts for a JSON document."""
    return [
        {
            "command": verdict.command,
            "outcome": verdict.outcome,
            "reason": verdict.reason,
            "message": reason(verdict, assessment),
            "was": verdict.was,
            "now": verdict.now,
            "changes": [_changed(change) for change in verdict.changes],
        }
        for verdict in assessment.verdicts
    ]


def _changed(change: Change) -> dict[str, Any]:
    return {
        "field": change.field,
        "name": change.name,
        "was": change.was,
        "now": change.now,
        "was_ns": change.was_ns,
        "now_ns": change.now_ns,
        "newer": [{"file": file.path, "ctime_ns": file.ctime_ns, "key": file.key} for file in change.newer],
    }

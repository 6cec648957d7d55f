"""What differs between the record of a build and the tree: the words and the JSON of ``verify`` and ``refresh``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cachekeys.report.message import printable
from cachekeys.report.result import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cachekeys.freshness.installation import Installation
    from cachekeys.freshness.refresh import Plan
    from cachekeys.freshness.verify import Difference
    from cachekeys.record.reader import Record
    from cachekeys.report.console import Line

__all__ = ["refreshed", "refreshed_lines", "verified", "verified_lines"]

_STYLES = {"changed": "yellow", "added": "green", "removed": "red", "unknown": "bold red"}
_FILE = {
    "changed": "has another content",
    "added": "is new",
    "removed": "is gone",
    "unknown": "cannot be compared: it could not be read, then or now, or was too large to be recorded",
}


def verified_lines(installation: Installation, record: Record, differences: Sequence[Difference]) -> Iterator[Line]:
    """Yield one line for each difference, and the sum."""
    yield from _listed(differences)
    what = _what(installation)
    if differences:
        yield [(f"{what} was built from something else: {_count(differences)}.", "bold yellow")]
    else:
        files = "1 file" if len(record.files) == 1 else f"{len(record.files)} files"
        yield [(f"{what} was built from what is here: {files}, all with the same content.", "bold green")]


def refreshed_lines(plan: Plan, *, dry_run: bool) -> Iterator[Line]:
    """Yield what was done, or why nothing was."""
    what = _what(plan.installation)
    if plan.state == "differs":
        yield from _listed(plan.differences)
        yield [
            (f"{what} stays as it is, since more than times has changed: {_count(plan.differences)}.", "bold yellow")
        ]
        return
    if plan.state == "impossible":
        yield [(f"{what} stays as it is: uv would not be content with any uv_cache.json.", "bold red")]
    elif plan.state == "fresh":
        verb = "would be" if dry_run else "is"
        more = f"; its row in RECORD {verb} set right" if plan.files else ""
        yield [(f"{what} is fresh already{more}.", "green")]
    else:
        yield [(f"{what} {'would be' if dry_run else 'is'} fresh: nothing but times has changed.", "bold green")]
    if any(verdict.outcome != "fresh" for verdict in plan.verdicts):
        from cachekeys.report.verdict import Assessment, lines  # nothing to say about one that is fresh

        yield from lines(Assessment(plan.installation, plan.verdicts))


def _listed(differences: Sequence[Difference]) -> Iterator[Line]:
    width = max((len(_name(item)) for item in differences), default=0)
    for item in differences:
        yield [(f"{_name(item):<{min(width, 60)}}", "bold"), (f"  {_said(item)}", _STYLES[item.how])]


def _name(item: Difference) -> str:
    return printable({"git": f"git {item.what}", "env": f"${item.what}"}.get(item.kind, item.what))


def _said(item: Difference) -> str:
    if item.kind == "file":
        roles = [word for word, on in (("the build reads it", item.input), ("uv watches it", item.watched)) if on]
        return f"{_FILE[item.how]} ({', '.join(roles)})" if roles else _FILE[item.how]
    if item.kind == "directory":
        return "exists now" if item.how == "added" else "is gone"
    if item.kind == "git":
        return "is another" if item.what == "commit" else "are others"
    return {
        "added": "is set now",
        "removed": "is no longer set",
        "changed": "has another value",
        "unknown": "cannot be compared: no value was recorded",
    }[item.how]


def _count(differences: Sequence[Difference]) -> str:
    return "1 difference" if len(differences) == 1 else f"{len(differences)} differences"


def _what(installation: Installation) -> str:
    version = installation.installed[0].version
    return f"{installation.name} {version} in {shown_path(installation.environment.root)}"


# -- JSON --------------------------------------------------------------------------------------------------------------


def verified(installation: Installation, record: Record, differences: Sequence[Difference]) -> dict[str, Any]:
    """Return the document of ``cachekeys verify``."""
    return {
        **_header(installation),
        "identical": not differences,
        "mode": record.mode,
        "compared": len(record.files),
        "differences": _documents(differences),
    }


def refreshed(plan: Plan, *, dry_run: bool) -> dict[str, Any]:
    """Return the document of ``cachekeys refresh``."""
    from cachekeys.report.verdict import Assessment, verdict_documents  # only for this format

    return {
        **_header(plan.installation),
        "state": plan.state,
        "dry_run": dry_run,
        "files": [shown_path(path) for path, _ in plan.files],
        "differences": _documents(plan.differences),
        "verdicts": verdict_documents(Assessment(plan.installation, plan.verdicts)),
    }


def _header(installation: Installation) -> dict[str, Any]:
    from cachekeys.report.document import SCHEMA_VERSION  # only for this format

    installed = installation.installed[0]
    return {
        "schema_version": SCHEMA_VERSION,
        "path": shown_path(installation.project.root),
        "name": installation.name,
        "version": installed.version,
        "environment": shown_path(installation.environment.root),
        "distribution": shown_path(installed.path),
    }


def _documents(differences: Sequence[Difference]) -> list[dict[str, Any]]:
    return [
        {"kind": item.kind, "what": item.what, "how": item.how, "input": item.input, "watched": item.watched}
        for item in differences
    ]

"""The text of ``cachekeys inputs``: what the build reads, why we think so, and which key watches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.report.message import count, place
from cachekeys.report.result import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.coverage import InputCoverage
    from cachekeys.inputs.model import BuildInput
    from cachekeys.report.console import Line
    from cachekeys.report.result import Result

__all__ = ["describe", "lines"]

_GIT = {"commit": "the current git commit", "tags": "the git tags"}


def lines(result: Result) -> Iterator[Line]:
    """Yield every input with its reader, then what the build writes and what could not be determined."""
    for number, analysis in enumerate(result.analyses):
        if number:
            yield []
        yield from _project(analysis)


def describe(item: BuildInput, files: int) -> str:
    """Return the input as one would say it."""
    if item.kind == "git":
        return _GIT.get(item.what, f"git {item.what}")
    if item.kind == "env":
        return f"${item.what}"
    if item.kind == "files":
        return f"{item.what} ({files} file{'' if files == 1 else 's'})"
    return item.what if files else f"{item.what} (missing)"


def watched_by(entry: InputCoverage) -> tuple[str, str]:
    """Return who watches the input, and a style. Keys are counted from 1, as ``explain`` lists them."""
    keys = ", ".join(str(index + 1) for index in entry.covered_by)
    by_key = f"key {keys}" if keys else ""
    if not entry.is_gap:
        return (by_key, "green") if keys else ("nothing to watch", "dim")
    if entry.by_commit_only:
        return "commit only", "cyan"
    return (f"{by_key}, in part", "yellow") if keys else ("not watched", "bold red")


def _project(analysis: Analysis) -> Iterator[Line]:
    entries = analysis.coverage.entries
    name = f" ({analysis.project.name})" if analysis.project.name else ""
    yield [
        (f"{shown_path(analysis.project.root)}{name}", "bold"),
        (f": {count(len(entries), 'input')}, {analysis.mode} installation", ""),
    ]
    for entry in sorted(entries, key=_order):
        if not entry.input.optional:
            watcher, style = watched_by(entry)
            yield [
                (describe(entry.input, len(entry.files)), "bold"),
                (f"  [{watcher}]", style),
                (f"  {_traits(entry.input)}", "dim"),
            ]
            yield [(f"    {place(entry.input.origin)}: {entry.input.why}", "")]
            yield from _chain(entry.input)
    yield from _overrides([entry.input for entry in entries if entry.input.optional])
    if analysis.inputs.outputs:
        yield [("Written by the build, not to be watched:", "bold")]
        for output in analysis.inputs.outputs:
            yield [(f"    {output.what}", ""), (f"  {place(output.origin)}: {output.why}", "dim")]
    if analysis.inputs.unresolved:
        yield [("Could not be determined:", "bold")]
        yield from ([(f"    {place(item.origin)}: {item.message}", "")] for item in analysis.inputs.unresolved)


def _chain(item: BuildInput) -> Iterator[Line]:
    """Yield the places between the reader and the name that it reads, which the line before does not show."""
    places = dict.fromkeys(place(step) for step in item.chain if step != item.origin)
    if places:
        yield [(f"        through {' -> '.join(places)}", "dim")]


def _overrides(inputs: list[BuildInput]) -> Iterator[Line]:
    """Yield overrides that are normally not set and texts that nobody reads; several from one place share a block."""
    places: dict[tuple[str, str], list[str]] = {}
    for item in inputs:
        places.setdefault((place(item.origin), item.why), []).append(describe(item, 1))
    if places:
        yield [("Read as well, but no key is needed:", "bold")]
    for (where, why), whats in places.items():
        yield [(f"    {', '.join(whats)}", "")]
        yield [(f"        {where}: {why}", "dim")]


def _order(entry: InputCoverage) -> tuple[object, ...]:
    """Sort what is not watched to the top, then by where it comes from."""
    origin = entry.input.origin
    return (not entry.is_gap, origin.file, origin.line or 0, entry.input.kind, entry.input.what)


def _traits(item: BuildInput) -> str:
    return f"{item.role}, {item.confidence}, found by {item.detector or 'the caller'}"

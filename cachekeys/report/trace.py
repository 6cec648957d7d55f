"""The text and the document of ``cachekeys trace``: what a real build read, against the keys and against the static analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cachekeys.report.check import STYLES
from cachekeys.report.message import count, place
from cachekeys.report.result import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.findings import Finding
    from cachekeys.report.console import Line
    from cachekeys.trace.compare import Agreement, Comparison
    from cachekeys.trace.judge import Sighting

__all__ = ["document", "lines"]

_MANY = 8
_FEW = 4
"""Things of one kind that are listed before the rest is only counted: what calls for action, and the rest. The document and the page have all."""


# -- text --------------------------------------------------------------------------------------------------------------


def lines(comparison: Comparison) -> Iterator[Line]:
    """Yield the report: a few lines when all that the build read is watched."""
    from cachekeys.fix.synthesis import complete_keys, paste

    yield _headline(comparison)
    yield []
    findings = comparison.findings
    proposed = frozenset(complete_keys(comparison.combined)) if findings else frozenset()
    said: set[str] = set()
    for finding in findings:
        yield from _finding(comparison, finding, proposed, said)
    yield from _contents(comparison)
    yield from _absent(comparison)
    yield from _misses(comparison)
    yield from _unread(comparison)
    yield from _blind(comparison)
    block = paste(comparison.combined) if comparison.findings else ""
    if block:
        from cachekeys.report.check import paste_lines

        yield from paste_lines(comparison.combined, block)
    yield from _summary(comparison)


def _headline(comparison: Comparison) -> Line:
    trace, project = comparison.trace, comparison.analysis.project
    name = f" ({project.name})" if project.name else ""
    isolated = "isolated" if trace.isolated else "not isolated"
    kind = "an editable wheel" if trace.mode == "editable" else "a wheel"
    end = "" if trace.exit_code == 0 else f", FAILED with exit code {trace.exit_code}"
    return [
        (f"{shown_path(project.root)}{name}", "bold"),
        (f": {trace.front_end} built {kind}, {isolated}, in {trace.seconds:.1f} s", ""),
        (end, "bold red"),
    ]


def _finding(comparison: Comparison, finding: Finding, proposed: frozenset[str], said: set[str]) -> Iterator[Line]:
    where = ":".join(str(part) for part in (finding.file, finding.line, finding.column) if part is not None)
    yield [
        (f"{where}: ", "bold"),
        (finding.code, STYLES[finding.severity]),
        (f" {finding.name} ", ""),
        (f"[{finding.severity}, {finding.confidence}]", "dim"),
    ]
    yield [(f"    {finding.message}", "")]
    command = comparison.command(finding)
    if command:
        again = command in said
        said.add(command)
        yield [("    by: ", "dim"), (f"{command.partition(' ')[0]}, as above" if again else command, "dim")]
    is_closed_below = finding.severity != "info" and not finding.code.startswith("CK3")
    if finding.fix is not None and not is_closed_below and not proposed.issuperset(finding.fix.keys or {""}):
        yield [("    fix: ", "bold"), (finding.fix.title, "")]
    yield []


def _contents(comparison: Comparison) -> Iterator[Line]:
    files = comparison.uncovered_contents
    if files:
        yield [
            ("These files go into the wheel as they are, and no key watches them", "bold"),
            (" (an editable installation needs none):", "dim"),
        ]
        yield from _listed([(name, "") for name in files], closing=comparison.contents_keys)


def _absent(comparison: Comparison) -> Iterator[Line]:
    if comparison.absent:
        yield [("The build looked for these in vain, and no key would notice that they appear:", "bold")]
        yield from _listed([(each.what, _reader(each)) for each in comparison.absent])


def _misses(comparison: Comparison) -> Iterator[Line]:
    if comparison.misses:
        yield [
            ("Only the trace shows these inputs", "bold"),
            (" (`cachekeys check` knows them from a stored trace):", "dim"),
        ]
        yield from _listed([(_named(each), _reader(each)) for each in comparison.misses])


def _unread(comparison: Comparison) -> Iterator[Line]:
    if comparison.unread:
        yield [("Named by the analysis, but not used in this build:", "bold")]
        yield from _listed(
            [(_thing(each.input.kind, each.input.what, each.files), each.reason) for each in comparison.unread], _FEW
        )


def _blind(comparison: Comparison) -> Iterator[Line]:
    trace = comparison.trace
    sentences = [
        f"which variables matter to {place(origin)}, which looks at all of them"
        for origin in trace.iterates_environment
    ]
    if "status" in trace.git and comparison.trace.git != {"status"}:
        sentences.append(
            "whether the tree has uncommitted changes, for which the build asks git: no key can watch that"
        )
    if trace.blind or sentences:
        yield [("What could not be seen, or not be watched:", "bold")]
        yield from ([(f"    {sentence}", "")] for sentence in (*trace.blind, *sentences))
        yield []


def _summary(comparison: Comparison) -> Iterator[Line]:
    files, variables = comparison.files, comparison.variables
    depends = [count(files.traced, "file")] + [count(variables.traced, "variable")] * bool(variables.traced)
    knew = [f"{_share(files.found, files.traced, files.recall)} of the files"]
    if variables.traced:
        knew.append(f"{_share(variables.found, variables.traced, variables.recall)} of the variables")
    written = f"; it wrote {count(len(comparison.outputs), 'file')} into the tree" if comparison.outputs else ""
    yield [(f"The build depends on {' and '.join(depends)}{written}.", "")]
    used = f"of the files that it names, {_share(files.used, files.static, files.precision)} were used"
    yield [(f"The analysis knew {' and '.join(knew)}; {used}.", "dim")]
    severities: list[str] = [finding.severity for finding in comparison.findings]
    if comparison.trace.exit_code:
        yield [("The build failed: what it would have read later is missing here.", "bold red")]
    if not severities and not files.traced:
        yield [("What the build read was not seen.", "bold yellow")]
        return
    if not severities:
        rest = "Apart from these package sources, all" if comparison.uncovered_contents else "All"
        yield [(f"{rest} that the build read is watched.", "bold green")]
        return
    counts = [
        count(number, noun)
        for severity, noun in (("error", "error"), ("warning", "warning"), ("info", "note"))
        if (number := severities.count(severity))
    ]
    if counts:
        style = next(STYLES[level] for level in STYLES if level in severities)
        yield [(f"Found {' and '.join(filter(None, (', '.join(counts[:-1]), counts[-1])))}.", style)]


def _listed(items: list[tuple[str, str]], most: int = _MANY, closing: tuple[str, ...] = ()) -> Iterator[Line]:
    for what, note in items[:most]:
        yield [(f"    {what}", ""), (f"  {note}" if note else "", "dim")]
    if len(items) > most:
        yield [(f"    and {len(items) - most} more", "dim")]
    if closing:
        yield [("    fix: ", "bold"), (f"if you install wheels of it, add {', '.join(closing)}", "")]
    yield []


def _reader(sighting: Sighting) -> str:
    command = sighting.telling_command
    at = f"at {place(sighting.origin)}" if sighting.origin else ""
    by = (
        f"by {command}"
        if command
        else ""
        if at or sighting.readers == ("Python",)
        else f"by {', '.join(sighting.readers)}"
    )
    return " ".join(filter(None, (at, by))) or "by the build back end"


def _named(sighting: Sighting) -> str:
    return _thing(sighting.kind, sighting.what, ())


def _thing(kind: str, what: str, files: tuple[str, ...]) -> str:
    if kind == "git":
        return "the current git commit" if what == "commit" else "the git tags"
    if kind == "files":
        return f"{what} ({count(len(files), 'file')})" if len(files) > 1 else files[0]
    return f"${what}" if kind == "env" else what


def _share(part: int, whole: int, share: float) -> str:
    # Rounded down: 100 % is said only of all.
    return f"{part} of {whole} ({int(share * 1000) / 10:g} %)" if whole else "none"


# -- document ----------------------------------------------------------------------------------------------------------


def document(comparison: Comparison) -> dict[str, Any]:
    """Return the document of ``cachekeys trace --format json``; no value of a variable is in it."""
    from cachekeys.fix.synthesis import complete_keys
    from cachekeys.report import document as common

    analysis, trace = comparison.combined, comparison.trace
    matched = _keys_of(comparison)
    return {
        "schema_version": common.SCHEMA_VERSION,
        **common.header(analysis),
        "build": {
            "front_end": trace.front_end,
            "mode": trace.mode,
            "isolated": trace.isolated,
            "exit_code": trace.exit_code,
            "seconds": round(trace.seconds, 3),
            "observers": list(trace.observers),
        },
        "keys": [common.describe_key(analysis, key) for key in analysis.watch.keys],
        "files": [_file(comparison, each, matched) for each in comparison.sightings if each.kind == "file"],
        "environment": [_variable(comparison, each) for each in comparison.sightings if each.kind == "env"],
        "git": [_git(comparison, each) for each in comparison.sightings if each.kind == "git"],
        "git_status": "status" in trace.git,
        "iterates_environment": [common.describe_origin(origin) for origin in trace.iterates_environment],
        "outputs": [
            {"path": each.path, "matched_by": list(each.keys), "foretold": each.foretold} for each in comparison.outputs
        ],
        "unread": [
            {
                "kind": each.input.kind,
                "what": each.input.what,
                "files": list(each.files),
                "reason": each.reason,
                "detector": each.input.detector,
                "origin": common.describe_origin(each.input.origin),
            }
            for each in comparison.unread
        ],
        "absent": [each.what for each in comparison.absent],
        "uncovered_contents": list(comparison.uncovered_contents),
        "contents_keys": list(comparison.contents_keys),
        "agreement": {"files": _agreement(comparison.files), "environment": _agreement(comparison.variables)},
        "processes": [
            {"number": each.number, "parent": each.parent, "arguments": list(each.arguments)}
            for each in trace.processes
        ],
        "blind": list(trace.blind),
        "findings": [common.describe_finding(finding) for finding in comparison.findings],
        "proposed_keys": list(complete_keys(analysis)),
    }


def _keys_of(comparison: Comparison) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for index, names in sorted(comparison.analysis.coverage.matched.items()):
        for name in names:
            found.setdefault(name, []).append(index)
    return found


def _file(comparison: Comparison, sighting: Sighting, matched: dict[str, list[int]]) -> dict[str, Any]:
    item = sighting.input
    return {
        "path": sighting.what,
        "access": sighting.access,
        "written": sighting.is_written,
        **_traits(comparison, sighting),
        "role": item.role if item else None,
        "affects": item.affects if item else None,
        "covered_by": matched.get(sighting.what, []),
    }


def _variable(comparison: Comparison, sighting: Sighting) -> dict[str, Any]:
    return {"name": sighting.what, "is_set": sighting.is_set, **_traits(comparison, sighting)}


def _git(comparison: Comparison, sighting: Sighting) -> dict[str, Any]:
    return {"what": sighting.what, **_traits(comparison, sighting)}


def _traits(comparison: Comparison, sighting: Sighting) -> dict[str, Any]:
    from cachekeys.report.document import describe_origin

    return {
        "verdict": sighting.verdict,
        "reason": sighting.reason,
        "state": comparison.state(sighting),
        "known": sighting.known,
        "readers": list(sighting.readers),
        "processes": list(sighting.processes),
        "origin": describe_origin(sighting.origin) if sighting.origin else None,
    }


def _agreement(found: Agreement) -> dict[str, Any]:
    return {
        "traced": found.traced,
        "found": found.found,
        "static": found.static,
        "used": found.used,
        "recall": round(found.recall, 4),
        "precision": round(found.precision, 4),
    }

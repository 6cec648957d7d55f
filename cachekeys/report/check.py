"""The text of ``cachekeys check``: what, where, why, the user's own line, and at the end what to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.report.message import count
from cachekeys.report.result import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding
    from cachekeys.report.console import Line
    from cachekeys.report.result import Result

__all__ = ["STYLES", "lines", "paste_lines", "summary"]

STYLES = {"error": "bold red", "warning": "yellow", "info": "cyan"}
_LONGEST = 120  # characters of the user's line


def lines(result: Result) -> Iterator[Line]:
    """Yield the report; one short line when there is nothing to say."""
    several = len(result.analyses) + len(result.failures) > 1
    for analysis in result.analyses:
        if not analysis.findings:
            continue
        root = shown_path(analysis.project.root)
        if several:
            yield [
                ("-- ", "dim"),
                (root, "bold"),
                (f" ({analysis.project.name})" if analysis.project.name else "", "dim"),
            ]
            yield []
        yield from _project(analysis, "" if root == "." else f"{root}/")
    if result.analyses:
        yield summary(result)


def summary(result: Result) -> Line:
    """Return the last line: the counts, or that all is well."""
    findings = [finding for analysis in result.analyses for finding in analysis.findings]
    projects = len(result.analyses)
    if not findings:
        where = f" ({projects} projects)" if projects > 1 else ""
        return [(f"All checks passed{where}.", "bold green")]
    counts = [
        count(number, noun)
        for severity, noun in (("error", "error"), ("warning", "warning"), ("info", "note"))
        if (number := sum(finding.severity == severity for finding in findings))
    ]
    style = next(STYLES[level] for level in STYLES if any(finding.severity == level for finding in findings))
    where = f" in {count(projects, 'project')}" if projects > 1 else ""
    return [(f"Found {_join(counts)}{where}.", style)]


def _project(analysis: Analysis, prefix: str) -> Iterator[Line]:
    from cachekeys.fix.synthesis import complete_keys, paste  # a project without findings does not pay

    proposed = frozenset(complete_keys(analysis))
    for finding in analysis.findings:
        yield from _finding(analysis, finding, prefix)
        if finding.fix is not None and not (finding.fix.keys and proposed.issuperset(finding.fix.keys)):
            yield [("    fix: ", "bold"), (finding.fix.title, "")]
        yield []
    block = paste(analysis)
    if block:
        yield from paste_lines(analysis, block)


def _finding(analysis: Analysis, finding: Finding, prefix: str) -> Iterator[Line]:
    place = ":".join(
        str(part) for part in (f"{prefix}{finding.file}", finding.line, finding.column) if part is not None
    )
    style = STYLES[finding.severity]
    yield [
        (f"{place}: ", "bold"),
        (finding.code, style),
        (f" {finding.name} ", ""),
        (f"[{finding.severity}, {finding.confidence}]", "dim"),
    ]
    yield [(f"    {finding.message}", "")]
    excerpt = _excerpt(analysis, finding)
    if excerpt:
        yield [(f"    {finding.line} | ", "dim"), (excerpt, "dim")]


def _excerpt(analysis: Analysis, finding: Finding) -> str:
    if not finding.line or finding.file.startswith("../"):
        return ""
    text = analysis.project.read_text(finding.file) or ""
    found = text.split("\n")[finding.line - 1 : finding.line]
    shown = found[0].strip().replace("\t", " ") if found else ""
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]} ..."


def paste_lines(analysis: Analysis, block: str) -> Iterator[Line]:
    """Yield the block of TOML with what to do with it."""
    instruction, has_table = _instruction(analysis)
    yield [(f"{instruction}:", "bold")]
    yield []
    for text in block.rstrip("\n").split("\n")[has_table:]:  # a second [tool.uv] header would be invalid TOML
        yield [(text, "green")]
    yield []


def _instruction(analysis: Analysis) -> tuple[str, bool]:
    """Return what to do with the block, and whether the table that it belongs to exists."""
    document = analysis.project.pyproject
    if document is None:
        return "To close the gaps, create pyproject.toml with this", False
    if document.get("tool", "uv", "cache-keys") is not None:
        line = document.position("tool", "uv", "cache-keys").line
        return f"To close the gaps, replace cache-keys in [tool.uv] (pyproject.toml:{line}) by this", True
    if document.get("tool", "uv") is not None:
        return f"To close the gaps, add this to [tool.uv] (pyproject.toml:{document.position('tool', 'uv').line})", True
    return "To close the gaps, add this to pyproject.toml", False


def _join(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))

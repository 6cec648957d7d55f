"""What the CK1xx rules share: which rule an input belongs to, how gaps are folded into findings, and the sentence.

A gap is reported once. The defaults that a list has dropped (pyproject.toml, setup.py, setup.cfg) are CK003's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.rules.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.coverage import InputCoverage
    from cachekeys.inputs.model import BuildInput
    from cachekeys.rules.model import Finding, Rule, Severity

__all__ = ["code_of", "gaps", "names", "report", "severity"]

_DEFAULT_FILES = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})
_RULE_OF_ROLE = {
    "scm-version": "CK103",
    "dynamic-file": "CK103",
    "requirements": "CK104",
    "manifest": "CK105",
    "build-script": "CK106",
    "native-source": "CK107",
    "build-config": "CK108",
    "environment": "CK109",
}
_SEVERITY: dict[str, Severity] = {"certain": "error", "likely": "warning", "possible": "info"}
_STALE = {
    "version": "the old version",
    "dependencies": "the old dependencies",
    "metadata": "the old text in its metadata",
    "code": "the old code",
    "contents": "the old files",
}
_FEW = 3


def code_of(item: BuildInput) -> str:
    """Return the code of the one rule that reports a gap of this input."""
    if item.kind == "git":
        return "CK102" if item.what == "tags" else "CK101"
    if item.kind == "env":
        return "CK109"
    if item.detector == "defaults" or (item.kind == "file" and item.what in _DEFAULT_FILES):
        return "CK003"
    return _RULE_OF_ROLE[item.role]


def gaps(analysis: Analysis, code: str) -> tuple[InputCoverage, ...]:
    """Return the gaps that belong to the rule *code*."""
    return tuple(entry for entry in analysis.gaps if code_of(entry.input) == code)


def severity(entry: InputCoverage) -> Severity:
    """Return how bad the gap is: as sure as the input is; a remark where a commit shows it or only a text is affected."""
    if entry.by_commit_only or entry.input.affects == "metadata" or not entry.is_gap:
        return "info"
    return _SEVERITY[entry.input.confidence]


def report(rule: Rule, analysis: Analysis, *, fold: bool = False) -> Iterator[Finding]:
    """Yield a finding for each gap of *rule*.

    Gaps that come from one line make one finding; with *fold*, those that come from one file.
    """
    groups: dict[tuple[object, ...], list[InputCoverage]] = {}
    for entry in gaps(analysis, rule.code):
        origin = entry.input.origin
        at = (origin.file,) if fold else (origin.file, origin.line)
        key = (*at, severity(entry), entry.input.confidence, entry.input.affects, _state(entry))
        groups.setdefault(key, []).append(entry)
    for group in groups.values():
        group.sort(key=lambda entry: (entry.input.origin.line or 0, entry.input.origin.column or 0, entry.input.what))
        first = group[0].input
        keys = analysis.plan.keys_for(entry.input for entry in group)
        yield rule.finding(
            _sentence(group),
            first.origin,
            first.what,
            severity=severity(group[0]),
            confidence=first.confidence,
            fix=Fix(f"add {', '.join(keys)} to cache-keys", keys) if keys else None,
        )


def names(paths: Iterable[str]) -> str:
    """Return a few of the paths in backticks and count the rest."""
    found = list(dict.fromkeys(paths))
    shown = found if len(found) <= _FEW + 1 else found[:_FEW]
    quoted = [f"`{path}`" for path in shown]
    if len(found) > len(shown):
        return f"{', '.join(quoted)} and {len(found) - len(shown)} more"
    return " and ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))


def _state(entry: InputCoverage) -> str:
    if not entry.is_gap:
        return "new"
    if entry.by_commit_only:
        return "commit"
    return "untracked" if entry.untracked else "open"


def _sentence(group: list[InputCoverage]) -> str:
    """Say what is not watched, who reads it, and what uv does: one sentence with the consequence."""
    item = group[0].input
    state = _state(group[0])
    reasons = {entry.input.why.rstrip(".") for entry in group}
    why = f" ({reasons.pop()})" if len(reasons) == 1 else ""
    stale = f"uv keeps the stale install with {_STALE[item.affects]}"
    if item.kind == "env":
        what = names(entry.input.what for entry in group)
        noun = "variable" if len(group) == 1 else "variables"
        return f"no key watches the environment {noun} {what}{why}: after a change {stale}"
    if state == "new":
        what = names(entry.input.what for entry in group)
        return f"the keys name each file of {what}{why}: a new one, such as `{group[0].new_file}`, is not noticed and {stale}"
    files = [name for entry in group for name in (entry.untracked or entry.uncovered)]
    what = names(files)
    if state == "commit":
        return f"only the git commit key stands for {what}{why}: before an edit is committed, {stale}"
    if state == "untracked":
        them = "it" if len(set(files)) == 1 else "them"
        return f"no key watches {what}{why}, and the commit key does not either, since git does not track {them}: after an edit {stale}"
    return f"no key watches {what}{why}: after an edit {stale}"

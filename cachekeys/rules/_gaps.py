"""What the CK1xx rules share: which rule an input belongs to, how gaps are folded into findings, and the sentence.

A gap is reported once. The defaults that a list has dropped (pyproject.toml, setup.py, setup.cfg) are CK003's.
"""

from __future__ import annotations

import re
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
_MANY = 12


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
        if not keys and _state(group[0]) == "new":
            continue  # no glob could do better than the names
        yield rule.finding(
            _sentence(group, _FEW if fold else _MANY),
            first.origin,
            first.what,
            severity=severity(group[0]),
            confidence=first.confidence,
            fix=Fix(f"add {', '.join(keys)} to cache-keys", keys) if keys else None,
        )


def names(paths: Iterable[str], most: int = _MANY) -> str:
    """Return the paths in backticks; of more than *most*, a few, and count the rest."""
    found = list(dict.fromkeys(paths))
    shown = found if len(found) <= most else found[:_FEW]
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


def _sentence(group: list[InputCoverage], most: int) -> str:
    """Say what is not watched, who reads it, and what uv does: one sentence with the consequence."""
    item, state = group[0].input, _state(group[0])
    stale = f"uv keeps the stale install with {_STALE[item.affects]}"
    if item.kind == "env":
        whats = [entry.input.what for entry in group]
        noun = "variable" if len(whats) == 1 else "variables"
        return (
            f"no key watches the environment {noun} {names(whats, most)}{_although(group, whats)}: after a change uv keeps the "
            "stale install that was built with the old value"
        )
    if state == "new":
        whats = [entry.input.what for entry in group]
        return (
            f"the keys name one by one the files of {names(whats, most)}{_although(group, whats)}: a new one, such as "
            f"`{group[0].new_file}`, is not noticed, and {stale}"
        )
    files = list(dict.fromkeys(name for entry in group for name in (entry.untracked or entry.uncovered)))
    what = names(files, most)
    if state == "commit":
        return (
            f"only the git commit key stands for {what}{_although(group, files)}: before an edit is committed, {stale}"
        )
    if state == "untracked":
        them = "it" if len(files) == 1 else "them"
        return (
            f"no key watches {what}{_although(group, files)}, and git does not track {them}, so that the commit key does not "
            f"help either: after an edit {stale}"
        )
    return f"no key watches {what}{_although(group, files)}: after an edit {stale}"


def _although(group: list[InputCoverage], subjects: list[str]) -> str:
    """Return the reason as a subordinate clause, "" when the members of the group have different ones."""
    reasons = {entry.input.why.rstrip(".") for entry in group}
    if len(reasons) > 1:
        reasons = {re.sub(r" \([^()]*\)$", "", reason) for reason in reasons}  # "(called from line 7)" and the like
    if len(reasons) > 1:
        return ""
    reason = reasons.pop()
    if len(subjects) > 1 and not reason.startswith("it "):
        reason = re.sub(r"\bit\b", "them", reason)
    return f", although {reason}"

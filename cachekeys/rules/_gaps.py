"""What the CK1xx rules share: which rule an input belongs to, how gaps are folded into findings, and the sentence.

A gap is reported once. The defaults that a list has dropped (pyproject.toml, setup.py, setup.cfg) are CK003's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.fix.synthesis import plan_of
from cachekeys.rules._chains import Chains
from cachekeys.rules.codes import code_of
from cachekeys.uv.keys import GitKey
from cachekeys.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.coverage import InputCoverage
    from cachekeys.findings import Finding, Severity
    from cachekeys.rules.model import Rule

__all__ = ["gaps", "git_key", "names", "report", "severity"]

_SEVERITY: dict[str, Severity] = {"certain": "error", "likely": "warning", "possible": "info"}
_STALE = {
    "version": "the old version",
    "dependencies": "the old dependencies",
    "metadata": "the old text in its metadata",
    "code": "the old code",
    "contents": "the old files",
}
_FEW = 3
"""Places in one file that make findings of their own, and files that a folded finding names."""
_MANY = 12
"""Things that any other finding names before it begins to count."""
_PLURALS = {"is": "are", "has": "have"}
_CROWD = 3
"""Findings along one chain of files that lead to each other (imports, includes) before they make one."""


def gaps(analysis: Analysis, code: str) -> tuple[InputCoverage, ...]:
    """Return the gaps that belong to the rule *code*."""
    return tuple(entry for entry in analysis.gaps if code_of(entry.input) == code)


def git_key(analysis: Analysis) -> int | None:
    """Return the index of the git key that a fix completes, None where it adds one."""
    return next((key.index for key in analysis.watch.keys if isinstance(key, GitKey)), None)


def severity(entry: InputCoverage) -> Severity:
    """Return how bad the gap is: as sure as the input is; a remark where a commit shows it or only a text is affected."""
    if entry.by_commit_only or entry.input.affects == "metadata" or not entry.is_gap:
        return "info"
    return _SEVERITY[entry.input.confidence]


def report(rule: Rule, analysis: Analysis, *, fold: bool = False) -> Iterator[Finding]:
    """Yield a finding for each place that makes the build read something that no key watches.

    Many places in one file make one finding together, which names the lines; with *fold* all make one.
    """
    chains = Chains(analysis.gaps)
    entries = tuple(entry for entry in _once(analysis.gaps) if code_of(entry.input) == rule.code)
    for group in _groups(entries, chains, fold=fold):
        first = group[0].input
        keys = plan_of(analysis).keys_for(entry.input for entry in group)
        if not keys and _state(group[0]) == "new":
            continue  # no glob could do better than the names
        yield rule.finding(
            _sentence(group, chains, fold=fold),
            first.origin,
            first.what,
            severity=severity(group[0]),
            confidence=first.confidence,
            fix=Fix(f"add {', '.join(keys)} to cache-keys", keys) if keys else None,
        )


def _groups(entries: tuple[InputCoverage, ...], chains: Chains, *, fold: bool) -> Iterator[list[InputCoverage]]:
    """Put those gaps together that make one finding, the most telling one first."""
    alike: dict[tuple[object, ...], list[InputCoverage]] = {}
    read = {entry.input.what for entry in entries}
    for entry in entries:
        traits = (severity(entry), entry.input.confidence, entry.input.affects, _state(entry))
        alike.setdefault((*traits, "" if fold else entry.input.origin.file), []).append(entry)
    for family in _families(alike, chains):
        # A header's origin is the source that includes it; the script that names the source says more.
        family.sort(key=lambda entry: (entry.input.origin.file in read, *_place(entry), entry.input.what))
        places: dict[tuple[str, int, int], list[InputCoverage]] = {}
        for entry in family:
            places.setdefault((*_place(entry)[:2], 0), []).append(entry)
        yield from [family] if fold or len(places) > _FEW else places.values()


def _families(alike: dict[tuple[object, ...], list[InputCoverage]], chains: Chains) -> Iterator[list[InputCoverage]]:
    """Put those together that one file has led to, through others that are not watched either, when they are a crowd.

    A build script that imports the package leads to a hundred modules, which import each other, and a ``meson.build`` to those of a
    hundred directories, which install what is there: that is one thing to know.
    """
    families: dict[tuple[object, ...], list[list[InputCoverage]]] = {}
    for traits, group in alike.items():
        families.setdefault((*traits[:-1], chains.top(str(traits[-1]))), []).append(group)
    for groups in families.values():
        yield from [[entry for group in groups for entry in group]] if len(groups) > _CROWD else groups


def _once(entries: tuple[InputCoverage, ...]) -> Iterator[InputCoverage]:
    """Name each file once over all rules, in its surest role: a glob repeats files that are named, or that certainly are read."""
    told: set[str] = set()
    ranks = ("error", "warning", "info")
    for entry in sorted(entries, key=lambda entry: (ranks.index(severity(entry)), entry.input.kind)):
        fresh = tuple(name for name in entry.uncovered if name not in told)
        told.update(fresh)
        if entry.uncovered and not fresh:
            continue
        yield replace(entry, uncovered=fresh, untracked=tuple(name for name in entry.untracked if name in fresh))


def _place(entry: InputCoverage) -> tuple[str, int, int]:
    origin = entry.input.origin
    return (origin.file, origin.line or 0, origin.column or 0)


def names(paths: Iterable[str], most: int = _MANY) -> str:
    """Return the paths in backticks; of more than *most*, a few, and count the rest."""
    return _listed([f"`{path}`" for path in dict.fromkeys(paths)], most)


def _listed(labels: list[str], most: int) -> str:
    shown = most if most <= _FEW else most * 2 // 3
    if len(labels) > most:
        return f"{', '.join(labels[:shown])} and {len(labels) - shown} more"
    return " and ".join(filter(None, (", ".join(labels[:-1]), labels[-1])))


def _state(entry: InputCoverage) -> str:
    if not entry.is_gap:
        return "new"
    if entry.by_commit_only:
        return "commit"
    return "untracked" if entry.untracked else "open"


def _sentence(group: list[InputCoverage], chains: Chains, *, fold: bool) -> str:
    """Say what is not watched, who reads it, and what uv does: one sentence with the consequence."""
    item, state = group[0].input, _state(group[0])
    what, why, many = _subjects(group, chains, fold=fold)
    stale = f"uv keeps the stale install with {_STALE[item.affects]}"
    if item.kind == "env":
        noun = "variables" if many else "variable"
        return (
            f"no key watches the environment {noun} {what}{why}: after a change uv keeps the stale install that was built "
            "with the old value"
        )
    if state == "new":
        return f"the keys name one by one the files of {what}{why}: a new one, such as `{group[0].new_file}`, is not noticed, and {stale}"
    if state == "commit":
        return f"only the git commit key stands for {what}{why}: before an edit is committed, {stale}"
    if state == "untracked":
        them = "them" if many else "it"
        return (
            f"no key watches {what}{why}, and git does not track {them}, so that the commit key does not help either: "
            f"after an edit {stale}"
        )
    return f"no key watches {what}{why}: after an edit {stale}"


def _subjects(group: list[InputCoverage], chains: Chains, *, fold: bool) -> tuple[str, str, bool]:
    """Return what the finding is about, the reason as a subordinate clause, and whether it is several things."""
    where: dict[str, int | None] = {}
    for entry in group:
        whole = entry.input.kind == "env" or not entry.is_gap
        for name in [entry.input.what] if whole else entry.untracked or entry.uncovered:
            where.setdefault(name, entry.input.origin.line)
    origins = {(entry.input.origin.file, entry.input.origin.line) for entry in group}
    lines = not fold and len(origins) > 1 and len({file for file, _ in origins}) == 1
    labels = [f"`{name}` (line {line})" if lines and line else f"`{name}`" for name, line in where.items()]
    return _listed(labels, _FEW if fold else _MANY), _although(group, chains, many=len(labels) > 1), len(labels) > 1


def _although(group: list[InputCoverage], chains: Chains, *, many: bool) -> str:
    """Return the reason as a subordinate clause, "" when the members of the group have different ones."""
    reasons = {entry.input.why.rstrip(".") for entry in group}
    if len(reasons) > 1:
        reasons = {re.sub(r" \([^()]*\)$", "", reason) for reason in reasons}  # "(called from line 7)" and the like
    files = list(dict.fromkeys(entry.input.origin.file for entry in group))
    if len(reasons) > 1 and len(files) > _CROWD:
        common = chains.common(files)
        if common is None:
            return f", although {files[0]} and {len(files) - 1} other files lead to them"
        return f", although {common} leads to them, by itself or through others"
    if len(reasons) > 1:
        return ""
    reason = reasons.pop()
    if many and reason.startswith("it "):
        reason = re.sub(
            r"^it (\w+)", lambda match: f"they {_PLURALS.get(match[1], match[1].removesuffix('s'))}", reason
        )
    elif many:
        reason = re.sub(r"\bit\b", "them", reason)
    return f", although {reason}"

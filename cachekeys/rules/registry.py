"""Load the rules and run those that are selected; a rule that is not is not even imported."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from cachekeys import rules
from cachekeys.errors import CacheKeysError
from cachekeys.inputs.model import Origin
from cachekeys.rules.codes import codes, nearest

if TYPE_CHECKING:
    from types import ModuleType

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding
    from cachekeys.rules.model import Rule

__all__ = ["all_rules", "get", "page", "run"]


def get(code: str) -> Rule:
    """Return the rule with this code.

    :raises CacheKeysError: there is none; the message names the nearest.
    """
    if code.upper() not in codes():
        raise CacheKeysError(f"there is no rule {code!r}{nearest(code)}; `cachekeys rule` lists all rules")
    rule: Rule = _module(code).RULE
    return rule


def all_rules() -> tuple[Rule, ...]:
    """Return every rule, in the order of their codes."""
    return tuple(get(code) for code in codes())


def page(code: str) -> str:
    """Return the documentation page of a rule as Markdown.

    :raises CacheKeysError: there is no such rule.
    """
    rule = get(code)
    return f"# {rule.code} {rule.name}\n\n{(_module(code).__doc__ or '').strip()}\n"


def run(analysis: Analysis) -> tuple[Finding, ...]:
    """Return what the selected rules report, sorted by file, line, column and code.

    A rule that raises is reported as CK902 and the others go on: a mistake of ours must not fail anyone's build.
    """
    wanted = tuple(filter(analysis.settings.selects, codes()))
    findings: list[Finding] = []
    for code in wanted:
        try:
            findings.extend(get(code).check(analysis))
        except Exception as error:  # noqa: BLE001 - see above
            if "CK902" in wanted:
                findings.append(_broken(code, error))
    return tuple(sorted(findings, key=_order))


def _order(finding: Finding) -> tuple[object, ...]:
    return (finding.file, finding.line or 0, finding.column or 0, finding.code, finding.subject, finding.message)


def _broken(code: str, error: Exception) -> Finding:
    message = (
        f"rule {code} stopped with {type(error).__name__}: {error}; what it would have reported is missing. "
        "This is a mistake in cachekeys: please report it, with your pyproject.toml"
    )
    return get("CK902").finding(message, Origin("pyproject.toml"), code, severity="info")


def _module(code: str) -> ModuleType:
    return import_module(f"{rules.__name__}.{code.lower()}")

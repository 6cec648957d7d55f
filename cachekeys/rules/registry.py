"""Find the rules, choose among them and run them.

A rule is a module ``ckNNN.py`` in this folder; there is no list to keep. The code is known from the file's name, so a
rule that is not selected is not even imported.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from cachekeys import rules
from cachekeys.errors import CacheKeysError
from cachekeys.inputs.model import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from cachekeys.analysis import Analysis
    from cachekeys.rules.model import Finding, Rule
    from cachekeys.settings import Settings

__all__ = ["all_rules", "codes", "get", "page", "run", "selected", "unknown"]


@cache
def codes() -> tuple[str, ...]:
    """Return the codes of all rules, in order. Imports none of them."""
    modules = (module.name for module in pkgutil.iter_modules(rules.__path__))
    return tuple(sorted(name.upper() for name in modules if name.startswith("ck") and name[2:].isdecimal()))


def get(code: str) -> Rule:
    """Return the rule with this code.

    :raises CacheKeysError: there is none; the message names the nearest.
    """
    if code.upper() not in codes():
        raise CacheKeysError(f"there is no rule {code!r}{_nearest(code)}; `cachekeys rule` lists all rules")
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


def selected(settings: Settings) -> tuple[str, ...]:
    """Return the codes that ``select`` and ``ignore`` leave over; both take codes and prefixes of codes."""
    chosen = tuple(code.upper() for code in settings.select)
    ignored = tuple(code.upper() for code in settings.ignore or ())
    return tuple(
        code
        for code in codes()
        if (not chosen or code.startswith(chosen)) and not (ignored and code.startswith(ignored))
    )


def unknown(selectors: Iterable[str]) -> tuple[str, ...]:
    """Say, for each of the *selectors* that is neither a code nor a prefix of one, what is wrong with it."""
    known = codes()
    return tuple(
        f"{selector!r} selects no rule{_nearest(selector)}"
        for selector in selectors
        if not selector or not any(code.startswith(selector.upper()) for code in known)
    )


def run(analysis: Analysis) -> tuple[Finding, ...]:
    """Return what the selected rules report, sorted by file, line, column and code.

    A rule that raises is reported as CK902 and the others go on: a mistake of ours must not fail anyone's build.
    """
    wanted = selected(analysis.settings)
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


def _nearest(code: str) -> str:
    from difflib import get_close_matches  # only on the way to an error

    close = get_close_matches(code.upper(), codes(), n=1, cutoff=0.5)
    return f" (did you mean {close[0]}?)" if close else ""

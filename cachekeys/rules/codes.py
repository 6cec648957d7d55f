"""The codes of the rules: which there are, and which one an uncovered input belongs to. Imports no rule.

A rule is a module ``ckNNN.py`` in this folder; there is no list to keep, the code is known from the file's name.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from cachekeys import rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.inputs.model import BuildInput

__all__ = ["code_of", "codes", "nearest", "unknown"]

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


@cache
def codes() -> tuple[str, ...]:
    """Return the codes of all rules, in order. Imports none of them."""
    modules = (module.name for module in pkgutil.iter_modules(rules.__path__))
    return tuple(sorted(name.upper() for name in modules if name.startswith("ck") and name[2:].isdecimal()))


def code_of(item: BuildInput) -> str:
    """Return the code of the one rule that reports a gap of this input."""
    if item.kind == "git":
        return "CK102" if item.what == "tags" else "CK101"
    if item.kind == "env":
        return "CK109"
    if item.detector == "defaults" or (item.kind == "file" and item.what in _DEFAULT_FILES):
        return "CK003"
    return _RULE_OF_ROLE[item.role]


def unknown(selectors: Iterable[str]) -> tuple[str, ...]:
    """Say, for each of the *selectors* that is neither a code nor a prefix of one, what is wrong with it."""
    known = codes()
    return tuple(
        f"{selector!r} selects no rule{nearest(selector)}"
        for selector in selectors
        if not selector or not any(code.startswith(selector.upper()) for code in known)
    )


def nearest(code: str) -> str:
    """Return " (did you mean ...?)", or "" when nothing is like *code*."""
    from difflib import get_close_matches  # only on the way to an error

    close = get_close_matches(code.upper(), codes(), n=1, cutoff=0.5)
    return f" (did you mean {close[0]}?)" if close else ""

"""What a rule is and what it reports. A finding answers: what, where, how bad, how sure, why, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cachekeys.analysis import Analysis
    from cachekeys.inputs.model import Confidence, Origin

__all__ = ["Finding", "Fix", "Rule", "Severity"]

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Fix:
    """What to do about a finding.

    ``keys`` are entries for ``[tool.uv] cache-keys``, each as TOML (``{ file = "setup.py" }``), to be added to the end
    of the list or, with ``replaces``, put in the place of the declared key with that index. ``safe`` fixes add
    a key or restore a default; unsafe ones remove or narrow a key.
    """

    title: str
    keys: tuple[str, ...] = ()
    safe: bool = True
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, at one place of the user's files.

    ``message`` is one sentence with the consequence (*stale install* or *needless rebuild*). ``subject`` is the
    key, input or package that it is about, ``others`` counts further subjects that were folded into it.
    """

    code: str
    name: str
    severity: Severity
    confidence: Confidence
    message: str
    file: str
    line: int | None
    column: int | None
    subject: str
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One mistake that we look for. The docstring of the module that defines it is the rule's documentation page.

    ``code`` is the module's name in capitals. ``name`` describes the mistake, ``title`` says it in a few words,
    ``why`` is what it leads to and ``remedy`` what to do, one sentence each.
    """

    code: str
    name: str
    title: str
    why: str
    remedy: str
    check: Callable[[Analysis], Iterable[Finding]]

    @property
    def page(self) -> str:
        """Where the documentation page lies in the repository."""
        return f"docs/rules/{self.code}.md"

    def finding(
        self,
        message: str,
        at: Origin,
        subject: str,
        *,
        severity: Severity = "warning",
        confidence: Confidence = "certain",
        fix: Fix | None = None,
    ) -> Finding:
        """Return a finding of this rule at the place *at*."""
        return Finding(
            code=self.code,
            name=self.name,
            severity=severity,
            confidence=confidence,
            message=message,
            file=at.file,
            line=at.line,
            column=at.column,
            subject=subject,
            fix=fix,
        )

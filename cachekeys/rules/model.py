"""What a rule is: a check, and the words that it is explained with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.findings import Finding
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Fix, Severity
    from cachekeys.inputs.model import Confidence, Origin

__all__ = ["Rule"]


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

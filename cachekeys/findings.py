"""What is reported, as data. A finding answers: what, where, how bad, how sure, why, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cachekeys.values import dataclass

if TYPE_CHECKING:
    from cachekeys.inputs.model import Confidence

__all__ = ["Finding", "Fix", "Severity"]

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

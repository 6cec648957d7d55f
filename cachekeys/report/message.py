"""A finding as one sentence: the same words on the command line and in the build plugins' warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cachekeys.findings import Finding
    from cachekeys.inputs.model import Origin

__all__ = ["count", "line", "place", "printable"]

_SURROGATE = 0xDC00  # what PEP 383 adds to a byte that does not decode


def line(finding: Finding) -> str:
    """Return ``CK101 scm-version-uncovered: <the sentence>``, without control characters."""
    return printable(f"{finding.code} {finding.name}: {finding.message}")


def count(number: int, noun: str) -> str:
    """Return ``1 file``, ``2 files``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def place(origin: Origin) -> str:
    """Return ``file:line``, without the line where it is not known."""
    return origin.file if origin.line is None else f"{origin.file}:{origin.line}"


def printable(text: str) -> str:
    r"""Return *text* with everything escaped that a terminal would obey or cannot show.

    Control characters and bidirectional overrides come out as ``\x1b``, ``\u202e``; bytes of file names that are not UTF-8 (surrogate
    escapes, :pep:`383`) as ``\xff``. Names come from the project, so they are not to be trusted.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    if "\udc80" <= char <= "\udcff":
        return f"\\x{ord(char) - _SURROGATE:02x}"
    return repr(char)[1:-1] if char.isascii() else char.encode("ascii", "backslashreplace").decode()

"""Failures as single lines on standard error."""

from __future__ import annotations

import sys

from cachekeys.errors import CacheKeysError, SettingsError
from cachekeys.report.message import printable

__all__ = ["complain", "messages"]


def messages(error: Exception) -> tuple[str, ...]:
    """Return what went wrong, each message on one line."""
    if isinstance(error, SettingsError):
        return tuple(printable(problem) for problem in error.problems)
    if isinstance(error, CacheKeysError):
        return (printable(str(error)),)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return (printable(f"{where}{error.strerror or error}"),)
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
    return (
        printable(
            f"this is a bug in cachekeys: {type(error).__name__}: {error}{place} (python -X dev shows the traceback)"
        ),
    )


def complain(error: Exception) -> None:
    """Write the error to standard error."""
    for message in messages(error):
        print(f"cachekeys: error: {message}", file=sys.stderr)

"""How a command ends: failures on standard error, and the exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cachekeys.report.result import Result

__all__ = ["finish"]


def finish(result: Result, code: int) -> int:
    """Name the projects that could not be analysed and return the exit code: theirs wins over *code*."""
    sys.stdout.flush()
    for failure in result.failures:
        for message in failure.messages:
            print(f"cachekeys: error: {message}", file=sys.stderr)
    return 2 if result.failures else code

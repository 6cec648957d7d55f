"""What a command has to show: the projects that could be analysed, and those that could not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cachekeys.values import dataclass

if TYPE_CHECKING:
    from cachekeys.analysis import Analysis

__all__ = ["Failure", "Result", "shown_path"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A project that could not be analysed, and why; each message is one line."""

    path: str
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """The analysed projects, in the order they were asked for, and the failures."""

    analyses: tuple[Analysis, ...]
    failures: tuple[Failure, ...] = ()


def shown_path(path: str) -> str:
    """Return *path* as the user would write it: relative to the working directory where it lies below it."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return path
    return path if relative.startswith(os.pardir) else relative.replace(os.sep, "/")

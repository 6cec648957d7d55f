"""Watch set x build inputs: which inputs a key watches, which none does, and what else the keys match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cachekeys.inputs.model import BuildInput

__all__ = ["Coverage", "InputCoverage"]


@dataclass(frozen=True, slots=True)
class InputCoverage:
    """One input against the keys.

    ``files`` are the existing files it stands for (itself, or the matches of its glob); ``uncovered`` those that no key
    watches; ``covered_by`` the indexes of the keys that watch any of it. ``by_commit_only``: what is left is
    tracked by git and a git commit key is declared, so a commit is noticed but an uncommitted edit is not.
    """

    input: BuildInput
    files: tuple[str, ...]
    uncovered: tuple[str, ...]
    covered_by: tuple[int, ...]
    by_commit_only: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """The result. ``matched`` holds, per key index, the files that the key makes uv watch (relative, sorted)."""

    entries: tuple[InputCoverage, ...]
    matched: dict[int, tuple[str, ...]]

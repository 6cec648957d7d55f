"""What a project's keys come to for each uv that the project admits, so that the answers can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.rules._globs import walks_everything
from cachekeys.uv.keys import FileKey, in_force, read_watch_set
from cachekeys.uv.walk import watched_files
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from cachekeys.analysis import Analysis
    from cachekeys.uv.dialect import Dialect
    from cachekeys.uv.keys import CacheKey, KeyProblem
    from cachekeys.uv.versions import Span

__all__ = ["Answer", "answers"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the releases of *span* watch.

    ``keys`` are those in force: None if uv refuses the list because of ``problems``. ``files`` maps each file that counts to
    the index of the key that makes it count; it is empty if the list is not in force.
    """

    span: Span
    keys: tuple[CacheKey, ...] | None
    problems: tuple[KeyProblem, ...]
    files: dict[str, int]

    @property
    def uses_list(self) -> bool:
        """Whether the declared list is what uv goes by."""
        return not self.problems


def answers(analysis: Analysis, spans: tuple[Span, ...]) -> tuple[Answer, ...]:
    """Evaluate the project's list for each of *spans*. Globs that uv walks the whole file system for are left out."""
    walked: dict[tuple[bool, ...], dict[str, int]] = {}
    found = []
    for span in spans:
        watch = read_watch_set(analysis.project.pyproject, span.dialect)
        files: dict[str, int] = {}
        if not watch.problems:
            matters = _about_files(span.dialect)
            if matters not in walked:
                walked[matters] = _files(analysis, span.dialect)
            files = walked[matters]
        found.append(Answer(span, in_force(watch), watch.problems, files))
    return tuple(found)


def _about_files(dialect: Dialect) -> tuple[bool, ...]:
    return dialect.glob_base, dialect.glob_symlinks, dialect.nested_braces


def _files(analysis: Analysis, dialect: Dialect) -> dict[str, int]:
    keys = [key for key in analysis.watch.keys if isinstance(key, FileKey) and not walks_everything(key.path)]
    found = watched_files(analysis.project.root, keys, dialect=dialect, timed=False)
    return {file.path: file.key for file in found.files}

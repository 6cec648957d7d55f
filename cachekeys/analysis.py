"""All that is known about a project once it has been looked at, as data: rules read it, reports show it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from cachekeys.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cachekeys.coverage import Coverage, InputCoverage
    from cachekeys.findings import Finding
    from cachekeys.inputs.detect import Inputs
    from cachekeys.inputs.model import Mode
    from cachekeys.project import Project
    from cachekeys.settings import Settings
    from cachekeys.uv.keys import WatchSet

__all__ = ["Analysis"]


@dataclass(frozen=True)
class Analysis:
    """Everything known about a project; ``findings`` are sorted by file, line, column and code.

    ``memo`` keeps what was computed from the rest, by whoever did so; copies share it.
    """

    project: Project
    settings: Settings
    mode: Mode
    watch: WatchSet
    inputs: Inputs
    coverage: Coverage
    environ: Mapping[str, str]
    findings: tuple[Finding, ...] = ()
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def gaps(self) -> tuple[InputCoverage, ...]:
        """The inputs that no key watches, or only a commit key, or not for files to come: what CK003 and CK1xx report.

        Left out are overrides that are normally not set, and texts that nobody reads in an editable installation.
        """
        return tuple(
            entry
            for entry in self.coverage.entries
            if (entry.is_gap or entry.new_file) and not entry.input.optional and self._matters(entry)
        )

    def _matters(self, entry: InputCoverage) -> bool:
        if entry.input.affects != "metadata":
            return True
        return not entry.by_commit_only and (self.mode == "wheel" or "readme" in self.project.dynamic)

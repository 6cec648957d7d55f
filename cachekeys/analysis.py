"""The pipeline on one screen: project -> watch set and build inputs -> coverage -> findings."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cachekeys.coverage import Coverage, InputCoverage
    from cachekeys.fix.synthesis import Plan
    from cachekeys.inputs.detect import Inputs
    from cachekeys.inputs.model import Mode
    from cachekeys.project import Project
    from cachekeys.rules.model import Finding
    from cachekeys.settings import Settings
    from cachekeys.uv.dialect import Dialect
    from cachekeys.uv.keys import WatchSet

__all__ = ["Analysis", "analyse"]


@dataclass(frozen=True)
class Analysis:
    """Everything known about a project; ``findings`` are sorted by file, line, column and code."""

    project: Project
    settings: Settings
    mode: Mode
    watch: WatchSet
    inputs: Inputs
    coverage: Coverage
    environ: Mapping[str, str]
    findings: tuple[Finding, ...] = ()

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

    @cached_property
    def plan(self) -> Plan:
        """The keys that would close the :attr:`gaps`."""
        from cachekeys.fix.synthesis import make_plan  # a project without gaps does not pay

        return make_plan(self)

    def _matters(self, entry: InputCoverage) -> bool:
        if entry.input.affects != "metadata":
            return True
        return not entry.by_commit_only and (self.mode == "wheel" or "readme" in self.project.dynamic)


def analyse(
    project: Project,
    *,
    settings: Settings | None = None,
    environ: Mapping[str, str] | None = None,
    mode: Mode | None = None,
) -> Analysis:
    """Analyse *project*. Reads its files and executes nothing of it.

    :param settings: instead of the project's own ``[tool.cachekeys]`` (the command line overrides parts of it).
    :param environ: instead of the process's environment.
    :param mode: the kind of installation that is looked at; None takes the setting, and ``auto`` means editable.
    :raises CacheKeysError: the project or its settings cannot be read.
    """
    from cachekeys.coverage import cover  # who only wants the class does not pay
    from cachekeys.inputs.adjust import adjust, excluded
    from cachekeys.inputs.detect import detect
    from cachekeys.rules.registry import run
    from cachekeys.settings import read_settings
    from cachekeys.uv.keys import read_watch_set

    if settings is None:
        settings = read_settings(project.pyproject)
    if mode is None:
        mode = "editable" if settings.mode == "auto" else settings.mode
    watch = read_watch_set(project.pyproject, _dialect(project, settings))
    inputs = adjust(detect(project), settings, mode)
    analysis = Analysis(
        project=project,
        settings=settings,
        mode=mode,
        watch=watch,
        inputs=inputs,
        coverage=cover(project, watch, inputs, excluded=excluded(settings)),
        environ=os.environ if environ is None else environ,
    )
    finished = replace(analysis, findings=run(analysis))
    vars(finished).update((name, vars(analysis)[name]) for name in ("gaps", "plan") if name in vars(analysis))
    return finished


def _dialect(project: Project, settings: Settings) -> Dialect:
    """Return how the newest uv that the project admits reads globs and git's files. Unknown forms are CK005's business."""
    from cachekeys.uv.dialect import CURRENT

    if settings.uv is None and project.get("tool", "uv", "required-version") is None:
        return CURRENT
    from cachekeys.uv.versions import dialect_for  # few projects name a version

    return dialect_for(project, settings).with_all_forms()

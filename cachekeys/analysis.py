"""The pipeline on one screen: project -> watch set and build inputs -> coverage -> findings."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cachekeys.coverage import Coverage, InputCoverage
    from cachekeys.fix.synthesis import Plan
    from cachekeys.inputs.detect import Inputs
    from cachekeys.inputs.model import Mode
    from cachekeys.project import Project
    from cachekeys.rules.model import Finding
    from cachekeys.settings import Settings
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
        from cachekeys.fix.synthesis import make_plan  # noqa: PLC0415 - a project without gaps does not pay

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
    from cachekeys.coverage import cover  # noqa: PLC0415 - who only wants the class does not pay
    from cachekeys.inputs.detect import detect  # noqa: PLC0415 - same
    from cachekeys.rules.registry import run  # noqa: PLC0415 - same
    from cachekeys.settings import read_settings  # noqa: PLC0415 - same
    from cachekeys.uv.keys import read_watch_set  # noqa: PLC0415 - same

    if settings is None:
        settings = read_settings(project.pyproject)
    if mode is None:
        mode = "editable" if settings.mode == "auto" else settings.mode
    watch = read_watch_set(project.pyproject)
    excluded = _excluded(settings)
    inputs = _adjust(detect(project), settings, mode, excluded)
    analysis = Analysis(
        project=project,
        settings=settings,
        mode=mode,
        watch=watch,
        inputs=inputs,
        coverage=cover(project, watch, inputs, excluded=excluded),
        environ=os.environ if environ is None else environ,
    )
    finished = replace(analysis, findings=run(analysis))
    vars(finished).update((name, vars(analysis)[name]) for name in ("gaps", "plan") if name in vars(analysis))
    return finished


def _excluded(settings: Settings) -> Callable[[str], bool]:
    """Return the test for the files that the settings' ``not-inputs`` name."""
    names = [what for kind, what in settings.not_inputs or {} if kind == "file"]
    if not names:
        return lambda _: False
    from cachekeys.coverage import name_matcher  # noqa: PLC0415 - rarely needed

    return name_matcher(names)


def _adjust(found: Inputs, settings: Settings, mode: Mode, excluded: Callable[[str], bool]) -> Inputs:
    """Apply the settings: add ``inputs``, take away ``not-inputs``, other modes' inputs, and what the build itself writes."""
    removed = settings.not_inputs or {}
    written = {output.what for output in found.outputs}
    declared = tuple(replace(item, detector=item.detector or "settings") for item in settings.inputs)
    known = {(item.kind, item.what) for item in declared}

    def counts(kind: str, what: str) -> bool:
        if kind == "env":
            return ("env", what) not in removed
        return ("file", what) not in removed and what not in written and not (kind == "file" and excluded(what))

    detected = (item for item in found.inputs if (item.kind, item.what) not in known and counts(item.kind, item.what))
    kept = (item for item in (*detected, *declared) if mode in item.modes)
    return replace(found, inputs=tuple(sorted(kept, key=lambda item: (item.kind, item.what))))

"""The pipeline on one screen: project -> watch set and build inputs -> coverage -> findings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cachekeys.analysis import Analysis
from cachekeys.values import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cachekeys.inputs.model import Mode
    from cachekeys.project import Project
    from cachekeys.settings import Settings
    from cachekeys.uv.dialect import Dialect

__all__ = ["analyse"]


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
    return replace(analysis, findings=run(analysis))


def _dialect(project: Project, settings: Settings) -> Dialect:
    """Return how the newest uv that the project admits reads globs and git's files. Unknown forms are CK005's business."""
    from cachekeys.uv.dialect import CURRENT

    if settings.uv is None and project.get("tool", "uv", "required-version") is None:
        return CURRENT
    from cachekeys.uv.versions import dialect_for  # few projects name a version

    return dialect_for(project, settings.uv).with_all_forms()

"""The pipeline on one screen: project -> watch set and build inputs -> coverage -> findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cachekeys.coverage import Coverage
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


def analyse(
    project: Project, *, settings: Settings | None = None, environ: Mapping[str, str] | None = None
) -> Analysis:
    """Analyse *project*. Reads its files and executes nothing of it.

    :param settings: instead of the project's own ``[tool.cachekeys]`` (the command line overrides parts of it).
    :raises CacheKeysError: the project or its settings cannot be read.
    """
    raise NotImplementedError

"""Analyses of constructed inputs: a real directory and real keys, but the test says what the build reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cachekeys.analysis import Analysis
from cachekeys.coverage import cover
from cachekeys.inputs.adjust import adjust, excluded
from cachekeys.inputs.detect import Inputs
from cachekeys.inputs.model import BuildInput, BuildOutput, Origin
from cachekeys.project import Project
from cachekeys.rules.registry import run
from cachekeys.settings import Settings
from cachekeys.uv.keys import read_watch_set

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cachekeys.coverage import InputCoverage
    from cachekeys.inputs.model import Mode

__all__ = ["an_input", "an_output", "analysis_of", "entry_of"]


def an_input(what: str, kind: str = "file", role: str = "dynamic-file", **fields: Any) -> BuildInput:
    """Return an input; every field can be given."""
    defaults = {
        "why": f"setup.py reads {what}",
        "origin": Origin("setup.py", 1, 1),
        "affects": "code",
        "detector": "test",
    }
    return BuildInput(kind, what, role, **{**defaults, **fields})  # type: ignore[arg-type]


def an_output(what: str) -> BuildOutput:
    """Return an output."""
    return BuildOutput(what, "the build writes it", Origin("setup.py", 1, 1), "test")


def analysis_of(
    root: Path,
    inputs: Iterable[BuildInput] = (),
    outputs: Iterable[BuildOutput] = (),
    *,
    settings: Settings | None = None,
    mode: Mode = "editable",
) -> Analysis:
    """Analyse the project in *root* as :func:`cachekeys.analysis.analyse` does, but with these inputs instead of detectors."""
    project = Project(root)
    settings = settings or Settings()
    watch = read_watch_set(project.pyproject)
    found = adjust(Inputs(tuple(inputs), tuple(outputs), (), ()), settings, mode)
    coverage = cover(project, watch, found, excluded=excluded(settings))
    analysis = Analysis(project, settings, mode, watch, found, coverage, {})
    return replace(analysis, findings=run(analysis))


def entry_of(analysis: Analysis, what: str) -> InputCoverage:
    """Return the coverage of one input."""
    (entry,) = [entry for entry in analysis.coverage.entries if entry.input.what == what]
    return entry

"""Run one rule on a small project: its files are real, its build inputs are given (or detected)."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Protocol

from cachekeys.analysis import Analysis
from cachekeys.coverage import cover
from cachekeys.inputs.detect import Inputs, detect
from cachekeys.inputs.model import BuildInput, BuildOutput, Origin, Unresolved
from cachekeys.project import Project
from cachekeys.rules import registry
from cachekeys.settings import read_settings
from cachekeys.uv.keys import read_watch_set

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from cachekeys.findings import Finding
    from cachekeys.inputs.detect import DetectorFailure
    from cachekeys.inputs.model import Detected, Mode, Role

    class Make(Protocol):
        """The fixture ``make_project``."""

        def __call__(self, files: Mapping[str, str | bytes] | Mapping[str, str], name: str = "project") -> Path: ...


__all__ = ["HATCH", "SETUPTOOLS", "analysis_of", "findings", "keys", "native", "output", "pyproject"]

SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
HATCH = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'


def pyproject(*tables: str, build_system: str = HATCH, name: str = "demo") -> str:
    """Return a pyproject.toml with these further tables."""
    project = f'[project]\nname = "{name}"\nversion = "1.0"\n'
    return "\n".join([build_system, project, *(textwrap.dedent(table) for table in tables)])


def keys(*entries: str, extra: str = "") -> str:
    """Return ``[tool.uv]`` with these cache keys, one a line."""
    listed = "".join(f"    {entry},\n" for entry in entries)
    return f"[tool.uv]\n{extra}cache-keys = [\n{listed}]\n"


def native(what: str, role: Role = "native-source") -> BuildInput:
    """Return an input: a file, or files when it is a glob."""
    return BuildInput(
        "files" if "*" in what else "file", what, role, "the build compiles it", Origin("setup.py", 3), "code"
    )


def output(what: str) -> BuildOutput:
    """Return an output."""
    return BuildOutput(what, "a tool writes it in every build", Origin("pyproject.toml", 2))


def analysis_of(
    root: Path,
    *detected: Detected,
    mode: Mode = "editable",
    detecting: bool = False,
    failures: Iterable[DetectorFailure] = (),
) -> Analysis:
    """Return an analysis without findings, of the given inputs or (*detecting*) of those that the detectors find."""
    project = Project(root)
    found = detect(project) if detecting else None
    inputs = found or Inputs(
        inputs=tuple(item for item in detected if isinstance(item, BuildInput)),
        outputs=tuple(item for item in detected if isinstance(item, BuildOutput)),
        unresolved=tuple(item for item in detected if isinstance(item, Unresolved)),
        failures=tuple(failures),
    )
    watch = read_watch_set(project.pyproject)
    return Analysis(
        project=project,
        settings=read_settings(project.pyproject),
        mode=mode,
        watch=watch,
        inputs=inputs,
        coverage=cover(project, watch, inputs),
        environ={},
    )


def findings(code: str, analysis: Analysis) -> list[Finding]:
    """Return what the rule reports, in the order of the registry, and check that each finding is complete."""
    rule = registry.get(code)
    found = sorted(rule.check(analysis), key=lambda finding: (finding.line or 0, finding.column or 0))
    for finding in found:
        assert finding.code == code
        assert finding.name == rule.name
        assert finding.message
        assert "\n" not in finding.message
    return found

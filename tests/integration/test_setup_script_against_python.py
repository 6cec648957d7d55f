"""What the analysis finds in a setup.py against what Python reads when it runs it: see :mod:`support.script_programs` and :mod:`support.option_programs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import inputs_of
from support.option_programs import OPTION_PROGRAMS
from support.script_programs import HEAD, PROGRAMS, TREE
from support.script_tracer import trace_script

from cachekeys.inputs.texts import expand
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


EVERY = {**PROGRAMS, **OPTION_PROGRAMS}


@pytest.mark.parametrize("name", EVERY)
def test_all_that_python_reads_is_found_and_what_is_certain_is_read(
    make_project: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    script, environments = EVERY[name]
    root = make_project({**TREE, "setup.py": HEAD + script})
    inputs = inputs_of(root)
    project = Project(root)
    own = {"setup.py", "pyproject.toml", "setup.cfg"}
    every = {path for item in inputs.inputs if item.kind == "file" for path in [item.what]}
    for item in inputs.inputs:
        if item.kind == "files":
            every |= set(expand(project, item.what))
    names = {item.what for item in inputs.inputs if item.kind == "env" and item.what.startswith("DEMO_")}
    files_read: set[str] = set()
    names_read: set[str] = set()
    for number, environ in enumerate(environments):
        copy = tmp_path / f"run{number}"
        for path, text in {**TREE, "setup.py": HEAD + script}.items():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_text(text, encoding="utf-8")
        files, asked = trace_script(copy, environ)
        files_read |= files
        names_read |= asked
    certain = {item.what for item in inputs.inputs if item.kind == "file" and item.confidence == "certain"} - own
    assert files_read - every == set(), "read, but not found"
    assert names_read - names == set(), "asked for, but not found"
    assert names - names_read == set(), "found, but never asked for"
    assert {path for path in certain if not path.endswith((".h", "win/w.c"))} - files_read == set(), (
        "certain, but not read"
    )
    assert inputs.unresolved == ()

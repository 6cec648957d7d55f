"""The promise, put to the real uv: with the proposed keys it notices every input of a project, and nothing else.

For every complete project in ``fixtures/``: paste what ``check`` proposes, then touch one input after the other and ask uv what it
computes. No build runs.
"""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.command_line import in_process
from support.uv_oracle import Oracle

from cachekeys.fix.synthesis import paste
from cachekeys.pipeline import analyse
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cachekeys.analysis import Analysis

pytestmark = pytest.mark.uv

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = sorted(path.name for path in (ROOT / "fixtures").iterdir() if (path / "pyproject.toml").exists())


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e", *arguments], cwd=root, check=True)


@pytest.fixture(params=FIXTURES)
def pasted(request: pytest.FixtureRequest, copy_fixture: Callable[[str], Path]) -> Analysis:
    """A fixture with the proposed keys in its pyproject.toml, analysed."""
    root = copy_fixture(request.param)
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "1"], ["tag", "v1.0"]):
        git(root, *arguments)
    before = analyse(Project(root), environ={})
    if before.project.get("tool", "uv") is not None:
        pytest.skip("has keys of its own")
    with (root / "pyproject.toml").open("a") as file:
        file.write("\n" + paste(before))
    git(root, "commit", "-qam", "keys")
    after = analyse(Project(root), environ={})
    assert [finding for finding in after.findings if finding.severity != "info"] == []
    return after


def inputs(analysis: Analysis) -> Iterator[tuple[str, str]]:
    """Yield kind and name of all that uv should notice."""
    for entry in analysis.coverage.entries:
        if entry.input.optional or entry.input.affects == "metadata":
            continue
        if entry.input.kind in ("env", "git"):
            yield entry.input.kind, entry.input.what
        yield from (("file", name) for name in entry.files)


def test_uv_notices_every_input(pasted: Analysis, tmp_path: Path) -> None:
    root, oracle = Path(pasted.project.root), Oracle(tmp_path / "uv")
    missed = []
    for kind, what in inputs(pasted):
        environ = {"OTHER": "1"}
        before = oracle.cache_info(root, environ)
        time.sleep(0.01)  # the clock of the file system ticks every few milliseconds
        if kind == "file":
            os.utime(root / what)
        elif kind == "env":
            environ[what] = "changed"
        elif what == "commit":
            git(root, "commit", "-q", "--allow-empty", "-m", "2")
        else:
            git(root, "tag", "v2.0")
        if oracle.cache_info(root, environ) == before:
            missed.append((kind, what))
    assert missed == []


def test_uv_notices_nothing_else(pasted: Analysis, tmp_path: Path) -> None:
    root, oracle = Path(pasted.project.root), Oracle(tmp_path / "uv")
    known = {name for entry in pasted.coverage.entries for name in entry.files}
    known |= {name for names in pasted.coverage.matched.values() for name in names}
    others = [name for name in pasted.project.files if name not in known]
    before = oracle.cache_info(root)
    time.sleep(0.01)
    for name in others:
        os.utime(root / name)
    for output in pasted.inputs.outputs:
        path = root / output.what.replace("**/", "").replace("*", "x")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    assert oracle.cache_info(root, {"UNRELATED": "1"}) == before


def test_every_matched_file_is_an_input(pasted: Analysis) -> None:
    """The proposed globs of these small projects take in no file that the build does not read."""
    known = {name for entry in pasted.coverage.entries for name in entry.files}
    matched = {name for names in pasted.coverage.matched.values() for name in names}
    assert matched - known - {"setup.py", "setup.cfg", "pyproject.toml"} == set()


def test_check_is_silent_afterwards(pasted: Analysis) -> None:
    answer = in_process(Path(pasted.project.root), "check")
    assert answer.code == 0
    assert "To close the gaps" not in answer.out

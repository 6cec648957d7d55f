"""CK301 with the real back ends: the loop that it warns of, and the end of it with the fix that it offers."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from support.rule_cases import SETUPTOOLS, pyproject
from support.uv_rebuilds import uv_binary

from cachekeys.pipeline import analyse
from cachekeys.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from cachekeys.findings import Finding
    from cachekeys.inputs.model import Mode

pytestmark = [pytest.mark.uv, pytest.mark.build]

PACKAGE = {"src/demo/__init__.py": "", "src/demo/core.py": "", "notes/a.txt": ""}
SCM = """
[build-system]
requires = ["setuptools", "setuptools-scm"]
build-backend = "setuptools.build_meta"
[project]
name = "demo"
dynamic = ["version"]
[tool.setuptools_scm]
version_file = "src/demo/_version.py"
"""
HATCH_VCS = """
[build-system]
requires = ["hatchling", "hatch-vcs"]
build-backend = "hatchling.build"
[project]
name = "demo"
dynamic = ["version"]
[tool.hatch.version]
source = "vcs"
[tool.hatch.build.hooks.vcs]
version-file = "src/demo/_version.py"
"""
EGG_INFO = pyproject(build_system=SETUPTOOLS)


def make(root: Path, text: str, keys: list[str]) -> None:
    for name, content in PACKAGE.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    listed = ", ".join(keys)
    (root / "pyproject.toml").write_text(f"{text}\n[tool.uv]\ncache-keys = [{listed}]\n")
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"], ["tag", "v1.0"]):
        subprocess.run([*git, *arguments], check=True, capture_output=True)


def builds(root: Path, scratch: Path, *, editable: bool) -> list[bool]:
    """Install three times, nothing changed in between, and tell each time whether uv built."""
    scratch.mkdir()
    requirement = f"-e {root.as_uri()}" if editable else f"demo @ {root.as_uri()}"
    (scratch / "requirements.txt").write_text(requirement + "\n")
    options = ["--python", sys.executable, "--target", str(scratch / "target"), "--no-build-isolation", "--no-deps"]
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("UV_", "VIRTUAL_ENV"))}
    environ |= {"UV_CACHE_DIR": str(scratch / "cache"), "UV_OFFLINE": "1", "NO_COLOR": "1"}
    found = []
    for _ in range(3):
        command = [uv_binary(), "pip", "install", *options, "-r", str(scratch / "requirements.txt")]
        answer = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        assert answer.returncode == 0, answer.stderr
        found.append("Built demo" in answer.stderr)
    return found


def self_invalidating(root: Path, *, editable: bool) -> Finding:
    mode: Mode = "editable" if editable else "wheel"
    found = analyse(Project(root), environ={}, mode=mode).findings
    return next(finding for finding in found if finding.code == "CK301")


@pytest.mark.parametrize(
    ("text", "keys", "needed", "editable"),
    [
        pytest.param(SCM, ['"src/**/*.py"'], "setuptools_scm", True, id="setuptools-scm"),
        pytest.param(HATCH_VCS, ['"src/**/*.py"'], "hatch_vcs", True, id="hatch-vcs"),
        pytest.param(EGG_INFO, ['"*.txt"'], "setuptools", False, id="egg-info"),
    ],
)
def test_the_loop_and_its_end(tmp_path: Path, text: str, keys: list[str], needed: str, *, editable: bool) -> None:
    if find_spec(needed) is None:  # importing setuptools here would depend on what other tests have imported
        pytest.skip(f"needs {needed}")
    root = tmp_path / "demo"
    make(root, text, ['"pyproject.toml"', *keys])
    finding = self_invalidating(root, editable=editable)
    assert builds(root, tmp_path / "first", editable=editable) == [True, True, True]
    assert finding.fix is not None
    assert finding.fix.keys
    repaired = tmp_path / "repaired"
    make(repaired, text, ['"pyproject.toml"', *keys, *finding.fix.keys])
    assert builds(repaired, tmp_path / "second", editable=editable) == [True, False, False]

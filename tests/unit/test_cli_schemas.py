"""Real output of every command against its published JSON Schema, read strictly: a field that is not described fails."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator
from support.command_line import in_process
from support.schemas import strict

if TYPE_CHECKING:
    from collections.abc import Callable

    MakeProject = Callable[..., Path]

SCHEMAS = Path(__file__).resolve().parents[2] / "cachekeys" / "schemas"
COMMANDS = {"check": 1, "inputs": 0, "explain": 0, "cache-info": 0, "digest": 0, "rule": 0}

RICH = """
    [build-system]
    requires = ["setuptools", "setuptools-scm"]
    build-backend = "setuptools.build_meta"

    [project]
    name = "Rich.Project"
    dynamic = ["version", "dependencies", "readme"]

    [tool.setuptools_scm]
    version_file = "rich/_version.py"

    [tool.setuptools.dynamic]
    dependencies = { file = ["requirements.txt"] }
    readme = { file = ["README.md"] }

    [tool.uv]
    required-version = ">=0.9"
    cache-keys = ["csrc/*.c", { dir = "src" }, { dir = "none" }, { env = "HOME" }, { git = { tags = true } }, "dead", "csrc"]
"""


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    files = {
        "pyproject.toml": RICH,
        "requirements.txt": "-r more.txt\n-r ${WHICH}.txt\n",
        "more.txt": "",
        "README.md": "",
        "setup.py": "import os\nfrom setuptools import setup\nopen(os.environ['X'])\nsetup()\n",
        "csrc/a.c": "",
        "src/x": "",
    }
    root = make_project(files)
    (root / "csrc" / os.fsdecode(b"\xff.c")).write_text("")
    (root / "csrc" / "broken.c").symlink_to("nowhere")
    for arguments in (["init", "-q"], ["add", "pyproject.toml"], ["commit", "-qm", "1"], ["tag", "v1"]):
        subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e", *arguments], cwd=root, check=True)
    return root


@pytest.mark.parametrize("command", COMMANDS)
def test_output_fits_schema(project: Path, command: str) -> None:
    schema = json.loads((SCHEMAS / f"{command}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    answer = in_process(project, command, "--format", "json")
    assert answer.code == COMMANDS[command], answer.err
    document = json.loads(answer.out)
    Draft202012Validator(strict(schema)).validate(document)
    assert document["schema_version"] == 1
    assert answer.out.isascii()


@pytest.mark.parametrize("command", ["check", "inputs", "explain"])
def test_output_with_errors_fits_schema(project: Path, command: str) -> None:
    schema = json.loads((SCHEMAS / f"{command}.schema.json").read_text())
    answer = in_process(project, command, "nowhere", "--format", "json")
    document = json.loads(answer.out)
    Draft202012Validator(strict(schema)).validate(document)
    assert document["projects"] == []
    assert len(document["errors"]) == 1


def test_the_project_exercises_the_schema(project: Path) -> None:
    """Otherwise the tests above would prove little."""
    checked = json.loads(in_process(project, "check", "--format", "json").out)["projects"][0]
    assert {item["kind"] for item in checked["inputs"]} >= {"file", "git", "env"}
    assert {finding["severity"] for finding in checked["findings"]} >= {"error", "warning"}
    assert any(finding["fix"] for finding in checked["findings"])
    explained = json.loads(in_process(project, "explain", "--format", "json").out)["projects"][0]
    assert any(key["warnings"] for key in explained["keys"])
    assert any("\udcff" in file for key in explained["keys"] for file in key["files"])
    assert explained["cache_info"]["tags"]
    assert None in explained["cache_info"]["directories"].values()
    listed = json.loads(in_process(project, "inputs", "--format", "json").out)["projects"][0]
    assert listed["outputs"]
    assert listed["unresolved"]

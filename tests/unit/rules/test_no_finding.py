"""A static pure-Python project gets no finding at all, whatever builds it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from support.rule_cases import SETUPTOOLS

from cachekeys.pipeline import analyse
from cachekeys.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from support.rule_cases import Make

    from cachekeys.inputs.model import Mode

BACK_ENDS = {
    "hatchling": '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
    "setuptools": SETUPTOOLS,
    "flit": '[build-system]\nrequires = ["flit_core>=3.4"]\nbuild-backend = "flit_core.buildapi"\n',
    "poetry": '[build-system]\nrequires = ["poetry-core>=2"]\nbuild-backend = "poetry.core.masonry.api"\n',
    "pdm": '[build-system]\nrequires = ["pdm-backend"]\nbuild-backend = "pdm.backend"\n',
    "uv_build": '[build-system]\nrequires = ["uv_build>=0.9,<0.14"]\nbuild-backend = "uv_build"\n',
    "nothing": "",
}
PROJECT = """
[project]
name = "demo"
version = "1.0"
description = "A demonstration"
readme = "README.md"
license = "MIT"
license-files = ["LICENSE"]
requires-python = ">=3.10"
dependencies = ["attrs>=23"]

[project.scripts]
demo = "demo:main"

[dependency-groups]
test = ["pytest"]

[tool.ruff]
line-length = 100
"""
DECLARED = """
[tool.uv]
cache-keys = [
    { file = "pyproject.toml" },
    { file = "setup.py" },
    { file = "setup.cfg" },
    { dir = "src" },
]
"""


def tree(package: str, pyproject: str) -> dict[str, str]:
    return {
        "pyproject.toml": pyproject,
        f"{package}/__init__.py": "def main() -> None: ...\n",
        f"{package}/data.json": "{}\n",
        f"{package}/py.typed": "",
        "tests/test_demo.py": "import demo\n",
        "README.md": "# demo\n",
        "LICENSE": "MIT\n",
        "requirements-dev.txt": "pytest\n",
        ".gitignore": "dist/\n",
        "docs/conf.py": "import os\nVERSION = os.environ['DOCS_VERSION']\n",
    }


@pytest.mark.parametrize("declared", ["", DECLARED], ids=["defaults", "declared"])
@pytest.mark.parametrize("package", ["src/demo", "demo"])
@pytest.mark.parametrize("back_end", BACK_ENDS)
@pytest.mark.parametrize("mode", ["editable", "wheel"])
def test_static(make_project: Make, back_end: str, package: str, declared: str, mode: Mode) -> None:
    root = make_project(tree(package, BACK_ENDS[back_end] + PROJECT + declared))
    assert analyse(Project(root), environ={}, mode=mode).findings == ()


@pytest.mark.parametrize("back_end", BACK_ENDS)
def test_static_in_git_with_leftovers(make_project: Make, back_end: str) -> None:
    files = tree("src/demo", BACK_ENDS[back_end] + PROJECT)
    files |= {
        "build/lib/demo/__init__.py": "",
        "dist/demo-1.0.tar.gz": "",
        "src/demo.egg-info/SOURCES.txt": "",
        ".venv/pyvenv.cfg": "",
        ".venv/lib/x.py": "",
        "uv.lock": 'version = 1\n\n[[package]]\nname = "demo"\n',
    }
    root = make_project(files)
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    assert analyse(Project(root), environ={}).findings == ()


def test_static_without_pyproject(make_project: Make) -> None:
    setup = "from setuptools import setup\nsetup(name='demo', version='1.0', packages=['demo'], install_requires=['attrs'])\n"
    root = make_project({"setup.py": setup, "setup.cfg": "[metadata]\nlicense = MIT\n", "demo/__init__.py": ""})
    assert analyse(Project(root), environ={}).findings == ()


def test_a_workspace_of_static_projects(make_project: Make) -> None:
    workspace = '[tool.uv.workspace]\nmembers = ["packages/*"]\n[tool.uv.sources]\na = { workspace = true }\n'
    files = tree("src/demo", BACK_ENDS["hatchling"] + PROJECT + workspace)
    for name in "ab":
        pyproject = BACK_ENDS["uv_build"] + PROJECT.replace("demo", name)
        files |= {f"packages/{name}/{path}": text for path, text in tree(f"src/{name}", pyproject).items()}
    root: Path = make_project(files)
    for directory in (root, root / "packages/a", root / "packages/b"):
        assert analyse(Project(directory), environ={}).findings == ()

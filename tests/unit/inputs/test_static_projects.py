"""A static pure-Python project has no inputs but its configuration, whatever builds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, inputs_of, optional, outputs, unresolved

from cachekeys.inputs.detect import detect
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BACKENDS = {
    "hatchling": ("hatchling", "hatchling.build", ""),
    "setuptools": ("setuptools>=61", "setuptools.build_meta", '[tool.setuptools]\npackages = ["demo"]\n'),
    "flit": ("flit_core>=3.2,<5", "flit_core.buildapi", ""),
    "uv": ("uv_build>=0.8,<0.14", "uv_build", ""),
    "poetry": ("poetry-core>=2", "poetry.core.masonry.api", '[tool.poetry]\npackages = [{ include = "demo" }]\n'),
    "pdm": ("pdm-backend", "pdm.backend", "[tool.pdm]\ndistribution = true\n"),
    "unknown": ("some-backend", "some_backend.api", ""),
}
FILES = {
    "README.md": "# Demo\n",
    "LICENSE": "MIT\n",
    "AUTHORS.rst": "me\n",
    "requirements.txt": "-r other.txt\n",
    "requirements-dev.txt": "pytest\n",
    "package.json": "{}\n",
    "Makefile": "all:\n",
    "src/demo/__init__.py": "import os\n__version__ = '1'\nX = os.environ.get('X')\n",
    "src/demo/data.json": "{}\n",
    "demo/__init__.py": '"""Doc."""\n__version__ = "1"\n',
    "tests/test_demo.py": "import demo\n",
    "scripts/build.py": "import os\nos.environ['X']\n",
    ".github/workflows/ci.yml": "on: push\n",
    "tox.ini": "[tox]\n",
    "docs/conf.py": "version = '1'\n",
}
PROJECT = """
[project]
name = "demo"
version = "1.0"
description = "d"
readme = "README.md"
requires-python = ">=3.10"
dependencies = ["packaging"]

[project.optional-dependencies]
dev = ["pytest"]

[dependency-groups]
test = ["pytest"]

[tool.pytest.ini_options]
testpaths = ["tests"]

[tool.uv]
cache-keys = [{ file = "pyproject.toml" }]
"""


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_static_project(make_project: Callable[..., Path], backend: str) -> None:
    requirement, module, table = BACKENDS[backend]
    system = f'[build-system]\nrequires = ["{requirement}"]\nbuild-backend = "{module}"\n'
    root = make_project({"pyproject.toml": system + PROJECT + table, **FILES})
    assert found(root) == set()
    assert outputs(root) == set()
    assert unresolved(root) == []
    assert {item.what for item in inputs_of(root).inputs if not item.optional} == {"pyproject.toml"}
    assert "file README.md" in optional(root)


def test_a_git_checkout_of_a_static_project(make_project: Callable[..., Path]) -> None:
    system = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    root = make_project({"pyproject.toml": system + PROJECT, ".git/HEAD": "ref: refs/heads/main\n", **FILES})
    assert found(root) == set()


def test_a_static_setup_cfg(make_project: Callable[..., Path]) -> None:
    cfg = """
        [metadata]
        name = demo
        version = 1.0
        long_description = file: README.md
        license_files = LICENSE
        [options]
        packages = find:
        install_requires =
            packaging
        [options.extras_require]
        dev = pytest
        [flake8]
        max-line-length = 100
    """
    root = make_project({"setup.cfg": cfg, "setup.py": "from setuptools import setup\nsetup()\n", **FILES})
    assert found(root) == set()
    assert {item.what for item in inputs_of(root).inputs if not item.optional} == {"setup.cfg", "setup.py"}
    assert {"file README.md", "file LICENSE"} <= optional(root)


def test_only_setuptools_reads_setup_py_and_setup_cfg(make_project: Callable[..., Path]) -> None:
    files = {
        "setup.py": "open('VERSION').read()\n",
        "setup.cfg": "[metadata]\nversion = file: VERSION\n",
        "VERSION": "1",
    }
    system = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    assert found(make_project({"pyproject.toml": system + PROJECT, **files})) == set()


def test_licence_files_by_default_and_as_configured(make_project: Callable[..., Path]) -> None:
    system = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    files = {"LICENSE": "", "COPYING.LESSER": "", "third_party/LICENSE": ""}
    by_default = optional(make_project({"pyproject.toml": system + PROJECT, **files}, "default"))
    assert {"files LICEN[CS]E*", "files COPYING*"} <= by_default
    assert "files NOTICE*" not in by_default
    listed = PROJECT.replace('readme = "README.md"', 'license-files = ["third_party/*", "LICENSE"]')
    configured = optional(make_project({"pyproject.toml": system + listed, **files}, "configured"))
    assert configured == {"files third_party/*", "file LICENSE"}
    none = PROJECT.replace('readme = "README.md"', "license-files = []")
    assert optional(make_project({"pyproject.toml": system + none, **files}, "none")) == set()
    table = PROJECT.replace('readme = "README.md"', 'license = { file = "COPYING.LESSER" }')
    assert "file COPYING.LESSER" in optional(make_project({"pyproject.toml": system + table, **files}, "table"))


@pytest.mark.parametrize(
    "text",
    [
        "project = 3\n",
        'project = "x"\ntool = []\n',
        '[build-system]\nrequires = "hatchling"\nbuild-backend = 3\n[project]\nname = 3\ndynamic = "version"\n',
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[tool]\nhatch = 3\n',
        '[build-system]\nbackend-path = [3, "x", "."]\nbuild-backend = "a.b.c"\n',
        '[build-system]\nbackend-path = "."\nbuild-backend = ":"\n',
        "",
    ],
)
def test_odd_documents_are_survived(make_project: Callable[..., Path], text: str) -> None:
    root = make_project({"pyproject.toml": text, "hatch.toml": "version = 3\nbuild = []\n", **FILES})
    inputs_of(root)


def test_a_hatch_toml_that_does_not_parse_is_a_problem_and_not_a_crash(make_project: Callable[..., Path]) -> None:
    system = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    project = Project(make_project({"pyproject.toml": system + PROJECT, "hatch.toml": "[version\n"}))
    assert detect(project).failures == ()
    (problem,) = project.problems
    assert problem.file == "hatch.toml"
    assert "does not parse" in problem.message

"""What pure back ends really open when they build, as the kernel sees it, against what the detectors say."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from support import kernel_truth

from cachekeys.inputs.detect import detect
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [
    pytest.mark.build,
    pytest.mark.skipif(not kernel_truth.available(), reason="needs strace"),
]

PDM = """
[build-system]
requires = ["pdm-backend"]
build-backend = "pdm.backend"
[project]
name = "d"
dynamic = ["version"]
readme = "README.md"
[tool.pdm.version]
source = "file"
path = "src/d/__init__.py"
[tool.pdm.build.wheel-data]
data = ["etc/*.conf"]
scripts = [{ path = "bin/run" }]
"""
FLIT = """
[build-system]
requires = ["flit_core"]
build-backend = "flit_core.buildapi"
[project]
name = "d"
dynamic = ["version", "description"]
readme = "README.md"
[tool.flit.external-data]
directory = "data"
"""
POETRY = """
[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
[tool.poetry]
name = "d"
version = "1"
description = ""
authors = []
readme = "README.md"
packages = [{ include = "d" }]
[tool.poetry.build]
script = "build.py"
[tool.poetry.scripts]
run = { reference = "bin/run", type = "file" }
"""
HATCH = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "d"
dynamic = ["version"]
readme = "README.md"
[tool.hatch.version]
path = "d/__about__.py"
[tool.hatch.build.hooks.custom]
[tool.hatch.build.targets.wheel.force-include]
"forced.txt" = "d/forced.txt"
"dir" = "d/dir"
[tool.hatch.build.targets.wheel.shared-data]
"etc" = "etc"
[tool.hatch.build.targets.wheel.shared-scripts]
"bin" = "bin"
[tool.hatch.build.targets.wheel.extra-metadata]
"meta.txt" = "meta.txt"
"""
HOOK = """
import os
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface):
    def initialize(self, version, build_data):
        with open(os.path.join(self.root, "hook.txt")) as stream:
            stream.read()
"""
COMMON = {"README.md": "", "LICENSE": "", "unused.txt": "", "bin/run": "#!/bin/sh\n", "etc/a.conf": ""}
PROJECTS: dict[str, dict[str, str]] = {
    "pdm": {
        "pyproject.toml": PDM,
        "src/d/__init__.py": "__version__ = '1'\n",
        "pdm_build.py": "def pdm_build_initialize(context):\n    with open('hook.txt') as stream:\n        stream.read()\n",
        "hook.txt": "",
    },
    "flit": {
        "pyproject.toml": FLIT,
        "d/__init__.py": '"""Doc."""\n__version__ = "1"\n',
        "d/x.py": "",
        "data/etc/a.conf": "",
    },
    "poetry": {
        "pyproject.toml": POETRY,
        "d/__init__.py": "",
        "build.py": "with open('grammar.txt') as stream:\n    stream.read()\n",
        "grammar.txt": "",
    },
    "hatch": {
        "pyproject.toml": HATCH,
        "d/__init__.py": "",
        "d/__about__.py": "__version__ = '1'\n",
        "forced.txt": "",
        "dir/a.txt": "",
        "meta.txt": "",
        ".gitignore": "*.pyc\n",
        "hatch_build.py": HOOK,
        "hook.txt": "",
    },
}
BUILD = """
import sys, tomllib
from pyproject_hooks import BuildBackendHookCaller
with open("pyproject.toml", "rb") as stream:
    backend = tomllib.load(stream)["build-system"]["build-backend"]
getattr(BuildBackendHookCaller(".", backend), sys.argv[1])(sys.argv[2])
"""


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the program that builds needs tomllib")
@pytest.mark.parametrize("hook", ["build_wheel", "build_editable"])
@pytest.mark.parametrize("name", PROJECTS)
def test_what_is_said_is_what_is_read(make_project: Callable[..., Path], tmp_path: Path, name: str, hook: str) -> None:
    """Files opened by the build are inputs, except the package that goes into a wheel as it is; and no input is left unopened."""
    pytest.importorskip(
        {"pdm": "pdm.backend", "flit": "flit_core", "poetry": "poetry.core", "hatch": "hatchling"}[name]
    )
    root = make_project({**COMMON, **PROJECTS[name]})
    (tmp_path / "out").mkdir()
    read = kernel_truth.files_read([sys.executable, "-c", BUILD, hook, str(tmp_path / "out")], root)
    read = {path for path in read if "__pycache__" not in path}
    assert "pyproject.toml" in read
    project = Project(root)
    said: set[str] = set()
    for item in detect(project).inputs:
        if item.kind == "file" and project.is_file(item.what):
            said.add(item.what)
        elif item.kind == "files":
            said.update(project.glob(item.what))
    package = {path for path in read if path.startswith(("d/", "src/d/"))} if hook == "build_wheel" else set()
    assert read - package <= said
    assert said <= read

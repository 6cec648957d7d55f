"""Classic scikit-build runs CMake for a wheel only; scikit-build-core's plugin for setuptools for an editable installation, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cachekeys.inputs.detect import detect
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cachekeys.inputs.model import Mode

FILES = {
    "CMakeLists.txt": "add_library(x MODULE native/a.c)",
    "native/a.c": "#include <a.h>\n",
    "native/a.h": "",
    "demo/__init__.py": "",
}
CLASSIC = (
    '[build-system]\nrequires = ["scikit-build", "setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
    "from skbuild import setup\nsetup(name='demo', packages=['demo'])",
)
PLUGIN = (
    '[build-system]\nrequires = ["scikit-build-core", "setuptools"]\nbuild-backend = "scikit_build_core.setuptools.build_meta"\n',
    "from setuptools import setup\nsetup(name='demo', packages=['demo'], cmake_source_dir='.')",
)
NATIVE = {"CMakeLists.txt", "native/a.c", "CMAKE_ARGS"}


@pytest.mark.parametrize(
    ("project", "mode", "runs"),
    [(CLASSIC, "wheel", True), (CLASSIC, "editable", False), (PLUGIN, "wheel", True), (PLUGIN, "editable", True)],
)
def test_modes(make_project: Callable[..., Path], project: tuple[str, str], mode: Mode, runs: bool) -> None:  # noqa: FBT001 - a parameter
    root = make_project({**FILES, "pyproject.toml": project[0], "setup.py": project[1]})
    found = {item.what for item in detect(Project(root)).inputs if mode in item.modes}
    assert "setup.py" in found
    assert found & NATIVE == (NATIVE if runs else set())

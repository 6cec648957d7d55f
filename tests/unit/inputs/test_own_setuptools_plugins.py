"""A plugin of setuptools that builds itself is loaded from the tree, where the tree is on the path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cachekeys.inputs.detect import detect
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    MakeProject = Callable[[Mapping[str, str | bytes]], Path]

FILES = {
    "plug/__init__.py": "from plug.core import infer\n",
    "plug/core.py": "import os\nfrom plug import helper\ndef infer(dist): return open('version.in').read() + os.environ.get('PLUG_MODE', '')\n",
    "plug/helper.py": "",
    "plug/other.py": "",
    "version.in": "1",
}
POINTS = '[project]\nname = "plug"\nversion = "1"\n[project.entry-points."setuptools.finalize_distribution_options"]\nplug = "plug.core:infer [extra]"\n'
LOADED = {"plug/__init__.py", "plug/core.py", "plug/helper.py"}


@pytest.mark.parametrize(
    ("pyproject", "setup_cfg", "expected"),
    [
        ("[build-system]\nrequires = ['setuptools']\nbuild-backend = 'setuptools.build_meta:__legacy__'\n" + POINTS, "", LOADED),
        ("[build-system]\nrequires = ['setuptools']\n" + POINTS, "", LOADED),
        (
            "",
            "[metadata]\nname = plug\n[options.entry_points]\ndistutils.commands =\n    plug = plug:infer\n",
            LOADED,
        ),
        # the tree is not on the path
        ("[build-system]\nrequires = ['setuptools']\nbuild-backend = 'setuptools.build_meta'\n" + POINTS, "", set()),
        # nothing that a build loads
        ("[build-system]\nrequires = ['setuptools']\n[project]\nname = 'plug'\nversion = '1'\n[project.scripts]\nplug = 'plug.core:infer'\n", "", set()),
        ("[build-system]\nrequires = ['setuptools']\n" + POINTS.replace("plug.core:infer", "elsewhere:infer"), "", set()),
    ],
)  # fmt: skip
def test_what_is_loaded(make_project: MakeProject, pyproject: str, setup_cfg: str, expected: set[str]) -> None:
    files = {**FILES, "setup.py": "from setuptools import setup\nsetup()\n"}
    files |= {"pyproject.toml": pyproject} if pyproject else {}
    files |= {"setup.cfg": setup_cfg} if setup_cfg else {}
    found = {item.what for item in detect(Project(make_project(files))).inputs}
    assert {name for name in found if name.startswith("plug/")} == expected


def test_what_it_reads_is_followed(make_project: MakeProject) -> None:
    root = make_project({**FILES, "pyproject.toml": "[build-system]\nrequires = ['setuptools']\n" + POINTS})
    assert {"version.in", "PLUG_MODE"} <= {item.what for item in detect(Project(root)).inputs}

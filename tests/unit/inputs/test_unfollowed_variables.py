"""Variables of classes that a script collects in ways that are not followed, and that choose its extension modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, optional

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\n'
)
SCRIPT = """
import os, importlib, platform
from setuptools import setup
import ops, demo
kind = importlib.import_module('ops.' + platform.machine())
builders = [getattr(kind, name)() for name in dir(kind) if name.endswith('Builder')]
setup(ext_modules=[b.builder() for b in builders if os.environ.get(b.BUILD_VAR, '1') == '1'])
"""
TREE = {
    "pyproject.toml": PYPROJECT,
    "setup.py": SCRIPT,
    "ops/__init__.py": "from ops import x86, base\n",
    "ops/base.py": "import os\nclass Base:\n    BUILD_VAR = None\n    def check(self):\n        return os.environ.get('DEMO_SKIP')\n",
    "ops/x86.py": "from ops.base import Base\nclass FastBuilder(Base):\n    BUILD_VAR = 'DEMO_BUILD_FAST'\n    NAME = 'FAST'\n"
    "    def sources(self):\n        return ['csrc/fast.cpp']\nclass SlowBuilder(Base):\n    BUILD_VAR = \"DEMO_BUILD_SLOW\"  # off\n",
    "demo/__init__.py": "import os\ndef rank():\n    return os.environ['DEMO_RANK']\n",
    "csrc/fast.cpp": "",
}


def test_variables_of_classes_and_of_their_neighbours(make_project: Callable[..., Path]) -> None:
    root = make_project(TREE)
    every = {item.split()[1] for item in optional(root) | found(root)}
    assert {name for name in every if name.startswith("DEMO_")} == {"DEMO_BUILD_FAST", "DEMO_BUILD_SLOW", "DEMO_SKIP"}
    assert "env DEMO_SKIP (possible)" in optional(root)


def test_none_where_the_extensions_are_known(make_project: Callable[..., Path]) -> None:
    script = (
        "import ops\nfrom setuptools import Extension, setup\nsetup(ext_modules=[Extension('x', ['csrc/fast.cpp'])])\n"
    )
    root = make_project({**TREE, "setup.py": script})
    assert not [item for item in optional(root) | found(root) if "DEMO_" in item]


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("    ENV_VAR = 'DEMO_X'", True),
        ("    env = 'DEMO_X'", True),
        ("    use_variable = 'DEMO_X'", True),
        ("ENV_VAR = 'DEMO_X'", False),  # of no class
        ("    VARIANT = 'DEMO_X'", False),
        ("    ENV_VAR = 'demo.x'", False),
        ("    ENV_VAR = 'DEMO_X' + name", False),
    ],
)
def test_what_a_class_has_as_its_own_variable(make_project: Callable[..., Path], line: str, *, is_one: bool) -> None:
    module = f"name = ''\nclass XBuilder:\n    kind = 1\n{line}\n    sources = ['csrc/fast.cpp']\n"
    if not line.startswith(" "):
        module = f"{line}\nclass XBuilder:\n    sources = ['csrc/fast.cpp']\n"
    root = make_project({**TREE, "ops/x86.py": module})
    assert ("env DEMO_X (possible)" in optional(root)) is is_one

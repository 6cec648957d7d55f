"""What an in-tree back end reads in the hooks for a wheel only, and what in those for an editable installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import inputs_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "own"\nbackend-path = ["."]\n'
    '[project]\nname = "demo"\nversion = "1"\n'
)
HEAD = "import os, shutil\nfrom setuptools import build_meta as orig\nfrom setuptools.build_meta import *\n"
LINKED = """
def place(links):
    if not links:
        shutil.copytree('vendor', 'demo/vendor')
def build_wheel(*args):
    place(False)
    return orig.build_wheel(*args)
def build_editable(*args):
    place(links=True)
    return orig.build_editable(*args)
"""
BOTH, EDITABLE, WHEEL = ("editable", "wheel"), ("editable",), ("wheel",)


def _modes(make_project: Callable[..., Path], script: str) -> dict[str, tuple[str, ...]]:
    root = make_project({"pyproject.toml": PYPROJECT, "own.py": HEAD + script, "vendor/v.txt": "", "notes.txt": ""})
    inputs = inputs_of(root)
    assert inputs.unresolved == ()
    return {
        item.what: item.modes
        for item in inputs.inputs
        if item.detector == "backend-path" and item.what != "own.py" and item.confidence == "certain"
    }


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("def build_wheel(*a):\n    open('notes.txt')", {"notes.txt": WHEEL}),
        ("def get_requires_for_build_wheel(c=None):\n    return open('notes.txt').read().split()", {"notes.txt": WHEEL}),
        ("def prepare_metadata_for_build_editable(*a):\n    os.environ['DEMO_X']", {"DEMO_X": EDITABLE}),
        ("def build_wheel(*a):\n    open('notes.txt')\nbuild_editable = build_wheel", {"notes.txt": BOTH}),
        ("def _use():\n    open('notes.txt')\ndef build_editable(*a):\n    _use()", {"notes.txt": EDITABLE}),
        ("def _use():\n    open('notes.txt')\ndef build_editable(*a):\n    _use()\ndef build_wheel(*a):\n    _use()", {"notes.txt": BOTH}),
        ("open('notes.txt')\ndef build_wheel(*a):\n    open('notes.txt')", {"notes.txt": BOTH}),
        ("os.environ.get('DEMO_X')\ndef build_wheel(*a):\n    os.environ.get('DEMO_Y')", {"DEMO_X": BOTH, "DEMO_Y": WHEEL}),
        ("class Own:\n    def build_wheel(self, *a):\n        open('notes.txt')\n    def build_editable(self, *a):\n        os.getenv('DEMO_X')", {"notes.txt": WHEEL, "DEMO_X": EDITABLE}),
        (LINKED, {"vendor/**/*": WHEEL}),
    ],
)  # fmt: skip
def test_a_hook_matters_in_its_kind_of_installation(
    make_project: Callable[..., Path], script: str, expected: dict[str, tuple[str, ...]]
) -> None:
    assert _modes(make_project, script) == expected

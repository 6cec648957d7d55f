"""The chain of an input: from the line that reads, over the calls, to where the name is written down."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.command_line import in_process
from support.detecting import the_input

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\n'
)
FILES = {
    "pyproject.toml": PYPROJECT,
    "data/a.txt": "x",
    "src/a.c": '#include "a.h"\n',
    "src/a.h": '#include "b.h"\n',
    "src/b.h": "",
}


def chain_of(root: Path, what: str) -> list[str]:
    return [f"{place.file}:{place.line}" for place in the_input(root, what).chain]


@pytest.mark.parametrize(
    ("script", "what", "chain"),
    [
        ("open('data/a.txt')", "data/a.txt", []),
        ("NAME = 'data/a.txt'\nopen(NAME)", "data/a.txt", ["setup.py:2", "setup.py:1"]),
        ("def read(n):\n    return open(n)\n\nread('data/a.txt')", "data/a.txt", ["setup.py:2", "setup.py:4"]),
        (
            "FILES = [\n    'README',\n    'a.txt',\n]\ndef read(n):\n    return open('data/' + n)\nfor f in FILES:\n    read(f)",
            "data/a.txt",
            ["setup.py:6", "setup.py:8", "setup.py:3"],
        ),
        (
            "def inner(n):\n    open(n)\ndef outer(n):\n    inner(n)\nouter(\n    'data/a.txt'\n)",
            "data/a.txt",
            ["setup.py:2", "setup.py:4", "setup.py:5"],
        ),
        (
            "LIST = '''\n  one\n  data/a.txt\n'''\nfor f in LIST.split():\n    open(f)",
            "data/a.txt",
            ["setup.py:6", "setup.py:3"],
        ),
        ("import os\nX = 'DEMO_X'\nos.environ.get(X)", "DEMO_X", ["setup.py:3", "setup.py:2"]),
        ("import os\ndef env(n):\n    return os.getenv(n)\nenv('DEMO_X')", "DEMO_X", ["setup.py:3", "setup.py:4"]),
        ("import sys\nopen(f'data/{sys.platform}.txt')", "data/*.txt", []),
        (
            "from setuptools import setup, Extension\nSOURCES = [\n    'src/a.c',\n]\nsetup(ext_modules=[Extension('a', SOURCES)])",
            "src/a.c",
            ["setup.py:5", "setup.py:3"],
        ),
        (
            "from setuptools import setup, Extension\nsetup(ext_modules=[Extension('a', ['src/a.c'])])",
            "src/b.h",
            ["src/a.h:1", "src/a.c:1", "setup.py:2"],
        ),
    ],
)
def test_chain_from_the_reader_to_the_constant(
    make_project: Callable[..., Path], script: str, what: str, chain: list[str]
) -> None:
    assert chain_of(make_project({**FILES, "setup.py": script}), what) == chain


def test_chain_through_modules_and_nested_requirements(make_project: Callable[..., Path]) -> None:
    files = {
        "setup.py": "from tools import helper\nhelper.requirements('requirements.txt')\n",
        "tools/__init__.py": "",
        "tools/helper.py": "def requirements(name):\n    return open(name).read()\n",
        "requirements.txt": "-r more.txt\n",
        "more.txt": "# a comment\n-c last.txt\n",
        "last.txt": "",
    }
    root = make_project({"pyproject.toml": PYPROJECT, **files})
    assert chain_of(root, "requirements.txt") == ["tools/helper.py:2", "setup.py:2"]
    assert chain_of(root, "last.txt") == ["more.txt:2", "requirements.txt:1", "tools/helper.py:2", "setup.py:2"]


def test_chain_of_what_a_generator_reads(make_project: Callable[..., Path]) -> None:
    files = {
        "setup.py": "import subprocess, sys\nsubprocess.check_call([sys.executable, 'gen.py'])\n",
        "gen.py": "NAME = 'a.tmpl'\nopen(NAME)\n",
        "a.tmpl": "",
    }
    assert chain_of(make_project({"pyproject.toml": PYPROJECT, **files}), "a.tmpl") == [
        "gen.py:2",
        "gen.py:1",
        "setup.py:2",
    ]


def test_the_command_shows_it(make_project: Callable[..., Path]) -> None:
    root = make_project({**FILES, "setup.py": "def read(n):\n    return open(n)\n\nread('data/a.txt')"})
    text = in_process(root, "inputs").out
    assert "    setup.py:2: setup.py opens it (called from line 4)\n        through setup.py:4\n" in text
    (project,) = json.loads(in_process(root, "inputs", "--format", "json").out)["projects"]
    (item,) = [item for item in project["inputs"] if item["what"] == "data/a.txt"]
    assert item["chain"] == [
        {"file": "setup.py", "line": 2, "column": None},
        {"file": "setup.py", "line": 4, "column": None},
    ]
    (plain,) = [item for item in project["inputs"] if item["what"] == "setup.py"]
    assert plain["chain"] == []

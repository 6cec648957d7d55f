"""Which files uv takes its settings from, which directories are members, and which names it accepts: asked of the real uv.

``uv cache dir`` prints the ``cache-dir`` setting that is in force, in a few milliseconds and without any project work.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cachekeys.project import Project
from cachekeys.uv.settings import read_reinstall
from cachekeys.workspace import workspace_members

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from support.uv_oracle import Oracle

    MakeProject = Callable[[Mapping[str, str]], Path]

pytestmark = pytest.mark.uv


def _uv(oracle: Oracle, where: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {
        "HOME": os.fspath(oracle.scratch),
        "PATH": os.fspath(oracle.scratch),
        "UV_PYTHON": sys.executable,
        "UV_PYTHON_DOWNLOADS": "never",
    }
    return subprocess.run(
        [oracle.binary, *arguments, "--color", "never", "--offline"],
        env=environ,
        cwd=where,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _settings(marker: str, value: str = '["one"]') -> str:
    return f'cache-dir = "/marker/{marker}"\nreinstall-package = {value}\n'


_PROJECT = '[project]\nname = "m"\nversion = "1"\n[tool.uv]\n'
_WORKSPACE = '[tool.uv.workspace]\nmembers = ["m"]\n'
SCENES = {
    "alone": ({"pyproject.toml": "[tool.uv]\n" + _settings("own")}, "."),
    "empty uv.toml": ({"pyproject.toml": "[tool.uv]\n" + _settings("own"), "uv.toml": ""}, "."),
    "uv.toml": ({"pyproject.toml": "[tool.uv]\n" + _settings("own"), "uv.toml": _settings("uv-toml")}, "."),
    "bad name": ({"pyproject.toml": "[tool.uv]\n" + _settings("own", '["a b"]')}, "."),
    "a string": ({"pyproject.toml": "[tool.uv]\n" + _settings("own", '"a"')}, "."),
    "bad name for pip": (
        {"pyproject.toml": "[tool.uv]\n" + _settings("own") + "[tool.uv.pip]\nreinstall-package = 3\n"},
        ".",
    ),
    "misspelt": ({"pyproject.toml": "[tool.uv]\ncache_keys = []\n" + _settings("own")}, "."),
    "misplaced": ({"pyproject.toml": "[tool.uv]\n" + _settings("own") + "[tool.uv.pip]\ncache-keys = []\n"}, "."),
    "member": (
        {
            "pyproject.toml": "[tool.uv]\n" + _settings("root") + _WORKSPACE,
            "m/pyproject.toml": _PROJECT + _settings("own"),
        },
        "m",
    ),
    "member with uv.toml": (
        {
            "pyproject.toml": "[tool.uv]\n" + _settings("root") + _WORKSPACE,
            "m/pyproject.toml": _PROJECT,
            "m/uv.toml": _settings("uv-toml"),
        },
        "m",
    ),
    "member of a root with uv.toml": (
        {
            "pyproject.toml": "[tool.uv]\n" + _settings("root") + _WORKSPACE,
            "uv.toml": _settings("root-uv-toml"),
            "m/pyproject.toml": _PROJECT + _settings("own"),
        },
        "m",
    ),
    "excluded": (
        {
            "pyproject.toml": "[tool.uv]\n" + _settings("root") + _WORKSPACE + 'exclude = ["m"]\n',
            "m/pyproject.toml": _PROJECT + _settings("own"),
        },
        "m",
    ),
    "unmanaged": (
        {
            "pyproject.toml": "[tool.uv]\n" + _settings("root") + _WORKSPACE,
            "m/pyproject.toml": _PROJECT + "managed = false\n" + _settings("own"),
        },
        "m",
    ),
    "no project": (
        {
            "pyproject.toml": "[tool.uv]\n" + _settings("root") + _WORKSPACE,
            "m/pyproject.toml": "[tool.uv]\n" + _settings("own"),
        },
        "m",
    ),
    "no member": (
        {"pyproject.toml": "[tool.uv]\n" + _settings("root"), "m/pyproject.toml": _PROJECT + _settings("own")},
        "m",
    ),
}


@pytest.mark.parametrize("scene", SCENES)
def test_the_file_that_counts(scene: str, make_project: MakeProject, oracle: Oracle) -> None:
    """The file whose ``cache-dir`` uv uses is the file whose reinstall-package we call effective."""
    files, where = SCENES[scene]
    root = make_project(files)
    shown = _uv(oracle, root / where, "cache", "dir").stdout.strip()
    used = shown.removeprefix("/marker/") if shown.startswith("/marker/") else None
    ours = {name.file for name in read_reinstall(Project(root / where)).in_force()}
    expected = {
        "own": "pyproject.toml",
        "uv-toml": "uv.toml",
        "root": "../pyproject.toml",
        "root-uv-toml": "../uv.toml",
        None: None,
    }[used]
    assert ours == ({expected} if expected else set())


NAMES = [
    "a",
    "1",
    "My_Pkg",
    "a..b",
    "a-_.b",
    "",
    "a b",
    " a",
    "a ",
    "-a",
    "a-",
    "a.",
    "_a",
    "é",
    "\u017f",
    "٣",
    "./",
    "x[e]",
    "x>=1",
    "a/b",
]


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str, make_project: MakeProject, oracle: Oracle) -> None:
    root = make_project({"pyproject.toml": f'[tool.uv]\nreinstall-package = ["{name}"]\n'})
    said = _uv(oracle, root, "cache", "dir").stderr
    assert ("Failed to parse" in said) == bool(read_reinstall(Project(root)).problems)


@pytest.mark.parametrize(
    ("listed", "exclude"),
    [
        (["pk/*"], []),
        (["pk/**"], []),
        (["**/c"], []),
        (["**/x"], []),
        (["*/a/**"], []),
        (["pk/*", "x"], ["pk/b"]),
        (["pk/*"], ["pk/**"]),
        (["pk/*/c"], ["pk/*"]),
        (["pk/a/c"], ["pk/a"]),
        (["pk/*"], ["./pk/a/"]),
        (["pk/*"], ["**/a"]),
        (["pk/?"], []),
        (["pk/[!a]"], []),
        (["nope", "nope/*"], []),
        (["./pk/a/", "pk/a"], []),
        (["pk/{a,b}"], []),
        (["../project/x"], []),
    ],
)
def test_members(listed: list[str], exclude: list[str], make_project: MakeProject, oracle: Oracle) -> None:
    """The members in uv's lock file are ours."""
    files = {
        f"{name}/pyproject.toml": f'[project]\nname = "{name.replace("/", "-")}"\nversion = "1"\n'
        for name in ("pk/a", "pk/b", "pk/a/c", "x")
    }
    files["pyproject.toml"] = (
        '[project]\nname = "root"\nversion = "1"\nrequires-python = ">=3.10"\n'
        f"[tool.uv.workspace]\nmembers = {listed}\nexclude = {exclude}\n"
    )
    root = make_project(files)
    done = _uv(oracle, root, "lock")
    assert done.returncode == 0, done.stderr
    theirs = set(re.findall(r'(?:virtual|editable) = "(.*?)"', (root / "uv.lock").read_text())) - {"."}
    assert set(workspace_members(Project(root))) == theirs

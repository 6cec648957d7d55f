"""The small questions that detectors share."""

from __future__ import annotations

import fnmatch
import os
from typing import TYPE_CHECKING

import pytest

from cachekeys.inputs.dynamic import (
    escape_glob,
    everything_below,
    find_module,
    has_extra,
    package_dirs,
    relative,
    uv_glob,
)
from cachekeys.project import Project
from cachekeys.uv.globs import anchored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = [
    "a",
    "ab",
    "[a",
    "[a]",
    "a]",
    "{a}",
    "{a,b}",
    "a\\b",
    "*",
    "?",
    "!a",
    "-",
    "[z-a]",
    "z",
    "]",
    "[]",
    "a{b",
    "[!a]b",
]


@pytest.mark.parametrize("name", NAMES)
def test_an_escaped_name_matches_itself_and_nothing_else(name: str) -> None:
    matches = anchored(f"dir/{escape_glob(name)}")
    assert [other for other in NAMES if matches(f"dir/{other}")] == [name]
    below = anchored(everything_below(name))
    assert below(f"{name}/x/y")
    assert not below(f"x{name}/x/y")


@pytest.mark.parametrize(
    "pattern",
    [
        "*",
        "a*",
        "[ab]",
        "[!a]",
        "[]]",
        "[!]]*",
        "[a",
        "[",
        "a]",
        "{a}",
        "{a,b}",
        "a\\b",
        "a\\*",
        "?",
        "[a-z]",
        "[?]",
        "[[]a",
    ],
)
def test_a_glob_of_python_means_the_same_in_uv_syntax(pattern: str) -> None:
    matches = anchored(f"dir/{uv_glob(pattern)}")
    expected = [name for name in NAMES if fnmatch.fnmatchcase(name, pattern)]
    assert [name for name in NAMES if matches(f"dir/{name}")] == expected


def test_a_range_that_uv_refuses_becomes_literal() -> None:
    assert anchored(uv_glob("[z-a]"))("[z-a]")


@pytest.mark.parametrize(
    ("path", "base", "expected"),
    [
        ("a", "", "a"),
        ("./a//b/", "", "a/b"),
        ("a/../b", "", "b"),
        ("../a", "", "../a"),
        ("../a", "sub", "a"),
        (".", "", "."),
        ("/etc/x", "", "/etc/x"),
        ("", "", None),
        ("  ", "", None),
        ("a\0b", "", None),
        (3, "", None),
        (None, "", None),
    ],
)
def test_relative(make_project: Callable[..., Path], path: object, base: str, expected: str | None) -> None:
    project = Project(make_project({"setup.py": ""}))
    assert relative(project, path, base) == expected


def test_relative_of_an_absolute_path_inside(make_project: Callable[..., Path]) -> None:
    root = make_project({"setup.py": ""})
    assert relative(Project(root), str(root / "a" / "b")) == "a/b"
    assert relative(Project(root), f"{root}{os.sep}..{os.sep}x") == str(root.parent / "x")
    assert relative(Project(root), f"{root}x") == f"{root}x"


def test_find_module(make_project: Callable[..., Path]) -> None:
    project = Project(make_project({"setup.py": "", "a/__init__.py": "", "a/b.py": "", "src/c.py": "", "x/y/d.py": ""}))
    assert find_module(project, "a") == "a/__init__.py"
    assert find_module(project, "a.b") == "a/b.py"
    assert find_module(project, "c") is None
    assert find_module(project, "c", {"": "src"}) == "src/c.py"
    assert find_module(project, "p.q.d", {"": "src", "p": "z", "p.q": "x/y"}) == "x/y/d.py"
    for name in ("", ".", "a..b", "a/b", "../a", "a b", "a-b"):
        assert find_module(project, name) is None


def test_package_dirs(make_project: Callable[..., Path]) -> None:
    assert package_dirs(Project(make_project({"setup.py": ""}, "flat"))) == {}
    assert package_dirs(Project(make_project({"setup.py": "", "src/a.py": ""}, "src"))) == {"": "src"}
    cfg = "[options]\npackage_dir =\n    =lib\n    a = b\npackages = find:\n"
    assert package_dirs(Project(make_project({"setup.cfg": cfg, "src/a.py": ""}, "cfg"))) == {"": "lib", "a": "b"}


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("A_b[x]", True),
        ("a.b[ y , X ]>=1", True),
        ("a-b", False),
        ("a-b[y]", False),
        ("ab[x]", False),
        ("a-b @ u[x]", False),
    ],
)
def test_has_extra(make_project: Callable[..., Path], requirement: str, expected: object) -> None:
    text = f'[build-system]\nrequires = ["{requirement}"]\n'
    assert has_extra(Project(make_project({"pyproject.toml": text})), "a-b", "x") is expected

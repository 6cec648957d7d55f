"""Workspace members, path sources, and the way back to the root."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from cachekeys.project import Project
from cachekeys.workspace import find_root, members, path_sources, workspace_members

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    MakeProject = Callable[[Mapping[str, str]], Path]

posix = pytest.mark.skipif(sys.platform == "win32", reason="symlinks are needed")
_PROJECT = '[project]\nname = "x"\nversion = "1"\n'


def workspace(make_project: MakeProject, listed: str, *names: str, exclude: str = "[]") -> Path:
    text = f"[tool.uv.workspace]\nmembers = {listed}\nexclude = {exclude}\n"
    return make_project({"pyproject.toml": text, **{f"{name}/pyproject.toml": _PROJECT for name in names}})


@pytest.mark.parametrize(
    ("listed", "exclude", "expected"),
    [
        ('["pk/*"]', "[]", {"pk/a", "pk/b"}),
        ('["pk/**"]', "[]", {"pk/a", "pk/b", "pk/a/c"}),
        ('["**/c"]', "[]", {"pk/a/c"}),
        ('["**/x"]', "[]", {"x"}),
        ('["*/a/**"]', "[]", {"pk/a/c"}),
        ('["pk/*", "x"]', '["pk/b"]', {"pk/a", "x"}),
        ('["pk/*/c"]', '["pk/*"]', set()),  # in exclude, * also matches /
        ('["pk/a/c"]', '["pk/a"]', {"pk/a/c"}),
        ('["pk/*"]', '["./pk/a/"]', {"pk/b"}),
        ('["pk/?", "pk/[!a]"]', "[]", {"pk/a", "pk/b"}),
        ('["./pk//a/", "pk/a"]', "[]", {"pk/a"}),
        ('["pk/{a,b}", "nope", "nope/*", "", "."]', "[]", set()),
        ('"pk/*"', "[]", set()),
        ('[3, "x", "\\u0000"]', '["a[", 3]', {"x"}),
    ],
)
def test_members(make_project: MakeProject, listed: str, exclude: str, expected: set[str]) -> None:
    root = workspace(make_project, listed, "pk/a", "pk/b", "pk/a/c", "x", exclude=exclude)
    (root / "pk" / "empty").mkdir()
    assert set(members(Project(root))) == expected


def test_absolute_and_outside(make_project: MakeProject) -> None:
    root = workspace(make_project, '["../other", "ABSOLUTE/*"]', "pk/a")
    (root.parent / "other").mkdir()
    (root.parent / "other" / "pyproject.toml").write_text(_PROJECT)
    pyproject = root / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("ABSOLUTE", str(root / "pk")))
    assert members(Project(root)) == ["../other", "pk/a"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tool = 3",
        "[tool.uv]\nworkspace = 3",
        "[tool.uv]\nsources = 3",
        "[tool.uv.sources]\na = 3\nb = [3]\nc = { path = 3 }",
    ],
)
def test_odd_values(make_project: MakeProject, text: str) -> None:
    assert members(Project(make_project({"pyproject.toml": text}))) == []


def test_path_sources(make_project: MakeProject) -> None:
    text = """
        [tool.uv.sources]
        a = { path = "libs/a", editable = true }
        b = [{ path = "libs/b", marker = "sys_platform == 'linux'" }, { path = "libs/c", marker = "sys_platform == 'win32'" }]
        old = { path = "libs/old" }
        gone = { path = "libs/gone" }
        archive = { path = "libs/x-1.tar.gz" }
        self = { path = "." }
        nul = { path = "\\u0000" }
        member = { workspace = true }
        git = { git = "https://example.invalid/x" }
        twice = { path = "./libs/../libs/a" }
    """
    files = {f"libs/{name}/pyproject.toml": _PROJECT for name in "abc"}
    root = make_project({"pyproject.toml": text, "libs/old/setup.py": "", "libs/x-1.tar.gz": "", **files})
    project = Project(root)
    assert path_sources(project) == ["libs/a", "libs/b", "libs/c", "libs/old", "."]
    assert members(project) == ["libs/a", "libs/b", "libs/c", "libs/old"]
    assert workspace_members(project) == []


@posix
def test_loops_and_links(make_project: MakeProject) -> None:
    root = workspace(make_project, '["**", "pk/*"]', "pk/a")
    (root / "pk" / "loop").symlink_to(root / "pk")
    (root / "pk" / "self").symlink_to("self")
    (root / "pk" / "again").symlink_to("a")
    (root / "pk" / "up").symlink_to("../..")
    assert len(members(Project(root))) == 1


def test_deep_trees_end(make_project: MakeProject) -> None:
    root = workspace(make_project, '["**"]', "a")
    (root / "/".join("d" * 100)).mkdir(parents=True)
    assert members(Project(root)) == ["a"]


# -- the root of a member ------------------------------------------------------------------------------------------------


def root_of(project: Path) -> str | None:
    return find_root(Project(project))


def test_find_root(make_project: MakeProject) -> None:
    root = workspace(make_project, '["pk/*", "deep/*/*"]', "pk/a", "other", "deep/x/y", exclude='["pk/no"]')
    assert root_of(root / "pk" / "a") == str(root)
    assert root_of(root / "deep" / "x" / "y") == str(root)
    assert root_of(root / "other") is None
    assert root_of(root) is None


@pytest.mark.parametrize(
    "member",
    ["[tool.uv]\n", f"{_PROJECT}[tool.uv]\nmanaged = false\n", f"{_PROJECT}[tool.uv.workspace]\n", "project = 3"],
)
def test_what_is_no_member(make_project: MakeProject, member: str) -> None:
    root = workspace(make_project, '["pk/*"]', "pk/a")
    (root / "pk" / "a" / "pyproject.toml").write_text(member)
    assert root_of(root / "pk" / "a") is None


def test_the_nearest_pyproject_decides(make_project: MakeProject) -> None:
    root = workspace(make_project, '["pk/*/*"]', "pk/a/b", "pk/a")
    assert root_of(root / "pk" / "a" / "b") is None


def test_a_broken_root_is_no_root(make_project: MakeProject) -> None:
    root = workspace(make_project, '["pk/*"]', "pk/a")
    (root / "pyproject.toml").write_text("[tool")
    assert root_of(root / "pk" / "a") is None

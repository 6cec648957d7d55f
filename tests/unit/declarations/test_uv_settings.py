"""reinstall-package and misplaced cache-keys: what is read, what is ignored, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cachekeys.project import Project
from cachekeys.uv.settings import read_misplaced, read_reinstall, read_uv_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cachekeys.uv.settings import ReinstallPackage

    MakeProject = Callable[[Mapping[str, str]], Path]


def reinstall(root: Path) -> ReinstallPackage:
    return read_reinstall(Project(root))


def test_nothing(make_project: MakeProject) -> None:
    found = reinstall(make_project({"pyproject.toml": "[tool.uv]\n"}))
    assert (found.names, found.problems, found.ineffective) == ((), (), ())
    assert not found.in_force()
    assert not found.ineffective


def test_names_are_normalised_and_placed(make_project: MakeProject) -> None:
    text = '[tool.uv]\nreinstall-package = [\n  "My_Pkg", "MY.PKG",\n]\n[tool.uv.pip]\nreinstall-package = ["b"]\n'
    found = reinstall(make_project({"pyproject.toml": text}))
    assert [(n.name, n.written, n.line, n.column, n.scope) for n in found.names] == [
        ("my-pkg", "My_Pkg", 3, 3, "all"),
        ("my-pkg", "MY.PKG", 3, 13, "all"),
        ("b", "b", 6, 22, "pip"),
    ]
    assert [n.path for n in found.names] == [
        "tool.uv.reinstall-package[0]",
        "tool.uv.reinstall-package[1]",
        "tool.uv.pip.reinstall-package[0]",
    ]
    assert found.in_force()
    assert found.in_force() == found.names


@pytest.mark.parametrize(
    ("value", "path", "words"),
    [
        ('"my-pkg"', "", 'the string "my-pkg" is no array of package names: write reinstall-package = ["my-pkg"]'),
        ('"./"', "", 'write reinstall-package = ["my-package"]'),
        ("true", "", "the boolean true is no array"),
        ("{}", "", "an empty table is no array"),
        ('["my-pkg>=1"]', "[0]", 'the string "my-pkg>=1" is no package name: write "my-pkg"'),
        ('["x[extra]"]', "[0]", 'write "x"'),
        ('["ok", "a b"]', "[1]", 'write "a"'),
        ('["./"]', "[0]", "remove the entry"),
        ('[""]', "[0]", "remove the entry"),
        ('["é"]', "[0]", "is no package name"),
        ('["-a"]', "[0]", "is no package name"),
        ("[1]", "[0]", "the integer 1 is no package name"),
    ],
)
def test_problems(make_project: MakeProject, value: str, path: str, words: str) -> None:
    found = reinstall(make_project({"pyproject.toml": f"[tool.uv]\nreinstall-package = {value}\n"}))
    (problem,) = found.problems
    assert problem.path == f"tool.uv.reinstall-package{path}"
    assert (problem.file, problem.line) == ("pyproject.toml", 2)
    assert words in problem.message
    assert not found.in_force()  # uv drops everything in the file


def test_all_problems_at_once(make_project: MakeProject) -> None:
    text = '[tool.uv]\nreinstall-package = [1, "good", "a b"]\n[tool.uv.pip]\nreinstall-package = 3\n'
    found = reinstall(make_project({"pyproject.toml": text}))
    assert [problem.path for problem in found.problems] == [
        "tool.uv.reinstall-package[0]",
        "tool.uv.reinstall-package[2]",
        "tool.uv.pip.reinstall-package",
    ]


def test_uv_toml_shadows_even_when_empty(make_project: MakeProject) -> None:
    files = {"pyproject.toml": '[tool.uv]\nreinstall-package = ["a"]\n', "uv.toml": ""}
    found = reinstall(make_project(files))
    assert not found.in_force()
    assert [(item.file, item.path, item.line) for item in found.ineffective] == [
        ("pyproject.toml", "tool.uv.reinstall-package", 2)
    ]
    assert "uv.toml" in found.ineffective[0].reason
    files["uv.toml"] = 'reinstall-package = ["B"]\n[pip]\nreinstall-package = ["c"]\n'
    found = reinstall(make_project(files))
    assert [(name.name, name.file, name.path) for name in found.in_force()] == [
        ("b", "uv.toml", "reinstall-package[0]"),
        ("c", "uv.toml", "pip.reinstall-package[0]"),
    ]
    assert [name.name for name in found.names] == ["a", "b", "c"]


def test_broken_uv_toml_is_a_problem_of_the_project(make_project: MakeProject) -> None:
    project = Project(make_project({"pyproject.toml": "", "uv.toml": "x = \n"}))
    assert read_uv_toml(project) is None
    assert not read_reinstall(project).in_force()
    assert read_misplaced(project) == ()
    assert [(problem.file, problem.line) for problem in project.problems] == [("uv.toml", 1)]


_MEMBER = '[project]\nname = "m"\nversion = "1"\n[tool.uv]\nreinstall-package = ["m"]\n'
_ROOT = '[tool.uv]\nreinstall-package = ["Root_One"]\n[tool.uv.workspace]\nmembers = ["packages/*"]\n'


def test_a_member_is_ignored_and_the_root_counts(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": _ROOT, "packages/m/pyproject.toml": _MEMBER})
    found = reinstall(root / "packages" / "m")
    assert [(item.file, item.line) for item in found.ineffective] == [("pyproject.toml", 5)]
    assert "member of the workspace in ../../" in found.ineffective[0].reason
    assert [(name.name, name.file) for name in found.in_force()] == [("root-one", "../../pyproject.toml")]


def test_what_uv_does_not_read_has_no_problems(make_project: MakeProject) -> None:
    bad = _MEMBER.replace('["m"]', "3")
    root = make_project({"pyproject.toml": _ROOT, "packages/m/pyproject.toml": bad})
    found = reinstall(root / "packages" / "m")
    assert found.problems == ()
    assert len(found.ineffective) == 1


def test_a_members_uv_toml_is_ignored_too(make_project: MakeProject) -> None:
    root = make_project(
        {
            "pyproject.toml": _ROOT,
            "packages/m/pyproject.toml": _MEMBER,
            "packages/m/uv.toml": 'reinstall-package = ["x"]',
        }
    )
    found = reinstall(root / "packages" / "m")
    assert {item.file for item in found.ineffective} == {"pyproject.toml", "uv.toml"}
    assert [name.name for name in found.in_force()] == ["root-one"]


def test_a_path_dependency_seen_from_its_user(make_project: MakeProject) -> None:
    project = Project(make_project({"pyproject.toml": _MEMBER}))
    assert read_reinstall(project).in_force()
    found = read_reinstall(project, dependency_of="../app")
    assert not found.in_force()
    assert "../app" in found.ineffective[0].reason


@pytest.mark.parametrize("extra", ['cache_keys = ["a"]\n', '[tool.uv.pip]\ncache-keys = ["a"]\n'])
def test_a_misspelt_setting_drops_the_file(make_project: MakeProject, extra: str) -> None:
    found = reinstall(make_project({"pyproject.toml": f'[tool.uv]\nreinstall-package = ["a"]\n{extra}'}))
    assert not found.in_force()
    assert "drops all settings" in found.ineffective[0].reason


# -- misplaced cache-keys ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "how", "path", "line"),
    [
        ('[tool.uv]\ncache_keys = ["a"]', "misspelled", "tool.uv.cache_keys", 2),
        ('[tool.uv]\nCache-Keys = ["a"]', "misspelled", "tool.uv.Cache-Keys", 2),
        ('[tool.uv]\ncache-key = ["a"]', "misspelled", "tool.uv.cache-key", 2),
        ('[tool.uv.pip]\ncache-keys = ["a"]', "wrong-table", "tool.uv.pip.cache-keys", 2),
        ('[tool.uv.workspace]\ncache-keys = ["a"]', "wrong-table", "tool.uv.workspace.cache-keys", 2),
        ('[tool]\ncache-keys = ["a"]', "wrong-table", "tool.cache-keys", 2),
        ('[uv]\ncache-keys = ["a"]', "wrong-table", "uv.cache-keys", 2),
        ('[project]\ncache-keys = ["a"]', "wrong-table", "project.cache-keys", 2),
        ('cache-keys = ["a"]', "wrong-table", "cache-keys", 1),
        ('[tool.uv]\ncache-keys = ["a"]\n[tool.uv.workspace]\n', "virtual-root", "tool.uv.cache-keys", 2),
    ],
)
def test_misplaced_in_pyproject(make_project: MakeProject, text: str, how: str, path: str, line: int) -> None:
    (found,) = read_misplaced(Project(make_project({"pyproject.toml": text})))
    assert (found.how, found.file, found.path, found.line) == (how, "pyproject.toml", path, line)
    assert found.reason


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ('cache-keys = ["a"]', "cache-keys", "only from pyproject.toml"),
        ('\ncache_keys = ["a"]', "cache_keys", "refuses"),
        ('[tool.uv]\ncache-keys = ["a"]', "tool.uv.cache-keys", "refuses"),
        ('[pip]\ncache-keys = ["a"]', "pip.cache-keys", "refuses"),
    ],
)
def test_misplaced_in_uv_toml(make_project: MakeProject, text: str, path: str, words: str) -> None:
    (found,) = read_misplaced(Project(make_project({"pyproject.toml": "", "uv.toml": text})))
    assert (found.how, found.file, found.path) == ("uv-toml", "uv.toml", path)
    assert words in found.reason


def test_nothing_is_misplaced(make_project: MakeProject) -> None:
    text = """
        [project]
        name = "x"
        [tool.uv]
        cache-keys = ["a"]
        cache-dir = "x"
        [tool.uv.workspace]
        [tool.cachekeys]
        enforce = "off"
    """
    assert read_misplaced(Project(make_project({"pyproject.toml": text}))) == ()
    assert read_misplaced(Project(make_project({"pyproject.toml": "tool = 3"}))) == ()

"""The record of a build against the tree."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from support.builds import git, git_init
from support.forged import Forged, forge

from cachekeys.freshness.record import of_installation
from cachekeys.freshness.verify import compare
from cachekeys.record.reader import RecordError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    MakeProject = Callable[..., Path]

PROJECT = """
    [build-system]
    requires = ["setuptools"]
    build-backend = "setuptools.build_meta"

    [project]
    name = "demo"
    dynamic = ["version"]

    [tool.setuptools.dynamic]
    version = { file = "VERSION" }

    [tool.uv]
    cache-keys = ["pyproject.toml", "c/**/*.c", { dir = "src" }, { env = "MODE" }, { git = { commit = true, tags = true } }]

    [tool.cachekeys]
    inputs = ["data/*.csv", "later.txt"]
    not-inputs = ["data/x*.csv"]
"""
FILES = {
    "pyproject.toml": PROJECT,
    "VERSION": "1",
    "c/a.c": "a",
    "c/b/b.c": "b",
    "data/one.csv": "1",
    "data/x1.csv": "x",
    "src/demo.py": "",
}


@pytest.fixture
def demo(make_project: MakeProject) -> Forged:
    root = make_project(FILES)
    git_init(root, "v1")
    return forge(root, {"MODE": "fast"})


def differences(demo: Forged, **environ: str) -> list[tuple[str, str, str, bool, bool]]:
    installation = demo.installation(**environ)
    found = compare(installation.project, of_installation(installation), installation.environ)
    return [(item.kind, item.what, item.how, item.input, item.watched) for item in found]


def test_identical(demo: Forged) -> None:
    assert differences(demo) == []
    for path in demo.root.rglob("*.c"):
        path.chmod(0o600)
        os.utime(path, (1, 1))
    assert differences(demo) == []


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("VERSION", "2", ("file", "VERSION", "changed", True, False)),
        ("VERSION", "11", ("file", "VERSION", "changed", True, False)),
        ("VERSION", None, ("file", "VERSION", "removed", True, False)),
        ("c/b/b.c", "c", ("file", "c/b/b.c", "changed", False, True)),
        ("c/new/c.c", "c", ("file", "c/new/c.c", "added", False, True)),
        ("data/one.csv", "2", ("file", "data/one.csv", "changed", True, False)),
        ("data/two.csv", "", ("file", "data/two.csv", "added", True, False)),
        ("later.txt", "", ("file", "later.txt", "added", True, False)),
        ("data/x2.csv", "", None),
        ("data/x1.csv", "y", None),
        ("demo.egg-info/PKG-INFO", "", None),
        ("README.md", "", None),
    ],
)
def test_files(demo: Forged, name: str, content: str | None, expected: Any) -> None:
    path = demo.root / name
    path.parent.mkdir(exist_ok=True)
    path.unlink() if content is None else path.write_text(content)
    assert differences(demo) == ([expected] if expected else [])


def test_a_directory_in_the_place_of_a_file(demo: Forged) -> None:
    (demo.root / "VERSION").unlink()
    (demo.root / "VERSION").mkdir()
    assert differences(demo) == [("file", "VERSION", "removed", True, False)]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(demo: Forged) -> None:
    (demo.root / "VERSION").chmod(0)
    assert differences(demo) == [("file", "VERSION", "unknown", True, False)]


def test_what_the_record_does_not_know(demo: Forged) -> None:
    """A file beyond the budget of the record has a size and no hash."""
    installation = demo.installation()
    record = of_installation(installation)
    files = {
        name: content._replace(sha256=None) if name == "VERSION" else content for name, content in record.files.items()
    }
    object.__setattr__(record, "files", files)
    found = compare(installation.project, record, installation.environ)
    assert [(item.what, item.how) for item in found] == [("VERSION", "unknown")]


def test_a_directory(demo: Forged) -> None:
    (demo.root / "src").rename(demo.root / "source")
    assert differences(demo) == [("directory", "src", "removed", False, True)]


def test_git(demo: Forged) -> None:
    git(demo.root, "commit", "--allow-empty", "-qm", "two")
    git(demo.root, "tag", "v2")
    assert differences(demo) == [
        ("git", "commit", "changed", False, True),
        ("git", "tags", "changed", False, True),
    ]


def test_environment(demo: Forged) -> None:
    assert differences(demo, MODE="slow") == []  # the record has no values
    installation = demo.installation()
    found = compare(installation.project, of_installation(installation), {})
    assert [(item.kind, item.what, item.how) for item in found] == [("env", "MODE", "removed")]


def test_keys_outside_the_project(make_project: MakeProject, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.h").write_text("1")
    (tmp_path / "near.h").write_text("1")
    keys = (
        f"cache-keys = ['{tmp_path}/outside/*.h', '{tmp_path}/near.h', '../near.h', {{ dir = '{tmp_path}/outside' }}]"
    )
    demo = forge(make_project({"pyproject.toml": f"[project]\nname = 'demo'\n[tool.uv]\n{keys}\n"}))
    assert differences(demo) == []
    (tmp_path / "outside" / "a.h").write_text("2")
    (tmp_path / "outside" / "b.h").write_text("2")
    (tmp_path / "near.h").unlink()
    assert [(what, how) for _, what, how, _, _ in differences(demo)] == [
        ("../near.h", "removed"),
        ("<key 0>/a.h", "changed"),
        ("<key 0>/b.h", "added"),
        ("<key 1>", "removed"),
    ]


@pytest.mark.skipif(os.name == "nt", reason="bytes in names")
def test_names_that_are_not_utf8(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "[project]\nname = 'demo'\n[tool.uv]\ncache-keys = ['*.c']\n"})
    odd = root / os.fsdecode(b"caf\xe9.c")
    odd.write_text("1")
    demo = forge(root)
    assert differences(demo) == []
    odd.write_text("2")
    assert [item[1:3] for item in differences(demo)] == [("caf\udce9.c", "changed")]


def test_what_the_build_writes_is_not_compared(make_project: MakeProject) -> None:
    """setuptools-scm writes the version file while it builds: it is an output, although a key matches it."""
    pyproject = PROJECT.replace('["setuptools"]', '["setuptools", "setuptools-scm"]').replace(
        '[tool.setuptools.dynamic]\n    version = { file = "VERSION" }',
        '[tool.setuptools_scm]\n    version_file = "src/demo/_version.py"',
    )
    root = make_project({**FILES, "pyproject.toml": pyproject.replace('"c/**/*.c"', '"src/**/*.py"')})
    git_init(root, "v1")
    demo = forge(root, {"MODE": "fast"})
    (root / "src" / "demo").mkdir()
    (root / "src" / "demo" / "_version.py").write_text("version = 1")
    assert differences(demo) == []
    (root / "src" / "demo" / "other.py").write_text("")
    assert [item[1] for item in differences(demo)] == ["src/demo/other.py"]


# -- where there is no record --------------------------------------------------------------------------------------------


def test_no_record(demo: Forged) -> None:
    (demo.info / "cachekeys.json").unlink()
    with pytest.raises(RecordError, match=r"there is no record.*add the build plugin"):
        of_installation(demo.installation())


def test_damaged_record(demo: Forged) -> None:
    (demo.info / "cachekeys.json").write_text((demo.info / "cachekeys.json").read_text().replace("VERSION", "version"))
    with pytest.raises(RecordError, match="was changed or cut off"):
        of_installation(demo.installation())


def test_not_installed(demo: Forged) -> None:
    demo.info.rename(demo.root / "gone")
    with pytest.raises(RecordError, match="demo is not installed in"):
        of_installation(demo.installation())


def test_installed_twice(demo: Forged) -> None:
    shutil.copytree(demo.info, demo.info.with_name("demo-2.0.dist-info"))
    with pytest.raises(RecordError, match="more than once"):
        of_installation(demo.installation())

"""What git tracks, asked of real repositories: plain, nested, with a submodule, with odd names and index formats."""

from __future__ import annotations

import builtins
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from cachekeys.tracked import Tracked, read_tracked

if TYPE_CHECKING:
    from pathlib import Path


def git(directory: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=n", "-c", "user.email=e", "-c", "protocol.file.allow=always", *arguments],
        cwd=directory,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / "pkg").mkdir(parents=True)
    (root / "pkg" / "a.c").write_text("")
    (root / "shared.h").write_text("")
    git(root, "init", "-q")
    git(root, "add", ".")
    (root / "pkg" / "new.c").write_text("")
    return root


@pytest.fixture(params=["gitpython", "git"])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of reading must give the same answers."""
    if request.param == "git":
        real = builtins.__import__

        def without_gitpython(name: str, *args: Any, **kwargs: Any) -> Any:
            if name == "git" or name.startswith("git."):
                raise ImportError(name)
            return real(name, *args, **kwargs)

        monkeypatch.setattr(builtins, "__import__", without_gitpython)
    else:
        pytest.importorskip("git")
        monkeypatch.setattr("cachekeys.tracked._read_with_git", lambda _: pytest.fail("the executable was asked"))
    return str(request.param)


@pytest.mark.usefixtures("reader")
def test_tracked_and_untracked(repository: Path) -> None:
    tracked = read_tracked(str(repository))
    assert tracked is not None
    assert "pkg/a.c" in tracked
    assert "pkg/../shared.h" in tracked
    assert "pkg/new.c" not in tracked
    assert "pkg" not in tracked


@pytest.mark.usefixtures("reader")
def test_project_below_the_top(repository: Path) -> None:
    tracked = read_tracked(str(repository / "pkg"))
    assert tracked is not None
    assert "a.c" in tracked
    assert "../shared.h" in tracked
    assert "shared.h" not in tracked


@pytest.mark.usefixtures("reader")
def test_fresh_repository_tracks_nothing(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    tracked = read_tracked(str(tmp_path))
    assert tracked is not None
    assert "a.c" not in tracked


@pytest.mark.usefixtures("reader")
def test_submodule_stands_for_what_is_in_it(repository: Path, tmp_path: Path) -> None:
    git(repository, "commit", "-qm", "1")
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q")
    git(outer, "submodule", "add", "-q", str(repository), "third_party/inner")
    tracked = read_tracked(str(outer))
    assert tracked is not None
    assert "third_party/inner/pkg/a.c" in tracked
    assert "third_party/other.c" not in tracked
    inner = read_tracked(str(outer / "third_party" / "inner"))
    assert inner is not None
    assert "pkg/a.c" in inner


@pytest.mark.usefixtures("reader")
def test_linked_worktree(repository: Path, tmp_path: Path) -> None:
    git(repository, "commit", "-qm", "1")
    git(repository, "worktree", "add", "-q", str(tmp_path / "linked"))
    tracked = read_tracked(str(tmp_path / "linked"))
    assert tracked is not None
    assert "pkg/a.c" in tracked


def test_index_format_unknown_to_gitpython(repository: Path) -> None:
    git(repository, "update-index", "--index-version", "4")
    tracked = read_tracked(str(repository))
    assert tracked is not None
    assert "pkg/a.c" in tracked
    assert "pkg/new.c" not in tracked


def test_name_that_is_not_utf8(repository: Path) -> None:
    name = os.fsdecode(b"caf\xe9.c")
    (repository / name).write_text("")
    git(repository, "add", ".")
    tracked = read_tracked(str(repository))
    assert tracked is not None
    assert name in tracked


def test_folded_directory_of_a_sparse_index() -> None:
    tracked = Tracked([(0o040000, "docs/"), (0o100644, "a.c")])
    assert "docs/deep/x.c" in tracked
    assert "a.c" in tracked
    assert "b.c" not in tracked


def test_no_repository(tmp_path: Path) -> None:
    assert read_tracked(str(tmp_path)) is None


def test_broken_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").write_bytes(b"DIRC rubbish")
    assert read_tracked(str(tmp_path)) is None


def test_neither_gitpython_nor_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cachekeys.tracked._read_with_gitpython", lambda _: None)
    monkeypatch.setenv("PATH", "")
    assert read_tracked(str(repository)) is None


def test_program_named_in_the_repository_is_not_run(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    witness = repository.parent / "ran"
    hook = repository.parent / "hook"
    hook.write_text(f"#!/bin/sh\ntouch '{witness}'\n")
    hook.chmod(0o755)
    git(repository, "config", "core.fsmonitor", str(hook))
    monkeypatch.setattr("cachekeys.tracked._read_with_gitpython", lambda _: None)
    assert read_tracked(str(repository)) is not None
    assert not witness.exists()

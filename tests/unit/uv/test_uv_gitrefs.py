"""Commit and tags in every kind of repository that uv reads, and why there are none in the others."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from cachekeys.uv.gitrefs import GitState, commit, find_repository, state, tags

if TYPE_CHECKING:
    from pathlib import Path

ONE = "1b6638fdb424e993d8354e75c55a3e524050c857"
TWO = "a1a42cbd10d83bafd8600ba81f72bbef6c579385"
THREE = "0123456789abcdefABCDEF0123456789abcdef01"


def _write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")
    return root


def _state(root: Path, files: dict[str, str | bytes], project: str = "") -> GitState:
    """Return the state of a repository with these files, checked against the two plain functions."""
    _write(root, files)
    found = state(root / project)
    repository = find_repository(root / project)
    assert repository == found.repository
    if repository is not None:
        assert (commit(repository), tags(repository)) == (found.commit, found.tags)
    assert (found.commit is None) is (found.commit_reason is not None)
    assert found.tags is not None or found.tags_reason is not None
    return found


NORMAL: dict[str, str | bytes] = {
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/refs/heads/main": f"{ONE}\n",
    ".git/refs/tags/v1": f"{TWO}\n",
}


def test_a_branch(tmp_path: Path) -> None:
    found = _state(tmp_path, NORMAL)
    assert (found.commit, found.tags) == (ONE, {"v1": TWO})
    assert (found.commit_reason, found.tags_reason, found.packed_commit) == (None, None, False)


def test_a_project_in_a_subdirectory_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "packages" / "one").mkdir(parents=True)
    found = _state(tmp_path, NORMAL, "packages/one")
    assert found.commit == ONE
    assert found.repository is not None
    assert found.repository.root == str(tmp_path)


def test_no_repository(tmp_path: Path) -> None:
    found = state(tmp_path)
    assert (found.commit, found.tags, found.repository) == (None, None, None)
    assert "no git repository" in (found.commit_reason or "")
    assert "no git repository" in (found.tags_reason or "")


@pytest.mark.parametrize(
    ("head", "files", "expected"),
    [
        (f"{THREE}\n", {}, THREE),
        ("ref: refs/heads/feature/x\n", {".git/refs/heads/feature/x": ONE}, ONE),
        ("ref: refs/heads/main ignored words", {}, ONE),
        ("anything refs/heads/main", {}, ONE),
        ("ref:\u2003refs/heads/main", {}, ONE),
        ("ref: refs/heads/main", {".git/refs/heads/main": f"\n {TWO}\t\r\n"}, TWO),
        ("ref: ../else", {"else": ONE}, ONE),
    ],
)
def test_how_head_is_read(tmp_path: Path, head: str, files: dict[str, str | bytes], expected: str) -> None:
    assert _state(tmp_path, NORMAL | {".git/HEAD": head} | files).commit == expected


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({".git/HEAD": "ref: refs/heads/new\n"}, "no commit yet"),
        ({".git/HEAD": ""}, "is empty"),
        ({".git/HEAD": "ref:refs/heads/main\n"}, "symbolic reference"),
        ({".git/HEAD": b"ref: refs/heads/\xff"}, "not UTF-8"),
        ({".git/HEAD": "ref: refs/heads"}, "not a regular file"),
        ({".git/HEAD": "ref: refs/heads/main/deeper"}, "Not a directory"),
        ({".git/HEAD": "ref: a\0b"}, "null"),
        ({".git/HEAD": ONE[:-1]}, "40 hexadecimal digits"),
        ({".git/HEAD": "ref:\x1frefs/heads/main"}, "symbolic reference"),  # Python would cut at U+001F
        ({".git/refs/heads/main": ""}, "main is empty"),
        ({".git/refs/heads/main": "ref: refs/heads/other"}, "does not follow"),
        ({".git/refs/heads/main": ONE + TWO[:24]}, "SHA-256"),
        ({".git/refs/heads/main": "g" * 40}, "40 hexadecimal digits"),
    ],
)
def test_why_there_is_no_commit(tmp_path: Path, files: dict[str, str | bytes], reason: str) -> None:
    found = _state(tmp_path, NORMAL | files)
    assert found.commit is None
    assert reason in (found.commit_reason or "")
    assert found.tags == {"v1": TWO}


def test_packed_references(tmp_path: Path) -> None:
    packed = f"# pack-refs with: peeled\n{ONE} refs/heads/main\n{TWO} refs/tags/rel/1.0\n^{ONE}\r\n\n  {TWO} refs/tags/v1  \n"
    found = _state(
        tmp_path,
        {".git/HEAD": "ref: refs/heads/main", ".git/packed-refs": packed, ".git/refs/tags/v1": THREE},
    )
    assert (found.commit, found.packed_commit) == (ONE, True)
    assert found.tags == {"rel/1.0": TWO, "v1": THREE}
    assert found.packed_tags == {"rel/1.0"}


def test_loose_wins_over_packed(tmp_path: Path) -> None:
    found = _state(tmp_path, NORMAL | {".git/packed-refs": f"{TWO} refs/heads/main\n"})
    assert (found.commit, found.packed_commit) == (ONE, False)


@pytest.mark.parametrize(
    "content", [b"\xff", b"garbage\n", f"{ONE[1:]} refs/heads/other\n".encode(), f"{ONE}\trefs/x".encode()]
)
def test_broken_packed_references_cost_all_tags_but_no_loose_commit(tmp_path: Path, content: bytes) -> None:
    found = _state(tmp_path, NORMAL | {".git/packed-refs": content})
    assert (found.commit, found.tags) == (ONE, None)
    assert "packed-refs" in (found.tags_reason or "")


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({".git/refs/tags/v9.lock": ""}, "v9.lock is empty"),
        ({".git/refs/tags/deep/odd": "what"}, "40 hexadecimal digits"),
        ({".git/refs/tags/latest": "ref: refs/tags/v1\n"}, "symbolic reference"),
        ({".git/refs/tags/big": ONE + TWO[:24]}, "SHA-256"),
    ],
)
def test_one_odd_file_costs_all_tags(tmp_path: Path, files: dict[str, str | bytes], reason: str) -> None:
    found = _state(tmp_path, NORMAL | files)
    assert (found.commit, found.tags) == (ONE, None)
    assert reason in (found.tags_reason or "")


def test_tags_that_are_skipped(tmp_path: Path) -> None:
    _write(tmp_path, NORMAL)
    (tmp_path / ".git/refs/tags/link").symlink_to("v1")
    (tmp_path / ".git/refs/tags/loop").symlink_to(".")
    (tmp_path / os.fsdecode(b".git/refs/tags/\xff")).write_text("not even read")
    assert state(tmp_path).tags == {"v1": TWO}


def test_tags_are_sorted_by_their_bytes(tmp_path: Path) -> None:
    names = ("é", "z", "a/b", "a", "a.b", "Z")
    files: dict[str, str | bytes] = {".git/packed-refs": "".join(f"{ONE} refs/tags/{name}\n" for name in names)}
    assert list(_state(tmp_path, NORMAL | files).tags or ()) == ["Z", "a", "a.b", "a/b", "v1", "z", "é"]


def test_an_unborn_branch_has_no_commit_but_tags(tmp_path: Path) -> None:
    found = _state(tmp_path, {".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/.keep": ""})
    assert (found.commit, found.tags, found.tags_reason) == (None, {}, None)


@pytest.mark.parametrize("text", ["gitdir: {0}/main/.git/worktrees/w\n", "gitdir:../main/.git/worktrees/w"])
@pytest.mark.parametrize("common", ["../..\n", "{0}/main/.git"])
def test_a_linked_worktree(tmp_path: Path, text: str, common: str) -> None:
    _write(
        tmp_path,
        {
            "main/.git/HEAD": "ref: refs/heads/main\n",
            "main/.git/packed-refs": f"{ONE} refs/heads/topic\n",
            "main/.git/refs/heads/main": TWO,
            "main/.git/refs/tags/v1": TWO,
            "main/.git/worktrees/w/HEAD": "ref: refs/heads/topic\n",
            "main/.git/worktrees/w/commondir": common.format(tmp_path),
            "w/.git": text.format(tmp_path),
        },
    )
    found = state(tmp_path / "w")
    assert (found.commit, found.tags) == (ONE, {"v1": TWO})
    assert found.repository is not None
    assert found.repository.linked
    assert os.path.samefile(found.repository.common_dir or "", tmp_path / "main/.git")


def test_a_reference_of_the_worktree_itself_comes_first(tmp_path: Path) -> None:
    found = _state(
        tmp_path,
        {
            ".git/HEAD": "ref: refs/bisect/bad",
            ".git/refs/bisect/bad": ONE,
            ".git/commondir": "../common",
            "common/refs/bisect/bad": TWO,
        },
    )
    assert found.commit == ONE


def test_a_submodule(tmp_path: Path) -> None:
    _write(
        tmp_path,
        NORMAL | {"sub/.git": "gitdir: ../.git/modules/sub\n", ".git/modules/sub/HEAD": f"{TWO}\n"},
    )
    assert (state(tmp_path / "sub").commit, state(tmp_path / "sub").tags) == (TWO, {})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "does not begin with 'gitdir:'"),
        (" gitdir: x", "does not begin with 'gitdir:'"),
        ("worktree: x", "does not begin with 'gitdir:'"),
        (b"gitdir: \xff", "not UTF-8"),
    ],
)
def test_a_git_file_that_says_nothing_stops_the_search(tmp_path: Path, content: str | bytes, reason: str) -> None:
    found = _state(tmp_path, NORMAL | {"project/.git": content}, "project")
    assert (found.commit, found.tags) == (None, None)
    assert reason in (found.commit_reason or "")
    assert found.commit_reason == found.tags_reason


def test_a_git_file_that_leads_nowhere(tmp_path: Path) -> None:
    found = _state(tmp_path, {".git": "gitdir: nowhere"})
    assert (found.commit, found.tags) == (None, {})
    assert "no HEAD" in (found.commit_reason or "")
    assert "no HEAD" in (found.tags_reason or "")


def test_a_git_file_that_names_a_file(tmp_path: Path) -> None:
    found = _state(tmp_path, {".git": "gitdir: file", "file": ""})
    assert (found.commit, found.tags) == (None, None)


def test_an_empty_git_directory_stops_the_search(tmp_path: Path) -> None:
    (tmp_path / "project" / ".git").mkdir(parents=True)
    found = _state(tmp_path, NORMAL, "project")
    assert (found.commit, found.tags) == (None, {})
    assert "no HEAD" in (found.tags_reason or "")


def test_links_named_git(tmp_path: Path) -> None:
    _write(tmp_path, {name.replace(".git", "store"): content for name, content in NORMAL.items()})
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/.git").symlink_to("nowhere")
    assert state(tmp_path / "broken").repository is None
    (tmp_path / ".git").symlink_to("store")
    assert state(tmp_path).commit == ONE
    assert state(tmp_path / "broken").commit == ONE


def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    _write(tmp_path, NORMAL)
    (tmp_path / ".git/HEAD").unlink()
    os.mkfifo(tmp_path / ".git/HEAD")
    assert "not a regular file" in (state(tmp_path).commit_reason or "")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "inner").mkdir()
    os.mkfifo(tmp_path / "inner/.git")
    assert "neither a directory nor a regular file" in (state(tmp_path / "inner").commit_reason or "")


def test_a_reftable_repository_is_called_by_its_name(tmp_path: Path) -> None:
    found = _state(
        tmp_path,
        {
            ".git/HEAD": "ref: refs/heads/.invalid\n",
            ".git/refs/heads": "this repository uses the reftable format\n",
            ".git/reftable/tables.list": "x.ref\n",
        },
    )
    assert (found.commit, found.tags) == (None, {})
    assert "reftable" in (found.commit_reason or "")
    assert "reftable" in (found.tags_reason or "")


def test_an_unreadable_directory_of_tags_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, NORMAL | {".git/refs/tags/shut/v2": ONE})
    listed = os.scandir

    def refuse(path: str) -> object:
        if "shut" in path:
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert state(tmp_path).tags == {"v1": TWO}


def test_tags_below_a_link_or_in_a_file(tmp_path: Path) -> None:
    _write(tmp_path, NORMAL | {"elsewhere/v5": THREE})
    (tmp_path / ".git/refs/tags/v1").unlink()
    (tmp_path / ".git/refs/tags").rmdir()
    (tmp_path / ".git/refs/tags").symlink_to("../../elsewhere")
    assert state(tmp_path).tags == {"v5": THREE}
    (tmp_path / ".git/refs/tags").unlink()
    (tmp_path / ".git/refs/tags").write_text(ONE)
    assert state(tmp_path).tags == {"": ONE}


def test_nothing_from_the_environment_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, NORMAL)
    (tmp_path / "project").mkdir()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert state(tmp_path / "project").commit == ONE

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, keys, pyproject

if TYPE_CHECKING:
    from pathlib import Path

    from support.rule_cases import Make

BOTH = "{ git = { commit = true, tags = true } }"


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


def repository(root: Path, *options: str) -> Path:
    git(root, "init", "-q", "-b", "main", *options)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    git(root, "tag", "v1")
    return root


@pytest.mark.parametrize("entry", [BOTH, "{ git = true }", "{ git = { tags = true } }"])
def test_a_usual_repository(make_project: Make, entry: str) -> None:
    root = repository(make_project({"pyproject.toml": pyproject(keys(entry))}))
    assert not findings("CK207", analysis_of(root))
    git(root, "pack-refs", "--all")
    assert not findings("CK207", analysis_of(root))
    git(root, "checkout", "-q", "--detach")
    assert not findings("CK207", analysis_of(root))


def test_a_stale_lock_costs_all_tags(make_project: Make) -> None:
    root = repository(make_project({"pyproject.toml": pyproject(keys('"a"', BOTH))}))
    (root / ".git/refs/tags/v2.lock").touch()
    (finding,) = findings("CK207", analysis_of(root))
    assert (finding.severity, finding.subject) == ("warning", "git tags")
    assert "v2.lock" in finding.message
    assert finding.line == 12


def test_tags_do_not_matter_to_a_commit_key(make_project: Make) -> None:
    root = repository(make_project({"pyproject.toml": pyproject(keys("{ git = true }"))}))
    (root / ".git/refs/tags/v2.lock").touch()
    assert not findings("CK207", analysis_of(root))


def test_sha256(make_project: Make) -> None:
    root = repository(make_project({"pyproject.toml": pyproject(keys(BOTH))}), "--object-format=sha256")
    commit, tags = findings("CK207", analysis_of(root))
    assert (commit.subject, tags.subject) == ("git commit", "git tags")
    assert "SHA-256" in commit.message


def test_head_leads_to_a_symbolic_reference(make_project: Make) -> None:
    root = repository(make_project({"pyproject.toml": pyproject(keys(BOTH))}))
    git(root, "symbolic-ref", "refs/heads/alias", "refs/heads/main")
    git(root, "symbolic-ref", "HEAD", "refs/heads/alias")
    (finding,) = findings("CK207", analysis_of(root))
    assert finding.subject == "git commit"


def test_before_the_first_commit(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(keys(BOTH))})
    git(root, "init", "-q")
    assert not findings("CK207", analysis_of(root))


def test_no_repository_is_a_remark_and_an_sdist_needs_none(make_project: Make) -> None:
    files = {"pyproject.toml": pyproject(keys(BOTH))}
    (finding,) = findings("CK207", analysis_of(make_project(files)))
    assert finding.severity == "info"
    assert not findings("CK207", analysis_of(make_project({**files, "PKG-INFO": "Name: demo\n"})))


@pytest.mark.parametrize("entry", ['{ env = "X" }', "{ git = false }", "{ git = {} }"])
def test_keys_that_ask_git_nothing(make_project: Make, entry: str) -> None:
    assert not findings("CK207", analysis_of(make_project({"pyproject.toml": pyproject(keys(entry))})))


def test_an_old_uv_reads_no_packed_references(make_project: Make) -> None:
    text = pyproject(keys(BOTH, extra='required-version = ">=0.9"\n'))
    root = repository(make_project({"pyproject.toml": text}))
    assert not findings("CK207", analysis_of(root))
    git(root, "pack-refs", "--all")
    (finding,) = findings("CK207", analysis_of(root))
    assert "the commit and tags in packed-refs" in finding.message
    (root / "pyproject.toml").write_text(text.replace(">=0.9", ">=0.11.20"))
    assert not findings("CK207", analysis_of(root))


def test_an_old_uv_reads_no_worktrees(make_project: Make, tmp_path: Path) -> None:
    text = pyproject(keys("{ git = true }", extra='required-version = ">=0.9"\n'))
    root = repository(make_project({"pyproject.toml": text}))
    git(root, "worktree", "add", "-q", str(tmp_path / "tree"))
    (finding,) = findings("CK207", analysis_of(tmp_path / "tree"))
    assert "the commit in a worktree or submodule" in finding.message

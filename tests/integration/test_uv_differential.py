"""Random projects: what we compute is what the real uv computes.

``CACHEKEYS_DIFFERENTIAL_TREES`` says how many random trees to try (each with several key lists), and
``CACHEKEYS_DIFFERENTIAL_SEED`` where to start.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.random_projects import Bumper, as_keys, random_environ, random_git, random_keys, random_tree
from support.uv_oracle import Oracle, UvError, cache_keys

from cachekeys.uv.cacheinfo import compute
from cachekeys.uv.globs import GlobError
from cachekeys.uv.walk import watched_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

pytestmark = pytest.mark.uv

TREES = int(os.environ.get("CACHEKEYS_DIFFERENTIAL_TREES", "40"))
FIRST = int(os.environ.get("CACHEKEYS_DIFFERENTIAL_SEED", "0"))
LISTS_PER_TREE = 8


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    return Oracle(tmp_path_factory.mktemp("oracle"))


def _ours(project: Path, keys: list[Any], environ: dict[str, str | bytes]) -> str | None:
    decoded = {os.fsdecode(name): os.fsdecode(value) for name, value in environ.items()}
    try:
        return compute(str(project), as_keys(keys), decoded).to_json()
    except GlobError:
        return None


def _uvs(oracle: Oracle, project: Path, environ: dict[str, str | bytes]) -> str | None:
    try:
        return oracle.text(project, environ)
    except UvError as error:
        if "Failed to parse glob patterns" not in str(error):
            raise
        return None


@pytest.mark.parametrize("seed", range(FIRST, FIRST + TREES))
def test_same_cache_info_as_uv(seed: int, tmp_path: Path, oracle: Oracle) -> None:
    choice = random.Random(seed)
    project = tmp_path / "proj"
    bumper = Bumper()
    files = random_tree(choice, project, bumper)
    random_git(choice, project)
    for number in range(LISTS_PER_TREE):
        keys, environ = random_keys(choice, project, files), random_environ(choice)
        (project / "pyproject.toml").write_text(cache_keys(keys), encoding="utf-8")
        for path in (os.fsencode(project / "pyproject.toml"), *choice.sample(files, min(3, len(files)))):
            bumper.bump(path)
        theirs = _uvs(oracle, project, environ)
        ours = _ours(project, keys, environ)
        assert ours == theirs, f"{keys} in {project} with {environ}; newest for uv: {oracle.newest()}"
        if ours is not None:
            _compare_the_log(oracle, project, keys)
        if ours is not None and number == 0:
            assert oracle.is_fresh(project, ours, environ)
            assert not oracle.is_fresh(
                project, ours.replace('"env":{', '"env":{"NEVER_ASKED":"",').replace(",}", "}"), environ
            )


def _compare_the_log(oracle: Oracle, project: Path, keys: list[Any]) -> None:
    """uv names the newest file, and warns once for every key or entry that it cannot use."""
    info = compute(str(project), as_keys(keys), {}, watched=watched_files(str(project), as_keys(keys), prune=False))
    newest = oracle.newest()
    if newest is not None and os.path.lexists(newest):  # the log garbles some names
        assert info.newest is not None
        assert os.path.samefile(project / info.newest.path, newest)
    kinds = sorted(text.partition(":")[0] for _, text in info.warnings)
    assert kinds == sorted(text.partition(":")[0] for text in oracle.warnings())


@pytest.mark.parametrize("seed", range(FIRST, FIRST + TREES * 3))
def test_same_git_state_as_uv(seed: int, tmp_path: Path, oracle: Oracle) -> None:
    choice = random.Random(seed)
    project = tmp_path / "outer" / "proj"
    project.mkdir(parents=True)
    random_git(choice, project)
    keys = [{"git": {"commit": True, "tags": True}}]
    (project / "pyproject.toml").write_text(cache_keys(keys), encoding="utf-8")
    assert _ours(project, keys, {}) == _uvs(oracle, project, {})


def _git(where: Path, *arguments: str) -> None:
    identity = (
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b.c",
        "-c",
        "protocol.file.allow=always",
        "-c",
        "init.defaultBranch=main",
    )
    subprocess.run(["git", *identity, *arguments], cwd=where, check=True, capture_output=True)


def _repository(where: Path, *options: str) -> Path:
    where.mkdir(parents=True, exist_ok=True)
    _git(where, "init", *options)
    _git(where, "commit", "--allow-empty", "-m", "one")
    _git(where, "tag", "v1")
    _git(where, "tag", "-a", "rel/1.0", "-m", "annotated")
    return where


def _packed(where: Path) -> Path:
    _git(_repository(where), "gc")
    return where


def _packed_and_moved_on(where: Path) -> Path:
    _git(_packed(where), "commit", "--allow-empty", "-m", "two")
    _git(where, "tag", "-f", "v1")
    return where


def _detached(where: Path) -> Path:
    _git(_repository(where), "checkout", "--detach")
    return where


def _unborn(where: Path) -> Path:
    where.mkdir()
    _git(where, "init")
    return where


def _cloned(where: Path) -> Path:
    _repository(where / "origin")
    _git(where, "clone", "origin", "clone")
    return where / "clone"


def _shallow(where: Path) -> Path:
    _repository(where / "origin")
    _git(where, "clone", "--depth", "1", f"file://{where}/origin", "clone")
    return where / "clone"


def _worktree(where: Path) -> Path:
    _git(_packed(where / "main"), "worktree", "add", "-b", "topic/x", "../tree")
    return where / "tree"


def _detached_worktree(where: Path) -> Path:
    _git(_repository(where / "main"), "worktree", "add", "--detach", "../tree")
    return where / "tree"


def _submodule(where: Path) -> Path:
    _repository(where / "library")
    _git(_repository(where / "main"), "submodule", "add", f"{where}/library", "sub")
    return where / "main" / "sub"


def _separate(where: Path) -> Path:
    return _repository(where / "work", f"--separate-git-dir={where}/store")


def _sha256(where: Path) -> Path:
    return _repository(where, "--object-format=sha256")


def _tag_link(where: Path) -> Path:
    _git(_repository(where), "symbolic-ref", "refs/tags/latest", "refs/tags/v1")
    return where


GIT_STATES: dict[str, tuple[Callable[[Path], Path], bool, set[str] | None]] = {
    "loose": (_repository, True, {"v1", "rel/1.0"}),
    "packed": (_packed, True, {"v1", "rel/1.0"}),
    "packed and moved on": (_packed_and_moved_on, True, {"v1", "rel/1.0"}),
    "detached": (_detached, True, {"v1", "rel/1.0"}),
    "unborn": (_unborn, False, set()),
    "clone": (_cloned, True, {"v1", "rel/1.0"}),
    "shallow": (_shallow, True, {"v1", "rel/1.0"}),
    "worktree": (_worktree, True, {"v1", "rel/1.0"}),
    "detached worktree": (_detached_worktree, True, {"v1", "rel/1.0"}),
    "submodule": (_submodule, True, {"v1", "rel/1.0"}),
    "separate git dir": (_separate, True, {"v1", "rel/1.0"}),
    "sha256": (_sha256, False, None),
    "symbolic tag": (_tag_link, True, None),
}


@pytest.mark.skipif(shutil.which("git") is None, reason="makes real repositories")
@pytest.mark.parametrize("name", GIT_STATES)
def test_real_repositories(name: str, tmp_path: Path, oracle: Oracle) -> None:
    make, has_commit, tag_names = GIT_STATES[name]
    project = make(tmp_path / "repository") / "packages" / "one"
    project.mkdir(parents=True)
    keys = [{"git": {"commit": True, "tags": True}}]
    (project / "pyproject.toml").write_text(cache_keys(keys), encoding="utf-8")
    theirs = oracle.cache_info(project)
    assert _ours(project, keys, {}) == oracle.text(project)
    assert (theirs["commit"] is not None) is has_commit
    assert (None if theirs["tags"] is None else set(theirs["tags"])) == tag_names


@pytest.mark.parametrize(
    ("opening", "core", "deepest"),
    [("{", "a", 249), ("{", "?", 248), ("{", "*", 247), ("{", "**/", 245), ("{x", "a", 124), ("{x,", "a", 124)],
)
def test_how_deep_braces_may_be(opening: str, core: str, deepest: int, tmp_path: Path, oracle: Oracle) -> None:
    for depth in (deepest, deepest + 1):
        keys = [opening * depth + core + "}" * depth + ".c"]
        (tmp_path / "pyproject.toml").write_text(cache_keys(keys), encoding="utf-8")
        refused = depth > deepest
        assert (_ours(tmp_path, keys, {}) is None) is refused
        assert (_uvs(oracle, tmp_path, {}) is None) is refused

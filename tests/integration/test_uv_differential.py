"""Random projects: what we compute is what the real uv computes.

``CACHEKEYS_DIFFERENTIAL_TREES`` says how many random trees to try (each with several key lists), and
``CACHEKEYS_DIFFERENTIAL_SEED`` where to start. ``bench/differential.py`` does the same for as long as one likes.
"""

from __future__ import annotations

import os
import random
import shutil
from typing import TYPE_CHECKING

import pytest
from support.differential import compare
from support.git_states import GIT_STATES
from support.random_projects import as_keys, random_git
from support.uv_oracle import UvError, cache_keys

from cachekeys.uv.cacheinfo import compute
from cachekeys.uv.globs import GlobError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from support.uv_oracle import Oracle

pytestmark = pytest.mark.uv

TREES = int(os.environ.get("CACHEKEYS_DIFFERENTIAL_TREES", "40"))
FIRST = int(os.environ.get("CACHEKEYS_DIFFERENTIAL_SEED", "0"))
LISTS_PER_TREE = 8


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


@pytest.mark.skipif(shutil.which("git") is None, reason="makes real repositories")
@pytest.mark.parametrize("seed", range(FIRST, FIRST + TREES))
def test_same_cache_info_as_uv(seed: int, tmp_path: Path, oracle: Oracle) -> None:
    result = compare(seed, tmp_path / "tree", oracle, lists=LISTS_PER_TREE)
    assert result.differences == []
    assert result.cases == LISTS_PER_TREE


@pytest.mark.parametrize("seed", range(FIRST, FIRST + TREES * 3))
def test_same_git_state_as_uv(seed: int, tmp_path: Path, oracle: Oracle) -> None:
    choice = random.Random(seed)
    project = tmp_path / "outer" / "proj"
    project.mkdir(parents=True)
    random_git(choice, project)
    keys = [{"git": {"commit": True, "tags": True}}]
    (project / "pyproject.toml").write_text(cache_keys(keys), encoding="utf-8")
    assert _ours(project, keys, {}) == _uvs(oracle, project, {})


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

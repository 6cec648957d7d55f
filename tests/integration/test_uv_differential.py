"""Random projects: what we compute is what the real uv computes.

``CACHEKEYS_DIFFERENTIAL_TREES`` says how many random trees to try (each with several key lists), and
``CACHEKEYS_DIFFERENTIAL_SEED`` where to start.
"""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest
from support.random_projects import Bumper, as_keys, random_environ, random_git, random_keys, random_tree
from support.uv_oracle import Oracle, UvError, cache_keys

from cachekeys.uv.cacheinfo import compute
from cachekeys.uv.globs import GlobError

if TYPE_CHECKING:
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
        keys, environ = random_keys(choice, project), random_environ(choice)
        (project / "pyproject.toml").write_text(cache_keys(keys), encoding="utf-8")
        for path in choice.sample(files, min(3, len(files))):
            bumper.bump(path)
        theirs = _uvs(oracle, project, environ)
        ours = _ours(project, keys, environ)
        assert ours == theirs, f"{keys} in {project} with {environ}; newest for uv: {oracle.newest()}"
        if ours is not None and number == 0:
            assert oracle.is_fresh(project, ours, environ)
            assert not oracle.is_fresh(
                project, ours.replace('"env":{', '"env":{"NEVER_ASKED":"",').replace(",}", "}"), environ
            )


@pytest.mark.parametrize("seed", range(FIRST, FIRST + TREES * 3))
def test_same_git_state_as_uv(seed: int, tmp_path: Path, oracle: Oracle) -> None:
    choice = random.Random(seed)
    project = tmp_path / "outer" / "proj"
    project.mkdir(parents=True)
    random_git(choice, project)
    keys = [{"git": {"commit": True, "tags": True}}]
    (project / "pyproject.toml").write_text(cache_keys(keys), encoding="utf-8")
    assert _ours(project, keys, {}) == _uvs(oracle, project, {})

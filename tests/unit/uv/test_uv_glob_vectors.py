"""The 327 measured vectors: a list of globs, and exactly which files of a tree count for uv 0.13.8."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cachekeys.uv.keys import FileKey
from cachekeys.uv.walk import Watched, Watcher, watched_files

DATA = json.loads((Path(__file__).parents[2] / "data" / "uv_glob_vectors.json").read_text(encoding="utf-8"))
SUITES = {suite["name"]: suite for suite in DATA["suites"]}
VECTORS = [(name, number) for name, suite in SUITES.items() for number in range(len(suite["vectors"]))]


def _touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build the tree of each suite, as the file of vectors describes it."""
    return {name: _build(tmp_path_factory.mktemp(name), suite["files"]) for name, suite in SUITES.items()}


def _build(outer: Path, files: list[str]) -> Path:
    extras = DATA["common_tree_extras"]
    root = outer / "proj"  # two vectors come back to it by name
    for name in (*files, *extras["outside"], "pyproject.toml"):
        _touch(root / name)
    for name in extras["dirs"]:
        (root / name).mkdir(parents=True)
    for name in extras["fifos"]:
        os.mkfifo(root / name)
    for name, target in extras["symlinks"].items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(target.replace("<root>", str(outer)).removesuffix(" (absolute)"))
    _touch(root / os.fsdecode(b"nonutf\xff.c"))
    return root


def _resolve(root: Path, names: set[str]) -> set[str]:
    """Return the files themselves: the vectors name one by one of its paths, a glob may find it by another."""
    return {os.path.realpath(root / name.replace("\\xff", "\udcff")) for name in names}


@cache
def _watched(root: Path, keys: tuple[str, ...], *, prune: bool) -> Watched:
    return watched_files(str(root), [FileKey(index, key) for index, key in enumerate(keys)], prune=prune)


def _keys(root: Path, vector: dict[str, Any]) -> tuple[str, ...]:
    return tuple(key.replace("$P", str(root)) for key in vector["keys"])


def test_all_vectors_are_there() -> None:
    assert len(VECTORS) == 327


@pytest.mark.parametrize(("suite", "number"), VECTORS)
def test_what_counts(suite: str, number: int, trees: dict[str, Path]) -> None:
    vector, root = SUITES[suite]["vectors"][number], trees[suite]
    watched = _watched(root, _keys(root, vector), prune=True)
    if "error" in vector:
        assert [error.reason for _, error in watched.errors] == [vector["error"]]
    else:
        assert watched.errors == ()
        assert _resolve(root, {file.path for file in watched.files}) == _resolve(root, set(vector["hits"]))


@pytest.mark.parametrize(("suite", "number"), VECTORS)
def test_leaving_out_directories_changes_nothing(suite: str, number: int, trees: dict[str, Path]) -> None:
    vector, root = SUITES[suite]["vectors"][number], trees[suite]
    keys = _keys(root, vector)
    pruned, whole = _watched(root, keys, prune=True), _watched(root, keys, prune=False)
    assert pruned.files == whole.files
    assert all(pruned.entries[base] <= count for base, count in whole.entries.items())


@pytest.mark.parametrize(("suite", "number"), VECTORS)
def test_covers_names_the_key_that_counts_a_file(suite: str, number: int, trees: dict[str, Path]) -> None:
    vector, root = SUITES[suite]["vectors"][number], trees[suite]
    keys = _keys(root, vector)
    watcher = Watcher([FileKey(index, key) for index, key in enumerate(keys)], str(root))
    through_links = ("linkd", "src/linkd.c")
    for file in _watched(root, keys, prune=True).files:
        if not file.path.startswith(through_links):
            assert watcher.covers(file.path) == file.key
            assert file.key in watcher.matching(file.path)

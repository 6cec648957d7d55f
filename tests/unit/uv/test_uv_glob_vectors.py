"""The 327 measured vectors: a list of globs, and exactly which files of a tree count for uv 0.13.8."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cachekeys.uv.dialect import CURRENT, Dialect
from cachekeys.uv.keys import FileKey
from cachekeys.uv.versions import dialect
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
    # Some vectors climb out of the project: what other tests leave in their directories must be out of reach.
    return {
        name: _build(tmp_path_factory.mktemp(name) / "far/away/from", suite["files"]) for name, suite in SUITES.items()
    }


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
def _watched(root: Path, keys: tuple[str, ...], *, prune: bool, dialect: Dialect = CURRENT) -> Watched:
    listed = [FileKey(index, key) for index, key in enumerate(keys)]
    return watched_files(str(root), listed, prune=prune, dialect=dialect)


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


OLD = [(name, number) for name, number in VECTORS if name == "suite1"]  # the other one was not put to uv 0.7.20


@pytest.mark.parametrize(("suite", "number"), OLD)
def test_what_counted_for_uv_0_7_20(suite: str, number: int, trees: dict[str, Path]) -> None:
    vector, root = SUITES[suite]["vectors"][number], trees[suite]
    measured = vector.get("uv_0.7.20", vector)
    for version in ((0, 4, 10), (0, 7, 20)):
        watched = _watched(root, _keys(root, vector), prune=True, dialect=dialect(version))
        if "error" in measured:
            assert len(watched.errors) == 1
        else:
            assert watched.errors == ()
            assert _resolve(root, {file.path for file in watched.files}) == _resolve(root, set(measured["hits"]))
        whole = _watched(root, _keys(root, vector), prune=False, dialect=dialect(version))
        assert whole.files == watched.files


def test_a_third_of_the_vectors_changed_with_0_7_21() -> None:
    assert len(OLD) == 237
    assert sum("uv_0.7.20" in vector for vector in SUITES["suite1"]["vectors"]) == 88


@pytest.mark.parametrize(("suite", "number"), VECTORS)
def test_braces_are_all_that_changed_with_0_9_5(suite: str, number: int, trees: dict[str, Path]) -> None:
    vector, root = SUITES[suite]["vectors"][number], trees[suite]
    keys = _keys(root, vector)
    now, before = _watched(root, keys, prune=True), _watched(root, keys, prune=True, dialect=dialect((0, 9, 4)))
    if "unopened" in vector.get("error", ""):
        assert (bool(now.errors), before.errors) == (True, ())
    elif not any("{" in key.partition("{")[2] for key in keys):
        assert (now.files, len(now.errors)) == (before.files, len(before.errors))


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

"""Laws of the digest, on random trees with random keys."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.random_projects import Bumper, random_keys, random_tree
from support.uv_oracle import cache_keys

import cachekeys
from cachekeys.errors import CacheKeysError
from cachekeys.fingerprint import members


def _project(seed: int, place: Path) -> Path:
    """Make a project whose keys uv accepts."""
    random = Random(seed)
    root = place / "project"
    tree = random_tree(random, root, Bumper())
    while True:
        keys = [key for key in random_keys(random, root, tree) if "/proc" not in str(key)]
        (root / "pyproject.toml").write_text(cache_keys(keys))
        try:
            cachekeys.cache_info(root)
        except CacheKeysError:
            continue
        return root


@pytest.mark.parametrize("seed", range(40))
def test_a_copy_has_the_same_digest(seed: int, tmp_path: Path) -> None:
    """The digest depends neither on the place nor on any time, and files made in another order are the same files."""
    root = _project(seed, tmp_path / "here")
    text = (root / "pyproject.toml").read_bytes()
    there = tmp_path / "there"
    shutil.copytree(tmp_path / "here", there, symlinks=True, ignore=_fifos)
    here, copied = cachekeys.digest(root, environ={}), cachekeys.digest(there / "project", environ={})
    if os.fsencode(tmp_path) not in text:  # a key with an absolute path means another file there
        assert copied.value == here.value
    assert cachekeys.digest(root, environ={}) == here


def _fifos(directory: str, names: list[str]) -> list[str]:
    return [name for name in names if stat.S_ISFIFO(os.lstat(os.path.join(directory, name)).st_mode)]


@pytest.mark.parametrize("seed", range(40))
def test_both_ways_to_look_up_keys_agree(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys put to the list of the project's files match what a walk for each of them finds."""
    root = _project(seed, tmp_path)
    one = cachekeys.digest(root, environ={}, mode="editable")
    monkeypatch.setattr(members, "_is_inside", lambda *_: False)
    assert cachekeys.digest(root, environ={}, mode="editable") == one


@given(st.dictionaries(st.sampled_from("ABC"), st.sampled_from(["", "0", "1", "B", "1B"])), st.data())
@settings(max_examples=60, deadline=None)
def test_different_environments_have_different_digests(first: dict[str, str], data: st.DataObject) -> None:
    """Variables count one by one: no two environments that differ in what counts have the same digest."""
    second = data.draw(st.dictionaries(st.sampled_from("ABC"), st.sampled_from(["", "0", "1", "B", "1B"])))
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "pyproject.toml").write_text(cache_keys([{"env": name} for name in "ABC"]))
        values = [cachekeys.digest(place, environ=environ).value for environ in (first, second)]
    assert (values[0] == values[1]) == (first == second)

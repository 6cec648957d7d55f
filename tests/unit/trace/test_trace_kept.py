from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from cachekeys.trace.sources import _kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    MakeProject = Callable[[Mapping[str, str | bytes]], Path]

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the helper is for Linux")


def place(root: Path, *flags: str, compiler: str = "cc", **environment: str) -> str | None:
    variables = {"HOME": str(root / "home"), **environment}
    return _kept.place(str(root / compiler), [str(root / "helper.c")], flags, variables)


@pytest.fixture
def root(make_project: MakeProject) -> Path:
    return make_project({"helper.c": "int a;", "cc": "", "other": "other", "library": "binary"})


def test_the_name_stands_for_all_that_the_library_depends_on(root: Path) -> None:
    first = place(root, "-O0")
    assert first is not None
    assert first == place(root, "-O0")
    assert first.startswith(f"{root}/home/.cache/cachekeys/")
    names = {first, place(root, "-O1"), place(root, "-O0", compiler="other")}
    (root / "helper.c").write_text("int b;")
    names.add(place(root, "-O0"))
    assert len(names) == 4


def test_the_users_cache_directory(root: Path) -> None:
    assert str(place(root, XDG_CACHE_HOME="/there")).startswith("/there/cachekeys/")
    assert str(place(root, XDG_CACHE_HOME="relative")).startswith(f"{root}/home/")
    assert place(root, HOME="") is None
    assert place(root, compiler="absent") is None


def test_stored_and_fetched(root: Path) -> None:
    kept = place(root)
    assert kept is not None
    assert not _kept.fetch(kept, str(root / "copy"))
    _kept.store(str(root / "library"), kept)
    assert _kept.fetch(kept, str(root / "copy"))
    assert (root / "copy").read_text() == "binary"
    assert os.listdir(os.path.dirname(kept)) == [os.path.basename(kept)]


@pytest.mark.parametrize("which", ["file", "directory"])
def test_what_others_may_write_is_not_taken(root: Path, which: str) -> None:
    kept = place(root)
    assert kept is not None
    _kept.store(str(root / "library"), kept)
    os.chmod(kept if which == "file" else os.path.dirname(kept), 0o777)
    assert not _kept.fetch(kept, str(root / "copy"))


def test_no_link_is_followed(root: Path) -> None:
    kept = place(root)
    assert kept is not None
    os.makedirs(os.path.dirname(kept))
    os.symlink(root / "library", kept)
    assert not _kept.fetch(kept, str(root / "copy"))


def test_a_place_that_cannot_be_written_is_no_error(root: Path) -> None:
    (root / "home").write_text("a file")
    kept = place(root)
    assert kept is not None
    _kept.store(str(root / "library"), kept)
    assert not _kept.fetch(kept, str(root / "copy"))

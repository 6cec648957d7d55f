"""The functions for programs give the command line's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import cachekeys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    MakeProject = Callable[..., Path]

PROJECT = """
    [build-system]
    requires = ["hatchling", "hatch-vcs"]
    build-backend = "hatchling.build"

    [project]
    name = "demo"
    dynamic = ["version"]
    readme = "README.md"

    [tool.hatch.version]
    source = "vcs"

    [tool.cachekeys]
    mode = "wheel"
"""


@pytest.fixture
def root(make_project: MakeProject) -> Path:
    return make_project({"pyproject.toml": PROJECT, "README.md": "", "demo.py": ""})


def test_check(root: Path) -> None:
    (found,) = cachekeys.check(root)
    assert isinstance(found, cachekeys.Finding)
    assert (found.code, found.file) == ("CK101", "pyproject.toml")
    assert cachekeys.check(str(root), mode="editable", environ={}) == (found,)


def test_build_inputs(root: Path) -> None:
    found = cachekeys.build_inputs(root)
    assert {("git", "commit"), ("git", "tags"), ("file", "pyproject.toml"), ("file", "README.md")} <= {
        (item.kind, item.what) for item in found
    }
    assert list(found) == sorted(found, key=lambda item: (item.kind, item.what))
    assert all(item.detector for item in found)


def test_cache_info(root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.uv]\ncache-keys = [{ env = "A" }, { env = "B" }]\n')
    assert cachekeys.cache_info(root, environ={"A": "1"}).env == {"A": "1", "B": None}


def test_environment_is_the_processes_own(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "pyproject.toml").write_text('[tool.uv]\ncache-keys = [{ env = "A" }]\n')
    monkeypatch.setenv("A", "2")
    assert cachekeys.cache_info(root).env == {"A": "2"}


@pytest.mark.parametrize("function", [cachekeys.check, cachekeys.build_inputs, cachekeys.cache_info])
def test_errors_are_ours(tmp_path: Path, function: Callable[[Path], object]) -> None:
    with pytest.raises(cachekeys.CacheKeysError, match="does not exist"):
        function(tmp_path / "nowhere")
    with pytest.raises(cachekeys.CacheKeysError, match=r"no pyproject\.toml, setup\.py or setup\.cfg"):
        function(tmp_path)


def test_refused_keys_have_no_cache_info(root: Path) -> None:
    (root / "pyproject.toml").write_text("[tool.uv]\ncache-keys = [3]\n")
    with pytest.raises(cachekeys.CacheKeysError, match=r"pyproject\.toml:2:15: tool\.uv\.cache-keys\[0\]"):
        cachekeys.cache_info(root)


def test_public_names_resolve() -> None:
    for name in cachekeys.__all__:
        assert getattr(cachekeys, name) is not None
    assert set(dir(cachekeys)) == set(cachekeys.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        cachekeys.nothing  # noqa: B018 - the access is the test

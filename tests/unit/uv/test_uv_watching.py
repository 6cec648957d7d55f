"""Which uv is meant, and what it watches: named on the command line, by the project, or the newest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cachekeys import cache_info
from cachekeys.errors import CacheKeysError
from cachekeys.project import Project
from cachekeys.uv.dialect import CURRENT
from cachekeys.uv.versions import Version, dialect
from cachekeys.uv.watching import watching

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Make = Callable[[Mapping[str, str]], Path]

OLD, NEW = (0, 7, 20), (0, 7, 21)


@pytest.mark.parametrize(
    ("uv", "version"),
    [
        ("0.7.20", OLD),
        ("0.7", (0, 7, 22)),
        ("0.6", (0, 6, 17)),
        (">=0.6", (0, 13, 8)),
        ("<0.7.21", OLD),
        ("==0.7.20", OLD),
        ("~=0.6.3", (0, 6, 17)),
        ("0.99.1", (0, 13, 8)),
    ],
)
def test_named(make_project: Make, uv: str, version: Version) -> None:
    root = make_project({"pyproject.toml": '[tool.cachekeys]\nuv = "==0.11.19"\n'})
    assert watching(Project(root), uv).dialect == dialect(version)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("", None),
        ('[tool.uv]\nrequired-version = ">=0.5"\n', None),
        ('[tool.uv]\nrequired-version = ">=0.5,<0.7.21"\n', OLD),
        ('[tool.uv]\nrequired-version = "0.7.20"\n', OLD),
        ('[tool.uv]\nrequired-version = "<0.4"\n', (0, 4, 10)),
        ('[tool.cachekeys]\nuv = "0.6"\n[tool.uv]\nrequired-version = ">=0.5"\n', (0, 6, 17)),
        ('[tool.cachekeys]\nuv = ">=0.6"\n[tool.uv]\nrequired-version = "<0.5"\n', None),
        ('[tool.cachekeys]\nuv = 3\n[tool.uv]\nrequired-version = "nonsense"\n', None),
        ('[tool.cachekeys]\nuv = "nonsense"\n[tool.uv]\nrequired-version = "<0.7.21"\n', OLD),
    ],
)
def test_by_the_project(make_project: Make, text: str, version: Version | None) -> None:
    found = watching(Project(make_project({"pyproject.toml": text})))
    assert found.dialect == (CURRENT if version is None else dialect(version))


@pytest.mark.parametrize(
    ("uv", "words"),
    [
        ("nonsense", "no uv release"),
        ("==0.5.999", "no uv release"),
        ("0.4.9", "0.4.10 or a newer one"),
        ("<0.4", "0.4.10 or a newer one"),
        ("", "no uv release"),
    ],
)
def test_no_such_uv(make_project: Make, uv: str, words: str) -> None:
    with pytest.raises(CacheKeysError, match=words):
        watching(Project(make_project({"pyproject.toml": ""})), uv)


def test_a_file_that_this_uv_cannot_read(make_project: Make) -> None:
    project = Project(make_project({"pyproject.toml": '[tool.uv]\ncache-keys = [{\n  file = "x",\n}]\n'}))
    assert watching(project, "0.9.22").problems == ()
    with pytest.raises(CacheKeysError, match=r"pyproject\.toml:2:16: uv 0\.9\.21 cannot read this: it is TOML 1\.1"):
        watching(project, "0.9.21")


def test_cache_info_answers_as_that_uv(make_project: Make) -> None:
    text = '[tool.uv]\ncache-keys = ["src/*.c", { env = "X" }]\n'
    root = make_project({"pyproject.toml": text, "src/deep/a.c": ""})
    assert cache_info(root, environ={}).newest is not None
    assert cache_info(root, environ={}, uv="0.7.20").newest is None
    assert cache_info(root, environ={}, uv="0.7.20").to_json().endswith('"env":{"X":null},"directories":{}}')
    defaults = cache_info(root, environ={}, uv="0.5.11")
    assert defaults.newest is not None
    assert defaults.newest.path == "pyproject.toml"
    assert defaults.to_json().endswith('"commit":null,"tags":null}')


@pytest.mark.parametrize(("entry", "who"), [("3", "uv >= 0.13.5 refuses"), ('"[a"', "(uv refuses")])
def test_a_list_that_is_refused(make_project: Make, entry: str, who: str) -> None:
    root = make_project({"pyproject.toml": f"[tool.uv]\ncache-keys = [{entry}]\n"})
    with pytest.raises(CacheKeysError) as caught:
        cache_info(root)
    assert who in str(caught.value)
    if entry == "3":
        assert cache_info(root, uv="0.13.4").newest is not None

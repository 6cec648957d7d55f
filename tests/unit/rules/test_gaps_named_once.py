"""A file that several rules could tell of is told of once, by the surest of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCRIPT = """
from glob import glob
from setuptools import setup

extras = {path: path for path in glob("reqs/*.txt")}
setup(name="demo", version="1", install_requires=open("reqs/base.txt").read().split(), extras_require=extras)
"""


def test_a_listing_does_not_repeat_what_is_opened(make_project: Callable[..., Path]) -> None:
    files = {"setup.py": SCRIPT, **{f"reqs/{name}.txt": "attrs\\n" for name in ("base", "docs", "extra")}}
    findings = [finding for finding in check(make_project(files)) if finding.code in {"CK103", "CK104"}]
    told = [name for finding in findings for name in re.findall(r"`(reqs/\w+\.txt)`", finding.message)]
    assert sorted(told) == ["reqs/base.txt", "reqs/docs.txt", "reqs/extra.txt"]
    assert {finding.code: "reqs/base.txt" in finding.message for finding in findings} == {"CK103": False, "CK104": True}


def test_the_listing_alone_names_them_all(make_project: Callable[..., Path]) -> None:
    script = SCRIPT.replace('install_requires=open("reqs/base.txt").read().split(), ', "")
    files = {"setup.py": script, **{f"reqs/{name}.txt": "attrs\\n" for name in ("base", "docs", "extra")}}
    findings = [finding for finding in check(make_project(files)) if finding.code == "CK103"]
    told = [name for finding in findings for name in re.findall(r"`(reqs/\w+\.txt)`", finding.message)]
    assert sorted(told) == ["reqs/base.txt", "reqs/docs.txt", "reqs/extra.txt"]


def test_several_files_are_spoken_of_as_several(make_project: Callable[..., Path]) -> None:
    pyproject = (
        '[build-system]\nrequires = ["sphinx-theme-builder"]\nbuild-backend = "sphinx_theme_builder"\n'
        '[project]\nname = "demo"\nversion = "1"\n'
    )
    files = {"pyproject.toml": pyproject, "package.json": "{}", "webpack.config.js": ""}
    (one,) = [f.message for f in check(make_project(files, "one")) if "webpack" in f.message]
    assert "although it configures how" in one
    (two,) = [f.message for f in check(make_project({**files, "babel.config.js": ""}, "two")) if "webpack" in f.message]
    assert "although they configure how" in two

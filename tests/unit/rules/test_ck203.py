from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, keys, native, pyproject

if TYPE_CHECKING:
    from support.rule_cases import Make

TREE = {"csrc/a.c": "", "csrc/deep/b.h": "", "src/demo/__init__.py": "", "demo/__init__.py": "", "demo/data.json": ""}


def test_inputs_that_nobody_watches(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', '{ dir = "csrc" }')), **TREE})
    (finding,) = findings("CK203", analysis_of(root, native("csrc/a.c"), native("csrc/deep/b.h")))
    assert (finding.severity, finding.confidence) == ("warning", "likely")
    assert "`csrc/a.c` and 1 more" in finding.message
    assert finding.fix is not None
    assert finding.fix.keys == ('{ file = "csrc/**/*.{c,h}" }',)
    assert finding.fix.safe


def test_src_counts_when_there_are_inputs_in_it(make_project: Make) -> None:
    files = {**TREE, "src/demo/fast.pyx": ""}
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', '{ dir = "src" }')), **files})
    (finding,) = findings("CK203", analysis_of(root, native("src/demo/fast.pyx")))
    assert finding.severity == "warning"


def test_other_keys_watch_the_inputs(make_project: Make) -> None:
    text = pyproject(keys('"pyproject.toml"', '{ dir = "csrc" }', '"csrc/**/*.{c,h}"'))
    root = make_project({"pyproject.toml": text, **TREE})
    assert not findings("CK203", analysis_of(root, native("csrc/a.c"), native("csrc/deep/b.h")))
    assert not findings("CK203", analysis_of(root))


@pytest.mark.parametrize(
    "entry", ['{ dir = "src" }', '{ dir = "./src/" }', '{ dir = "demo" }', '{ dir = "missing" }', '{ dir = "." }']
)
def test_directories_that_are_meant_so(make_project: Make, entry: str) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', entry)), **TREE})
    assert not findings("CK203", analysis_of(root))


def test_a_directory_of_unknown_files_is_a_remark(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', '{ dir = "csrc" }')), **TREE})
    (finding,) = findings("CK203", analysis_of(root))
    assert (finding.severity, finding.confidence) == ("info", "possible")


def test_the_default_key(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(), **TREE, "src/demo/fast.pyx": ""})
    assert not findings("CK203", analysis_of(root, native("src/demo/fast.pyx")))

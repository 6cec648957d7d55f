from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, keys, native, output, pyproject

if TYPE_CHECKING:
    from support.rule_cases import Make

TREE = {"csrc/a.c": "", "csrc/deep/b.h": "", "csrc/README.txt": "", "data/x.bin": "", "data/y.dat": "", "many/a.1": ""}


@pytest.mark.parametrize(
    ("entry", "glob"),
    [
        ('{ file = "csrc" }', "csrc/**/*.{c,h}"),
        ('"csrc/"', "csrc/**/*.{c,h}"),
        ('"./csrc"', "csrc/**/*.{c,h}"),
        ('"data"', "data/**/*.{bin,dat}"),
        ('"../project/csrc"', None),
        ('"."', None),
        ('""', None),
    ],
)
def test_a_directory(make_project: Make, entry: str, glob: str | None) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', entry)), **TREE})
    (finding,) = findings("CK202", analysis_of(root, native("csrc/a.c"), native("csrc/deep/b.h")))
    assert finding.severity == "warning"
    assert finding.fix is not None
    assert finding.fix.keys == ((f'{{ file = "{glob}" }}',) if glob else ())


@pytest.mark.parametrize("entry", ['"csrc/*"', '{ dir = "csrc" }', '"csrc/a.c"', '"missing"', '"csrc/a.c/"'])
def test_no_directory(make_project: Make, entry: str) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', entry)), **TREE})
    assert not findings("CK202", analysis_of(root))


def test_no_glob_is_offered_that_matches_a_product(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', '"csrc"')), **TREE})
    (finding,) = findings("CK202", analysis_of(root, native("csrc/a.c"), output("csrc/generated.c")))
    assert finding.fix is not None
    assert finding.fix.keys == ()


def test_names_without_a_suffix_and_many_suffixes(make_project: Make) -> None:
    files = {f"many/file.{n}": "" for n in range(9)}
    root = make_project({"pyproject.toml": pyproject(keys('"many"', '"bare"')), "bare/LICENSE": "", **files})
    found = findings("CK202", analysis_of(root))
    assert [finding.fix.keys for finding in found if finding.fix] == [
        ('{ file = "many/**/*" }',),
        ('{ file = "bare/**/*" }',),
    ]

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, keys, pyproject

if TYPE_CHECKING:
    from support.rule_cases import Make

TREE = {"main.cpp": "", "src/a.cpp": "", "src/deep/b.cpp": ""}


@pytest.mark.parametrize(
    ("value", "fix"),
    [
        ("/*.cpp", ('{ file = "main.cpp" }',)),
        ("/**/*.cpp", ('{ file = "**/*.cpp" }',)),
        ("//*.cpp", ('{ file = "main.cpp" }',)),
        ("/./*.cpp", ('{ file = "main.cpp" }',)),
        ("/{src,lib}/*.cpp", ('{ file = "{src,lib}/*.cpp" }',)),
        ("/*.nothing", ()),
        ("/[s]rc/**", ('{ file = "[s]rc/**" }',)),
    ],
)
def test_the_whole_machine(make_project: Make, value: str, fix: tuple[str, ...]) -> None:
    text = pyproject(keys('"pyproject.toml"', f'"{value}"'))
    (finding,) = findings("CK205", analysis_of(make_project({"pyproject.toml": text, **TREE})))
    assert (finding.severity, finding.confidence) == ("warning", "certain")
    assert "starts at the root of the file system" in finding.message
    assert finding.fix is not None
    assert finding.fix.keys == fix
    assert not finding.fix.safe


@pytest.mark.parametrize(
    "value",
    ["*.cpp", "src/**/*.cpp", "./*.cpp", "../*.cpp", "/usr/include/**/*.h", "/etc/hostname", "!/*.cpp", "!/src/*"],
)
def test_relative_or_meant(make_project: Make, value: str) -> None:
    text = pyproject(keys('"pyproject.toml"', f'"{value}"'))
    assert not findings("CK205", analysis_of(make_project({"pyproject.toml": text, **TREE})))


@pytest.mark.parametrize(
    ("below", "fix"), [("src/**/*.cpp", "src/**/*.cpp"), ("*.cpp", "main.cpp"), ("src/../src/*.cpp", "src/*.cpp")]
)
def test_this_machine_only(make_project: Make, below: str, fix: str) -> None:
    root = make_project(TREE)
    (root / "pyproject.toml").write_text(pyproject(keys(f'"{root}/{below}"')))
    (finding,) = findings("CK205", analysis_of(root))
    assert "elsewhere the key matches nothing (stale install)" in finding.message
    assert finding.fix is not None
    assert finding.fix.keys == (f'{{ file = "{fix}" }}',)


def test_before_0_7_21_it_meant_the_project(make_project: Make) -> None:
    from cachekeys.pipeline import analyse  # only here
    from cachekeys.project import Project

    text = pyproject(keys('"pyproject.toml"', '"/*.cpp"', extra='required-version = "==0.7.20"\n'))
    found = analyse(Project(make_project({"pyproject.toml": text, **TREE}))).findings
    assert "CK205" not in [finding.code for finding in found]

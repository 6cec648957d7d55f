from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, keys, pyproject

if TYPE_CHECKING:
    from support.rule_cases import Make


def test_all_problems_at_once_each_at_its_place(make_project: Make) -> None:
    text = pyproject(keys("{ git = { tag = true } }", "3", '"setup.py"', "{}", '{ file = "a", env = "B" }'))
    found = findings("CK001", analysis_of(make_project({"pyproject.toml": text})))
    lines = text.splitlines()
    assert [
        lines[finding.line - 1][finding.column - 1 :][:3] for finding in found if finding.line and finding.column
    ] == [
        "tag",
        "3,",
        "{},",
        "env",
    ]
    assert {finding.severity for finding in found} == {"error"}
    assert found[0].subject == "tool.uv.cache-keys[0].git.tag"
    assert "`tags`" in found[0].message
    assert "stale install" in found[0].message
    assert "0.13.5" in found[0].message


@pytest.mark.parametrize("value", ['"[a"', '"{a"', '{ file = "src/**/*.{c,h" }'])
def test_a_glob_that_does_not_parse(make_project: Make, value: str) -> None:
    (finding,) = findings("CK001", analysis_of(make_project({"pyproject.toml": pyproject(keys(value))})))
    assert "glob" in finding.message


@pytest.mark.parametrize("value", ["cache-keys = 3", 'cache-keys = "setup.py"', 'cache-keys = { file = "a" }'])
def test_not_a_list(make_project: Make, value: str) -> None:
    (finding,) = findings("CK001", analysis_of(make_project({"pyproject.toml": pyproject("[tool.uv]\n" + value)})))
    assert finding.line == 10


@pytest.mark.parametrize(
    "value", ['""', "{ git = {} }", "{ git = false }", '{ dir = "" }', '{ env = "A=B" }', '"a", "a"', '"}"']
)
def test_odd_but_accepted(make_project: Make, value: str) -> None:
    assert not findings("CK001", analysis_of(make_project({"pyproject.toml": pyproject(keys(value))})))


def test_no_keys_at_all(make_project: Make) -> None:
    assert not findings("CK001", analysis_of(make_project({"pyproject.toml": pyproject()})))
    assert not findings(
        "CK001", analysis_of(make_project({"setup.py": "from setuptools import setup\nsetup()\n"}, "other"))
    )

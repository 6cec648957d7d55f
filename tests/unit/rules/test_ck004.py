from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, keys, pyproject

if TYPE_CHECKING:
    from support.rule_cases import Make


@pytest.mark.parametrize(
    "entries",
    [
        [],
        ['"missing.txt"'],
        ['"csrc/*.c"', '{ file = "nothing.toml" }'],
        ["{ git = true }"],
        ["{ git = { tags = true } }"],
        ["{ git = false }"],
        ['{ dir = "README.md" }'],
        ['""', '"docs"'],
    ],
)
def test_nothing_to_compare(make_project: Make, entries: list[str]) -> None:
    files = {"pyproject.toml": pyproject(keys(*entries)), "README.md": "x", "docs/a.txt": "x"}
    (finding,) = findings("CK004", analysis_of(make_project(files)))
    assert (finding.severity, finding.confidence) == ("error", "certain")
    assert "stale install" in finding.message
    assert finding.fix is not None
    assert finding.fix.keys == ('{ file = "pyproject.toml" }',)


@pytest.mark.parametrize(
    "entries",
    [
        ['"missing.txt"', '"README.md"'],
        ['"*.md"'],
        ['{ env = "NOT_SET" }'],
        ['{ dir = "missing" }'],
        ['{ dir = "docs" }'],
    ],
)
def test_something_to_compare(make_project: Make, entries: list[str]) -> None:
    files = {"pyproject.toml": pyproject(keys(*entries)), "README.md": "x", "docs/a.txt": "x"}
    assert not findings("CK004", analysis_of(make_project(files)))


def test_no_tags_are_something(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(keys("{ git = { tags = true } }"))})
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    assert not findings("CK004", analysis_of(root))


def test_an_sdist_has_no_repository(make_project: Make) -> None:
    files = {"pyproject.toml": pyproject(keys("{ git = true }")), "PKG-INFO": "Metadata-Version: 2.1\n"}
    assert not findings("CK004", analysis_of(make_project(files)))
    files["pyproject.toml"] = pyproject(keys('"missing"'))
    assert findings("CK004", analysis_of(make_project(files)))


def test_the_defaults_are_never_empty_handed(make_project: Make) -> None:
    assert not findings("CK004", analysis_of(make_project({"pyproject.toml": pyproject()})))
    assert not findings("CK004", analysis_of(make_project({"pyproject.toml": pyproject(keys("3"))}, "invalid")))

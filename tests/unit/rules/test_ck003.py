from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from support.rule_cases import SETUPTOOLS, analysis_of, findings, keys, output, pyproject

if TYPE_CHECKING:
    from pathlib import Path

    from support.rule_cases import Make

SETUP = "from setuptools import setup\nsetup()\n"


def commit(root: Path) -> None:
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "first"], check=True)


def test_pyproject_is_dropped(make_project: Make) -> None:
    text = pyproject(keys('{ file = "requirements.txt" }'))
    (finding,) = findings("CK003", analysis_of(make_project({"pyproject.toml": text, "requirements.txt": "attrs\n"})))
    assert (finding.subject, finding.severity, finding.confidence) == ("pyproject.toml", "error", "certain")
    assert finding.fix is not None
    assert finding.fix.keys == ('{ file = "pyproject.toml" }',)
    assert finding.fix.safe
    assert finding.line is not None
    assert text.splitlines()[finding.line - 1].startswith("cache-keys")


def test_what_setuptools_reads(make_project: Make) -> None:
    files = {
        "pyproject.toml": pyproject(keys('{ file = "pyproject.toml" }'), build_system=SETUPTOOLS),
        "setup.py": SETUP,
        "setup.cfg": "[options]\nzip_safe = false\n",
    }
    found = findings("CK003", analysis_of(make_project(files)))
    assert {(finding.subject, finding.severity) for finding in found} == {("setup.py", "error"), ("setup.cfg", "error")}


@pytest.mark.parametrize(
    ("content", "severity"),
    [
        ("[flake8]\nmax-line-length = 100\n[mypy-foo.*]\nstrict = true\n[tool:pytest]\naddopts = -q\n", None),
        ("[flake8]\nx = 1\n[build_ext]\ninplace = 1\n", "error"),
        ("[versioneer]\nVCS = git\n", "warning"),
        ("", None),
    ],
)
def test_a_setup_cfg_matters_by_what_is_in_it(make_project: Make, content: str, severity: str | None) -> None:
    files = {
        "pyproject.toml": pyproject(keys('"pyproject.toml"'), build_system=SETUPTOOLS),
        "setup.cfg": content,
    }
    found = findings("CK003", analysis_of(make_project(files)))
    assert [finding.severity for finding in found] == ([severity] if severity else [])


def test_leftovers_that_the_back_end_does_not_read(make_project: Make) -> None:
    files = {
        "pyproject.toml": pyproject(keys('"pyproject.toml"')),
        "setup.py": SETUP,
        "setup.cfg": "[metadata]\nname = x\n",
    }
    assert not findings("CK003", analysis_of(make_project(files)))


@pytest.mark.parametrize("entry", ['"*.toml"', '"./pyproject.toml"', '"../project/pyproject.toml"', '"**/*.toml"'])
def test_watched_by_another_spelling(make_project: Make, entry: str) -> None:
    assert not findings("CK003", analysis_of(make_project({"pyproject.toml": pyproject(keys(entry))})))


def test_src_is_a_remark(make_project: Make) -> None:
    files = {"pyproject.toml": pyproject(keys('"pyproject.toml"')), "src/demo/__init__.py": ""}
    (finding,) = findings("CK003", analysis_of(make_project(files)))
    assert (finding.subject, finding.severity) == ("src", "info")
    assert finding.fix is not None
    assert finding.fix.keys == ('{ dir = "src" }',)


@pytest.mark.parametrize("entry", ['{ dir = "src" }', '{ dir = "./src/" }', '"src/**/*.py"'])
def test_src_is_watched(make_project: Make, entry: str) -> None:
    files = {"pyproject.toml": pyproject(keys('"pyproject.toml"', entry)), "src/demo/__init__.py": ""}
    assert not findings("CK003", analysis_of(make_project(files)))


def test_a_commit_key_is_a_catch_all(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(keys("{ git = { commit = true } }")), "src/demo/__init__.py": ""})
    assert [finding.severity for finding in findings("CK003", analysis_of(root))] == ["error", "info"]  # no repository
    commit(root)
    (finding,) = findings("CK003", analysis_of(root))
    assert (finding.subject, finding.severity) == ("pyproject.toml", "info")
    assert "committed" in finding.message


def test_an_sdist_is_judged_as_the_checkout_that_it_came_from(make_project: Make) -> None:
    files = {"pyproject.toml": pyproject(keys("{ git = true }")), "PKG-INFO": "Name: demo\n"}
    assert [finding.severity for finding in findings("CK003", analysis_of(make_project(files)))] == ["info"]


def test_tags_are_no_catch_all(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(keys("{ git = { tags = true } }"))})
    commit(root)
    (finding,) = findings("CK003", analysis_of(root))
    assert finding.severity == "error"


def test_a_file_that_the_build_rewrites_must_not_be_watched(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('{ env = "X" }'))})
    assert findings("CK003", analysis_of(root))
    assert not findings("CK003", analysis_of(root, output("pyproject.toml")))


@pytest.mark.parametrize("table", ["", "[tool.uv]\ncache-keys = []\n", "[tool.uv]\ncache-keys = [3]\n"])
def test_nothing_to_say_without_a_usable_list(make_project: Make, table: str) -> None:
    assert not findings("CK003", analysis_of(make_project({"pyproject.toml": pyproject(table)})))

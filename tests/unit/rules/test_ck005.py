from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, keys, pyproject

if TYPE_CHECKING:
    from support.rule_cases import Make

FILES = {"src/a.c": "", "src/deep/b.c": "", "x.h": "", "README.md": ""}


def required(version: str, *entries: str) -> str:
    return pyproject(keys(*entries, extra=f'required-version = "{version}"\n'))


@pytest.mark.parametrize(
    ("version", "entry", "feature"),
    [
        (">=0.5", '{ dir = "src" }', "dir-key"),
        (">=0.5", '{ env = "X" }', "env-key"),
        (">=0.4.20", "{ git = { commit = true } }", "git-table"),
        (">=0.4.10", "{ git = true }", "git-commit"),
        (">=0.4.9", '"*.h"', "globs"),
        (">=0.7", '"../*.h"', "outside-globs"),
        (">=0.7", '"src/*.c"', "glob-base"),
        (">=0.7.21,<0.10", '"{x,{y,z}}.h"', "nested-braces"),
        (">=0.4", '"README.md"', "cache-keys"),
    ],
)
def test_newer_than_the_oldest_admitted(make_project: Make, version: str, entry: str, feature: str) -> None:
    root = make_project({"pyproject.toml": required(version, '"x.h"', entry), **FILES})
    found = [finding for finding in findings("CK005", analysis_of(root)) if finding.subject == feature]
    assert len(found) == 1
    assert f"`{version}`" in found[0].message


@pytest.mark.parametrize(
    ("version", "entry"),
    [
        (">=0.6.7", '{ dir = "src" }'),
        (">=0.5.12", '{ env = "X" }'),
        (">=0.4.23", "{ git = { commit = true } }"),
        (">=0.4.19", "{ git = true }"),
        (">=0.4.10", '"*.h"'),
        (">=0.7.21", '"src/*.c"'),
        (">=0.5", '"src/**/*.c"'),  # the same files, then and now
        (">=0.5", '"src/deep/*.c"'),
        (">=0.9.5", '"{x,{y,z}}.h"'),
        (">=0.5", r'"\\{x,y\\}.h"'),
    ],
)
def test_known_to_the_oldest_admitted(make_project: Make, version: str, entry: str) -> None:
    assert not findings("CK005", analysis_of(make_project({"pyproject.toml": required(version, entry), **FILES})))


def test_the_current_uv_knows_everything(make_project: Make) -> None:
    text = pyproject(keys('{ dir = "src" }', '{ env = "X" }', '"../*.h"', "{ git = { tags = true } }"))
    assert not findings("CK005", analysis_of(make_project({"pyproject.toml": text, **FILES})))


def test_our_own_setting_comes_first(make_project: Make) -> None:
    text = required(">=0.9", '"x.h"', '{ dir = "src" }') + '[tool.cachekeys]\nuv = ">=0.6"\n'
    (finding,) = findings("CK005", analysis_of(make_project({"pyproject.toml": text, **FILES})))
    assert finding.subject == "dir-key"
    assert finding.line is not None
    assert "dir" in text.splitlines()[finding.line - 1]


def test_several_users_make_one_finding(make_project: Make) -> None:
    root = make_project({"pyproject.toml": required(">=0.5", '{ env = "A" }', '{ env = "B" }', '{ env = "C" }')})
    (finding,) = findings("CK005", analysis_of(root))
    assert '`{ env = "A" }` (and 2 more) needs uv 0.5.12' in finding.message

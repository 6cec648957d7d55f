from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, keys, pyproject

from cachekeys.toml.text import quote

if TYPE_CHECKING:
    from support.rule_cases import Make

    from cachekeys.findings import Finding

TREE = dict.fromkeys(
    (
        "[id].py",
        "app/[id]/page.py",
        "app/[id]/deep/x.py",
        "{x}.txt",
        "st*r.c",
        "qu?.c",
        "a]b.c",
        "c}.h",
        " lead.txt",
        "trail.txt ",
    ),
    "",
)


def found(make_project: Make, value: str, **more: str) -> list[Finding]:
    files = {**TREE, **more, "pyproject.toml": pyproject(keys('"pyproject.toml"', quote(value)))}
    return findings("CK209", analysis_of(make_project(files)))


@pytest.mark.parametrize(
    ("value", "fix"),
    [
        ("[id].py", r"{\[id\].py,/}"),
        ("./[id].py", r"{\[id\].py,/}"),
        ("{x}.txt", r"{\{x\}.txt,/}"),
        ("app/[id]/page.py", r"app/{\[id\]/page.py,/}"),
    ],
)
def test_the_name_of_a_file(make_project: Make, value: str, fix: str) -> None:
    (finding,) = found(make_project, value)
    assert (finding.severity, finding.confidence) == ("warning", "certain")
    assert "is read as a glob" in finding.message
    assert "(stale install)" in finding.message
    assert finding.fix is not None
    assert finding.fix.keys == (f"{{ file = {quote(fix)} }}",)


@pytest.mark.parametrize(
    ("value", "fix"), [("app/[id]/*.py", r"app/\[id\]/*.py"), ("app/[id]/**/*.py", r"app/\[id\]/**/*.py")]
)
def test_the_name_of_a_directory(make_project: Make, value: str, fix: str) -> None:
    (finding,) = found(make_project, value)
    assert "the directory `app/[id]` is not watched" in finding.message
    assert finding.fix is not None
    assert finding.fix.keys == (f"{{ file = {quote(fix)} }}",)


@pytest.mark.parametrize(
    "value",
    [
        r"\[id\].py",
        r"app/\[id\]/*.py",
        "[[]id].py",
        "*.py",
        "**/*.py",
        "[ab].c",
        "app/**",
        "st*r.c",  # matches the file that is so called, too
        "qu?.c",
        "app/{[]id],x}/*.py",
        "missing/[id].py",
        "pyproject.toml",
        "missing].c",
    ],
)
def test_a_glob_that_is_one(make_project: Make, value: str) -> None:
    assert not found(make_project, value)


@pytest.mark.parametrize(
    ("value", "what"), [("a]b.c", "a `]`"), ("c}.h", "a `}`"), (" lead.txt", "a blank"), ("trail.txt ", "a blank")]
)
def test_a_plain_name_that_looks_like_a_mistake(make_project: Make, value: str, what: str) -> None:
    (finding,) = found(make_project, value)
    assert finding.severity == "info"
    assert f"names a file with {what}" in finding.message


def test_the_fix_watches_the_file(make_project: Make) -> None:
    (finding,) = found(make_project, "app/[id]/page.py")
    assert finding.fix is not None
    text = pyproject(keys('"pyproject.toml"', *finding.fix.keys))
    analysis = analysis_of(make_project({**TREE, "pyproject.toml": text}, "repaired"))
    assert not findings("CK209", analysis)
    assert not findings("CK201", analysis)
    assert analysis.coverage.matched[1] == ("app/[id]/page.py",)


def test_not_said_twice(make_project: Make) -> None:
    files = {**TREE, "pyproject.toml": pyproject(keys('"pyproject.toml"', '"[id].py"'))}
    assert not findings("CK201", analysis_of(make_project(files)))

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, keys, pyproject

from cachekeys.rules import ck303

if TYPE_CHECKING:
    from pathlib import Path

    from support.rule_cases import Make

    from cachekeys.findings import Finding


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ck303, "ENTRIES", 200)


def project(make_project: Make, *entries: str, extra: str = "") -> Path:
    text = pyproject(keys('"pyproject.toml"', *(f'"{entry}"' for entry in entries), extra=extra))
    root = make_project({"pyproject.toml": text, "csrc/a.c": "", "csrc/deep/b.c": "", "src/x.py": ""})
    for number in range(250):
        place = root / f".venv/lib/p{number % 10}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number}.py").touch()
    return root


def found(make_project: Make, *entries: str) -> list[Finding]:
    return findings("CK303", analysis_of(project(make_project, *entries)))


def test_what_is_walked_and_what_for(make_project: Make) -> None:
    (finding,) = found(make_project, "**/*.c")
    assert (finding.severity, finding.confidence) == ("warning", "certain")
    # 261 in and below .venv with itself, pyproject.toml, csrc with 3, src with 1
    assert (
        "walk the whole project, 269 directory entries (`.venv` 261), on every command, to find 2 files"
        in finding.message
    )
    assert finding.fix is not None
    assert finding.fix.keys == ('{ file = "csrc/**/*.c" }',)


def test_one_glob_at_the_top_makes_all_start_there(make_project: Make) -> None:
    (finding,) = found(make_project, "*.toml", "csrc/**/*.c")
    assert finding.subject == "*.toml"
    assert "to find 3 files" in finding.message
    assert finding.fix is not None
    assert finding.fix.keys == ('{ file = "pyproject.toml" }',)


def test_several_at_the_top(make_project: Make) -> None:
    (finding,) = found(make_project, "*.toml", "**/*.c")
    assert "(with 1 more)" in finding.message
    assert finding.fix is not None
    assert finding.fix.keys == ()
    assert '`{ file = "csrc/**/*.c" }`' in finding.fix.title


def test_nothing_found(make_project: Make) -> None:
    (finding,) = found(make_project, "**/*.zz")
    assert "to find no file" in finding.message


@pytest.mark.parametrize(
    "entries",
    [
        ("csrc/**/*.c",),
        ("csrc/*.c", "src/**/*.py"),
        ("pyproject.toml", "src/x.py"),
        ("**/*.py",),  # most of it matches
        ("**/*.c", "!.venv/**"),  # not even entered
        ("/*.c",),
    ],
)
def test_cheap_or_worth_it(make_project: Make, entries: tuple[str, ...]) -> None:
    assert not found(make_project, *entries)


def test_a_small_project_is_never_expensive(make_project: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ck303, "ENTRIES", 20_000)
    assert not found(make_project, "**/*.c")


def test_an_older_uv_walks_everything_for_any_glob(make_project: Make) -> None:
    from cachekeys.pipeline import analyse  # only here
    from cachekeys.project import Project

    root = project(make_project, "**/*.c", extra='required-version = "==0.7.20"\n')
    assert "CK303" not in [finding.code for finding in analyse(Project(root)).findings]

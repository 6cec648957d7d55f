"""Each statement about each fixture, put to the real uv: what we call watched it notices, what we call a gap it misses.

The benchmark ``bench/oracle.py`` does the same on real projects.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.fuzz import analysed, as_checkout, ask, statements, with_keys
from support.uv_oracle import Oracle

from cachekeys.fix.synthesis import complete_keys

if TYPE_CHECKING:
    from support.fuzz import Report

pytestmark = pytest.mark.uv

FIXTURES = sorted(
    path for path in (Path(__file__).resolve().parents[2] / "fixtures").iterdir() if (path / "pyproject.toml").exists()
)


@pytest.fixture(params=FIXTURES, ids=lambda path: str(path.name))
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return as_checkout(request.param, tmp_path / "project")


def disagreements(report: Report) -> list[str]:
    return [f"{answer.statement}: uv noticed: {answer.noticed}" for answer in report.disagreements]


def test_uv_agrees_under_the_keys_in_force_and_under_the_proposed_ones(root: Path, tmp_path: Path) -> None:
    oracle = Oracle(tmp_path / "uv")
    analysis = analysed(root, "editable")
    report = ask(root, oracle, statements(analysis))
    assert disagreements(report) == []
    assert all(not answer.noticed for answer in report.answers if answer.statement.severity == "error")

    wanted = {(one.statement.kind, one.statement.what) for one in report.answers if one.statement.proposed}
    if not with_keys(root, complete_keys(analysis)):
        assert not wanted, "a list that cannot be replaced here has to be complete"
        return
    report = ask(root, oracle, statements(analysed(root, "editable")))
    assert disagreements(report) == []
    noticed = {(one.statement.kind, one.statement.what) for one in report.answers if one.noticed}
    assert wanted <= noticed

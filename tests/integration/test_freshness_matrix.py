"""Our verdict against the real uv's, in every situation; and the table of them in docs/freshness.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.verdict_cases import CASES, Case, row

PAGE = Path(__file__).resolve().parents[2] / "docs" / "freshness.md"


@pytest.mark.uv
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_uv_says_the_same(case: Case, tmp_path: Path) -> None:
    shown = row(case, tmp_path)
    listed = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if f"| {case.name} |" in line]
    assert listed == [shown], "run `python docs/measure_freshness.py`"


def test_the_table_is_complete() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("<!-- matrix:begin -->")[2].partition("<!-- matrix:end -->")[0]
    names = re.findall(r"^\| [^|]* \| ([^|]*) \| ", table, re.MULTILINE)
    assert names[1:] == [case.name for case in CASES]
    assert len(set(names)) == len(names)

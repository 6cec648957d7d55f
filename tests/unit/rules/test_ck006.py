from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, pyproject

if TYPE_CHECKING:
    from support.rule_cases import Make


def test_a_line_break_in_an_inline_table(make_project: Make) -> None:
    text = pyproject() + '[tool.uv]\ncache-keys = [{\n  file = "pyproject.toml",\n}]\n'
    (finding,) = findings("CK006", analysis_of(make_project({"pyproject.toml": text})))
    assert finding.severity == "warning"
    assert finding.line == text.splitlines().index("cache-keys = [{") + 1


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_toml_1_0_and_a_byte_order_mark(make_project: Make, prefix: bytes, newline: bytes) -> None:
    text = pyproject('[tool.uv]\ncache-keys = [\n  { file = "a" },\n]\n').encode().replace(b"\n", newline)
    assert not findings("CK006", analysis_of(make_project({"pyproject.toml": prefix + text})))


def test_no_pyproject(make_project: Make) -> None:
    assert not findings("CK006", analysis_of(make_project({"setup.py": "from setuptools import setup\nsetup()\n"})))

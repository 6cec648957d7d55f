"""The README's transcript says what happens, and its two commands name what is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from cachekeys.cli import main

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_transcript(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    shown = re.search(r"```console\n\$ cachekeys check (\S+)\n(.*?)```", README, re.DOTALL)
    assert shown is not None
    monkeypatch.chdir(ROOT)
    assert main(["check", shown[1]]) == 1
    assert capsys.readouterr().out == shown[2]


def test_commands_name_what_is_there() -> None:
    assert "cachekeys check --exit-zero fixtures/vllm-style" in README
    assert (ROOT / "fixtures" / "vllm-style" / "setup.py").is_file()
    test_command = re.search(r"\$ (python -m pip install tox && python -m tox)$", README, re.MULTILINE)
    assert test_command is not None
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert test_command[1].replace("pip install tox", "pip install --quiet tox") in ci

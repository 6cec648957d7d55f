"""What is said of a build that failed, and how its output is shown."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from cachekeys.trace.failure import Masked, hints, keep_log
from cachekeys.trace.secrets import Secrets

if TYPE_CHECKING:
    from pathlib import Path

    from cachekeys.inputs.model import Mode


@pytest.mark.parametrize(
    ("output", "mode", "isolated", "hint"),
    [
        ("AttributeError: module 'backend' has no attribute 'build_editable'", "editable", True, "--wheel"),
        ("its build backend is missing the 'build_editable' hook", "editable", True, "--wheel"),
        ("module 'backend' has no attribute 'build_editable'", "wheel", True, ""),
        ("the current Python version (3.11.7) does not satisfy Python>=3.12", "editable", True, "--python"),
        ("ERROR: Package 'x' requires a different Python: 3.11 not in '>=3.12'", "wheel", True, "--python"),
        ("ModuleNotFoundError: No module named 'hatchling'", "wheel", False, "without it the front end installs"),
        ("ModuleNotFoundError: No module named 'hatchling'", "wheel", True, ""),
        ("error: Required uv version `==0.1` does not match the running version", "editable", True, "--front-end pip"),
        ("error: something else", "editable", False, ""),
    ],
)
def test_hints(output: str, mode: Mode, isolated: bool, hint: str, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter of the test
    found = list(hints(f"many lines\n{output}\n", str(tmp_path), mode, isolated=isolated))
    assert len(found) == bool(hint)
    assert hint in "".join(found)


def test_a_tree_that_cannot_be_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: (path, mode) != (str(tmp_path), os.W_OK))
    (hint,) = hints("", str(tmp_path), "wheel", isolated=True)
    assert hint.startswith(f"{tmp_path} cannot be written to")


def test_a_log_has_a_plain_name_and_is_private(tmp_path: Path) -> None:
    path = keep_log("text \udcff\n", "/a/b; rm -rf é", {"HOME": str(tmp_path)})
    assert path is not None
    assert os.path.basename(path).startswith("failed-b__rm_-rf")
    assert os.path.dirname(path) == str(tmp_path / ".cache" / "cachekeys")
    if os.name == "posix":
        assert os.stat(path).st_mode & 0o077 == 0
    assert keep_log("text", "/a/b", {}) is None


def test_pieces_are_put_together_to_lines() -> None:
    masked = Masked(Secrets({"A_TOKEN": "abcdef"}))
    assert masked.feed(b"one abc") == b""
    assert masked.feed(b"def two\r 10 %\xff\xc3") == b"one $A_TOKEN two\r"
    assert masked.feed(b"\xa9\n") == b" 10 %\xff\xc3\xa9\n"
    assert masked.feed(b"x" * 100_000) == b"x" * 100_000, "a line without end is not waited for"
    assert masked.close() == b""
    assert masked.feed(b"rest") + masked.close() == b"rest"

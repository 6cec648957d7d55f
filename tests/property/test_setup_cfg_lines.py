"""setup.cfg: every option that configparser finds has the line at which its value begins."""

from __future__ import annotations

from configparser import Error, RawConfigParser
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cachekeys.project import Project

if TYPE_CHECKING:
    from pathlib import Path

_HEADERS = ("[metadata]", "[options]", "[options.extras_require]", " [odd] ; note", "[a]b]")
_OPTIONS = ("name = x", "Name: y", "long-name=1", "long_name = 2", "version = attr: pkg.v", "requires =", "key: = odd")
_MORE = ("    a = b", "    one", "\tdeep = er", "  key = v", "url = http://x:1/#y", "x[0] = 1", "name\x0b= z")
_EMPTY = ("# x = y", "  ; z = 1", "", "   ")
_GOOD = st.sampled_from((*_HEADERS, *_OPTIONS, *_MORE, *_EMPTY))
_TEXT = st.lists(_GOOD, max_size=14).map(lambda lines: "\n".join(["[first]", *lines]))
_BROKEN = st.lists(_GOOD | st.sampled_from(["word", "= nothing", "["]), max_size=8).map("\n".join)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_TEXT | _BROKEN)
def test_an_options_line_holds_the_beginning_of_its_value(tmp_path: Path, text: str) -> None:
    """Law: the line of an option holds its name, a delimiter, and the first line of the value that configparser reads."""
    (tmp_path / "setup.cfg").write_text(text, encoding="utf-8", newline="")
    project = Project(tmp_path)
    parser = RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except Error:
        assert project.setup_cfg is None
        assert [problem.file for problem in project.problems] == ["setup.cfg"]
        return
    assert project.setup_cfg is not None
    assume(parser.sections())
    lines = text.split("\n")
    for section in parser.sections():
        for name, value in parser.items(section):
            option = name.replace("-", "_")
            line = lines[project.setup_cfg.line(section, option) - 1]
            before, _, after = line.partition(min((mark for mark in "=:" if mark in line), key=line.index))
            assert before.strip().lower().replace("-", "_") == option
            last = parser.items(section)
            if sum(other.replace("-", "_") == option for other, _ in last) == 1:
                assert value.split("\n")[0] == after.strip()

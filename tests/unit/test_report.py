"""How findings, inputs and explanations are put into words."""

from __future__ import annotations

import io
import os
import time
from typing import TYPE_CHECKING

import pytest
from support.analyses import an_input, an_output, analysis_of

from cachekeys.findings import Finding
from cachekeys.inputs.model import Origin
from cachekeys.project import Project
from cachekeys.report import check, console, explanation, inputs
from cachekeys.report.message import line, printable
from cachekeys.report.result import Failure, Result, shown_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from cachekeys.report.console import Line

    MakeProject = Callable[..., Path]


def text(lines: Iterable[Line]) -> str:
    stream = io.StringIO()
    console.write(lines, color="never", stream=stream)
    return stream.getvalue()


# -- what a terminal may see -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain.txt", "plain.txt"),
        ("ünï ☃.txt", "ünï ☃.txt"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        (os.fsdecode(b"caf\xe9"), "caf\\xe9"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\x85\x7f\u200b", "\\x85\\x7f\\u200b"),
        ("\U000e0001", "\\U000e0001"),
        ("back\\slash", "back\\slash"),
    ],
)
def test_printable(raw: str, shown: str) -> None:
    assert printable(raw) == shown
    assert printable(shown) == shown


def test_line_is_one_line() -> None:
    finding = Finding(
        "CK107", "native-source-uncovered", "error", "certain", "no key watches `a\nb`", "setup.py", 1, 1, ""
    )
    assert line(finding) == "CK107 native-source-uncovered: no key watches `a\\nb`"


def test_shown_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown_path(str(tmp_path)) == "."
    assert shown_path(str(tmp_path / "a" / "b")) == "a/b"
    assert shown_path(str(tmp_path.parent)) == str(tmp_path.parent)


# -- colour ------------------------------------------------------------------------------------------------------------

STYLED: list[Line] = [[("bad", "bold red"), (" [not markup] :smile: ", ""), ("\x1b[2J", "dim")]]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("color", "environ", "stream", "colored"),
    [
        ("auto", {}, Terminal, True),
        ("auto", {}, io.StringIO, False),
        ("auto", {"NO_COLOR": "1"}, Terminal, False),
        ("auto", {"NO_COLOR": ""}, Terminal, True),
        ("auto", {"TERM": "dumb"}, Terminal, False),
        ("always", {"NO_COLOR": "1"}, io.StringIO, True),
        ("never", {}, Terminal, False),
    ],
)
def test_when_there_is_colour(
    monkeypatch: pytest.MonkeyPatch,
    color: console.Color,
    environ: dict[str, str],
    stream: type[io.StringIO],
    *,
    colored: bool,
) -> None:
    pytest.importorskip("rich")
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    out = stream()
    console.write(STYLED, color=color, stream=out)
    assert ("\x1b[1;31mbad" in out.getvalue()) == colored
    assert " [not markup] :smile: " in out.getvalue()
    assert "\x1b[2J" not in out.getvalue()
    assert "\\x1b[2J" in out.getvalue()


def test_colour_without_rich_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rich.console", None)
    out = Terminal()
    console.write(STYLED, color="always", stream=out)
    assert out.getvalue() == "bad [not markup] :smile: \\x1b[2J\n"


def test_colour_breaks_no_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rich")
    monkeypatch.setenv("COLUMNS", "20")
    out = Terminal()
    console.write([[("word " * 40, "bold")]], color="always", stream=out)
    assert out.getvalue().count("\n") == 1


# -- check ---------------------------------------------------------------------------------------------------------------


def test_quiet_when_all_is_well(make_project: MakeProject) -> None:
    analysis = analysis_of(make_project({"pyproject.toml": ""}))
    assert text(check.lines(Result((analysis,)))) == "All checks passed.\n"
    assert text(check.lines(Result((analysis, analysis)))) == "All checks passed (2 projects).\n"


def test_failures_alone_say_nothing_here() -> None:
    assert text(check.lines(Result((), (Failure("x", ("x: does not exist",)),)))) == ""


def report(root: Path, *found: object) -> str:
    return text(check.lines(Result((analysis_of(root, found),))))  # type: ignore[arg-type]


def test_users_line_is_shown_short_and_safe(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "x" * 500
    root = make_project({"pyproject.toml": "", "setup.py": f"#\n\topen('a\x1b[1m')  # {long}\n", "a.txt": ""})
    monkeypatch.chdir(root)
    shown = report(root, an_input("a.txt", origin=Origin("setup.py", 2, 7)))
    assert "setup.py:2:7: CK103 dynamic-file-uncovered [error, certain]\n" in shown
    (excerpt,) = [found for found in shown.split("\n") if found.startswith("    2 | ")]
    assert excerpt.startswith("    2 | open('a\\x1b[1m')")
    assert excerpt.endswith(" ...")
    assert len(excerpt) < 150


@pytest.mark.parametrize(
    "origin", [Origin("setup.py"), Origin("gone.py", 3), Origin("../outside.py", 1), Origin("setup.py", 99)]
)
def test_no_line_to_show(make_project: MakeProject, origin: Origin) -> None:
    root = make_project({"pyproject.toml": "", "setup.py": "first\n", "a.txt": ""})
    (root.parent / "outside.py").write_text("secret")
    shown = report(root, an_input("a.txt", origin=origin))
    assert " | " not in shown
    assert f"{root}/{origin.file}" in shown


@pytest.mark.parametrize(
    ("pyproject", "instruction", "header"),
    [
        ("", "To close the gaps, add this to pyproject.toml:", True),
        ("[tool.uv]\npackage = true\n", "To close the gaps, add this to [tool.uv] (pyproject.toml:1):", False),
        (
            "[tool.uv]\ncache-keys = ['pyproject.toml']\n",
            "To close the gaps, replace cache-keys in [tool.uv] (pyproject.toml:2) by this:",
            False,
        ),
        (None, "To close the gaps, create pyproject.toml with this:", True),
    ],
)
def test_what_to_do_with_the_block(
    make_project: MakeProject, pyproject: str | None, instruction: str, *, header: bool
) -> None:
    root = make_project({"setup.py": "", "a.txt": "", **({} if pyproject is None else {"pyproject.toml": pyproject})})
    shown = report(root, an_input("a.txt"))
    assert instruction in shown
    assert ("[tool.uv]\ncache-keys = [\n" in shown) == header
    assert '\n    { file = "a.txt" },\n]\n' in shown


def test_summary_counts(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", "a": "", "b": "", "c": "", "d": ""})
    sure = ["certain", "certain", "likely", "possible"]
    found = [
        an_input(name, confidence=how, origin=Origin("x", n))
        for n, (name, how) in enumerate(zip("abcd", sure, strict=True))
    ]
    assert report(root, *found).endswith("\nFound 2 errors, 1 warning and 1 note.\n")
    assert report(root, found[3]).endswith("\nFound 1 note.\n")
    analysis = analysis_of(root, found[:1])
    well = analysis_of(make_project({"pyproject.toml": ""}, name="well"))
    shown = text(check.lines(Result((well, analysis, well))))
    assert shown.endswith("\nFound 1 error in 3 projects.\n")
    assert shown.count("-- ") == 1


def test_fix_that_is_no_key_is_told(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": '[tool.uv]\ncache-keys = ["pyproject.toml", "c"]\n', "c/a.c": ""})
    assert "\n    fix: " in report(root)


# -- inputs --------------------------------------------------------------------------------------------------------------


def test_inputs(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    pyproject = '[project]\nname = "Demo.X"\n[tool.uv]\ncache-keys = ["a.txt", { env = "E" }, "c/*.c"]\n'
    root = make_project({"pyproject.toml": pyproject, "a.txt": "", "b.txt": "", "c/x.c": "", "c/x.h": ""})
    monkeypatch.chdir(root)
    origin = Origin("setup.py", 7)
    found = [
        an_input("a.txt", why="setup.py opens it", origin=origin),
        an_input("b.txt", why="setup.py opens it", origin=origin),
        an_input("gone.txt", why="setup.py opens it", origin=origin),
        an_input("c/*.{c,h}", "files", "native-source", why="setup.py compiles them", origin=origin),
        an_input("E", "env", "environment", why="setup.py reads it", origin=origin),
        an_input("commit", "git", "scm-version", why="setup.py asks git", origin=Origin("setup.py")),
        an_input("PRETEND_A", "env", "environment", why="it overrides", optional=True, origin=origin),
        an_input("PRETEND_B", "env", "environment", why="it overrides", optional=True, origin=origin),
    ]
    shown = text(inputs.lines(Result((analysis_of(root, found, [an_output("_version.py")]),))))
    assert shown == (
        ". (demo-x): 8 inputs, editable installation\n"
        "the current git commit  [not watched]  scm-version, certain, found by test\n"
        "    setup.py: setup.py asks git\n"
        "b.txt  [not watched]  dynamic-file, certain, found by test\n"
        "    setup.py:7: setup.py opens it\n"
        "c/*.{c,h} (2 files)  [key 3, in part]  native-source, certain, found by test\n"
        "    setup.py:7: setup.py compiles them\n"
        "$E  [key 2]  environment, certain, found by test\n"
        "    setup.py:7: setup.py reads it\n"
        "a.txt  [key 1]  dynamic-file, certain, found by test\n"
        "    setup.py:7: setup.py opens it\n"
        "gone.txt (missing)  [nothing to watch]  dynamic-file, certain, found by test\n"
        "    setup.py:7: setup.py opens it\n"
        "Read as well, but no key is needed:\n"
        "    $PRETEND_A, $PRETEND_B\n"
        "        setup.py:7: it overrides\n"
        "Written by the build, not to be watched:\n"
        "    _version.py  setup.py:1: the build writes it\n"
    )


# -- explain -------------------------------------------------------------------------------------------------------------


def test_explain_never_shows_values(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": '[tool.uv]\ncache-keys = [{ env = "TOKEN" }, { env = "UNSET" }]\n'})
    explained = explanation.explain(Project(root), {"TOKEN": "s3cret"})
    assert [key.value for key in explained.keys] == ["set", "not set"]
    assert "s3cret" not in text(explanation.lines(explained))


def test_explain_newest_file(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": '[tool.uv]\ncache-keys = ["pyproject.toml", "c/*"]\n', "c/a": "", "c/b": ""})
    time.sleep(0.02)  # the clock of the file system ticks every few milliseconds
    (root / "c" / "a").chmod(0o600)  # moves the ctime
    explained = explanation.explain(Project(root), {})
    assert explained.keys[1].files == ("c/a", "c/b")
    assert explained.keys[1].newest is not None
    assert explained.keys[1].newest.file == "c/a"
    assert explained.keys[1].newest.time == (root / "c" / "a").stat().st_ctime_ns
    assert "2 files, newest c/a, " in text(explanation.lines(explained))


def test_explain_warnings_are_limited(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "[tool.uv]\ncache-keys = ['c/*']\n"})
    (root / "c").mkdir()
    for name in "abcdefgh":
        (root / "c" / name).symlink_to("nowhere")
    shown = text(explanation.lines(explanation.explain(Project(root), {})))
    assert shown.count("uv warns: ") == 4
    assert "uv warns 4 times more" in shown


def test_explain_empty_list(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "[tool.uv]\ncache-keys = []\n"})
    assert "the list is empty: uv watches nothing" in text(explanation.lines(explanation.explain(Project(root), {})))

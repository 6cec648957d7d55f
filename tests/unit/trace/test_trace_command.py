"""The command around a trace: what it hands on, what it shows while it builds, how it ends. The build itself is a stand-in here."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from support.traces import a_trace, read

from cachekeys.cli import main
from cachekeys.cli._progress import Display
from cachekeys.errors import CacheKeysError
from cachekeys.trace import frontends, run
from cachekeys.trace.failure import BuildError
from cachekeys.trace.frontends import command
from cachekeys.trace.subprocesses import Build

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    MakeProject = Callable[[Mapping[str, str | bytes]], Path]

PROJECT = {"pyproject.toml": '[project]\nname = "p"\nversion = "1"\n', "setup.py": "open('VERSION')\n", "VERSION": "1"}


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Let builds take no time; return what they were asked for."""
    asked: dict[str, Any] = {}

    def trace(path: str, **options: Any) -> Any:
        asked.update(options, path=path)
        if options["output"] is not None:
            options["output"](b"output of the build\n")
        return a_trace([read("VERSION", place="setup.py:1")], mode=options["mode"])

    monkeypatch.setattr(run, "trace", trace)
    return asked


def test_options_reach_the_build(make_project: MakeProject, traced: dict[str, Any]) -> None:
    root = make_project(PROJECT)
    options = ["--front-end", "pip", "--editable", "--no-isolation", "--python", "py", "--config-setting", "a=1"]
    assert main(["trace", str(root / "pyproject.toml"), *options, "--config-setting", "b=2"]) == 1
    expected = {
        "path": str(root),
        "mode": "editable",
        "front_end": "pip",
        "isolated": False,
        "python": "py",
        "config_settings": ["a=1", "b=2"],
        "output": None,
    }
    assert {name: traced[name] for name in expected} == expected


def test_files_beside_the_project_that_its_configuration_names_are_told(
    make_project: MakeProject, traced: dict[str, Any]
) -> None:
    build = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    project = '[project]\nname = "p"\ndynamic = ["version"]\n[tool.hatch.version]\npath = "../ver.py"\n'
    root = make_project({"pyproject.toml": build + project})
    (root.parent / "ver.py").write_text("__version__ = '1'\n", encoding="utf-8")
    main(["trace", str(root), "--exit-zero"])
    assert traced["named"] == ["../ver.py"]


def test_formats_and_files(
    make_project: MakeProject, traced: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    del traced
    root = make_project(PROJECT)
    assert main(["trace", str(root), "--format", "json", "--exit-zero"]) == 0
    assert json.loads(capsys.readouterr().out)["schema_version"] == 1
    out = root.parent / "page.html"
    assert main(["trace", str(root), "--format", "html", "-o", str(out)]) == 1
    assert "VERSION" in out.read_text(encoding="utf-8")
    assert capsys.readouterr().out == ""


def test_verbose_shows_the_build_and_all_that_was_seen(
    make_project: MakeProject, traced: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    del traced
    assert main(["trace", str(make_project(PROJECT)), "-v"]) == 1
    out, err = capsys.readouterr()
    assert "output of the build\n" in err
    assert "read    VERSION  (setup.py:1)" in out


def test_saved_for_check(make_project: MakeProject, traced: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    del traced
    root = make_project(PROJECT)
    main(["trace", str(root), "--save"])
    assert "Saved as" in capsys.readouterr().err
    assert "VERSION" in (root / "cachekeys.trace.json").read_text(encoding="utf-8")


def test_mistakes_in_the_settings_cost_no_build(
    make_project: MakeProject, traced: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_project({**PROJECT, "pyproject.toml": '[tool.cachekeys]\nenforce = "perhaps"\n'})
    assert main(["trace", str(root)]) == 2
    assert traced == {}
    assert "enforce" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "setting", "mode"),
    [
        ([], "", "editable"),
        ([], "wheel", "wheel"),
        (["--editable"], "wheel", "editable"),
        (["--wheel"], "", "wheel"),
        (["--mode", "wheel"], "editable", "wheel"),
        (["--front-end", "build"], "", "wheel"),
    ],
)
def test_what_is_built_is_what_check_looks_at(
    options: list[str], setting: str, mode: str, make_project: MakeProject, traced: dict[str, Any]
) -> None:
    settings = f'[tool.cachekeys]\nmode = "{setting}"\n' if setting else ""
    root = make_project({**PROJECT, "pyproject.toml": PROJECT["pyproject.toml"] + settings})
    main(["trace", str(root), *options])
    assert traced["mode"] == mode


def test_one_kind_of_installation_at_a_time(make_project: MakeProject, traced: dict[str, Any]) -> None:
    assert main(["trace", str(make_project(PROJECT)), "--editable", "--wheel"]) == 2
    assert traced == {}


def fail_with(output: str, monkeypatch: pytest.MonkeyPatch, *hints: str) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise BuildError("the build ended with exit code 1: `uv build`", output, hints)

    monkeypatch.setattr(run, "trace", fail)


def test_a_failed_build_shows_its_last_lines_and_keeps_all(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    output = "".join(f"line {number}\n" for number in range(50))
    fail_with(output, monkeypatch, "try another")
    root = make_project(PROJECT)
    assert main(["trace", str(root)]) == 2
    lines = capsys.readouterr().err.splitlines()
    (log,) = (tmp_path / "cache" / "cachekeys").iterdir()
    assert log.read_text(encoding="utf-8") == output
    assert lines[1] == f"... (20 lines before; all are in {log})"
    assert lines[2:-2] == [f"line {number}" for number in range(20, 50)]
    assert lines[-2] == "cachekeys: hint: try another"
    assert lines[-1] == "cachekeys: error: the build ended with exit code 1: `uv build`"
    main(["trace", str(root)])
    assert [*log.parent.iterdir()] == [log], "one file for each project"


def test_a_log_that_cannot_be_kept(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    fail_with("line\n" * 31, monkeypatch)
    root = make_project(PROJECT)
    assert main(["trace", str(root)]) == 2
    assert "... (1 lines before; -v shows all)" in capsys.readouterr().err
    assert main(["trace", str(root), "-v"]) == 2
    assert "line\n" not in capsys.readouterr().err, "it was shown while it came"


def test_the_builds_output_is_shown_without_secrets(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEPLOY_TOKEN", "5w0rdf1sh")

    def trace(_: str, **options: Any) -> Any:
        for chunk in (b"first\nsent 5w0r", b"df1sh to https://me:pw@", b"host/\nrest 5w0rdf1sh"):
            options["output"](chunk)
        return a_trace([read("VERSION")], mode=options["mode"])

    monkeypatch.setattr(run, "trace", trace)
    main(["trace", str(make_project(PROJECT)), "-v"])
    err = capsys.readouterr().err
    assert "first\nsent $DEPLOY_TOKEN to https://...@host/\nrest $DEPLOY_TOKEN" in err


# -- nothing to build ---------------------------------------------------------------------------------------------------------


def test_the_root_of_a_workspace_names_its_members(
    make_project: MakeProject, traced: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    members = {f"packages/p{number}/pyproject.toml": f'[project]\nname = "p{number}"\n' for number in range(10)}
    root = make_project({"pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n', **members})
    assert main(["trace", str(root)]) == 2
    err = capsys.readouterr().err
    assert "the root of a workspace and no project itself" in err
    assert f"{root}/packages/p0, " in err
    assert err.endswith("packages/p7 and 2 more\n")
    assert traced == {}
    assert main(["trace", str(root / "packages" / "p3"), "--exit-zero"]) == 0
    assert traced["path"] == str(root / "packages" / "p3")


@pytest.mark.parametrize("text", ["", "[tool.ruff]\nline-length = 100\n"])
def test_a_directory_that_holds_no_project(
    text: str, make_project: MakeProject, traced: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", str(make_project({"pyproject.toml": text, "a.py": ""}))]) == 2
    assert "there is nothing to build" in capsys.readouterr().err
    assert traced == {}


@pytest.mark.parametrize("file", ["setup.py", "setup.cfg"])
def test_a_project_of_old_is_one(file: str, make_project: MakeProject, traced: dict[str, Any]) -> None:
    root = make_project({file: ""})
    assert main(["trace", str(root / file), "--exit-zero"]) == 0
    assert traced["path"] == str(root)


# -- command lines of the front ends ------------------------------------------------------------------------------------------


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontends, "_uv_program", lambda: "uv")
    monkeypatch.setattr(frontends, "_python_with", lambda _, python: python or "python")
    monkeypatch.setattr(frontends, "_chosen_python", lambda *_, **__: ".venv/bin/python")


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize(
    ("front_end", "mode", "isolated", "expected"),
    [
        ("uv", "wheel", True, "uv build --wheel --out-dir OUT --no-progress --config-setting a=1 ."),
        (
            "uv",
            "wheel",
            False,
            "uv build --wheel --out-dir OUT --no-build-isolation --no-progress --config-setting a=1 .",
        ),
        (
            "uv",
            "editable",
            True,
            (
                "uv pip install --no-deps --reinstall --prefix OUT --python .venv/bin/python --no-progress --config-setting a=1 "
                "--editable=."
            ),
        ),
        (
            "pip",
            "wheel",
            True,
            "python -m pip --no-input --disable-pip-version-check wheel --no-deps --wheel-dir OUT --config-settings a=1 .",
        ),
        (
            "pip",
            "editable",
            False,
            (
                "python -m pip --no-input --disable-pip-version-check install --no-deps --ignore-installed --prefix OUT "
                "--no-build-isolation --config-settings a=1 --editable=."
            ),
        ),
        ("build", "wheel", False, "python -m build --wheel --outdir OUT --no-isolation --config-setting a=1 ROOT"),
    ],
)
def test_command_lines(front_end: Any, mode: Any, isolated: bool, expected: str) -> None:  # noqa: FBT001
    words = command(front_end, "ROOT", "OUT", mode=mode, isolated=isolated, config_settings=["a=1"])
    assert " ".join(words) == expected


def test_an_interpreter_by_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CacheKeysError, match=r"there is no python3\.97 on the search path"):
        command("pip", "ROOT", "OUT", mode="wheel", isolated=True, python="3.97")
    program = tmp_path / ("python3.97.exe" if sys.platform == "win32" else "python3.97")
    program.write_text("", encoding="utf-8")
    program.chmod(0o755)
    assert command("build", "ROOT", "OUT", mode="wheel", isolated=True, python="3.97")[0] == str(program)


def uv_answers(text: str, code: int, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let `uv python find` answer this; return what it was asked."""
    asked: list[Any] = []

    def run_(words: list[str], **options: Any) -> Any:
        asked.append((words[1:], options["cwd"]))
        return subprocess.CompletedProcess(words, code, text.encode(), b"")

    monkeypatch.setattr(frontends, "_uv_program", lambda: "uv")
    monkeypatch.setattr(subprocess, "run", run_)
    return asked


def editable_python(root: Path, *, isolated: bool = True, **environ: str) -> str:
    words = command("uv", str(root), "OUT", mode="editable", isolated=isolated, environ=environ)
    return words[words.index("--python") + 1]


def test_an_editable_build_takes_the_projects_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = tmp_path / "python3.99"
    allowed.write_text("", encoding="utf-8")
    asked = uv_answers(f"{allowed}\n", 0, monkeypatch)
    assert editable_python(tmp_path) == str(allowed)
    assert asked == [(["python", "find", "--no-python-downloads"], str(tmp_path))]
    assert editable_python(tmp_path, isolated=False) == sys.executable, "what the build needs is installed there"
    place = ("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python")
    for name in (".venv", "other"):
        program = tmp_path.joinpath(name, *place)
        program.parent.mkdir(parents=True)
        program.write_text("", encoding="utf-8")
    assert editable_python(tmp_path) == str(tmp_path.joinpath(".venv", *place))
    active = str(tmp_path / "other")
    assert editable_python(tmp_path, VIRTUAL_ENV=active) == str(tmp_path.joinpath("other", *place))


@pytest.mark.parametrize(("text", "code"), [("", 2), ("/no/such/python\n", 0)])
def test_where_uv_finds_no_interpreter_ours_is_tried(
    text: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv_answers(text, code, monkeypatch)
    assert editable_python(tmp_path) == sys.executable


def test_missing_modules_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(CacheKeysError, match="build is not installed here"):
        command("build", "ROOT", "OUT", mode="wheel", isolated=True)


# -- progress -----------------------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_elsewhere_progress_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    err = io.StringIO()
    monkeypatch.setattr(sys, "stderr", err)
    with Display("Building p\x1b[2J with uv") as display:
        display.update(3.0, "cc a.c")
    assert err.getvalue() == "Building p\\x1b[2J with uv ...\n"


def test_on_a_terminal_without_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    err = Terminal()
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setitem(sys.modules, "rich.console", None)
    with Display("Building p with uv") as display:
        display.update(3.4, "/usr/bin/cc  -c a.c \x1b]0;title\x07")
        display.update(4.0, "python -c import x\n\nbackend.build_wheel(1)")
        display.update(5.0, "")
    shown = err.getvalue().split("\r\x1b[2K")
    assert shown == [
        "",
        "Building p with uv, 3 s: cc -c a.c \\x1b]0;title\\x07",
        "Building p with uv, 4 s: build_wheel",
        "Building p with uv, 5 s",
        "",
    ]


def test_on_a_terminal_with_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rich")
    err = Terminal()
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setenv("TERM", "xterm")
    with Display("Building [bold]p") as display:
        display.update(3.0, "cc [red]a.c")
    assert "Building [bold]p" in err.getvalue()
    assert "\x1b[?25h" in err.getvalue(), "the cursor is back"


def test_a_report_that_cannot_be_written_costs_no_build(
    make_project: MakeProject, traced: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_project(PROJECT)
    for place in (root, root / "no" / "report.json"):
        assert main(["trace", str(root), "-o", str(place)]) == 2
        assert str(place) in capsys.readouterr().err
    assert traced == {}


def test_the_build_does_not_see_the_report(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_project(PROJECT)
    report = root / "report.json"

    def trace(*_: Any, **__: Any) -> Any:
        assert not report.exists()
        raise BuildError("it failed", "")

    monkeypatch.setattr(run, "trace", trace)
    assert main(["trace", str(root), "-o", str(report)]) == 2
    assert not report.exists()


def test_broken_evidence_costs_no_build(
    make_project: MakeProject, traced: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    root = make_project({**PROJECT, "cachekeys.trace.json": "{"})
    assert main(["trace", str(root), "--save"]) == 2
    assert "no valid JSON" in capsys.readouterr().err
    assert traced == {}


def test_of_an_enormous_output_the_end_is_kept(tmp_path: Path) -> None:
    code = "import os; [os.write(1, b'x' * 65536) for _ in range(400)]; os.write(1, b'\\nthe reason')"
    build = Build([sys.executable, "-c", code], {}, directory=str(tmp_path))
    size = 0

    def count(chunk: bytes) -> None:
        nonlocal size
        size += len(chunk)

    assert build.run(str(tmp_path), output=count) == 0
    assert build.output.endswith("\nthe reason")
    assert len(build.output) < size == 400 * 65536 + len("\nthe reason")

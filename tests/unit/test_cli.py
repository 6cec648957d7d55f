"""The command line from outside: exit codes, errors, options, JSON, and what a start costs in imports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from support.command_line import in_process, process

import cachekeys
from cachekeys import api

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    MakeProject = Callable[..., Path]

STATIC = """
    [build-system]
    requires = ["hatchling"]
    build-backend = "hatchling.build"

    [project]
    name = "static"
    version = "1"
    readme = "README.md"
"""
GAP = """
    [build-system]
    requires = ["setuptools"]
    build-backend = "setuptools.build_meta"

    [project]
    name = "gap"
    version = "1"
    dynamic = ["dependencies"]

    [tool.setuptools.dynamic]
    dependencies = { file = ["requirements.txt"] }
"""


@pytest.fixture
def static(make_project: MakeProject) -> Path:
    return make_project({"pyproject.toml": STATIC, "README.md": "", "static/__init__.py": ""}, name="static")


@pytest.fixture
def gap(make_project: MakeProject) -> Path:
    return make_project({"pyproject.toml": GAP, "requirements.txt": "idna\n", "gap.py": ""}, name="gap")


# -- exit codes ----------------------------------------------------------------------------------------------------------


def test_static_project_gets_no_finding(static: Path) -> None:
    answer = in_process(static, "check")
    assert (answer.code, answer.out, answer.err) == (0, "All checks passed.\n", "")


def test_findings_exit_with_1(gap: Path) -> None:
    answer = in_process(gap, "check")
    assert answer.code == 1
    assert "CK104" in answer.out
    assert answer.err == ""
    assert in_process(gap, "check", "--exit-zero").code == 0


def test_remarks_exit_with_0(make_project: MakeProject) -> None:
    root = make_project(
        {"pyproject.toml": f"{STATIC}\n    [tool.uv]\n    cache-keys = ['pyproject.toml', {{ git = true }}]\n"}
    )
    answer = in_process(root, "check")
    assert "[info, " in answer.out
    assert answer.code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "nowhere"], "nowhere: does not exist; name the directory that holds pyproject.toml"),
        (["check", "README.md"], "README.md: is not a directory"),
        (["check", "--select", "CK999"], "--select: 'CK999' selects no rule"),
        (["check", "--ignore", "XY1"], "--ignore: 'XY1' selects no rule"),
        (["check", "--uv", "latest"], "--uv: 'latest' admits no uv release"),
        (["check", "--mode", "both"], "argument --mode: invalid choice: 'both'"),
        (["check", "--forma", "json"], "unrecognized arguments: --forma (see `cachekeys --help`)"),
        (["chek"], "invalid choice: 'chek'"),
        (["rule", "CK11"], "there is no rule 'CK11' (did you mean CK101?)"),
        (["cache-info", "nowhere"], "nowhere: does not exist"),
        (["inputs", "nowhere"], "nowhere: does not exist"),
        (["explain", "nowhere"], "nowhere: does not exist"),
    ],
)
def test_errors_are_one_line(static: Path, arguments: list[str], message: str) -> None:
    answer = in_process(static, *arguments)
    assert answer.code == 2
    assert answer.err.startswith("cachekeys: error: ")
    assert message in answer.err
    assert answer.err.count("\n") == 1
    assert answer.out == ""


def test_no_command(static: Path) -> None:
    answer = in_process(static)
    assert answer.code == 2
    assert answer.err.startswith("usage: cachekeys")
    assert answer.err.endswith("\ncachekeys: error: no command given; `cachekeys check` is the one to start with\n")


BAD_FILES = {
    "syntax": b"[project\n",
    "binary": b"\x00\x01\x02",
    "latin-1": "[project]\nname = 'é'\n".encode("latin-1"),
    "utf-16": "[project]\n".encode("utf-16"),
    "settings": b"[tool.cachekeys]\nmdoe = 'wheel'\nselect = 3\n",
}


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES)
@pytest.mark.parametrize("command", ["check", "inputs", "explain"])
def test_unreadable_project_does_not_hide_the_others(make_project: MakeProject, content: bytes, command: str) -> None:
    bad = make_project({"pyproject.toml": content}, name="bad")
    make_project({"pyproject.toml": GAP, "requirements.txt": ""}, name="gap")
    answer = in_process(bad.parent, command, "bad", "gap")
    assert answer.code == 2
    assert "requirements.txt" in answer.out or command == "explain"
    assert "(gap)" in answer.out
    assert all(line.startswith("cachekeys: error: ") and "pyproject.toml" in line for line in answer.err.splitlines())
    assert answer.err


def test_all_problems_of_the_settings_at_once(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": BAD_FILES["settings"]})
    answer = in_process(root, "check")
    assert answer.err.count("cachekeys: error: ") == 2


def test_keys_that_uv_refuses_have_no_cache_info(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "[tool.uv]\ncache-keys = [{ file = 3 }]\n"})
    answer = in_process(root, "cache-info")
    assert answer.code == 2
    assert "tool.uv.cache-keys[0].file" in answer.err
    assert in_process(root, "check").code == 1
    assert in_process(root, "explain").code == 0


def test_path_may_be_the_file(gap: Path) -> None:
    assert in_process(gap.parent, "check", "gap/pyproject.toml").out == in_process(gap.parent, "check", "gap").out


def test_bug_ends_in_one_line(static: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("boom\nbang")

    monkeypatch.setattr("cachekeys.pipeline.analyse", broken)
    answer = in_process(static, "check")
    assert answer.code == 2
    assert answer.err.startswith("cachekeys: error: this is a bug in cachekeys: ZeroDivisionError: boom\\nbang at ")
    assert answer.err.count("\n") == 1


# -- options -------------------------------------------------------------------------------------------------------------


def test_select_and_ignore(gap: Path) -> None:
    assert in_process(gap, "check", "--select", "CK2,ck3").out == "All checks passed.\n"
    assert in_process(gap, "check", "--ignore", "CK104").code == 0
    assert in_process(gap, "check", "--select", "CK1", "--ignore", "CK101").code == 1


def test_command_line_adds_to_ignored_and_replaces_selected(make_project: MakeProject) -> None:
    settings = '\n    [tool.cachekeys]\n    select = ["CK2"]\n    ignore = { CK104 = "by hand" }\n'
    root = make_project({"pyproject.toml": GAP + settings, "requirements.txt": ""})
    assert in_process(root, "check", "--select", "CK1", "--ignore", "CK3").code == 0
    root = make_project({"pyproject.toml": GAP + settings.replace("CK104", "CK103"), "requirements.txt": ""})
    assert in_process(root, "check").code == 0
    assert in_process(root, "check", "--select", "CK1", "--ignore", "CK3").code == 1


def test_mode(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": STATIC + '\n    [tool.cachekeys]\n    mode = "wheel"\n', "README.md": ""})

    def mode(*arguments: str) -> object:
        return json.loads(in_process(root, "inputs", "--format", "json", *arguments).out)["projects"][0]["mode"]

    assert mode() == "wheel"
    assert mode("--mode", "editable") == "editable"
    assert mode("--mode", "auto") == "editable"


def test_workspace(make_project: MakeProject, static: Path) -> None:
    root = make_project(
        {
            "pyproject.toml": "[tool.uv.workspace]\nmembers = ['members/*']\n",
            "members/a/pyproject.toml": GAP + '\n    [tool.uv.sources]\n    static = { path = "../../../static" }\n',
            "members/a/requirements.txt": "",
            "members/b/pyproject.toml": STATIC,
        },
        name="workspace",
    )
    answer = in_process(root, "check", "--format", "json")
    found = [project["path"] for project in json.loads(answer.out)["projects"]]
    assert found == ["members/a", "members/b", str(static)]
    assert answer.code == 1
    text = in_process(root, "check").out
    assert "-- members/a (gap)\n" in text
    assert "\nmembers/a/pyproject.toml:11:" in text
    assert text.endswith("Found 1 error in 3 projects.\n")
    assert in_process(root, "check", "--no-workspace").out == "All checks passed.\n"


@pytest.mark.parametrize(
    ("setting", "paths"), [("", ["m"]), ("cache-keys = ['a']\n", [".", "m"]), ("cache_keys = 1\n", [".", "m"])]
)
def test_root_that_builds_nothing_counts_only_with_settings(
    make_project: MakeProject, setting: str, paths: list[str]
) -> None:
    pyproject = f"[tool.uv]\n{setting}[tool.uv.workspace]\nmembers = ['m']\n"
    root = make_project({"pyproject.toml": pyproject, "m/pyproject.toml": STATIC}, name="root")
    found = json.loads(in_process(root, "check", "--format", "json").out)["projects"]
    assert [project["path"] for project in found] == paths
    assert [finding["code"] for project in found for finding in project["findings"]].count("CK002") == len(paths) - 1


# -- the streams ---------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="bytes in names")
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
@pytest.mark.parametrize("command", ["check", "inputs", "explain"])
def test_odd_names_on_a_poor_terminal(make_project: MakeProject, encoding: str, command: str) -> None:
    root = make_project(
        {"pyproject.toml": GAP.replace("requirements.txt", "réq\\u001b☃.txt"), "réq\x1b☃.txt": "-r caf\n"}
    )
    (root / os.fsdecode(b"caf\xe9.txt")).write_text("")
    for format_ in ("text", "json"):
        answer = process(root, command, "--format", format_, PYTHONIOENCODING=encoding)
        assert answer.code == (1 if command == "check" else 0), answer.err
        assert "\x1b" not in answer.out
        assert "Traceback" not in answer.err


def test_closed_pipe_is_quiet(make_project: MakeProject) -> None:
    names = [f"requirements/{number}.txt" for number in range(3000)]
    listed = ", ".join(f'"{name}"' for name in names)
    root = make_project({"pyproject.toml": GAP.replace('"requirements.txt"', listed), **dict.fromkeys(names, "")})
    command = [sys.executable, "-m", "cachekeys", "inputs"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == 2


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_interrupt_is_quiet(static: Path) -> None:
    program = (
        "import signal, sys, time\nimport cachekeys.pipeline\n"
        # A shell starts its background jobs with SIGINT ignored, and Python then leaves it so.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def slow(*_, **__): print('started', flush=True); time.sleep(60)\n"
        "cachekeys.pipeline.analyse = slow\nfrom cachekeys.cli import main\nsys.exit(main(['check']))"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=static, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == b"started\n"
        time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        assert running.stderr.read() == b""
        assert running.wait() == 130


# -- both ways in ----------------------------------------------------------------------------------------------------


def test_version(tmp_path: Path) -> None:
    expected = f"cachekeys {cachekeys.__version__}\n"
    assert in_process(tmp_path, "--version").out == expected
    assert process(tmp_path, "--version").out == expected


def test_console_script_and_module_agree(gap: Path) -> None:
    script = os.path.join(os.path.dirname(sys.executable), "cachekeys")
    if not os.path.exists(script):
        pytest.skip("no console script beside this Python")
    ran = subprocess.run([script, "check"], cwd=gap, capture_output=True, text=True, check=False)
    module = process(gap, "check")
    assert (ran.returncode, ran.stdout, ran.stderr) == (module.code, module.out, module.err)


@pytest.mark.parametrize("name", ["git", "rich", "pluggy", "tomllib", "json", "subprocess", "packaging"])
def test_modules_of_the_project_are_never_imported(gap: Path, name: str) -> None:
    """``python -m`` puts the working directory first on the path: the project could take over any import."""
    (gap / f"{name}.py").write_text("raise SystemExit('the project was executed')")
    (gap / "evil.egg-info").mkdir()
    (gap / "evil.egg-info" / "entry_points.txt").write_text(f"[cachekeys]\nevil = {name}\n")
    for format_ in ("text", "json"):
        answer = process(gap, "check", "--color", "always", "--format", format_)
        assert answer.code == 1
        assert "executed" not in answer.out + answer.err


# -- what a start imports --------------------------------------------------------------------------------------------

COSTLY = frozenset(
    {
        "asyncio",
        "bz2",
        "configparser",
        "email",
        "git",
        "hatchling",
        "http",
        "importlib.metadata",
        "json",
        "logging",
        "lzma",
    }
    | {
        "packaging",
        "pathlib",
        "rich",
        "setuptools",
        "shutil",
        "socket",
        "subprocess",
        "unittest",
        "urllib.request",
        "zipfile",
    }
)


def imported(directory: Path, *arguments: str) -> set[str]:
    program = (
        "import sys\nfrom cachekeys.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print('MODULES', *sys.modules)"
    )
    before = set(process(directory, python=("-c", "import sys; print(*sys.modules)")).out.split())
    answer = process(directory, *arguments, python=("-c", program), VIRTUAL_ENV="")
    return set(answer.out.rsplit("MODULES ", 1)[1].split()) - before


def test_check_of_a_small_project_imports_nothing_costly(static: Path, gap: Path) -> None:
    assert imported(static, "check") & COSTLY == set()
    assert imported(gap, "check") & COSTLY == set()


def test_version_imports_next_to_nothing(tmp_path: Path) -> None:
    found = imported(tmp_path, "--version")
    assert found & (COSTLY | {"dataclasses", "inspect", "pluggy", "tomllib", "ast"}) == set()
    assert not any(
        name.startswith(("cachekeys.uv", "cachekeys.rules", "cachekeys.inputs")) and name.count(".") > 1
        for name in found
    )


@pytest.mark.parametrize("command", ["cache-info", "explain"])
def test_quick_commands_import_nothing_that_takes_long(static: Path, command: str) -> None:
    spared = {"argparse", "gettext", "locale", "dataclasses", "inspect", "ast", "hashlib", "bisect", "struct"}
    needed = {"json"} if command == "cache-info" else set()  # explain reads some only in an environment
    assert imported(static, command) & ((COSTLY | spared) - needed) == set()


def test_command_imports_only_its_own(static: Path) -> None:
    for arguments in (["rule", "CK101"], ["cache-info"]):
        found = imported(static, *arguments)
        assert found & {"pluggy", "cachekeys.pipeline", "cachekeys.inputs.detect", "cachekeys.coverage"} == set()


# -- the other commands ------------------------------------------------------------------------------------------------


def test_cache_info_is_uvs_text(static: Path) -> None:
    answer = in_process(static, "cache-info")
    assert answer.out == api.cache_info(static).to_json() + "\n"
    assert list(json.loads(answer.out)) == ["timestamp", "commit", "tags", "env", "directories"]


def test_cache_info_of_nothing(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "[tool.uv]\ncache-keys = []\n"})
    answer = in_process(root, "cache-info")
    assert (answer.code, answer.out) == (0, "")
    assert "uv would write no uv_cache.json" in answer.err


def test_cache_info_is_utf8_on_any_terminal(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": '[tool.uv]\ncache-keys = [{ env = "Ü" }]\n'})
    answer = process(root, "cache-info", PYTHONIOENCODING="ascii")
    assert '"env":{"Ü":null}' in answer.out


def test_rule_pages(tmp_path: Path) -> None:
    listed = in_process(tmp_path, "rule").out.splitlines()
    assert [line.split()[0] for line in listed] == sorted(line.split()[0] for line in listed)
    for line in listed:
        page = in_process(tmp_path, "rule", line.split()[0].lower()).out
        assert page.startswith(f"# {line.split()[0]} {line.split()[1]}\n")
        assert "\n## Why is this bad?\n" in page


# -- JSON ----------------------------------------------------------------------------------------------------------------


def document(directory: Path, *arguments: str) -> Any:
    return json.loads(in_process(directory, *arguments, "--format", "json").out)


def test_check_json(gap: Path) -> None:
    found = document(gap, "check")
    assert list(found) == ["schema_version", "projects", "errors"]
    (project,) = found["projects"]
    assert (project["path"], project["name"], project["mode"], project["uv"]) == (".", "gap", "editable", None)
    assert project["keys"][0] == {
        "index": 0,
        "key": '{ file = "pyproject.toml" }',
        "kind": "file",
        "declared": False,
        "files": 1,
    }
    (item,) = [item for item in project["inputs"] if item["what"] == "requirements.txt"]
    assert (item["covered_by"], item["uncovered"], item["files"]) == ([], ["requirements.txt"], 1)
    assert item["origin"]["file"] == "pyproject.toml"
    (finding,) = project["findings"]
    assert finding["fix"]["keys"] == ['{ file = "requirements.txt" }']
    assert project["proposed_keys"][-1] == '{ file = "requirements.txt" }'


def test_errors_are_in_the_json_too(static: Path) -> None:
    answer = in_process(static, "check", "nowhere", ".", "--format", "json")
    assert answer.code == 2
    found = json.loads(answer.out)
    assert [error["path"] for error in found["errors"]] == ["nowhere"]
    assert len(found["projects"]) == 1
    assert answer.err.startswith("cachekeys: error: nowhere: ")

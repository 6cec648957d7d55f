"""explain, verify and refresh on the command line: what they say, how they end, and that their JSON fits its schema."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from support.command_line import Answer, in_process, process
from support.forged import Forged, forge
from support.schemas import strict

if TYPE_CHECKING:
    from collections.abc import Callable

    MakeProject = Callable[..., Path]

SCHEMAS = Path(__file__).resolve().parents[3] / "cachekeys" / "schemas"
PROJECT = """
    [build-system]
    requires = ["setuptools"]
    build-backend = "setuptools.build_meta"

    [project]
    name = "demo"
    version = "1.0"

    [tool.uv]
    cache-keys = ["pyproject.toml", "c/*.c", { dir = "src" }, { env = "DEMO_MODE" }, { git = { tags = true } }]
"""


@pytest.fixture
def demo(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> Forged:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    root = make_project({"pyproject.toml": PROJECT, "c/a.c": "a", "src/demo.py": ""})
    return forge(root, name="project/.venv")


def document(command: str, answer: Answer) -> dict[str, Any]:
    """Return the JSON, which has to fit its schema and to be ASCII."""
    schema = json.loads((SCHEMAS / f"{command}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    found: dict[str, Any] = json.loads(answer.out)
    Draft202012Validator(strict(schema)).validate(found)
    assert answer.out.isascii()
    return found


def normalised(text: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}", "TIME", text)


# -- explain -------------------------------------------------------------------------------------------------------------


def test_explain_fresh(demo: Forged) -> None:
    answer = in_process(demo.root, "explain")
    assert answer.code == 0
    assert answer.out.splitlines()[-2:] == [
        "     installed: demo 1.0, editable, by uv, in .venv",
        "     uv sync, uv run, uv pip install -r: fresh - nothing that uv compares has changed",
    ]
    found = document("explain", in_process(demo.root, "explain", "--format", "json"))
    installation = found["projects"][0]["installation"]
    assert installation["recorded"] is True
    assert installation["environment"] == ".venv"
    assert [verdict["outcome"] for verdict in installation["verdicts"]] == ["fresh", "fresh"]


def test_explain_everything_that_moved(demo: Forged) -> None:
    (demo.root / "c" / "a.c").write_text("b")
    (demo.root / "c" / "b.c").write_text("b")
    (demo.root / "src").rename(demo.root / "source")
    (demo.root / "src").mkdir()
    answer = in_process(demo.root, "explain")
    assert answer.code == 1
    said = normalised(answer.out).splitlines()[-2]
    assert "uv sync, uv run, uv pip install -r: rebuild - c/" in said
    assert "are newer than the installation (newest then: TIME)" in said
    assert "directory src was made anew (TIME then, TIME now)" in said
    assert "`cachekeys verify` tells" in answer.out
    found = document("explain", in_process(demo.root, "explain", "--format", "json"))
    (change, directory) = found["projects"][0]["installation"]["verdicts"][0]["changes"]
    assert {item["file"] for item in change["newer"]} == {"c/a.c", "c/b.c"}
    assert {item["key"] for item in change["newer"]} == {1}
    assert change["now_ns"] > change["was_ns"]
    assert (directory["name"], directory["was"], directory["now"]) == ("src", "present", "present")


def test_explain_names_what_vanished(demo: Forged) -> None:
    record = (demo.info / "cachekeys.json").read_bytes()
    (demo.root / "c" / "z.c").write_text("newest")
    shutil.rmtree(demo.venv)
    demo = forge(demo.root, name="project/.venv")
    (demo.root / "c" / "z.c").unlink()
    answer = in_process(demo.root, "explain")
    assert "c/z.c vanished (newest then: TIME, newest now: TIME)" in normalised(answer.out)
    found = document("explain", in_process(demo.root, "explain", "--format", "json"))
    assert found["projects"][0]["installation"]["vanished"] == ["c/z.c"]
    (demo.info / "cachekeys.json").write_bytes(record)
    assert "the newest file of then vanished, or is no longer watched" in in_process(demo.root, "explain").out
    (demo.info / "cachekeys.json").write_bytes(b"damaged")
    assert "the newest file of then vanished, or is no longer watched" in in_process(demo.root, "explain").out


def test_explain_never_shows_values(demo: Forged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_MODE", "s3cret")
    answer = in_process(demo.root, "explain")
    assert "variable DEMO_MODE was unset and is set" in answer.out
    demo = forge_again(demo, {"DEMO_MODE": "0ther"})
    answer = in_process(demo.root, "explain")
    assert "variable DEMO_MODE was set and is set to another value" in answer.out
    found = in_process(demo.root, "explain", "--format", "json").out
    assert "0ther" not in found
    assert found.count("s3cret") == 1  # in cache_info, which is what uv itself stores


def forge_again(demo: Forged, environ: dict[str, str]) -> Forged:
    shutil.rmtree(demo.venv)
    return forge(demo.root, environ, name="project/.venv")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (shutil.rmtree, "installed: nothing in .venv"),
        (shutil.rmtree, "rebuild - it is not installed there"),
        (lambda info: (info / "uv_cache.json").unlink(), "rebuild - there is no uv_cache.json: uv wrote none"),
        (lambda info: (info / "uv_cache.json").write_bytes(b""), "uv refuses - "),
        (
            lambda info: (info / "uv_build.json").write_text('{"config_settings": {"a": "s3cret"}}'),
            "(then: a; now: none)",
        ),
        (lambda info: (info / "direct_url.json").unlink(), "rebuild - it was not installed from a local directory"),
        (lambda info: shutil.copytree(info, info.with_name("demo-2.dist-info")), "several distributions of its name"),
    ],
)
def test_explain_other_reasons(demo: Forged, change: Callable[[Path], object], said: str) -> None:
    change(demo.info)
    answer = in_process(demo.root, "explain")
    assert answer.code == 1
    assert said in answer.out
    assert "s3cret" not in answer.out
    document("explain", in_process(demo.root, "explain", "--format", "json"))


def test_explain_decides_by_command(demo: Forged) -> None:
    demo.edit("direct_url.json", dir_info={})
    assert in_process(demo.root, "explain").code == 1
    answer = in_process(demo.root, "explain", "--command", "pip")
    assert answer.code == 0
    assert (
        "uv sync, uv run: rebuild - it is installed not editable, without the flag, and asked for editable"
        in answer.out
    )
    assert "uv pip install -r: fresh" in answer.out


def test_explain_without_an_environment(demo: Forged) -> None:
    shutil.rmtree(demo.venv)
    answer = in_process(demo.root, "explain")
    assert answer.code == 0
    assert "installed" not in answer.out
    found = document("explain", in_process(demo.root, "explain", "--format", "json"))
    assert found["projects"][0]["installation"] is None


def test_which_environment(demo: Forged, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The active one counts if the project is in it; uv sync's own otherwise; the one that is named always."""
    other = forge(demo.root, name="other")
    monkeypatch.setenv("VIRTUAL_ENV", str(other.venv))
    assert f"in {other.venv}" in in_process(demo.root, "explain").out
    shutil.rmtree(other.info)
    assert "in .venv" in in_process(demo.root, "explain").out
    assert "nothing in" in in_process(demo.root, "explain", "--python", str(other.venv)).out
    monkeypatch.delenv("VIRTUAL_ENV")
    monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", str(other.venv))
    assert "nothing in" in in_process(demo.root, "explain").out
    python = demo.venv / "bin" / "python"
    python.parent.mkdir()
    python.symlink_to("/usr/bin/false")
    assert "in .venv" in in_process(demo.root, "explain", "--python", ".venv/bin/python").out
    for wrong in ("nowhere", "c", "c/a.c", str(tmp_path)):
        answer = in_process(demo.root, "explain", "--python", wrong)
        assert answer.code == 2
        assert answer.err.startswith("cachekeys: error: ")
        assert answer.err.count("\n") == 1


def test_several_projects(demo: Forged, make_project: MakeProject) -> None:
    make_project({"pyproject.toml": "[project]\nname = 'other'\nversion = '1'\n"}, name="other")
    answer = in_process(demo.root.parent, "explain", "project", "other", "nowhere", "--format", "json")
    assert answer.code == 2
    found = document("explain", answer)
    assert [project["installation"] is None for project in found["projects"]] == [False, True]
    assert len(found["errors"]) == 1


# -- verify --------------------------------------------------------------------------------------------------------------


def test_verify(demo: Forged) -> None:
    answer = in_process(demo.root, "verify")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "demo 1.0 in .venv was built from what is here: 2 files, all with the same content.\n"
    found = document("verify", in_process(demo.root, "verify", "--format", "json"))
    assert found["identical"] is True
    assert found["distribution"] == ".venv/lib/python3.11/site-packages/demo-1.0.dist-info"


def test_verify_differences(demo: Forged, monkeypatch: pytest.MonkeyPatch) -> None:
    (demo.root / "c" / "a.c").write_text("b")
    (demo.root / "c" / "\x1b[31m.c").write_text("b")
    shutil.rmtree(demo.root / "src")
    monkeypatch.setenv("DEMO_MODE", "s3cret")
    answer = in_process(demo.root, "verify")
    assert answer.code == 1
    assert answer.out.splitlines() == [
        "c/\\x1b[31m.c  is new (uv watches it)",
        "c/a.c         has another content (uv watches it)",
        "src           is gone",
        "$DEMO_MODE    is set now",
        "demo 1.0 in .venv was built from something else: 4 differences.",
    ]
    found = document("verify", in_process(demo.root, "verify", "--format", "json"))
    assert found["identical"] is False
    assert {"kind": "env", "what": "DEMO_MODE", "how": "added", "input": False, "watched": False} in found[
        "differences"
    ]


@pytest.mark.parametrize("command", ["verify", "refresh"])
def test_nothing_to_compare_with(demo: Forged, command: str) -> None:
    (demo.root / "c" / "a.c").chmod(0o600)
    (demo.info / "cachekeys.json").unlink()
    answer = in_process(demo.root, command)
    assert answer.code == 2
    assert answer.out == ""
    assert "there is no record, so nobody can tell what was built; add the build plugin" in answer.err
    shutil.rmtree(demo.info)
    assert "demo is not installed in" in in_process(demo.root, command).err
    shutil.rmtree(demo.venv)
    answer = in_process(demo.root, command)
    assert answer.code == 2
    assert "installed in no environment that is in sight; name one with --python" in answer.err
    (demo.root / "pyproject.toml").write_text("[build-system]\nrequires = []\n")
    assert in_process(demo.root, command, "--python", str(demo.root)).code == 2


# -- refresh -------------------------------------------------------------------------------------------------------------


def test_refresh(demo: Forged) -> None:
    (demo.root / "c" / "a.c").chmod(0o600)
    before = demo.contents()
    answer = in_process(demo.root, "refresh", "--dry-run")
    assert (answer.code, answer.out) == (0, "demo 1.0 in .venv would be fresh: nothing but times has changed.\n")
    found = document("refresh", in_process(demo.root, "refresh", "--dry-run", "--format", "json"))
    assert (found["state"], found["dry_run"]) == ("refreshed", True)
    assert [os.path.basename(path) for path in found["files"]] == ["RECORD", "uv_cache.json"]
    assert demo.contents() == before
    found = document("refresh", in_process(demo.root, "refresh", "--format", "json"))
    assert (found["state"], found["dry_run"]) == ("refreshed", False)
    assert demo.contents() != before
    answer = in_process(demo.root, "refresh")
    assert (answer.code, answer.out) == (0, "demo 1.0 in .venv is fresh already.\n")
    assert in_process(demo.root, "explain").code == 0


def test_refresh_refuses(demo: Forged) -> None:
    (demo.root / "c" / "a.c").write_text("b")
    before = demo.contents()
    answer = in_process(demo.root, "refresh")
    assert answer.code == 1
    assert answer.out.splitlines() == [
        "c/a.c  has another content (uv watches it)",
        "demo 1.0 in .venv stays as it is, since more than times has changed: 1 difference.",
    ]
    found = document("refresh", in_process(demo.root, "refresh", "--format", "json"))
    assert found["state"] == "differs"
    assert found["files"] == []
    assert demo.contents() == before


def test_refresh_cannot_help(demo: Forged) -> None:
    demo.edit("direct_url.json", url="file:///elsewhere")
    answer = in_process(demo.root, "refresh")
    assert answer.code == 2
    assert "uv would not be content with any uv_cache.json" in answer.out
    assert "it was installed from /elsewhere, and this is" in answer.out
    found = document("refresh", in_process(demo.root, "refresh", "--format", "json"))
    assert found["state"] == "impossible"


def test_refresh_for_one_of_two_commands(demo: Forged) -> None:
    demo.edit("direct_url.json", dir_info={})
    (demo.root / "c" / "a.c").chmod(0o600)
    answer = in_process(demo.root, "refresh")
    assert answer.code == 0
    assert "is fresh: nothing but times has changed" in answer.out
    assert "uv sync, uv run: rebuild - it is installed not editable" in answer.out
    assert "uv pip install -r: fresh" in answer.out


def test_refresh_sets_record_right(demo: Forged) -> None:
    (demo.info / "RECORD").write_text("")
    assert "is fresh already; its row in RECORD would be set right" in in_process(demo.root, "refresh", "--dry-run").out
    assert "is fresh already; its row in RECORD is set right" in in_process(demo.root, "refresh").out
    assert in_process(demo.root, "refresh").out == "demo 1.0 in .venv is fresh already.\n"


# -- what a start costs --------------------------------------------------------------------------------------------------

HEAVY = (
    "cachekeys.pipeline",
    "cachekeys.inputs",
    "cachekeys.plugins",
    "cachekeys.rules",
    "cachekeys.fix",
    "importlib.metadata",
    "subprocess",
    "packaging",
    "logging",
    "typing_extensions",
    "urllib",
    "zipfile",
    "pluggy",
    "argparse",
    "gettext",
    "dataclasses",
    "inspect",
    "ast",
)


@pytest.mark.parametrize("command", ["explain", "verify", "refresh"])
def test_imports_nothing_heavy(demo: Forged, command: str) -> None:
    code = (
        "import sys; before = set(sys.modules); from cachekeys.cli import main; code = main(sys.argv[1:]);"
        "sys.stderr.write('\\n'.join(sorted(set(sys.modules) - before))); sys.exit(code)"
    )
    (demo.root / "c" / "a.c").chmod(0o600)
    answer = process(demo.root, command, python=("-I", "-c", code))
    assert answer.code == (1 if command == "explain" else 0), answer.err
    loaded = answer.err.splitlines()
    assert "cachekeys.freshness.installation" in loaded
    assert [name for name in loaded if name.startswith(HEAVY)] == []

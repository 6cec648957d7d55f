"""``cachekeys digest`` on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator
from support.command_line import in_process

import cachekeys

if TYPE_CHECKING:
    from collections.abc import Callable

    MakeProject = Callable[..., Path]

SCHEMA = json.loads((Path(cachekeys.__file__).parent / "schemas" / "digest.schema.json").read_text(encoding="utf-8"))
PYPROJECT = '[project]\nname = "demo"\nversion = "1"\n[tool.uv]\ncache-keys = ["pyproject.toml", { env = "TOKEN" }]\n'


@pytest.fixture
def project(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("GITHUB_OUTPUT", raising=False)
    monkeypatch.setenv("TOKEN", "hunter2")
    return make_project({"pyproject.toml": PYPROJECT, "demo/__init__.py": ""})


def test_text(project: Path) -> None:
    found = cachekeys.digest(project)
    answer = in_process(project, "digest")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.split() == ["key", found.key, "restore-keys", *found.restore_keys]


def test_json(project: Path) -> None:
    answer = in_process(project, "digest", "--format", "json", "--mode", "editable", "--without", "git,python")
    document = json.loads(answer.out)
    Draft202012Validator({**SCHEMA, "additionalProperties": False}).validate(document)
    assert (document["path"], document["mode"], document["without"]) == (".", "editable", ["git", "python"])
    assert document["environment"] == {"TOKEN": "set"}
    assert "hunter2" not in answer.out
    assert document["key"].endswith(document["digest"])


def test_dotenv(project: Path) -> None:
    answer = in_process(project, "digest", "--format", "dotenv")
    lines = dict(line.split("=") for line in answer.out.splitlines())
    found = cachekeys.digest(project)
    assert lines["CACHEKEYS_KEY"] == found.key
    assert lines["CACHEKEYS_DIGEST"] == found.value
    assert lines["CACHEKEYS_RESTORE_KEY_1"] == found.restore_keys[0]
    assert all(re.fullmatch(r"[A-Z0-9_]+=[A-Za-z0-9._-]+", line) for line in answer.out.splitlines())


def outputs(text: str) -> dict[str, str]:
    """Read the file as GitHub's runner does: ``name=value``, or ``name<<delimiter`` and lines up to the delimiter."""
    found: dict[str, str] = {}
    lines = text.splitlines()
    while lines:
        line = lines.pop(0)
        name, delimiter, rest = line.partition("<<") if "=" not in line.partition("<<")[0] else (line, "", "")
        if delimiter:
            end = lines.index(rest)
            found[name] = "\n".join(lines[:end])
            del lines[: end + 1]
        else:
            name, _, value = line.partition("=")
            found[name] = value
    return found


@pytest.mark.parametrize("before", ["", "other=1\n", "other=1"])
def test_github_output(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str) -> None:
    file = tmp_path / "output"
    file.write_text(before)
    monkeypatch.setenv("GITHUB_OUTPUT", str(file))
    answer = in_process(project, "digest", "--github-output")
    found = cachekeys.digest(project)
    assert answer.code == 0
    written = outputs(file.read_text())
    assert written.pop("other", "1") == "1"
    assert written == {"key": found.key, "digest": found.value, "restore-keys": "\n".join(found.restore_keys)}
    in_process(project, "digest", "--github-output")
    delimiters = re.findall("<<(.*)", file.read_text())
    assert len(set(delimiters)) == 2


def test_github_output_is_made_if_missing(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "new"))
    assert in_process(project, "digest", "--github-output").code == 0
    assert "key" in outputs((tmp_path / "new").read_text())


@pytest.mark.parametrize("name", [None, ""])
def test_without_github(project: Path, monkeypatch: pytest.MonkeyPatch, name: str | None) -> None:
    if name is not None:
        monkeypatch.setenv("GITHUB_OUTPUT", name)
    answer = in_process(project, "digest", "--github-output")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("cachekeys: error: --github-output: $GITHUB_OUTPUT is not set")


def test_an_output_that_cannot_be_written(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path))
    answer = in_process(project, "digest", "--github-output")
    assert (answer.code, answer.out) == (2, "")
    assert "Is a directory" in answer.err


def test_errors_and_notes(project: Path, make_project: MakeProject) -> None:
    answer = in_process(project, "digest", "--without", "colour")
    assert (answer.code, answer.out) == (2, "")
    assert "there is no part 'colour'" in answer.err
    assert in_process(project, "digest", "nowhere").code == 2
    noted = make_project({"pyproject.toml": "[tool.uv]\ncache-keys = [{ git = true }]\n"}, "noted")
    answer = in_process(noted, "digest")
    assert answer.code == 0
    assert answer.err.startswith("cachekeys: note: git commit cannot be read: ")

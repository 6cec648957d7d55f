"""``--uv``: what the commands say about another uv than the newest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from cachekeys.cli import main

SCHEMAS = Path(__file__).resolve().parents[2] / "cachekeys" / "schemas"

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Make = Callable[[Mapping[str, str]], Path]

KEYS = (
    '[project]\nname = "demo"\nversion = "1"\n[tool.uv]\ncache-keys = ["pyproject.toml", "src/*.c", { dir = "src" }]\n'
)
FILES = {"pyproject.toml": KEYS, "src/a.c": "", "src/deep/b.c": ""}


def test_cache_info(make_project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    root = str(make_project(FILES))
    assert main(["cache-info", root, "--uv", "0.6.6"]) == 0
    assert list(json.loads(capfd.readouterr().out)) == ["timestamp", "commit", "tags"]
    assert main(["cache-info", root, "--uv", "0.6.7", "--format", "json"]) == 0
    assert list(json.loads(capfd.readouterr().out)["cache_info"]["directories"]) == ["src"]


def test_explain(make_project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    root = str(make_project(FILES))
    assert main(["explain", root, "--uv", "0.7.20", "--format", "json"]) == 0
    (project,) = json.loads(capfd.readouterr().out)["projects"]
    assert project["uv"] == "0.7.20"
    assert [key.get("files") for key in project["keys"]][1] == ["src/a.c"]
    assert main(["explain", root, "--uv", ">=0.7", "--format", "json"]) == 0
    (project,) = json.loads(capfd.readouterr().out)["projects"]
    assert [key.get("files") for key in project["keys"]][1] == ["src/a.c", "src/deep/b.c"]


def test_explain_a_list_that_this_uv_does_not_take(make_project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    root = str(make_project(FILES))
    assert main(["explain", root, "--uv", "0.5"]) == 0
    shown = capfd.readouterr().out
    assert "uv's default keys (the list is ignored)" in shown
    assert "this uv does not accept the whole list" in shown
    assert "this uv does not know `dir` keys yet" in shown
    assert "src/*.c" not in shown


@pytest.mark.parametrize(
    ("uv", "versions"), [("0.7", "0.7.0 to 0.7.20"), (">=0.7.3", "0.7.3 to 0.7.20"), ("0.7.4", None)]
)
def test_check(make_project: Make, capfd: pytest.CaptureFixture[str], uv: str, versions: str | None) -> None:
    root = str(make_project(FILES))
    main(["check", root, "--uv", uv, "--select", "CK005"])
    shown = capfd.readouterr().out
    if versions is None:
        assert "CK005" not in shown
    else:
        assert f"is read in another way by uv {versions}, which" in shown


def test_check_sees_what_that_uv_matches(make_project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    root = str(make_project({**FILES, "pyproject.toml": KEYS.replace("src/*.c", "src/*/*.c")}))
    for uv, expected in (("0.7.20", ["src/deep/b.c"]), ("0.8", ["src/deep/b.c"])):
        main(["check", root, "--uv", uv, "--format", "json"])
        (project,) = json.loads(capfd.readouterr().out)["projects"]
        assert project["keys"][1]["files"] == len(expected)


@pytest.mark.parametrize("command", ["cache-info", "explain", "check"])
@pytest.mark.parametrize("uv", ["nonsense", "==0.5.999"])
def test_no_such_uv(make_project: Make, capfd: pytest.CaptureFixture[str], command: str, uv: str) -> None:
    assert main([command, str(make_project(FILES)), "--uv", uv]) == 2
    assert "no uv release" in capfd.readouterr().err


@pytest.mark.parametrize("command", ["cache-info", "explain"])
@pytest.mark.parametrize("uv", ["0.4.10", "0.5.11", "0.6.6", "0.7.20"])
def test_the_schemas_know_older_ones(
    make_project: Make, capfd: pytest.CaptureFixture[str], command: str, uv: str
) -> None:
    assert main([command, str(make_project(FILES)), "--uv", uv, "--format", "json"]) == 0
    schema = json.loads((SCHEMAS / f"{command}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(json.loads(capfd.readouterr().out))

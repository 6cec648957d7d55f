"""The setuptools entry point by itself: which command gets a record, who is told, and who pays nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from cachekeys import building
from cachekeys.errors import CacheKeysWarning
from setuptools_cachekeys.writers import write_record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    MakeProject = Callable[[Mapping[str, str | bytes]], Path]

WANTED = '[build-system]\nrequires = ["setuptools", "cachekeys"]\n'


class EggInfo:
    """What a writer sees of setuptools' command: the distribution, and a way to write or delete a file."""

    def __init__(self, *commands: str) -> None:
        self.distribution = SimpleNamespace(commands=list(commands))
        self.written: list[tuple[str, str, bool]] = []

    def write_or_delete_file(self, what: str, filename: str, data: str, force: bool = False) -> None:  # noqa: FBT001, FBT002 - setuptools' signature
        assert what == "cachekeys.json"
        self.written.append((filename, data, force))
        if data:
            Path(filename).write_text(data, encoding="utf-8")
        else:
            Path(filename).unlink()


@pytest.fixture
def inspected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let every inspection find a record and something to tell; return the modes that were asked for."""
    modes: list[Any] = []

    def inspect(root: str, mode: Any) -> building.Outcome:
        assert root == str(Path.cwd())
        modes.append(mode)
        return building.Outcome(b"{}\n" if mode else None, (building.Notice("CK101 told"),))

    monkeypatch.setattr(building, "inspect", inspect)
    return modes


@pytest.fixture
def project(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = make_project({"pyproject.toml": WANTED})
    monkeypatch.chdir(root)
    return root


def run(cmd: EggInfo, filename: str = "cachekeys.json") -> None:
    write_record(cmd, "cachekeys.json", filename)  # type: ignore[arg-type]  # a stand-in


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("command", "mode"), [("bdist_wheel", "wheel"), ("dist_info", "wheel"), ("editable_wheel", "editable")]
)
def test_commands_that_end_in_a_wheel(command: str, mode: str, inspected: list[Any]) -> None:
    cmd = EggInfo(command)
    if command == "dist_info":  # pip runs bdist_wheel after it, which tells
        run(cmd)
    else:
        with pytest.warns(CacheKeysWarning, match="CK101 told"):
            run(cmd)
    assert inspected == [mode]
    assert cmd.written == [("cachekeys.json", "{}\n", True)]


@pytest.mark.usefixtures("project")
def test_an_sdist_is_told_but_gets_none(inspected: list[Any]) -> None:
    cmd = EggInfo("sdist")
    with pytest.warns(CacheKeysWarning, match="CK101 told"):
        run(cmd)
    assert inspected == [None]
    assert cmd.written == []


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("commands", [(), ("egg_info",), ("develop",), ("install",), ("build_ext", "clean")])
def test_other_commands(commands: tuple[str, ...], inspected: list[Any]) -> None:
    cmd = EggInfo(*commands)
    run(cmd)
    assert inspected == []
    assert cmd.written == []


@pytest.mark.usefixtures("inspected")
@pytest.mark.parametrize("command", ["egg_info", "sdist"])
def test_a_stale_record_is_deleted(command: str, project: Path) -> None:
    (project / "cachekeys.json").write_text("stale")
    cmd = EggInfo(command)
    if command == "sdist":
        with pytest.warns(CacheKeysWarning):
            run(cmd)
    else:
        run(cmd)
    assert cmd.written == [("cachekeys.json", "", True)]
    assert not (project / "cachekeys.json").exists()


@pytest.mark.usefixtures("project")
def test_a_second_call_in_the_same_build_tells_nothing(inspected: list[Any]) -> None:
    cmd = EggInfo("editable_wheel")
    with pytest.warns(CacheKeysWarning):
        run(cmd)
    run(cmd)  # a second warning would be an error here
    assert inspected == ["editable"]
    assert [text for _, text, _ in cmd.written] == ["{}\n", "{}\n"]


def test_an_unpacked_sdist_is_not_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = building.Outcome(b"{}\n", (building.Notice("CK101 told"),), unpacked=True)
    monkeypatch.setattr(building, "inspect", lambda *_: outcome)
    cmd = EggInfo("bdist_wheel")
    run(cmd)  # a warning would be an error here
    assert (project / "cachekeys.json").read_text() == "{}\n"


@pytest.mark.parametrize(
    "files",
    [
        {"setup.py": "# cachekeys"},
        {"pyproject.toml": '[build-system]\nrequires = ["setuptools"]\n'},
        {"pyproject.toml": '[project]\nkeywords = ["cachekeys"]\n'},
        {"pyproject.toml": "cachekeys = ["},
        {"pyproject.toml": b"cachekeys \xff"},
    ],
)
def test_who_did_not_ask(
    files: Mapping[str, str | bytes], make_project: MakeProject, inspected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make_project(files))
    cmd = EggInfo("bdist_wheel")
    run(cmd)
    assert inspected == []
    assert cmd.written == []


def test_who_does_not_name_us_does_not_even_import_us(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make_project({"pyproject.toml": "[tool.uv]\ncache-keys = []\n"}))
    monkeypatch.setitem(sys.modules, "cachekeys", None)  # makes an import fail
    run(EggInfo("bdist_wheel"))


def test_no_pyproject_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").mkdir()
    run(EggInfo("bdist_wheel"))

"""Around the traced build: what is added to its environment, what the observers could not see, what stays behind."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from cachekeys.trace import run
from cachekeys.trace.collect import Outcome
from cachekeys.trace.context import Context
from cachekeys.trace.model import Event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROCESS = "process\t1\t7\t1\t/p\t/usr\t0\tpython\x1f-c\x1fbackend\n"


def a_context(top: Path, **environment: str) -> Context:
    for name in ("log", "tmp", "project"):
        (top / name).mkdir()
    return Context(
        root=str(top / "project"),
        directory=str(top / "log"),
        temporary=str(top / "tmp"),
        environment=environment,
        mode="wheel",
        front_end="uv",
        isolated=True,
    )


def blind(context: Context, log: str) -> tuple[str, ...]:
    """Return what is said not to have been seen, for what a Python process wrote down."""
    with open(os.path.join(context.directory, "python-7-1.log"), "w", encoding="utf-8") as file:
        file.write(log)
    outcome = Outcome(given=context.root, before=frozenset(), after=frozenset(), exit_code=0, seconds=1.0)
    return run._read(context, outcome, 1).blind


@pytest.mark.parametrize(("earlier", "expected"), [({}, []), ({"PYTHONPATH": "/mine"}, ["/mine"])])
def test_the_users_own_search_path_stays_behind_ours(
    tmp_path: Path, earlier: dict[str, str], expected: list[str]
) -> None:
    added, _ = run._additions(a_context(tmp_path, PATH="", **earlier), str(tmp_path))
    ours, *others = added["PYTHONPATH"].split(os.pathsep)
    assert os.path.isfile(os.path.join(ours, "sitecustomize.py"))
    assert others == expected


def test_a_mistake_of_the_observer_is_said_once(tmp_path: Path) -> None:
    said = blind(a_context(tmp_path), PROCESS + "error\t5\tKeyError: 'x' (places.py:9)\n" * 2)
    assert said.count("the observer in Python failed at one place: KeyError: 'x' (places.py:9)") == 1


def test_programs_that_were_started_without_the_observers_are_said(tmp_path: Path) -> None:
    said = blind(a_context(tmp_path), PROCESS + "unseen\t5\t/opt/gen\x1f--token=x\n" * 2)
    sentence = "gen was started with an environment of its own: what it read was not seen"
    assert said.count(sentence) == 1
    assert "token" not in " ".join(said)


def test_a_back_end_that_python_did_not_see_is_said(tmp_path: Path) -> None:
    context = a_context(tmp_path)
    sentence = "no Python process of the back end was seen"
    assert any(said.startswith(sentence) for said in blind(context, ""))
    assert not any(said.startswith(sentence) for said in blind(context, PROCESS))


def test_a_broken_source_is_said_and_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(_context: Context) -> Iterator[Event]:
        yield Event("read", str(tmp_path / "project/seen.c"), "compiler")
        raise KeyError("nothing")

    broken = SimpleNamespace(NAME="broken", read=read)
    sound = SimpleNamespace(NAME="sound", blind=lambda _context: ["the sound one saw nothing"])
    monkeypatch.setattr("cachekeys.trace.sources.sources", lambda: [broken, sound])
    said = blind(a_context(tmp_path), PROCESS)
    assert "the observer broken failed (read): KeyError: 'nothing'" in said
    assert "the sound one saw nothing" in said


def test_the_temporary_directory_goes_whatever_happens() -> None:
    places = []

    def interrupted() -> None:
        with run._temporary_directory() as top:
            places.append(top)
            locked = os.path.join(top, "deep", "locked")
            os.makedirs(locked)
            with open(os.path.join(locked, "file"), "w", encoding="utf-8"):
                pass
            os.chmod(locked, 0o500)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [os.path.exists(place) for place in places] == [False]

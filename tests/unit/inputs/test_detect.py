"""Every way in which a stranger's detector can go wrong, and what is left standing."""

from __future__ import annotations

import itertools
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pluggy
import pytest

from cachekeys import hookspecs
from cachekeys.hookspecs import hookimpl
from cachekeys.inputs import detect as detect_module
from cachekeys.inputs.detect import detect
from cachekeys.inputs.model import BuildInput, BuildOutput, Origin, Unresolved
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HERE = Origin("pyproject.toml", 1, 1)
GOOD = BuildInput("file", "good.txt", "dynamic-file", "somebody reads it", HERE, "code")


def run(monkeypatch: pytest.MonkeyPatch, root: Path, *detectors: Callable[..., object]) -> Any:
    """Run these detectors only; each is a plugin named after its function."""

    def load(_project: Project) -> tuple[pluggy.PluginManager, list[tuple[str, str]]]:
        manager = pluggy.PluginManager("cachekeys")
        manager.add_hookspecs(hookspecs)
        for function in detectors:
            manager.register(SimpleNamespace(cachekeys_detect_inputs=function), function.__name__)
        return manager, []

    monkeypatch.setattr("cachekeys.plugins.load", load)
    return detect(Project(root))


@hookimpl
def good(project: Project) -> Iterator[object]:
    assert project.pyproject is not None
    yield GOOD


@hookimpl
def raises() -> Iterator[object]:
    raise ValueError("two\nlines")


@hookimpl
def raises_halfway() -> Iterator[object]:
    yield replace(GOOD, what="before.txt")
    raise KeyError("x")


@hookimpl
def exits() -> Iterator[object]:
    yield replace(GOOD, what="before.txt")
    raise SystemExit(3)


@hookimpl
def returns_nothing() -> None:
    return None


@hookimpl
def returns_a_list() -> list[object]:
    return [replace(GOOD, what="listed.txt")]


@hookimpl
def returns_a_number() -> int:
    return 3


@hookimpl
def yields_rubbish() -> Iterator[object]:
    yield "good.txt"
    yield None
    yield replace(GOOD, what="between.txt")
    yield 3


@hookimpl
def never_ends() -> Iterator[object]:
    for number in itertools.count():
        yield replace(GOOD, what=f"{number}.txt")


@hookimpl(wrapper=True)
def wraps() -> Iterator[object]:
    return (yield)  # type: ignore[misc]


class _UnprintableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no")

    __repr__ = __str__


@hookimpl
def raises_the_unprintable() -> Iterator[object]:
    yield _UnprintableError()
    raise _UnprintableError


@pytest.mark.parametrize(
    ("bad", "error", "also_found"),
    [
        (raises, "ValueError: two lines", set()),
        (raises_halfway, "KeyError: 'x'", {"before.txt"}),
        (exits, "SystemExit: 3", {"before.txt"}),
        (returns_a_number, "TypeError: ", set()),
        (yields_rubbish, "yielded 'good.txt', which is no build input (and 2 more such things)", {"between.txt"}),
        (wraps, "is a hook wrapper", set()),
        (raises_the_unprintable, "_UnprintableError: (its message cannot be shown)", set()),
    ],
)
def test_the_others_go_on(
    make_project: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    bad: Callable[..., object],
    error: str,
    also_found: set[str],
) -> None:
    result = run(monkeypatch, make_project({"pyproject.toml": ""}), good, bad, returns_a_list)
    assert {item.what for item in result.inputs} == {"good.txt", "listed.txt", *also_found}
    assert {failure.detector for failure in result.failures} == {bad.__name__}
    assert any(failure.error.startswith(error) for failure in result.failures)


def test_what_is_fine(make_project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, make_project({"pyproject.toml": ""}), good, returns_nothing, returns_a_list)
    assert result.failures == ()
    assert {item.what: item.detector for item in result.inputs} == {"good.txt": "good", "listed.txt": "returns_a_list"}


def test_an_endless_detector_is_stopped(make_project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect_module, "_LIMIT", 50)
    result = run(monkeypatch, make_project({"pyproject.toml": ""}), never_ends, good)
    assert "without end" in result.failures[0].error
    assert "good.txt" in {item.what for item in result.inputs}


def test_ctrl_c_is_not_swallowed(make_project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    @hookimpl
    def interrupted() -> Iterator[object]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(monkeypatch, make_project({"pyproject.toml": ""}), interrupted)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "directory"},
        {"kind": []},
        {"what": ""},
        {"what": None},
        {"what": "a\0b"},
        {"kind": "git", "what": "branch"},
        {"role": "whatever"},
        {"affects": None},
        {"confidence": "sure"},
        {"optional": "yes"},
        {"modes": ["wheel"]},
        {"modes": ("both",)},
        {"why": None},
        {"origin": None},
        {"origin": Origin(None)},  # type: ignore[arg-type]
        {"kind": "files", "what": "[a"},
    ],
)
def test_an_input_with_a_wrong_field_is_refused(
    make_project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any]
) -> None:
    @hookimpl
    def wrong() -> Iterator[object]:
        yield replace(GOOD, **fields)
        yield GOOD

    result = run(monkeypatch, make_project({"pyproject.toml": ""}), wrong)
    assert [item.what for item in result.inputs] == ["good.txt"]
    assert len(result.failures) == 1
    assert len(result.failures[0].error) < 300


def test_of_several_sightings_the_surest_counts_in_all_modes(
    make_project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    @hookimpl
    def several() -> Iterator[object]:
        yield replace(GOOD, optional=True)
        yield replace(GOOD, confidence="possible", why="possible")
        yield replace(GOOD, confidence="likely", why="likely", modes=("wheel",))
        yield replace(GOOD, confidence="likely", why="later", modes=("editable",), origin=Origin("pyproject.toml", 9))

    (item,) = run(monkeypatch, make_project({"pyproject.toml": ""}), several).inputs
    assert (item.why, item.optional, item.modes) == ("likely", False, ("editable", "wheel"))


def test_a_file_that_another_detector_sees_written_is_no_input(
    make_project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    @hookimpl
    def writer() -> Iterator[object]:
        yield BuildOutput("good.txt", "writes it", HERE)
        yield BuildOutput("own.txt", "writes it", HERE)
        yield replace(GOOD, what="own.txt")

    result = run(monkeypatch, make_project({"pyproject.toml": ""}), good, writer)
    assert [item.what for item in result.inputs] == ["own.txt"]
    assert [item.what for item in result.outputs] == ["good.txt", "own.txt"]


def test_order_and_duplicates(make_project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    @hookimpl
    def first() -> Iterator[object]:
        yield BuildOutput("b", "z", HERE)
        yield BuildOutput("a", "z", HERE)
        yield Unresolved("later", Origin("pyproject.toml", 5))
        yield replace(GOOD, what="y")

    @hookimpl
    def second() -> Iterator[object]:
        yield BuildOutput("a", "a", HERE)
        yield Unresolved("later", Origin("pyproject.toml", 5))
        yield Unresolved("earlier", Origin("pyproject.toml", 2))
        yield replace(GOOD, what="x")

    root = make_project({"pyproject.toml": ""})
    one, other = run(monkeypatch, root, first, second), run(monkeypatch, root, second, first)
    assert one == other
    assert [(item.what, item.why) for item in one.outputs] == [("a", "a"), ("b", "z")]
    assert [item.message for item in one.unresolved] == ["earlier", "later"]
    assert [item.what for item in one.inputs] == ["x", "y"]

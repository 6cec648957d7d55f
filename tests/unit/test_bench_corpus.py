"""The benchmark of the corpus: its lists are well-formed, and its own arithmetic is right. Nothing is fetched or built."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"
sys.path.append(str(BENCH))

headers: Any
projects: Any
report: Any
score: Any
truth: Any
headers, projects, report, score, truth = (
    importlib.import_module(f"_corpus.{name}") for name in ("headers", "projects", "report", "score", "truth")
)


def test_the_corpus_is_large_enough_and_each_entry_is_complete() -> None:
    entries = projects.load()
    assert len({entry.name for entry in entries}) == len(entries)
    assert sum(entry.facts is None for entry in entries) >= 25
    assert sum(entry.facts is not None for entry in entries) >= 15
    for entry in entries:
        assert entry.mechanism
        assert entry.mode in ("editable", "wheel")
        assert entry.facts is None or entry.facts.is_file()
        assert all(one.names and one.reason for one in (*entry.elsewhere, *entry.irrelevant, *entry.not_inputs))


def test_an_unknown_project_is_refused() -> None:
    with pytest.raises(SystemExit, match="nothing-like-it"):
        projects.load(["nothing-like-it"])


def test_headers_are_found_beside_the_source_and_in_the_include_directories(tmp_path: Path) -> None:
    files = {
        "src/a.c": '#include "own.h"\n#include <shared.h>\n/* #include "commented.h" */\n#ifdef X\n# include "x.h"\n#endif\n',
        "src/own.h": '#include "deep.h"\n',
        "src/deep.h": '#include "own.h"\n',
        "src/x.h": "",
        "src/commented.h": "",
        "include/shared.h": "",
        "include/own.h": "",
        "elsewhere/deep.h": "",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    found = headers.closure(tmp_path, ["src/a.c"], ["include"])
    assert found == {"src/own.h", "src/deep.h", "src/x.h", "include/shared.h"}


def scored(tmp_path: Path, mode: str, static: list[str], **seen: Any) -> Any:
    for name in (*static, *seen["read"]):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    entry = projects.Entry(
        "p", "1", mode, "m", elsewhere=(projects.Reasoned(("win/**",), "Windows"),),
        not_inputs=(projects.Reasoned(("JOBS",), "speed"),),
    )  # fmt: skip
    built = {"stated": [], "listed": [], "written": [], "variables": {}, "copied": [], **seen}
    found = truth.Truth("p", "1", mode, 0, 1.0, **built)
    return score.score(
        entry, tmp_path, found, score.Static({name: {} for name in static}, frozenset({"FOUND"}), [], 0.1)
    )


def test_misses_extras_and_what_other_platforms_read_are_told_apart(tmp_path: Path) -> None:
    found = scored(
        tmp_path, "editable", ["setup.py", "win/a.c", "never.txt"],
        read=["setup.py", "missed.c", "PKG-INFO", "p.egg-info/SOURCES.txt", "MANIFEST.in"],
        variables={"FOUND": "setup.py:1", "LOST": "setup.py:2", "JOBS": "setup.py:3", "PATH": "setup.py:4"},
    )  # fmt: skip
    assert (found.truth, found.missed) == (["missed.c", "setup.py"], ["missed.c"])
    assert (found.elsewhere, found.extra) == (["win/a.c"], ["never.txt"])
    assert (found.variables, found.missed_variables) == (["FOUND", "LOST"], ["LOST"])


def test_what_a_wheel_takes_over_as_it_is_counts_neither_for_nor_against(tmp_path: Path) -> None:
    found = scored(tmp_path, "wheel", ["LICENSE"], read=["LICENSE", "p.py", "MANIFEST.in"], copied=["LICENSE", "p.py"])
    assert (found.truth, found.missed, found.extra) == (["MANIFEST.in"], ["MANIFEST.in"], [])


def test_a_share_is_never_rounded_up_to_the_whole() -> None:
    assert report.percent(9999, 10000) == "99.9 %"
    assert report.percent(3, 3) == "100 %"
    assert report.percent(0, 0) == "-"


def test_a_trace_is_held_against_the_same_truth(tmp_path: Path) -> None:
    read = {
        "read": ["setup.py", "both.c", "lost.c", "PKG-INFO"],
        "variables": {"FOUND": "a:1", "SEEN": "a:2", "LOST": "a:3"},
    }
    result = scored(tmp_path, "editable", ["setup.py", "both.c"], **read)
    traces = importlib.import_module("_corpus.traces")
    seen = traces.Seen(read=["both.c", "more.c"], variables=["SEEN"], observers=[], blind=[], seconds=1.0)
    built = truth.Truth("p", "1", "editable", 0, 1.0, stated=[], listed=[], written=[], copied=[], **read)
    told = score.traced(tmp_path, result, built, seen)
    assert (told.missed, told.missed_together, told.more) == (["lost.c", "setup.py"], ["lost.c"], ["more.c"])
    assert (told.missed_variables, told.missed_variables_together) == (["FOUND", "LOST"], ["LOST"])


def test_results_of_projects_that_were_not_measured_now_stay(tmp_path: Path) -> None:
    file = tmp_path / "corpus.json"
    repository = BENCH.parent
    item = {"truth": ["a"], "static": [], "variables": [], "elsewhere": []}
    report.record(file, [{"name": "a", **item}, {"name": "b", **item}], repository)
    report.record(file, [{"name": "c", **item}, {"name": "a", **item, "truth": []}], repository)
    told = [(one["name"], one["truth"]) for one in json.loads(file.read_text())["projects"]]
    assert told == [("a", 0), ("b", 1), ("c", 1)]

"""What differs between two cache infos."""

from __future__ import annotations

from typing import Any

import pytest

from cachekeys.freshness.changes import Change, differences
from cachekeys.uv.cacheinfo import CacheInfo, Time
from cachekeys.uv.walk import WatchedFile

OLD, NEW = Time(100, 5), Time(200, 6)
OLD_NS, NEW_NS = 100_000_000_005, 200_000_000_006


def test_nothing_differs() -> None:
    assert (
        differences(
            CacheInfo(OLD, "a", {}, {"A": "x"}, {"src": NEW}), CacheInfo(OLD, "a", {}, {"A": "x"}, {"src": NEW})
        )
        == ()
    )


def test_newer_files_are_named_newest_first_and_once() -> None:
    files = [
        WatchedFile("a", 0, OLD_NS),
        WatchedFile("b", 0, OLD_NS + 1),
        WatchedFile("c", 1, NEW_NS),
        WatchedFile("c", 2, NEW_NS),
        WatchedFile("old", 0, 3),
    ]
    (change,) = differences(CacheInfo(OLD), CacheInfo(NEW), files)
    assert change.field == "timestamp"
    assert (change.was_ns, change.now_ns) == (OLD_NS, NEW_NS)
    assert [file.path for file in change.newer] == ["c", "b"]


def test_a_file_vanished() -> None:
    (change,) = differences(CacheInfo(NEW), CacheInfo(OLD), [WatchedFile("a", 0, OLD_NS)])
    assert change == Change("timestamp", was_ns=NEW_NS, now_ns=OLD_NS)


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ({"commit": "a"}, {"commit": None}, [("commit", None, "a", None)]),
        ({"tags": None}, {"tags": {}}, [("tags", None, None, "0 tags")]),
        ({"tags": {"v": "1"}}, {"tags": None}, [("tags", None, "1 tag", None)]),
        ({"tags": {"a": "1", "b": "1"}}, {"tags": {"b": "2", "c": "3"}}, [("tags", "a", "1", None), ("tags", "b", "1", "2"), ("tags", "c", None, "3")]),
        ({"env": {"A": None}}, {"env": {"A": ""}}, [("env", "A", "unset", "set")]),
        ({"env": {"A": "x"}}, {"env": {"A": "y"}}, [("env", "A", "set", "set")]),
        ({"env": {"A": "x"}}, {"env": {}}, [("env", "A", "set", None)]),
        ({"env": {}}, {"env": {"A": None}}, [("env", "A", None, "unset")]),
        ({"directories": {"s": None}}, {"directories": {"s": OLD}}, [("directories", "s", "missing", "present")]),
        ({"directories": {"s": OLD}}, {"directories": {"s": 7}}, [("directories", "s", "present", "present, with inode 7")]),
        ({"directories": {}}, {"directories": {"s": None}}, [("directories", "s", None, "missing")]),
    ],
)  # fmt: skip
def test_other_fields(was: dict[str, Any], now: dict[str, Any], expected: list[tuple[Any, ...]]) -> None:
    found = differences(CacheInfo(**was), CacheInfo(**now))
    assert [(change.field, change.name, change.was, change.now) for change in found] == expected


def test_values_of_variables_are_never_in_it() -> None:
    found = differences(CacheInfo(env={"TOKEN": "s3cret"}), CacheInfo(env={"TOKEN": "0ther"}))
    assert "s3cret" not in repr(found)
    assert "0ther" not in repr(found)


def test_a_directory_was_made_anew() -> None:
    (change,) = differences(CacheInfo(directories={"src": OLD}), CacheInfo(directories={"src": NEW}))
    assert (change.was_ns, change.now_ns) == (OLD_NS, NEW_NS)

"""The history of cache-keys and the oldest uv that a specifier admits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from cachekeys.project import Project
from cachekeys.uv.versions import FEATURES, admitted, floor, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    MakeProject = Callable[[Mapping[str, str]], Path]


@pytest.mark.parametrize(
    ("specifier", "oldest"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        (">=0.8", (0, 8, 0)),
        (">=0.8.14", (0, 8, 14)),
        (">0.8.3", (0, 8, 4)),
        (">0.8.24", (0, 9, 0)),
        ("<0.13,>=0.5.1", (0, 5, 1)),
        ("==0.8.99", None),
        ("~=0.9.2", (0, 9, 2)),
        ("~=0.8", (0, 8, 0)),
        ("==0.9.*", (0, 9, 0)),
        ("!=0.8.0,>=0.8", (0, 8, 1)),
        ("!=0.8.*,>=0.8", (0, 9, 0)),
        ("0.8.3", (0, 8, 3)),
        ("v0.8.3", (0, 8, 3)),
        ("==0.4.7", (0, 4, 7)),
        ("===0.9.1", (0, 9, 1)),
        ("<0.13", (0, 1, 0)),
        (">=0.14", (0, 14, 0)),
        (">0.13.8", (0, 13, 9)),
        (">=1", (1, 0, 0)),
        (">=0.13.9,!=0.13.9", (0, 13, 10)),
        (">=0.8,<0.7", None),
        ("===latest", None),
        ("latest", None),
        (">=", None),
    ],
)
def test_floor(specifier: str | None, oldest: tuple[int, int, int] | None) -> None:
    assert floor(specifier) == oldest


_VERSIONS = st.builds("0.{}.{}".format, st.integers(1, 13), st.integers(0, 40))
_CLAUSES = st.builds("{}{}".format, st.sampled_from([">=", ">", "<", "<=", "!=", "=="]), _VERSIONS)


@given(st.lists(_CLAUSES, min_size=1, max_size=3).map(",".join))
def test_floor_is_admitted_and_nothing_older_is(specifier: str) -> None:
    """Law: the floor satisfies the specifier, and no release of uv below it does."""
    oldest = floor(specifier)
    allowed = SpecifierSet(specifier)
    if oldest is not None:
        assert allowed.contains(text(oldest))
        older = [(0, minor, patch) for minor in range(1, oldest[1] + 1) for patch in range(46)]
        assert not any(allowed.contains(text(v)) for v in older if v < oldest and v[2] <= _last_patch(v[1]))


def _last_patch(minor: int) -> int:
    return (45, 37, 5, 30, 31, 17, 22, 24, 30, 12, 33, 24, 8)[minor - 1]


def test_history_is_in_order_and_complete() -> None:
    since = [feature.since for feature in FEATURES.values()]
    assert since == sorted(since)
    assert FEATURES["env-key"].since == (0, 5, 12)
    assert FEATURES["dir-key"].since == FEATURES["src-default"].since == (0, 6, 7)
    assert FEATURES["strict-keys"].since == (0, 13, 5)


def test_the_newest_features() -> None:
    assert [name for name, feature in FEATURES.items() if feature.since > (0, 12, 5)] == [
        "dir-birth-time-musl",
        "strict-keys",
    ]
    assert all((0, 4, 7) < feature.since <= (0, 13, 8) for feature in FEATURES.values())


@pytest.mark.parametrize(
    ("own", "required", "uv_toml", "expected"),
    [
        (None, None, None, (None, ())),
        (">=0.8", ">=0.5", None, (">=0.8", ("tool", "cachekeys", "uv"))),
        (None, ">=0.5", None, (">=0.5", ("tool", "uv", "required-version"))),
        (None, ">=0.5", "", (None, ())),
        (">=0.8", ">=0.5", "", (">=0.8", ("tool", "cachekeys", "uv"))),
        (None, "nonsense", None, (None, ())),
    ],
)
def test_admitted(
    make_project: MakeProject, own: str | None, required: str | None, uv_toml: str | None, expected: object
) -> None:
    files = {"pyproject.toml": f'[tool.uv]\nrequired-version = "{required}"\n' if required else ""}
    if uv_toml is not None:
        files["uv.toml"] = uv_toml
    assert admitted(Project(make_project(files)), own) == expected

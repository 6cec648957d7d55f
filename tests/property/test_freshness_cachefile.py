"""The reader of uv_cache.json against the real uv: neither stricter nor laxer, since an unreadable file stops every uv command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import uv_oracle
from support.cache_files import ACCEPTED, REFUSED

from cachekeys.uv.cachefile import CacheFileError, parse
from cachekeys.uv.cacheinfo import CacheInfo, Time, compute
from cachekeys.uv.keys import DEFAULT_KEYS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.uv

texts = st.text(max_size=8)
times = st.builds(Time, st.integers(0, 2**63 - 1), st.integers(0, 10**9 - 1))
infos = st.builds(
    CacheInfo,
    timestamp=st.none() | times,
    commit=st.none() | texts,
    tags=st.none() | st.dictionaries(texts, texts, max_size=3),
    env=st.dictionaries(texts, st.none() | texts, max_size=3),
    directories=st.dictionaries(texts, st.none() | times | st.integers(0, 2**64 - 1), max_size=3),
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cachefile")
    (root / "pyproject.toml").write_text("")
    return root


def ours(project: Path, content: bytes) -> bool | None:
    """Whether the content is what is computed now; None when it cannot be read."""
    try:
        return parse(content) == compute(str(project), DEFAULT_KEYS, {})
    except CacheFileError:
        return None


def uvs(project: Path, content: bytes) -> bool | None:
    try:
        return uv_oracle.is_fresh(project, content)
    except uv_oracle.UvError:
        return None


@pytest.mark.parametrize("content", [*ACCEPTED, *REFUSED])
def test_uv_agrees(project: Path, content: bytes) -> None:
    assert uvs(project, content) == ours(project, content)
    assert (ours(project, content) is None) == (content in REFUSED)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(infos)
def test_what_we_write_uv_reads(project: Path, info: CacheInfo) -> None:
    """The law: for every cache info, uv can read its text, and so can we, and we get the same."""
    content = info.to_json().encode()
    assert parse(content) == info
    assert uvs(project, content) is not None


def _mutations(content: bytes) -> st.SearchStrategy[bytes]:
    places = st.integers(0, len(content))

    @st.composite
    def mutate(draw: st.DrawFn) -> bytes:
        start, end = sorted((draw(places), draw(places)))
        return content[:start] + draw(st.sampled_from(_PIECES)) + content[min(end, start + 6) :]

    return mutate()


_PIECES = (b"", b"null", b"-", b"1", b".5", b'"', b"{", b"}", b"[", b"]", b",", b":", b"\xff", b"\\u0041", b"1e3", b" ")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_files(project: Path, data: Any) -> None:
    """The law: whatever befalls a good file, uv and we agree whether it is one, and whether it is the right one."""
    good = compute(str(project), DEFAULT_KEYS, {}).to_json().encode()
    content = data.draw(_mutations(good))
    assert uvs(project, content) == ours(project, content)


def test_reordered_and_indented(project: Path) -> None:
    document = json.loads(compute(str(project), DEFAULT_KEYS, {}).to_json())
    content = json.dumps(dict(reversed(document.items())), indent=3).encode()
    assert uvs(project, content) is True
    assert ours(project, content) is True

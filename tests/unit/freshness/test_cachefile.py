"""The strict reader of uv_cache.json. That uv 0.13.8 agrees with each of these is checked in tests/property."""

from __future__ import annotations

import pytest
from support.cache_files import ACCEPTED, REFUSED

from cachekeys.uv.cachefile import CacheFileError, from_document, parse
from cachekeys.uv.cacheinfo import CacheInfo, Time


@pytest.mark.parametrize("text", ACCEPTED)
def test_accepted(text: bytes) -> None:
    assert isinstance(parse(text), CacheInfo)


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: bytes) -> None:
    with pytest.raises(CacheFileError) as caught:
        parse(text)
    assert "\n" not in str(caught.value)


def test_all_fields() -> None:
    text = (
        b'{"timestamp":{"secs_since_epoch":5,"nanos_since_epoch":6},"commit":"abc","tags":{"v1":"def"},'
        b'"env":{"A":"x","B":null},"directories":{"src":{"secs_since_epoch":7,"nanos_since_epoch":8},"a":9,"b":null}}'
    )
    info = parse(text)
    assert info == CacheInfo(
        Time(5, 6), "abc", {"v1": "def"}, {"A": "x", "B": None}, {"src": Time(7, 8), "a": 9, "b": None}
    )
    assert parse(info.to_json().encode()) == info


def test_surplus_nanoseconds_are_carried_over() -> None:
    """uv compares sums: one second and 1.5 * 10^9 nanoseconds are two and a half seconds."""
    written = parse(b'{"timestamp":{"secs_since_epoch":1,"nanos_since_epoch":1500000000}}')
    assert written.timestamp == Time(2, 500_000_000)


def test_what_is_missing_is_nothing() -> None:
    assert parse(b"{}") == CacheInfo()
    assert parse(b"{}").is_empty


def test_the_form_in_the_cache_of_builds() -> None:
    """MessagePack of uv 0.13.8: the fields as an array, times as pairs."""
    assert from_document([[5, 6], None, {"v": "i"}, {"A": None}, {"src": [7, 8], "x": None}]) == CacheInfo(
        Time(5, 6), None, {"v": "i"}, {"A": None}, {"src": Time(7, 8), "x": None}
    )
    with pytest.raises(CacheFileError):
        from_document([1])

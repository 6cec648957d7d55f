"""TOML values as text."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cachekeys.toml.text import describe, dotted, kind, quote, show
from cachekeys.tomlfile import parse


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("", '""'),
        ("a b", '"a b"'),
        ("it's", '"it\'s"'),
        ('a"b', "'a\"b'"),
        ("a\\b", "'a\\b'"),
        ("it's a\\b", '"it\'s a\\\\b"'),
        ("tab\there\n", '"tab\\there\\n"'),
        ("\x00\x1f\x7f", '"\\u0000\\u001F\\u007F"'),
        ("é\u2028", '"é\u2028"'),
        ("bad\udce9name", '"bad\ufffdname"'),
    ],
)
def test_quote(text: str, quoted: str) -> None:
    assert quote(text) == quoted


@given(st.text())
def test_quoted_text_reads_back(text: str) -> None:
    """Law: TOML reads a quoted text back as it was (a CR LF pair too)."""
    assert parse("x", f"a = {quote(text)}\n".encode()).data == {"a": text}


@pytest.mark.parametrize(
    ("value", "name", "shown"),
    [
        (True, "a boolean", "true"),
        (1, "an integer", "1"),
        (1.5, "a float", "1.5"),
        ("x", "a string", '"x"'),
        ([1, "a"], "an array", '[1, "a"]'),
        ({"a b": [], "c": {}}, "a table", '{ "a b" = [], c = {} }'),
        (dt.date(1979, 5, 27), "a date or time", "1979-05-27"),
    ],
)
def test_kind_and_show(value: object, name: str, shown: str) -> None:
    assert kind(value) == name
    assert show(value) == shown


def test_describe() -> None:
    assert describe(3) == "the integer 3"
    assert describe([]) == "an empty array"
    assert describe({}) == "an empty table"
    assert describe({"a": 1}) == "the table { a = 1 }"


def test_huge_values_stay_short() -> None:
    deep: object = 1
    for _ in range(5000):
        deep = [deep]
    for value in ("x" * 10**6, list(range(10**5)), {str(n): n for n in range(10**5)}, deep, 10**100_000):
        assert len(show(value)) <= 60


def test_dotted() -> None:
    assert dotted("tool", "uv", "cache-keys", 2, "tag") == "tool.uv.cache-keys[2].tag"
    assert dotted("a b", "", 0, 1) == '"a b".""[0][1]'

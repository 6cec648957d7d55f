"""TOML 1.1 is read, and everything else is refused, exactly as tomli >= 2.4 does it."""

from __future__ import annotations

import sys
from typing import Any

import pytest
import tomli  # noqa: TID251 - the oracle
from hypothesis import event, given, settings
from support.toml_documents import documents, mutated

from cachekeys.errors import TomlError
from cachekeys.toml import dialect
from cachekeys.toml.scanner import scan
from cachekeys.tomlfile import TomlFile, parse

if sys.version_info >= (3, 11):
    import tomllib  # noqa: TID251 - the oracle for TOML 1.0
else:
    tomllib = tomli

try:
    tomli.loads("a = { b = 1, }")
except tomli.TOMLDecodeError:
    pytest.skip("tomli < 2.4 reads TOML 1.0 only and is no oracle", allow_module_level=True)


def _oracle(text: str) -> dict[str, Any] | None:
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError:
        return None


def _ours(text: str) -> TomlFile | None:
    try:
        return parse("pyproject.toml", text.encode())
    except TomlError as error:
        refused = error
    lines = text.replace("\r\n", "\n").split("\n")
    assert 1 <= refused.line <= len(lines)
    assert 1 <= refused.column <= len(lines[refused.line - 1]) + 1
    return None


def _check(text: str) -> None:
    theirs, ours = _oracle(text), _ours(text)
    event("valid" if theirs is not None else "broken")
    assert (ours is None) == (theirs is None)
    if ours is not None:
        assert repr(ours.data) == repr(theirs)  # nan is not equal to itself
        assert (ours.toml_1_1 is not None) == bool(scan(ours.text).edits)


@settings(max_examples=300, deadline=None)
@given(documents(newer=True))
def test_a_document_in_toml_1_1_reads_as_tomli_reads_it(text: str) -> None:
    """Law: same verdict and same data as tomli; ``toml_1_1`` is set exactly when something newer than 1.0 is there."""
    _check(text)


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_a_damaged_document_gets_the_verdict_of_tomli(text: str) -> None:
    """Law: damage never ends in anything but tomli's data or a TomlError that points into the text."""
    _check(text)


@pytest.mark.skipif(dialect.reads_1_1(), reason="the parser of this Python is no oracle for TOML 1.0")
@settings(max_examples=300, deadline=None)
@given(documents(newer=True))
def test_toml_1_1_is_what_tomllib_refuses(text: str) -> None:
    """Law: of the valid documents exactly those that a TOML 1.0 parser refuses are called TOML 1.1."""
    ours = _ours(text)
    if ours is not None:
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            assert ours.toml_1_1 is not None
        else:
            assert ours.toml_1_1 is None
            assert not scan(ours.text).edits

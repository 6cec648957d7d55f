"""Command lines read without argparse: the same answer as argparse's, or none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cachekeys.cli import _parser, _plain
from cachekeys.errors import CacheKeysError

_WORDS = (
    "a|b/c||-|--|-h|--help|--nothing|-x|json|text|--format|--format=json|--format=|--format=xml|--uv|--uv=0.8|>=0.8|--mode|wheel|"
    "--mode=auto|--select|CK1|--select=CK2|--python|--python=x=y|--exit-zero|--exit-zero=1|--no-workspace|--dry-run|--command|"
    "pip|--without|git|--github-output|--color=never|--form|-5|- a|--without="
)


def _by_argparse(argv: list[str]) -> dict[str, Any] | None:
    """Return what argparse makes of the arguments, None if it refuses them or prints help."""
    try:
        return vars(_parser.parse(argv))
    except (CacheKeysError, SystemExit):
        return None


@given(st.sampled_from(_plain.COMMANDS), st.lists(st.sampled_from(_WORDS.split("|")), max_size=6))
def test_never_another_answer_than_argparse(command: str, rest: list[str]) -> None:
    """Law: what is read without argparse is what argparse would have read."""
    plain = _plain.parse([command, *rest])
    assert plain is None or vars(plain) == _by_argparse([command, *rest])


@pytest.mark.parametrize(
    "line",
    [
        *(command for command in _plain.COMMANDS if command != "trace"),  # that builds: its start does not matter
        "check a b --select CK1 --select=CK2 --exit-zero",
        "check --mode wheel --uv >=0.8 --format=json .",
        "explain --python env --command pip a b",
        "cache-info --uv 0.8.4 project",
        "digest --without git,python --prefix=x --github-output",
        "rule CK101 --format json",
        "refresh --dry-run",
    ],
)
def test_ordinary_lines_need_no_argparse(line: str) -> None:
    plain = _plain.parse(line.split())
    assert plain is not None
    assert vars(plain) == _by_argparse(line.split())


@pytest.mark.parametrize(
    "line",
    ["", "--version", "--help", "nothing", "check --help", "rule a b", "check --mode fast", "trace", "trace --wheel"],
)
def test_everything_else_is_left_to_argparse(line: str) -> None:
    assert _plain.parse(line.split()) is None


def test_declarations_that_only_argparse_understands() -> None:
    declaration = _plain._Declaration()
    for argument in ({"nargs": "+"}, {"type": int}, {"action": "count"}, {"required": True}):
        with pytest.raises(_plain._NotPlainError):
            declaration.add_argument("--name", **argument)
    with pytest.raises(_plain._NotPlainError):
        declaration.add_mutually_exclusive_group()
    with pytest.raises(_plain._NotPlainError):
        declaration.add_argument("name")

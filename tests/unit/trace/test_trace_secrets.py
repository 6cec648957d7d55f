"""No secret comes from a command line into a report."""

from __future__ import annotations

import pytest

from cachekeys.trace.secrets import Secrets

ENVIRONMENT = {
    "MY_TOKEN": "abc9",
    "VARIANT": "the-cuda-one",
    "SRC": "src/module.c",
    "LEVEL": "2",
    "OTHER": "not-asked-for",
}


@pytest.fixture
def secrets() -> Secrets:
    return Secrets(ENVIRONMENT, {"VARIANT", "SRC", "LEVEL"}, {"src/module.c"})


@pytest.mark.parametrize(
    ("argument", "shown"),
    [
        ("-DX=abc9", "-DX=$MY_TOKEN"),
        ("-DTOKEN=abc9", "-DTOKEN=$MY_TOKEN"),
        ("-DTOKEN=else", "-DTOKEN=..."),
        ("--password=x y\nz", "--password=..."),
        ("https://me:pw@host/simple", "https://...@host/simple"),
        ("deploy to the-cuda-one now", "deploy to $VARIANT now"),
        ("src/module.c", "src/module.c"),
        ("-O2", "-O2"),
        ("not-asked-for", "not-asked-for"),
        ("-DAUTHOR=me", "-DAUTHOR=me"),
    ],
)
def test_an_argument(argument: str, shown: str, secrets: Secrets) -> None:
    assert secrets.hide(("cc", argument)) == ("cc", shown)


def test_a_value_after_its_option(secrets: Secrets) -> None:
    assert secrets.hide(("tool", "--api-key", "k", "-v")) == ("tool", "--api-key", "...", "-v")
    assert secrets.hide(("tool", "--api-key", "--quiet")) == ("tool", "--api-key", "--quiet")


def test_the_program_is_named(secrets: Secrets) -> None:
    assert secrets.hide(("/opt/the-cuda-one/cc", "-c")) == ("/opt/the-cuda-one/cc", "-c")
    assert secrets.hide(()) == ()


def test_the_longest_value_goes_first() -> None:
    assert Secrets({"A_SECRET": "abcd", "B_SECRET": "abcdef"}, ()).hide(("x", "abcdef")) == ("x", "$B_SECRET")

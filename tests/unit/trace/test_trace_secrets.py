"""No secret comes from a command line into a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cachekeys.trace.secrets import Secrets

if TYPE_CHECKING:
    from pathlib import Path

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
        ("-DSIGNING_KEY=x1y2", "-DSIGNING_KEY=..."),
        ("--key=x1y2", "--key=..."),
        ("-DKEYWORDS=x1y2", "-DKEYWORDS=x1y2"),
        ("PWD=/a/b", "PWD=/a/b"),
        ("DB_PWD=x1", "DB_PWD=..."),
        ("git clone https://ghp_" + "a" * 36 + "@host/x", "git clone https://...@host/x"),
        ("x-ghp_" + "a" * 36, "x-..."),
        ("Authorization: Bearer abcdefgh.ijk", "Authorization: Bearer ..."),
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


TEXT = """
  running build with --password hunter2 and -DDB_PASSWORD="hunter two" -DKEYS=3
  export API_KEY=zzz OTHER=1
  looking in https://user:pa55word@host/simple, sent pa55word
  the value is abc9, once more abc9
    password = read(key)  # a line of a traceback
    f(token=abc, key=2)
"""
SHOWN = """
  running build with --password ... and -DDB_PASSWORD=... -DKEYS=3
  export API_KEY=... OTHER=1
  looking in https://...@host/simple, sent ...
  the value is $MY_TOKEN, once more $MY_TOKEN
    password = read(key)  # a line of a traceback
    f(token=abc, key=2)
"""


def test_the_output_of_a_build() -> None:
    environment = {"MY_TOKEN": "abc9", "INDEX": "https://user:pa55word@host/simple"}
    assert Secrets(environment).text(TEXT) == SHOWN


def test_a_secret_of_several_lines_is_shown_line_by_line() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n"
    shown = Secrets({"DEPLOY_KEY": key}).text(f"{key!r} and\n{key}")
    assert "MIIEv" not in shown
    assert "$DEPLOY_KEY and\n" in shown.replace("\\n", "").replace("'", "")


@pytest.mark.parametrize(
    ("name", "value", "is_hidden"),
    [
        ("USE_AUTH", "true", False),
        ("GIT_AUTHOR_NAME", "Some Body", False),
        ("SSH_AUTH_SOCK", "/tmp/agent", False),
        ("OLDPWD", "/some/where", False),
        ("KEYMAP", "us-intl", False),
        ("SIGNING_KEY", "us-intl", True),
        ("AWS_SECRET_ACCESS_KEY", "us-intl", True),
        ("npm_config__authToken", "us-intl", True),
        ("TOKEN", "abc", False),
    ],
)
def test_which_names_are_secrets(name: str, value: str, is_hidden: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert Secrets({name: value}).text(f"x {value} y") == (f"x ${name} y" if is_hidden else f"x {value} y")


def test_a_path_that_exists_is_no_secret_because_it_is_asked_for(tmp_path: Path) -> None:
    environment = {"SDK": str(tmp_path), "VARIANT": str(tmp_path / "not-there")}
    secrets = Secrets(environment, {"SDK", "VARIANT"})
    assert secrets.text(f"{tmp_path}/include") == f"{tmp_path}/include"
    assert secrets.text(f"{tmp_path}/not-there") == "$VARIANT"

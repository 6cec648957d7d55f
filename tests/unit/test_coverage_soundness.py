"""What a detector may not yield: each flaw is named, and nothing sound is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest
from support.analyses import an_input, an_output

from cachekeys.inputs.model import Affects, Confidence, Kind, Origin, Role, Unresolved
from cachekeys.inputs.soundness import flaw

SOUND = an_input("a.txt")
UNRESOLVED = Unresolved("open() of a name", Origin("setup.py", 1))


@pytest.mark.parametrize(
    "item",
    [
        SOUND,
        UNRESOLVED,
        an_output("gen/**/*.{c,h}"),
        an_output("_version.py"),
        an_input("[odd].txt"),
        an_input("src/**/*.c", "files"),
        an_input("commit", "git"),
        an_input("tags", "git"),
        an_input("ünï \udcff", "env"),
        an_input("../up.txt", origin=Origin("../setup.py")),
        an_input("x", modes=()),
    ],
)
def test_sound(item: object) -> None:
    assert flaw(item) == ""


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("kind", get_args(Kind)[:2]),
        ("role", get_args(Role)),
        ("affects", get_args(Affects)),
        ("confidence", get_args(Confidence)),
    ],
)
def test_every_documented_choice_is_sound(field: str, values: tuple[str, ...]) -> None:
    for value in values:
        assert flaw(replace(SOUND, **{field: value})) == ""  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"what": None}, "which is no name"),
        ({"what": ""}, "which is no name"),
        ({"what": "a\0b"}, "which is no name"),
        ({"what": b"a"}, "which is no name"),
        ({"kind": "directory"}, "whose kind is 'directory' instead of one of file, files, git, env"),
        ({"kind": "files", "what": "[a"}, "which is no valid glob: "),
        ({"kind": "files", "what": "{a"}, "which is no valid glob: "),
        ({"kind": "git", "what": "branch"}, "which is neither git's commit nor its tags"),
        ({"role": "source"}, "whose role is 'source'"),
        ({"affects": None}, "whose affects is None"),
        ({"confidence": "sure"}, "whose confidence is 'sure'"),
        ({"modes": ["editable"]}, "whose modes are ['editable']"),
        ({"modes": ("both",)}, "whose modes are ('both',)"),
        ({"why": None}, "which does not say why"),
        ({"origin": "setup.py:3"}, "whose origin is no place in a file"),
        ({"origin": Origin("setup.py", "3")}, "whose origin is no place in a file"),  # type: ignore[arg-type]
        ({"origin": Origin(None)}, "whose origin is no place in a file"),  # type: ignore[arg-type]
    ],
)
def test_unsound_input(fields: dict[str, Any], words: str) -> None:
    assert words in flaw(replace(SOUND, **fields))


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (an_output("[a"), "which is no valid glob"),
        (an_output(""), "which is no name"),
        (replace(UNRESOLVED, message=3), "which does not say why"),  # type: ignore[arg-type]
        (replace(UNRESOLVED, origin=None), "whose origin is no place in a file"),  # type: ignore[arg-type]
        ("setup.py", "which is no build input"),
        (None, "which is no build input"),
    ],
)
def test_other_unsound_things(item: object, words: str) -> None:
    assert words in flaw(item)

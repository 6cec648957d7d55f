"""What is proposed where the build writes among its sources: globs that keep away from it, and names for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.analyses import an_input, an_output, analysis_of

from cachekeys.fix.synthesis import complete_keys
from cachekeys.uv.keys import FileKey
from cachekeys.uv.walk import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = [f"lib/{stem}.h" for stem in "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu".split()]  # noqa: SIM905 - thirteen words


def proposed(root: Path, names: list[str], written: list[str]) -> list[str]:
    inputs = [an_input(name, role="native-source") for name in names]
    analysis = analysis_of(root, inputs, [an_output(name) for name in written])
    values = [key.split('"')[1] for key in complete_keys(analysis) if "pyproject.toml" not in key]
    watcher = Watcher([FileKey(index, value) for index, value in enumerate(values)], str(root))
    assert [name for name in names if watcher.covers(name) is None] == []
    assert [name for name in written if watcher.covers(name) is not None] == []
    return values


def tree(make_project: Callable[..., Path], names: list[str]) -> Path:
    return make_project({"pyproject.toml": "", **dict.fromkeys(names, "")})


@pytest.mark.parametrize(
    ("written", "more", "expected"),
    [
        (["lib/config.h"], [], ["lib/**/[!c]*.h"]),
        (["lib/config.h", "lib/_gen.h"], [], ["lib/**/[!_c]*.h"]),
        (["lib/config.h"], ["lib/compat.h"], ["lib/**/[!c]*.h", "lib/compat.h"]),
        (["lib/deep/config.h"], ["lib/deep/x.h"], ["lib/**/[!c]*.h"]),
        (["lib/config.h", "lib/version.h", "lib/gen.h", "lib/made.h"], [], None),  # too many letters
        (["lib/alef.h", "lib/bet.h", "lib/gimel.h"], [], None),  # too few are left
        (["lib/+x.h"], [], None),
    ],
)
def test_another_first_letter(
    make_project: Callable[..., Path], written: list[str], more: list[str], expected: list[str] | None
) -> None:
    names = [*NAMES, *more]
    found = proposed(tree(make_project, names), names, written)
    assert sorted(found) == sorted(names if expected is None else expected)


def test_another_letter_after_a_common_beginning(make_project: Callable[..., Path]) -> None:
    names = [f"lib/h5{letter}.pxd" for letter in "acdfgilopstz"] + ["lib/h5.pxd", "lib/utils.pxd"]
    written = ["lib/h5r.pxd", "lib/defs.pxd", "lib/_x.pxd", "lib/api.pxd", "lib/utility.pxd"]
    found = proposed(tree(make_project, names), names, written)
    assert sorted(found) == ["lib/**/h5[!r]*.pxd", "lib/h5.pxd", "lib/utils.pxd"]


def test_a_longer_ending(make_project: Callable[..., Path]) -> None:
    stems = [name.removesuffix(".h") for name in NAMES]
    names = [f"{stem}.templ.pyx" for stem in stems]
    found = proposed(tree(make_project, names), names, [f"{stem}.pyx" for stem in stems])
    assert found == ["lib/**/*.templ.pyx"]


def test_many_others_are_not_taken_in(make_project: Callable[..., Path]) -> None:
    others = [f"lib/tests/t{number}.h" for number in range(30)]
    found = proposed(tree(make_project, [*NAMES, *others]), NAMES, ["lib/config.h"])
    assert sorted(found) == sorted(NAMES)


def test_a_few_names_stay_names(make_project: Callable[..., Path]) -> None:
    names = NAMES[:8]
    assert sorted(proposed(tree(make_project, names), names, ["lib/config.h"])) == sorted(names)

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, keys, pyproject

if TYPE_CHECKING:
    from support.rule_cases import Make

    from cachekeys.findings import Finding

TREE = dict.fromkeys(
    ("a.c", "x.h", "src/a.c", "src/gen/g.c", "src/gen/deep/h.c", "build/b.c", "lib/l.c", "test_a.c", "src/test_b.c"), ""
)


def found(make_project: Make, *entries: str) -> list[Finding]:
    root = make_project(
        {"pyproject.toml": pyproject(keys('"pyproject.toml"', *(f'"{entry}"' for entry in entries))), **TREE}
    )
    return findings("CK206", analysis_of(root))


@pytest.mark.parametrize(
    ("entries", "why", "example", "fix"),
    [
        (("*.c", "!build"), "it has no glob character", "build/b.c", "!build/**"),
        (("*.c", "!build/"), "it has no glob character", "build/b.c", "!build/**"),
        (("*.c", "!build/b.c"), "it has no glob character", "build/b.c", "!build/b.[c]"),
        (("src/**/*.c", "src/!gen"), "it has no glob character", "src/gen/deep/h.c", "src/!gen/**"),
        (("src/**/*.c", "!src/gen/*"), "uv looks for a directory called `!src/gen`", "src/gen/deep/h.c", "src/!gen/*"),
        (
            ("src/**/*.c", "!src/gen/**"),
            "uv looks for a directory called `!src/gen`",
            "src/gen/deep/h.c",
            "src/!gen/**",
        ),
        (
            ("src/**/*.c", "!**/test_*.c"),
            "uv applies another glob after it",
            "src/test_b.c",
            "src/!**/test_*.c",
        ),
        (("src/**/*.c", "*.h", "!**/test_*.c"), "uv applies another glob after it", "src/test_b.c", None),
        (("src/**/*.c", "lib/!*.c"), "no other glob of the list starts in `lib`", None, None),
    ],
)
def test_without_effect(
    make_project: Make, entries: tuple[str, ...], why: str, example: str | None, fix: str | None
) -> None:
    (finding,) = found(make_project, *entries)
    assert f"excludes nothing, because {why}" in finding.message
    assert "(needless rebuild)" in finding.message
    assert finding.severity == "warning"
    if example is not None:
        assert f": `{example}`" in finding.message
    assert finding.fix is not None
    assert finding.fix.keys == ((f'{{ file = "{fix}" }}',) if fix else ())


def test_a_fix_gives_no_other_glob_a_new_meaning(make_project: Make) -> None:
    files = dict.fromkeys(("a.c", "src/x.py", "src/deep/a.c", "lib/a.c"), "")
    entries = keys('"src/*.c"', '"lib/*"', '"!*.c"')
    (finding,) = findings("CK206", analysis_of(make_project({"pyproject.toml": pyproject(entries), **files})))
    assert ": `lib/a.c` still counts" in finding.message
    assert finding.fix is not None
    assert finding.fix.keys == ()  # without the exclusion at the top, `src/*.c` would begin to count src/deep/a.c


def test_half(make_project: Make) -> None:
    (finding,) = found(make_project, "src/**/*.c", "*.h", "!src/gen/**")
    assert "excludes only a part of what it names" in finding.message
    assert ": `src/gen/g.c` still counts" in finding.message


@pytest.mark.parametrize(
    "entries",
    [
        ("**/*.c", "!build/**"),
        ("*.c", "!build/**", "!src/gen/**"),
        ("src/**/*.c", "src/!gen/**"),
        ("src/**/*.c", "src/!ge[n]"),
        ("*.c", "![b]uild"),
        ("*.c", "!build/**", "build/b.c"),  # brought back by name
        ("*.c", "!*.c", "lib/*.c"),  # brought back by a later glob
        ("src/**", "src/!*.py"),  # nothing of the kind is there
        ("**/*.c", "!missing/**"),
        ("src/**/*.c",),
        ("*.c", "!/buil[d]"),
        ("**/*.c", "!/build/*"),
    ],
)
def test_with_effect_or_meant(make_project: Make, entries: tuple[str, ...]) -> None:
    assert not found(make_project, *entries)


def test_everything_after_it_comes_back(make_project: Make) -> None:
    (finding,) = found(make_project, "!*.c", "lib/**/*.c")
    assert "excludes nothing" in finding.message
    assert "`lib/l.c`" in finding.message


def test_a_file_that_is_really_so_called(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('"!build"', '"*.c"')), "!build": "", "build/b.c": ""})
    assert not findings("CK206", analysis_of(root))


@pytest.mark.parametrize("entry", ["!", "!/", "!\\\\", "src/!", "!..", "!../x", "!/nowhere/x.c"])
def test_odd_ones_do_no_harm(make_project: Make, entry: str) -> None:
    found(make_project, "*.c", entry)

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, keys, native, pyproject

if TYPE_CHECKING:
    from support.rule_cases import Make

    from cachekeys.findings import Finding

TREE = {"csrc/a.c": "", "csrc/deep/b.c": "", "csrc/deep/er/c.c": "", "csrc/x.h": "", "notes.txt": ""}


def found(make_project: Make, *entries: str, read: tuple[str, ...] = ()) -> list[Finding]:
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', *entries)), **TREE})
    return findings("CK204", analysis_of(root, *(native(path) for path in read)))


@pytest.mark.parametrize(
    "entries",
    [
        ('"csrc/**/*.c"',),
        ('"csrc/**/*.{c,h}"', '"*.md"'),
        ('"csrc/**"',),
        ('"**/*.c"',),
        ('"csrc/*/*.c"',),  # a slash: always exactly this depth
        ('"csrc/*.h"',),  # nothing lies deeper
        ('"*.txt"', '"csrc/*.h"'),
        ('"csrc/*.c"', '"*.txt"', '"csrc/**/*.c"'),  # another key watches what lies deeper
        ('"csrc/*"', '"csrc/deep/**"'),
        ('"csrc/a.c"',),
        ('"csrc/deep/er/*.c"', '"../x/*.c"', '"/nowhere/*.c"'),
        ('"*.txt"', '"!csrc/*.c"', '"csrc/!deep/*"'),
        ('"*"',),
    ],
)
def test_sane_lists(make_project: Make, entries: tuple[str, ...]) -> None:
    assert not found(make_project, *entries)


def test_deeper_than_it_reads(make_project: Make) -> None:
    (finding,) = found(make_project, '"csrc/*.c"')
    assert finding.severity == "info"
    assert "matches at any depth below `csrc` in this list, as `csrc/deep/b.c` and 1 more" in finding.message
    assert finding.fix is not None
    assert finding.fix.keys == ('{ file = "csrc/**/*.c" }',)


def test_deeper_than_the_top(make_project: Make) -> None:
    (finding,) = found(make_project, '"*.c"')
    assert '`{ file = "*.c" }` matches at any depth of the project' in finding.message
    assert finding.severity == "info"


@pytest.mark.parametrize(
    ("other", "where"), [('"*.txt"', "at the top"), ('"./[n]otes.txt"', "at the top"), ('"{a,b}/x.c"', "at the top")]
)
def test_another_key_takes_the_depth_away(make_project: Make, other: str, where: str) -> None:
    (finding,) = [
        item for item in found(make_project, other, '"csrc/*.c"', read=("csrc/deep/b.c",)) if item.subject == "csrc/*.c"
    ]
    assert (finding.severity, finding.confidence) == ("warning", "likely")
    value = other.strip('"')
    assert f"matches only directly in `csrc` in this list, because `{value}` makes uv start {where}" in finding.message
    assert "`csrc/deep/b.c`, which the build reads, is not watched (stale install)" in finding.message
    assert finding.fix is not None
    assert finding.fix.keys == ('{ file = "csrc/**/*.c" }',)


def test_a_key_in_between(make_project: Make) -> None:
    (finding,) = found(make_project, '"csrc/*.zz"', '"csrc/deep/*.c"')
    assert "because `csrc/*.zz` makes uv start in `csrc`" in finding.message
    assert "`csrc/deep/er/c.c` is not watched" in finding.message
    assert finding.severity == "info"  # nobody is known to read it


def test_a_star_alone_never_looks_deeper(make_project: Make) -> None:
    (finding,) = found(make_project, '"csrc/*"', read=("csrc/deep/b.c", "csrc/deep/er/c.c"))
    assert finding.severity == "warning"
    assert (
        "matches only directly in `csrc`, as `*` alone always does: `csrc/deep/b.c` and 1 more, which the build reads, are"
        in finding.message
    )
    assert finding.fix is not None
    assert finding.fix.keys == ('{ file = "csrc/**" }',)


def test_uv_before_0_7_21_has_one_level(make_project: Make) -> None:
    from cachekeys.pipeline import analyse  # only here
    from cachekeys.project import Project

    text = pyproject(keys('"csrc/*.c"', extra='required-version = "==0.7.20"\n'))
    root = make_project({"pyproject.toml": text, **TREE})
    (message,) = [item.message for item in analyse(Project(root)).findings if item.code == "CK204"]
    assert "matches only directly in `csrc` for uv before 0.7.21: `csrc/deep/b.c` and 1 more are not watched" in message

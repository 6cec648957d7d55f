from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, keys, output, pyproject

if TYPE_CHECKING:
    from support.rule_cases import Make

TREE = {
    "native/Cargo.toml": "",
    "native/src/lib.rs": "",
    "csrc/a.c": "",
    "csrc/deep/b.cu": "",
    "csrc/include/b.h": "",
    "requirements/base.txt": "",
    "README.md": "",
}


@pytest.mark.parametrize(
    ("entry", "meant"),
    [
        ('{ file = "Cargo.toml" }', "native/Cargo.toml"),
        ('{ file = "native/cargo.toml" }', "native/Cargo.toml"),
        ('{ file = "rust/Cargo.toml" }', "native/Cargo.toml"),
        (r'"native\\Cargo.toml"', "native/Cargo.toml"),
        ('" README.md"', "README.md"),
        ('"/README.md"', "README.md"),
        ('"REAMDE.md"', "README.md"),
        ('"requirement/base.txt"', "requirements/base.txt"),
        ('"csrc/**/*.{h, c}"', "csrc/**/*.{h,c}"),  # half of it is alive
        ('"csrc/**/*.{h, f90}"', None),
        ('"CARGO.toml"', "native/Cargo.toml"),
        ('"README.md/"', "README.md"),
        ('"csrc/**/*.{x, c}"', "csrc/**/*.{x,c}"),
        ('"CSRC/**/*.c"', "csrc/**/*.c"),
        ('"crsc/**/*.c"', "csrc/**/*.c"),
        ('"include/*.h"', "csrc/include/*.h"),
        (r'"csrc\\*.c"', "csrc/*.c"),
        ('"*.c ", "csrc/*.cu"', "csrc/**/*.cu"),  # the first key makes the second one level deep
        ('{ dir = "Csrc" }', "csrc"),
        ('{ dir = "src" }', None),
    ],
)
def test_near_miss(make_project: Make, entry: str, meant: str | None) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', entry)), **TREE})
    analysis = analysis_of(root)
    found = findings("CK201", analysis)
    if meant is None:
        assert not found
        return
    (finding,) = found
    assert finding.severity == "warning"
    assert finding.fix is not None
    assert not finding.fix.safe
    assert finding.fix.replaces == len(analysis.watch.keys) - 1
    (key,) = finding.fix.keys
    assert key in {f'{{ file = "{meant}" }}', f'{{ dir = "{meant}" }}'}
    assert key in finding.message


@pytest.mark.parametrize(
    "entry", ['"nothing/like/it.bin"', '"**/*.f90"', '"../elsewhere/x.toml"', '"/nowhere/at/all.txt"']
)
def test_dead_without_a_near_miss(make_project: Make, entry: str) -> None:
    text = pyproject(keys('"pyproject.toml"', entry))
    (finding,) = findings("CK201", analysis_of(make_project({"pyproject.toml": text, **TREE})))
    assert (finding.severity, finding.confidence) == ("warning", "likely")
    assert "stale install" in finding.message
    assert finding.line is not None
    assert entry in text.splitlines()[finding.line - 1]


@pytest.mark.parametrize(
    "entry",
    [
        '"setup.py"',
        '"setup.cfg"',
        '{ dir = "src" }',
        '"native/Cargo.toml"',
        '"./native//Cargo.toml"',
        '"*.md"',
        '"!csrc/**"',
        '"!csrc"',  # meant to exclude: CK206
        '"csrc"',  # a directory: CK202
        '{ env = "NOT_SET" }',
        "{ git = true }",
        '{ dir = "csrc" }',
    ],
)
def test_alive_or_not_ours(make_project: Make, entry: str) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', entry)), **TREE})
    assert not findings("CK201", analysis_of(root))


def test_a_key_that_only_repeats_another_is_not_dead(make_project: Make) -> None:
    entries = ('"csrc/**/*.c"', '"csrc/**/*.{c,h}"', '"csrc/a.c"', '"**/*.{c,h}"')
    assert not findings("CK201", analysis_of(make_project({"pyproject.toml": pyproject(keys(*entries)), **TREE})))


@pytest.mark.parametrize(
    ("entry", "ignored"),
    [
        ('"settings.local.toml"', ""),
        ('".env"', ""),
        ('"rust-toolchain.toml"', ""),
        ('"native/.cargo/config.toml"', ""),
        ('"native/Cargo.lock"', ""),
        ('"generated/table.c"', "generated/\n"),
        ('"generated/**/*.c"', "/generated\n"),
        ('"native/data.bin"', "*.bin\n"),
        ('"vendor/zlib/zlib.h"', ""),
    ],
)
def test_absent_for_a_good_reason(make_project: Make, entry: str, ignored: str) -> None:
    files = {
        "pyproject.toml": pyproject(keys('"pyproject.toml"', entry)),
        ".gitignore": f"# comment\n{ignored}\n!important.bin\n",
        ".gitmodules": '[submodule "zlib"]\n\tpath = vendor/zlib\n\turl = x\n',
        **TREE,
    }
    (finding,) = findings("CK201", analysis_of(make_project(files)))
    assert finding.severity == "info"


def test_gitignore_can_take_back(make_project: Make) -> None:
    files = {
        "pyproject.toml": pyproject(keys('"pyproject.toml"', '"important.bin"')),
        ".gitignore": "*.bin\n!important.bin\n",
    }
    (finding,) = findings("CK201", analysis_of(make_project(files)))
    assert finding.severity == "warning"


def test_an_sdist_may_leave_it_out(make_project: Make) -> None:
    files = {"pyproject.toml": pyproject(keys('"pyproject.toml"', '"ci/matrix.json"')), "PKG-INFO": "Name: demo\n"}
    (finding,) = findings("CK201", analysis_of(make_project(files)))
    assert finding.severity == "info"


def test_a_product_of_the_build_is_another_rule(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', '"demo/_version.py"'))})
    assert not findings("CK201", analysis_of(root, output("demo/_version.py")))


def test_directories(make_project: Make) -> None:
    entries = ('"pyproject.toml"', '{ dir = "README.md" }', '{ dir = "no/such/thing" }')
    root = make_project({"pyproject.toml": pyproject(keys(*entries)), **TREE})
    a_file, missing = findings("CK201", analysis_of(root))
    assert (a_file.severity, missing.severity) == ("warning", "info")
    assert a_file.fix is not None
    assert a_file.fix.keys == ('{ file = "README.md" }',)


def test_a_broken_symlink(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(keys('"pyproject.toml"', '"link.txt"'))})
    os.symlink("gone.txt", root / "link.txt")
    (finding,) = findings("CK201", analysis_of(root))
    assert "symlink" in finding.message


def test_the_defaults_are_never_dead(make_project: Make) -> None:
    assert not findings("CK201", analysis_of(make_project({"pyproject.toml": pyproject()})))

"""What the command lines in a Meson build read: directories that Meson puts in, and programs with rules of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cachekeys.inputs.meson import meson_inputs
from cachekeys.inputs.model import BuildInput
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n[project]\nname = "demo"\nversion = "1"\n'
)
TREE = {"pyproject.toml": PYPROJECT, "gen.sh": "", "d.txt": "", "e.txt": "", "s/q.txt": ""}
WEB = {
    "web/package.json": '{"scripts": {"build": "vite build"}}',
    "web/package-lock.json": "{}",
    "web/src/main.ts": "",
}
CRATE = {
    "rust/Cargo.toml": '[package]\nname = "r"\nversion = "1.0.0"\n',
    "rust/src/lib.rs": "",
    "rust/src/main.rs": "",
}
CRATE_FILES = {"rust/Cargo.toml", "rust/src/lib.rs", "rust/src/main.rs"}


def read(make_project: Callable[..., Path], text: str, files: dict[str, str]) -> set[str]:
    """Return the files and globs that the build with this meson.build reads, itself left out."""
    root = make_project({**TREE, **files, "meson.build": f"project('demo', 'c')\n{text}"})
    found = {item.what for item in meson_inputs(Project(root)) if isinstance(item, BuildInput)}
    return found - {"meson.build", "pyproject.toml", ""}


@pytest.mark.parametrize(
    ("text", "files", "expected"),
    [
        (
            "custom_target('g', output: 'g', command: ['@SOURCE_ROOT@/gen.sh', '@CURRENT_SOURCE_DIR@/e.txt', '@OUTPUT@'])",
            {},
            {"gen.sh", "e.txt"},
        ),
        (
            "subdir('s')",
            {"s/meson.build": "custom_target('g', output: 'g', command: ['@SOURCE_ROOT@/gen.sh', '@CURRENT_SOURCE_DIR@/q.txt'])"},
            {"s/meson.build", "gen.sh", "s/q.txt"},
        ),
        (
            "generator(find_program('cat'), output: '@BASENAME@.c', arguments: ['@SOURCE_DIR@/d.txt', '@INPUT@'])",
            {},
            {"d.txt"},
        ),
        (
            "g = generator(find_program('cat'), output: '@BASENAME@.c', arguments: ['@EXTRA_ARGS@', '@INPUT@'])\ng.process('d.txt', extra_args: [meson.current_source_dir() / 'e.txt', '-v'])",
            {},
            {"d.txt", "e.txt"},
        ),
        ("custom_target('g', output: 'g', command: ['cat', '@SOURCE_ROOT@x/e.txt'])", {}, set()),
        ("run_command('cargo', 'build', '--manifest-path', 'rust/Cargo.toml', check: true)", CRATE, CRATE_FILES),
        (
            "custom_target('g', output: 'g', command: [find_program('cargo'), 'build', '--manifest-path', meson.current_source_dir() / 'rust' / 'Cargo.toml'])",
            CRATE,
            CRATE_FILES,
        ),
        (
            "custom_target('g', output: 'g', command: ['env', 'A=1', 'cargo', 'build', '--manifest-path=@SOURCE_ROOT@/rust/Cargo.toml'])",
            CRATE,
            CRATE_FILES,
        ),
        ("custom_target('g', output: 'g', command: ['cargo', '--version'])", CRATE, set()),
        (
            "meson.get_compiler('c').has_header('q.h', include_directories: include_directories('inc'))",
            {"inc/q.h": "", "inc/other.h": ""},
            {"inc/q.h"},
        ),
        ("meson.get_compiler('c').has_header('inc/q.h')", {"inc/q.h": ""}, set()),
        ("custom_target('g', output: 'g', command: ['cargo', 'build'])", {"Cargo.toml": '[package]\nname = "r"\n'}, set()),
    ],
)  # fmt: skip
def test_commands(make_project: Callable[..., Path], text: str, files: dict[str, str], expected: set[str]) -> None:
    assert read(make_project, text, files) == expected


@pytest.mark.parametrize(
    "command",
    [
        "run_command('npm', '--prefix', 'web', 'run', 'build', check: true)",
        "custom_target('g', output: 'g', command: ['npm', '--prefix', '@SOURCE_ROOT@/web', 'run', 'build'])",
    ],
)
def test_a_program_with_rules_of_its_own(make_project: Callable[..., Path], command: str) -> None:
    assert {"web/package.json", "web/package-lock.json"} <= read(make_project, command, WEB)


def test_the_top_of_a_build_below_the_project(make_project: Callable[..., Path]) -> None:
    files = {
        "pyproject.toml": PYPROJECT,
        "meson.build": "project('demo', 'c')\nsubproject('sub')",
        "subprojects/sub/meson.build": "project('sub', 'c')\n"
        "custom_target('g', output: 'g', command: ['@SOURCE_ROOT@/gen.sh', '@CURRENT_SOURCE_DIR@/l.txt'])",
        "subprojects/sub/l.txt": "",
        "gen.sh": "",
    }
    found = {getattr(item, "what", "") for item in meson_inputs(Project(make_project(files)))}
    assert {"gen.sh", "subprojects/sub/l.txt"} <= found

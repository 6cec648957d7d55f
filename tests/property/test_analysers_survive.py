"""Whatever stands in meson.build, Cargo.toml, Rust source or a build script, the analysers answer.

The law, from the project's description: "Bad input never ends in a traceback"; and the answer is the same each time.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cachekeys.inputs.cargo import crate_inputs
from cachekeys.inputs.cargo.rust import scan
from cachekeys.inputs.commands import command_inputs
from cachekeys.inputs.hatchfiles import matches
from cachekeys.inputs.meson import meson_inputs
from cachekeys.inputs.meson.lexer import MesonSyntaxError
from cachekeys.inputs.meson.parser import parse
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.soundness import flaw
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected

MESON = [
    *("project('d', 'c', version: run_command('v.py').stdout())", "subdir('sub')", "x = ['a.c']", "x += 'b.c'"),
    *(
        "if host_machine.system() == 'x'",
        "elif get_option('o')",
        "else",
        "endif",
        "foreach a, b : {'k': x}",
        "endforeach",
    ),
    *("library('l', x, 'sub/a.c', dependencies: d)", "d = dependency('z', fallback: ['sub', 'd'])", "subproject(x)"),
    *("configure_file(input: x, output: 'o', command: [x, d, 1])", "continue", "break", "subdir_done()", "error('e')"),
    *("custom_target(x, input: d, output: [], command: files(x))", "y = x[0] / d[x] + 1 % 0", "z = f'@x@ @none@'"),
    *(
        "import(x).y(z, kwargs: {'a': d})",
        "get_variable(x, y)",
        "set_variable(x, y)",
        "a = x ? d : y",
        "include_directories(1)",
    ),
    *(
        "generator(1).process()",
        "import('fs').read(x)",
        "meson.override_find_program()",
        "x = x",
        "not - not",
        "(((",
        "'''",
    ),
]
RUST = [
    *(
        "mod a;",
        "mod b {",
        "}",
        '#[path = "x.rs"]',
        "#[cfg(test)]",
        'include!("a.rs");',
        "include_str!(concat!(",
        '"',
        'r#"',
    ),
    *("/*", "*/", "//", "'", "#[", 'env!("X")', "mod lib;", 'include_bytes!("../../../x")', '#[folder = "src"]'),
]
MANIFEST = [
    *(
        "[package]",
        'name = "d"',
        'version = "1"',
        "build = true",
        'build = ["a.rs", 1]',
        "[lib]",
        'path = "src/lib.rs"',
    ),
    *(
        "[dependencies]",
        'a = { path = ".", optional = true }',
        'b = { path = "sub", features = ["x"] }',
        "c.workspace = true",
    ),
    *(
        "[workspace]",
        'members = ["*", "sub/**", "["]',
        "exclude = 1",
        "[features]",
        'default = ["dep:a", "b/x", "b?/y", 3]',
    ),
    *(
        "[[bin]]",
        "[patch.crates-io]",
        '[target."cfg(x)".dependencies]',
        "[workspace.dependencies]",
        'c = { path = ".." }',
    ),
]
SCRIPT = [
    'println!("cargo:rerun-if-changed=src");',
    'env::var("X")',
    'const A: &str = "B";',
    "env::var(A)",
    '"sub/a.c"',
    '"',
    "\\",
]


def _joined(pieces: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(pieces) | st.text(max_size=6), max_size=14).map("\n".join)


def _sound(items: Iterator[Detected]) -> list[Detected]:
    found = list(items)
    assert [item for item in found if flaw(item)] == []
    assert all(not item.what.startswith("./") for item in found if isinstance(item, BuildInput))
    return found


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(top=_joined(MESON), sub=_joined(MESON), options=_joined(["option('o', type: 'feature')", "option(1)", "x = 1"]))
def test_meson(top: str, sub: str, options: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        files = {"meson.build": top, "sub/meson.build": sub, "meson.options": options, "pyproject.toml": "[project]\n"}
        files |= {"a.c": "", "sub/a.c": "", "subprojects/sub/meson.build": sub, "subprojects/z.wrap": top}
        files |= {"v.py": "print(1)\n"}
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        assert _sound(meson_inputs(Project(root))) == _sound(meson_inputs(Project(root)))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | _joined(MESON))
def test_the_parser_of_meson_ends_in_a_tree_or_its_own_error(text: str) -> None:
    line = 1
    try:
        parse(text)
    except MesonSyntaxError as error:
        line = error.line
    assert 1 <= line <= text.count("\n") + 1


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(manifest=_joined(MANIFEST), inner=_joined(MANIFEST), source=_joined(RUST), script=_joined(SCRIPT))
def test_cargo(manifest: str, inner: str, source: str, script: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        files = {"Cargo.toml": manifest, "sub/Cargo.toml": inner, "src/lib.rs": source, "src/a.rs": source}
        files |= {"build.rs": script, "sub/src/lib.rs": source, "sub/a.c": "", "pyproject.toml": "[project]\n"}
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        origin = Origin("pyproject.toml", 1)
        first = _sound(crate_inputs(Project(root), "Cargo.toml", "cargo", origin, binaries=True))
        assert first == _sound(crate_inputs(Project(root), "Cargo.toml", "cargo", origin, binaries=True))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80) | _joined(RUST))
def test_rust(text: str) -> None:
    result = scan(text)
    lines = text.count("\n") + 1
    found = [module.line for module in result.modules] + [include.line for include in result.includes]
    assert all(1 <= line <= lines for line in found)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=20), st.lists(st.text(alphabet="ab/*?[]!-.", max_size=8), max_size=3))
def test_patterns_and_command_lines(text: str, patterns: list[str]) -> None:
    assert matches(text, patterns) in {True, False}
    with tempfile.TemporaryDirectory() as name:
        Path(name, "pyproject.toml").write_text("[project]\n", encoding="utf-8")
        for line in (text, *patterns, f"python -m {text}", f"npm {text}", f"cd {text} && cargo {text}"):
            _sound(command_inputs(Project(name), line, ".", "tool", Origin("pyproject.toml", 1)))

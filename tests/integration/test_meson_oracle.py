"""Our reading of Meson's language against Meson itself (from the package index), on values and on a whole project."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.uv_rebuilds import uv_binary

from cachekeys.inputs.meson import meson_inputs
from cachekeys.inputs.meson.interpreter import Interpreter
from cachekeys.inputs.meson.values import text_of
from cachekeys.inputs.model import BuildInput
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.network

PYPROJECT = (
    '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n[project]\nname = "d"\nversion = "1"\n'
)


@pytest.fixture(scope="module")
def meson() -> list[str]:
    """Return the command that runs Meson 1.9 or newer."""
    command = [uv_binary(), "tool", "run", "--from", "meson>=1.9", "--with", "ninja", "meson"]
    if subprocess.run([*command, "--version"], check=False, capture_output=True).returncode:
        pytest.skip("Meson cannot be fetched")
    return command


def _setup(meson: list[str], root: Path, *arguments: str) -> str:
    done = subprocess.run(
        [*meson, "setup", "../build", *arguments],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _texts(random_: random.Random) -> str:
    return random_.choice(["'a'", "'b c'", "' x '", "'a.b/c'", "''", "'12'", "'-3'", "'''it's'''", "'tab\\t\\x41'"])


def _expression(random_: random.Random, depth: int, kind: str) -> str:
    """Return an expression of *kind* (text, number, truth) that Meson accepts."""

    def make(wanted: str) -> str:
        return _expression(random_, depth - 1, wanted)

    if depth <= 0:
        return {
            "text": _texts(random_),
            "number": str(random_.randint(0, 9)),
            "truth": random_.choice(["true", "false"]),
        }[kind]
    choices: dict[str, list[Callable[[], str]]] = {
        "text": [
            lambda: f"({make('text')} + {make('text')})",
            lambda: f"({make('text')} / {make('text')})",
            lambda: f"{_texts(random_)}.strip()",
            lambda: f"{_texts(random_)}.to_upper()",
            lambda: f"{_texts(random_)}.underscorify()",
            lambda: f"{_texts(random_)}.replace('a', {make('text')})",
            lambda: f"'<@0@|@1@>'.format({make('text')}, {make('number')})",
            lambda: f"'+'.join({_texts(random_)}.split())",
            lambda: f"'+'.join({_texts(random_)}.split('.'))",
            lambda: f"{_texts(random_)}.substring({random_.randint(-3, 3)}, {random_.randint(-3, 6)})",
            lambda: f"({random_.choice(['true', 'false'])} ? {_texts(random_)} : {_texts(random_)})",
            lambda: f"{make('truth')}.to_string('y', 'n')",
            lambda: f"['p', {make('text')}, 'q'][{random_.randint(-3, 2)}]",
            lambda: f"{{'k': {make('text')}}}.get('{random_.choice('kz')}', 'none')",
            lambda: "','.join({'z': 1, 'a': 2, 'm': 3}.keys())",
            lambda: f"join_paths({make('text')}, 'm', {make('text')})",
            lambda: f"import('fs').name({_texts(random_)})",
            lambda: f"import('fs').stem({_texts(random_)})",
            lambda: f"import('fs').replace_suffix('x/y.tar.gz', '{random_.choice(['.c', '', '.h'])}')",
        ],
        "number": [
            lambda: f"({make('number')} + {make('number')})",
            lambda: f"({make('number')} - {make('number')})",
            lambda: f"({make('number')} * {make('number')})",
            lambda: f"({make('number')} / {random_.randint(1, 5)})",
            lambda: f"({make('number')} % {random_.randint(1, 5)})",
            lambda: f"-{random_.randint(1, 9)}",
            lambda: f"[1, [2, 3], {make('text')}].length()",
            lambda: f"{make('truth')}.to_int()",
        ],
        "truth": [
            lambda: f"({make('number')} {random_.choice(['<', '<=', '>', '>=', '==', '!='])} {make('number')})",
            lambda: f"({make('text')} {random_.choice(['<', '>', '==', '!='])} {make('text')})",
            lambda: f"({make('truth')} and {make('truth')})",
            lambda: f"({make('truth')} or {make('truth')})",
            lambda: f"(not {make('truth')})",
            lambda: f"({make('text')} {random_.choice(['in', 'not in'])} ['a', 'b c', {make('text')}])",
            lambda: f"({_texts(random_)} in {make('text')})",
            lambda: "('k' in {'k': 1})",
            lambda: f"{_texts(random_)}.startswith('a')",
            lambda: f"{_texts(random_)}.endswith('c')",
            lambda: f"{_texts(random_)}.contains('b')",
            lambda: f"{{'k': 1}}.has_key({make('text')})",
            lambda: f"['a', 'b c'].contains({make('text')})",
            lambda: f"({make('number')}).is_even()",
        ],
    }
    return random_.choice(choices[kind])()


def test_values_are_those_of_meson(meson: list[str], make_project: Callable[..., Path]) -> None:
    """Whatever we claim to know of an expression is what Meson makes of it; and we know all of these."""
    random_ = random.Random(4)  # the same 400 expressions in every run
    kinds = [random_.choice(["text", "number", "truth"]) for _ in range(400)]
    expressions = [_expression(random_, random_.randint(1, 4), kind) for kind in kinds]
    lines = ["project('d', version: '1')"]
    lines += [
        f"x{n} = {expression}\nmessage('<@0@>[[@1@]]'.format({n}, x{n}))" for n, expression in enumerate(expressions)
    ]
    root = make_project({"pyproject.toml": PYPROJECT, "meson.build": "\n".join(lines) + "\n"})
    output = _setup(meson, root)
    interpreter = Interpreter(Project(root))
    interpreter.enter("", "test")
    for number, expression in enumerate(expressions):
        real = output.partition(f"<{number}>[[")[2].partition("]]")[0]
        assert text_of(interpreter.scope.names[f"x{number}"]) == real, expression


BUILD = """
project('d', 'c', version: files('VERSION'), default_options: ['warning_level=1', 'sub:deep=true'])
fs = import('fs')
py = import('python').find_installation()
names = []
foreach stem, parts : {'one': ['a', 'b'], 'two': ['c']}
  sources = []
  foreach part : parts
    sources += f'src/@stem@_@part@' + '.c'
  endforeach
  static_library(stem, sources, include_directories: include_directories('inc'))
  names += stem
endforeach
subdir('more')
configure_file(input: 'conf.h.in', output: 'conf.h', configuration: {'A': 1})
gen = find_program('tools/gen.py')
made = custom_target('made', input: 'table.txt', output: 'made.c', command: [gen, '@INPUT@', '@OUTPUT@'])
sub = subproject('sub')
executable('main', 'main.c', made, more_files, dependencies: sub.get_variable('sub_dep'))
if get_option('extra') == 'yes'
  static_library('extra', 'extra.c')
else
  static_library('plain', 'plain.c')
endif
run_command(gen, '--check', check: true)
fs.copyfile('copied.txt')
"""
GEN = """#!/usr/bin/env python3
import sys
if len(sys.argv) > 2:
    open(sys.argv[2], 'w').write('int made(void) { return 1; }')
"""
FILES = {
    "VERSION": "1.5\n",
    "meson.options": "option('extra', type: 'combo', choices: ['no', 'yes'])\n",
    "src/one_a.c": '#include "own.h"\n#include <inc.h>\n',
    "src/own.h": "",
    "inc/inc.h": '#include "deeper/x.h"\n',
    "inc/deeper/x.h": "",
    "src/one_b.c": "",
    "src/two_c.c": "",
    "src/two_d.c": "",
    "more/meson.build": "more_files = files('m.c', 'n.c')\nif meson.project_version().startswith('1')\n  subdir('deep' / 'er')\nendif\n",
    "more/deep/er/meson.build": "more_files += files('o.c')\n",
    "more/m.c": "",
    "more/n.c": "",
    "more/deep/er/o.c": "",
    "conf.h.in": "#define A @A@\n",
    "tools/gen.py": GEN,
    "table.txt": "",
    "main.c": "#include <sub.h>\nint main(void) { return 0; }\n",
    "extra.c": "",
    "plain.c": "",
    "copied.txt": "",
    "subprojects/sub/meson.build": "project('sub', 'c')\nsub_dep = declare_dependency(include_directories: include_directories('include'))\nif get_option('deep')\nstatic_library('s', 's.c')\nendif\n",
    "subprojects/sub/meson_options.txt": "option('deep', type: 'boolean', value: false)\n",
    "subprojects/sub/include/sub.h": "",
    "subprojects/sub/s.c": "",
}


def _real_files(build: Path, root: Path) -> Iterator[str]:
    """Yield what Meson says it reads and compiles, relative to the project."""
    listed: list[str] = json.loads((build / "meson-info/intro-buildsystem_files.json").read_text())
    for target in json.loads((build / "meson-info/intro-targets.json").read_text()):
        for group in target["target_sources"]:
            listed += group.get("sources", [])
    for name in listed:
        path = os.path.relpath(name, root)
        if not path.startswith(".."):
            yield path.replace(os.sep, "/")


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
def test_a_project_is_read_as_meson_reads_it(meson: list[str], make_project: Callable[..., Path]) -> None:
    root = make_project({"pyproject.toml": PYPROJECT, "meson.build": BUILD, **FILES})
    _setup(meson, root)
    real = set(_real_files(root.parent / "build", root))
    found = {item.what for item in meson_inputs(Project(root)) if isinstance(item, BuildInput)}
    assert real <= found
    assert "extra.c" not in found
    assert "src/two_d.c" not in found
    # What Meson does not list: headers, scripts and data that the build opens
    rest = {"src/own.h", "inc/inc.h", "inc/deeper/x.h", "subprojects/sub/include/sub.h", "copied.txt", "table.txt"}
    assert found - real <= rest | {"tools/gen.py", "conf.h.in", "VERSION"}
    assert rest <= found


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
def test_options_are_read_as_meson_reads_them(meson: list[str], make_project: Callable[..., Path]) -> None:
    root = make_project({"pyproject.toml": PYPROJECT, "meson.build": BUILD, **FILES})
    _setup(meson, root, "-Dextra=yes", "-Dsub:deep=false")
    real = set(_real_files(root.parent / "build", root))
    settings = {"extra": "yes", "sub:deep": "false"}
    found = {item.what for item in meson_inputs(Project(root), settings) if isinstance(item, BuildInput)}
    assert real <= found
    assert {"plain.c", "subprojects/sub/s.c"}.isdisjoint(found | real)

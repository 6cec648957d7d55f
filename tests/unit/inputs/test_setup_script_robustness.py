"""Odd, hostile and huge scripts: never an exception, always an answer in bounded time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from support.detecting import found, inputs_of, unresolved

from cachekeys.inputs.setup_script.machine import Machine
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\n'
)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("print 'hello'\nopen('a.txt')", "setup.py is not valid Python 3 (Missing parentheses"),
        ("def f(:\n", "setup.py is not valid Python 3 ("),
        (b"x = 1\0\n", "setup.py "),
        ("x = '" + "a" * 1_100_000 + "'", "setup.py is too large to be analysed (1100006 bytes)"),
        (b"# coding: latin-9000\nx = 1\n", "setup.py is not valid Python 3 (unknown encoding"),
        (b"x = '\xff\xfe'\n", "setup.py is not valid Python 3 ("),
    ],
)
def test_what_does_not_parse_is_said(make_project: Callable[..., Path], script: str | bytes, message: str) -> None:
    root = make_project({"pyproject.toml": PYPROJECT, "a.txt": "x"})
    (root / "setup.py").write_bytes(script if isinstance(script, bytes) else script.encode())
    (said,) = unresolved(root)
    assert said.startswith(message)
    assert found(root) == set()


def test_a_declared_encoding_is_honoured(make_project: Callable[..., Path]) -> None:
    script = "# -*- coding: latin-1 -*-\nauthor = 'Käthe'\nopen('a.txt')\n".encode("latin-1")
    assert found(make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "a.txt": "x"})) == {"file a.txt"}


@pytest.mark.parametrize(
    "script",
    [
        "while True: pass",
        "def f(): return f()\nf()",
        "def f(n): return f(n + '/x')\nf('a')",
        "f = lambda: f()\nf()",
        "class A:\n    def __getattr__(self, n): return getattr(self, n)\nA().x",
        "x = []\nx.append(x)\nprint(x)\nfor y in x: x.append(y)",
        "d = {}\nd['d'] = d\nopen(d['d']['d']['x'])",
        "x = 'a' * 10 ** 9\nopen(x)",
        "x = 10 ** 10 ** 10",
        "x = [0] * 10 ** 12",
        "x = '%*d' % (1, 2)\nopen('%(a' % 3)\nopen('{' .format(1))\nopen('{0.x[1]}'.format(2))",
        "import os\nos.environ[None]\nos.environ[3]\nopen(None)\nopen()",
        "open(*[])\nopen(**{})\nprint(*1, **2)",
        "a, b = 1\n(c, *d), e = 2, 3, 4\n[f, g] = 'xy'",
        "x: int\nx += 1\ndel x\nprint(x)",
        "import sys\nsys.path.insert(0, sys.platform)\nsys.path[0] = 'x'\nimport nothing.at.all",
        "from . import x\nfrom .. import y\nfrom ...a.b import c",
        "exec('open(')\nexec(3)\nexec()\neval('open')('a')",
        "from pathlib import Path\nPath().parent.parent / '..' / '..'\nPath('a', *['b'] * 300).relative_to(3)",
        "import os\nos.path.join()\nos.path.join(None, 'a')\nos.path.dirname()\nos.path.relpath('a', 3)\nos.walk(3)",
        "import glob\nglob.glob(None)\nglob.glob('[')\nglob.glob('**/' * 50)\nglob.glob('*a' * 100)",
        "from setuptools import setup, Extension\nsetup(ext_modules=3, cmdclass=4, data_files='x', scripts=None, libraries=[1, ('a',)])",
        "from setuptools import Extension\nExtension()\nExtension('a', 3)\nExtension('a', [None, 3, ['b']], depends='x')",
        "import json\njson.load(open('setup.py'))\njson.loads(3)\njson.loads('[' * 100000)",
        "class A(B, metaclass=C): pass\nclass D(D): pass\nA().x.y()\nsuper().z",
        "try:\n    raise X\nexcept* Y as e:\n    open('a')\nfinally:\n    pass",
        "async def f():\n    async with x as y:\n        async for z in y: await z\nf()",
        "x = (" * 80 + "1" + ")" * 80,
        " + ".join(["'a'"] * 3000),
        "if x:\n" + "".join(" " * n + "if x:\n" for n in range(1, 60)) + " " * 60 + "pass",
        "\n".join(f"if x{n}:\n    y = y + 'a{n}'" for n in range(400)),
        "\n".join(f"if x{n}:\n    y = [y, 'a{n}']" for n in range(300)) + "\nopen(y)",
        "for a in range(10 ** 9):\n  for b in range(10 ** 9):\n    for c in range(10 ** 9):\n      z = a + b + c",
        "import subprocess\nsubprocess.run()\nsubprocess.run([])\nsubprocess.run('')\nsubprocess.run(['cmake'])\nsubprocess.run(['git'])",
        "import importlib.util as u\nu.spec_from_file_location()\nu.module_from_spec(3)\nu.spec_from_file_location('a', 'setup.py').loader.load_module()",
        "import setup\nimport setup as s\ns.x",
        "exec(open('setup.py').read())",
        "globals()['x'] = 'a'\nlocals().update(y=1)\nvars()[3]\nopen(x)",
        "print(f'{3!r:>{4}}' f'{x}')\nopen(f'{[1][0]}')",
        "x = {**1, **{'a': 2}}\ny = [*3]\nz = {*x}\nlambda: (yield)",
        "\x00".join([]) or "x = '\\x00\\x01'\nopen(x)\nopen('\\x00/a')\nopen('\\x01')",
        "x = 'a'\ny = ['a']\nz = ['b']\nfor n in range(4000):\n    x = x + x\n    y = y + y\n    z += z\n    z.extend(z)\nopen(x)",
        "x = 'a'\nfor n in range(100): x = ''.join([x, x]); x = f'{x}{x}'; x = '%s%s' % (x, x); x = '{0}{0}'.format(x)",
        "x = 'ab' * 50000\ny = x.replace('a', x).replace('b', x).ljust(10 ** 12).zfill(10 ** 12).expandtabs(10 ** 9)",
        "x = '\\ud800'\nopen(x)\nimport os\nos.environ[x]\nos.environ['=']",
    ],
)
def test_no_script_ends_in_an_exception(make_project: Callable[..., Path], script: str) -> None:
    root = make_project({"pyproject.toml": PYPROJECT, "a.txt": "x"})
    (root / "setup.py").write_text(script, encoding="utf-8", errors="surrogatepass")
    started = time.process_time()
    assert inputs_of(root).failures == ()
    assert time.process_time() - started < 8  # the budget is a second's worth on any machine in use


@pytest.mark.parametrize("name", ["a.txt", "b.txt"])
def test_one_statement_that_cannot_be_followed_does_not_hide_the_others(
    make_project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    from cachekeys.inputs.setup_script import library  # patched here only

    def broken(_call: object) -> object:
        raise TypeError("no")

    library._load_models()
    monkeypatch.setitem(library._MODELS, "os.path.normcase", broken)
    script = "import os\nopen('a.txt')\nos.path.normcase('x')\nopen('b.txt')\n"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "a.txt": "x", "b.txt": "x"})
    assert f"file {name}" in found(root)
    assert unresolved(root) == ["could not be followed (TypeError: no)"]


def test_the_budget_ends_a_script_that_never_ends(make_project: Callable[..., Path]) -> None:
    script = "open('a.txt')\n" + "\n".join(f"for x{n} in range(4000): x = [y for y in range(900)]" for n in range(50))
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "a.txt": "x"})
    machine = Machine(Project(root), limit=20_000)
    machine.run_script("setup.py")
    assert machine.steps == 20_001
    assert ("open", "a.txt") in machine.facts.reads
    assert list(machine.facts.unresolved.values()) == [
        "the script is too long to follow: the analysis stopped after 20000 steps"
    ]


def test_project_code_is_never_run(make_project: Callable[..., Path], tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    line = f"open({str(mark)!r}, 'w').close()\n"
    script = f"{line}import helper\nexec({line!r})\neval({line.strip()!r})\n@(lambda f: f())\ndef g():\n    {line}"
    root = make_project({"pyproject.toml": PYPROJECT, "helper.py": line})
    (root / "setup.py").write_text(script, encoding="utf-8")
    inputs_of(root)
    assert not mark.exists()


POOL = (
    *(
        "None",
        "3",
        "-1",
        "1.5",
        "'a.txt'",
        "b'a'",
        "''",
        "'*.txt'",
        "['a.txt', None, 3]",
        "('d', 'b.c')",
        "{'a': 'b', 3: None}",
    ),
    *(
        "{1, 2}",
        "other",
        "other.x('a')",
        "pathlib.Path('d')",
        "open('a.txt')",
        "lambda *a, **k: a",
        "C()",
        "C",
        "range(3)",
    ),
    *(
        "'a' if other else None",
        "['a'] if other else 'b'",
        "os.environ",
        "(x for x in 'ab')",
        "[[['a']]]",
        "f'{other}.c'",
    ),
)
"""Expressions of every kind of value."""

HEAD = "import os, other, pathlib\nclass C(other.Extension):\n    def __init__(self, *a, **k): self.x = a\n"


def run_strictly(root: Path, lines: list[str]) -> Machine:
    """Interpret *lines*, and raise where a statement cannot be followed."""
    (root / "setup.py").write_text(HEAD + "\n".join(lines), encoding="utf-8")
    machine = Machine(Project(root), limit=10**9)
    machine.strict = True
    machine.load("setup.py", "__main__")
    return machine


def test_every_model_takes_every_kind_of_argument(make_project: Callable[..., Path]) -> None:
    from cachekeys.inputs.setup_script import library  # for its registry only

    library._load_models()
    names = [*library._MODELS, *(f"other.{name}" for name in library._NAMED)]
    names = [name for name in names if " " not in name]  # of what only we have: the name of any variable
    assert len(names) > 200
    root = make_project({"pyproject.toml": PYPROJECT, "a.txt": "x\n", "d/b.c": ""})
    steps, opened = 0, False
    for first in range(0, len(names), 100):  # all of them together are more than a script that is analysed
        some = names[first : first + 100]
        lines = [f"import {name.rpartition('.')[0]}" for name in some if "." in name and "(" not in name]
        for name in some:
            lines += [
                f"{name}()",
                *(f"{name}({value})" for value in POOL),
                *(f"{name}('x', {value})" for value in POOL[::2]),
            ]
            lines += [f"{name}(3, 'a', {value}, cwd={value}, sources={value}, path={value})" for value in POOL[1::3]]
        machine = run_strictly(root, lines)
        steps += machine.steps
        opened = opened or ("open", "a.txt") in machine.facts.reads
    assert steps > 50_000
    assert opened  # they were really called


METHODS = sorted(
    {name for kind in (str, list, dict, set, tuple, bytes) for name in dir(kind) if not name.startswith("_")}
    | {
        "read_text",
        "read",
        "readlines",
        "glob",
        "rglob",
        "iterdir",
        "exists",
        "joinpath",
        "parent",
        "parents",
        "suffix",
    }
    | {"with_suffix", "relative_to", "resolve", "open", "name", "write_text", "is_dir", "x", "__enter__"}
)
OPERATORS = ("+", "-", "*", "/", "//", "%", "|", "&", "in", "==", "<", "is not")


@pytest.mark.parametrize("value", POOL)
def test_every_method_and_operator_takes_every_kind_of_value(make_project: Callable[..., Path], value: str) -> None:
    lines = [f"v = {value}"]
    for name in METHODS:
        lines += [f"v.{name}", f"v.{name}()", *(f"v.{name}({other}, {other})" for other in POOL[::3])]
    for other in POOL:
        lines += [f"v[{other}]", *(f"v {operator} ({other})" for operator in OPERATORS)]
    lines += ["v[1:]", "v[::2]", "not v", "-v", "v if v else v", "a, *b = v", "[*v]", "print(**{'a': v})", "f'{v}'"]
    lines += [
        "'%s' % v",
        "'%(a)s' % v",
        "'{} {a}'.format(v, a=v)",
        "', '.join(v)",
        "{v: v, **v}",
        "[i for i in v if i]",
    ]
    lines += ["for i in v: print(i)", "with v as w: pass", "v.y = v", "v['a'] = v", "v[0] = v", "v += v", "del v"]
    root = make_project({"pyproject.toml": PYPROJECT, "a.txt": "x\n", "d/b.c": ""})
    machine = run_strictly(root, lines)
    assert machine.steps > len(lines)
    assert not any("not valid Python" in message for message in machine.facts.unresolved.values())


def test_a_search_of_the_machine_does_not_use_up_what_the_rest_needs(make_project: Callable[..., Path]) -> None:
    script = (
        "import os\nfrom setuptools import Extension, setup\n"
        "def hunt(name):\n    return [a + name + b for a in os.environ['PATH'].split(':') or 'x' * 60 for b in list('y' * 60) * 40]\n"
        + "".join(f"hunt('lib{number}')\n" for number in range(40))
        + "def own(name):\n    return open(name + '.txt').read()\n"
        + "setup(version=own('a'), long_description=own('b'), ext_modules=[Extension('x', ['a.c'])])\n"
    )
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "a.txt": "", "b.txt": "", "a.c": ""})
    assert {"file a.txt", "file b.txt", "file a.c"} <= found(root)
    assert not [message for message in unresolved(root) if "too long" in message]

"""Plugins of hatchling that compile or run commands, plugins that nobody knows, and what pdm-backend and uv_build pack."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest
from support.detecting import found, optional, origin_of, outputs, unresolved

from cachekeys.inputs.hatchfiles import matches

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HATCH = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "my-demo"\nversion = "1"\n'
WHEEL = "[tool.hatch.build.targets.wheel"


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("src", "src/a.py", True),
        ("src", "deep/src/a.py", True),
        ("/src", "deep/src/a.py", False),
        ("src/a", "deep/src/a/b.py", False),
        ("*.py", "x/y.py", True),
        ("src/*.py", "src/x/y.py", False),
        ("src/**/*.py", "src/x/y/z.py", True),
        ("src/**/*.py", "src/z.py", True),
        ("**/a.py", "a.py", True),
        ("tests/", "x/tests/a.py", True),
        ("tests/", "tests", False),
        ("[ab].py", "a.py", True),
        ("[!ab].py", "a.py", False),
        ("a?.py", "ab.py", True),
        ("a.py", "aXpy", False),
        ("[", "[", True),
    ],
)
def test_patterns_are_those_of_git(pattern: str, path: str, *, expected: bool) -> None:
    assert matches(path, [pattern]) is expected


def test_the_last_pattern_decides() -> None:
    assert not matches("a/b.py", ["*.py", "!a/b.py"])
    assert matches("a/b.py", ["!a/b.py", "*.py"])


def test_mypyc(make_project: Callable[..., Path]) -> None:
    hook = f'{WHEEL}.hooks.mypyc]\ninclude = ["my_demo/fast"]\nexclude = ["my_demo/fast/slow.py"]\nmypy-args = ["--config-file=cfg/mypy.ini"]\n'
    files = {
        "my_demo/__init__.py": "",
        "my_demo/types.py": "",
        "my_demo/other.py": "",
        "my_demo/fast/__init__.py": "",
        "my_demo/fast/a.py": "from my_demo.types import T\n",
        "my_demo/fast/slow.py": "",
        "cfg/mypy.ini": "",
        "mypy.ini": "",
    }
    root = make_project({"pyproject.toml": HATCH + hook, **files})
    assert found(root) == {
        *("file my_demo/fast/__init__.py", "file my_demo/fast/a.py", "file cfg/mypy.ini"),
        *("file my_demo/__init__.py (likely)", "file my_demo/types.py (likely)"),
    }
    assert "my_demo/fast/a.*.so" in outputs(root)
    assert "env MYPYC_OPT_LEVEL" in optional(root)
    whole = make_project({"pyproject.toml": HATCH + f"{WHEEL}.hooks.mypyc]\n", **files}, "whole")
    assert found(whole) == {"files my_demo/**/*.py", "file mypy.ini"}
    off = make_project({"pyproject.toml": HATCH + f"{WHEEL}.hooks.mypyc]\nenable-by-default = false\n", **files}, "off")
    assert found(off) == set()


def test_cython(make_project: Callable[..., Path]) -> None:
    hook = f"{WHEEL}.hooks.cython]\n{WHEEL}.hooks.cython.options]\nincludes = ['inc']\n"
    files = {
        "src/my_demo/__init__.py": "",
        "src/my_demo/a.pyx": 'cdef extern from "c.h":\n    pass\n',
        "src/my_demo/deep/t.pyx.in": "",
        "src/other/b.pyx": "",
        "inc/c.h": '#include "d.h"\n',
        "inc/d.h": "",
    }
    root = make_project({"pyproject.toml": HATCH + hook, **files})
    names = {f"files src/my_demo/**/*{ending}" for ending in (".pyx", ".py", ".pyx.in")}
    assert found(root) == {*names, "file inc/c.h", "file inc/d.h"}
    assert {"src/my_demo/a.c", "src/my_demo/a.*.so", "src/my_demo/deep/t.pyx"} <= outputs(root)
    some = hook + 'files = { targets = ["*/a.pyx", { matches = "*/x.c", platforms = "linux" }] }\n'
    root = make_project({"pyproject.toml": HATCH + some, **files, "src/my_demo/x.c": ""}, "some")
    assert found(root) == {"file src/my_demo/a.pyx", "file src/my_demo/x.c", "file inc/c.h", "file inc/d.h"}
    less = hook + 'compile_py = false\nfiles = { exclude = ["*/a.pyx"] }\n'
    root = make_project({"pyproject.toml": HATCH + less, **files}, "less")
    assert found(root) == {"file src/my_demo/deep/t.pyx.in"}


def test_build_scripts(make_project: Callable[..., Path]) -> None:
    hook = """
    [[tool.hatch.build.hooks.build-scripts.scripts]]
    work_dir = "js"
    out_dir = "my_demo/static"
    commands = ["npm ci && npm run build", "cd .. && python tools/make.py data.txt > out.txt", "git describe --tags"]
    artifacts = ["dist/**/*.js", "made.txt", "!dist/x.js"]
    [[tool.hatch.build.hooks.build-scripts.scripts]]
    commands = ["strange-program --fast", "echo done", "DEMO=1 python -m helper", "cargo build --manifest-path rs/Cargo.toml", "make -C lib"]
    """
    files = {
        "js/package.json": "{}",
        "js/package-lock.json": "{}",
        "js/vite.config.ts": "",
        "js/src/a.ts": "",
        "tools/make.py": "import util\nprint(open('more.txt').read())\n",
        "tools/util.py": "",
        "more.txt": "",
        "data.txt": "",
        "helper.py": "",
        "rs/Cargo.toml": '[package]\nname = "x"\nversion = "0.1.0"\n',
        "rs/src/main.rs": "",
        "lib/Makefile": "",
    }
    root = make_project({"pyproject.toml": HATCH + textwrap.dedent(hook), **files})
    assert {text.partition(" (")[0] for text in found(root)} == {
        *(f"file {name}" for name in files if name != "js/src/a.ts"),
        *("files js/src/**/*.ts", "git commit", "git tags"),
    }
    assert {"my_demo/static/dist/**/*.js", "js/**/made.txt"} <= outputs(root)
    assert unresolved(root) == ["hatch-build-scripts runs `strange-program --fast`, and what that reads is not known"]


def test_what_the_settings_of_an_unknown_plugin_name(make_project: Callable[..., Path]) -> None:
    hook = f'{WHEEL}.hooks.never-heard-of]\nschema = "api/schema.json"\nsources = ["c/x.c"]\nweb = "js"\nassets = "art"\nname = "my_demo"\n'
    files = {"api/schema.json": "", "c/x.c": '#include "x.h"\n', "c/x.h": "", "js/package.json": "{}", "art/a.png": ""}
    root = make_project({"pyproject.toml": HATCH + hook, **files})
    assert found(root) == {
        *("file api/schema.json (likely)", "file c/x.c (likely)", "file c/x.h (likely)"),
        *("file js/package.json", "files art/**/* (possible)"),
    }
    assert len(unresolved(root)) == 1
    assert origin_of(root, "api/schema.json").endswith("[tool.hatch.build.targets.wheel.hooks.never-heard-of]")


def test_gitignore_is_only_optional_for_hatchling(make_project: Callable[..., Path]) -> None:
    root = make_project({"pyproject.toml": HATCH, ".gitignore": "*.pyc\n"})
    assert "file .gitignore (possible)" in optional(root)
    settings = "[tool.hatch.build]\nignore-vcs = true\n"
    root = make_project({"pyproject.toml": HATCH + settings, ".gitignore": "*.pyc\n"}, "without")
    assert not any(".gitignore" in text for text in optional(root))


def test_pdm_wheel_data_and_setuptools(make_project: Callable[..., Path]) -> None:
    text = '[build-system]\nrequires = ["pdm-backend"]\nbuild-backend = "pdm.backend"\n[project]\nname = "d"\nversion = "1"\n'
    text += '[tool.pdm.build]\nrun-setuptools = true\n[tool.pdm.build.wheel-data]\ndata = ["etc/*.conf", { path = "one.txt", relative-to = "." }]\n'
    setup = "from setuptools import Extension, setup\nsetup(ext_modules=[Extension('x', ['x.c'])])\n"
    files = {"etc/a.conf": "", "one.txt": "", "setup.py": setup, "x.c": ""}
    root = make_project({"pyproject.toml": text, **files})
    assert found(root) == {"files etc/*.conf", "file one.txt", "file setup.py", "file x.c"}


def test_uv_build_data(make_project: Callable[..., Path]) -> None:
    text = '[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n[project]\nname = "d"\nversion = "1"\n'
    text += '[tool.uv.build-backend]\nmodule-root = ""\ndata = { headers = "include", scripts = "absent" }\n'
    root = make_project({"pyproject.toml": text, "d/__init__.py": "", "include/h.h": ""})
    assert found(root) == {"files include/**/*"}


def test_compiled_modules_that_poetry_includes_are_outputs(make_project: Callable[..., Path]) -> None:
    text = '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
    text += (
        '[tool.poetry]\nname = "d"\nversion = "1"\ninclude = [{ path = "d/**/*.so", format = "wheel" }, "d/x.txt"]\n'
    )
    root = make_project({"pyproject.toml": text, "d/__init__.py": ""})
    assert outputs(root) == {"d/**/*.so"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("subprocess.run(['npm', 'run', 'build'], cwd='ui', check=True)", {"file ui/package.json"}),
        ("os.system('yarn install')", set()),
        ("x = 'npm is not run'", set()),
        ("shutil.which('npm')\n        y = 'ui'", {"file ui/package.json"}),
        ("x = 'ui'", set()),
    ],
)
def test_hooks_that_run_npm(make_project: Callable[..., Path], line: str, expected: set[str]) -> None:
    hook = (
        "import os, shutil, subprocess\nfrom hatchling.builders.hooks.plugin.interface import BuildHookInterface\n"
        f"class H(BuildHookInterface):\n    def initialize(self, version, build_data):\n        {line}\n"
    )
    settings = "[tool.hatch.build.hooks.custom]\n"
    files = {"hatch_build.py": hook, "ui/package.json": "{}", "other/package.json": "{}"}
    root = make_project({"pyproject.toml": HATCH + settings, **files})
    assert {text for text in found(root) if "package.json" in text} == expected

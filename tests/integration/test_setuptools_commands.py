"""Which commands of setuptools run for which kind of installation: every command is replaced by one that logs its methods."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cachekeys.inputs.setup_script.modes import BUILD_COMMANDS, modes_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.build

SCRIPT = """
import importlib, os
from setuptools import Extension, setup

def load(name):
    for package in ("setuptools.command.", "wheel.", "distutils.command."):
        try:
            return getattr(importlib.import_module(package + name), name)
        except (ImportError, AttributeError):
            pass

def logged(command, method, original):
    def run(self, *args, **options):
        with open(os.environ["LOG"], "a") as log:
            log.write(command + " " + method + "\\n")
        return original(self, *args, **options)
    return run

commands = {}
for name in os.environ["NAMES"].split():
    if (base := load(name)) is not None:
        methods = {m: logged(name, m, getattr(base, m)) for m in os.environ["METHODS"].split() if hasattr(base, m)}
        commands[name] = type(name, (base,), methods)
setup(packages=["demo"], ext_modules=[Extension("demo.x", ["x.c"])], libraries=[("l", {"sources": ["l.c"]})],
      headers=["a.h"], scripts=["s.sh"], data_files=[("share", ["d.txt"])], cmdclass=commands)
"""
NAMES = sorted({*BUILD_COMMANDS, "develop", "sdist"} - {"build_src", "build_rust", "config", "config_fc"})
METHODS = ["initialize_options", "finalize_options", "run", "build_module", "build_packages", "build_package_data"]
METHODS += ["get_tag", "build_extension", "build_libraries", "byte_compile"]
BUILD = "import importlib, sys; getattr(importlib.import_module('setuptools.build_meta'), sys.argv[1])(sys.argv[2])"


def called(root: Path, hook: str, place: Path) -> set[tuple[str, str]]:
    log = place / "log"
    environ = {**os.environ, "LOG": str(log), "NAMES": " ".join(NAMES), "METHODS": " ".join(METHODS)}
    command = [sys.executable, "-c", BUILD, hook, str(place)]
    done = subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {(name, method) for name, method in (line.split() for line in log.read_text(encoding="utf-8").splitlines())}


def test_modes_are_those_of_the_real_setuptools(make_project: Callable[..., Path], tmp_path: Path) -> None:
    """What is said to run for one kind only does not run for the other; what neither runs is no command of a build."""
    files = {
        "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\nversion = "1"\n',
        "demo/__init__.py": "",
        "x.c": '#include <Python.h>\nstatic struct PyModuleDef m = {PyModuleDef_HEAD_INIT, "demo.x", 0, -1, 0};\nPyMODINIT_FUNC PyInit_x(void) { return PyModule_Create(&m); }\n',
        "l.c": "int l;\n", "a.h": "\n", "s.sh": "#!/bin/sh\n", "d.txt": "d\n", "setup.py": SCRIPT,
    }  # fmt: skip
    root = make_project(files)
    seen: dict[tuple[str, str], set[str]] = {}
    for mode, hook in (("wheel", "build_wheel"), ("editable", "build_editable")):
        (tmp_path / mode).mkdir()
        for call in called(root, hook, tmp_path / mode):
            seen.setdefault(call, set()).add(mode)
    assert {("build_py", "run"), ("build_ext", "run"), ("egg_info", "run")} <= seen.keys()
    wrong = {call: modes for call, modes in seen.items() if not modes <= set(modes_of(*call))}
    assert wrong == {}
    confined = {call: modes for call, modes in seen.items() if len(modes_of(*call)) == 1}
    assert {("install", "run"), ("build", "run"), ("install_data", "run"), ("editable_wheel", "run")} <= confined.keys()

"""Interfaces for SWIG: what they include, by setuptools' build_ext and on command lines, and what is made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, optional, outputs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\nversion = "1"\n'
FILES = {
    "src/one.i": '%module(directors="1") one\n%{\n#include "one.h"\n%}\n%include "deep.i"\n%include <std_string.i>\n%import "more.i"\n',
    "inc/deep.i": "%include leaf.h\n",
    **dict.fromkeys(("src/one.h", "inc/more.i", "inc/leaf.h", "src/own.c", "pkg/__init__.py", "src/std_string.h"), ""),
}
READ = {"file src/one.i", "file src/one.h", "file inc/deep.i", "file inc/more.i", "file inc/leaf.h"}


def project(make_project: Callable[..., Path], script: str, **files: str) -> Path:
    head = "import subprocess\nfrom setuptools import Extension, setup\nfrom setuptools.command.build_ext import build_ext\n"
    return make_project({"pyproject.toml": PYPROJECT, "setup.py": head + script, **FILES, **files})


@pytest.mark.parametrize(
    ("options", "made"),
    [
        ("['-Iinc']", {"src/one_wrap.c", "src/one.py"}),
        ("['-I', 'inc', '-c++']", {"src/one_wrap.cpp", "src/one.py"}),
        ("['-Iinc', '-outdir', 'pkg', '-module', 'other']", {"src/one_wrap.c", "pkg/other.py"}),
        ("'-c++ -Iinc -outdir pkg'.split()", {"src/one_wrap.cpp", "pkg/one.py"}),
    ],
)
def test_an_extension_of_an_interface(make_project: Callable[..., Path], options: str, made: set[str]) -> None:
    script = f"setup(ext_modules=[Extension('_one', ['src/one.i', 'src/own.c'], swig_opts={options})])"
    root = project(make_project, script)
    assert found(root) == READ | {"file src/own.c"}
    assert outputs(root) == made


def test_directories_in_setup_cfg(make_project: Callable[..., Path]) -> None:
    cfg = {"setup.cfg": "[build_ext]\nswig-opts = -c++ -Iinc\ninclude-dirs = inc:/usr/include\n"}
    root = project(make_project, "setup(ext_modules=[Extension('_one', sources=['src/one.i'])])", **cfg)
    assert found(root) == READ


@pytest.mark.parametrize(
    ("command", "made"),
    [
        ("['swig', '-python', '-Iinc', '-o', 'src/gen_wrap.c', 'src/one.i']", {"src/gen_wrap.c", "src/one.py"}),
        ("['swig', '-python', '-c++', '-Iinc', '-outdir', 'pkg', 'src/one.i']", {"src/one_wrap.cxx", "pkg/one.py"}),
        ("'swig4.0 -python -I../inc one.i', shell=True, cwd='src'", {"src/one_wrap.c", "src/one.py"}),
    ],
)
def test_a_command_that_runs_swig(make_project: Callable[..., Path], command: str, made: set[str]) -> None:
    script = (
        f"class Build(build_ext):\n    def run(self):\n        subprocess.check_call({command})\n        super().run()\n"
        "setup(cmdclass={'build_ext': Build}, ext_modules=[Extension('_one', ['src/one_wrap.c'])])"
    )
    root = project(make_project, script)
    assert found(root) == READ
    assert outputs(root) >= made


def test_a_wrapper_that_is_kept_and_no_longer_made(make_project: Callable[..., Path]) -> None:
    script = "setup(ext_modules=[Extension('_one', ['src/two_wrap.c'])])"
    root = project(make_project, script, **{"src/two_wrap.c": '#include "one.h"\n'})
    assert found(root) == {"file src/two_wrap.c", "file src/one.h"}
    assert outputs(root) == set()


def test_a_wrapper_that_is_not_there_stands_for_its_interface(make_project: Callable[..., Path]) -> None:
    root = project(make_project, "setup(ext_modules=[Extension('_one', ['src/one_wrap.cpp'], include_dirs=['inc'])])")
    assert found(root) == READ


def test_the_compiler_s_variables_are_optional_inputs_of_every_extension(make_project: Callable[..., Path]) -> None:
    root = project(make_project, "setup(ext_modules=[Extension('own', ['src/own.c'])])")
    assert {"env CC", "env CFLAGS", "env LDFLAGS", "env LDSHARED", "env DIST_EXTRA_CONFIG"} <= optional(root)
    assert "env TORCH_CUDA_ARCH_LIST" not in optional(root)
    script = (
        "from torch.utils.cpp_extension import CUDAExtension\nsetup(ext_modules=[CUDAExtension('own', ['src/own.c'])])"
    )
    assert "env TORCH_CUDA_ARCH_LIST" in optional(project(make_project, script))
    assert "env CC" not in optional(project(make_project, "setup()"))

"""A trace sees what the kernel sees: all files of setuptools builds, and nearly all of CMake's and Meson's.

The two are separate builds of separate copies. The sdists are kept in ``$CACHEKEYS_TEST_CACHE`` (default: ``cachekeys-tests`` in the user's
cache directory); ``bench/trace_recall.py`` does the same for many more projects.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.builds import git_init
from support.kernel_truth import available
from support.recall import Build, compared

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.builds import BuildEnvironment

    from cachekeys.trace.model import FrontEnd

    MakeProject = Callable[[Mapping[str, str | bytes]], Path]

pytestmark = [pytest.mark.build, pytest.mark.skipif(not available(), reason="strace is absent or may not trace")]

SDISTS = {
    "markupsafe==3.0.4": 1.0,  # setuptools, one C file
    "msgpack==1.2.4": 1.0,  # setuptools, Cython
    "mapbox-earcut==2.1.0": 0.98,  # scikit-build-core, nanobind, ninja
}
"""Projects that build in seconds, and the share of the files that has to be seen."""


@pytest.mark.parametrize(
    ("fixture", "front_end", "portable"),
    [
        ("c-extension", "uv", False),
        ("c-extension", "pip", True),
        ("cython-ext", "uv", True),
        ("setuptools-environment", "pip", False),
        ("hatch-vcs", "uv", False),
    ],
)
def test_all_files_of_our_fixtures(
    fixture: str,
    front_end: FrontEnd,
    portable: bool,  # noqa: FBT001 - a parameter of the test
    copy_fixture: Callable[..., Path],
    build_environment: BuildEnvironment,
    tmp_path: Path,
) -> None:
    project = copy_fixture(fixture)
    git_init(project, "v1.0")
    environ = build_environment.environ({"CC": "gcc"})
    build = Build(environ, front_end=front_end, isolated=False, python=str(build_environment.python), portable=portable)
    truth, seen, got = compared(project, tmp_path / "scratch", build)
    assert len(truth) >= 2  # the kernel's side works
    assert got == truth
    assert ("preload" in seen.observers) is not portable


MAKEFILE = {
    "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "x"\nversion = "1"\n',
    "setup.py": """
        import subprocess
        from setuptools import setup
        subprocess.check_call(["make", "-C", "native"])
        setup(py_modules=["x"])
        """,
    "x.py": "",
    "native/Makefile": "all: lib.o table.txt\ninclude rules.mk\ntable.txt: table.in\n\tsed s/a/b/ table.in > table.txt\n",
    "native/rules.mk": "lib.o: lib.c\n\tcc $(DEMO_FLAGS) -c lib.c -o lib.o\n",
    "native/lib.c": '#include "lib.h"\n',
    "native/lib.h": '#include "../shared/deep.h"\n',
    "native/table.in": "a\n",
    "native/unused.c": "",
    "shared/deep.h": "",
}


@pytest.mark.skipif(shutil.which("make") is None or shutil.which("cc") is None, reason="needs make and a C compiler")
def test_what_other_programs_than_python_read_is_seen(
    make_project: MakeProject, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    project = make_project(MAKEFILE)
    build = Build(build_environment.environ(), isolated=False, python=str(build_environment.python))
    truth, seen, got = compared(project, tmp_path / "scratch", build)
    assert {
        "native/Makefile",
        "native/rules.mk",
        "native/lib.c",
        "native/lib.h",
        "native/table.in",
        "shared/deep.h",
    } < truth
    assert "native/unused.c" not in truth
    assert got == truth
    assert any("make" in sentence for sentence in seen.blind)
    by_path = {(access.path, access.kind): access for access in seen.accesses}
    programs = {seen.processes[number].arguments[0] for number in by_path["native/table.in", "read"].processes}
    assert "sed" in programs


def _sdist(requirement: str, place: Path) -> Path:
    """Return the unpacked sdist as if it were a checkout; the registry's client does not build it."""
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cachekeys-tests"
    cache = Path(os.environ.get("CACHEKEYS_TEST_CACHE") or default)
    pattern = requirement.replace("==", "-").replace("-", "[-_]") + ".tar.gz"
    if not any(cache.glob(pattern)):
        cache.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "unearth", requirement, "--no-binary", "--download", str(cache)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if not any(cache.glob(pattern)):
            pytest.skip(f"cannot be downloaded: {done.stderr.strip()[-200:]}")
    (file,) = cache.glob(pattern)
    with tarfile.open(file) as archive:
        archive.extractall(place, filter="data")
    (root,) = place.iterdir()
    for notes in (root / "PKG-INFO", *root.glob("**/*.egg-info")):  # what makes it an sdist
        shutil.rmtree(notes) if notes.is_dir() else notes.unlink()
    return root


MESON = {
    "pyproject.toml": '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n[project]\nname = "x"\ndynamic = ["version"]\n',
    "meson.build": """
        project('x', 'c', version: run_command('cat', 'VERSION', check: true).stdout().strip())
        py = import('python').find_installation(pure: false)
        data = import('fs').read('data.txt')
        configure_file(input: 'conf.h.in', output: 'conf.h', configuration: {'DATA': data.strip()})
        table = custom_target('table', input: 'table.in', output: 'table.c', command: ['cp', '@INPUT@', '@OUTPUT@'], depend_files: 'stamp')
        subdir('src')
        """,
    "VERSION": "1.0\n",
    "data.txt": "1\n",
    "conf.h.in": "#define DATA @DATA@\n",
    "table.in": "int table;\n",
    "stamp": "",
    "meson.options": "",
    "src/meson.build": "py.extension_module('x', 'x.c', table, include_directories: include_directories('../include'), install: true)\n",
    "src/x.c": '#include <Python.h>\n#include "x.h"\nPyMODINIT_FUNC PyInit_x(void) { return 0; }\n',
    "include/x.h": '#include "deep.inc"\n',
    "include/deep.inc": "",
    "include/unused.h": "",
}
CMAKE = {
    "pyproject.toml": """
        [build-system]
        requires = ["scikit-build-core", "cmake", "ninja"]
        build-backend = "scikit_build_core.build"
        [project]
        name = "x"
        version = "1"
        """,
    "CMakeLists.txt": """
        cmake_minimum_required(VERSION 3.15...3.30)
        project(x C)
        file(READ data.txt data)
        if("$ENV{DEMO_FAST}")
          message(STATUS fast)
        endif()
        include(cmake/more.cmake)
        add_library(x MODULE src/x.c)
        install(TARGETS x DESTINATION .)
        """,
    "cmake/more.cmake": "",
    "data.txt": "1\n",
    "src/x.c": '#include "x.h"\n',
    "src/x.h": "",
    "src/unused.h": "",
}


def _over_the_network(tmp_path: Path, *, portable: bool = False) -> Build:
    ours = ("PYTHON", "VIRTUAL_ENV", "UV_CACHE_DIR", "COVERAGE_", "COV_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environ = {**kept, "UV_CACHE_DIR": str(tmp_path / "uv-cache"), "CFLAGS": "-O0", "CXXFLAGS": "-O0"}
    return Build(environ, portable=portable)


@pytest.mark.network
@pytest.mark.parametrize("portable", [False, True], ids=["preload", "portable"])
def test_files_of_a_build_with_meson(make_project: MakeProject, tmp_path: Path, *, portable: bool) -> None:
    project = make_project(MESON)
    truth, _, got = compared(project, tmp_path / "scratch", _over_the_network(tmp_path, portable=portable))
    assert {
        "VERSION",
        "data.txt",
        "conf.h.in",
        "table.in",
        "src/x.c",
        "include/x.h",
        "include/deep.inc",
        "src/meson.build",
    } < truth
    # Without the helper, nobody sees what `cat` and `cp` read; Meson and ninja know what they gave to these, and what else they were told.
    assert got == (truth | {"stamp"} if portable else truth)


@pytest.mark.network
@pytest.mark.parametrize("portable", [False, True], ids=["preload", "portable"])
def test_files_and_variables_of_a_build_with_cmake(
    make_project: MakeProject, tmp_path: Path, *, portable: bool
) -> None:
    project = make_project(CMAKE)
    truth, seen, got = compared(project, tmp_path / "scratch", _over_the_network(tmp_path, portable=portable))
    assert {"CMakeLists.txt", "cmake/more.cmake", "data.txt", "src/x.c", "src/x.h"} < truth
    assert got == (truth - {"data.txt"} if portable else truth)
    variables = {variable.name: variable.origin for variable in seen.variables if variable.own}
    assert ("DEMO_FAST" in variables) is not portable
    assert any("file(READ)" in sentence for sentence in seen.blind) is portable


@pytest.mark.network
@pytest.mark.parametrize("requirement", SDISTS)
def test_files_of_real_projects(requirement: str, tmp_path: Path) -> None:
    project = _sdist(requirement, tmp_path / "sdist")
    build = _over_the_network(tmp_path)
    truth, seen, got = compared(project, tmp_path / "scratch", build)
    assert len(truth) >= 5
    assert len(truth & got) >= SDISTS[requirement] * len(truth), sorted(truth - got)
    assert len(got - truth) <= 0.02 * len(truth), sorted(got - truth)
    assert "preload" in seen.observers

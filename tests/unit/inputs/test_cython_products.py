"""What Cython writes beside its sources is no input, and no proposed key matches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, outputs
from support.fuzz import commit_all

from cachekeys.api import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["setuptools", "cython"]\nbuild-backend = "setuptools.build_meta"\n'
    '[project]\nname = "demo"\nversion = "1"\n'
)
HEAD = "from setuptools import Extension, setup\nfrom Cython.Build import cythonize\n"
FILES = {
    "demo/one.pyx": "def f(): return 1\n",
    "demo/two.pyx": "# distutils: language = c++\n# cython: language_level=3\ncdef public int count\n",
    "demo/three.pyx": "cdef class A:\n    cdef public int x\n\ncdef api int g(): return 1\n",
    "demo/plain.py": "x = 1\n",
    "demo/hand.c": "int x;\n",
}


@pytest.mark.parametrize(
    ("script", "made"),
    [
        ("setup(ext_modules=cythonize('demo/one.pyx'))", {"demo/one.c"}),
        ("setup(ext_modules=cythonize(['demo/one.pyx'], language='c++'))", {"demo/one.cpp"}),
        ("setup(ext_modules=[Extension('demo.one', ['demo/one.pyx'])])", {"demo/one.c"}),
        ("setup(ext_modules=cythonize([Extension('*', ['demo/*.pyx'])]))", None),
        ("setup(ext_modules=cythonize('demo/*.pyx', annotate=True))", None),
        ("setup(ext_modules=[Extension('demo.one', ['demo/one.c'], language='c++')])", {"demo/one.cpp"}),
        ("setup(ext_modules=[Extension('demo.one', sources=['demo/one.pyx', 'demo/hand.c'])])", {"demo/one.c"}),
        ("import sys\nlang = 'c++' if sys.argv else None\nsetup(ext_modules=[Extension('x', ['demo/one.pyx'], language=lang)])", {"demo/one.cpp"}),
        ("import x\nsetup(ext_modules=[Extension('x', ['demo/one.pyx'], language=x.language)])", {"demo/one.c", "demo/one.cpp"}),
        # a module in Python is only compiled where cythonize() is given it
        ("setup(ext_modules=cythonize(['demo/plain.py']))", {"demo/plain.c"}),
        ("setup(ext_modules=cythonize([Extension('demo.plain', ['demo/plain.py'])]))", {"demo/plain.c"}),
        ("from mypyc.build import mypycify\nsetup(ext_modules=mypycify(['demo/plain.py']))", set()),
        # elsewhere
        ("setup(ext_modules=cythonize('demo/one.pyx', build_dir='build'))", set()),
        ("setup(ext_modules=cythonize(Extension('demo.one', ['demo/one.pyx']), build_dir='gen'))", set()),
    ],
)  # fmt: skip
def test_what_is_written(make_project: Callable[..., Path], script: str, made: set[str] | None) -> None:
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": HEAD + script, **FILES})
    everything = {"demo/one.c", "demo/two.cpp", "demo/two.h", "demo/three.c", "demo/three_api.h"}
    assert outputs(root) == (everything if made is None else made)


@pytest.mark.parametrize("spelling", ["cython_c_in_temp = 1", "cython-c-in-temp = true"])
def test_the_build_directory_by_setup_cfg(make_project: Callable[..., Path], spelling: str) -> None:
    for script, made in (
        ("setup(ext_modules=[Extension('demo.one', ['demo/one.pyx'])])", set[str]()),
        ("setup(ext_modules=cythonize([Extension('demo.one', ['demo/one.pyx'])]))", {"demo/one.c"}),
    ):
        files = {"setup.py": HEAD + script, "setup.cfg": f"[build_ext]\n{spelling}\n", **FILES}
        assert outputs(make_project({"pyproject.toml": PYPROJECT, **files})) == made


@pytest.mark.parametrize("ignored", [True, False])
def test_a_file_that_git_tracks_is_kept_by_hand_too(make_project: Callable[..., Path], *, ignored: bool) -> None:
    script = f"{HEAD}setup(ext_modules=cythonize([Extension('demo.one', ['demo/one.pyx'], depends=['demo/one.c'])]))"
    files = {"pyproject.toml": PYPROJECT, "setup.py": script, ".gitignore": "*.c\n" if ignored else "", **FILES}
    root = make_project({**files, "demo/one.c": ""})
    commit_all(root, "all")
    assert outputs(root) == ({"demo/one.c"} if ignored else set())
    assert ("file demo/one.c" in found(root)) is not ignored


def test_no_proposed_key_matches_it(make_project: Callable[..., Path]) -> None:
    hand = {f"src/{name}.cpp": f"int {name};\n" for name in "abcdef"}
    script = (
        f"{HEAD}setup(ext_modules=cythonize([Extension('demo', ['src/core.pyx', *{sorted(hand)}], language='c++')]))"
    )
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "src/core.pyx": "", **hand})
    proposed = [key for finding in check(root) if finding.fix for key in finding.fix.keys]
    assert '{ file = "src/core.pyx" }' in proposed
    assert not any("**/*.cpp" in key or "cpp," in key for key in proposed)


def test_a_key_that_matches_it_is_reported(make_project: Callable[..., Path]) -> None:
    keys = (
        '[tool.uv]\ncache-keys = [{ file = "pyproject.toml" }, { file = "setup.py" }, { file = "demo/**/*.{c,pyx}" }]\n'
    )
    script = f"{HEAD}setup(ext_modules=cythonize([Extension('demo.one', ['demo/one.pyx', 'demo/hand.c'])]))"
    root = make_project({"pyproject.toml": PYPROJECT + keys, "setup.py": script, **FILES})
    (told,) = [finding for finding in check(root) if finding.code == "CK301"]
    assert "`demo/one.c`" in told.message


def test_extension_modules_in_pyproject(make_project: Callable[..., Path]) -> None:
    modules = 'ext-modules = [{ name = "demo.one", sources = ["demo/one.pyx", "demo/hand.c"], language = "c++" }]\n'
    root = make_project({"pyproject.toml": f"{PYPROJECT}[tool.setuptools]\n{modules}", **FILES})
    assert outputs(root) == {"demo/one.cpp"}

"""What is sure to happen in a setup.py: imports of build requirements, and files that a round of a loop may leave alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, outputs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REQUIRED = '[build-system]\nrequires = ["setuptools", "cython>=3", "numpy", "PyYAML", "lazy ; python_version < \'3.11\'"]\nbuild-backend = "setuptools.build_meta"\n'
EXTENSIONS = "from setuptools import Extension, setup\nsetup(ext_modules=[Extension('m', ['m' + ext])])\n"
TRIED = "{imports}\n    ext = '.pyx'\nexcept {error}:\n    ext = '.c'\n"


@pytest.mark.parametrize(
    ("imports", "error"),
    [
        ("try:\n    import Cython", "ImportError"),
        ("try:\n    import Cython.Build as cb", "ModuleNotFoundError"),
        ("try:\n    from Cython.Build import cythonize", "(ImportError, ModuleNotFoundError)"),
        ("try:\n    from Cython.Distutils import build_ext, Extension as E", "Exception"),
        ("try:\n    from Cython.Build import cythonize\n    import numpy", "(ImportError, AttributeError)"),
        ("try:\n    import numpy\n    inc = numpy.get_include()", "ImportError"),
        ("try:\n    import yaml\n    from Cython.Build import cythonize\n    print('with Cython')", "ImportError"),
    ],
)
def test_a_build_requirement_is_there(make_project: Callable[..., Path], imports: str, error: str) -> None:
    script = TRIED.format(imports=imports, error=error) + EXTENSIONS
    root = make_project({"pyproject.toml": REQUIRED, "m.pyx": "", "m.c": "", "setup.py": script})
    assert found(root) == {"file m.pyx"}


@pytest.mark.parametrize(
    ("imports", "error"),
    [
        ("try:\n    import mystery", "ImportError"),
        ("try:\n    import lazy", "ImportError"),
        ("try:\n    from numpy.distutils.core import Extension", "ImportError"),
        ("try:\n    from numpy import get_numpy_include", "ImportError"),
        ("try:\n    import Cython\n    v = Cython.__version__.split()", "AttributeError"),
        ("try:\n    import Cython\n    if Cython.__version__ < '4': raise ImportError", "ImportError"),
        ("def too_old():\n    raise ImportError\ntry:\n    import Cython\n    too_old()", "ImportError"),
        ("try:\n    n = int(__import__('sys').argv[1])", "ImportError"),
    ],
)
def test_what_may_fail_may_fail(make_project: Callable[..., Path], imports: str, error: str) -> None:
    script = TRIED.format(imports=imports, error=error) + EXTENSIONS
    root = make_project({"pyproject.toml": REQUIRED, "m.pyx": "", "m.c": "", "setup.py": script})
    assert found(root) == {"file m.pyx", "file m.c"}


def test_the_other_handlers_and_the_end_still_run(make_project: Callable[..., Path]) -> None:
    script = (
        "import os\ntry:\n    import Cython\n    os.stat('x')\nexcept ImportError:\n    open('never')\nexcept OSError:\n    open('odd')\n"
        "else:\n    open('then')\nfinally:\n    open('last')\n"
    )
    root = make_project(
        {"pyproject.toml": REQUIRED, "setup.py": script, **dict.fromkeys(("never", "odd", "then", "last"), "")}
    )
    assert found(root) == {"file odd", "file then", "file last"}


FRESH = "import os\ndef fresh(a, b):\n    return os.path.getmtime(a) < os.path.getmtime(b)\n"
WRITE = "    with open(t[:-3], 'w') as f:\n        f.write(open(t).read().upper())\n"
COMPILE = "from setuptools import Extension, setup\nsetup(ext_modules=[Extension('m', ['m.pyx'])])\n"


@pytest.mark.parametrize(
    "loop",
    [
        "for t in ['a.pxi.in', 'b.pxi.in']:\n    if fresh(t, t[:-3]):\n        continue\n" + WRITE,
        "for t in ['a.pxi.in', 'b.pxi.in']:\n    if os.stat(t).st_mtime < os.stat(t[:-3]).st_mtime:\n        break\n"
        + WRITE,
        "for t in ['a.pxi.in', 'b.pxi.in']:\n    if not fresh(t, t[:-3]):\n        print(t)\n    else:\n        continue\n"
        + WRITE,
        "def make(t):\n"
        + WRITE
        + "for t in ['a.pxi.in', 'b.pxi.in']:\n    if fresh(t, t[:-3]):\n        continue\n    make(t)\n",
    ],
)
def test_a_committed_product_that_is_only_made_when_stale_is_read(make_project: Callable[..., Path], loop: str) -> None:
    files = {
        "m.pyx": "include 'a.pxi'\ninclude 'b.pxi'\n",
        **dict.fromkeys(("a.pxi", "a.pxi.in", "b.pxi", "b.pxi.in"), ""),
    }
    root = make_project({"pyproject.toml": REQUIRED, "setup.py": FRESH + loop + COMPILE, **files})
    assert found(root) == {f"file {name}" for name in files}
    assert outputs(root).isdisjoint(files)


@pytest.mark.parametrize(
    "before",
    [
        "for t in ['a.pxi.in']:\n",
        "for n in range(3):\n    if fresh('x', 'y'):\n        continue\nfor t in ['a.pxi.in']:\n",
    ],
)
def test_what_every_build_makes_is_no_input(make_project: Callable[..., Path], before: str) -> None:
    """The second: what an earlier loop may have skipped is no matter of this one."""
    files = {"m.pyx": "include 'a.pxi'\n", "a.pxi": "", "a.pxi.in": ""}
    root = make_project({"pyproject.toml": REQUIRED, "setup.py": FRESH + before + WRITE + COMPILE, **files})
    assert found(root) == {"file m.pyx", "file a.pxi.in"}
    assert outputs(root).intersection(files) == {"a.pxi"}


COMMANDS = """
import os, subprocess
from setuptools import Command, setup
class Base(Command):
    flags = ['-DX=1']
    def run(self):
        subprocess.check_call(['cmake', *self.flags, *self.more, '..'], cwd=self.place)
class Lib(Base):
    place = 'lib/build'
    def __init__(self, dist, **kw):
        super().__init__(dist, **kw)
        self.more = ['-DTESTS=OFF']
class Tool(Base):
    def __init__(self, dist):
        Base.__init__(self, dist)
        self.more, self.place = (), os.path.join(os.path.dirname(os.path.abspath(__file__)), 'tool', 'build')
setup(cmdclass={'build_ext': Lib, 'build_py': Tool})
"""


def test_what_the_constructor_of_a_command_sets_is_known_when_it_runs(make_project: Callable[..., Path]) -> None:
    lists = "project(x C)\noption(TESTS {} ON)\nadd_library(x x.c)\nif(TESTS)\n  add_executable(t t.c)\nendif()\n"
    names = [f"{place}/{name}" for place in ("lib", "tool") for name in ("x.c", "t.c")]
    root = make_project(
        {
            "pyproject.toml": REQUIRED,
            "setup.py": COMMANDS,
            "lib/CMakeLists.txt": lists,
            "tool/CMakeLists.txt": lists,
            **dict.fromkeys(names, ""),
        }
    )
    built = {item for item in found(root) if item.endswith(".c")}
    assert built == {"file lib/x.c", "file tool/x.c", "file tool/t.c"}

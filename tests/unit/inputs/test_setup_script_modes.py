"""What only an editable installation, or only a wheel, reads: which commands of setuptools run decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cachekeys.inputs.adjust import adjust
from cachekeys.inputs.detect import detect
from cachekeys.project import Project
from cachekeys.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\nversion = "1"\n'
HEAD = (
    "import os, subprocess\nfrom setuptools import setup, Command, Extension\nfrom setuptools.command.build import build\n"
    "from setuptools.command.build_py import build_py\nfrom setuptools.command.install import install\nfrom setuptools.command.develop import develop\n"
    "from setuptools.command.editable_wheel import editable_wheel\nfrom setuptools.command.bdist_wheel import bdist_wheel\nfrom setuptools.command.sdist import sdist\n"
    "from setuptools.command.install_lib import install_lib\nfrom setuptools.command.build_ext import build_ext\n"
    "from setuptools.command.build_clib import build_clib\nfrom setuptools.dist import Distribution\n\ndef read():\n    return open('a.txt').read()\n"
)


def seen_in(root: Path) -> dict[str, set[str]]:
    """Return for each installation mode the inputs beside setup.py and pyproject.toml."""
    found = detect(Project(root))
    result = {}
    for mode in ("editable", "wheel"):
        kept = adjust(found, Settings(), mode).inputs
        result[mode] = {i.what for i in kept if i.what not in ("setup.py", "pyproject.toml") and not i.optional}
    return result


@pytest.mark.parametrize(
    ("script", "modes"),
    [
        ("class C(install):\n  def run(self): read()\nsetup(cmdclass={'install': C})", {"wheel"}),
        ("class C(build):\n  def run(self): read()\nsetup(cmdclass={'build': C})", {"wheel"}),
        ("class C(build):\n  def finalize_options(self): read()\nsetup(cmdclass={'build': C})", {"editable", "wheel"}),
        ("class C(bdist_wheel):\n  def run(self): read()\nsetup(cmdclass={'bdist_wheel': C})", {"wheel"}),
        ("class C(bdist_wheel):\n  def get_tag(self): read()\nsetup(cmdclass={'bdist_wheel': C})", {"editable", "wheel"}),
        ("class C(build_py):\n  def run(self): read()\nsetup(cmdclass={'build_py': C})", {"editable", "wheel"}),
        ("class C(build_py):\n  def build_packages(self): read()\nsetup(cmdclass={'build_py': C})", {"wheel"}),
        ("class C(install_lib):\n  def run(self): read()\nsetup(cmdclass={'install_lib': C})", {"wheel"}),
        ("class C(install_lib):\n  def finalize_options(self): read()\nsetup(cmdclass={'install_lib': C})", {"editable", "wheel"}),
        ("class C(editable_wheel):\n  def run(self): read()\nsetup(cmdclass={'editable_wheel': C})", {"editable"}),
        ("class C(develop):\n  def run(self): read()\nsetup(cmdclass={'develop': C})", set()),
        ("class C(sdist):\n  def run(self): read()\nsetup(cmdclass={'sdist': C})", set()),
        # one class for several commands, and what is seen on two ways
        ("class C(install):\n  def run(self): read()\nsetup(cmdclass={'install': C, 'build_py': C})", {"editable", "wheel"}),
        ("class C(install):\n  def run(self): read()\nsetup(cmdclass={'install': C})\nread()", {"editable", "wheel"}),
        ("class C(install):\n  def run(self): read()\nsetup(description=read(), cmdclass={'install': C})", {"editable", "wheel"}),
        (
            "class C(install):\n  def run(self): read()\nclass D(editable_wheel):\n  def run(self): read()\nsetup(cmdclass={'install': C, 'editable_wheel': D})",
            {"editable", "wheel"},
        ),
        ("class M:\n  def run(self): read()\nclass C(M, install): pass\nsetup(cmdclass={'install': C})", {"wheel"}),
        # commands that commands start
        ("class G(Command):\n  def run(self): read()\nclass C(install):\n  def run(self): self.run_command('g')\nsetup(cmdclass={'install': C, 'g': G})", {"wheel"}),
        ("class G(Command):\n  def run(self): read()\nclass C(build_py):\n  def run(self): self.run_command('g')\nsetup(cmdclass={'build_py': C, 'g': G})", {"editable", "wheel"}),
        ("class G(Command):\n  def run(self): read()\nclass C(build):\n  sub_commands = [('g', None), *build.sub_commands]\nsetup(cmdclass={'build': C, 'g': G})", {"editable", "wheel"}),
        ("class G(Command):\n  def run(self): read()\nclass C(install):\n  sub_commands = [('g', None), *install.sub_commands]\nsetup(cmdclass={'install': C, 'g': G})", {"wheel"}),
        ("class G(Command):\n  def run(self): read()\nbuild.sub_commands.append(('g', None))\nsetup(cmdclass={'g': G})", {"editable", "wheel"}),
        (
            "class G(Command):\n  def run(self): self.run_command('h')\nclass H(Command):\n  def run(self): read()\nclass C(install):\n  def run(self): self.run_command('g')\nsetup(cmdclass={'h': H, 'g': G, 'install': C})",
            {"wheel"},
        ),
        ("class G(Command):\n  def run(self): read()\nclass C(develop):\n  def run(self): self.run_command('g')\nsetup(cmdclass={'develop': C, 'g': G})", set()),
        # an override that lists commands whether there is something for them or not
        (
            "class C(build_ext):\n  def run(self): read()\nclass B(build):\n  def get_sub_commands(self): return ['build_ext', *build.get_sub_commands(self)]\nsetup(cmdclass={'build': B, 'build_ext': C})",
            {"editable", "wheel"},
        ),
        (
            "class G(Command):\n  def run(self): read()\nclass C(install):\n  def get_sub_commands(self):\n    names = super().get_sub_commands()\n    names.append('g')\n    return names\nsetup(cmdclass={'install': C, 'g': G})",
            {"wheel"},
        ),
        # a mention does not take a build's own commands away from either kind
        ("class P(build_py):\n  def run(self): read()\nclass C(install):\n  def run(self): self.run_command('build_py')\nsetup(cmdclass={'install': C, 'build_py': P})", {"editable", "wheel"}),
        ("class B(build):\n  def run(self): read()\nclass C(develop):\n  def run(self): self.run_command('build')\nsetup(cmdclass={'develop': C, 'build': B})", {"wheel"}),
        ("class B(build):\n  def run(self): read()\nclass P(build_py):\n  def run(self): self.run_command('build')\nsetup(cmdclass={'build_py': P, 'build': B})", {"editable", "wheel"}),
        ("class B(build):\n  def run(self): read()\nclass P(build_py):\n  def run(self): self.get_finalized_command('build').x\nsetup(cmdclass={'build_py': P, 'build': B})", {"wheel"}),
        # what is only run where there is something for it
        ("class C(build_ext):\n  def run(self): read()\nsetup(cmdclass={'build_ext': C})", set()),
        ("class C(build_ext):\n  def run(self): read()\nsetup(cmdclass={'build_ext': C}, ext_modules=[Extension('x', ['x.c'])])", {"editable", "wheel"}),
        ("class C(build_ext):\n  def run(self): read()\nsetup(cmdclass={'build_ext': C}, **options())", {"editable", "wheel"}),
        ("class D(Distribution):\n  def has_ext_modules(self): return True\nclass C(build_ext):\n  def run(self): read()\nsetup(cmdclass={'build_ext': C}, distclass=D)", {"editable", "wheel"}),
        ("class C(build_ext):\n  def run(self): read()\nclass I(install):\n  def run(self): self.run_command('build_ext')\nsetup(cmdclass={'build_ext': C, 'install': I})", {"wheel"}),
        ("class C(build_clib):\n  def run(self): read()\nsetup(cmdclass={'build_clib': C})", set()),
        # data files
        ("setup(data_files=[('share', ['a.txt'])])", {"wheel"}),
        ("from glob import glob\nsetup(data_files=[('share', glob('a.*'))])", {"wheel"}),
        ("setup(data_files=[('share', ['a.txt'])], description=open('a.txt').read())", {"editable", "wheel"}),
        ("setup(scripts=['a.txt'])", {"editable", "wheel"}),
        ("setup(headers=['a.txt'])", {"editable", "wheel"}),
    ],
)  # fmt: skip
def test_in_which_installation_a_file_is_read(make_project: Callable[..., Path], script: str, modes: set[str]) -> None:
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": HEAD + script + "\n", "a.txt": "x"})
    assert {mode for mode, names in seen_in(root).items() if names} == modes


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("os.environ['DEMO_X']", {"DEMO_X"}),
        ("subprocess.run(['git', 'rev-parse', 'HEAD'])", {"commit"}),
        ("subprocess.run(['cmake', '-S', '.'])", {"CMakeLists.txt", "x.c", "x.h"}),
        ("subprocess.run(['gcc', 'x.c'])", {"x.c", "x.h"}),
        ("import helper", {"helper.py", "h.txt"}),
        ("subprocess.run(['make'])", {"Makefile", "x.c", "x.h"}),
        ("subprocess.run([os.sys.executable, 'gen.py'])", {"gen.py", "t.in"}),
        ("setup(ext_modules=[Extension('x', ['x.c'])])", {"x.c", "x.h"}),
    ],
)
def test_all_kinds_of_inputs_of_a_command_that_only_a_wheel_runs(
    make_project: Callable[..., Path], body: str, expected: set[str]
) -> None:
    files = {
        "CMakeLists.txt": "project(x)\nadd_library(x SHARED x.c)\n",
        "x.c": '#include "x.h"\n',
        "x.h": "",
        "helper.py": "open('h.txt')\n",
        "h.txt": "",
        "Makefile": "x:\n\tcc x.c\n",
        "gen.py": "open('t.in').read()\n",
        "t.in": "",
    }
    script = f"{HEAD}class C(install):\n  def run(self):\n    {body}\nsetup(cmdclass={{'install': C}})\n"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, **files})
    seen = seen_in(root)
    assert seen["editable"] == set()
    assert expected <= seen["wheel"]


def test_a_source_that_both_name_is_compiled_for_both(make_project: Callable[..., Path]) -> None:
    script = (
        f"{HEAD}class C(install):\n  def run(self):\n    subprocess.run(['gcc', 'x.c', 'y.c'])\n"
        "setup(ext_modules=[Extension('x', ['x.c'])], cmdclass={'install': C})\n"
    )
    files = {"x.c": '#include "x.h"\n', "x.h": "", "y.c": '#include "x.h"\n#include "y.h"\n', "y.h": ""}
    seen = seen_in(make_project({"pyproject.toml": PYPROJECT, "setup.py": script, **files}))
    assert seen == {"editable": {"x.c", "x.h"}, "wheel": set(files)}


def test_what_cannot_be_resolved_counts_where_it_runs(make_project: Callable[..., Path]) -> None:
    script = f"{HEAD}class C(install):\n  def run(self):\n    open(os.environ['DEMO_X']).read()\nsetup(cmdclass={{'install': C}})\n"
    found = detect(Project(make_project({"pyproject.toml": PYPROJECT, "setup.py": script})))
    counts = {mode: len(adjust(found, Settings(), mode).unresolved) for mode in ("editable", "wheel")}
    assert counts == {"editable": 0, "wheel": 1}


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": f'{PYPROJECT}[tool.setuptools.data-files]\nshare = ["a.txt"]\n'},
        {"setup.cfg": "[options.data_files]\nshare = a.txt\n"},
    ],
)
def test_data_files_of_static_metadata(make_project: Callable[..., Path], files: dict[str, str]) -> None:
    seen = seen_in(make_project({"pyproject.toml": PYPROJECT, "a.txt": "x", **files}))
    assert "a.txt" in seen["wheel"]
    assert "a.txt" not in seen["editable"]

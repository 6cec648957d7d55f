"""Programs that setup.py starts: git, cmake, make, the project's own scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, optional, outputs, the_input

from cachekeys.inputs.setup_script import analyse_script
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\n'
)
COMMIT, TAGS = "git commit", "git tags"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("import subprocess\nsubprocess.check_output(['git', 'describe', '--tags'])", {COMMIT, TAGS}),
        ("import subprocess as s\ns.run('git rev-parse --short HEAD', shell=True)", {COMMIT}),
        ("from subprocess import Popen, PIPE\nPopen(['git', '-C', '.', 'rev-parse', 'HEAD'], stdout=PIPE)", {COMMIT}),
        ("import os\nos.popen('git tag --list').read()", {COMMIT, TAGS}),
        ("import os\nos.system('cd . && git log -1')", {COMMIT}),
        ("import subprocess\nsubprocess.run(['git', '-C', '.', 'describe'])", {COMMIT, TAGS}),
        ("import os\nos.spawnlp(os.P_WAIT, 'git', 'git', 'describe')", {COMMIT, TAGS}),
        ("import os\nos.spawnvp(os.P_WAIT, 'git', ['git', 'rev-parse', 'HEAD'])", {COMMIT}),
        ("import os\nos.execlp('git', 'git', 'describe')", {COMMIT, TAGS}),
        (
            "import subprocess\ndef git(*a): return subprocess.check_output(['git', *a])\ngit('describe')",
            {COMMIT, TAGS},
        ),
        ("import subprocess\ngit = 'git'\nsubprocess.run(args=[git, '--no-pager', 'show'])", {COMMIT}),
        ("import subprocess\nsubprocess.run(['git', 'submodule', 'update', '--init'])", set()),
        ("import subprocess\nsubprocess.run(['git', '--version'])", set()),
        ("import subprocess\nsubprocess.run(['gcc', '--version'])", set()),
        ("from setuptools_scm import get_version\nget_version()", {COMMIT, TAGS}),
        ("import versioneer\nfrom setuptools import setup\nsetup(version=versioneer.get_version())", {COMMIT, TAGS}),
        ("from setuptools import setup\nsetup(use_scm_version=True)", {COMMIT, TAGS}),
        ("from setuptools import setup\nsetup(use_scm_version=False)", set()),
        ("from setuptools import setup\nsetup(use_scm_version=lambda: {'write_to': 'x.py'})", {COMMIT, TAGS}),
        ("from setuptools import setup\nsetup(setup_requires=['pbr'], pbr=True)", {COMMIT, TAGS}),
        ("import git\nrepo = git.Repo('.')\nrepo.head.commit.hexsha", {COMMIT, TAGS}),
    ],
)
def test_git(make_project: Callable[..., Path], script: str, expected: set[str]) -> None:
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script})
    assert found(root) == expected


def test_git_is_no_input_in_an_unpacked_sdist(make_project: Callable[..., Path]) -> None:
    script = "import subprocess\nsubprocess.check_output(['git', 'describe'])"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, "PKG-INFO": "Name: demo\n"})
    assert found(root) == set()


def test_the_file_that_setuptools_scm_writes(make_project: Callable[..., Path]) -> None:
    script = "from setuptools_scm import get_version\nget_version(root='.', write_to='demo/_version.py')"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script})
    assert outputs(root) == {"demo/_version.py"}
    assert optional(root) == {"env SETUPTOOLS_SCM_PRETEND_VERSION"}


@pytest.mark.parametrize(
    ("script", "directory", "definitions"),
    [
        ("import subprocess\nsubprocess.check_call(['cmake', '.'])", ".", ()),
        ("import subprocess\nsubprocess.check_call(['cmake', '..'], cwd='build')", ".", ()),
        ("import subprocess\nsubprocess.check_call(['cmake', '-S', 'native', '-B', 'build'])", "native", ()),
        ("import subprocess\nsubprocess.check_call(['cmake', '-Snative', '-G', 'Ninja'])", "native", ()),
        (
            "import os, subprocess\nsubprocess.run(['cmake', os.path.abspath('native'), '-DA=1', '-DB:BOOL=ON'] + ['-D', 'C=x'])",
            "native",
            (("A", "1"), ("B", "ON"), ("C", "x")),
        ),
        ("import subprocess\nsubprocess.run('cmake -DA=2 native', shell=True)", "native", (("A", "2"),)),
        ("import subprocess, sys\nsubprocess.run(['cmake', sys.argv[1]])", None, ()),
        ("import shutil, subprocess\nsubprocess.run([shutil.which('cmake'), 'native'])", "native", ()),
        (
            "import os, subprocess\ncmake = os.environ.get('DEMO_CMAKE') or 'cmake'\nsubprocess.run([cmake, 'native'])",
            "native",
            (),
        ),
        (
            "from skbuild import setup\nsetup(cmake_source_dir='native', cmake_args=['-DA=1'])",
            "native",
            (("SKBUILD", "TRUE"), ("A", "1")),
        ),
        (
            (
                "from setuptools import Extension, setup\nfrom setuptools.command.build_ext import build_ext\n"
                "class CMakeExtension(Extension):\n    def __init__(self, name, sourcedir=''):\n"
                "        Extension.__init__(self, name, sources=[])\n        import os\n        self.sourcedir = os.path.abspath(sourcedir)\n"
                "class B(build_ext):\n    def build_extension(self, ext):\n"
                "        self.spawn(['cmake', ext.sourcedir, f'-DOUT={self.build_lib}'])\n"
                "        self.spawn(['cmake', '--build', '.'])\n"
                "setup(ext_modules=[CMakeExtension('x', 'native')], cmdclass={'build_ext': B})"
            ),
            "native",
            (("OUT", "\x01"),),
        ),
    ],
)
def test_cmake_configure_steps(
    make_project: Callable[..., Path], script: str, directory: str | None, definitions: tuple[tuple[str, str], ...]
) -> None:
    files = {"native/CMakeLists.txt": "", "CMakeLists.txt": "", "build/x": ""}
    analysed = analyse_script(Project(make_project({"pyproject.toml": PYPROJECT, "setup.py": script, **files})))
    assert analysed is not None
    assert [(call.directory, call.definitions) for call in analysed.facts.cmake] == [(directory, definitions)]


@pytest.mark.parametrize(
    "script", ["['cmake', '--version']", "['cmake', '--build', '.', '-j', '4']", "['cmake', '-E', 'rm', 'x']"]
)
def test_other_uses_of_cmake_configure_nothing(make_project: Callable[..., Path], script: str) -> None:
    text = f"import subprocess\nsubprocess.check_call({script})"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": text, "CMakeLists.txt": "project(x)"})
    assert found(root) == set()


def test_scripts_and_sources_on_a_command_line(make_project: Callable[..., Path]) -> None:
    script = """
    import subprocess
    import sys

    subprocess.check_call([sys.executable, "tools/generate.py", "--out=build/x.c", "--grammar=data/grammar.y"])
    subprocess.check_call(["protoc", "--proto_path=proto", "proto/demo.proto", "--python_out", "."])
    subprocess.check_call(["./prepare.sh"], cwd="tools")
    subprocess.check_call(["make", "-C", "native"])
    """
    generate = """
    import argparse
    from helper import names

    def main():
        parser = argparse.ArgumentParser()
        args = parser.parse_args()
        with open("data/table.csv") as table, open(args.grammar) as grammar:
            text = table.read() + grammar.read()
        print(names, text)

    if __name__ == "__main__":
        main()
    """
    files = {
        "tools/generate.py": generate,
        "tools/helper.py": "names = []\n",
        "data/grammar.y": "x",
        "data/table.csv": "x",
        "proto/demo.proto": "x",
        "tools/prepare.sh": "x",
        "native/Makefile": "x",
        "native/a.c": "x",
        "native/readme.md": "x",
    }
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, **files})
    assert found(root) == {
        "file tools/generate.py",
        "file tools/helper.py (likely)",
        "file data/grammar.y",
        "file data/table.csv (likely)",
        "file proto/demo.proto",
        "file tools/prepare.sh",
        "file native/Makefile",
        "files native/**/*.c (likely)",
    }
    assert the_input(root, "tools/generate.py").role == "build-script"
    assert the_input(root, "data/grammar.y").role == "native-source"
    assert the_input(root, "native/Makefile").role == "build-config"


def test_make_with_a_file_of_its_own(make_project: Callable[..., Path]) -> None:
    script = "import subprocess\nsubprocess.run(['make', '-f', 'other.mk'])"
    files = {
        "other.mk": "all:\n\tgen data/a.txt\n",
        "Makefile": "all:\n\tgen data/b.txt\n",
        "data/a.txt": "",
        "data/b.txt": "",
    }
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, **files})
    assert found(root) == {"file other.mk", "file data/a.txt"}


@pytest.mark.parametrize(
    "argument", ["'native'", "sourcedir='native'", "source_dir='native'", "cmake_source_dir='native'"]
)
def test_the_directory_of_a_librarys_cmake_extension(make_project: Callable[..., Path], argument: str) -> None:
    script = f"from setuptools import setup\nfrom some_cmake_library import CMakeExtension\nsetup(ext_modules=[CMakeExtension('m', {argument})])"
    files = {"native/CMakeLists.txt": "project(x)\n", "CMakeLists.txt": "project(y)\n"}
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, **files})
    assert found(root) == {"file native/CMakeLists.txt"}

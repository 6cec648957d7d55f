"""The working directory of a script and of the programs that it starts; files that a script writes before they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, outputs, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
    '[project]\nname = "demo"\nversion = "1"\n'
)
HEAD = (
    "import contextlib, glob, os, shutil, subprocess, sys\nfrom pathlib import Path\nfrom setuptools import Extension, setup\n"
    "HERE = os.path.dirname(os.path.abspath(__file__))\n"
)
INTO = (
    "class into:\n    def __init__(self, d):\n        self.d = d\n"
    "    def __enter__(self):\n        self.old = os.getcwd()\n        os.chdir(self.d)\n"
    "    def __exit__(self, *a):\n        os.chdir(self.old)\n"
)
GENERATOR = (
    "@contextlib.contextmanager\ndef into(d):\n    old = Path.cwd()\n    os.chdir(d)\n    try:\n        yield\n"
    "    finally:\n        os.chdir(old)\n"
)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("os.chdir('lib')\nopen('x.txt')", "lib/x.txt"),
        ("os.chdir('lib')\nos.chdir('..')\nopen('x.txt')", "x.txt"),
        ("os.chdir('lib')\nos.chdir(HERE)\nopen('x.txt')", "x.txt"),
        ("old = os.getcwd()\nos.chdir('lib')\nos.chdir(old)\nopen('x.txt')", "x.txt"),
        ("os.chdir('lib')\nos.chdir('sub')\nopen('../x.txt')", "lib/x.txt"),
        ("os.chdir('lib')\nopen(os.path.join(HERE, 'x.txt'))", "x.txt"),
        ("os.chdir('lib')\nopen(os.path.abspath('x.txt'))", "lib/x.txt"),
        ("os.chdir('lib')\nPath('x.txt').resolve().read_text()", "lib/x.txt"),
        ("os.chdir('lib')\nopen(os.path.join(os.getcwd(), 'x.txt'))", "lib/x.txt"),
        ("os.chdir('lib')\n[open(n) for n in glob.glob('x*')]", "lib/x.txt"),
        ("os.chdir('lib')\n[open(n) for n in os.listdir('.') if n == 'x.txt']", "lib/x.txt"),
        ("if os.environ.get('V'):\n    os.chdir('lib')\n    open('x.txt')\n    os.chdir('..')", "lib/x.txt"),
        ("with contextlib.chdir('lib'):\n    pass\nopen('x.txt')", "x.txt"),
        ("with contextlib.chdir('lib'):\n    open('x.txt')", "lib/x.txt"),
        (INTO + "with into('lib'):\n    open('x.txt')", "lib/x.txt"),
        (INTO + "with into('lib'):\n    pass\nopen('x.txt')", "x.txt"),
        (GENERATOR + "with into('lib'):\n    open('x.txt')", "lib/x.txt"),
        (GENERATOR + "with into('lib'):\n    pass\nopen('x.txt')", "x.txt"),
        (
            "def f():\n    os.chdir('lib')\n    try:\n        open('x.txt')\n    finally:\n        os.chdir(HERE)\nf()",
            "lib/x.txt",
        ),
        ("os.chdir('lib')\nshutil.copy('x.txt', '/tmp/y')", "lib/x.txt"),
        ("os.chdir('lib')\nexec(open('x.txt').read())", "lib/x.txt"),
        ("os.chdir('lib')\nsetup(data_files=[('d', ['x.txt'])])", "lib/x.txt"),
    ],
)
def test_relative_names_start_where_the_script_is(
    make_project: Callable[..., Path], script: str, expected: str
) -> None:
    files = {"x.txt": "", "lib/x.txt": "", "lib/sub/x.txt": ""}
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": HEAD + script, **files})
    assert {item.removeprefix("file ").partition(" ")[0] for item in found(root) if item.startswith("file ")} == {
        expected
    }


def test_extensions_are_compiled_where_setup_is_called(make_project: Callable[..., Path]) -> None:
    script = "os.chdir('python')\nsetup(ext_modules=[Extension('x', ['x.c'], include_dirs=['include'])])"
    files = {"python/x.c": '#include "x.h"\n', "python/include/x.h": "", "x.c": "", "include/x.h": ""}
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": HEAD + script, **files})
    assert found(root) == {"file python/x.c", "file python/include/x.h"}


@pytest.mark.parametrize(
    "script",
    [
        "os.makedirs('build')\nos.chdir('build')\nsubprocess.check_call(['cmake', '..'])",
        "os.mkdir('build')\nos.chdir('build')\nos.system('cmake .. && make')",
        "Path('build').mkdir()\nsubprocess.run(['cmake', '..', '-DX=1'], cwd='build')",
        "subprocess.run(['cmake', '..'], cwd=os.path.join(HERE, 'build'))",
        "subprocess.run('mkdir -p build && cd build && cmake ..', shell=True)",
        "with contextlib.chdir('build'):\n    subprocess.check_output(['cmake', os.pardir])",
        "os.chdir(Path(HERE) / 'build')\nsubprocess.check_call(['cmake', '-S', '..', '-B', '.'])",
        "subprocess.check_call(['sh', 'build.sh'])",
        "os.chdir('tools')\nsubprocess.check_call(['sh', '../build.sh'])\n",
    ],
)
def test_cmake_from_another_directory_finds_its_lists(make_project: Callable[..., Path], script: str) -> None:
    files = {
        "CMakeLists.txt": "project(x C)\nadd_library(x SHARED x.c)\n",
        "build.sh": "#!/bin/sh\nset -e\ncd $(dirname $0)\n# cmake nowhere\ncmake -S . -B out \\\n  -DX=1\n",
        "x.c": "",
        "tools/t.txt": "",
    }
    if "tools" in script:
        files["build.sh"] = "cd ..\ncmake .\n"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": f"{HEAD}{script}\nsetup()", **files})
    assert {"file CMakeLists.txt", "file x.c"} <= found(root)


@pytest.mark.parametrize(
    "start",
    [
        "subprocess.check_call([sys.executable, 'gen.py'], cwd='tools')",
        "os.chdir('tools')\nsubprocess.check_call([sys.executable, 'gen.py'])",
        "subprocess.check_call(f'cd tools && {sys.executable} gen.py', shell=True)",
        "subprocess.Popen([sys.executable, os.path.join(HERE, 'tools', 'gen.py')], cwd=os.path.join(HERE, 'tools'))",
    ],
)
def test_what_a_program_reads_in_its_own_directory(make_project: Callable[..., Path], start: str) -> None:
    files = {
        "tools/gen.py": "from pathlib import Path\nPath('../demo/out.py').write_text(open('in.tmpl').read())\n",
        "tools/in.tmpl": "",
        "in.tmpl": "",
        "demo/__init__.py": "",
    }
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": f"{HEAD}{start}\nsetup()", **files})
    assert found(root) == {"file tools/gen.py", "file tools/in.tmpl (likely)"}
    assert outputs(root) == {"demo/out.py"}


def test_a_shell_script_is_followed_to_the_programs_that_it_starts(make_project: Callable[..., Path]) -> None:
    files = {
        "ci/build.sh": "set -eu\npython3 ../tools/gen.py --fast\n(cd $TMP && cmake .)\nmake -C ../lib all\n",
        "tools/gen.py": "open('table.csv')\n",
        "ci/table.csv": "",
        "lib/Makefile": "all: a.o\n",
        "lib/a.c": "",
    }
    script = "subprocess.check_call(['bash', 'build.sh'], cwd='ci')"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": f"{HEAD}{script}\nsetup()", **files})
    assert {"file ci/build.sh", "file tools/gen.py", "file ci/table.csv (likely)", "file lib/Makefile"} <= found(root)


# -- written before it is used -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        "with open('CMakeLists.txt', 'w') as f:\n    f.write('project(x)')",
        "Path('CMakeLists.txt').write_text(Path('lists.in').read_text())",
        "shutil.copy('lists.in', 'CMakeLists.txt')",
        "shutil.copyfile(os.path.join(HERE, 'lists.in'), os.path.join(HERE, 'CMakeLists.txt'))",
        "def prepare():\n    shutil.copy2('lists.in', 'CMakeLists.txt')\nprepare()",
        "if not os.path.exists('lists.in'):\n    sys.exit('incomplete')\nshutil.copy('lists.in', 'CMakeLists.txt')",
    ],
)
def test_a_file_that_is_always_written_first_is_no_input(make_project: Callable[..., Path], script: str) -> None:
    files = {"CMakeLists.txt": "project(old)\n", "lists.in": "project(x)\n"}
    script = f"{HEAD}{script}\nsubprocess.check_call(['cmake', '.'])\nsetup()"
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": script, **files})
    assert "file CMakeLists.txt" not in found(root)
    assert "CMakeLists.txt" in outputs(root)
    assert ("file lists.in" in found(root)) == ("lists.in" in script)


@pytest.mark.parametrize(
    "script",
    [
        "text = Path('CMakeLists.txt').read_text()\nPath('CMakeLists.txt').write_text(text.replace('a', 'b'))",
        "if os.environ.get('REGEN'):\n    shutil.copy('lists.in', 'CMakeLists.txt')",
        "def prepare():\n    if not os.environ.get('REGEN'):\n        return\n    shutil.copy('lists.in', 'CMakeLists.txt')\nprepare()",
        "if not os.path.exists('CMakeLists.txt'):\n    shutil.copy('lists.in', 'CMakeLists.txt')",
        "with open('CMakeLists.txt', 'a') as f:\n    f.write('# more')",
    ],
)
def test_a_file_that_may_be_kept_stays_an_input(make_project: Callable[..., Path], script: str) -> None:
    files = {"CMakeLists.txt": "project(old)\n", "lists.in": "project(x)\n"}
    script = f"{HEAD}{script}\nsubprocess.check_call(['cmake', '.'])\nsetup()"
    assert "file CMakeLists.txt" in found(make_project({"pyproject.toml": PYPROJECT, "setup.py": script, **files}))


@pytest.mark.parametrize(
    ("script", "inputs", "written"),
    [
        ("shutil.copy('LICENSE.md', 'demo')", {"file LICENSE.md"}, {"demo/LICENSE.md"}),
        ("shutil.copy('LICENSE.md', Path(HERE, 'demo', 'LIC.md'))", {"file LICENSE.md"}, {"demo/LIC.md"}),
        ("shutil.copytree('share', 'demo/share')", {"files share/**/*"}, {"demo/share/**/*"}),
        ("shutil.copytree(src='share', dst=os.path.join('demo', 'share'))", {"files share/**/*"}, {"demo/share/**/*"}),
        ("for n in glob.glob('share/*.txt'):\n    shutil.copy(n, 'demo')", {"file share/a.txt"}, {"demo/a.txt"}),
    ],
)
def test_what_is_copied_into_the_package_is_an_input_where_it_comes_from(
    make_project: Callable[..., Path], script: str, inputs: set[str], written: set[str]
) -> None:
    files = {"LICENSE.md": "", "share/a.txt": "", "demo/__init__.py": ""}
    root = make_project({"pyproject.toml": PYPROJECT, "setup.py": f"{HEAD}{script}\nsetup()", **files})
    assert found(root) == inputs
    assert outputs(root) == written
    assert unresolved(root) == []

"""Build files that lead back to each other: each is followed once, and what it reads is found all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found

from cachekeys.inputs.detect import detect
from cachekeys.inputs.setup_script import analyse_script
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
SETUP = (
    "import subprocess\nfrom setuptools import Extension, setup\nfrom setuptools.command.build_ext import build_ext\n"
    "class Build(build_ext):\n    def run(self):\n        subprocess.check_call(['cmake', '.'])\n"
    "setup(name='demo', ext_modules=[Extension('demo', [])], cmdclass={'build_ext': Build})\n"
)


@pytest.mark.parametrize(
    "tool",
    [
        "import subprocess, sys\nsubprocess.check_call([sys.executable, 'setup.py', 'build_ext', '--inplace'])\n",
        "import subprocess, sys\nsubprocess.check_call([sys.executable, 'setup.py', 'build_ext'], cwd=sys.argv[1])\n",
        "import os\nos.system('cmake -S . -B build')\n",
        "import subprocess\nsubprocess.run(['python', 'tools/other.py'])\n",
    ],
)
def test_a_script_that_cmake_runs_leads_back_to_cmake(tool: str, make_project: Callable[..., Path]) -> None:
    other = (
        "import subprocess\nsubprocess.run(['cmake', '.'])\nsubprocess.run(['python', 'tools/gen.py'])\nopen('a.txt')\n"
    )
    root = make_project(
        {
            "pyproject.toml": PYPROJECT,
            "setup.py": SETUP,
            "CMakeLists.txt": (
                "project(demo)\nadd_custom_command(OUTPUT o COMMAND ${Python_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/gen.py)\n"
                "add_custom_target(t DEPENDS o)\nadd_library(demo SHARED src/a.c)\n"
            ),
            "tools/gen.py": tool,
            "tools/other.py": other,
            "a.txt": "",
            "src/a.c": '#include "a.h"\n',
            "src/a.h": "",
        }
    )
    seen = {item.rpartition(" (")[0] or item for item in found(root)}
    assert seen >= {"file CMakeLists.txt", "file src/a.c", "file src/a.h", "file tools/gen.py"}


def test_two_cmake_projects_that_configure_each_other(make_project: Callable[..., Path]) -> None:
    nested = "execute_process(COMMAND ${CMAKE_COMMAND} -S ${CMAKE_SOURCE_DIR}/%s -B b)\n%s"
    root = make_project(
        {
            "pyproject.toml": PYPROJECT.replace("setuptools.build_meta", "scikit_build_core.build"),
            "CMakeLists.txt": nested % ("inner", "add_library(x a.c)\n"),
            "inner/CMakeLists.txt": nested % ("..", "add_library(y b.c)\n"),
            "a.c": "",
            "inner/b.c": "",
        }
    )
    assert found(root) >= {"file CMakeLists.txt", "file a.c", "file inner/CMakeLists.txt", "file inner/b.c"}


def test_generators_share_their_steps(make_project: Callable[..., Path]) -> None:
    """Many programs that loop over what they write are each looked at for a while, and what they include is found."""
    endless = "for i in range(4000):\n    for j in range(4000):\n        x = [str(i) + str(k) for k in range(50)]\n"
    names = [f"gen{number}" for number in range(12)]
    files = {f"tools/{name}.py": f"print('#include <inc/{name}.h>')\n{endless}" for name in names}
    files.update({f"inc/{name}.h": "" for name in names})
    calls = "".join(f"subprocess.check_call([sys.executable, 'tools/{name}.py'])\n" for name in names)
    project = Project(
        make_project({**files, "pyproject.toml": PYPROJECT, "setup.py": f"import subprocess, sys\n{calls}"})
    )
    seen = {item.what for item in detect(project).inputs}
    assert seen >= {f"inc/{name}.h" for name in names}
    scripts = [analyse_script(project, f"tools/{name}.py") for name in names]  # kept: not analysed once more
    assert sum(script.steps for script in scripts if script is not None) < 250_000


@pytest.mark.parametrize(
    ("imported", "expected"), [("torch", False), ("demo_tool", False), ("helper", True), ("os", False)]
)
def test_a_program_imports_the_library_not_a_file_of_its_name(
    make_project: Callable[..., Path], imported: str, *, expected: bool
) -> None:
    root = make_project(
        {
            "pyproject.toml": PYPROJECT.replace('"setuptools"', '"setuptools", "demo-tool"'),
            "setup.py": "import subprocess, sys\nsubprocess.check_call([sys.executable, 'tools/gen.py'])\n",
            "tools/gen.py": f"import {imported}\n",
            f"demo/kernels/{imported}.py": "",
        }
    )
    assert any(f"demo/kernels/{imported}.py" in item for item in found(root)) is expected

"""CMake that a script only has configure: what its targets compile is read by nobody, what it configures is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
LISTS = (
    "project(x C)\nconfigure_file(conf.h.in conf.h)\nfile(READ VERSION v)\ninclude(cmake/extra.cmake)\nadd_library(x core.c shared.c)\n"
    "add_executable(tool tool.c)\ntry_compile(OK ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/probe.c)\n"
)
FILES = {
    "pyproject.toml": PYPROJECT,
    "lib/CMakeLists.txt": LISTS,
    "lib/cmake/extra.cmake": "",
    "lib/tool.c": '#include "tool.h"\n',
    **{f"lib/{name}": "" for name in ("conf.h.in", "VERSION", "core.c", "shared.c", "tool.h", "probe.c")},
}
CONFIGURE = "import subprocess\nfrom setuptools import Extension, setup\nsubprocess.check_call(['cmake', 'lib'])\n"
COMPILED = {"lib/core.c", "lib/tool.c", "lib/tool.h"}
CONFIGURED = {"lib/CMakeLists.txt", "lib/cmake/extra.cmake", "lib/conf.h.in", "lib/VERSION", "lib/probe.c"}


def read(root: Path) -> set[str]:
    return {item.split()[1] for item in found(root)}


def test_a_script_that_compiles_by_itself(make_project: Callable[..., Path]) -> None:
    script = f"# Make sure that CMake is installed\n{CONFIGURE}setup(ext_modules=[Extension('x', ['lib/shared.c'])])\n"
    seen = read(make_project({**FILES, "setup.py": script}))
    assert seen >= CONFIGURED | {"lib/shared.c"}
    assert not seen & COMPILED


@pytest.mark.parametrize(
    "script",
    [
        "subprocess.check_call(['cmake', '--build', 'lib'])\nsetup(ext_modules=[Extension('x', ['lib/shared.c'])])",
        "subprocess.check_call('make -C lib', shell=True)\nsetup(ext_modules=[Extension('x', ['lib/shared.c'])])",
        "subprocess.check_call([tool('ninja')])\nsetup(ext_modules=[Extension('x', ['lib/shared.c'])])",
        "import helper\nhelper.build()\nsetup(ext_modules=[Extension('x', ['lib/shared.c'])])",
        "setup()",
    ],
)
def test_a_script_that_may_build(make_project: Callable[..., Path], script: str) -> None:
    """Whoever names a command that builds may run it, and who compiles nothing wants the result of one."""
    helper = {"helper.py": "import os\ndef build():\n    os.system('MSBuild x.sln')\n"}
    assert read(make_project({**FILES, **helper, "setup.py": f"{CONFIGURE}{script}\n"})) >= CONFIGURED | COMPILED

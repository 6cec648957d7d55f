"""What stands in a line of a lists file: Python code that it runs, options in the variables of flags, whether a variable is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n'
    '[project]\nname = "demo"\nversion = "1"\n'
)
TREE = {
    "pyproject.toml": PYPROJECT,
    "a.c": '#include "conf.h"\n',
    "b.c": "",
    "inc/conf.h": "",
    "exports.map": "",
    "layout.ld": "",
    "cmake/tools.py": "import os\nfrom arches import ARCHES\n"
    "def flags():\n    return os.environ.get('DEMO_FLAGS', ARCHES)\n"
    "def name(part):\n    return os.environ['DEMO_' + part.upper()]\n"
    "def unused():\n    return os.environ['DEMO_UNUSED']\n",
    "cmake/arches.py": "ARCHES = 'x86'\n",
    "data/table.txt": "",
}
TOOLS = {"file cmake/tools.py (likely)", "file cmake/arches.py (likely)"}
FLAGS = {*TOOLS, "env DEMO_FLAGS (likely)"}
ON_THE_PATH = 'set(ENV{PYTHONPATH} "${CMAKE_SOURCE_DIR}/cmake:$ENV{PYTHONPATH}")\n'


def _found(make_project: Callable[..., Path], text: str) -> set[str]:
    root = make_project({**TREE, "CMakeLists.txt": f"cmake_minimum_required(VERSION 3.20)\nproject(demo C)\n{text}\n"})
    assert unresolved(root) == []
    return found(root) - {"file CMakeLists.txt"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ON_THE_PATH + 'execute_process(COMMAND ${PY} -c "import tools; print(tools.flags())" OUTPUT_VARIABLE X)', FLAGS),
        ('execute_process(COMMAND python3 -c "import tools\nprint(tools.flags())" WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/cmake)', FLAGS),
        ('execute_process(COMMAND ${CMAKE_COMMAND} -E env PYTHONPATH=${CMAKE_SOURCE_DIR}/cmake ${PY} -c "from tools import flags; flags()")', FLAGS),
        (ON_THE_PATH + "add_custom_command(OUTPUT o COMMAND ${PY} -c \"import tools as t, sys; sys.exit(t.name('arch'))\")", {*TOOLS, "env DEMO_ARCH (likely)"}),
        ("execute_process(COMMAND ${PY} -c \"import sys; sys.path.insert(0, '${CMAKE_SOURCE_DIR}/cmake'); import tools; tools.flags()\")", FLAGS),
        (ON_THE_PATH + "execute_process(COMMAND ${PY} -m tools)", {"file cmake/tools.py", "file cmake/arches.py (likely)"}),
        ('execute_process(COMMAND ${PY} -c "import tools; print(tools.flags())")', set()),  # it does not find it
        ('execute_process(COMMAND ${PY} -c "import numpy; print(numpy.get_include())")', set()),
        ("execute_process(COMMAND ${PY} -c \"import os; print(os.environ.get('DEMO_X', ''))\")", {"env DEMO_X (likely)"}),
        ("execute_process(COMMAND ${PY} -c \"print(open('${CMAKE_SOURCE_DIR}/data/table.txt').read())\")", {"file data/table.txt (likely)"}),
        ('execute_process(COMMAND ${PY} -c "import (")', set()),
    ],
)  # fmt: skip
def test_python_code_in_a_line_is_followed(make_project: Callable[..., Path], text: str, expected: set[str]) -> None:
    assert _found(make_project, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('set(CMAKE_SHARED_LINKER_FLAGS "${CMAKE_SHARED_LINKER_FLAGS} -Wl,--version-script=${CMAKE_SOURCE_DIR}/exports.map")', {"exports.map"}),
        ('set(CMAKE_MODULE_LINKER_FLAGS_RELEASE "-T ${PROJECT_SOURCE_DIR}/layout.ld")', {"layout.ld"}),
        ('string(APPEND CMAKE_EXE_LINKER_FLAGS " -Wl,-T,${CMAKE_SOURCE_DIR}/layout.ld")', {"layout.ld"}),
        ('set(CMAKE_C_FLAGS "${CMAKE_C_FLAGS} -I${CMAKE_SOURCE_DIR}/inc")\nadd_library(x a.c)', {"a.c", "inc/conf.h"}),
        ("list(APPEND CMAKE_C_FLAGS -include ${CMAKE_SOURCE_DIR}/inc/conf.h)\nadd_library(x b.c)", {"b.c", "inc/conf.h"}),
        ('set(CMAKE_C_FLAGS_DEBUG "-O2 -std=c11 -DVERSION=1.2")\nadd_library(x b.c)', {"b.c"}),
        ('set(MY_FLAGS "${CMAKE_SOURCE_DIR}/exports.map")', set()),
    ],
)  # fmt: skip
def test_files_in_the_variables_of_flags(make_project: Callable[..., Path], text: str, expected: set[str]) -> None:
    assert {item.split()[1] for item in _found(make_project, text)} == expected


@pytest.mark.parametrize(
    "condition",
    ["DEFINED DEMO_KIND", "NOT DEFINED DEMO_KIND", "DEFINED DEMO_KIND AND NOT DEMO_KIND MATCHES x", "DEMO_KIND"],
)
def test_a_variable_from_the_environment_may_be_set_or_not(make_project: Callable[..., Path], condition: str) -> None:
    text = (
        f"set(DEMO_KIND $ENV{{DEMO_KIND}})\nif({condition})\n add_library(x a.c)\nelse()\n add_library(y b.c)\nendif()"
    )
    assert {"file a.c", "file b.c", "env DEMO_KIND"} <= _found(make_project, text)


def test_an_error_that_the_environment_may_lead_to_ends_nothing(make_project: Callable[..., Path]) -> None:
    text = """
macro(kind NAME)
  set(${NAME} $ENV{${NAME}})
  if(DEFINED ALL_KINDS)
    if(DEFINED ${NAME})
      message(FATAL_ERROR "either")
    endif()
  endif()
endmacro()
set(ALL_KINDS $ENV{ALL_KINDS})
kind(DEMO_ONE)
kind(DEMO_TWO)
add_library(x b.c)"""
    assert _found(make_project, text) == {"env ALL_KINDS", "env DEMO_ONE", "env DEMO_TWO", "file b.c"}


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("include(cmake/${CMAKE_SYSTEM_NAME}.cmake)\nadd_library(x ${SOURCES})", {"a.c", "b.c", "inc/conf.h"}),
        ("include(cmake/${CMAKE_SYSTEM_NAME}.cmake)\nif(KIND STREQUAL one)\n add_library(x a.c)\nelse()\n add_library(x b.c)\nendif()", {"a.c", "b.c", "inc/conf.h"}),
        ("set(KIND three)\ninclude(cmake/${CMAKE_SYSTEM_NAME}.cmake)\nif(KIND STREQUAL three)\n add_library(x a.c)\nelse()\n add_library(y b.c)\nendif()", {"b.c"}),
    ],
)  # fmt: skip
def test_one_of_several_files_is_included(make_project: Callable[..., Path], text: str, files: set[str]) -> None:
    lists = {
        "cmake/Linux.cmake": "set(SOURCES a.c)\nset(KIND one)\n",
        "cmake/Darwin.cmake": "set(SOURCES b.c)\nset(KIND two)\n",
    }
    root = make_project(
        {**TREE, **lists, "CMakeLists.txt": f"cmake_minimum_required(VERSION 3.20)\nproject(demo C)\n{text}\n"}
    )
    names = {item.split()[1] for item in found(root)} - {"CMakeLists.txt", *lists}
    assert names == files

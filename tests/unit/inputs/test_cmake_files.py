"""Files that CMake's commands read while a build is configured, built and installed; each was compared with strace's list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cachekeys.inputs.cmake import cmake_inputs
from cachekeys.project import Project
from cachekeys.uv.globs import anchored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n'
    '[project]\nname = "demo"\nversion = "1"\n'
)
TREE = {"pyproject.toml": PYPROJECT, "a.c": "", "d.txt": "", "dir/x.txt": "", "dir/y.dat": "", "dir/sub/z.txt": ""}
DIRECTORY = {"dir/x.txt", "dir/y.dat", "dir/sub/z.txt"}
EXT = {"ext/CMakeLists.txt": "if(WITH)\nadd_library(e e.c)\nelse()\nadd_library(e f.c)\nendif()", "ext/e.c": "", "ext/f.c": ""}  # fmt: skip
QUICK = {"inc/q.h": "", "inc/other.h": ""}


@pytest.mark.parametrize(
    ("text", "files", "expected"),
    [
        ("file(SHA3_512 d.txt H)", {}, {"d.txt"}),
        ("file(ARCHIVE_EXTRACT INPUT d.txt DESTINATION o)", {}, {"d.txt"}),
        ("add_library(x a.c)\ntarget_sources(x PRIVATE dir/y.dat)", {}, {"a.c", "dir/y.dat"}),
        (
            "add_library(x a.c)\ntarget_include_directories(x PRIVATE inc)\ntarget_compile_options(x PRIVATE -include q.h)",
            QUICK,
            {"a.c", "inc/q.h"},
        ),
        ("add_library(x a.c)\nadd_compile_options(-include ${CMAKE_SOURCE_DIR}/inc/q.h)", QUICK, {"a.c", "inc/q.h"}),
        (
            'file(STRINGS list.txt L REGEX "^[^#]*[.]c$")\nadd_library(x ${L})',
            {"list.txt": "a.c\n#b.c\nb.cc\n", "#b.c": "", "b.cc": ""},
            {"list.txt", "a.c"},
        ),
        ('set(S a.c CACHE STRING "")\nset(S d.txt)\nadd_library(x $CACHE{S})', {}, {"a.c"}),
        (
            "configure_file(one.cmake two.cmake COPYONLY)\ninclude(${CMAKE_CURRENT_BINARY_DIR}/two.cmake)",
            {"one.cmake": "add_library(x ${CMAKE_SOURCE_DIR}/a.c)"},
            {"one.cmake", "a.c"},
        ),
        ("add_library(x a.c " + "$<1:" * 3000 + "d.txt" + ">" * 3000 + ")", {}, {"a.c"}),
        ("set(C read)\nfunction(x_read f)\nfile(READ ${f} T)\nendfunction()\ncmake_language(CALL x_${C} d.txt)", {}, {"d.txt"}),
        ("cmake_language(CALL file READ d.txt T)", {}, {"d.txt"}),
        ("set(N a.c)\ncmake_language(DEFER CALL file READ ${N} T)\nset(N d.txt)", {}, {"d.txt"}),
        ("cmake_language(DEFER CALL file READ d.txt T)", {}, {"d.txt"}),
        ("add_library(x a.c)\ntarget_precompile_headers(x PRIVATE h.h <vector>)", {"h.h": '#include "i.h"', "i.h": ""}, {"a.c", "h.h", "i.h"}),
        ("file(ARCHIVE_CREATE OUTPUT o.tar PATHS dir d.txt FORMAT gnutar)", {}, {*DIRECTORY, "d.txt"}),
        ("file(GENERATE OUTPUT g.txt INPUT d.txt)", {}, {"d.txt"}),
        ('file(COPY dir DESTINATION o FILES_MATCHING REGEX "z[.]txt$")', {}, {"dir/sub/z.txt"}),
        ('file(COPY dir DESTINATION o REGEX "/sub/" EXCLUDE)', {}, {"dir/x.txt", "dir/y.dat"}),
        ('file(COPY dir/ DESTINATION o REGEX "sub" EXCLUDE PATTERN "*.dat" EXCLUDE)', {}, {"dir/x.txt"}),
        ('install(DIRECTORY dir DESTINATION o FILES_MATCHING REGEX ".*[.]dat$")', {}, {"dir/y.dat"}),
        ('install(DIRECTORY dir DESTINATION o FILES_MATCHING REGEX "(" )', {}, DIRECTORY),
        ("install(DIRECTORY dir DESTINATION o FILES_MATCHING)", {}, set()),
        ("install(DIRECTORY dir DESTINATION o COMPONENT c EXCLUDE_FROM_ALL)", {}, set()),
        ("install(FILES d.txt DESTINATION o COMPONENT c EXCLUDE_FROM_ALL)", {}, set()),
        (
            "install(SCRIPT i.cmake)",
            {"i.cmake": "include(${CMAKE_CURRENT_LIST_DIR}/j.cmake)", "j.cmake": "file(READ ${CMAKE_CURRENT_LIST_DIR}/d.txt T)"},
            {"i.cmake", "j.cmake", "d.txt"},
        ),
        ("add_custom_target(t ALL COMMAND ${CMAKE_COMMAND} -E copy_directory ${CMAKE_SOURCE_DIR}/dir o)", {}, DIRECTORY),
        ("add_custom_target(t ALL COMMAND ${CMAKE_COMMAND} -E tar cf o.tar dir WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})", {}, DIRECTORY),
        (
            'add_library(x SHARED a.c)\nset_target_properties(x PROPERTIES PUBLIC_HEADER "h.h;i.h" RESOURCE d.txt)\ninstall(TARGETS x)',
            {"h.h": "", "i.h": ""},
            {"a.c", "h.h", "i.h", "d.txt"},
        ),
        ("ExternalProject_Add(e SOURCE_DIR ${CMAKE_SOURCE_DIR}/ext CMAKE_ARGS -DX:PATH=q -DWITH:BOOL=ON)", EXT, {"ext/CMakeLists.txt", "ext/e.c"}),
        ("ExternalProject_Add(e SOURCE_DIR ${CMAKE_SOURCE_DIR}/ext CMAKE_CACHE_ARGS -DWITH:BOOL=OFF)", EXT, {"ext/CMakeLists.txt", "ext/f.c"}),
        (
            "ExternalProject_Add(e SOURCE_DIR ${CMAKE_SOURCE_DIR}/ext SOURCE_SUBDIR sub)",
            {"ext/sub/CMakeLists.txt": "add_library(e e.c)", "ext/sub/e.c": ""},
            {"ext/sub/CMakeLists.txt", "ext/sub/e.c"},
        ),
        (
            "FetchContent_Declare(E SOURCE_DIR ${CMAKE_SOURCE_DIR}/ext SOURCE_SUBDIR sub)\nFetchContent_MakeAvailable(E)",
            {"ext/sub/CMakeLists.txt": "add_library(e e.c)", "ext/sub/e.c": "", "ext/CMakeLists.txt": ""},
            {"ext/sub/CMakeLists.txt", "ext/sub/e.c"},
        ),
        (
            "try_compile(R ${CMAKE_BINARY_DIR}/t ${CMAKE_SOURCE_DIR}/tp tp)",
            {"tp/CMakeLists.txt": "add_executable(tp t.c)", "tp/t.c": ""},
            {"tp/CMakeLists.txt", "tp/t.c"},
        ),
        (
            "try_compile(R PROJECT tp SOURCE_DIR ${CMAKE_SOURCE_DIR}/tp)",
            {"tp/CMakeLists.txt": "add_executable(tp t.c)", "tp/t.c": ""},
            {"tp/CMakeLists.txt", "tp/t.c"},
        ),
        ("set(CMAKE_REQUIRED_INCLUDES ${CMAKE_SOURCE_DIR}/inc)\ncheck_include_file(q.h OK)", QUICK, {"inc/q.h"}),
        ('set(CMAKE_REQUIRED_INCLUDES inc)\ncheck_symbol_exists(Q "stdio.h;q.h" OK)', QUICK, {"inc/q.h"}),
        ('set(CMAKE_REQUIRED_INCLUDES inc)\ncheck_c_source_compiles("#include <q.h>\nint main(){}" OK)', QUICK, {"inc/q.h"}),
        ("check_include_file(q.h OK)", QUICK, set()),
        (
            "file(GLOB K RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/mods mods/*)\nforeach(k ${K})\nif(IS_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/mods/${k})\nadd_subdirectory(mods/${k})\nendif()\nendforeach()",
            {"mods/one/CMakeLists.txt": "add_library(one one.c)", "mods/one/one.c": "", "mods/note": ""},
            {"mods/one/CMakeLists.txt", "mods/one/one.c"},
        ),
        (
            'file(READ s.json J)\nstring(JSON n LENGTH "${J}" sources)\nmath(EXPR n "${n}-1")\nforeach(i RANGE ${n})\nstring(JSON s GET "${J}" sources ${i})\nlist(APPEND S ${s})\nendforeach()\nadd_library(x ${S})',
            {"s.json": '{"sources": ["a.c", "b.c"]}', "b.c": "", "c.c": ""},
            {"s.json", "a.c", "b.c"},
        ),
        (
            'file(READ v.h T)\nstring(REGEX REPLACE ".*#define VER \\"([0-9.]+)\\".*" "\\\\1" V "${T}")\nadd_library(x v${V}.c)',
            {"v.h": '// c\n#define VER "1.5"\n// e\n', "v1.5.c": "", "v2.c": ""},
            {"v.h", "v1.5.c"},
        ),
    ],
)  # fmt: skip
def test_reads(text: str, files: dict[str, str], expected: set[str], make_project: Callable[..., Path]) -> None:
    project = Project(make_project({**TREE, **files, "CMakeLists.txt": text}))
    found: set[str] = set()
    for item in cmake_inputs(project):
        kind, what = getattr(item, "kind", ""), getattr(item, "what", "")
        found.update(filter(anchored(what), project.files) if kind == "files" else [what] if kind == "file" else [])
    assert found - {"CMakeLists.txt", "pyproject.toml"} == expected


def test_the_version_file_of_a_package_that_is_found(make_project: Callable[..., Path]) -> None:
    files = {
        "CMakeLists.txt": "find_package(Mine 1.0 CONFIG PATHS ${PROJECT_SOURCE_DIR}/pkg)",
        "pkg/MineConfig.cmake": "",
        "pkg/MineConfigVersion.cmake": "",
        "pkg/OtherConfigVersion.cmake": "",
    }
    found = {getattr(item, "what", "") for item in cmake_inputs(Project(make_project({**TREE, **files})))}
    assert {name for name in found if "pkg/" in name} == {"pkg/MineConfig.cmake", "pkg/MineConfigVersion.cmake"}


@pytest.mark.parametrize(("table", "directory"), [('[tool.cmeel]\nsource = "native"\n', "native/"), ("", "")])
def test_cmeel_configures_a_directory(make_project: Callable[..., Path], table: str, directory: str) -> None:
    pyproject = '[build-system]\nrequires = ["cmeel"]\nbuild-backend = "cmeel"\n' + table
    files = {"pyproject.toml": pyproject, f"{directory}CMakeLists.txt": "add_library(x n.c)", f"{directory}n.c": ""}
    found = {getattr(item, "what", "") for item in cmake_inputs(Project(make_project(files)))}
    assert found == {f"{directory}CMakeLists.txt", f"{directory}n.c"}

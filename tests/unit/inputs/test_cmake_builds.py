"""What a CMake build does beside compiling: scripts, other builds, copies, options that name files, tests of the compiler."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n'
    '[project]\nname = "demo"\nversion = "1"\n'
)
TREE = dict.fromkeys(
    [
        *("a.c", "b.c", "inc/conf.h", "lib/libx.a", "exports.map", "layout.ld", "run.py", "probe.c", "notes.txt"),
        *("x.pyx", "m.proto", "doc/x.txt", "arch/x86/a.c", "arch/arm/a.c"),
    ],
    "",
)


@pytest.mark.parametrize(
    ("text", "files", "expected"),
    [
        ("add_custom_command(OUTPUT o COMMAND ${CMAKE_COMMAND} -DIN=notes.txt -P s.cmake)", {"s.cmake": "file(READ ${CMAKE_CURRENT_LIST_DIR}/a.c X)"}, {"s.cmake", "a.c", "notes.txt"}),
        ("add_custom_command(OUTPUT o COMMAND ${CMAKE_COMMAND} -E env X=1 ${Python_EXECUTABLE} run.py)", {}, {"run.py"}),
        ("execute_process(COMMAND ${Python_EXECUTABLE} -m run WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})", {}, {"run.py"}),
        ("execute_process(COMMAND ${CMAKE_COMMAND} -S ${CMAKE_SOURCE_DIR}/sub -B b)", {"sub/CMakeLists.txt": "add_library(x ${CMAKE_SOURCE_DIR}/s.c)", "sub/s.c": ""}, {"sub/CMakeLists.txt", "sub/s.c"}),
        ("ExternalProject_Add(p SOURCE_DIR ${CMAKE_SOURCE_DIR}/sub)", {"sub/CMakeLists.txt": "add_library(x ${CMAKE_SOURCE_DIR}/s.c)", "sub/s.c": ""}, {"sub/CMakeLists.txt", "sub/s.c"}),
        ("ExternalProject_Add(p URL ${CMAKE_SOURCE_DIR}/p.tar.gz)", {"p.tar.gz": ""}, {"p.tar.gz"}),
        ("FetchContent_Declare(p URL file://${CMAKE_SOURCE_DIR}/p.tar.gz)\nFetchContent_MakeAvailable(p)", {"p.tar.gz": ""}, {"p.tar.gz"}),
        ("FetchContent_Declare(p URL ${CMAKE_SOURCE_DIR}/p.tar.gz)\nFetchContent_MakeAvailable(p)", {"p.tar.gz": ""}, {"p.tar.gz"}),
        (
            "file(COPY one DESTINATION .)\nfile(COPY two/one DESTINATION ${CMAKE_CURRENT_BINARY_DIR})\nadd_subdirectory(${CMAKE_CURRENT_BINARY_DIR}/one b)",
            {"one/s.c": "", "two/one/CMakeLists.txt": "add_library(x s.c ${CMAKE_CURRENT_LIST_DIR}/t.c)", "two/one/t.c": ""},
            {"one/s.c", "two/one/t.c", "two/one/CMakeLists.txt", "one/**/*", "two/one/**/*"},
        ),
        ("configure_file(notes.txt n.c COPYONLY)\nadd_library(x ${CMAKE_CURRENT_BINARY_DIR}/n.c)", {"notes.txt": '#include "inc/conf.h"\n'}, {"notes.txt", "inc/conf.h"}),
        ("add_library(x a.c)\ntarget_compile_options(x PRIVATE -include ${CMAKE_SOURCE_DIR}/inc/conf.h)", {}, {"a.c", "inc/conf.h"}),
        ('include_directories(inc)\nadd_library(x a.c)\ntarget_compile_definitions(x PRIVATE CONF="conf.h")', {}, {"a.c", "inc/conf.h"}),
        ("add_library(x t.c)\ntarget_compile_options(x PRIVATE -iquote${CMAKE_SOURCE_DIR}/own)", {"t.c": '#include <time.h>\n#include "o.h"', "own/time.h": "", "own/o.h": ""}, {"t.c", "own/o.h"}),
        ("add_library(x t.c)\ntarget_compile_options(x PRIVATE -I ${CMAKE_SOURCE_DIR}/own)", {"t.c": "#include <time.h>", "own/time.h": ""}, {"t.c", "own/time.h"}),
        ("add_library(x a.c)\ntarget_link_options(x PRIVATE -Wl,--version-script=${CMAKE_SOURCE_DIR}/exports.map)", {}, {"a.c", "exports.map"}),
        ('add_library(x a.c)\nset_target_properties(x PROPERTIES LINK_FLAGS "-T ${CMAKE_SOURCE_DIR}/layout.ld")', {}, {"a.c", "layout.ld"}),
        ("add_library(x a.c)\nset_target_properties(x PROPERTIES LINK_DEPENDS ${CMAKE_SOURCE_DIR}/exports.map)", {}, {"a.c", "exports.map"}),
        ("add_library(x a.c)\nset_source_files_properties(a.c PROPERTIES OBJECT_DEPENDS ${CMAKE_SOURCE_DIR}/notes.txt)", {}, {"a.c", "notes.txt"}),
        ("add_library(x a.c)\ntarget_link_libraries(x PRIVATE ${CMAKE_SOURCE_DIR}/lib/libx.a)", {}, {"a.c", "lib/libx.a"}),
        ("add_library(y IMPORTED STATIC)\nset_property(TARGET y PROPERTY IMPORTED_LOCATION ${CMAKE_SOURCE_DIR}/lib/libx.a)", {}, {"lib/libx.a"}),
        ("add_library(x a.c)\ntarget_precompile_headers(x PRIVATE inc/conf.h <vector>)", {}, {"a.c", "inc/conf.h"}),
        ("try_compile(OK ${CMAKE_BINARY_DIR} SOURCES ${CMAKE_SOURCE_DIR}/probe.c)\nif(OK)\n add_library(x a.c)\nelse()\n add_library(x b.c)\nendif()", {}, {"probe.c", "a.c", "b.c"}),
        ("find_path(INC conf.h HINTS ${CMAKE_SOURCE_DIR}/inc)\nadd_library(x a.c)\ntarget_include_directories(x PRIVATE ${INC})", {"a.c": "#include <conf.h>"}, {"a.c", "inc/conf.h"}),
        ("find_path(INC conf.h HINTS ${CMAKE_SOURCE_DIR}/inc)\nadd_library(x a.c)\ntarget_include_directories(x PRIVATE ${INC})", {"a.c": "#include <conf.h>", "doc/conf.h": ""}, {"a.c", "inc/conf.h"}),
        ("file(READ ${CMAKE_SOURCE_DIR}/notes.txt S)\nadd_library(x ${S})", {"notes.txt": "a.c"}, {"a.c", "notes.txt"}),
        ("add_library(x arch/${CMAKE_SYSTEM_PROCESSOR}/a.c)", {}, {"arch/x86/a.c", "arch/arm/a.c"}),
        ("include(cmake/${CMAKE_SYSTEM_NAME}-flags.cmake)", {"cmake/Linux-flags.cmake": "add_library(x a.c)", "cmake/Darwin-flags.cmake": "add_library(x b.c)"}, {"cmake/Linux-flags.cmake", "cmake/Darwin-flags.cmake", "a.c", "b.c"}),
        ("add_cython_target(x)", {}, {"x.pyx"}),
        (
            "file(GLOB H ${lib_SOURCE_DIR}/include/*.h)\nforeach(h ${H})\n get_filename_component(n ${h} NAME)\n add_custom_command(OUTPUT ${n}.py COMMAND ${Python_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/run.py ${h})\nendforeach()",
            {},
            {"run.py"},
        ),
        ("file(GLOB S /usr/src/lib/*.c $ENV{LIB_SOURCES}/*.c)\nadd_library(x a.c ${S})", {}, {"a.c", "LIB_SOURCES"}),
        ("file(GLOB S /usr/src/lib/[a-z]*.c)\nif(NOT S)\n add_library(x a.c)\nelse()\n add_library(x b.c ${S})\nendif()", {}, {"a.c", "b.c"}),
        ("file(GLOB S ${CMAKE_SOURCE_DIR}/none/*.h)\nforeach(s ${S})\n execute_process(COMMAND ${Python_EXECUTABLE} run.py)\nendforeach()", {}, set()),
        ("protobuf_generate_cpp(S H m.proto)", {"m.proto": 'import "n.proto";\n', "n.proto": ""}, {"m.proto", "n.proto"}),
        ('install(DIRECTORY doc/ DESTINATION demo FILES_MATCHING PATTERN "*.txt")', {}, {"doc/**/*.txt"}),
        ("install(SCRIPT s.cmake)", {"s.cmake": ""}, {"s.cmake"}),
        ('file(COPY data DESTINATION d PATTERN "tests" EXCLUDE)', dict.fromkeys(["data/a.txt", "data/tests/t.txt"], ""), {"data/*"}),
        (
            'install(DIRECTORY data/ DESTINATION d PATTERN "*.md" EXCLUDE PATTERN "internal" EXCLUDE)',
            dict.fromkeys(["data/a.txt", "data/r.md", "data/sub/b.txt", "data/internal/c.txt", "data/sub/internal/d.txt"], ""),
            {"data/a.txt", "data/sub/*"},
        ),
        (
            'install(DIRECTORY data DESTINATION d FILES_MATCHING PATTERN "*.txt" PATTERN "sub/b.txt" EXCLUDE)',
            dict.fromkeys(["data/a.txt", "data/r.md", "data/sub/b.txt", "data/sub/c.txt"], ""),
            {"data/a.txt", "data/sub/c.txt"},
        ),
        ('install(DIRECTORY data DESTINATION d PATTERN "*.md" EXCLUDE)', {"data/a.txt": ""}, {"data/**/*"}),
        (
            "add_subdirectory(sub EXCLUDE_FROM_ALL)\nadd_library(x a.c)\ntarget_link_libraries(x y)",
            {"sub/CMakeLists.txt": "add_library(y y.c)\ninstall(DIRECTORY more DESTINATION .)\ninstall(FILES y.h DESTINATION .)\ninstall(SCRIPT s.cmake)", "sub/y.c": "", "sub/more/z.h": "", "sub/y.h": "", "sub/s.cmake": ""},
            {"a.c", "sub/CMakeLists.txt", "sub/y.c"},
        ),
        (
            "add_subdirectory(sub)",
            {"sub/CMakeLists.txt": "install(DIRECTORY more DESTINATION .)", "sub/more/z.h": ""},
            {"sub/CMakeLists.txt", "sub/more/**/*"},
        ),
        ("set(CMAKE_PROJECT_INCLUDE ${CMAKE_SOURCE_DIR}/hook.cmake)\nproject(demo C)", {"hook.cmake": "add_library(x a.c)"}, {"hook.cmake", "a.c"}),
        ('if(NOT TARGET no)\n  set(KEEP 1)\nelse()\n  set(WITH OFF)\nendif()\noption(WITH "" ON)\nif(WITH)\n  add_library(x a.c)\nendif()', {}, {"a.c"}),
        (
            "find_package(z QUIET)\nif(z_FOUND)\n set(Z_LIB z::z)\nelse()\n set(Z_LIB)\nendif()\nif(DEFINED Z_LIB)\n target_link_libraries(x ${Z_LIB})\nelse()\n add_library(x a.c)\nendif()",
            {},
            {"a.c"},
        ),
        ('include(CMakeDependentOption)\ncmake_dependent_option(WITH "" ON "WIN32" OFF)\nif(WITH)\n add_library(x a.c)\nelse()\n add_library(x b.c)\nendif()', {}, {"a.c", "b.c"}),
        ("set(N a.c)\ninclude(g.cmake)\nset(N b.c)\ninclude(g.cmake)", {"g.cmake": "include_guard(GLOBAL)\nadd_library(x ${N})"}, {"g.cmake", "a.c"}),
        ("set(N a.c)\ninclude(g.cmake)\nset(N b.c)\ninclude(g.cmake)", {"g.cmake": "add_library(x${N} ${N})"}, {"g.cmake", "a.c", "b.c"}),
        ("function(f)\n foreach(s IN LISTS ARGN)\n  add_library(x${s} ${s})\n endforeach()\nendfunction()\nf(a.c)", {}, {"a.c"}),
        ('macro(f name)\n add_library(${name} "${ARGN}")\nendmacro()\nf(x a.c b.c)', {}, {"a.c", "b.c"}),
        ("set(D a b)\nset(E c c)\nforeach(d e IN ZIP_LISTS D E)\n add_library(x${d} ${d}.${e})\nendforeach()", {}, {"a.c", "b.c"}),
        ('install(CODE "file(READ notes.txt X)")', {}, {"notes.txt"}),
        ('install(CODE "file(READ ${CMAKE_SOURCE_DIR}/notes.txt X)")', {}, {"notes.txt"}),
        ('set(D ${CMAKE_SOURCE_DIR}/lib)\ncmake_language(EVAL CODE "add_library(x ${D}/n.c)")', {"lib/n.c": ""}, {"lib/n.c"}),
        ("FetchContent_Declare(p URL ${CMAKE_SOURCE_DIR}/sub)\nFetchContent_Populate(p)", {"sub/CMakeLists.txt": "add_library(x ../a.c)"}, {"sub/CMakeLists.txt", "a.c"}),
        ("add_subdirectory(plat/${CMAKE_SYSTEM_NAME}-x)", {"plat/Linux-x/CMakeLists.txt": "", "plat/Darwin-x/CMakeLists.txt": "", "plat/other/CMakeLists.txt": ""}, {"plat/Linux-x/CMakeLists.txt", "plat/Darwin-x/CMakeLists.txt"}),
        ("project(demo VERSION 7.2.1)\nadd_library(x v${PROJECT_VERSION_MAJOR}_${demo_VERSION_MINOR}.c)", {"v7_2.c": "", "v7_3.c": ""}, {"v7_2.c"}),
        ("set(CMAKE_PROJECT_TOP_LEVEL_INCLUDES ${CMAKE_SOURCE_DIR}/hook.cmake)\nproject(demo C)", {"hook.cmake": "add_library(x a.c)"}, {"hook.cmake", "a.c"}),
        ("add_custom_command(OUTPUT o COMMAND tool DEPENDS notes DEPFILE d)", {"notes": "", "d": ""}, {"notes"}),
        ("set(Z 1)\nunset(Z)\nif(NOT DEFINED Z)\n add_library(x a.c)\nendif()", {}, {"a.c"}),
        ("set(Z 1)\nif(NOT DEFINED Z)\n add_library(x a.c)\nendif()", {}, set()),
        (
            'function(make)\n cmake_parse_arguments(P "" WITH "" ${ARGN})\n if(DEFINED P_WITH)\n  add_library(x ${P_WITH})\n else()\n  add_library(x a.c)\n endif()\nendfunction()\nmake()',
            {},
            {"a.c"},
        ),
        ("if(DEFINED ENV{DEMO})\n  add_library(x a.c)\nendif()", {}, {"DEMO", "a.c"}),
        ("set(ENV{DEMO} 1)\nif(DEFINED ENV{DEMO})\n  add_library(x a.c)\nelse()\n  add_library(x b.c)\nendif()", {}, {"a.c"}),
    ],
)  # fmt: skip
def test_reads(text: str, files: dict[str, str], expected: set[str], make_project: Callable[..., Path]) -> None:
    root = make_project({**TREE, **files, "CMakeLists.txt": text, "pyproject.toml": PYPROJECT})
    assert {name.split()[1] for name in found(root)} - {"CMakeLists.txt"} == expected


def test_recursion_and_endless_loops_end(make_project: Callable[..., Path]) -> None:
    text = (
        "while(1)\n  set(X ${X}x)\nendwhile()\nfunction(f)\n  f()\nendfunction()\nf()\n"
        "include(CMakeLists.txt)\nset(A ${B})\nset(B ${A})\nadd_library(x a.c)\n"
    )
    root = make_project({**TREE, "CMakeLists.txt": text, "pyproject.toml": PYPROJECT})
    assert "file a.c" in found(root)


@pytest.mark.parametrize(
    ("text", "configuration"),
    [
        ("set(pkg_ROOT ${CMAKE_SOURCE_DIR}/deps)\nfind_package(pkg)", "deps/pkg-config.cmake"),
        ("set(pkg_DIR ${CMAKE_SOURCE_DIR}/deps/cmake)\nfind_package(pkg)", "deps/cmake/pkg-config.cmake"),
        ("find_package(Pkg PATHS ${CMAKE_SOURCE_DIR}/deps)", "deps/cmake/PkgConfig.cmake"),
        ("find_package(Pkg CONFIG HINTS deps)", "deps/lib/cmake/Pkg/PkgConfig.cmake"),
        ("list(APPEND CMAKE_PREFIX_PATH ${CMAKE_SOURCE_DIR}/deps)\nfind_package(Pkg)", "deps/Pkg/pkg-config.cmake"),
        ("find_package(Anything NAMES Pkg PATHS deps)", "deps/PkgConfig.cmake"),
    ],
)
def test_a_package_configuration_in_the_tree(text: str, configuration: str, make_project: Callable[..., Path]) -> None:
    files = {"CMakeLists.txt": text, configuration: "add_library(x a.c)", "other/PkgConfig.cmake": "add_library(y b.c)"}
    root = make_project({**TREE, **files, "pyproject.toml": PYPROJECT})
    assert found(root) == {"file CMakeLists.txt", f"file {configuration}", "file a.c"}


def test_presets_that_inherit_from_each_other_end(make_project: Callable[..., Path]) -> None:
    presets = """
    {"configurePresets": [
        {"name": "a", "inherits": ["b"]},
        {"name": "b", "inherits": "a", "cacheVariables": {"SOURCE": "a.c"}}
    ]}
    """
    settings = '[tool.scikit-build]\ncmake.args = ["--preset=a"]\n'
    files = {"CMakeLists.txt": "add_library(x ${SOURCE})", "CMakePresets.json": presets}
    root = make_project({**TREE, **files, "pyproject.toml": PYPROJECT + settings})
    assert found(root) == {"file CMakeLists.txt", "file CMakePresets.json", "file a.c"}

"""What a CMake build reads: lists files, sources, templates, scripts, variables of the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.detecting import found, inputs_of, optional, outputs, the_input, unresolved

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PYPROJECT = (
    '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n'
    '[project]\nname = "demo"\nversion = "1"\n'
)
TREE = {
    "pyproject.toml": PYPROJECT,
    "src/a.cpp": '#include "a.h"\n',
    "src/a.h": "",
    "src/b.cpp": "#include <demo/b.h>\n",
    "src/win.cpp": "",
    "src/gen/x.cu": "",
    "include/demo/b.h": "",
    "tools/gen.py": "",
    "config.h.in": "",
    "VERSION": "1.2",
}
LISTS = "file CMakeLists.txt"
A, B = {"file src/a.cpp", "file src/a.h"}, {"file src/b.cpp", "file include/demo/b.h"}
B_GUESS = {"file src/b.cpp", "file include/demo/b.h (likely)"}


@pytest.fixture
def reads(make_project: Callable[..., Path]) -> Callable[..., set[str]]:
    """Return what the build reads besides the lists file, for a text of it."""

    def run(text: str, files: dict[str, str] | None = None) -> set[str]:
        result = found(make_project({**TREE, "CMakeLists.txt": text, **(files or {})}))
        assert LISTS in result
        return result - {LISTS}

    return run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add_library(x SHARED src/a.cpp)", A),
        ("add_executable(x src/a.cpp)", A),
        ("add_library(x)\ntarget_sources(x PRIVATE src/a.cpp)", A),
        ("pybind11_add_module(x MODULE src/a.cpp)", A),
        ("nanobind_add_module(x STABLE_ABI src/a.cpp)", A),
        ("Python_add_library(x MODULE WITH_SOABI src/a.cpp)", A),
        ("python_add_library(x MODULE src/a.cpp)", A),
        ("set(SRC src/a.cpp)\nadd_library(x ${SRC})", A),
        ('set(SRC "src/a.cpp;src/win.cpp")\nadd_library(x ${SRC})', A | {"file src/win.cpp"}),
        ("list(APPEND SRC src/a.cpp)\nadd_library(x ${SRC})", A),
        ("set(D src)\nadd_library(x ${D}/a.cpp ${CMAKE_CURRENT_SOURCE_DIR}/${D}/win.cpp)", A | {"file src/win.cpp"}),
        ("add_library(x ${PROJECT_SOURCE_DIR}/src/a.cpp)", A),
        ("project(demo CXX)\nadd_library(x ${demo_SOURCE_DIR}/src/a.cpp)", A),
        ("get_filename_component(P src/x/../a.cpp ABSOLUTE)\nadd_library(x ${P})", A),
        ("set(N a)\nset(V_a src/a.cpp)\nadd_library(x ${V_${N}})", A),
        (
            "foreach(n a win)\n  list(APPEND S src/${n}.cpp)\nendforeach()\nadd_library(x ${S})",
            A | {"file src/win.cpp"},
        ),
        (
            "set(L a win)\nforeach(n IN LISTS L ITEMS b)\n  add_library(x${n} src/${n}.cpp)\nendforeach()",
            A | B_GUESS | {"file src/win.cpp"},
        ),
        (
            "list(TRANSFORM S REPLACE x y)\nset(S a b)\nlist(TRANSFORM S PREPEND src/)\nlist(TRANSFORM S APPEND .cpp)\nlist(REMOVE_ITEM S src/b.cpp)\nadd_library(x ${S})",
            A,
        ),
        ('set(S src/a.cpp src/win.cpp)\nlist(FILTER S EXCLUDE REGEX ".*win.*")\nadd_library(x ${S})', A),
        ('string(REPLACE "X" "a" S "src/X.cpp")\nadd_library(x ${S})', A),
        ('string(REGEX REPLACE "^(.*)[.]in$" "\\\\1" S "src/a.cpp.in")\nadd_library(x ${S})', A),
        (
            "add_library(x $<$<BOOL:${U}>:src/a.cpp> $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/src/win.cpp>)",
            A | {"file src/win.cpp"},
        ),
        ("include_directories(include)\nadd_library(x src/b.cpp)", B),
        ("add_library(x src/b.cpp)\ntarget_include_directories(x PRIVATE ${CMAKE_SOURCE_DIR}/include)", B),
        ("add_library(x missing.cpp ${CMAKE_BINARY_DIR}/src/a.cpp)", set()),
        ("function(f n)\n  add_library(${n} ${ARGN})\nendfunction()\nf(x src/a.cpp)", A),
        ("macro(f n)\n  set(S ${S} src/${n}.cpp)\nendmacro()\nf(a)\nadd_library(x ${S})", A),
        ("function(f out)\n  set(${out} src/a.cpp PARENT_SCOPE)\nendfunction()\nf(S)\nadd_library(x ${S})", A),
        (
            (
                'function(f n)\n  cmake_parse_arguments(PARSE_ARGV 1 A "FLAG" "ONE" "SRC;OTHER")\n  add_library(${n} ${A_SRC} ${A_ONE})\n'
                "endfunction()\nf(x SRC src/a.cpp OTHER src/b.cpp FLAG ONE src/win.cpp)"
            ),
            A | {"file src/win.cpp"},
        ),
        (
            'include(CMakeParseArguments)\nmacro(f)\n  cmake_parse_arguments(A "" "" "SRC" ${ARGN})\n  add_library(x ${A_SRC})\nendmacro()\nf(SRC src/a.cpp)',
            A,
        ),
        ("file(GLOB S src/*.cpp)\nadd_library(x ${S})", A | B_GUESS | {"file src/win.cpp", "files src/*.cpp"}),
        (
            "file(GLOB_RECURSE S CONFIGURE_DEPENDS src/*.cu)\nadd_library(x ${S})",
            {"file src/gen/x.cu", "files src/**/*.cu"},
        ),
        (
            "file(GLOB S RELATIVE ${CMAKE_SOURCE_DIR}/src src/a*.cpp)\nforeach(s ${S})\n  add_library(x src/${s})\nendforeach()",
            A | {"files src/a*.cpp"},
        ),
        (
            "add_custom_command(OUTPUT o.cpp COMMAND ${Python_EXECUTABLE} tools/gen.py DEPENDS src/a.h)",
            {"file tools/gen.py", "file src/a.h"},
        ),
        ("add_custom_target(t COMMAND python ${CMAKE_SOURCE_DIR}/tools/gen.py)", {"file tools/gen.py"}),
        ("execute_process(COMMAND python gen.py WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/tools)", {"file tools/gen.py"}),
        ("configure_file(config.h.in config.h)", {"file config.h.in"}),
        ("file(READ VERSION V)", {"file VERSION"}),
        ("file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/VERSION V)", {"file VERSION"}),
        ("set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS VERSION)", {"file VERSION"}),
        ("install(FILES VERSION DESTINATION demo)", {"file VERSION (likely)"}),
        ('install(DIRECTORY src/ DESTINATION x FILES_MATCHING PATTERN "*.h")', {"files src/**/*.h (likely)"}),
        ("try_compile(OK ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/src/win.cpp)", {"file src/win.cpp"}),
        ("execute_process(COMMAND git describe --tags OUTPUT_VARIABLE V)", {"git commit", "git tags"}),
        ("find_package(Git)\nexecute_process(COMMAND ${GIT_EXECUTABLE} rev-parse HEAD)", {"git commit"}),
        ("set(X $ENV{DEMO_X})\nset(ENV{DEMO_Y} 1)", {"env DEMO_X"}),
        ("if(DEFINED ENV{DEMO_X})\nendif()", {"env DEMO_X"}),
        ('if("$ENV{DEMO_X}" STREQUAL "1")\nendif()\nmessage($ENV{MAX_JOBS} $ENV{HOME})', {"env DEMO_X"}),
        ("source_group(x FILES src/a.cpp)\nmessage(src/b.cpp)", set()),
    ],
)
def test_commands(reads: Callable[..., set[str]], text: str, expected: set[str]) -> None:
    assert reads(text) == expected


WIN = {"file src/win.cpp"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if(WIN32)\n  set(S src/win.cpp)\nelse()\n  set(S src/a.cpp)\nendif()\nadd_library(x ${S})", A | WIN),
        ("set(S src/a.cpp)\nif(WIN32)\n  list(APPEND S src/win.cpp)\nendif()\nadd_library(x ${S})", A | WIN),
        (
            'if(CMAKE_SYSTEM_NAME STREQUAL "Windows")\n  add_library(x src/win.cpp)\nelseif(APPLE)\n  add_library(y src/a.cpp)\nendif()',
            A | WIN,
        ),
        ("if(FALSE)\n  add_library(x src/win.cpp)\nendif()", set()),
        ('option(T "tests" OFF)\nif(T)\n  add_library(x src/win.cpp)\nendif()', set()),
        ('option(T "tests" ON)\nif(NOT T)\n  add_library(x src/win.cpp)\nendif()', set()),
        (
            'cmake_minimum_required(VERSION 3.13)\nset(T ON)\noption(T "tests" OFF)\nif(T)\n  add_library(x src/win.cpp)\nendif()',
            WIN,
        ),
        (
            'cmake_minimum_required(VERSION 3.12)\nset(T ON)\noption(T "tests" OFF)\nif(T)\n  add_library(x src/win.cpp)\nendif()',
            set(),
        ),
        ('set(M "a" CACHE STRING "")\nadd_library(x src/${M}.cpp)', A),
        ('set(M a)\nif(M STREQUAL "b")\n  add_library(x src/win.cpp)\nendif()', set()),
        (
            'set(M a)\nif(M MATCHES "^[ab]$" AND NOT (M STREQUAL b OR M STREQUAL c))\n  add_library(x src/win.cpp)\nendif()',
            WIN,
        ),
        ('set(L a b)\nif("b" IN_LIST L)\n  add_library(x src/win.cpp)\nendif()', WIN),
        (
            "set(V 3.5)\nif(V VERSION_LESS 3.10 AND V VERSION_GREATER_EQUAL 3.5.0)\n  add_library(x src/win.cpp)\nendif()",
            WIN,
        ),
        ("if(EXISTS ${CMAKE_SOURCE_DIR}/VERSION)\nelse()\n  add_library(x src/win.cpp)\nendif()", set()),
        ("if(EXISTS ${CMAKE_SOURCE_DIR}/third_party/x)\n  add_library(x src/win.cpp)\nendif()", WIN),
        ("if(TARGET y)\n  add_library(x src/win.cpp)\nendif()", WIN),
        ("if(WIN32)\n  return()\nendif()\nadd_library(x src/win.cpp)", WIN),
        ("return()\nadd_library(x src/win.cpp)", set()),
        (
            "if(WIN32)\n  set(S src/missing.cpp)\n  message(FATAL_ERROR no)\nendif()\nset(S ${S} src/a.cpp)\nadd_library(x ${S})",
            A,
        ),
        (
            'set(K "")\nif(WIN32)\n  set(K HIP)\nelse()\n  set(K CUDA)\nendif()\nif(K STREQUAL HIP)\n  add_library(x src/win.cpp)\nendif()',
            WIN,
        ),
        (
            "foreach(i 1 2 3)\n  if(i EQUAL 2)\n    break()\n  endif()\n  add_library(x${i} src/win.cpp)\nendforeach()",
            WIN,
        ),
        ("while(X)\n  add_library(x src/win.cpp)\nendwhile()", WIN),
        ("if(SKBUILD)\nelse()\n  add_library(x src/win.cpp)\nendif()", set()),
        (
            "if(CMAKE_SOURCE_DIR STREQUAL CMAKE_CURRENT_SOURCE_DIR)\nelse()\n  add_library(x src/win.cpp)\nendif()",
            set(),
        ),
    ],
)
def test_conditions(reads: Callable[..., set[str]], text: str, expected: set[str]) -> None:
    assert reads(text) == expected


def test_alternatives_of_an_argument_stay_one_argument(reads: Callable[..., set[str]]) -> None:
    text = """
    if(HIP_FOUND)
      set(LANG HIP)
    else()
      set(LANG CUDA)
    endif()
    function(add name)
      cmake_parse_arguments(PARSE_ARGV 1 A "" "LANGUAGE" "SOURCES")
      if(A_LANGUAGE STREQUAL "HIP")
        add_custom_target(h COMMAND python ${CMAKE_SOURCE_DIR}/tools/gen.py ${A_SOURCES})
      endif()
      add_library(${name} ${A_SOURCES})
    endfunction()
    add(x LANGUAGE ${LANG} SOURCES src/a.cpp)
    """
    assert reads(text) == A | {"file tools/gen.py"}


def test_other_lists_files_and_where_they_look(
    reads: Callable[..., set[str]], make_project: Callable[..., Path]
) -> None:
    text = """
    list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_SOURCE_DIR}/cmake)
    include(cmake/flags.cmake)
    include(Helpers)
    include(CheckCXXCompilerFlag)
    find_package(Foo REQUIRED)
    add_subdirectory(lib)
    add_subdirectory(${UNKNOWN}/x)
    include(FetchContent)
    FetchContent_Declare(dep SOURCE_DIR ${CMAKE_SOURCE_DIR}/deps/dep)
    FetchContent_Declare(far GIT_REPOSITORY https://example.org/far.git)
    FetchContent_MakeAvailable(dep far)
    helper(src/a.cpp)
    """
    files = {
        "cmake/flags.cmake": "include(${CMAKE_CURRENT_LIST_DIR}/more.cmake)",
        "cmake/more.cmake": "include(cmake/flags.cmake)\nset(X $ENV{DEMO_X})",
        "cmake/Helpers.cmake": "function(helper)\n  add_library(h ${ARGV})\nendfunction()",
        "cmake/FindFoo.cmake": "",
        "cmake/unused.cmake": "",
        "lib/CMakeLists.txt": "add_library(l l.cpp ../src/win.cpp)\nadd_subdirectory(deep)\nset(S src/b.cpp PARENT_SCOPE)",
        "lib/l.cpp": "",
        "lib/deep/CMakeLists.txt": "add_library(d ${CMAKE_SOURCE_DIR}/lib/l.cpp d.cpp)",
        "lib/deep/d.cpp": "",
        "deps/dep/CMakeLists.txt": "project(dep)\nadd_library(dep ${dep_SOURCE_DIR}/dep.cpp)",
        "deps/dep/dep.cpp": "",
    }
    wanted = {f"file {name}" for name in files if name != "cmake/unused.cmake"}
    assert reads(text, files) == wanted | A | WIN | {"env DEMO_X"}
    root = make_project({**TREE, "CMakeLists.txt": text, **files})
    variable, nested = the_input(root, "DEMO_X"), the_input(root, "lib/deep/CMakeLists.txt")
    assert (variable.origin.file, variable.origin.line) == ("cmake/more.cmake", 2)
    assert (nested.origin.file, nested.origin.line) == ("lib/CMakeLists.txt", 2)
    # in a function, the place that called it says more than the function's own line
    assert (the_input(root, "src/a.cpp").origin.file, the_input(root, "src/a.cpp").origin.line) == (
        "CMakeLists.txt",
        12,
    )


def test_generated_sources_are_outputs_and_a_glob_over_them_is_split(make_project: Callable[..., Path]) -> None:
    text = """
    execute_process(COMMAND python ${CMAKE_SOURCE_DIR}/kernels/generate.py)
    file(GLOB KERNELS kernels/*.cu)
    add_library(x ${KERNELS})
    """
    generate = """
    import os
    HEAD = '''
    #include "kernel.h"
    '''
    for size in (2, 4):
        with open(os.path.join(os.path.dirname(__file__), f"kernel_{size}.cu"), "w") as file:
            file.write(HEAD)
    """
    files = {
        "pyproject.toml": PYPROJECT,
        "CMakeLists.txt": text,
        "kernels/generate.py": generate,
        "kernels/kernel.h": "",
        "kernels/main.cu": "",
        "kernels/kernel_2.cu": "",  # of an earlier build
    }
    root = make_project(files)
    assert outputs(root) == {"kernels/kernel_4.cu"}  # without git, a file that is there may be kept by hand
    (root / "kernels" / "kernel_2.cu").unlink()
    assert outputs(root) == {"kernels/kernel_2.cu", "kernels/kernel_4.cu"}
    assert found(root) == {
        LISTS,
        "file kernels/generate.py",
        "file kernels/main.cu",
        "file kernels/kernel.h (likely)",
    }


def test_definitions_of_scikit_build_core(make_project: Callable[..., Path]) -> None:
    text = """
    option(DEMO_EXTRA "" OFF)
    option(DEMO_ARGS "" OFF)
    option(DEMO_OVERRIDE "" OFF)
    option(DEMO_ENV "" OFF)
    if(DEMO_EXTRA)
      add_library(e ${DIR}/a.cpp)
    endif()
    if(DEMO_ARGS)
      add_library(g src/win.cpp)
    endif()
    if(DEMO_OVERRIDE OR DEMO_ENV)
      add_library(o src/gen/x.cu)
    endif()
    add_library(${SKBUILD_PROJECT_NAME} ${SKBUILD_PROJECT_NAME}.cpp)
    """
    settings = """
    [tool.scikit-build.cmake]
    source-dir = "native"
    args = ["-DDEMO_ARGS:BOOL=ON", "-G", "Ninja"]
    [tool.scikit-build.cmake.define]
    DEMO_EXTRA = true
    DIR = "src"
    DEMO_ENV = { env = "DEMO_ENV" }
    [[tool.scikit-build.overrides]]
    if.platform-system = "win32"
    cmake.define.DEMO_OVERRIDE = "ON"
    """
    files = {f"native/{name}": content for name, content in TREE.items() if name != "pyproject.toml"}
    lines = "\n".join(line.strip() for line in settings.splitlines())
    root = make_project(
        {"pyproject.toml": PYPROJECT + lines, "native/CMakeLists.txt": text, "native/demo.cpp": "", **files}
    )
    assert found(root) - {"env DEMO_ENV"} == {
        "file native/CMakeLists.txt",
        "file native/src/a.cpp",
        "file native/src/a.h",
        "file native/src/win.cpp",
        "file native/src/gen/x.cu",
        "file native/demo.cpp",
    }


@pytest.mark.parametrize(
    ("backend", "settings", "directory"),
    [
        ("scikit_build_core.build", "", "."),
        ("scikit_build_core.build", '[tool.scikit-build]\ncmake.source-dir = "native"', "native"),
        ("py_build_cmake.build", '[tool.py-build-cmake.cmake]\nsource_path = "native"', "native"),
        (
            "hatchling.build",
            '[tool.hatch.build.targets.wheel.hooks.scikit-build]\n[tool.scikit-build]\ncmake.source-dir = "native"',
            "native",
        ),
    ],
)
def test_backends_that_run_cmake(
    make_project: Callable[..., Path], backend: str, settings: str, directory: str
) -> None:
    pyproject = PYPROJECT.replace("scikit_build_core.build", backend) + settings
    root = make_project({"pyproject.toml": pyproject, "native/CMakeLists.txt": "", "CMakeLists.txt": ""})
    lists = {i.what for i in inputs_of(root).inputs if i.what.endswith("CMakeLists.txt")}
    assert lists == {"CMakeLists.txt" if directory == "." else f"{directory}/CMakeLists.txt"}


def test_sources_that_only_cmake_knows_are_taken_to_lie_beside(reads: Callable[..., set[str]]) -> None:
    text = """
    add_subdirectory(lib)
    add_library(known ${FROM_ELSEWHERE} src/win.cpp)
    add_library(imported SHARED IMPORTED)
    """
    files = {
        "lib/CMakeLists.txt": "include(${CMAKE_BINARY_DIR}/made.cmake)\nadd_library(l ${SOURCES})",
        "lib/l.c": '#include "l.h"\n',
        "lib/l.h": "",
        "lib/deep/other.c": "",
        "lib/notes.txt": "",
        "top.c": "",
    }
    assert reads(text, files) == WIN | {"file lib/CMakeLists.txt", "file lib/l.c (possible)", "file lib/l.h (possible)"}


def test_what_is_installed_counts_where_the_backend_installs_it(make_project: Callable[..., Path]) -> None:
    text = "install(FILES VERSION DESTINATION demo)\ninstall(DIRECTORY include/ DESTINATION include)"
    script = "import subprocess\nsubprocess.check_call(['cmake', '.'])"
    setuptools = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
    root = make_project({**TREE, "CMakeLists.txt": text})
    assert found(root) == {LISTS, "file VERSION (likely)", "files include/**/* (likely)"}
    (root / "pyproject.toml").write_text(setuptools, encoding="utf-8")
    (root / "setup.py").write_text(script, encoding="utf-8")
    assert found(root) == {LISTS}


def test_a_lists_file_that_no_build_configures_is_no_input(make_project: Callable[..., Path]) -> None:
    system = PYPROJECT.replace("scikit_build_core.build", "hatchling.build")
    assert (
        found(make_project({**TREE, "pyproject.toml": system, "CMakeLists.txt": "add_library(x src/a.cpp)"})) == set()
    )


def test_toolchain_variables_are_optional(make_project: Callable[..., Path]) -> None:
    root = make_project({**TREE, "CMakeLists.txt": "set(A $ENV{CUDA_HOME})"})
    assert "env CUDA_HOME" in optional(root)


@pytest.mark.parametrize(
    "text",
    [
        "include(CMakeLists.txt)",
        "add_subdirectory(.)\nadd_subdirectory(..)\nadd_subdirectory()",
        "function(f)\n  f()\nendfunction()\nf()",
        "macro(f)\n  f(${ARGN} x)\nendmacro()\nf()",
        "set(A ${A};${A})\n" * 60,
        "foreach(i RANGE 1000000000)\n  foreach(j RANGE 1000000000)\n    set(A ${j})\n  endforeach()\nendforeach()",
        "foreach(i RANGE 5 1 0)\nendforeach()\nforeach()\nendforeach()\nforeach(x IN)\nendforeach()",
        "while(TRUE)\nendwhile()",
        "if()\nelseif()\nendif()\nif(NOT)\nendif()\nif(()\nendif()\nif(A AND)\nendif()\nif(A STREQUAL)\nendif()",
        "set()\nunset()\nlist()\nlist(APPEND)\nlist(GET A)\nstring()\nstring(REGEX)\nstring(REPLACE a)\nfile()\nfile(GLOB)\noption()",
        "add_library()\nadd_executable(x)\ntarget_sources()\nproject()\nfind_package()\ninclude()\nconfigure_file()\nmath()\nfunction()\nendfunction()",
        "cmake_parse_arguments()\ncmake_parse_arguments(PARSE_ARGV)\ncmake_parse_arguments(PARSE_ARGV x A)",
        "execute_process()\nexecute_process(COMMAND)\nadd_custom_command(COMMAND)\ninstall()\ninstall(FILES)\nget_filename_component()",
        "fetchcontent_declare()\nfetchcontent_makeavailable(x)\nexternalproject_add()\ncmake_path()\ncmake_path(GET)",
        'string(REGEX REPLACE "(a+)+$" "" X "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")',
        'string(REGEX REPLACE "(" "\\\\9" X "a")\nif(X MATCHES "[")\nendif()',
        "file(GLOB X " + "*a" * 200 + ")\nfile(GLOB_RECURSE Y [ {} ** **/**/**)",
        "\n".join(f"if(X{n})\n  set(A ${{A}} a{n})\nelse()\n  set(A b{n} ${{A}})\nendif()" for n in range(200)),
        "set(A $<$<$<$<$<:>>>>>)\nset(B ${${${${A}}}})\nset(C $ENV{})\nset(D ${)",
        "\x00\x01\x02\x03(\x01)",
    ],
)
def test_hostile_lists_files_end(make_project: Callable[..., Path], text: str) -> None:
    root = make_project({"pyproject.toml": PYPROJECT})
    (root / "CMakeLists.txt").write_text(text, encoding="utf-8")
    inputs_of(root)  # asserts that no detector failed


def test_lists_files_without_end_are_said(make_project: Callable[..., Path]) -> None:
    text = "add_library(x src/win.cpp)\n" + "foreach(i RANGE 999)\n" * 3 + "set(A b)\n" + "endforeach()\n" * 3
    root = make_project({**TREE, "CMakeLists.txt": text})
    assert found(root) == {LISTS} | WIN
    assert unresolved(root) == ["the lists files are too long to follow: stopped after 60000 commands"]


def test_a_lists_file_that_is_not_utf_8(make_project: Callable[..., Path]) -> None:
    root = make_project({**TREE, "CMakeLists.txt": b"# K\xe4the\nadd_library(x src/win.cpp)\n"})
    assert found(root) == {LISTS} | WIN

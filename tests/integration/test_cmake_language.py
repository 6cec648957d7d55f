"""Our interpreter of CMake's language against CMake itself: adversarial projects, configured for real and never built.

The targets are OBJECT libraries of a project without languages: CMake asks no compiler, and tells their sources all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.real_cmake import executables, reads, version

from cachekeys.inputs.cmake import cmake_inputs
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

pytestmark = pytest.mark.build

PYPROJECT = (
    '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n'
    '[project]\nname = "demo"\nversion = "1"\n'
)
HEAD = "cmake_minimum_required(VERSION 3.20...3.25)\nproject(demo VERSION 1.2.3 LANGUAGES NONE)\n"
TREE = dict.fromkeys(("a.c", "b.c", "c.c", "src/a.c", "src/b.c", "src/deep/c.c", "src/x y.c", "lib/l.c"), "")

CASES: dict[str, tuple[str, dict[str, str]]] = {
    # -- the lexer
    "bracket argument": ("set(S [=[src/a.c]=])\nadd_library(x OBJECT ${S})", {}),
    "bracket argument is not expanded": (
        "set(N a.c)\nset(S [[${N}]])\nadd_library(x OBJECT b.c)\nmessage(STATUS ${S})",
        {},
    ),
    "bracket comment": ("#[[ add_library(y OBJECT b.c)\n]]\nadd_library(x OBJECT a.c)", {}),
    "bracket comment inside a command": ("add_library(x OBJECT #[==[ b.c ]] ]==] a.c)", {}),
    "line comment inside a command": ("add_library(x OBJECT # b.c\n a.c)", {}),
    "quoted continuation": ('set(S "src/\\\na.c")\nadd_library(x OBJECT ${S})', {}),
    "quoted list": ('set(S "a.c;b.c")\nadd_library(x OBJECT ${S})', {}),
    "quoted reference to a list": ('set(S a.c b.c)\nset(T "${S}")\nadd_library(x OBJECT ${T})', {}),
    "a space in a name": ('add_library(x OBJECT "src/x y.c")', {}),
    "an escaped space": ("add_library(x OBJECT src/x\\ y.c)", {}),
    "names in any case": ("SET(S a.c)\nADD_Library(x OBJECT ${S})", {}),
    "semicolon in an unquoted argument": ("add_library(x OBJECT a.c;b.c)", {}),
    "CRLF": ("set(S a.c)\r\nadd_library(x OBJECT ${S})\r\n", {}),
    "BOM": ("\ufeffadd_library(x OBJECT a.c)", {}),
    # -- variables
    "nested reference": ("set(K S)\nset(V_S a.c)\nadd_library(x OBJECT ${V_${K}})", {}),
    "doubly nested reference": ("set(A B)\nset(B C)\nset(C a.c)\nadd_library(x OBJECT ${${${A}}}) # C", {}),
    "a value with a dollar is not expanded again": (
        "set(N a.c)\nset(S [[${N}]])\nset(T ${S})\nif(T STREQUAL [[${N}]])\n  add_library(x OBJECT b.c)\nelse()\n  add_library(x OBJECT c.c)\nendif()",
        {},
    ),
    "escaped reference": ('set(S "\\${N}")\nif(S MATCHES "N")\n add_library(x OBJECT a.c)\nendif()', {}),
    "function scope": ("set(S a.c)\nfunction(f)\n  set(S b.c)\nendfunction()\nf()\nadd_library(x OBJECT ${S})", {}),
    "macro scope": ("set(S a.c)\nmacro(f)\n  set(S b.c)\nendmacro()\nf()\nadd_library(x OBJECT ${S})", {}),
    "parent scope through two functions": (
        "function(g)\n  set(R b.c PARENT_SCOPE)\nendfunction()\nfunction(f)\n  g()\n  set(R ${R} PARENT_SCOPE)\nendfunction()\nf()\nadd_library(x OBJECT ${R})",
        {},
    ),
    "directory scope": (
        "set(S a.c)\nadd_subdirectory(sub)\nadd_library(x OBJECT ${S})",
        {"sub/CMakeLists.txt": "set(S ${CMAKE_CURRENT_SOURCE_DIR}/no.c)\nset(T b.c PARENT_SCOPE)"},
    ),
    "cache keeps its first value": (
        'set(S a.c CACHE STRING "")\nset(S b.c CACHE STRING "")\nadd_library(x OBJECT ${S})',
        {},
    ),
    "cache with force": (
        'set(S a.c CACHE STRING "")\nset(S b.c CACHE STRING "" FORCE)\nadd_library(x OBJECT ${S})',
        {},
    ),
    "internal means force": (
        'set(S a.c CACHE STRING "")\nset(S b.c CACHE INTERNAL "")\nadd_library(x OBJECT ${S})',
        {},
    ),
    "a variable hides the cache": ('set(S a.c CACHE STRING "")\nset(S b.c)\nadd_library(x OBJECT ${S} $CACHE{S})', {}),
    "environment that the project sets": ("set(ENV{DEMO_S} a.c)\nadd_library(x OBJECT $ENV{DEMO_S})", {}),
    "unset": ("set(S b.c)\nunset(S)\nadd_library(x OBJECT a.c ${S})", {}),
    "option": (
        'option(WITH_B "" ON)\noption(WITH_C "" OFF)\nadd_library(x OBJECT a.c)\nif(WITH_B)\n target_sources(x PRIVATE b.c)\nendif()\nif(WITH_C)\n target_sources(x PRIVATE c.c)\nendif()',
        {},
    ),
    "block": (
        "set(S a.c)\nblock(SCOPE_FOR VARIABLES PROPAGATE T)\n  set(S b.c)\n  set(T c.c)\nendblock()\nadd_library(x OBJECT ${S} ${T})",
        {},
    ),
    "versions of the project": (
        "if(PROJECT_VERSION_MINOR EQUAL 2 AND demo_VERSION VERSION_LESS 2)\n add_library(x OBJECT a.c)\nelse()\n add_library(x OBJECT b.c)\nendif()",
        {},
    ),
    "top level": (
        "if(PROJECT_IS_TOP_LEVEL)\n  add_library(x OBJECT a.c)\nelse()\n  add_library(x OBJECT b.c)\nendif()",
        {},
    ),
    # -- flow
    "if with precedence": (
        "if(NOT 0 AND 1 OR 0 AND UNSET_X)\n  add_library(x OBJECT a.c)\nelse()\n  add_library(x OBJECT b.c)\nendif()",
        {},
    ),
    "if with parentheses": (
        "if((1 AND (NOT (0 OR 0))))\n  add_library(x OBJECT a.c)\nelse()\n  add_library(x OBJECT b.c)\nendif()",
        {},
    ),
    "elseif": (
        "set(V 3)\nif(V LESS 2)\n set(S a.c)\nelseif(V GREATER_EQUAL 3)\n set(S b.c)\nelse()\n set(S c.c)\nendif()\nadd_library(x OBJECT ${S})",
        {},
    ),
    "a list of names is in a list": (
        "set(L one two)\nif(two IN_LIST L)\n set(S a.c)\nelse()\n set(S b.c)\nendif()\nadd_library(x OBJECT ${S})",
        {},
    ),
    "what a match found": (
        'if("src/a.c" MATCHES "^(.*)/(.)[.]c$")\n add_library(x OBJECT ${CMAKE_MATCH_1}/${CMAKE_MATCH_2}.c)\nendif()',
        {},
    ),
    "foreach range": (
        "foreach(i RANGE 1 3)\n  list(GET L ${i} V)\nendforeach()\nset(L a b c)\nforeach(i RANGE 0 2 2)\n list(GET L ${i} V)\n list(APPEND S ${V}.c)\nendforeach()\nadd_library(x OBJECT ${S})".replace(
            "foreach(i RANGE 1 3)\n  list(GET L ${i} V)\nendforeach()\n", ""
        ),
        {},
    ),
    "foreach zipped": (
        "set(D src lib)\nset(N a l)\nforeach(d n IN ZIP_LISTS D N)\n  list(APPEND S ${d}/${n}.c)\nendforeach()\nadd_library(x OBJECT ${S})",
        {},
    ),
    "foreach zipped with one name": (
        "set(D src lib)\nset(N a l)\nforeach(p IN ZIP_LISTS D N)\n  list(APPEND S ${p_0}/${p_1}.c)\nendforeach()\nadd_library(x OBJECT ${S})",
        {},
    ),
    "foreach lists and items": (
        "set(L a b)\nforeach(n IN LISTS L ITEMS c)\n list(APPEND S ${n}.c)\nendforeach()\nadd_library(x OBJECT ${S})",
        {},
    ),
    "break and continue": (
        "foreach(n a b c)\n if(n STREQUAL a)\n  continue()\n endif()\n if(n STREQUAL c)\n  break()\n endif()\n list(APPEND S ${n}.c)\nendforeach()\nadd_library(x OBJECT ${S})",
        {},
    ),
    "while with a counter": (
        'set(i 0)\nset(L a b c)\nwhile(i LESS 2)\n list(GET L ${i} n)\n list(APPEND S ${n}.c)\n math(EXPR i "${i} + 1")\nendwhile()\nadd_library(x OBJECT ${S})',
        {},
    ),
    "while over a list": (
        "set(L a b)\nwhile(L)\n list(POP_FRONT L n)\n list(APPEND S ${n}.c)\nendwhile()\nadd_library(x OBJECT ${S})",
        {},
    ),
    "return from a file": (
        "include(sub.cmake)\nadd_library(x OBJECT ${S})",
        {"sub.cmake": "set(S a.c)\nif(1)\n return()\nendif()\nset(S b.c)"},
    ),
    "return from a macro is the caller's": (
        "macro(f)\n return()\nendmacro()\nadd_library(x OBJECT a.c)\nf()\nadd_library(y OBJECT b.c)",
        {},
    ),
    "return from a function is its own": (
        "function(f)\n return()\nendfunction()\nadd_library(x OBJECT a.c)\nf()\nadd_library(y OBJECT b.c)",
        {},
    ),
    "recursion": (
        'function(f n)\n if(n GREATER 0)\n  math(EXPR m "${n}-1")\n  f(${m})\n else()\n  target_sources(x PRIVATE ${CMAKE_SOURCE_DIR}/b.c)\n endif()\nendfunction()\nadd_library(x OBJECT a.c)\nf(2)',
        {},
    ),
    # -- functions
    "argv and argc": (
        "function(f)\n if(ARGC EQUAL 2)\n  add_library(${ARGV0} OBJECT ${ARGV1})\n endif()\nendfunction()\nf(x a.c)",
        {},
    ),
    "argn of a macro": (
        "macro(f n)\n foreach(s ${ARGN})\n  list(APPEND S ${s})\n endforeach()\n add_library(${n} OBJECT ${S})\nendmacro()\nf(x a.c b.c)",
        {},
    ),
    "parsed arguments": (
        'function(f)\n cmake_parse_arguments(PARSE_ARGV 0 A "QUIET" "NAME" "SOURCES;MORE")\n add_library(${A_NAME} OBJECT ${A_SOURCES} ${A_UNPARSED_ARGUMENTS})\n if(A_QUIET)\n  target_sources(${A_NAME} PRIVATE c.c)\n endif()\nendfunction()\nf(a.c NAME x QUIET SOURCES b.c MORE src/a.c)',
        {},
    ),
    "a function calls another by name": (
        "function(f_a)\n add_library(x OBJECT a.c)\nendfunction()\nset(W a)\ncmake_language(CALL f_${W})",
        {},
    ),
    "evaluated code": ('set(S a.c)\ncmake_language(EVAL CODE "add_library(x OBJECT ${S})")', {}),
    "deferred call": ("cmake_language(DEFER CALL target_sources x PRIVATE b.c)\nadd_library(x OBJECT a.c)", {}),
    "directory of the function": (
        "include(cmake/f.cmake)\nf(x)",
        {
            "cmake/f.cmake": "function(f n)\n configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/t.in t)\n add_library(${n} OBJECT a.c)\nendfunction()",
            "cmake/t.in": "",
        },
    ),
    "directory of the caller in a macro": (
        "include(cmake/f.cmake)\nf(x)",
        {
            "cmake/f.cmake": "macro(f n)\n add_library(${n} OBJECT ${CMAKE_CURRENT_LIST_DIR}/a.c)\nendmacro()",
            "cmake/a.c": "",
        },
    ),
    "a function redefined": (
        "function(f)\n set(S a.c PARENT_SCOPE)\nendfunction()\nfunction(f)\n set(S b.c PARENT_SCOPE)\nendfunction()\nf()\nadd_library(x OBJECT ${S})",
        {},
    ),
    # -- lists and strings
    "list operations": (
        "set(L c.c b.c a.c a.c)\nlist(REMOVE_DUPLICATES L)\nlist(SORT L)\nlist(REVERSE L)\nlist(REMOVE_AT L 0)\nlist(INSERT L 0 src/a.c)\nlist(SUBLIST L 0 2 M)\nadd_library(x OBJECT ${M})",
        {},
    ),
    "list find and length": (
        "set(L a b c)\nlist(FIND L b i)\nlist(GET L ${i} n)\nlist(LENGTH L k)\nif(k EQUAL 3 AND NOT i EQUAL -1)\n add_library(x OBJECT ${n}.c)\nendif()",
        {},
    ),
    "list filter and transform": (
        'set(L a.c src/b.c b.c)\nlist(FILTER L INCLUDE REGEX "^[^/]*$")\nlist(TRANSFORM L PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")\nadd_library(x OBJECT ${L})',
        {},
    ),
    "list transform of some": ('set(L a b.c)\nlist(TRANSFORM L APPEND .c REGEX "^a$")\nadd_library(x OBJECT ${L})', {}),
    "list join": ('set(L src a.c)\nlist(JOIN L "/" S)\nadd_library(x OBJECT ${S})', {}),
    "pop back": ("set(L a.c b.c c.c)\nlist(POP_BACK L S T)\nadd_library(x OBJECT ${S} ${T})", {}),
    "string operations": (
        'string(TOLOWER "A" n)\nstring(CONCAT S "src/" "${n}" ".c")\nstring(SUBSTRING "xxb.c" 2 -1 T)\nstring(REPLACE "Q" "c" U "Q.Q")\nadd_library(x OBJECT ${S} ${T} ${U})',
        {},
    ),
    "string regex": (
        'string(REGEX REPLACE "([a-z])[.]h" "\\\\1.c" S "a.h")\nstring(REGEX MATCH "b[.]c" T "x b.c y")\nstring(REGEX MATCHALL "[a-c][.]c" U "c.c;src")\nadd_library(x OBJECT ${S} ${T} ${U})',
        {},
    ),
    "string configure": ('set(N a)\nstring(CONFIGURE "src/@N@.c" S @ONLY)\nadd_library(x OBJECT ${S})', {}),
    "string compare": (
        "string(COMPARE EQUAL a a R)\nif(R)\n add_library(x OBJECT a.c)\nelse()\n add_library(x OBJECT b.c)\nendif()",
        {},
    ),
    "arithmetic": (
        'math(EXPR n "(7 - 3) * 2 / 4 % 2 + 0x1 << 1")\nset(L a b c)\nlist(GET L ${n} m)\nadd_library(x OBJECT ${m}.c)',
        {},
    ),
    "separate arguments": ('set(S "a.c b.c")\nseparate_arguments(S)\nadd_library(x OBJECT ${S})', {}),
    "separate arguments of a command line": (
        'separate_arguments(S UNIX_COMMAND "a.c b.c")\nadd_library(x OBJECT ${S})',
        {},
    ),
    # -- paths
    "cmake_path": (
        "set(P src)\ncmake_path(APPEND P deep .. a.c OUTPUT_VARIABLE Q)\ncmake_path(NORMAL_PATH Q)\ncmake_path(GET Q FILENAME F)\nadd_library(x OBJECT ${Q} ${F})",
        {},
    ),
    "cmake_path replaces": (
        "set(P src/a.h)\ncmake_path(REPLACE_EXTENSION P .c)\ncmake_path(ABSOLUTE_PATH P BASE_DIRECTORY ${CMAKE_SOURCE_DIR})\nadd_library(x OBJECT ${P})",
        {},
    ),
    "get_filename_component": (
        "get_filename_component(D ${CMAKE_CURRENT_LIST_FILE} DIRECTORY)\nget_filename_component(W src/deep/c.c.in NAME_WLE)\nget_filename_component(P deep ABSOLUTE BASE_DIR ${D}/src)\nadd_library(x OBJECT ${P}/${W})",
        {},
    ),
    "relative path": (
        "file(RELATIVE_PATH R ${CMAKE_SOURCE_DIR}/lib ${CMAKE_SOURCE_DIR}/src/a.c)\nadd_library(x OBJECT lib/${R})",
        {},
    ),
    # -- files
    "glob": ("file(GLOB S CONFIGURE_DEPENDS src/*.c)\nadd_library(x OBJECT ${S})", {}),
    "glob recursive and relative": (
        "file(GLOB_RECURSE S RELATIVE ${CMAKE_SOURCE_DIR}/src src/[a-c].c)\nlist(TRANSFORM S PREPEND src/)\nadd_library(x OBJECT ${S})",
        {},
    ),
    "sources in a text file": (
        "file(STRINGS sources.txt S)\nadd_library(x OBJECT ${S})",
        {"sources.txt": "a.c\nsrc/b.c\n"},
    ),
    "sources in a text file by expression": (
        'file(STRINGS sources.txt S REGEX "[.]c$")\nadd_library(x OBJECT ${S})',
        {"sources.txt": "# all\na.c\nsrc/b.c\n"},
    ),
    "sources read and split": (
        'file(READ sources.txt T)\nstring(STRIP "${T}" T)\nstring(REPLACE "\\n" ";" S "${T}")\nadd_library(x OBJECT ${S})',
        {"sources.txt": "a.c\nb.c\n"},
    ),
    "configured sources": (
        "configure_file(t.c.in ${CMAKE_CURRENT_BINARY_DIR}/t.c)\nadd_library(x OBJECT a.c ${CMAKE_CURRENT_BINARY_DIR}/t.c)",
        {"t.c.in": ""},
    ),
    "aux_source_directory": ("aux_source_directory(src S)\nadd_library(x OBJECT ${S})", {}),
    "version of a header": (
        'file(READ v.h T)\nstring(REGEX MATCH "MAJOR ([0-9])" _ "${T}")\nadd_library(x OBJECT src/v${CMAKE_MATCH_1}.c)',
        {"v.h": "#define MAJOR 4\n", "src/v4.c": ""},
    ),
    "configure depends": (
        "set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS notes.txt)\nadd_library(x OBJECT a.c)",
        {"notes.txt": ""},
    ),
    # -- other lists files
    "module path": (
        "list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_SOURCE_DIR}/cmake)\ninclude(Mine)\nmine()",
        {"cmake/Mine.cmake": "macro(mine)\n add_library(x OBJECT a.c)\nendmacro()"},
    ),
    "find module": (
        "set(CMAKE_MODULE_PATH ${PROJECT_SOURCE_DIR}/cmake)\nfind_package(Mine)\nadd_library(x OBJECT ${Mine_SOURCES})",
        {"cmake/FindMine.cmake": "set(Mine_SOURCES a.c)\nset(Mine_FOUND 1)"},
    ),
    "package configuration": (
        "find_package(Mine CONFIG REQUIRED PATHS ${PROJECT_SOURCE_DIR}/pkg NO_DEFAULT_PATH)\nadd_library(x OBJECT ${MINE})",
        {
            "pkg/lib/cmake/Mine/MineConfig.cmake": "set(MINE ${CMAKE_CURRENT_LIST_DIR}/m.c)",
            "pkg/lib/cmake/Mine/m.c": "",
        },
    ),
    "package directory": (
        "set(Mine_DIR ${PROJECT_SOURCE_DIR}/pkg)\nfind_package(Mine)\nadd_library(x OBJECT ${MINE})",
        {"pkg/mine-config.cmake": "set(MINE a.c)"},
    ),
    "include guard": (
        "include(g.cmake)\ninclude(g.cmake)\nadd_library(x OBJECT ${S})",
        {"g.cmake": "include_guard(GLOBAL)\nlist(APPEND S a.c)"},
    ),
    "optional include": (
        "include(none.cmake OPTIONAL RESULT_VARIABLE R)\nif(NOT R)\n add_library(x OBJECT a.c)\nendif()",
        {},
    ),
    "includes of includes": (
        "include(cmake/one.cmake)\nadd_library(x OBJECT ${S})",
        {"cmake/one.cmake": "include(${CMAKE_CURRENT_LIST_DIR}/two.cmake)", "cmake/two.cmake": "set(S b.c)"},
    ),
    "subdirectory with a loop": (
        "foreach(d one two)\n add_subdirectory(${d})\nendforeach()",
        {
            "one/CMakeLists.txt": "add_library(one OBJECT s.c)",
            "one/s.c": "",
            "two/CMakeLists.txt": "add_library(two OBJECT ../lib/l.c)",
        },
    ),
    "fetched from the tree": (
        "include(FetchContent)\nFetchContent_Declare(dep SOURCE_DIR ${CMAKE_SOURCE_DIR}/dep)\nFetchContent_MakeAvailable(dep)\nadd_library(x OBJECT ${dep_SOURCE_DIR}/d.c)",
        {"dep/CMakeLists.txt": "add_library(dep OBJECT e.c)", "dep/d.c": "", "dep/e.c": ""},
    ),
    "injected by a variable": ("", {}),
    # -- properties
    "sources gathered in a global property": (
        "add_subdirectory(sub)\nget_property(S GLOBAL PROPERTY DEMO_S)\nadd_library(x OBJECT ${S})",
        {
            "sub/CMakeLists.txt": "set_property(GLOBAL APPEND PROPERTY DEMO_S ${CMAKE_CURRENT_SOURCE_DIR}/s.c)",
            "sub/s.c": "",
        },
    ),
    "sources of a target": (
        "add_library(x OBJECT a.c b.c)\nget_target_property(S x SOURCES)\nlist(REMOVE_ITEM S b.c)\nadd_library(y OBJECT ${S} c.c)",
        {},
    ),
    "sources in another directory": (
        "add_library(x OBJECT a.c)\nadd_subdirectory(sub)",
        {"sub/CMakeLists.txt": "target_sources(x PRIVATE s.c)", "sub/s.c": ""},
    ),
    "sources property": ("add_library(x OBJECT a.c)\nset_property(TARGET x APPEND PROPERTY SOURCES b.c)", {}),
    "interface sources": (
        "add_library(i INTERFACE)\ntarget_sources(i INTERFACE ${CMAKE_SOURCE_DIR}/b.c)\nadd_library(x OBJECT a.c)\ntarget_link_libraries(x PRIVATE i)",
        {},
    ),
    "custom target": ("add_custom_target(t SOURCES a.c src/b.c)", {}),
    "generator expressions": (
        "add_library(x OBJECT $<1:a.c> $<0:b.c> $<$<BOOL:ON>:src/a.c> $<IF:$<BOOL:>,c.c,src/b.c>)",
        {},
    ),
    "generator expression with spaces": (
        "add_library(x OBJECT $<$<BOOL:1>:a.c b.c>)".replace("a.c b.c", "a.c;b.c"),
        {},
    ),
    "generator expression with and": (
        "add_library(x OBJECT a.c $<$<AND:$<BOOL:1>,$<NOT:$<BOOL:0>>>:b.c> $<$<OR:0,0>:c.c>)",
        {},
    ),
}
CASES["injected by a variable"] = ("add_library(x OBJECT ${S})", {"hook.cmake": "set(S a.c)"})
OPTIONS = {"injected by a variable": ("CMAKE_PROJECT_INCLUDE", "hook.cmake")}
NEEDS = {"block": "3.25"}
RELEASES: list[str] = sorted(executables(), key=version)


def found(root: Path) -> set[str]:
    """Return the files that the interpreter finds, and those that its globs match."""
    project = Project(root)
    result: set[str] = set()
    for item in cmake_inputs(project):
        if getattr(item, "kind", "") == "file":
            result.add(item.what)  # type: ignore[union-attr]
    return {name for name in result if project.is_file(name)}


def write(make_project: Callable[..., Path], name: str) -> Path:
    """Write the project of a case."""
    text, files = CASES[name]
    pyproject = PYPROJECT
    if name in OPTIONS:
        option, value = OPTIONS[name]
        pyproject += f'[tool.scikit-build.cmake.define]\n{option} = "{value}"\n'
    lists: Mapping[str, str | bytes] = {**TREE, **files, "CMakeLists.txt": HEAD + text, "pyproject.toml": pyproject}
    if text.startswith("\ufeff"):
        lists = {**lists, "CMakeLists.txt": "\ufeff" + HEAD + text[1:]}
    return make_project(lists)


@pytest.mark.parametrize("release", RELEASES or ["none"])
@pytest.mark.parametrize("name", CASES)
def test_reads_what_cmake_reads(name: str, release: str, make_project: Callable[..., Path], tmp_path: Path) -> None:
    if release == "none":
        pytest.skip("there is no CMake")
    if version(release) < version(NEEDS.get(name, "3.20")):
        pytest.skip("this CMake does not know the command")
    root = write(make_project, name)
    options = [f"-D{option}={root / value}" for option, value in [OPTIONS[name]]] if name in OPTIONS else []
    assert found(root) == reads(executables()[release], root, tmp_path / "out", *options)

"""Each source alone, around the tool itself: what would be known of a build without the preload helper."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.observed import Observation, context_of, observing

from cachekeys.trace.sources import cargo, cmake, compiler, meson, ninja

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    MakeProject = Callable[[Mapping[str, str | bytes]], Path]

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")

C_PROJECT = {
    "main.c": '#include "h.h"\n#include "my hdr.h"\nint main(void) { return 0; }\n',
    "include/h.h": '#include "deep/d.inc"\n#if __has_include("not there.h")\n#endif\n',
    "include/deep/d.inc": "",
    "include/my hdr.h": "",
    "include/unused.h": "",
}
CMAKE = {
    **C_PROJECT,
    "CMakeLists.txt": """
        cmake_minimum_required(VERSION 3.15)
        project(demo C)
        include(cmake/extra.cmake)
        configure_file(conf.h.in conf.h)
        file(GLOB found CONFIGURE_DEPENDS "globbed/*.txt")
        add_custom_command(OUTPUT gen.c COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_SOURCE_DIR}/gen.in gen.c DEPENDS gen.in)
        add_executable(demo main.c ${CMAKE_CURRENT_BINARY_DIR}/gen.c)
        target_include_directories(demo PRIVATE include)
        add_executable(never EXCLUDE_FROM_ALL never.c)
        add_subdirectory(sub)
        """,
    "cmake/extra.cmake": "",
    "conf.h.in": "",
    "globbed/a.txt": "",
    "gen.in": "int gen;\n",
    "never.c": "",
    "sub/CMakeLists.txt": "add_library(lib STATIC lib.c)\n",
    "sub/lib.c": '#include "../include/deep/d.inc"\nint lib;\n',
}
HEADERS = {"include/h.h", "include/deep/d.inc", "include/my hdr.h"}
CONFIGURED = {"CMakeLists.txt", "cmake/extra.cmake", "conf.h.in", "sub/CMakeLists.txt"}
COMPILED = {"main.c", "sub/lib.c", *HEADERS}


def seen_by(source: ModuleType, command: str, root: Path, **environment: str) -> Observation:
    with observing(
        source, ["sh", "-ec", command], root, root.parent / "scratch", {**os.environ, **environment}
    ) as seen:
        assert seen.done.returncode == 0, seen.done.stdout + seen.done.stderr
        return seen


def inside(names: set[str]) -> set[str]:
    """Leave the build directory and the system out."""
    return {name for name in names if not name.startswith(("build/", "..")) and name != "build"}


def need(*tools: str) -> None:
    for tool in tools:
        if shutil.which(tool) is None:
            pytest.skip(f"needs {tool}")


def test_gcc_tells_by_itself_wherever_it_runs(make_project: MakeProject) -> None:
    root = make_project({**C_PROJECT, "sub/x.c": '#include "x.h"\n', "sub/x.h": "", "-odd": ""})
    seen = seen_by(
        compiler, "cc -Iinclude -c main.c -o main.o; cc -c sub/x.c -o x.o; gcc -E -Iinclude main.c > /dev/null", root
    )
    assert inside(seen.names("read")) == {"main.c", *HEADERS, "sub/x.c", "sub/x.h"}
    assert seen.done.stderr == ""


def test_a_dependency_file_is_read_from_where_the_compiler_ran(make_project: MakeProject) -> None:
    root = make_project(
        {**C_PROJECT, "src/x.c": '#include "x.h"\n', "src/x.h": "", "x.c": "", "src/y.c": '#include "../include/h.h"\n'}
    )
    seen = seen_by(
        compiler, "cd src; mkdir -p obj; cc -MMD -c x.c -o obj/x.o; cc -MD -MP -I../include -c y.c -o obj/y.o", root
    )
    assert inside(seen.names("read")) == {"src/x.c", "src/x.h", "src/y.c", "include/h.h", "include/deep/d.inc"}


def test_a_dependency_file_of_an_earlier_build_says_nothing(make_project: MakeProject) -> None:
    root = make_project({"old.d": "a.o: a.c\n", "a.c": ""})
    os.utime(root / "old.d", (1, 1))
    assert seen_by(compiler, "true", root).names("read") == set()


def test_variables_that_the_user_has_set_stay(make_project: MakeProject, tmp_path: Path) -> None:
    root = make_project({})
    theirs = {"DEPENDENCIES_OUTPUT": "/theirs", "CC_PRINT_HEADERS": "1", "CC_PRINT_HEADERS_FILE": "/theirs"}
    assert compiler.prepare(context_of(root, tmp_path / "scratch", theirs)) == {}


@pytest.mark.parametrize("where", ["CC", "CMAKE_CXX_COMPILER_LAUNCHER", "PATH", "preload"])
def test_a_compiler_cache_does_not_get_to_see_what_makes_it_stand_back(
    where: str, make_project: MakeProject, tmp_path: Path
) -> None:
    """ccache does not work with these variables (4.7.5 even compiles nothing and says that all is well)."""
    root = make_project({"bin/ccache": "#!/bin/sh\n"})
    (root / "bin" / "ccache").chmod(0o755)
    plain = {"PATH": str(tmp_path)}
    assert "DEPENDENCIES_OUTPUT" in compiler.prepare(context_of(root, tmp_path / "plain", plain))
    values = {
        "CC": "/opt/ccache gcc",
        "CMAKE_CXX_COMPILER_LAUNCHER": "sccache",
        "PATH": str(root / "bin"),
        "preload": "",
    }
    context = context_of(root, tmp_path / "scratch", {**plain, where: values[where]})
    if where == "preload":
        Path(context.directory, "preload.so").write_bytes(b"")
    assert compiler.prepare(context) == {}
    Path(context.directory, "preload.refused").write_text("it does not work here", encoding="utf-8")
    assert bool(compiler.prepare(context)) == (where == "preload")
    assert any("ccache may stand before" in sentence for sentence in compiler.blind(context)) == (where != "preload")


def test_headers_that_clang_prints_are_read(make_project: MakeProject, tmp_path: Path) -> None:
    root = make_project(C_PROJECT)
    context = context_of(root, tmp_path / "scratch")
    log = f". {root}/include/h.h\n.. include/deep/d.inc\n. /usr/include/stdio.h\nwarning: text\n"
    (Path(context.directory) / "compiler-clang.log").write_text(log, encoding="utf-8")
    names = {os.path.relpath(event.subject, root) for event in compiler.read(context)}
    assert inside(names) == {"include/h.h", "include/deep/d.inc"}


def test_names_that_two_compilers_wrote_into_each_other_are_dropped(make_project: MakeProject, tmp_path: Path) -> None:
    root = make_project(C_PROJECT)
    context = context_of(root, tmp_path / "scratch")
    (Path(context.directory) / "compiler-gcc.log").write_text(
        "a.o: main.c include/hmain.o: main.c include/h.h\n", encoding="utf-8"
    )
    names = {os.path.relpath(event.subject, root) for event in compiler.read(context)}
    assert names == {"main.c", "include/h.h"}


def test_ninja_knows_headers_inputs_and_what_cmake_read(make_project: MakeProject) -> None:
    need("cmake", "ninja")
    seen = seen_by(ninja, "cmake -S . -B build -G Ninja; cmake --build build", make_project(CMAKE))
    assert inside(seen.names("read")) == {*CONFIGURED, *COMPILED, "gen.in"}


def test_ninja_knows_of_a_build_directory_that_is_gone(make_project: MakeProject, tmp_path: Path) -> None:
    need("cmake", "ninja")
    root = make_project(CMAKE)
    build = tmp_path / "elsewhere"
    with observing(
        ninja, ["sh", "-ec", f"cmake -S . -B {build} -G Ninja; cmake --build {build}"], root, tmp_path / "s"
    ) as seen:
        assert seen.events == []
        kept = {}
        for path in (build / name for name in (".ninja_deps", ".ninja_log", "build.ninja")):
            kept[str(path)] = str(tmp_path / f"kept-{path.name}")
            shutil.copy(path, kept[str(path)])
        shutil.rmtree(build)
        from dataclasses import replace

        context = replace(seen.context, kept=kept)
        names = {os.path.relpath(event.subject, root) for event in ninja.read(context)}
        assert inside(names) == {*CONFIGURED, *COMPILED, "gen.in"}


def test_makefiles_of_cmake_tell_in_two_places(make_project: MakeProject) -> None:
    need("cmake", "make")
    root = make_project(CMAKE)
    command = "cmake -S . -B build -G 'Unix Makefiles'; cmake --build build"
    seen = seen_by(cmake, command, root)
    assert inside(seen.names("read")) == CONFIGURED
    assert inside(seen.names("list")) == {"globbed"}
    assert inside({os.path.relpath(event.subject, root) for event in compiler.read(seen.context)}) == COMPILED


def test_meson_lists_its_files_and_the_sources_of_targets(make_project: MakeProject) -> None:
    need("ninja")
    pytest.importorskip("mesonbuild")
    root = make_project(
        {
            **C_PROJECT,
            "meson.build": """
                project('demo', 'c', version: files('VERSION'))
                data = import('fs').read('data.txt')
                subdir('sub')
                executable('demo', 'main.c', include_directories: 'include')
                """,
            "VERSION": "1.0\n",
            "data.txt": "",
            "meson.options": "",
            "sub/meson.build": "configure_file(input: 'conf.h.in', output: 'conf.h', configuration: {})\n",
            "sub/conf.h.in": "",
            "sub/unused.c": "",
        }
    )
    seen = seen_by(meson, f"'{sys.executable}' -m mesonbuild.mesonmain setup build; ninja -C build", root)
    described = {"meson.build", "meson.options", "VERSION", "data.txt", "sub/meson.build", "sub/conf.h.in"}
    assert inside(seen.names("read")) == {*described, "main.c"}
    assert inside({os.path.relpath(event.subject, root) for event in ninja.read(seen.context)}) == {
        *described,
        "main.c",
        *HEADERS,
    }


def test_cargo_tells_sources_included_files_and_variables(make_project: MakeProject) -> None:
    need("cargo")
    manifest = '[package]\nname = "%s"\nversion = "0.1.0"\nedition = "2021"\n%s'
    root = make_project(
        {
            "Cargo.toml": manifest
            % ("outer", '[workspace]\nmembers = ["inner"]\n[dependencies]\ninner = { path = "inner" }\n'),
            "src/lib.rs": """
                mod m;
                pub const DATA: &str = include_str!("my data.txt");
                pub const OWN: Option<&str> = option_env!("DEMO_OPTION");
                pub const CARGOS: &str = env!("CARGO_PKG_NAME");
                """,
            "src/m.rs": "",
            "src/my data.txt": "",
            "src/unused.rs": "",
            "inner/Cargo.toml": manifest % ("inner", ""),
            "inner/build.rs": 'fn main() { println!("cargo:rerun-if-changed=wrapper.h"); println!("cargo::rerun-if-env-changed=DEMO_SCRIPT"); }\n',
            "inner/wrapper.h": "",
            "inner/src/lib.rs": "",
        }
    )
    seen = seen_by(cargo, "cargo build --offline --quiet", root, DEMO_OPTION="a value that stays out")
    sources = {"src/lib.rs", "src/m.rs", "src/my data.txt", "inner/src/lib.rs", "inner/build.rs", "inner/wrapper.h"}
    assert inside(seen.names("read")) == sources
    assert seen.names("env") == {"DEMO_OPTION", "DEMO_SCRIPT"}
    assert "stays out" not in repr(seen.events)


def test_a_cache_before_the_compiler_is_said(make_project: MakeProject, tmp_path: Path) -> None:
    context = context_of(make_project({}), tmp_path / "scratch", {"CC": "ccache gcc"})
    assert [sentence.partition(" ")[0] for sentence in compiler.blind(context)][:1] == ["ccache"]

"""The readers of files that build tools write; recorded from CMake 3.25, Ninja 1.11 and gcc 12 in ``/tmp/demo``."""

from __future__ import annotations

from pathlib import Path

import pytest

from cachekeys.trace.sources import cmake, ninja
from cachekeys.trace.sources._makefile import Rule, rules
from cachekeys.trace.sources._ninjafile import Edge, edges
from cachekeys.trace.sources._places import Found

DATA = Path(__file__).parents[2] / "data/trace"
HEADERS = ["/tmp/demo/include/h.h", "/tmp/demo/include/deep/d.inc"]


def edges_of(text: str, tmp_path: Path, **others: str) -> list[Edge]:
    files = {}
    for name, content in {"build": text, **others}.items():
        path = tmp_path / f"{name}.ninja"
        path.write_text(content, encoding="utf-8")
        files[str(path)] = Found(str(path), str(path))
    return list(edges(files[str(tmp_path / "build.ninja")], files))


def test_ninja_deps_of_a_real_build() -> None:
    log = (DATA / "cmake.ninja_deps").read_bytes()
    needs = ninja.dependencies(log)
    assert {output.rpartition("/")[2] for output in needs} == {"main.c.o", "s.c.o", "gen.c.o", "sp_ace.c.o"}
    own = [
        path
        for path in needs["CMakeFiles/demo.dir/main.c.o"]
        if path.startswith("/tmp/demo/") and "b-Ninja" not in path
    ]
    assert own == ["/tmp/demo/main.c", "/tmp/demo/include/my hdr.h", *HEADERS]
    assert "/tmp/demo/sp ace.c" in needs["CMakeFiles/demo.dir/sp_ace.c.o"]


def test_a_cut_ninja_deps_gives_what_is_whole() -> None:
    log = (DATA / "cmake.ninja_deps").read_bytes()
    whole = ninja.dependencies(log)
    for length in range(0, len(log), 3):
        assert ninja.dependencies(log[:length]).items() <= whole.items()


def test_a_log_that_is_no_ninja_deps_is_left_alone() -> None:
    assert ninja.dependencies(b"") == {}
    assert ninja.dependencies(b"# ninjadeps\n") == {}
    assert ninja.dependencies(b"# other thing\n" + b"\xff" * 64) == {}
    assert ninja.dependencies(b"# ninjadeps\n\4\0\0\0" + b"\xff" * 64) == {}


def test_the_short_times_of_ninja_deps_version_3() -> None:
    def path(name: bytes, number: int) -> bytes:
        return (len(name) + 4).to_bytes(4, "little") + name + (~number & 0xFFFFFFFF).to_bytes(4, "little")

    numbers = b"".join(number.to_bytes(4, "little") for number in (0, 12345, 1))
    log = (
        b"# ninjadeps\n\3\0\0\0" + path(b"a.o\0", 0) + path(b"abc.", 1) + (12 | 1 << 31).to_bytes(4, "little") + numbers
    )
    assert ninja.dependencies(log) == {"a.o": ["abc."]}


def test_build_ninja_of_a_real_build() -> None:
    path = str(DATA / "cmake.build.ninja")
    by_output = {
        output: edge for edge in edges(Found(path, path), {}) for output in edge.outputs if not edge.makes_nothing
    }
    assert by_output["CMakeFiles/demo.dir/sp_ace.c.o"].inputs == ("/tmp/demo/sp ace.c",)
    assert by_output["gen.c"] == by_output["/tmp/demo/b-Ninja/gen.c"]
    assert by_output["gen.c"].inputs == ("/tmp/demo/gen.in",)
    assert set(by_output["build.ninja"].inputs) >= {
        "/tmp/demo/CMakeLists.txt",
        "/tmp/demo/cmake/extra.cmake",
        "/tmp/demo/conf.h.in",
        "/tmp/demo/listed.txt",
    }
    assert "/tmp/demo/CMakeLists.txt" not in by_output


def test_the_language_of_build_ninja(tmp_path: Path) -> None:
    text = (
        "root = ../src\n"
        "rule cc\n  command = cc $in -o $out\n"
        "build a.o | a.d: cc $root/a$ b.c | ${root}/h$:1.h || order |@ check\n"
        "  flags = x\n"
        "build long $\n    b: cc one $\n      two$$3\n"
        "build all: phony a.o\n"
        "build gone.h: phony\n"
        "default all\n"
    )
    found = edges_of(text, tmp_path)
    assert found[0] == Edge("cc", ("a.o", "a.d"), ("../src/a b.c", "../src/h:1.h"))
    assert found[1] == Edge("cc", ("long", "b"), ("one", "two$3"))
    assert [edge.makes_nothing for edge in found] == [False, False, False, True]


def test_included_build_files_see_and_set_variables(tmp_path: Path) -> None:
    text = "x = 1\ninclude more.ninja\nsubninja $x.ninja\ninclude absent.ninja\nbuild last: r $x\n"
    found = edges_of(text, tmp_path, more="x = deep\nbuild m: r $x\n", deep="x = inner\nbuild d: r $x\n")
    assert [edge.inputs for edge in found] == [("deep",), ("inner",), ("deep",)]


def test_a_build_file_that_includes_itself_ends(tmp_path: Path) -> None:
    assert len(edges_of("build a: r b\ninclude build.ninja\n", tmp_path)) < 20


def test_the_dependency_file_of_a_real_compiler() -> None:
    text = (DATA / "main.c.o.d").read_text(encoding="utf-8")
    (rule,) = rules(text)
    assert rule.targets == ("CMakeFiles/demo.dir/main.c.o",)
    own = [path for path in rule.needs if path.startswith("/tmp/demo/") and "b-Unix" not in path]
    assert own == ["/tmp/demo/main.c", "/tmp/demo/include/my hdr.h", *HEADERS]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.o b.o: c.c \\\n  h.h\n\nh.h:\n", [Rule(("a.o", "b.o"), ("c.c", "h.h")), Rule(("h.h",), ())]),
        ("C:/x/a.o: C:\\x\\a.c d$$e f\\#g\n", [Rule(("C:/x/a.o",), ("C:\\x\\a.c", "d$e", "f#g"))]),
        ("a.o: \\\r\n b.c\r\n", [Rule(("a.o",), ("b.c",))]),
        ("# env-dep:X=a: b\n\tcommand: x\nno rule\n", []),
        ("", []),
        ("a.o:", [Rule(("a.o",), ())]),
    ],
)
def test_rules_for_make(text: str, expected: list[Rule]) -> None:
    assert list(rules(text)) == expected


def test_makefile_cmake_of_a_real_build() -> None:
    found = list(cmake._paths("Makefile.cmake", (DATA / "Makefile.cmake").read_text(encoding="utf-8")))
    own = [path for path in found if path.startswith("/tmp/demo/")]
    names = ["CMakeLists.txt", "cmake/extra.cmake", "conf.h.in", "listed.txt", "sub/CMakeLists.txt"]
    assert sorted(path.removeprefix("/tmp/demo/") for path in own if "b-Unix" not in path) == names
    assert not any("main.c" in path for path in found)


def test_globs_that_cmake_watches_are_listings(tmp_path: Path) -> None:
    text = (DATA / "VerifyGlobs.cmake").read_text(encoding="utf-8").replace("/tmp/demo", str(tmp_path))
    assert list(cmake._listed(text)) == [str(tmp_path)]

"""Includes: what counts as one, where it is looked up, and what is too vague to guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cachekeys.inputs.includes import follow
from cachekeys.inputs.includes.c_family import scan_c
from cachekeys.inputs.includes.cython import scan_cython
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'#include "a.h"', [("a.h", 1, "quoted")]),
        (b"\n\n  #  include\t<sub/a.h>\n", [("sub/a.h", 3, "angled")]),
        (b'#include"a.h"//x\n#include <b.h>/* */', [("a.h", 1, "quoted"), ("b.h", 2, "angled")]),
        (
            b'#include_next "a.h"\n#import "b.h"\n#embed "c.bin"',
            [("a.h", 1, "next"), ("b.h", 2, "quoted"), ("c.bin", 3, "quoted")],
        ),
        (
            b'#include_next <a.h>\n#include <a.h>\n#include "a.h"',
            [("a.h", 1, "next"), ("a.h", 2, "angled"), ("a.h", 3, "quoted")],
        ),
        (b'#if __has_include("a.h")\n#endif', []),
        (b'#ifdef HAVE_CONFIG_H\n#include "config.h"\n#endif', [("config.h", 2, "checked")]),
        (b'#if defined(HAVE_MY_SETUP_H)\n\n# include "sub/my-setup.h"', [("sub/my-setup.h", 3, "checked")]),
        (b'#ifdef HAVE_LOCAL_H\n#define LOCAL_H "local.h"\n#endif', [("local.h", 2, "checked")]),
        (b'#ifdef HAVE_ZLIB\n#include "deflate.h"\n#endif', [("deflate.h", 2, "quoted")]),
        (b'#ifdef HAVE_CONFIG_H\nint x;\n#include "config.h"\n#endif', [("config.h", 3, "quoted")]),
        (b'// #include "a.h"\nx = "#include";\n', []),
        (b'#include "a.h"\n#include "a.h"\n#include <a.h>', [("a.h", 1, "quoted"), ("a.h", 3, "angled")]),
        (b'#include "win\\a.h"', [("win/a.h", 1, "quoted")]),
        (b'#include MACRO\n#include "unterminated\n', []),
        (b'#define CONFIG_FILE "my/config.h"\n#include CONFIG_FILE', [("my/config.h", 1, "quoted")]),
        (b"#  define FT_TYPES_H <freetype/types.h>", [("freetype/types.h", 1, "angled")]),
        (b'#define NAME "libfoo"\n#define VERSION "1.2.h x"', []),
        (b'HEAD = "#include \\"x\\""\ntext = """\n#include "gen.h"\n"""', [("gen.h", 3, "quoted")]),
        (b'.incbin "blob.bin"\n.include "m.inc"', [("blob.bin", 1, "quoted"), ("m.inc", 2, "quoted")]),
        (b'#include "\xff.h"', [("\udcff.h", 1, "quoted")]),
        (b"#if 0\n#include <never.h>\n#endif", [("never.h", 2, "angled")]),
    ],
)
def test_scan(text: bytes, expected: list[tuple[str, int, str]]) -> None:
    assert list(scan_c(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'head += ["#include <a/b.h>\\n"]\n', [("a/b.h", 1, "angled")]),
        (b"\nf.write('#include \"a.h\"')\n", [("a.h", 2, "quoted")]),
        (b'f.write("#include \\"a.h\\"\\n#include <b.h>")\n', [("a.h", 1, "quoted"), ("b.h", 1, "angled")]),
        (
            b'emit(f"#include <{name}>")\nNAMES = ["a/b.cuh", "c.h"]',
            [("{name}", 1, "angled"), ("a/b.cuh", 2, "angled")],
        ),
        (b'x = 1  # looks for "a/b.h"\n', []),
        (b"x = 1  #include <a.h>\n", []),
    ],
)
def test_scan_of_a_program_that_writes_code(text: bytes, expected: list[tuple[str, int, str]]) -> None:
    assert list(scan_c(text, generates=True)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"cimport a, b.c as d", [("a", 1, "cimport"), ("b.c", 1, "cimport")]),
        (b"from a.b cimport c, d as e", [("a.b", 1, "cimport"), ("a.b.c", 1, "cimport"), ("a.b.d", 1, "cimport")]),
        (b"from . cimport x", [(".", 1, "cimport"), (".x", 1, "cimport")]),
        (b"from ..p cimport (x,\n    y)", [("..p", 1, "cimport"), ("..p.x", 1, "cimport"), ("..p.y", 1, "cimport")]),
        (b"from a cimport *", [("a", 1, "cimport")]),
        (b"\n    include 'x.pxi'", [("x.pxi", 2, "include")]),
        (b'cdef extern from "a.h" nogil:', [("a.h", 1, "quoted")]),
        (b'cdef extern from "<b/c.h>":', [("b/c.h", 1, "angled")]),
        (b"cdef extern from *:\n", []),
        (b"# cimport x\nimport y\nx = 'include \"z\"'", []),
        (b"from cython.cimports.a.b import c", [("a.b", 1, "cimport"), ("a.b.c", 1, "cimport")]),
    ],
)
def test_scan_cython(text: bytes, expected: list[tuple[str, int, str]]) -> None:
    assert list(scan_cython(text)) == expected


def included(root: Path, sources: list[str], *directories: str) -> dict[str, tuple[str, int, str]]:
    return {i.path: (i.by, i.line, i.confidence) for i in follow(Project(root), sources, directories)}


@pytest.fixture
def tree(make_project: Callable[..., Path]) -> Callable[..., Path]:
    def make(**files: str) -> Path:
        named: Mapping[str, str] = {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}
        return make_project({"pyproject.toml": "", **named})

    return make


def test_headers_of_headers_with_the_chain(tree: Callable[..., Path]) -> None:
    root = tree(
        src__a_dot_c='#include "b.h"', src__b_dot_h='//\n#include "in/c.h"', src__in__c_dot_h='#include "../b.h"'
    )
    assert included(root, ["src/a.c"]) == {
        "src/b.h": ("src/a.c", 1, "certain"),
        "src/in/c.h": ("src/b.h", 2, "certain"),
    }


def test_the_including_files_directory_comes_first_then_the_include_directories(tree: Callable[..., Path]) -> None:
    root = tree(
        src__a_dot_c='#include "x.h"\n#include <y.h>',
        src__x_dot_h="",
        inc__x_dot_h="",
        inc__y_dot_h="",
        src__y_dot_h="",
    )
    assert included(root, ["src/a.c"], "inc").keys() == {"src/x.h", "inc/y.h"}


def test_an_angled_include_beside_the_file_is_only_likely(tree: Callable[..., Path]) -> None:
    root = tree(src__a_dot_c="#include <y.h>", src__y_dot_h="")
    assert included(root, ["src/a.c"]) == {"src/y.h": ("src/a.c", 1, "likely")}


def test_a_header_that_only_one_file_can_be(tree: Callable[..., Path]) -> None:
    root = tree(
        src__a_dot_c='#include "lib/z.h"\n#include <lib/w.h>\n#include <v.h>',
        deps__one__lib__z_dot_h="",
        deps__lib__w_dot_h="",
        deps__v_dot_h="",
    )
    # <v.h> could be the system's
    assert included(root, ["src/a.c"]) == {
        "deps/one/lib/z.h": ("src/a.c", 1, "likely"),
        "deps/lib/w.h": ("src/a.c", 2, "likely"),
    }


def test_two_candidates_are_no_answer(tree: Callable[..., Path]) -> None:
    root = tree(src__a_dot_c='#include "z.h"', one__z_dot_h="", two__z_dot_h="")
    assert included(root, ["src/a.c"]) == {}


def test_products_of_a_build_are_no_candidates(tree: Callable[..., Path]) -> None:
    root = tree(src__a_dot_c='#include "z.h"', build__temp__z_dot_h="")
    assert included(root, ["src/a.c"]) == {}


def test_loops_missing_files_and_sources_that_include_sources(tree: Callable[..., Path]) -> None:
    root = tree(a_dot_c='#include "b.c"\n#include "missing.h"', b_dot_c='#include "a.c"')
    assert included(root, ["a.c", "a.c", "none.c"]) == {"b.c": ("a.c", 1, "certain")}


def test_headers_beside_the_project(tmp_path: Path, make_project: Callable[..., Path]) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "s.h").write_text("", encoding="utf-8")
    root = make_project({"pyproject.toml": "", "a.c": "#include <s.h>\n#include <t.h>"})
    assert included(root, ["a.c"], "../shared") == {"../shared/s.h": ("a.c", 1, "certain")}


def test_a_chain_longer_than_pythons_stack(make_project: Callable[..., Path]) -> None:
    files = {f"h{n}.h": f'#include "h{n + 1}.h"' for n in range(3000)}
    root = make_project({"pyproject.toml": "", "a.c": '#include "h0.h"', **files})
    assert len(included(root, ["a.c"])) == 3000


@pytest.mark.parametrize(
    ("directories", "expected"),
    [
        (["lib/config_linux", "lib/config_darwin"], {"lib/config_linux/c.h", "lib/config_darwin/c.h"}),
        (["lib/config_darwin", "lib", "lib/config_linux"], {"lib/config_linux/c.h", "lib/config_darwin/c.h"}),
        (["arch/x86/inc", "arch/arm64/inc"], {"arch/x86/inc/c.h", "arch/arm64/inc/c.h"}),
        (["one", "two"], {"one/c.h"}),
        (["arch/x86/inc", "one"], {"arch/x86/inc/c.h"}),
        (["one", "arch/x86/inc"], {"one/c.h"}),
    ],
)
def test_a_directory_for_each_platform(
    make_project: Callable[[Mapping[str, str]], Path], directories: list[str], expected: set[str]
) -> None:
    headers = ("lib/config_linux", "lib/config_darwin", "arch/x86/inc", "arch/arm64/inc", "one", "two")
    root = make_project({"setup.py": "", "a.c": '#include "c.h"\n', **{f"{name}/c.h": "" for name in headers}})
    assert {item.path for item in follow(Project(root), ["a.c"], directories)} == expected


@pytest.mark.parametrize(
    "name",
    [
        *(
            "sys/stat.h",
            "netinet/in.h",
            "linux/futex.h",
            "bits/wordsize.h",
            "mach/mach_time.h",
            "X11/Xlib.h",
            "GL/gl.h",
            "CoreFoundation/CFString.h",
        ),
        *("time.h", "stdint.h", "unistd.h", "Windows.h", "winsock2.h", "vector", "version", "immintrin.h"),
    ],
)
def test_the_systems_headers_are_not_taken_from_the_tree(make_project: Callable[..., Path], name: str) -> None:
    root = make_project(
        {
            "pyproject.toml": "",
            "src/a.c": f"#include <{name}>\n",
            f"src/{name}": "",
            "src/b.pyx": f'cdef extern from "<{name}>":\n    pass\n',
        }
    )
    assert included(root, ["src/a.c", "src/b.pyx"]) == {}
    assert included(root, ["src/a.c"], "other") == {}
    assert included(root, ["src/a.c"], "src").keys() == {
        f"src/{name}"
    }  # a directory to search comes before the system's


@pytest.mark.parametrize("text", ["#include <sys/stat.h>", "#include <stdint.h>"])
def test_an_only_file_of_that_name_is_no_system_header(make_project: Callable[..., Path], text: str) -> None:
    root = make_project(
        {"pyproject.toml": "", "a.c": text, "compat/sys/stat.h": "", "compat/stdint.h": "", "stdint.h.in": ""}
    )
    assert included(root, ["a.c"]) == {}
    assert len(included(root, ["a.c"], "compat")) == 1


def test_a_template_of_a_system_header_counts_in_an_include_directory(make_project: Callable[..., Path]) -> None:
    root = make_project(
        {
            "pyproject.toml": "",
            "lib/a.c": "#include <stdio.h>\n#include <time.h>",
            "lib/stdio.h.in": "",
            "gl/time.h.in": "",
        }
    )
    assert included(root, ["lib/a.c"], "gl") == {"gl/time.h.in": ("lib/a.c", 2, "likely")}


def test_quotes_are_for_headers_of_the_projects_own_except_in_cython(make_project: Callable[..., Path]) -> None:
    files = {"a.c": '#include "math.h"\n', "b.pyx": 'cdef extern from "math.h":\n    pass\n', "core/math.h": ""}
    root = make_project({"pyproject.toml": "", **files})
    assert included(root, ["a.c"]) == {"core/math.h": ("a.c", 1, "likely")}
    assert included(root, ["b.pyx"]) == {}
    assert included(root, ["b.pyx"], "core") == {"core/math.h": ("b.pyx", 1, "certain")}


def test_include_next_goes_on_behind_the_directory_of_the_file(make_project: Callable[..., Path]) -> None:
    files = {"a.c": "#include <sys/types.h>\n#include <own.h>\n", "two/own.h": "", "three/own.h": ""}
    wrapped = {
        "one/sys/types.h": "#include_next <sys/types.h>\n",
        "one/own.h": '#include_next "own.h"\n',
        "three/sys/types.h": "",
    }
    root = make_project({"pyproject.toml": "", **files, **wrapped})
    found = included(root, ["a.c"], "one", "two", "three")
    assert found.keys() == {"one/sys/types.h", "three/sys/types.h", "one/own.h", "two/own.h"}
    assert found["two/own.h"] == ("one/own.h", 1, "certain")
    assert included(root, ["a.c"], "two", "three", "one").keys() == {"three/sys/types.h", "two/own.h"}


def test_directories_for_quotes_come_behind_the_systems(make_project: Callable[..., Path]) -> None:
    files = {
        "a.c": '#include <time.h>\n#include "own.h"\n#include <other.h>',
        "q/time.h": "",
        "q/own.h": "",
        "q/other.h": "",
    }
    root = make_project({"pyproject.toml": "", **files})
    found = {item.path for item in follow(Project(root), ["a.c"], [], late_dirs=["q"])}
    assert found == {"q/own.h", "q/other.h"}
    assert {item.path for item in follow(Project(root), ["a.c"], ["./q"], late_dirs=["q"])} == {"q/time.h", *found}


def test_a_guess_leads_into_no_tests(tree: Callable[..., Path]) -> None:
    """``#ifdef OWN_AES`` / ``#include "aes_alt.h"``: the user's header; a dummy in the tests is none."""
    root = tree(
        lib__include__aes_dot_h='#include "aes_alt.h"\n#include "conf_user.h"\n#include "helper.h"',
        lib__a_dot_c='#include "include/aes.h"\n#include "demo_data.h"',
        lib__tests__dummy__aes_alt_dot_h="",
        lib__Examples__conf_user_dot_h="",
        other__helper_dot_h="",
        lib__benchmarks__demo_data_dot_h="",
        lib__tests__t_dot_c='#include "tool.h"\n#include "lib/plain.h"',
        lib__tests__deep__tool_dot_h="",
        test__lib__plain_dot_h="",
    )
    assert set(included(root, ["lib/a.c"])) == {"lib/include/aes.h", "other/helper.h"}
    assert set(included(root, ["lib/tests/t.c"])) == {"lib/tests/deep/tool.h"}
    assert set(included(root, ["lib/a.c"], "lib/benchmarks")) > {"lib/benchmarks/demo_data.h"}


def test_what_a_configure_step_knows_of_is_looked_up_and_not_guessed(tree: Callable[..., Path]) -> None:
    """``#ifdef HAVE_CONFIG_H`` / ``#include "config.h"``: another program's in the same tree is none."""
    root = tree(
        lib__a_dot_c='#ifdef HAVE_CONFIG_H\n#include "config.h"\n#endif\n#include "tuning.h"',
        lib__b_dot_c='#ifdef HAVE_CONFIG_H\n#include "config.h"\n#endif',
        web__config_dot_h="",
        else__tuning_dot_h="",
    )
    assert set(included(root, ["lib/a.c"])) == {"else/tuning.h"}
    assert set(included(root, ["lib/a.c"], "web")) == {"else/tuning.h", "web/config.h"}
    (root / "lib/config.h").write_text("", encoding="utf-8")
    assert set(included(root, ["lib/b.c"])) == {"lib/config.h"}

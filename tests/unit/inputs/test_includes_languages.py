"""Includes of the languages beside C, of Cython's many forms, and lookups that only one file can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cachekeys.inputs.includes import Include, follow
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def followed(root: Path, source: str, *directories: str, named: tuple[str, ...] = ()) -> dict[str, str]:
    """Return what *source* includes, with how sure it is."""
    options = [("CMakeLists.txt", Include(name, 1, "quoted")) for name in named]
    return {item.path: item.confidence for item in follow(Project(root), [source], directories, options)}


@pytest.mark.parametrize(
    ("source", "text", "included"),
    [
        ("m.f90", "  include 'part.inc'\n", {"part.inc"}),
        ("m.F", '      INCLUDE "part.inc"\n', {"part.inc"}),
        ("m.f90", '#include "conf.h"\n', {"conf.h"}),
        (
            "m.i",
            '%module m\n%{\n#include "conf.h"\n%}\n%include <part.i>\n%import part2.i\n',
            {"conf.h", "part.i", "part2.i"},
        ),
        ("m.proto", 'syntax = "proto3";\nimport public "part.proto";\n// import "no.proto";\n', {"part.proto"}),
        ("m.thrift", 'include "part.thrift"\n', {"part.thrift"}),
        ("m.s", '.include "part.inc"\n.incbin "blob.bin"\n#include "conf.h"\n', {"part.inc", "blob.bin", "conf.h"}),
        ("m.ld", "INCLUDE part.ld\n", {"part.ld"}),
        ("m.cpp.j2", '{% include "part.j2" %}\n', {"part.j2"}),
        ("m.m", '#import "conf.h"\n', {"conf.h"}),
        ("m.cpp", '#include CONFIG\n#define CONFIG "conf.h"\n', {"conf.h"}),
        ("m.c", 'static char x[] = {\n#embed "blob.bin"\n};\n', {"blob.bin"}),
        ("m.c", '#if __has_include("conf.h")\n#include "conf.h"\n#endif\n', {"conf.h"}),
        ("m.pyx", 'include "part.pxi"\n', {"part.pxi"}),
        ("m.pyx", "from pkg cimport (a, # not b)\n    c)\n", {"pkg/__init__.pxd", "pkg/a.pxd", "pkg/c.pxd"}),
        ("m.pyx", "from pkg cimport a, \\\n    c\n", {"pkg/__init__.pxd", "pkg/a.pxd", "pkg/c.pxd"}),
        ("m.pyx", "cimport pkg.a as x, pkg.c\n", {"pkg/a.pxd", "pkg/c.pxd"}),
        ("m.pyx", "# distutils: sources = extra.cpp\n# distutils: depends = conf.h\n", {"extra.cpp", "conf.h"}),
        ("m.pyx", '# distutils: include_dirs = inc\ncdef extern from "deep.h":\n    pass\n', {"inc/deep.h"}),
        ("m.pyx", 'cdef extern from *:\n    """\n    #include "conf.h"\n    """\n', {"conf.h"}),
        ("m.pyx", 'include "made.pxi"\n', {"made.pxi.in"}),
        ("pkg/sub/m.pyx", "from ..a cimport f\nfrom .. cimport c\n", {"pkg/__init__.pxd", "pkg/a.pxd", "pkg/c.pxd"}),
        ("m.py", "from cython.cimports.pkg import a\n", {"pkg/__init__.pxd", "pkg/a.pxd"}),
    ],
)
def test_statements(source: str, text: str, included: set[str], make_project: Callable[..., Path]) -> None:
    names = ["part.inc", "conf.h", "part.i", "part2.i", "part.proto", "no.proto", "part.thrift", "blob.bin", "part.ld"]
    names += ["part.j2", "part.pxi", "pkg/__init__.pxd", "pkg/a.pxd", "pkg/b.pxd", "pkg/c.pxd", "extra.cpp"]
    names += ["inc/deep.h", "made.pxi.in"]
    root = make_project({"pyproject.toml": "", **dict.fromkeys(names, ""), source: text})
    assert set(followed(root, source)) == included


def test_a_comment_for_cython_adds_an_include_directory(make_project: Callable[..., Path]) -> None:
    header = 'cdef extern from "deep.h":\n    pass\n'
    files = {"with.pyx": f"# distutils: include_dirs = inc\n{header}", "without.pyx": header, "inc/deep.h": ""}
    root = make_project({"pyproject.toml": "", **files})
    assert followed(root, "with.pyx") == {"inc/deep.h": "certain"}
    assert followed(root, "without.pyx") == {"inc/deep.h": "likely"}


def test_of_several_headers_the_nearest_counts(make_project: Callable[..., Path]) -> None:
    files = {"a/src/x.c": '#include "lib/h.h"\n', "a/vendored/lib/h.h": "", "b/vendored/lib/h.h": ""}
    root = make_project({"pyproject.toml": "", **files, "y.c": '#include "lib/h.h"\n'})
    assert followed(root, "a/src/x.c") == {"a/vendored/lib/h.h": "likely"}
    assert followed(root, "y.c") == {}


def test_a_header_that_an_option_names(make_project: Callable[..., Path]) -> None:
    root = make_project(
        {"pyproject.toml": "", "x.c": "#include CONFIG\n", "inc/conf.h": '#include "more.h"\n', "inc/more.h": ""}
    )
    assert followed(root, "x.c", "inc", named=("conf.h",)) == {"inc/conf.h": "certain", "inc/more.h": "certain"}


def test_a_system_header_is_nobodys(make_project: Callable[..., Path]) -> None:
    root = make_project({"pyproject.toml": "", "x.c": "#include <zlib.h>\n", "vendored/zlib.h": ""})
    assert followed(root, "x.c") == {}
    assert followed(root, "x.c", "vendored") == {"vendored/zlib.h": "certain"}


def test_headers_beside_the_project(make_project: Callable[..., Path]) -> None:
    root = make_project({"pyproject.toml": "", "x.c": '#include "../shared/a.h"\n'})
    shared = root.parent / "shared"
    shared.mkdir()
    (shared / "a.h").write_text('#include "b.h"\n', encoding="utf-8")
    (shared / "b.h").write_text("", encoding="utf-8")
    assert set(followed(root, "x.c")) == {"../shared/a.h", "../shared/b.h"}

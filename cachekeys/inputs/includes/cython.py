"""Find what Cython reads: ``cimport``, ``include`` and ``cdef extern from``."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CYTHON_SUFFIXES", "scan_cython"]

CYTHON_SUFFIXES = (".pyx", ".pxd", ".pxi", ".pyx.in", ".pxd.in", ".pxi.in", ".pyx.tp", ".pxd.tp", ".pxi.tp")
"""Lower-case endings; ``.in`` and ``.tp`` are the usual names of Tempita templates."""

_LINE = rb"""
    ^[ \t]*(?:
      (?:from[ \t]+(?P<package>[.\w]+)[ \t]+cimport[ \t]+(?P<names>\((?:[^)\#]|\#[^\n]*\n)*\)|(?:\\\r?\n|[^\n\#])+))
    | (?:from[ \t]+cython\.cimports\.(?P<pure>[.\w]+)[ \t]+import[ \t]+(?P<pure_names>\((?:[^)\#]|\#[^\n]*\n)*\)|(?:\\\r?\n|[^\n\#])+))
    | (?:cimport[ \t]+(?P<modules>[^\n#]+))
    | (?:include[ \t]+['"](?P<include>[^'"\n]+)['"])
    | (?:cdef[ \t]+(?:public[ \t]+)?extern[ \t]+from[ \t]+['"](?P<header><?[^'"\n]+>?)['"])
    | (?:\#[ \t]*distutils:[ \t]*(?P<option>sources|depends|include_dirs)[ \t]*=[ \t]*(?P<value>[^\n]+))
    | (?:\#[ \t]*include[ \t]+(?P<verbatim>"[^"\n]+"|<[^>\n]+>))
    )"""
"""The last: C code in a string after ``cdef extern from *``."""


_Kind = Literal["quoted", "angled", "cimport", "include", "source", "directory"]


@cache
def _compiled() -> re.Pattern[bytes]:
    return re.compile(_LINE, re.VERBOSE | re.MULTILINE)


def scan_cython(raw: bytes) -> Iterator[tuple[str, int, _Kind]]:
    """Yield what *raw* reads: dotted name or path, line, kind."""
    line, counted = 1, 0
    for match in _compiled().finditer(raw):
        line += raw.count(b"\n", counted, match.start())
        counted = match.start()
        if match["include"] is not None:
            yield match["include"].decode("utf-8", "surrogateescape"), line, "include"
        elif match["header"] is not None:
            header = match["header"].decode("utf-8", "surrogateescape")
            angled = header.startswith("<")
            if header != "*":
                yield header.strip("<>"), line, "angled" if angled else "quoted"
        elif match["option"] is not None:
            kind: _Kind = "directory" if match["option"] == b"include_dirs" else "source"
            for name in match["value"].decode("utf-8", "surrogateescape").strip("[] \r").replace(",", " ").split():
                yield name.strip("'\""), line, kind
        elif match["verbatim"] is not None:
            name = match["verbatim"].decode("utf-8", "surrogateescape")
            yield name.strip('"<>'), line, "angled" if name[0] == "<" else "quoted"
        elif match["modules"] is not None:
            for part in match["modules"].decode("utf-8", "replace").split(","):
                if words := part.split():
                    yield words[0], line, "cimport"
        else:
            package = (match["package"] or match["pure"]).decode("utf-8", "replace")
            yield package, line, "cimport"
            names = re.sub(rb"#[^\n]*|\\\n", b"", match["names"] or match["pure_names"])
            for part in names.decode("utf-8", "replace").strip().strip("()").split(","):
                if (words := part.split()) and words[0].isidentifier():
                    separator = "" if package.endswith(".") else "."
                    yield f"{package}{separator}{words[0]}", line, "cimport"

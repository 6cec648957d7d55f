"""Find what sources in other languages read.

These are Fortran, SWIG, protocol buffers, Thrift, FlatBuffers, linker scripts, templates, style sheets and ANTLR's grammars. Each language has one expression for its statement; what is found is looked up as a quoted include.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["SCANNERS"]

_NAME = rb"""["'<]([^"'>\n]{1,300})["'>]"""
_FORTRAN = rb"^[ \t]*(?:\#[ \t]*)?include[ \t]+" + _NAME
_SWIG = rb"^[ \t]*%(?:include|import|extern)[ \t]*(?:\([^)\n]*\)[ \t]*)?(?:" + _NAME + rb"|([\w./-]+))"
_PROTO = rb"^[ \t]*import[ \t]+(?:public[ \t]+|weak[ \t]+)?" + _NAME
_IDL = rb"^[ \t]*(?:include|cpp_include)[ \t]+" + _NAME
_LINKER = rb"^[ \t]*(?:INCLUDE[ \t]+([\w./+-]+)|INPUT[ \t]*\([ \t]*([\w./+-]+))"
_JINJA = rb"\{%-?[ \t]*(?:include|import|extends|from)[ \t]+" + _NAME


_STYLE = rb"@(?:import|use|forward)[ \t]+(?:\([^)\n]*\)[ \t]*)?" + _NAME
_GRAMMAR = rb"^[ \t]*import[ \t]+([\w \t,=]{1,300});|tokenVocab[ \t]*=[ \t]*(\w+)"


@cache
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.MULTILINE | re.IGNORECASE)


def _scanner(pattern: bytes) -> Callable[[bytes], Iterator[tuple[str, int]]]:
    def scan(raw: bytes) -> Iterator[tuple[str, int]]:
        line, counted = 1, 0
        for match in _compiled(pattern).finditer(raw):
            line += raw.count(b"\n", counted, match.start())
            counted = match.start()
            name = next((group for group in match.groups() if group), b"")
            yield name.strip().decode("utf-8", "surrogateescape"), line

    return scan


def _scan_styles(raw: bytes) -> Iterator[tuple[str, int]]:
    """Yield the files that an ``@import`` or ``@use`` of Sass or Less may mean: also a partial (``_name``), also without ending."""
    for name, line in _scanner(_STYLE)(raw):
        head, slash, last = name.rpartition("/")
        for ending in ("",) if last.endswith((".scss", ".sass", ".less", ".css")) else (".scss", ".sass", ".less"):
            yield f"{head}{slash}{last}{ending}", line
            yield f"{head}{slash}_{last}{ending}", line
            if ending:
                yield f"{name}/_index{ending}", line


def _scan_grammar(raw: bytes) -> Iterator[tuple[str, int]]:
    """Yield the grammars that one for ANTLR imports, or takes its tokens from."""
    for names, line in _scanner(_GRAMMAR)(raw):
        for name in names.split(","):
            yield f"{name.partition('=')[2].strip() or name.strip()}.g4", line


SCANNERS: tuple[tuple[tuple[str, ...], Callable[[bytes], Iterator[tuple[str, int]]]], ...] = (
    (
        (".f", ".for", ".ftn", ".f77", ".f90", ".f95", ".f03", ".f08", ".fpp", ".pyf", ".fypp", ".f.src", ".pyf.src"),
        _scanner(_FORTRAN),
    ),
    ((".i", ".swg", ".swig"), _scanner(_SWIG)),
    ((".proto",), _scanner(_PROTO)),
    ((".thrift", ".fbs", ".capnp"), _scanner(_IDL)),
    ((".ld", ".lds", ".ld.in"), _scanner(_LINKER)),
    ((".scss", ".sass", ".less"), _scan_styles),
    ((".g4",), _scan_grammar),
    ((".j2", ".jinja", ".jinja2"), _scanner(_JINJA)),
    (
        (".s", ".asm", ".m", ".mm", ".y", ".l", ".yy", ".ll", ".rc", ".glsl", ".comp", ".metal", ".ispc", ".def"),
        _scanner(_IDL),
    ),
)
"""By lower-case endings; files of the last row have C's includes, or an assembler's without ``#``."""

"""Find ``#include`` in C, C++, CUDA, HIP, Objective-C, OpenCL, assembler and templates of these."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["C_SUFFIXES", "scan_c"]

C_SUFFIXES = (
    *(
        ".c",
        ".cc",
        ".cpp",
        ".cxx",
        ".c++",
        ".cp",
        ".h",
        ".hh",
        ".hpp",
        ".hxx",
        ".h++",
        ".inl",
        ".inc",
        ".ipp",
        ".tpp",
        ".tcc",
    ),
    *(".txx", ".cu", ".cuh", ".hip", ".mu", ".cui", ".x", ".icc", ".ixx", ".cppm", ".sycl", ".dp.cpp", ".cl"),
    *(
        ".c.in",
        ".h.in",
        ".hpp.in",
        ".cpp.in",
        ".cu.in",
        ".cuh.in",
        ".c.src",
        ".h.src",
        ".cpp.src",
        ".h.jinja",
        ".cu.jinja",
    ),
)
"""Lower-case endings."""

_INCLUDE = rb"""
    \#[ \t]* (?: (?:include(_next)?|import|embed) [ \t]* (?: "([^"\n]{1,300})" | <([^>\n]{1,300})> )
            | define[ \t]+\w+[ \t]+ (?: "([\w./+-]{1,200}\.(?:h|hh|hpp|hxx|inc|inl|def|c))" | <([\w./+-]{1,200}\.(?:h|hh|hpp|hxx))> ) )
    """
"""An include, or a macro that names a header: it is there for an ``#include MACRO``."""

_CHECKED = rb"\#[ \t]*if[^\n]*\bHAVE_(\w+)[^\n]*\n\s*\Z"

_NAMED = rb"""["']([\w.+-]{1,100}/[\w./+-]{1,200}\.(?:h|hh|hpp|hxx|cuh|inl))["']"""

_ASSEMBLER = rb"\.inc(?:bin|lude)[ \t]+\"([^\"\n]{1,300})\""


@cache
def _compiled() -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    return re.compile(_INCLUDE, re.VERBOSE), re.compile(_ASSEMBLER)


CKind = Literal["quoted", "checked", "angled", "next"]


def scan_c(raw: bytes, *, generates: bool = False) -> Iterator[tuple[str, int, CKind]]:
    """Yield the includes in *raw*, each name once: name, line, kind. Those in a ``//`` comment are left out.

    ``checked`` is a quoted one under ``#ifdef HAVE_NAME_H`` of its own name, which a configure step defines where it has found or made it.

    :param generates: whether *raw* is a program of another language, which has C code in its texts.
    """
    seen: set[tuple[bytes, str]] = set()
    line = counted = 0
    include, assembler = _compiled()
    if generates:
        raw = raw.replace(b'\\"', b'"')
    for match in include.finditer(raw):
        start = match.start()
        line += raw.count(b"\n", counted, start)
        counted = start
        before = raw[raw.rfind(b"\n", 0, start) + 1 : start]
        if before.strip(b" \t%\"'") and not (generates and before.endswith((b'"', b"'", b"`", b"\\n"))):
            continue  # something stands before it: a comment; quotes are a generator's
        following, *names = match.groups()
        kind: CKind = "next" if following else "quoted" if names[0] or names[2] else "angled"
        name = next(filter(None, names))
        if kind == "quoted" and _is_checked(raw, start, name):
            kind = "checked"
        if (name, kind) not in seen:
            seen.add((name, kind))
            yield _path(name), line + 1, kind
    if generates and b"#include" in raw:  # with a name from elsewhere in the program: f"#include <{header}>"
        for match in re.finditer(_NAMED, raw):
            yield _path(match[1]), raw.count(b"\n", 0, match.start()) + 1, "angled"
    if b".inc" in raw:
        for match in assembler.finditer(raw):
            yield _path(match[1]), raw.count(b"\n", 0, match.start()) + 1, "quoted"


def _is_checked(raw: bytes, start: int, name: bytes) -> bool:
    """Tell whether the line before says ``#ifdef HAVE_CONFIG_H`` for ``config.h``."""
    above = raw.rfind(b"#", max(0, start - 120), start)
    found = re.match(_CHECKED, raw[above:start]) if above >= 0 else None
    return found is not None and found[1].upper() == re.sub(rb"\W", b"_", name.rpartition(b"/")[2]).upper()


def _path(name: bytes) -> str:
    return name.strip().decode("utf-8", "surrogateescape").replace("\\", "/")

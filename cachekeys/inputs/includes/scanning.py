"""What a scanner of source files finds, and which scanner reads which file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cachekeys.inputs.includes.c_family import C_SUFFIXES, scan_c
from cachekeys.inputs.includes.cython import CYTHON_SUFFIXES, scan_cython
from cachekeys.inputs.includes.others import SCANNERS
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["FOLLOWED_SUFFIXES", "Include", "scan"]

FOLLOWED_SUFFIXES = (*C_SUFFIXES, *CYTHON_SUFFIXES, *(ending for endings, _ in SCANNERS for ending in endings))
"""Lower-case endings of files that are searched for includes when a build names them."""

_PROGRAMS = (".py", ".pl", ".rb", ".sh", ".js", ".m4", ".jl", ".lua")
"""Lower-case endings of programs that may write C code."""

_Kind = Literal["quoted", "checked", "angled", "next", "cimport", "include", "source", "directory"]


@dataclass(frozen=True, slots=True)
class Include:
    """An include as written: ``name`` as a path; how it is looked up is up to ``kind``.

    ``quoted`` and ``include``: beside the file, then in the include directories. ``angled``: in these. ``next``: in those behind the one
    that the file itself was found in. ``checked``: as a quoted one, where a configure step knows that it is there. ``cimport``: a dotted name. ``source``: relative to the project, then beside the file. ``directory``: one more include directory.
    """

    name: str
    line: int
    kind: _Kind


def scan(path: str, raw: bytes) -> Iterator[Include]:
    """Yield what the file *path* with the content *raw* includes."""
    lower = path.lower()
    if lower.endswith(CYTHON_SUFFIXES) or (lower.endswith(".py") and b"cython.cimports" in raw):
        yield from (Include(*found) for found in scan_cython(raw))
        return
    scanner = _scanner(lower)
    if scanner is not None:
        yield from (Include(name, line, "quoted") for name, line in scanner(raw))
    if lower.endswith(C_SUFFIXES) or any(word in raw for word in (b"include", b"import", b".inc")):
        yield from (Include(*found) for found in scan_c(raw, generates=lower.endswith(_PROGRAMS)))


def _scanner(lower: str) -> Callable[[bytes], Iterator[tuple[str, int]]] | None:
    return next((scanner for endings, scanner in SCANNERS if lower.endswith(endings)), None)

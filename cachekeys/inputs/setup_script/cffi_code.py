"""The C code that a script gives to cffi's ``set_source()``: it is compiled, so what it includes is read.

cffi writes it into a file of its own in the build's directory (cffi 2.1), from where the compiler finds headers in the project through
``include_dirs`` only. Scripts name these in many ways (``os.getcwd()`` ...), so that headers are looked up beside the script, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cachekeys.inputs.includes.scanning import scan
from cachekeys.inputs.setup_script.values import alternatives, as_text, sources_of
from cachekeys.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.includes import Include
    from cachekeys.project import Project

__all__ = ["PREAMBLE", "included_by_code"]

PREAMBLE = "set_source(code)"
"""The attribute of an extension of cffi's that holds the code."""


def included_by_code(project: Project, code: Any, script: str) -> Iterator[tuple[str, Include]]:
    """Yield what *code* includes, each with the file that says so: the script, or a file that it takes code from."""
    for option in alternatives(code):
        if not isinstance(option, str):
            continue
        files = [path for kind, path in sorted(sources_of(option)) if kind == "file" and project.is_file(path)]
        for include in scan("code.c", as_text(option).encode("utf-8", "surrogateescape")):
            by = next((path for path in (script, *files) if _line(project, path, include.name)), script)
            yield by, replace(include, line=_line(project, by, include.name) or 1)


def _line(project: Project, path: str, name: str) -> int | None:
    """Return the line of a file that includes *name*."""
    raw = project.read_bytes(path) or b""
    for mark in (b'"%s"', b"<%s>"):
        place = raw.find(mark.replace(b"%s", name.encode("utf-8", "surrogateescape")))
        if place >= 0:
            return raw.count(b"\n", 0, place) + 1
    return None

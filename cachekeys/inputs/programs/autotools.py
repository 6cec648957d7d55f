"""Autotools: what ``configure``, ``autoreconf`` and their kin read in the directory in which they run or that they lie in.

``configure.ac`` names the makefiles and headers that it makes from templates; each ``Makefile.am`` (or ``Makefile.in``) names sources.
Sources in a directory of their own are taken as a whole by who starts the program, so only a project's top directory is read here.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.includes import NATIVE_SUFFIXES, follow
from cachekeys.inputs.model import BuildInput, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.inputs.programs import Start

PROGRAMS = frozenset({"configure", "autoreconf", "autogen.sh", "autoconf", "bootstrap.sh", "bootstrap", "buildconf"})
_AT_TOP = (
    *(
        "configure.ac",
        "configure.in",
        "acinclude.m4",
        "aclocal.m4",
        "configure",
        "autogen.sh",
        "bootstrap.sh",
        "config.sub",
    ),
    *(
        "config.guess",
        "ltmain.sh",
        "install-sh",
        "missing",
        "depcomp",
        "compile",
        "build-aux/config.sub",
        "build-aux/config.guess",
    ),
)
_MAKEFILES = ("Makefile.am", "Makefile.in")
_WORD = r"[\w.+-]+(?:/[\w.+-]+)*\.\w+"
_TEMPLATES = r"AC_CONFIG_(?:FILES|HEADERS?)\s*\(([^)]*)\)|AC_OUTPUT\s*\(([^)]*)\)|AM_CONFIG_HEADER\s*\(([^)]*)\)"


def inputs(start: Start) -> Iterator[Detected]:
    """Yield what is read at the top of the project."""
    top = start.inside(posixpath.dirname(start.words[0]) if "/" in start.words[0] else ".")
    if top != ".":
        return
    for name in _AT_TOP:
        yield from start.file(name, f"{start.program} or what it makes reads it")
    yield from start.tree("m4", ".m4", "its macros go into configure")
    script = start.project.read_text("configure.ac") or start.project.read_text("configure.in") or ""
    listed = [word for match in re.findall(_TEMPLATES, script) for word in re.split(r"[\[\]\s,]+", "".join(match))]
    sources: list[str] = []
    for name in dict.fromkeys(["Makefile", *listed]):
        template = name.rpartition(":")[2] if ":" in name else f"{name}.in"
        yield from start.file(template, "configure makes a file from it") if name else ()
        if posixpath.basename(name) == "Makefile":
            yield from _makefile(start, posixpath.dirname(name), sources)
    for found in follow(start.project, sources, ["include", "src", "."]):
        place = Origin(found.by, found.line)
        yield BuildInput("file", found.path, "native-source", f"{found.by} includes it", place, "code", "likely")


def _makefile(start: Start, directory: str, sources: list[str]) -> Iterator[Detected]:
    for name in _MAKEFILES:
        path = posixpath.join(directory, name)
        if not start.project.is_file(path):
            continue
        yield from start.file(path, f"{start.program} or what it makes reads it")
        for word in dict.fromkeys(re.findall(_WORD, start.project.read_text(path) or "")):
            file = posixpath.normpath(posixpath.join(directory, word))
            if file.lower().endswith(NATIVE_SUFFIXES) and start.project.is_file(file):
                sources.append(file)
                why = f"{path} names it"
                yield BuildInput(
                    "file",
                    file,
                    "native-source",
                    why,
                    Origin(path, 1),
                    "code",
                    "likely",
                    chain=(start.origin, *start.chain),
                )

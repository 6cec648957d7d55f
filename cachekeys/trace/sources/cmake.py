"""Which files CMake itself reads to configure: the generator writes them down, to know when to run again.

No query of the File API is put into the build directory: what ``cmakeFiles-v1`` would answer is in what the generators write
anyway, without a file more in a directory that is not ours. Ninja: the inputs of ``build.ninja`` (see :mod:`.ninja`). Makefiles:
``CMakeFiles/Makefile.cmake``. Visual Studio: ``generate.stamp.depend`` of every directory (untested). ``VerifyGlobs.cmake`` has
the patterns of ``file(GLOB ... CONFIGURE_DEPENDS)``. None lists what
``file(READ)`` or ``file(STRINGS)`` read: only the preload helper sees that.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from cachekeys.trace.model import Event
from cachekeys.trace.sources._places import declared, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.trace.context import Context
    from cachekeys.trace.model import Observer

__all__ = ["KEEP", "NAME", "blind", "read"]

NAME: Observer = "cmake"
KEEP = ("CMakeFiles/Makefile.cmake", "CMakeFiles/generate.stamp.depend", "CMakeFiles/VerifyGlobs.cmake")

_LIST = re.compile(r"set\(CMAKE_MAKEFILE_DEPENDS\s(.*?)^\s*\)", re.DOTALL | re.MULTILINE)
_GLOB = re.compile(r'^\s*file\(GLOB(?:_RECURSE)? .*"([^"]+)"\)', re.MULTILINE)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def read(context: Context) -> Iterator[Event]:
    """Yield the files that the build files are made from."""
    kind = declared(context)
    for file in found(context, KEEP):
        if file.path.endswith("VerifyGlobs.cmake"):
            yield from (Event("list", directory, NAME) for directory in _listed(file.text()))
            continue
        build = os.path.dirname(file.directory)
        for path in _paths(file.path, file.text()):
            whole = os.path.normpath(os.path.join(build, path))
            if os.path.isfile(whole):
                yield Event(kind, whole, NAME)


def _paths(name: str, text: str) -> Iterator[str]:
    if name.endswith(".depend"):
        yield from (line for line in text.splitlines() if line and not line.startswith("#"))
        return
    for found_list in _LIST.findall(text):
        for path in _QUOTED.findall(found_list):
            yield re.sub(r"\\(.)", r"\1", path)


def _listed(text: str) -> Iterator[str]:
    """Yield the directories of patterns like ``/project/src/*.c``."""
    for pattern in _GLOB.findall(text):
        directory = os.path.dirname(re.split(r"[*?\[]", pattern, maxsplit=1)[0])
        if os.path.isdir(directory):
            yield directory


def blind(context: Context) -> Iterator[str]:
    """Say what of CMake was not seen, unless the preload helper saw it."""
    ran = any(process.arguments and os.path.basename(process.arguments[0]) == "cmake" for process in context.processes)
    if ran and declared(context) == "read":
        yield "Files that CMake's file(READ), file(STRINGS) and file(GLOB) used, and variables of $ENV{}, were not seen."

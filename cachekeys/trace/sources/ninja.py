"""What ninja knows: headers, in its binary log of dependencies, and the inputs of every command that it ran.

ninja reads a compiler's dependency file into ``.ninja_deps`` and deletes it, so this log is the only place for the headers of
builds with CMake or Meson. Read here, rather than by ``ninja -t deps``: the ninja of an isolated build is gone by the end.
The format: ninja's ``src/deps_log.cc``, versions 3 and 4.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

from cachekeys.trace.model import Event
from cachekeys.trace.sources._ninjafile import edges
from cachekeys.trace.sources._places import declared, found

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cachekeys.trace.context import Context
    from cachekeys.trace.model import Observer
    from cachekeys.trace.sources._places import Found

__all__ = ["KEEP", "NAME", "dependencies", "read"]

NAME: Observer = "ninja"
KEEP = (".ninja_deps", ".ninja_log", "*.ninja")

_SIGNATURE = b"# ninjadeps\n"
_IS_DEPENDENCIES = 1 << 31
_LAST_WITH_SHORT_TIMES = 3


def read(context: Context) -> Iterator[Event]:
    """Yield what the commands of all ninja builds read."""
    files = {file.path: file for file in found(context, KEEP)}
    for path, log in files.items():
        if os.path.basename(path) == ".ninja_deps":
            needed = (name for names in dependencies(log.bytes()).values() for name in names)
            yield from _events("read", needed, log.directory)
        elif os.path.basename(path) == "build.ninja":
            yield from _events(declared(context), _inputs_of_what_ran(log, files), log.directory)


def dependencies(log: bytes) -> Mapping[str, Sequence[str]]:
    """Return what each output was last seen to need, from the bytes of ``.ninja_deps``; as far as they make sense."""
    if not log.startswith(_SIGNATURE) or len(log) < len(_SIGNATURE) + 4:
        return {}
    (version,) = struct.unpack_from("<i", log, len(_SIGNATURE))
    head = 8 if version <= _LAST_WITH_SHORT_TIMES else 12
    paths: list[str] = []
    needs: dict[str, Sequence[str]] = {}
    position = len(_SIGNATURE) + 4
    while position + 4 <= len(log):
        (size,) = struct.unpack_from("<I", log, position)
        is_dependencies, size = size & _IS_DEPENDENCIES, size & ~_IS_DEPENDENCIES
        record = log[position + 4 : position + 4 + size]
        position += 4 + size
        if len(record) < size or size < 4 or size % 4:  # noqa: PLR2004 - a cut end; records are whole words
            break
        if not is_dependencies:
            paths.append(os.fsdecode(record[:-4].rstrip(b"\0")))
            continue
        numbers = struct.unpack(f"<{size // 4}i", record)
        output, *inputs = numbers[0], *numbers[head // 4 :]
        if all(0 <= number < len(paths) for number in (output, *inputs)):
            needs[paths[output]] = [paths[number] for number in inputs]
    return needs


def _inputs_of_what_ran(build: Found, files: Mapping[str, Found]) -> Iterator[str]:
    """Yield the files that commands of *build* were given and that no other command makes, and those that the build file itself is made from."""
    log = files.get(os.path.join(build.directory, ".ninja_log"))
    ran = {line.split("\t")[3] for line in log.text().splitlines() if line.count("\t") >= 3} if log else set()  # noqa: PLR2004
    ran.add("build.ninja")
    parsed = list(edges(build, files))
    made = {output for edge in parsed if not edge.makes_nothing for output in edge.outputs}
    for edge in parsed:
        if ran.intersection(edge.outputs):
            yield from (path for path in edge.inputs if path not in made)


def _events(kind: str, paths: Iterator[str], directory: str) -> Iterator[Event]:
    for path in dict.fromkeys(os.path.normpath(os.path.join(directory, path)) for path in paths):
        if os.path.isfile(path):
            yield Event("stat" if kind == "stat" else "read", path, NAME)

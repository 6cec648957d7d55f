"""Which of the variables that programs ask the C library for are about the project.

A compiler asks for dozens that nobody sets, CMake for hundreds. Wanted are those that a file names which the asking
program has read (``$ENV{...}`` in CMake's language, ``env!`` in Rust's), with that place; all that a program asks for which the build
itself made, a generator; and those that are set. Python's own are seen in Python, with their lines.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from cachekeys.inputs.environment import classify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cachekeys.trace.context import Context

__all__ = ["Asked", "Note", "began_as", "wanted"]

_NOISE = re.compile(
    r"TZ|POSIXLY_CORRECT|\w*_?COLOU?RS?|LS_\w+|QUOTING_STYLE|BLOCK_?SIZE|EDITOR|PAGER|LESS|LD_PRELOAD|GCONV_PATH|MALLOC_\w+|BASH\w*"
    r"|ENV|IFS|SHLVL|MFLAGS|MAKELEVEL|MAKE_\w+|DEPENDENCIES_OUTPUT|SUNPRO_DEPENDENCIES|CC_PRINT_\w+"
)
"""How programs print and find their own things, and what this trace sets."""
_SEEN_OTHERWISE = re.compile(r"(?:python|pypy)[\d.]*t?|uvx?|pip[\d.]*|git")
_TEXT_LIMIT = 2_000_000  # bytes; a larger file is data


class Note(NamedTuple):
    """One note of the preload helper: see ``preload/helper.c``. ``when`` is in nanoseconds of the monotonic clock."""

    kind: str
    pid: int
    when: int
    text: str


class Asked(NamedTuple):
    """A variable that a program asked for. ``place``: file (absolute) and line that name it, (None, None) when unknown."""

    name: str
    pid: int
    when: int
    own: bool
    place: tuple[str | None, int | None]


def wanted(log: Sequence[Note], context: Context) -> Iterator[Asked]:
    """Yield those variables of the *log* that are about the project."""
    programs = began_as(log)
    read: dict[int, list[str]] = {}
    for note in log:
        if note.kind == "R":
            read.setdefault(note.pid, []).append(note.text)
    texts: dict[str, bytes] = {}
    for note in log:
        if note.kind != "E" or _NOISE.fullmatch(note.text) or classify(note.text) == "session":
            continue
        program = next((path for when, path in reversed(programs.get(note.pid, [])) if when <= note.when), "")
        if not program or _SEEN_OTHERWISE.fullmatch(os.path.basename(program)):
            continue
        place = _mention(note.text, read.get(note.pid, ()), texts)
        own = place is not None or _is_made_by_the_build(program, context)
        if own or (note.text in context.environment and classify(note.text) != "speed"):
            yield Asked(note.text, note.pid, note.when, own, place or (None, None))


def began_as(log: Sequence[Note]) -> Mapping[int, Sequence[tuple[int, str]]]:
    """Return for each process the programs that it was, with the times of their start, in order."""
    began: dict[int, list[tuple[int, str]]] = {}
    for note in log:
        if note.kind == "P":
            _, directory, program, *_ = [*note.text.split("\1"), "", ""]
            began.setdefault(note.pid, []).append(
                (note.when, os.path.join(directory, program) if os.sep in program else program)
            )
    return began


def _is_made_by_the_build(program: str, context: Context) -> bool:
    """Tell a generator from the tools of a build environment, which may lie in the project or the temporary directory, too."""
    if (
        not os.path.isabs(program)
        or "/site-packages/" in program
        or os.path.basename(os.path.dirname(program)) in {"bin", "Scripts"}
    ):
        return False
    return any(program.startswith(directory.rstrip(os.sep) + os.sep) for directory in (context.root, context.temporary))


def _mention(name: str, files: Sequence[str], texts: dict[str, bytes]) -> tuple[str, int] | None:
    """Return the first place in *files* that has *name* as a word."""
    word = re.compile(rb"(?<![A-Za-z0-9_])" + re.escape(os.fsencode(name)) + rb"(?![A-Za-z0-9_])")
    for path in files:
        if path not in texts:
            texts[path] = _text(path)
        found = word.search(texts[path])
        if found:
            return path, texts[path].count(b"\n", 0, found.start()) + 1
    return None


def _text(path: str) -> bytes:
    """Return the content of a text file, nothing for another."""
    try:
        if os.path.getsize(path) > _TEXT_LIMIT:
            return b""
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        return b""
    return b"" if b"\0" in content[:8192] else content

"""What every dynamically linked program of the build opens, looks for and asks the environment for: a C helper, loaded by ``LD_PRELOAD``.

It closes what the other sources leave open: files that CMake, Cargo or a code generator read themselves, and ``getenv`` outside
Python. It is compiled here (0.4 s) and kept for the next time, since only the machine's own compiler knows the machine's C library, and
used only after it has proved itself on ``cat``. Linux only: macOS strips the equivalent variable from its own compilers.
"""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import sys
from typing import TYPE_CHECKING

from cachekeys.trace.context import ProcessRecord
from cachekeys.trace.model import Event
from cachekeys.trace.sources import _kept
from cachekeys.trace.sources._asked import Note, began_as, wanted

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from cachekeys.trace.context import Context
    from cachekeys.trace.model import EventKind, Observer

__all__ = ["KEEP", "NAME", "blind", "prepare", "processes", "read"]

NAME: Observer = "preload"
KEEP: tuple[str, ...] = ()

_HELPER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "preload", "helper.c")
_PARTS = [os.path.join(os.path.dirname(_HELPER), name) for name in ("notes.h", "observing.h", "python.h")]
_LIBRARY = "preload.so"
_LOG = "preload.log"
_REFUSED = "preload.refused"
_COMPILE = ("-shared", "-fPIC", "-O1", "-w", "-std=gnu11", "-fvisibility=hidden", "-fno-builtin", "-U_FORTIFY_SOURCE")
"""``-O1`` takes twice as long to compile as ``-O0`` (0.4 s), but once on a machine: what is compiled is kept."""
_LEAN = ("-nostartfiles", "-Wl,-z,noseparate-code,-z,norelro,-z,lazy,--hash-style=gnu,-s")
"""Halves what loading costs each program (130 to 70 us); not every linker knows these."""
_KINDS: Mapping[str, EventKind] = {"R": "read", "S": "stat", "M": "missing", "L": "list", "W": "write"}
_WITHOUT_ASKING = re.compile(r"(?:ba|da|k|z|fi)?sh|(?:g|bsd|mingw32-)?make")
"""Programs that take the whole environment over, so that ``$NAME`` in what they run is never seen to be asked for."""
_LOADER = re.compile(r"ld(?:-.*)?\.so\b|ld-(?:linux|musl)")
_INTERPRETER = 3
"""``PT_INTERP``: the kind of segment of an ELF program that names its loader."""


# ---- before the build ---------------------------------------------------------------------------------------------------------------


def prepare(context: Context) -> Mapping[str, str]:
    """Compile the helper and try it; return what loads it into the programs of the build, nothing when it does not work here."""
    library = os.path.join(context.directory, _LIBRARY)
    refused = _reason_against(context) or _provide(library, context)
    if refused:
        with open(os.path.join(context.directory, _REFUSED), "w", encoding="utf-8") as file:
            file.write(refused)
        return {}
    loaded = context.environment.get("LD_PRELOAD", "")
    return {
        "LD_PRELOAD": f"{loaded}:{library}" if loaded else library,
        "CACHEKEYS_TRACE_ROOTS": "\n".join(_roots(context.root)),
    }


def _reason_against(context: Context) -> str:
    if not sys.platform.startswith("linux"):
        return f"it works on Linux only, and this is {sys.platform}"
    if re.search(r"[\s:]", context.directory) or "\n" in context.root:
        return "the paths of the temporary directory or the project have characters that LD_PRELOAD cannot have"
    return ""


def _roots(root: str) -> list[str]:
    """Return the project's directory, or that of the repository around it, unless that is someone's home."""
    place = root
    while place != os.path.dirname(place):
        if os.path.exists(os.path.join(place, ".git")):
            return [root] if place == os.path.expanduser("~") else [place]
        place = os.path.dirname(place)
    return [root]


def _provide(library: str, context: Context) -> str:
    """Put a helper that works here at *library*; return why there is none, "" on success."""
    path = context.environment.get("PATH")
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name, path=path))), None)
    if compiler is None:
        return "there is no C compiler"
    kept = _kept.place(compiler, (_HELPER, *_PARTS), (*_COMPILE, *_LEAN), context.environment)
    if kept is not None and _kept.fetch(kept, library) and not _self_test(library, context):
        return ""
    refused = _compile(compiler, library, context) or _self_test(library, context)
    if kept is not None and not refused:
        _kept.store(library, kept)
    return refused


def _compile(compiler: str, library: str, context: Context) -> str:
    message = ""
    for lean in (_LEAN, ()):
        done = _run([compiler, *_COMPILE, *lean, "-o", library, _HELPER, "-ldl"], context.environment)
        if done is not None and done.returncode == 0:
            return ""
        message = done.stderr.decode(errors="replace").strip().partition("\n")[0] if done else "it took too long"
    return f"it could not be compiled: {message}"


def _self_test(library: str, context: Context) -> str:
    place = os.path.join(context.directory, "preload-test")
    os.makedirs(place, exist_ok=True)
    probe = os.path.join(place, "probe")
    with open(probe, "w", encoding="utf-8") as file:
        file.write("seen")
    ours = {"LD_PRELOAD": library, "CACHEKEYS_TRACE_DIR": place, "CACHEKEYS_TRACE_ROOTS": place}
    done = _run(["cat", "probe"], {**context.environment, **ours}, place)
    notes = _notes(os.path.join(place, _LOG))
    shutil.rmtree(place, ignore_errors=True)
    if done is None or done.returncode or done.stdout != b"seen" or done.stderr:
        return "programs do not run well with it here"
    if not any(note.kind == "R" and note.text == probe for note in notes):
        return "it sees nothing here"
    return ""


def _run(
    command: Sequence[str], environment: Mapping[str, str], directory: str | None = None
) -> subprocess.CompletedProcess[bytes] | None:
    try:
        return subprocess.run(
            command,
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


# ---- after the build ----------------------------------------------------------------------------------------------------------------


def _notes(log: str) -> list[Note]:
    """Read the log, in order of time; what is cut off (a full disk) is skipped."""
    try:
        with open(log, "rb") as file:
            records = os.fsdecode(file.read()).split("\0")
    except OSError:
        return []
    notes = []
    for record in records:
        begun = re.match(r"([A-Z])(\d+) (\d+) ", record)
        if begun:
            notes.append(Note(begun[1], int(begun[2]), int(begun[3]), record[begun.end() :]))
    return sorted(notes, key=lambda note: note.when)


def _log(context: Context) -> list[Note]:
    return _notes(os.path.join(context.directory, _LOG))


def processes(context: Context) -> Iterator[ProcessRecord]:
    """Yield the programs that began, one for each process: the last one when a program replaced itself by another."""
    last = {note.pid: note for note in _log(context) if note.kind == "P"}
    for note in last.values():
        parent, directory, *arguments = note.text.removesuffix("\1").split("\1")
        yield ProcessRecord(note.pid, int(parent), tuple(arguments), directory, note.when)


def read(context: Context) -> Iterator[Event]:
    """Yield all that was seen of files, and the variables that matter."""
    log = _log(context)
    numbers = {process.pid: process.number for process in context.processes}
    for note in log:
        kind = _KINDS.get(note.kind)
        if kind == "read" and os.path.isdir(note.text):
            kind = "stat"
        if kind is not None and not _is_inside(note.text, context.directory):
            yield Event(kind, note.text, NAME, numbers.get(note.pid), when=note.when)
    for note, path in _executed(log):
        if _is_inside(path, context.root) and os.path.isfile(path):
            yield Event("read", path, NAME, numbers.get(note.pid), when=note.when)  # by the kernel, which runs it
    for found in wanted(log, context):
        own, (file, line) = found.own, found.place
        yield Event("env", found.name, NAME, numbers.get(found.pid), file=file, line=line, own=own, when=found.when)


def _executed(log: Sequence[Note]) -> Iterator[tuple[Note, str]]:
    """Yield the programs that processes became, with their paths: a relative one starts where the process then goes on."""
    places: dict[int, str] = {}
    for note in reversed(log):
        if note.kind == "P":
            places[note.pid] = note.text.split("\1")[1]
        elif note.kind == "X":
            yield note, os.path.normpath(os.path.join(places.get(note.pid, ""), note.text))


def _is_inside(path: str, directory: str) -> bool:
    return path.startswith(directory.rstrip(os.sep) + os.sep)


# ---- what it cannot see -------------------------------------------------------------------------------------------------------------


def blind(context: Context) -> Iterator[str]:
    """Say why the helper was not used, or which programs it could not be loaded into."""
    try:
        with open(os.path.join(context.directory, _REFUSED), encoding="utf-8") as file:
            reason = file.read()
    except OSError:
        reason = ""
    if reason:
        yield (
            "Files that programs other than Python read themselves (CMake's file(READ), generators), and variables that they ask for, "
            f"were not seen: the preload helper was not used, because {reason}."
        )
        return
    log = _log(context)
    unseen: dict[str, set[str]] = {}
    front_ends = {process.pid for process in context.processes if process.front_end}
    began = [process.arguments for process in context.processes if process.pid is not None and process.arguments]
    # A script is run by its interpreter, which gets its path.
    seen = {os.path.basename(words[0]) for words in began}.union(*(words[1:3] for words in began))
    for program in {note.text for note in log if note.kind == "X" and note.pid not in front_ends}:
        path = program if os.sep in program else shutil.which(program, path=context.environment.get("PATH"))
        why = _why_unseen(path, seen) if path and os.path.isabs(path) else ""
        if why:
            unseen.setdefault(why, set()).add(os.path.basename(program))
    for why, programs in sorted(unseen.items()):
        yield f"{', '.join(sorted(programs))}: what {'it' if len(programs) == 1 else 'they'} read was not seen, because {why}."
    own = [started for pid, started in began_as(log).items() if pid not in front_ends]
    programs = {os.path.basename(program) for started in own for _, program in started}
    takers = sorted(filter(_WITHOUT_ASKING.fullmatch, programs))
    if takers:
        yield f"Variables used in scripts that {' and '.join(takers)} ran were not seen: these take over the whole environment."


def _why_unseen(path: str, seen: Container[str]) -> str:
    """Say why a program that was started was not seen, "" when it was; *seen* are names and paths of those that were."""
    name = os.path.basename(path)
    if _LOADER.match(name):
        return ""
    if not os.path.lexists(path):  # it lay in a build environment that is gone
        return (
            ""
            if name in seen or path in seen
            else "the preload helper was not loaded into programs that are statically linked"
        )
    return _not_loadable(path)


def _not_loadable(path: str) -> str:
    """Say why the loader does not load the helper into the program, "" when it does."""
    try:
        if os.stat(path).st_mode & 0o6000:
            return "programs that run as another user are closed to observers"
        with open(path, "rb") as file:
            begin = file.read(65536)
    except OSError:
        return ""
    return "statically linked programs are closed to the preload helper" if _is_static(begin) else ""


def _is_static(begin: bytes) -> bool:
    """Return whether this is the beginning of an ELF program that names no loader."""
    if begin[:4] != b"\x7fELF":
        return False
    order = "<" if begin[5] == 1 else ">"
    wide = begin[4] == 2  # noqa: PLR2004 - ELFCLASS64
    try:
        (table,) = struct.unpack_from(f"{order}Q" if wide else f"{order}I", begin, 32 if wide else 28)
        size, count = struct.unpack_from(f"{order}HH", begin, 54 if wide else 42)
        kinds = [struct.unpack_from(f"{order}I", begin, table + i * size)[0] for i in range(count)]
    except struct.error:
        return False
    return _INTERPRETER not in kinds

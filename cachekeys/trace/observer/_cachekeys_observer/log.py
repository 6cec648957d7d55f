"""The log of one process: one line for a sighting, each written once, at once and with one system call.

So neither ``os._exit`` nor a signal loses any. The fields of the lines are described in :mod:`cachekeys.trace.events`.
"""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False  # as type checkers take it, without the import of typing
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["Helper", "State", "arguments", "cwd", "failed", "field", "fields", "open_log", "prefixes", "seen", "write"]

SEPARATOR = "\x1f"

# The functions as they were before the observer put its own in their place.
_getcwd, _getpid, _os_write, _fstat = os.getcwd, os.getpid, os.write, os.fstat
now = time.monotonic_ns
seen: set[object] = set()
"""What is in the log already, or need not be."""


class Helper:
    """The functions of the preload helper that stands before this observer: see ``observing.h``."""

    def __init__(self, functions: list[Callable[..., Any]]) -> None:
        self.read_variable, self.iterate, self.write_line, self.is_directory, self.outward = functions


class State:
    """What the process knows about the build."""

    directory = ""
    roots: tuple[str, ...] = ()
    inside: tuple[str, ...] = ("\0",)
    outside: tuple[str, ...] = ()
    ancestors: frozenset[str] = frozenset()
    keep: tuple[str, ...] = ()
    front_end = False
    helper: Helper | None = None
    busy = False
    path = ""
    fd = -1
    identity: tuple[int, int] | None = None
    pid = -1


def field(text: str) -> str:
    """Return a text without the characters that separate fields and lines."""
    if "\t" in text or "\n" in text or "\\" in text or "\r" in text:
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


def fields(texts: list[str]) -> str:
    """Return several texts as one field."""
    return SEPARATOR.join(map(field, texts))


def write(kind: str, *rest: str) -> None:
    """Write a line: its kind, the time, and the other fields."""
    helper = State.helper
    if helper is not None and _getpid() == State.pid and helper.write_line(State.path, _text(kind, *rest)):
        return
    try:
        status = _fstat(State.fd)
        usable = (status.st_dev, status.st_ino) == State.identity and _getpid() == State.pid
    except OSError:  # somebody closed all descriptors
        usable = False
    if not usable:
        # The number may stand for a file of the build by now.
        open_log()
    _os_write(State.fd, _line(kind, *rest))


def _text(kind: str, *rest: str) -> str:
    return "\t".join((kind, str(now()), *rest)) + "\n"


def _line(kind: str, *rest: str) -> bytes:
    return _text(kind, *rest).encode("utf-8", "surrogatepass" if os.name == "nt" else "surrogateescape")


def open_log() -> None:
    """Open a log for this process and say who it is."""
    State.pid = _getpid()
    State.path = os.path.join(State.directory, f"python-{State.pid}-{now():x}.log")
    State.fd = os.open(State.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    status = _fstat(State.fd)
    State.identity = (status.st_dev, status.st_ino)
    who = str(State.pid), str(os.getppid()), field(cwd())
    _os_write(State.fd, _line("process", *who, fields(prefixes()), "01"[State.front_end], fields(arguments())))


def failed(error: Exception) -> None:
    """Note that the observer itself failed, once for each kind of error; the build goes on."""
    key = "error", type(error).__name__
    try:
        if key not in seen:
            seen.add(key)
            place = error.__traceback__
            while place is not None and place.tb_next is not None:
                place = place.tb_next
            where = (
                f"{os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno}" if place is not None else ""
            )
            write("error", field(f"{type(error).__name__}: {error} ({where})"))
    except Exception:  # noqa: BLE001, S110 - at the end of the interpreter there is nothing left to say it with
        pass


def cwd() -> str:
    """Return the current directory, "" when it has been removed."""
    try:
        return _getcwd()
    except OSError:
        return ""


def prefixes() -> list[str]:
    """Return the directories of the interpreter's own files."""
    return sorted(
        {os.path.abspath(path) for path in (sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(os.__file__))}
    )


def arguments() -> list[str]:
    """Return the command line of this process."""
    found = getattr(sys, "orig_argv", None)  # 3.10
    if found:
        return list(found)
    try:
        fd = os.open("/proc/self/cmdline", os.O_RDONLY)
    except OSError:
        return [sys.executable or "python", *getattr(sys, "argv", [])]
    try:
        data = os.read(fd, 1 << 16)
    finally:
        os.close(fd)
    return [os.fsdecode(part) for part in data.split(b"\0")[:-1]]

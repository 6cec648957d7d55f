"""Read back what the observer in the build's Python processes wrote down.

One log for each process: ``python-<pid>-<time>.log`` in the observers' directory. A line is an event with its fields between tabs; a backslash
escapes tab, line end, carriage return and itself; the separator in lists is U+001F. The fields after the name and the time:

=========== =============================================================================
process     pid, parent's pid, directory, prefixes of the interpreter, front end?, arguments
start       directory, arguments (a program that the process started)
unseen      arguments (of a program that it started without our variables)
read, ...   path, file, line, own? (all kinds of :data:`~cachekeys.trace.model.EventKind` that are about paths)
env         name, file, line, own?, set?
environ     nothing, file, line, own?
copy        source, target (of a whole tree)
kept        path, name of the copy in this directory
error       what went wrong in the observer itself
=========== =============================================================================
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from cachekeys.trace.context import ProcessRecord
from cachekeys.trace.model import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.trace.model import EventKind

__all__ = ["Log", "read_log"]

_SEPARATOR = "\x1f"
_PATH_KINDS = frozenset({"read", "stat", "missing", "list", "write"})
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}


@dataclass(slots=True)
class Log:
    """All logs of one build. ``events`` come with the pid of their process; ``started`` are programs seen only from outside."""

    processes: list[ProcessRecord] = field(default_factory=list)
    started: list[ProcessRecord] = field(default_factory=list)
    events: list[tuple[int, Event]] = field(default_factory=list)
    set_variables: set[str] = field(default_factory=set)
    copies: list[tuple[str, str]] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    unseen: list[tuple[str, ...]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def read_log(directory: str) -> Log:
    """Read all logs. A line that a killed process left half written is skipped.

    :raises OSError: the directory cannot be read.
    """
    log = Log()
    for name in sorted(os.listdir(directory)):
        if name.startswith("python-") and name.endswith(".log"):
            with open(os.path.join(directory, name), encoding="utf-8", errors="surrogateescape", newline="\n") as file:
                _read_one(file, directory, log)
    log.processes.sort(key=lambda process: process.when)
    log.started.sort(key=lambda process: process.when)
    log.events.sort(key=lambda item: item[1].when or 0)
    return log


def _read_one(lines: Iterator[str], directory: str, log: Log) -> None:
    pid = -1
    for line in lines:
        if not line.endswith("\n"):
            continue
        kind, *fields = line[:-1].split("\t")
        try:
            when = int(fields[0])
            if kind == "process":
                pid = int(fields[1])
                log.processes.append(_process(when, fields))
            elif kind == "start":
                arguments = tuple(map(_plain, fields[2].split(_SEPARATOR)))
                log.started.append(ProcessRecord(None, pid, arguments, _plain(fields[1]), when))
            elif kind in _PATH_KINDS or kind in ("env", "environ"):
                log.events.append((pid, _event(cast("EventKind", kind), when, fields)))
                if kind == "env" and fields[5] == "1":
                    log.set_variables.add(_plain(fields[1]))
            elif kind == "copy":
                log.copies.append((_plain(fields[1]), _plain(fields[2])))
            elif kind == "kept":
                log.kept[_plain(fields[1])] = os.path.join(directory, fields[2])
            elif kind == "unseen":
                log.unseen.append(tuple(map(_plain, fields[1].split(_SEPARATOR))))
            elif kind == "error":
                log.errors.append(_plain(fields[1]))
        except (ValueError, IndexError):  # a line of somebody else
            continue


def _process(when: int, fields: list[str]) -> ProcessRecord:
    return ProcessRecord(
        pid=int(fields[1]),
        parent_pid=int(fields[2]),
        arguments=tuple(map(_plain, fields[6].split(_SEPARATOR))),
        directory=_plain(fields[3]),
        when=when,
        prefixes=tuple(map(_plain, fields[4].split(_SEPARATOR))),
        front_end=fields[5] == "1",
    )


def _event(kind: EventKind, when: int, fields: list[str]) -> Event:
    return Event(
        kind=kind,
        subject=_plain(fields[1]),
        observer="python",
        file=_plain(fields[2]) or None,
        line=int(fields[3]) or None,
        own=fields[4] == "1",
        when=when,
    )


def _plain(text: str) -> str:
    r"""Take the escapes out: ``\t``, ``\n``, ``\r``, ``\\``."""
    if "\\" not in text:
        return text
    parts = text.split("\\")
    plain, index = [parts[0]], 1
    while index < len(parts):
        part = parts[index]
        if part:
            plain.append(_ESCAPES.get(part[0], part[0]) + part[1:])
            index += 1
        else:  # an escaped backslash: what follows it is plain
            plain.append("\\" + (parts[index + 1] if index + 1 < len(parts) else ""))
            index += 2
    return "".join(plain)

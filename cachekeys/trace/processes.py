"""The programs of a build, from all who saw them: numbered, with parents, told apart from the front end's own."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from cachekeys.trace.model import Process

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cachekeys.trace.context import ProcessRecord
    from cachekeys.trace.secrets import Secrets

__all__ = ["is_back_end", "merge", "shorten", "without_back_end"]

_LONGEST = 300  # characters of an argument: uv and pip pass whole programs to python -c
_SLACK = 1_000_000  # ns: a program may have started by the time that its parent notes it


def merge(
    known: Iterable[ProcessRecord], started: Iterable[ProcessRecord], *, front_end: int | None
) -> tuple[ProcessRecord, ...]:
    """Return all processes in order of time.

    :param known: those with a pid; several records of one pid are one process, which may have become another program.
    :param started: command lines that a parent was seen to start; they count when no process with a pid is the same.
    :param front_end: the pid of the front end.
    """
    by_pid: dict[int | None, ProcessRecord] = {}
    for record in sorted(known, key=lambda record: record.when):
        earlier = by_pid.get(record.pid)
        by_pid[record.pid] = record if earlier is None else _joined(earlier, record)
    processes = list(by_pid.values())
    children: dict[int | None, list[ProcessRecord]] = {}
    for record in processes:
        children.setdefault(record.parent_pid, []).append(record)
    for record in started:
        candidates = children.get(record.parent_pid, [])
        twin = next((child for child in candidates if _is_same(record, child)), None)
        if twin is None:
            processes.append(record)
        else:
            candidates.remove(twin)
    processes.sort(key=lambda record: record.when)
    return _numbered(processes, front_end)


def _joined(earlier: ProcessRecord, later: ProcessRecord) -> ProcessRecord:
    return replace(
        later,
        when=earlier.when or later.when,
        parent_pid=earlier.parent_pid if later.parent_pid is None else later.parent_pid,
        directory=later.directory or earlier.directory,
        prefixes=tuple(sorted({*earlier.prefixes, *later.prefixes})),
        front_end=earlier.front_end or later.front_end,
    )


def _is_same(started: ProcessRecord, process: ProcessRecord) -> bool:
    """Tell whether a program with a pid is the one that its parent was seen to start."""
    return started.arguments[1:] == process.arguments[1:] and process.when + _SLACK >= started.when


def _numbered(processes: Sequence[ProcessRecord], front_end: int | None) -> tuple[ProcessRecord, ...]:
    numbers = {record.pid: number for number, record in enumerate(processes) if record.pid is not None}
    parents = [numbers.get(record.parent_pid) if record.parent_pid is not None else None for record in processes]
    flags: list[bool | None] = [True if _is_front_end(record, front_end) else None for record in processes]
    back_ends = [
        number
        for number, record in enumerate(processes)
        if flags[number] is None and _is_python(record) and (parent := parents[number]) is not None and flags[parent]
    ]
    first = processes[back_ends[0]].when if back_ends else 0
    for number in back_ends:
        flags[number] = False
    for number in range(len(processes)):
        _decide(number, processes, parents, flags, first)
    return tuple(
        replace(record, number=number, parent=parents[number], front_end=bool(flags[number]))
        for number, record in enumerate(processes)
    )


def _decide(
    number: int,
    processes: Sequence[ProcessRecord],
    parents: Sequence[int | None],
    flags: list[bool | None],
    first: int,
) -> None:
    """Find out about a process from its nearest ancestor that is known; one without any belongs to the build if that had begun."""
    line: list[int] = []
    at: int | None = number
    while at is not None and flags[at] is None and at not in line:
        line.append(at)
        at = parents[at]
    found = flags[at] if at is not None and flags[at] is not None else processes[number].when < first
    for member in line:
        flags[member] = found


def _is_front_end(record: ProcessRecord, front_end: int | None) -> bool:
    """Tell whether a process is uv, pip or build themselves, or a Python that they ask about itself (which sees no PYTHONPATH)."""
    if record.front_end or (record.pid is not None and record.pid == front_end):
        return True
    words = record.arguments
    if not _is_python(record) or len(words) < 3:  # noqa: PLR2004 - a program, an option, a module
        return False
    if words[1] in {"-Im", "-m"} and words[2] in {"pip", "build", "venv", "ensurepip", "virtualenv"}:
        return True
    return any("get_interpreter_info" in word or word.endswith("__pip-runner__.py") for word in words[1:5])


def _is_python(record: ProcessRecord) -> bool:
    name = os.path.basename(record.arguments[0]) if record.arguments else ""
    return bool(record.prefixes) or name.startswith(("python", "pypy"))


def is_back_end(process: ProcessRecord) -> bool:
    """Tell whether a process was started to call a hook of the back end: uv passes a program, the others a file."""
    words = process.arguments[1:]
    return any(
        os.path.basename(word) == "_in_process.py" or "__legacy__" in word or "backend" in word for word in words
    )


def without_back_end(processes: Sequence[ProcessRecord], front_end: int) -> tuple[ProcessRecord, ...] | None:
    """Return *processes* with the front end as the one that built, None where there was another.

    uv builds projects whose back end is uv_build by itself.
    """
    if any(is_back_end(process) for process in processes if process.pid != front_end):
        return None
    return tuple(replace(each, front_end=False) if each.pid == front_end else each for each in processes)


def shorten(record: ProcessRecord, names: Sequence[tuple[str, str]], secrets: Secrets) -> Process:
    """Return a process without *secrets*, and with directories of this machine replaced: pairs of a directory and what to write for it."""
    arguments = []
    for argument in secrets.hide(record.arguments):
        text = argument if len(argument) <= _LONGEST else argument[:_LONGEST] + "..."
        for directory, name in names:
            text = text.replace(directory, name)
        arguments.append(text)
    return Process(record.number, record.parent, tuple(arguments))

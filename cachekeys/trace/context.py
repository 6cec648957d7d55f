"""What the sources of a trace get to know of the build: where it runs, where they may write, which processes there were."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cachekeys.inputs.model import Mode
    from cachekeys.trace.model import FrontEnd

__all__ = ["Context", "ProcessRecord"]


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """A program that ran in the build, as it was seen: absolute paths, nothing shortened.

    ``number`` is its number in the trace (from 0, in order of ``when``), ``parent`` that of the process that started it. ``pid`` is None
    for a program of which only the command line is known, because it was seen from outside. ``when`` is the time of its
    start in nanoseconds of the system's monotonic clock (:func:`time.monotonic_ns`), 0 when unknown. ``prefixes`` are
    the directories of a Python interpreter's own files. ``front_end`` says that it is pip, uv or build itself, or works for one of
    them alone: what it reads is no input of the build.
    """

    pid: int | None
    parent_pid: int | None
    arguments: tuple[str, ...]
    directory: str
    when: int = 0
    number: int = -1
    parent: int | None = None
    prefixes: tuple[str, ...] = ()
    front_end: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """One traced build. Before it starts, ``processes`` and ``kept`` are empty.

    ``root`` is the project directory, absolute and without symlinks. ``directory`` belongs to the observers (environment variable
    ``CACHEKEYS_TRACE_DIR``): a source may put files there before the build, and its logs during the build under names that begin
    with its own name; it is removed at the end. ``temporary`` is the build's ``TMPDIR``, removed at the end, too.
    ``environment`` is that of the front end without what observers add. ``kept`` maps the path of a file that the build has
    removed since to a copy of it (see :mod:`cachekeys.trace.sources`). ``named`` are files outside the project that count whoever reads them. ``started`` is the time of the start as in :class:`ProcessRecord`.
    """

    root: str
    directory: str
    temporary: str
    environment: Mapping[str, str]
    mode: Mode
    front_end: FrontEnd
    isolated: bool
    started: int = 0
    processes: tuple[ProcessRecord, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    named: frozenset[str] = frozenset()

    def number(self, pid: int | None) -> int | None:
        """Return the number of the process with this id, None when it was not seen."""
        return next((process.number for process in self.processes if pid is not None and process.pid == pid), None)

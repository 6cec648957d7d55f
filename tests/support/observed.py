"""Run a command under one source of a trace, without the rest of the tracer."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from cachekeys.trace.context import Context

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

    from cachekeys.trace.model import Event

__all__ = ["Observation", "context_of", "observing"]


def context_of(root: Path, scratch: Path, environment: Mapping[str, str] | None = None) -> Context:
    """Return what sources get before a build of *root*; *scratch* is made, and keeps their files."""
    for name in ("observers", "temporary"):
        (scratch / name).mkdir(parents=True, exist_ok=True)
    return Context(
        root=os.path.realpath(root),
        directory=str(scratch / "observers"),
        temporary=str(scratch / "temporary"),
        environment=dict(os.environ if environment is None else environment),
        mode="wheel",
        front_end="uv",
        isolated=True,
        started=time.monotonic_ns(),
    )


class Observation:
    """What one source says about one command."""

    def __init__(self, source: ModuleType, context: Context, done: subprocess.CompletedProcess[str]) -> None:
        self.done = done
        records = list(source.processes(context)) if hasattr(source, "processes") else []
        numbered = tuple(replace(record, number=number) for number, record in enumerate(records))
        self.context = replace(context, processes=numbered)
        self.events: list[Event] = list(source.read(self.context))
        self.blind = list(source.blind(self.context)) if hasattr(source, "blind") else []

    def names(self, kind: str) -> set[str]:
        """Return the subjects of one kind of event; paths relative to the project."""
        found = {event.subject for event in self.events if event.kind == kind}
        return found if kind == "env" else {os.path.relpath(path, self.context.root) for path in found}

    def commands(self) -> set[tuple[str, ...]]:
        """Return the command lines of the programs that were seen."""
        return {process.arguments for process in self.context.processes}


@contextmanager
def observing(
    source: ModuleType, command: Sequence[str], root: Path, scratch: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Observation]:
    """Run *command* in *root* with what *source* adds to the environment, and yield what it saw."""
    context = context_of(root, scratch, environment)
    added = source.prepare(context) if hasattr(source, "prepare") else {}
    done = subprocess.run(
        command,
        cwd=root,
        env={**context.environment, "TMPDIR": context.temporary, "CACHEKEYS_TRACE_DIR": context.directory, **added},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        check=False,
    )
    yield Observation(source, context, done)

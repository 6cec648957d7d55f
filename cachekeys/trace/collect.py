"""From the sightings of all observers to one trace: what of it was the project's, and what the build had made itself."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cachekeys.inputs.model import Origin
from cachekeys.trace.gitfacts import facts_of_command, facts_of_file, is_git
from cachekeys.trace.model import Access, Trace, Variable
from cachekeys.trace.outputs import Outputs
from cachekeys.trace.paths import Paths
from cachekeys.trace.processes import is_back_end, shorten
from cachekeys.trace.secrets import Secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cachekeys.trace.context import Context, ProcessRecord
    from cachekeys.trace.gitfacts import Fact
    from cachekeys.trace.model import AccessKind, Event, Observer

__all__ = ["Outcome", "collect"]

_MOST_PROCESSES = 5
# What the front ends tell the back end, and observers each other.
_PRIVATE = ("_PYPROJECT_HOOKS_", "PEP517_", "CACHEKEYS_TRACE", "_PIP_", "PIP_BUILD_TRACKER")
_INTERPRETER = ("PYTHON", "__PYVENV_LAUNCHER__")  # read by every Python when it starts
_VERSION_CONTROL = ".git"
# Looked for in the current directory by Python when it starts, and by setuptools because of what sys.argv[0] says.
_ACCIDENTS = frozenset({"pybuilddir.txt", "pyvenv.cfg", "-c", "-m", "_in_process.py"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the build went, beside what was seen.

    :ivar given: the project directory as the user wrote it, absolute.
    :ivar before: :func:`cachekeys.trace.tree.names` before the build, ``after`` at its end.
    :ivar added: variables that the observers put into the environment; reading them says nothing unless the user had set them.
    :ivar set_variables: variables that were set when they were read.
    :ivar copies: directories that the tree was copied to.
    """

    given: str
    before: frozenset[str]
    after: frozenset[str]
    exit_code: int
    seconds: float
    wheel: str | None = None
    added: frozenset[str] = frozenset()
    set_variables: frozenset[str] = frozenset()
    copies: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()


@dataclass(slots=True)
class _Sighting:
    """What is known of one path and kind, or of one variable, so far."""

    observers: set[Observer] = field(default_factory=set)
    processes: list[int] = field(default_factory=list)
    origin: Origin | None = None
    own: bool = False

    def add(self, event: Event, origin: Origin | None) -> None:
        self.observers.add(event.observer)
        if event.process is not None and event.process not in self.processes and len(self.processes) < _MOST_PROCESSES:
            self.processes.append(event.process)
        if origin is not None and (self.origin is None or (event.own and not self.own)):
            self.origin = origin
        self.own = self.own or event.own


def collect(context: Context, events: Iterable[Event], outcome: Outcome) -> Trace:
    """Merge *events* (of all observers; ``process`` is the number in ``context.processes``) into a trace."""
    paths = Paths(context, outcome.given, [*outcome.copies, *_copies(context)])
    ordered = sorted(events, key=lambda event: (event.when is None, event.when or 0))
    ordered = [event for event in ordered if _is_builds(event, context)]
    located = [(event, *_locate(event, paths, context.named)) for event in ordered]
    outputs = Outputs(context, outcome.before, outcome.after, [(event, path) for event, path, _ in located if path])

    accesses: dict[tuple[str, AccessKind], _Sighting] = {}
    variables: dict[str, _Sighting] = {}
    iterations: dict[Origin, None] = {}
    git: set[Fact] = set()
    for event, path, origin in located:
        if event.kind == "env":
            if _matters(event, context, outcome):
                variables.setdefault(event.subject, _Sighting()).add(event, origin)
        elif event.kind == "environ":
            if event.own and origin is not None:
                iterations[origin] = None
        elif path is None:
            git |= _repository_facts(event)
        elif event.kind == "write" and paths.is_in_copy(event.subject):
            continue  # it says what the build makes, but it did not make it here
        elif paths.is_ours(path) and outputs.is_input(event, path):
            accesses.setdefault((path, event.kind), _Sighting()).add(event, origin)
    for path in outputs.made:
        if paths.is_ours(path):
            accesses.setdefault((path, "write"), _Sighting())
    for process in context.processes:
        if not process.front_end:
            git |= facts_of_command(process.arguments)

    shown = _names(context, outcome)
    asked = {name for name, sighting in variables.items() if sighting.own}
    secrets = Secrets(context.environment, asked, outcome.after)
    blind = [*outcome.blind, *_left_over(outputs)]
    return Trace(
        mode=context.mode,
        front_end=context.front_end,
        isolated=context.isolated,
        exit_code=outcome.exit_code,
        seconds=outcome.seconds,
        accesses=tuple(_accesses(accesses)),
        variables=tuple(_variables(variables, context, outcome)),
        git=frozenset(git),
        iterates_environment=tuple(sorted(iterations, key=lambda origin: (origin.file, origin.line or 0))),
        processes=tuple(shorten(process, shown, secrets) for process in context.processes if _is_shown(process)),
        blind=tuple(blind),
        observers=tuple(sorted({event.observer for event in ordered})),
        wheel=outcome.wheel,
        written_before_read=frozenset(path for path in outputs.read_after_written if paths.is_ours(path)),
        reused=tuple(sorted(outputs.reused)),
    )


def _locate(event: Event, paths: Paths, named: frozenset[str]) -> tuple[str | None, Origin | None]:
    """Return the project's path that an event is about, None for none, and the place in the project's code."""
    origin = None
    if event.file is not None:
        file = paths.relative(event.file, beside=True)
        if file is not None and paths.is_ours(file):
            origin = Origin(file, event.line)
    if event.kind in {"env", "environ"}:
        return None, origin
    is_named = bool(named) and os.path.realpath(event.subject) in named
    path = paths.relative(event.subject, beside=event.own or event.observer != "python" or is_named)
    if path is None or path == _VERSION_CONTROL or f"{_VERSION_CONTROL}/" in path:
        return None, origin
    if event.kind == "missing" and path in _ACCIDENTS:
        return None, origin
    return _source(path) if event.kind == "read" and "__pycache__/" in path else path, origin


def _source(path: str) -> str:
    """Return the module whose compiled form was read: the import system looks at the source only with ``stat``."""
    directory, _, name = path.rpartition("__pycache__/")
    return f"{directory}{name.partition('.')[0]}.py" if name.endswith(".pyc") else path


def _is_builds(event: Event, context: Context) -> bool:
    """Leave out what the front end did for itself, and git: it compares files with its index, and its command line says why."""
    if event.process is None or not _is_known(event.process, context):
        return True
    process = context.processes[event.process]
    return not process.front_end and not is_git(process.arguments)


def _is_known(number: int, context: Context) -> bool:
    return 0 <= number < len(context.processes)


def _left_over(outputs: Outputs) -> Iterator[str]:
    """Say what an earlier build spared this one: a compiler that does not run reads no headers."""
    objects = sorted(outputs.reused)
    if objects:
        more = f" and {len(objects) - 1} more" if len(objects) > 1 else ""
        yield (
            f"{objects[0]}{more} of an earlier build may have been taken as up to date: what goes into it was not read again. "
            "Remove the results of earlier builds and trace once more for the whole picture."
        )


def _is_shown(process: ProcessRecord) -> bool:
    """Leave out what the front end starts for itself."""
    return not process.front_end or process.number == 0


def _copies(context: Context) -> Iterator[str]:
    """Yield directories that back ends worked in as if they were the project: older front ends copy it, and so do some back ends."""
    for process in context.processes:
        directory = process.directory
        if process.prefixes and not process.front_end and directory and is_back_end(process):
            yield directory


def _repository_facts(event: Event) -> frozenset[Fact]:
    """Return what a read of a file of ``.git`` asks for."""
    if event.kind != "read":
        return frozenset()
    _, found, inner = event.subject.replace("\\", "/").rpartition("/.git/")
    return facts_of_file(inner) if found else frozenset()


def _matters(event: Event, context: Context, outcome: Outcome) -> bool:
    name = event.subject
    if name.startswith(_PRIVATE) or (not event.own and name.startswith(_INTERPRETER)):
        return False
    return name in context.environment or name not in outcome.added


def _accesses(found: dict[tuple[str, AccessKind], _Sighting]) -> Iterator[Access]:
    for (path, kind), sighting in sorted(found.items()):
        # Who reads a file or lists a directory knows that it is there.
        if kind == "stat" and ((path, "read") in found or (path, "list") in found or path == "."):
            continue
        observers = tuple(sorted(sighting.observers))
        yield Access(path, kind, observers, tuple(sighting.processes), sighting.origin, own=sighting.own)


def _variables(found: dict[str, _Sighting], context: Context, outcome: Outcome) -> Iterator[Variable]:
    for name, sighting in sorted(found.items()):
        is_set = name in context.environment or (name in outcome.set_variables and name not in outcome.added)
        observers = tuple(sorted(sighting.observers))
        yield Variable(name, is_set, observers, tuple(sighting.processes), sighting.origin, own=sighting.own)


def _names(context: Context, outcome: Outcome) -> list[tuple[str, str]]:
    """Return what to write for directories in command lines, the longest first."""
    names = {os.path.dirname(context.directory): "<tmp>"}
    for copy in (*outcome.copies, *_copies(context)):
        names[copy] = "<tmp>"
    for process in context.processes:
        for prefix in process.prefixes:
            if not process.front_end and os.path.basename(prefix).startswith(".tmp"):  # uv's build environments
                names[prefix] = "<tmp>"
    names |= {context.root: ".", outcome.given: "."}
    return sorted(names.items(), key=lambda item: len(item[0]), reverse=True)

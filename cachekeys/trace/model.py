"""What was seen of a build, as data: observers produce events, `collect` makes one trace of them, the others consume it.

Nothing here holds the value of an environment variable. Paths of events are as the observer saw them; those of a
:class:`Trace` are relative to the project directory with ``/`` between parts, and may begin with ``../``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from cachekeys.inputs.model import Mode, Origin

__all__ = ["Access", "AccessKind", "Event", "EventKind", "FrontEnd", "Observer", "Process", "Trace", "Variable"]

AccessKind = Literal["read", "stat", "missing", "list", "write"]
"""``read``: the content was opened for reading. ``stat``: only its existence or size was asked for, and it was there. ``missing``: it was
looked for and absent (a negative probe). ``list``: the names in a directory were read. ``write``: it was created,
changed, renamed to or removed."""

EventKind = Literal["read", "stat", "missing", "list", "write", "env", "environ"]
"""The kinds of access; ``env``: one variable was read; ``environ``: all variables were iterated over."""

Observer = Literal["python", "preload", "compiler", "ninja", "cmake", "meson", "cargo"]
"""Who saw it: the hooks inside Python, the preloaded C helper, or a tool's own list of dependencies."""

FrontEnd = Literal["uv", "pip", "build"]


@dataclass(frozen=True, slots=True)
class Event:
    """One sighting by one observer.

    ``subject`` is an absolute path (symlinks not resolved), or the name of a variable, or "" for ``environ``. ``process`` is
    the number of the process in the trace, None when the observer does not know it. ``file`` and ``line`` are the innermost
    place of the project's own code that was executing, when the observer can tell; ``file`` is absolute. ``own``: that place did it itself,
    rather than a library that it called. ``when`` is the time in nanoseconds of the system's monotonic clock, None when unknown.
    """

    kind: EventKind
    subject: str
    observer: Observer
    process: int | None = None
    file: str | None = None
    line: int | None = None
    own: bool = False
    when: int | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """A program that ran. ``arguments`` with the project's directory written as ``.`` and temporary directories as ``<tmp>``."""

    number: int
    parent: int | None
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Access:
    """A path of the project and one way in which it was used; merged over all sightings.

    ``observers`` are all that saw it, sorted; ``processes`` the numbers of the processes that did it, the first ones only;
    ``origin`` the first place of the project's code that led to it. ``own``: the project's own code did it; otherwise a back end or another
    library or tool did, on its behalf; None when nobody can tell.
    """

    path: str
    kind: AccessKind
    observers: tuple[Observer, ...]
    processes: tuple[int, ...] = ()
    origin: Origin | None = None
    own: bool | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that was read. Names only, never values; ``is_set``: whether it was set in the build.

    ``own``: the project's own code read it; otherwise a back end, a compiler or another library or tool did, on its behalf.
    """

    name: str
    is_set: bool
    observers: tuple[Observer, ...]
    processes: tuple[int, ...] = ()
    origin: Origin | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """All that was seen of one build of a project.

    ``accesses`` are sorted by path and kind; only paths in the project directory or, by a relative route that the project itself
    takes, beside it: never the interpreter's, the build environment's or the system's files, and never what the build itself
    wrote before it read it. ``git`` says which facts of the repository were asked for. ``iterates_environment``: places that looked
    at all variables. ``blind`` are sentences about what could not be seen ("ccache hid the headers of 3 files"). ``exit_code`` is
    the front end's; ``seconds`` is how long the build took. ``reused`` are results of an earlier build that were taken as up to date: what goes into
    them was not read again. ``copied`` are files that were read and are in the wheel as they are; None where nobody knows.
    """

    mode: Mode
    front_end: FrontEnd
    isolated: bool
    exit_code: int
    seconds: float
    accesses: tuple[Access, ...] = ()
    variables: tuple[Variable, ...] = ()
    git: frozenset[Literal["commit", "tags", "status"]] = frozenset()
    iterates_environment: tuple[Origin, ...] = ()
    processes: tuple[Process, ...] = ()
    blind: tuple[str, ...] = ()
    observers: tuple[Observer, ...] = ()
    wheel: str | None = None
    written_before_read: frozenset[str] = field(default_factory=frozenset)
    reused: tuple[str, ...] = ()
    copied: frozenset[str] | None = None

    def paths(self, *kinds: AccessKind) -> tuple[str, ...]:
        """Return the paths used in one of these ways, sorted, each once."""
        return tuple(sorted({access.path for access in self.accesses if access.kind in kinds}))

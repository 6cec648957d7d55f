"""What the analysed code was seen to do that bears on the build: plain records, in the order seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from cachekeys.inputs.setup_script.modes import BOTH
from cachekeys.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Hashable

    from cachekeys.inputs.model import Mode
    from cachekeys.inputs.setup_script.values import Instance, Sources

__all__ = ["Action", "CMakeCall", "Facts", "Native", "Place", "Read", "Table"]

Table = Literal["reads", "environment", "git", "programs", "unresolved"]
"""Of the tables of facts those whose entries may matter in one mode only."""

Action = Literal["open", "import", "exec", "glob", "copy", "run", "source", "data", "tree", "given"]


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, and the calls that led there (outermost first)."""

    file: str
    line: int
    calls: tuple[tuple[str, int], ...] = ()

    def within(self, file: str) -> int:
        """Return the innermost line of *file* among this place and the calls that led here (1 when there is none)."""
        if self.file == file:
            return self.line
        return next((line for name, line in reversed(self.calls) if name == file), 1)


@dataclass(frozen=True, slots=True)
class Read:
    """A file or, with unknown parts or glob characters in ``path``, files used in the way that ``action`` says.

    ``directory`` is the working directory of a program that is run.
    """

    action: Action
    path: str
    place: Place
    detail: str = ""
    directory: str = ""


RUST_PROGRAMS = "cargo --bins"
"""The detail of a :class:`Read` of a crate whose programs are built, not its library alone."""


@dataclass(frozen=True, slots=True)
class Native:
    """An object that describes code to compile: its sources are looked at when the whole script has run."""

    instance: Instance
    kind: str
    place: Place
    modes: tuple[Mode, ...] = BOTH


@dataclass(frozen=True, slots=True)
class CMakeCall:
    """A configure step: the source directory (None when unknown) and the ``-D`` definitions.

    ``arguments`` are those that name files or presets. ``installs`` tells whether all that CMake installs is taken, ``builds`` whether it is more than
    the command that configures: building is a step of its own.
    """

    directory: str | None
    definitions: tuple[tuple[str, str], ...]
    place: Place
    arguments: tuple[str, ...] = ()
    installs: bool = False
    modes: tuple[Mode, ...] = BOTH
    builds: bool = True


@dataclass(slots=True)
class Facts:
    """All that was seen.

    ``asides`` are variables that only decide what the script says, or whether it fails.
    ``flows`` maps a source to the ``setup()`` arguments that it reaches; ``programs`` are those started that read by rules of
    their own: the directory, then the words; ``products`` are those outputs that are
    written anew each time, before anything reads them; ``directory`` is where ``setup()`` is called, ``extensions`` where it
    gets extension modules that are only known as it runs; ``unnamed`` are files whose name only the run knows, by source: what to
    say when they turn out to matter, and where. ``modes`` are the kinds of installation in which what is being followed runs, ``confined``
    the entries that were seen in one of them only.
    """

    reads: dict[tuple[str, str], Read] = field(default_factory=dict)
    environment: dict[str, Place] = field(default_factory=dict)
    asides: set[str] = field(default_factory=set)
    git: dict[str, Place] = field(default_factory=dict)
    natives: list[Native] = field(default_factory=list)
    cmake: list[CMakeCall] = field(default_factory=list)
    programs: dict[tuple[str, ...], Place] = field(default_factory=dict)
    outputs: dict[str, Place] = field(default_factory=dict)
    products: set[str] = field(default_factory=set)
    unresolved: dict[tuple[str, int], str] = field(default_factory=dict)
    unnamed: dict[tuple[str, str], tuple[str, Place]] = field(default_factory=dict)
    flows: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    include_dirs: list[str] = field(default_factory=list)
    package_dir: dict[str, str] = field(default_factory=dict)  # as setup() is given it
    setup: Place | None = None
    extensions: Place | None = None
    directory: str = ""
    modes: tuple[Mode, ...] = BOTH
    confined: dict[tuple[Table, Hashable], tuple[Mode, ...]] = field(default_factory=dict)

    def read(self, action: Action, path: str, place: Place, detail: str = "", directory: str = "") -> None:
        """Note that *path* is read; the first sighting of each kind counts."""
        self.note("reads", (action, path), Read(action, path, place, detail, directory))

    def note(self, table: Table, key: Hashable, value: object) -> None:
        """Note an entry of a table; the first sighting counts, but in the modes of all."""
        entries: dict[Hashable, Any] = getattr(self, table)
        if key not in entries:
            entries[key] = value
            if self.modes != BOTH:
                self.confined[table, key] = self.modes
        elif self.confined.get((table, key), self.modes) != self.modes:
            del self.confined[table, key]

    def modes_of(self, table: Table, key: Hashable) -> tuple[Mode, ...]:
        """Return the modes in which an entry was seen."""
        return self.confined.get((table, key), BOTH)

    def use(self, name: str, *, aside: bool) -> None:
        """Note that a variable that was read is used: *aside* where nothing that is built can depend on it."""
        if aside and (name in self.asides or name not in self.environment):
            self.asides.add(name)
        else:
            self.asides.discard(name)

    def count(self) -> int:
        """Return how much was seen so far."""
        return len(self.reads) + len(self.outputs) + len(self.environment) + len(self.git) + len(self.natives)

    def flow(self, sources: Sources, argument: str) -> None:
        """Note that a value computed from *sources* reaches the argument of ``setup()``."""
        for source in sources:
            self.flows.setdefault(source, set()).add(argument)

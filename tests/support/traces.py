"""Traces of builds that never ran: the test says what was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cachekeys.inputs.model import Origin
from cachekeys.trace.model import Access, Process, Trace, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.trace.model import Observer

__all__ = ["GCC", "GIT", "PYTHON", "UV", "a_trace", "asked", "at", "listed", "missing", "read", "variable", "wrote"]

UV, PYTHON, GCC, GIT = 0, 1, 2, 3
"""Numbers of the processes that every trace of :func:`a_trace` has."""

PROCESSES = (
    Process(UV, None, ("uv", "build", "--wheel", ".")),
    Process(PYTHON, UV, ("python", "-c", "import setuptools.build_meta as backend")),
    Process(GCC, PYTHON, ("x86_64-linux-gnu-gcc", "-O2", "-Icsrc", "-c", "csrc/bind.c", "-o", "<tmp>/bind.o")),
    Process(GIT, PYTHON, ("git", "describe", "--tags", "--long")),
)


def at(place: str) -> Origin:
    """Return the place ``file:line``."""
    file, _, line = place.partition(":")
    return Origin(file, int(line) if line else None)


def _access(kind: str, path: str, by: int | None, place: str | None) -> Access:
    observer = "preload" if by in (GCC, GIT) else "python"
    numbers = () if by is None else (by,)
    return Access(path, kind, (observer,), numbers, at(place) if place else None)  # type: ignore[arg-type]


def read(path: str, by: int | None = PYTHON, place: str | None = None) -> Access:
    """The file was opened for reading."""
    return _access("read", path, by, place)


def asked(path: str, by: int | None = PYTHON, place: str | None = None) -> Access:
    """It was looked whether the file is there, and it was."""
    return _access("stat", path, by, place)


def missing(path: str, by: int | None = PYTHON, place: str | None = None) -> Access:
    """The file was looked for in vain."""
    return _access("missing", path, by, place)


def listed(path: str, by: int | None = PYTHON, place: str | None = None) -> Access:
    """The names in the directory were read."""
    return _access("list", path, by, place)


def wrote(path: str, by: int | None = PYTHON) -> Access:
    """The file was written."""
    return _access("write", path, by, None)


def variable(name: str, place: str | None = None, by: int | None = PYTHON, *, is_set: bool = False) -> Variable:
    """The variable was read."""
    numbers = () if by is None else (by,)
    observers: tuple[Observer, ...] = ("python" if by == PYTHON else "preload",)
    return Variable(name, is_set, observers, numbers, at(place) if place else None, own=place is not None)


def a_trace(accesses: Iterable[Access] = (), variables: Iterable[Variable] = (), **fields: Any) -> Trace:
    """Return a trace of an editable build with uv; every field can be given."""
    defaults: dict[str, Any] = {
        "mode": "editable",
        "front_end": "uv",
        "isolated": True,
        "exit_code": 0,
        "seconds": 12.34,
        "processes": PROCESSES,
        "observers": ("preload", "python"),
    }
    ordered = tuple(sorted(accesses, key=lambda each: (each.path, each.kind)))
    return Trace(**{**defaults, "accesses": ordered, "variables": tuple(variables), **fields})

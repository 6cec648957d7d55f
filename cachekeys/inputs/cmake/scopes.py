"""What an interpreter of CMake lists files keeps: scopes of variables, functions, and what it saw being read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cachekeys.inputs.cmake.values import NOTHING, Value, merged
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.inputs.cmake.lexer import Block, Command
    from cachekeys.inputs.model import Affects, Confidence, Role

__all__ = ["Function", "Place", "Product", "Scope", "Seen", "merge_states"]

Place = tuple[str, int]
"""File and line."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file or glob that the build reads, as the command that says so describes it.

    ``chain`` are the places that lead there, the outermost lists file first.
    """

    role: Role
    affects: Affects
    why: str
    place: Place
    confidence: Confidence = "certain"
    chain: tuple[Place, ...] = ()


class Product(NamedTuple):
    """A file in the source tree that the build writes, at ``place``; see :mod:`~.products`."""

    place: Place
    steady: bool
    anew: bool


class Scope:
    """Variables of a directory or function; what is not here is looked up in the parent."""

    __slots__ = ("names", "parent")

    def __init__(self, parent: Scope | None = None) -> None:
        self.names: dict[str, Value | None] = {}  # None: unset here, whatever the parent says
        self.parent = parent

    def find(self, name: str) -> Value | None:
        """Return the variable's value, or None when it is not set."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None

    def leave(self, outer: Scope, names: Iterable[str]) -> None:
        """Hand the variables *names* that are set here on to *outer*."""
        outer.names.update({name: value for name in names if (value := self.find(name)) is not None})


@dataclass(slots=True)
class Function:
    """A function or macro defined in the project."""

    name: str
    parameters: list[str]
    body: list[Command | Block]
    is_macro: bool
    file: str


def merge_states(
    states: list[dict[str, Value | None]], scope: Scope, cache: dict[str, Value]
) -> dict[str, Value | None]:
    """Return the variables of several states; one that is unset in a state can also be what it was outside or is in *cache*."""
    first, *others = states
    for other in others:
        for name in first.keys() | other.keys():
            mine, theirs = first.get(name), other.get(name)
            if mine is theirs:
                continue
            outside = (scope.parent.find(name) if scope.parent else None) or cache.get(name) or NOTHING
            first[name] = merged((outside if mine is None else mine, outside if theirs is None else theirs))
    return first

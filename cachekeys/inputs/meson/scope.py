"""What the interpreter keeps: the variables of a (sub)project, and sightings of files."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.meson.values import ANY, Anything, Object
from cachekeys.inputs.texts import UNKNOWN
from cachekeys.values import dataclass, field

if TYPE_CHECKING:
    from cachekeys.inputs.meson.values import Value
    from cachekeys.inputs.model import Affects, Confidence, Origin, Role

__all__ = ["Scope", "Seen", "builtin", "rounds"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A file or glob that the build reads, as the call that says so describes it."""

    role: Role
    affects: Affects
    why: str
    place: Origin
    confidence: Confidence = "certain"
    chain: tuple[Origin, ...] = ()


@dataclass(slots=True)
class Scope:
    """One project or subproject: its variables, options and directories (``root`` relative to the top project).

    ``name`` is what ``project()`` says, ``subproject`` under which name it was asked for.
    """

    root: str
    subdir: str = ""
    names: dict[str, Value] = field(default_factory=dict)
    options: dict[str, Value] = field(default_factory=dict)
    uncertain: set[str] = field(default_factory=set)
    version: Value = UNKNOWN
    name: str = ""
    subproject: str = ""

    @property
    def directory(self) -> str:
        """The current directory, relative to the top project; "" at its top."""
        return posixpath.join(self.root, self.subdir) if self.subdir else self.root


_BUILTINS = ("meson", "host_machine", "build_machine", "target_machine")


def builtin(name: str) -> Value:
    """Return an object that every script has, ANY for any other name."""
    if name == "meson":
        return Object("meson")
    return Object("machine") if name in _BUILTINS else ANY


def rounds(items: Value) -> list[list[Value]]:
    """Return the values of the loop variables for each round."""
    if isinstance(items, dict):
        return [[key, value] for key, value in items.items()]
    if isinstance(items, list):
        return [[item] for item in items]
    if isinstance(items, range):
        return [[number] for number in items]
    return [[ANY]] if isinstance(items, Anything | Object) else []

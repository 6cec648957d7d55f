"""Programs that a build starts and that read by rules of their own: one file for each family.

A script that runs ``npm run build`` or ``bazel build //pkg`` names none of what the program reads. Each module here has a set
``PROGRAMS`` of the names by which its family is started, and a function ``inputs(start)`` that yields what it then reads. It is asked for
what setup.py, hooks, CMake and command lines in configuration start.
"""

from __future__ import annotations

import os
import posixpath
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import everything_below
from cachekeys.inputs.model import BuildInput, Confidence, Detected, Origin, Role
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cachekeys.project import Project

__all__ = ["Start", "is_followed", "program_inputs"]

_ENDINGS = (".exe", ".cmd", ".bat", ".py")


@dataclass(frozen=True, slots=True)
class Start:
    """A program that a build starts: its words, and the directory (relative to the project, ``.`` at its top) in which it runs.

    ``tool`` is who starts it, at ``origin``; ``chain`` are the places from there outwards.
    """

    project: Project
    words: tuple[str, ...]
    directory: str
    tool: str
    origin: Origin
    chain: tuple[Origin, ...] = ()

    @property
    def program(self) -> str:
        """The program's name."""
        return _name(self.words[0])

    def option(self, *names: str) -> str | None:
        """Return the value of an option, written as ``-o value``, ``-ovalue`` (short ones) or ``--option=value``."""
        for position, word in enumerate(self.words[1:], 1):
            for name in names:
                if word == name and position + 1 < len(self.words):
                    return self.words[position + 1]
                if name.startswith("--") and word.startswith(f"{name}="):
                    return word.partition("=")[2]
                if not name.startswith("--") and word.startswith(name) and len(word) > len(name):
                    return word[len(name) :]
        return None

    def inside(self, *parts: str) -> str:
        """Return a path below the directory in which the program runs, relative to the project."""
        return posixpath.normpath(posixpath.join(self.directory, *parts))

    def file(
        self, path: str, why: str, role: Role = "build-config", confidence: Confidence = "certain"
    ) -> Iterator[BuildInput]:
        """Yield the file *path* of the project, if it is there."""
        if self.project.is_file(path):
            yield BuildInput("file", path, role, why, self.origin, "code", confidence, chain=self.chain)

    def tree(
        self, directory: str, ending: str, why: str, role: Role = "native-source", confidence: Confidence = "likely"
    ) -> Iterator[BuildInput]:
        """Yield the glob for all files below *directory* that end with *ending*, if there are any."""
        below = self.project.files if directory == "." else self.project.files_below(f"{directory}/")
        if any(name.endswith(ending) for name in below):
            pattern = everything_below(directory) + ending
            yield BuildInput("files", pattern, role, why, self.origin, "code", confidence, chain=self.chain)


def is_followed(program: str) -> bool:
    """Tell whether a family of programs here knows *program*, a name or a path."""
    return _name(program) in _families()


_MAX_DEPTH = 6
"""Programs that start each other: a recipe that runs a script that runs a build."""

_running: list[tuple[int, str, tuple[str, ...]]] = []


def program_inputs(start: Start) -> Iterator[Detected]:
    """Yield what the program of *start* reads beside the files that its words name; nothing when it is being looked at already."""
    family = _families().get(start.program)
    key = (id(start.project), start.directory, start.words)
    if family is None or key in _running or len(_running) >= _MAX_DEPTH:
        return
    _running.append(key)
    try:
        found = list(family(start))
    finally:
        _running.pop()
    yield from found


def _name(program: str) -> str:
    name = posixpath.basename(program.replace("\\", "/"))
    return next((name[: -len(ending)] for ending in _ENDINGS if name.endswith(ending)), name)


@cache
def _families() -> dict[str, Callable[[Start], Iterator[Detected]]]:
    """Return the functions of this package's modules by the programs that they know."""
    found: dict[str, Callable[[Start], Iterator[Detected]]] = {}
    for file in sorted(os.listdir(__path__[0])):
        name, ending = os.path.splitext(file)
        if ending == ".py" and not name.startswith("_"):
            module = import_module(f"{__name__}.{name}")
            found.update(dict.fromkeys(module.PROGRAMS, module.inputs))
    return found

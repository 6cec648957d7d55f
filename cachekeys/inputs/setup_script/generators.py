"""Scripts of the project that another program's build runs (CMake, setup.py): they are inputs, and so is what they read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cachekeys.inputs.includes import follow
from cachekeys.inputs.model import BuildInput, BuildOutput, Detected, Origin
from cachekeys.inputs.setup_script import analyse_script
from cachekeys.inputs.setup_script.chains import chain_to
from cachekeys.inputs.texts import expand
from cachekeys.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Confidence, Role
    from cachekeys.inputs.setup_script import Script
    from cachekeys.project import Project

__all__ = ["generator_inputs"]

MAX_DEPTH = 4
"""Scripts that run each other."""

MAX_STEPS = 60_000
"""Nodes visited in one generator: they loop over what they generate, and only their reads and writes matter here."""


MAX_TOGETHER = 120_000
LEAST_STEPS = 8_000
"""Nodes visited in all generators of a project, and nevertheless in each: those that come late are often like the first."""

_SPENT: WeakKeyDictionary[Project, int] = WeakKeyDictionary()
_RUNNING: WeakKeyDictionary[Project, set[str]] = WeakKeyDictionary()
"""The scripts that are being looked at: one may run CMake, which runs it again."""


def generator_inputs(
    project: Project, path: str, chain: tuple[Origin, ...] = (), outer: tuple[str, ...] = (), directory: str = ""
) -> Iterator[Detected]:
    """Yield what the Python script *path* reads, compiles and writes, and the headers that the code it generates includes.

    Files that it reads are looked up in its working directory, in the project's, and where it is itself: which directory a
    build system runs it in is not always known.

    :param chain: the places from the one that runs it outwards.
    :param outer: the scripts that run this one.
    :param directory: the working directory, relative to the project, if it is known.
    """
    running = _RUNNING.setdefault(project, set())
    if not path.endswith(".py") or path in running or len(outer) > MAX_DEPTH:
        return
    spent = _SPENT.get(project, 0)
    limit = max(LEAST_STEPS, min(MAX_STEPS, MAX_TOGETHER - spent))
    script = analyse_script(project, path, limit, directory)
    if script is None:
        return
    _SPENT[project] = spent + script.steps
    running.add(path)
    try:
        yield from _read_by(project, script, chain, (*outer, path))
    finally:
        running.discard(path)


def _read_by(
    project: Project, script: Script, chain: tuple[Origin, ...], running: tuple[str, ...]
) -> Iterator[Detected]:
    path = script.file
    from cachekeys.inputs.hook_script import configured_by  # these need this module
    from cachekeys.inputs.setup_script.native import compiled_by
    from cachekeys.inputs.setup_script.report import environment, outputs, started

    yield from _files(project, script, chain, running)
    ran = started(project, script)
    for item in (*environment(project, script), *ran, *compiled_by(project, script), *configured_by(project, script)):
        if isinstance(item, BuildInput):
            yield replace(item, confidence=_less_sure(item.confidence), chain=(*(item.chain or (item.origin,)), *chain))
        else:
            yield item
    for name, place in outputs(project, script, runs=False).items():
        yield BuildOutput(name, f"{path} writes it, and the build runs that", Origin(path, place.within(path)))
    for found in follow(project, [path]):
        own = found.by == path
        why = f"{found.by} includes it, or code that it generates does" if own else f"{found.by} includes it"
        at = Origin(found.by, found.line)
        yield BuildInput("file", found.path, "native-source", why, at, "code", "likely", chain=(at, *chain))


def _less_sure(confidence: Confidence) -> Confidence:
    """Return how sure it is of a program that it does something: it was given arguments that we do not know."""
    return "likely" if confidence == "certain" else confidence


def _files(project: Project, script: Script, chain: tuple[Origin, ...], running: tuple[str, ...]) -> Iterator[Detected]:
    path = script.file
    for read in script.facts.reads.values():
        origin = Origin(path, read.place.within(path))
        verb = {"import": "imports", "exec": "runs", "run": "runs", "glob": "lists"}.get(read.action, "reads")
        role: Role = "build-script" if read.action in {"import", "exec", "run"} else "build-config"
        why = f"{path} {verb} it, and the build runs that"
        steps = (*(chain_to(project, script, read.place, read.path) or (origin,)), *chain)
        for name in expand(project, read.path):
            if name != path and name not in script.facts.outputs:
                yield BuildInput("file", name, role, why, origin, "code", "likely", chain=steps)
                if read.action == "run":
                    yield from generator_inputs(project, name, steps, running, read.directory)

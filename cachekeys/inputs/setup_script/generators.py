"""Scripts of the project that another program's build runs (CMake, setup.py): they are inputs, and so is what they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.includes import follow
from cachekeys.inputs.model import BuildInput, BuildOutput, Detected, Origin
from cachekeys.inputs.setup_script import analyse_script
from cachekeys.inputs.setup_script.chains import chain_to
from cachekeys.inputs.texts import expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Role
    from cachekeys.project import Project

__all__ = ["generator_inputs"]

MAX_STEPS = 60_000
"""Nodes visited in one generator: they loop over what they generate, and only their reads and writes matter here."""


def generator_inputs(project: Project, path: str, chain: tuple[Origin, ...] = ()) -> Iterator[Detected]:
    """Yield what the Python script *path* imports, opens and writes, and the headers that the code it generates includes.

    :param chain: the places from the one that runs it outwards.

    Files that it reads come from where it is or from the project's directory: in which directory it runs, the
    caller's build system decides.
    """
    if not path.endswith(".py"):
        return
    script = analyse_script(project, path, MAX_STEPS)
    if script is None:
        return
    from cachekeys.inputs.setup_script.report import outputs  # it needs this module

    for read in script.facts.reads.values():
        origin = Origin(path, read.place.within(path))
        verb = {"import": "imports", "exec": "runs", "glob": "lists"}.get(read.action, "reads")
        role: Role = "build-script" if read.action in {"import", "exec"} else "build-config"
        why = f"{path} {verb} it, and the build runs that"
        for name in expand(project, read.path):
            if name != path and name not in script.facts.outputs:
                steps = chain_to(project, script, read.place, read.path) or (origin,)
                yield BuildInput("file", name, role, why, origin, "code", "likely", chain=(*steps, *chain))
    for name, place in outputs(project, script).items():
        yield BuildOutput(name, f"{path} writes it, and the build runs that", Origin(path, place.within(path)))
    for item in follow(project, [path]):
        why = f"{item.by} includes it, or code that it generates does" if item.by == path else f"{item.by} includes it"
        at = Origin(item.by, item.line)
        yield BuildInput("file", item.path, "native-source", why, at, "code", "likely", chain=(at, *chain))

"""just, Task and Invoke: the file with the recipes, and what its command lines, or the Python function of a task, make the build read.

Of a justfile or a Taskfile all lines are looked at, since recipes depend on each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.model import BuildInput, Unresolved
from cachekeys.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.inputs.programs import Start

_FILES = {
    "just": ("justfile", "Justfile", ".justfile"),
    "task": ("Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "Taskfile.dist.yml"),
    "invoke": ("tasks.py", "tasks/__init__.py"),
}
_FAMILIES = {"inv": "invoke", "go-task": "task"}
_MAX_LINES = 500

PROGRAMS = frozenset({*_FILES, *_FAMILIES})


def inputs(start: Start) -> Iterator[Detected]:
    """Yield the file and what it has run."""
    family = _FAMILIES.get(start.program, start.program)
    named = start.option("-f", "--justfile", "-t", "--taskfile", "-c", "--collection")
    for name in [named] if named else _FILES[family]:
        path = start.inside(name)
        if not start.project.is_file(path):
            continue
        if family == "invoke":
            yield from _tasks(start, path)
        else:
            yield from start.file(path, f"{start.program} runs what it describes", "build-script")
            yield from _lines(start, path)
        return


def _tasks(start: Start, path: str) -> Iterator[Detected]:
    from cachekeys.inputs.scripts import build_script  # it needs this package

    functions = [word.replace("-", "_") for word in start.words[1:] if word.replace("-", "_").isidentifier()]
    why = f"{start.program} runs its tasks"
    yield from build_script(start.project, path, why, start.origin, functions=functions)


def _lines(start: Start, path: str) -> Iterator[Detected]:
    from cachekeys.inputs.commands import command_inputs  # it needs this package

    for line in (start.project.read_text(path) or "").splitlines()[:_MAX_LINES]:
        text = line.strip().lstrip("-@ ").removeprefix("cmd:").strip().strip("\"'")
        if not line[:1].isspace() or start.program in text.split()[:1]:
            continue
        for item in command_inputs(start.project, text, start.inside("."), path, start.origin):
            if isinstance(item, BuildInput):
                yield replace(item, chain=(*(item.chain or (item.origin,)), *start.chain))
            elif not isinstance(item, Unresolved):
                yield item

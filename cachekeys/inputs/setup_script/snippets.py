"""A line of Python in another build's files: ``execute_process(COMMAND python -c "import tools; print(tools.flags())")``.

It is interpreted like a script; what it imports from the project, and what the functions that it calls read, are inputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.model import BuildInput
from cachekeys.inputs.texts import ROOT
from cachekeys.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cachekeys.inputs.model import Detected, Origin
    from cachekeys.project import Project

__all__ = ["snippet_inputs"]

MAX_STEPS = 30_000
"""Nodes visited for one line."""


def snippet_inputs(project: Project, code: str, search: Sequence[str], origin: Origin) -> Iterator[Detected]:
    """Yield what *code* reads from the project when Python runs it.

    :param search: the directories, relative to the project, in which it finds modules.
    :param origin: where it stands.
    """
    from cachekeys.inputs.setup_script import Script  # imports ast: 9 ms
    from cachekeys.inputs.setup_script.library.loading import execute
    from cachekeys.inputs.setup_script.machine import Frame, Machine, OutOfBudgetError
    from cachekeys.inputs.setup_script.report import detected
    from cachekeys.inputs.setup_script.values import Scope

    machine = Machine(project, limit=MAX_STEPS)
    machine.main, machine.sys_path = origin.file, list(search)
    machine.stack.append(Frame(origin.file))
    machine.stack[-1].line = origin.line or 1
    try:
        # the mark of the project's directory is a character that Python takes in no code
        execute(machine, [code.replace(f"{ROOT}/", "").replace(ROOT, ".")], {}, Scope())
    except (OutOfBudgetError, RecursionError):
        machine.unresolved("runs a line of Python that leads too far to follow it to its end", origin.file, origin.line)
    finally:
        machine.stack.clear()
    script = Script(origin.file, machine.facts, frozenset(machine.modules), machine.steps)
    for item in detected(project, script):
        if isinstance(item, BuildInput) and item.confidence == "certain":
            yield replace(item, confidence="likely")
        else:
            yield item

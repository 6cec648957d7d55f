"""What a setup.py, or another Python build script, reads: found by interpreting its syntax tree, never by running it.

The interpreter (:mod:`~.machine`, :mod:`~.statements`, :mod:`~.expressions`, :mod:`~.calls`) computes with the values of
:mod:`~.values`, in which a text may be partly known; models of the outside world (:mod:`~.library`) note
:mod:`~.facts`; :mod:`~.report` turns these into build inputs.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cachekeys.inputs.dynamic import relative
from cachekeys.values import dataclass, field

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.facts import Facts
    from cachekeys.project import Project

__all__ = ["Script", "analyse_script"]


@dataclass(frozen=True, slots=True)
class Script:
    """A build script and what it was seen to do. ``modules`` are the project's files that it loads.

    ``literals`` are the texts in the files that took part, by file and text, as far as somebody asked for them.
    """

    file: str
    facts: Facts
    modules: frozenset[str]
    steps: int
    literals: dict[str, dict[str, list[tuple[int, int, int]]]] = field(default_factory=dict, compare=False)


_ANALYSED: WeakKeyDictionary[Project, dict[tuple[str, str], Script | None]] = WeakKeyDictionary()


def analyse_script(
    project: Project, file: str = "setup.py", limit: int = 250_000, directory: str = ""
) -> Script | None:
    """Return what running *file* would do, or None when there is no such file. Each file is analysed once.

    :param limit: how many nodes of the syntax tree may be visited; half a second's worth by default.
    :param directory: the working directory, relative to the project.
    """
    analysed = _ANALYSED.setdefault(project, {})
    key = (file, directory)
    if key not in analysed:
        if project.read_bytes(file) is None:
            analysed[key] = None
        else:
            from cachekeys.inputs.setup_script.machine import Machine  # imports ast: 9 ms

            machine = Machine(project, posixpath.dirname(file), limit)
            machine.directory = directory
            if file != "setup.py":
                machine.guesses = True  # a program gets its search path from who runs it
                machine.visited.append(posixpath.dirname(file))
            machine.sys_path += _beside_the_back_end(project)
            machine.run_script(file)
            modules = frozenset(machine.modules) - {file}
            analysed[key] = Script(file, machine.facts, modules, machine.steps)
    return analysed[key]


def _beside_the_back_end(project: Project) -> list[str]:
    """Return the directories that a front end puts on ``sys.path`` for an in-tree back end (:pep:`517`): what it starts sees them too."""
    directories = project.get("build-system", "backend-path", default=[])
    given = directories if isinstance(directories, list) else []
    return [found for text in given if (found := relative(project, text)) is not None]

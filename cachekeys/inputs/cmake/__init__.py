"""What a CMake build reads: found by interpreting the project's lists files, never by running CMake.

:mod:`~.lexer` makes a tree of the text, :mod:`~.interpreter` walks it with the variables of :mod:`~.values` (every text that a
variable can hold), :mod:`~.conditions` decides what can be decided, :mod:`~.commands` knows CMake's commands. Which directories
are configured, and with which ``-D`` definitions, the build backend says: :mod:`~.roots`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

__all__ = ["cmake_inputs"]


def cmake_inputs(project: Project) -> Iterator[Detected]:
    """Yield everything that the project's CMake builds read."""
    from cachekeys.inputs.cmake.roots import find_roots  # cheap to import this package otherwise

    for root in find_roots(project):
        from cachekeys.inputs.cmake.report import detected  # CMake projects only

        yield from detected(project, root)

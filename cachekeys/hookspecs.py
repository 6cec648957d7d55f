"""The one hook that turns a function into a detector; built-in and third-party detectors use the same door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

__all__ = ["cachekeys_detect_inputs", "hookimpl", "hookspec"]

hookspec = pluggy.HookspecMarker("cachekeys")
hookimpl = pluggy.HookimplMarker("cachekeys")


@hookspec
def cachekeys_detect_inputs(project: Project) -> Iterable[Detected]:  # type: ignore[empty-body]
    """Yield what the build of *project* reads and writes.

    :param project: a read-only view of the project; detectors read files only through it and never
        execute any of the project's code.
    :return: :class:`~cachekeys.inputs.model.BuildInput`,
        :class:`~cachekeys.inputs.model.BuildOutput` and
        :class:`~cachekeys.inputs.model.Unresolved` objects. Order does not matter; duplicates are merged.

    An exception is reported as CK902 with the name of the distribution; what was yielded before it counts.
    """

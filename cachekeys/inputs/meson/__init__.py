"""What a Meson build reads: found by interpreting the project's ``meson.build`` files, never by running Meson.

:mod:`~.lexer` and :mod:`~.parser` make a tree of the text, :mod:`~.interpreter` walks it with values that may be known in part
(:mod:`~.values`); :mod:`~.functions`, :mod:`~.targets`, :mod:`~.programs` and :mod:`~.subprojects` know Meson's functions, :mod:`~.objects`
and :mod:`~.methods` its methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cachekeys.inputs.meson.values import Value
    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

__all__ = ["meson_inputs"]


def meson_inputs(
    project: Project,
    settings: Mapping[str, Value] | None = None,
    tags: frozenset[str] = frozenset(),
    why: str = "meson reads it",
) -> Iterator[Detected]:
    """Yield everything that the project's Meson build reads.

    :param settings: options that the build sets, as ``-Dname=value`` would.
    :param tags: install tags that get into the wheel; all of them when empty.
    :param why: who configures the project, for the explanation of the first ``meson.build``.
    """
    if project.is_file("meson.build"):
        from cachekeys.inputs.meson.report import detected  # Meson projects only

        yield from detected(project, settings or {}, tags, why)

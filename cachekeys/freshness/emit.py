"""A ``uv_cache.json`` for an editable wheel, so that uv takes what another installer has installed for fresh.

After ``pip install -e .``, ``uv sync`` would build all of it again, for want of that file. It is only made for wheels that stay on
the machine: it holds times, and the values of variables in clear text. uv replaces it by its own when it installs itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cachekeys.uv import cachefile
from cachekeys.uv.cacheinfo import compute
from cachekeys.uv.keys import in_force
from cachekeys.uv.watching import watching

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cachekeys.project import Project

__all__ = ["Emission", "emit"]


class Emission(NamedTuple):
    """The content of the file, None if there is any doubt; and the variables whose values are in it."""

    content: bytes | None
    exposed: tuple[str, ...] = ()


def emit(project: Project, environ: Mapping[str, str]) -> Emission:
    """Return the file for a build that begins now.

    Nothing is the safe answer: then uv installs once more. A file that uv cannot read would make every uv command in the
    environment fail, so what comes out is read back as strictly as uv does.
    """
    watch = watching(project)
    keys = in_force(watch)
    if keys is None or watch.problems:
        return Emission(None)
    info = compute(project.root, keys, environ, dialect=watch.dialect)
    content = info.to_json().encode()
    if cachefile.parse(content) != info:
        return Emission(None)
    return Emission(content, tuple(sorted(name for name, value in info.env.items() if value)))

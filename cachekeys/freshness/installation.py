"""What is installed of a project, and in which environment: all that the questions about freshness start from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from cachekeys.errors import CacheKeysError
from cachekeys.uv import installed as metadata
from cachekeys.uv.cachefile import NAME
from cachekeys.uv.cacheinfo import compute
from cachekeys.uv.environment import active, locate, of_project
from cachekeys.uv.keys import in_force
from cachekeys.uv.watching import watching
from cachekeys.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cachekeys.project import Project
    from cachekeys.uv.cacheinfo import CacheInfo
    from cachekeys.uv.environment import Environment
    from cachekeys.uv.installed import Installed
    from cachekeys.uv.keys import WatchSet
    from cachekeys.uv.walk import Watched

__all__ = ["Installation", "choose", "examine"]


@dataclass(frozen=True)
class Installation:
    """A project, and what is installed of it in an environment. ``unreadable`` is a file in the environment that uv cannot read."""

    project: Project
    environment: Environment
    name: str
    installed: tuple[Installed, ...]
    watch: WatchSet
    environ: Mapping[str, str]
    unreadable: metadata.UnreadableError | None = None

    @cached_property
    def now(self) -> CacheInfo | None:
        """What uv computes now, None when it refuses the keys."""
        return self.compute()

    @cached_property
    def watched(self) -> Watched:
        """All files that count, with their times: more than :attr:`now` needs."""
        from cachekeys.uv.walk import watched_files  # only to name files

        keys = in_force(self.watch)
        return watched_files(self.project.root, self.watch.keys if keys is None else keys, dialect=self.watch.dialect)

    def compute(self) -> CacheInfo | None:
        """Return what uv computes at this moment."""
        keys = in_force(self.watch)
        if keys is None:
            return None
        return compute(self.project.root, keys, self.environ, dialect=self.watch.dialect)

    def with_cache_info(self, info: CacheInfo) -> Installation:
        """Return what would be if this were the content of the ``uv_cache.json`` of the one distribution."""
        (installed,) = self.installed
        healed = replace(installed, cache_info=info, unreadable=None)
        blocking = self.unreadable
        if blocking is not None and blocking.path == installed.file(NAME):
            blocking = None
        changed = replace(self, installed=(healed,), unreadable=blocking)
        vars(changed).update((name, vars(self)[name]) for name in ("now", "watched") if name in vars(self))
        return changed


def examine(project: Project, environment: Environment, environ: Mapping[str, str]) -> Installation:
    """Look up what is installed of *project* in *environment*. Runs nothing.

    :raises CacheKeysError: the project's name is unknown, or the environment cannot be listed.
    """
    name = project.name
    if name is None:
        raise CacheKeysError(
            f"{project.label}: the name of the distribution is only known to its build; give it in [project]"
        )
    try:
        found = metadata.find(environment, name)
        unreadable = next((each.unreadable for each in found if each.unreadable is not None), None)
        unreadable = unreadable or next(metadata.unreadable(environment), None)
    except OSError as error:
        raise CacheKeysError(f"{error.filename}: {error.strerror or error}") from None
    return Installation(project, environment, name, found, watching(project), environ, unreadable)


def choose(project: Project, environ: Mapping[str, str], given: str | None = None) -> Installation | None:
    """Return what is installed in the environment *given*, or else in the one that is meant.

    That is the active one if the project is installed there, else the one that ``uv sync`` uses. None when there is no
    environment at all, or only an active one that has nothing to do with the project.

    :raises CacheKeysError: see :func:`examine`; there is no environment *given*.
    """
    if given is not None:
        return examine(project, locate(given), environ)
    if project.name is None:
        return None
    chosen = active(environ)
    own = of_project(project, environ)
    if chosen is not None:
        found = examine(project, locate(chosen), environ)
        if found.installed or found.unreadable:
            return found
    return examine(project, locate(own), environ) if own is not None else None

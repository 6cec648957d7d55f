"""From the paths on the command line to projects: workspace members and path sources come along."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cachekeys.errors import CacheKeysError
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["directory", "find"]


def find(paths: Sequence[str], *, workspace: bool) -> Iterator[tuple[str, Project | CacheKeysError]]:
    """Yield each project once, with the path it was reached by, or why it cannot be read.

    The root of a workspace that is no project itself builds nothing; it is left out unless it has settings to judge.
    """
    pending = [directory(path) for path in paths]
    seen: set[str] = set()
    while pending:
        path = pending.pop(0)
        identity = os.path.realpath(path)
        if identity in seen:
            continue
        seen.add(identity)
        try:
            project = Project(path)
            further = _further(project) if workspace else []
        except CacheKeysError as error:
            yield path, error
            continue
        pending += further
        if further and _is_virtual(project):
            continue
        yield path, project


def directory(path: str) -> str:
    """Accept the path of a pyproject.toml for its directory."""
    if os.path.basename(path) in ("pyproject.toml", "setup.py", "setup.cfg") and not os.path.isdir(path):
        return os.path.dirname(path) or "."
    return path


def _further(project: Project) -> list[str]:
    if project.get("tool", "uv") is None:
        return []
    from cachekeys.workspace import members  # only projects with uv settings pay

    return [os.path.join(project.root, member) for member in members(project)]


def _is_virtual(project: Project) -> bool:
    """Tell whether nothing is built here and no rule could have anything to say (CK002 and CK4xx are about a root, too)."""
    if project.get("project") is not None or project.get("build-system") is not None or project.is_file("setup.py"):
        return False
    settings = project.get("tool", "uv", default={})
    names = {name.replace("_", "-") for name in settings} if isinstance(settings, dict) else set()
    return names.isdisjoint({"cache-keys", "reinstall-package", "pip"}) and not project.is_file("uv.toml")

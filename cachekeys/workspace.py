"""The other projects that a uv project brings along: workspace members and path sources, and the way back to the root.

Which directories count was measured with uv 0.13.8: ``members`` are expanded part by part (``*`` is one level, ``**``
any depth), in ``exclude`` a ``*`` also matches ``/``, and the nearest pyproject.toml above a project decides alone
whether the project is a member.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from cachekeys.errors import CacheKeysError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.project import Project

__all__ = ["find_root", "members", "path_sources", "workspace_members"]

_PYPROJECT = "pyproject.toml"
_BUILDABLE = (_PYPROJECT, "setup.py", "setup.cfg")
_WILD = frozenset("*?[")
_MAX_DEPTH = 40
"""Directories below each other that a ``**`` is followed: more is a loop of mounts, not a workspace."""


def members(project: Project) -> list[str]:
    """Return the directories of the workspace members and path sources of *project*, relative to it, sorted.

    Those that do not exist or hold no project are left out, and so is *project* itself.
    """
    found = {
        os.path.realpath(project.path(path)): path for path in (*path_sources(project), *workspace_members(project))
    }
    found.pop(os.path.realpath(project.root), None)
    return sorted(found.values())


def workspace_members(project: Project) -> list[str]:
    """Return the directories that ``tool.uv.workspace`` names, relative to *project*; empty when it is no root."""
    patterns = _strings(project.get("tool", "uv", "workspace", "members"))
    excluded = _strings(project.get("tool", "uv", "workspace", "exclude"))
    found: dict[str, None] = {}
    for pattern in patterns:
        for path in _expand(project.root, pattern):
            if _holds_project(project.path(path)) and not _is_excluded(project.root, path, excluded):
                found[path] = None
    return list(found)


def path_sources(project: Project) -> list[str]:
    """Return the project directories that ``tool.uv.sources`` names by ``path``, relative to *project*.

    A source may be one table or, with markers, a list of tables. Paths of archives are left out.
    """
    sources = project.get("tool", "uv", "sources")
    found: dict[str, None] = {}
    for source in sources.values() if isinstance(sources, dict) else ():
        for entry in source if isinstance(source, list) else [source]:
            path = entry.get("path") if isinstance(entry, dict) else None
            if isinstance(path, str) and "\0" not in path and _holds_project(project.path(path)):
                found[_relative(project.root, path)] = None
    return list(found)


def find_root(project: Project) -> str | None:
    """Return the directory of the workspace that *project* is a member of, or None.

    A project with a workspace of its own, without ``[project]`` or with ``managed = false`` is no member.
    """
    if not isinstance(project.get("project"), dict) or project.get("tool", "uv", "managed") is False:
        return None
    if project.get("tool", "uv", "workspace") is not None:
        return None
    above = project.root
    while (parent := os.path.dirname(above)) != above:
        above = parent
        if os.path.isfile(os.path.join(above, _PYPROJECT)):
            return above if _includes(above, project.root) else None
    return None


def _includes(root: str, directory: str) -> bool:
    from cachekeys.project import Project  # a cycle at import time otherwise

    try:
        workspace = Project(root)
    except CacheKeysError:
        return False
    relative = os.path.relpath(directory, root).replace(os.sep, "/")
    return relative in workspace_members(workspace)


# -- uv's globs for members: those of the Rust crate `glob`, not gitignore ---------------------------------------------


def _expand(root: str, pattern: str) -> Iterable[str]:
    """Yield the directories that *pattern* names, relative to *root*, each once."""
    if "\0" in pattern:
        return
    pattern = _relative(root, pattern) if pattern.startswith("/") else pattern
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    found = dict.fromkeys([""])
    for number, part in enumerate(parts, 1):
        last = number == len(parts)
        found = {
            _join(base, step): None for base in found for step in _steps(os.path.join(root, base), part, last=last)
        }
    for path in found:
        yield _relative(root, path)


def _steps(directory: str, part: str, *, last: bool) -> Iterable[str]:
    """Yield what *part* of a pattern leads to from *directory*: paths relative to it."""
    if part == "**":
        if not last:  # at the end it stands for one directory at least
            yield ""
        yield from _below(directory)
    elif _WILD.isdisjoint(part):
        if os.path.isdir(os.path.join(directory, part)):
            yield part
    else:
        from fnmatch import fnmatchcase  # only with a wildcard

        yield from (name for name in _directories(directory) if fnmatchcase(name, part))


def _below(directory: str, depth: int = _MAX_DEPTH) -> Iterable[str]:
    for name in _directories(directory, follow=False) if depth else ():
        yield name
        yield from (f"{name}/{deeper}" for deeper in _below(os.path.join(directory, name), depth - 1))


def _directories(directory: str, *, follow: bool = True) -> list[str]:
    try:
        with os.scandir(directory) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=follow))
    except (OSError, ValueError):
        return []


def _is_excluded(root: str, path: str, patterns: list[str]) -> bool:
    from fnmatch import fnmatchcase  # only in a workspace

    return any(fnmatchcase(path, _relative(root, pattern)) for pattern in patterns)


# -- paths ---------------------------------------------------------------------------------------------------------------


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _join(base: str, step: str) -> str:
    return f"{base}/{step}" if base and step else base or step


def _relative(root: str, path: str) -> str:
    return os.path.relpath(os.path.join(root, path), root).replace(os.sep, "/")


def _holds_project(directory: str) -> bool:
    return any(os.path.isfile(os.path.join(directory, name)) for name in _BUILDABLE)

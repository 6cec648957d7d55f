"""What a record compares, as it is now: the same functions make the record and hold the tree against it later."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from cachekeys.uv.keys import DirKey, FileKey, GitKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cachekeys.project import Project
    from cachekeys.uv.keys import CacheKey

__all__ = ["canonical", "directories", "environment", "git", "is_absolute", "masked", "watched"]


def canonical(value: Mapping[str, object]) -> bytes:
    """Return the one text of a record or a part of it: JSON, sorted, compact, pure ASCII."""
    import json  # not needed to compare files

    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def git(root: str, keys: Sequence[CacheKey]) -> dict[str, str | None]:
    """Return what the git keys stand for: nothing that is not keyed. The tags, often thousands, as one digest."""
    commit_keyed = any(isinstance(key, GitKey) and key.commit for key in keys)
    tags_keyed = any(isinstance(key, GitKey) and key.tags for key in keys)
    if not (commit_keyed or tags_keyed):
        return {}
    from cachekeys.uv import gitrefs  # only with a git key

    repository = gitrefs.find_repository(root)
    state: dict[str, str | None] = {}
    if commit_keyed:
        state["commit"] = None if repository is None else gitrefs.commit(repository)
    if tags_keyed:
        tags = None if repository is None else gitrefs.tags(repository)
        state["tags_sha256"] = None if tags is None else hashlib.sha256(canonical(tags)).hexdigest()
    return state


def directories(project: Project, keys: Sequence[CacheKey]) -> dict[str, bool]:
    """Return whether the directories of the ``dir`` keys exist."""
    return {masked(key): project.is_dir(key.path) for key in keys if isinstance(key, DirKey)}


def environment(names: Iterable[str], environ: Mapping[str, str]) -> dict[str, str]:
    """Return whether each variable is set, and nothing more: wheels are public, values may be secrets."""
    return {name: "set" if name in environ else "unset" for name in names}


def watched(root: str, keys: Sequence[CacheKey]) -> dict[str, str]:
    """Return what uv watches: path -> the path as the record shows it."""
    from cachekeys.uv.walk import watched_files  # a cycle at import time otherwise

    bases = {key.index: _base(key.path) for key in keys if isinstance(key, FileKey)}
    shown: dict[str, str] = {}
    for file in watched_files(root, keys, timed=False).files:
        path = file.path
        if is_absolute(path):
            below = os.path.relpath(path, bases[file.key]).replace(os.sep, "/")
            shown[path] = f"<key {file.key}>" + ("" if below == "." else f"/{below}")
        else:
            # Not normpath: with a symlink before it, ".." is not the textual parent.
            if path.startswith(".") or "/." in path or "//" in path:
                path = "/".join(part for part in path.split("/") if part not in ("", "."))
            shown[path] = path
    return shown


def _base(pattern: str) -> str:
    """Return the directory in front of the first part with a glob character; for a plain path, the path."""
    parts = pattern.split("/")
    plain = next((number for number, part in enumerate(parts) if not {"*", "?", "[", "{"}.isdisjoint(part)), len(parts))
    return "/".join(parts[:plain]) or "/"


def masked(key: FileKey | DirKey) -> str:
    """Return the path of a key as the record shows it: an absolute one belongs to the machine."""
    return f"<key {key.index}>" if is_absolute(key.path) else key.path


def is_absolute(path: str) -> bool:
    """Tell it for both worlds: a pyproject.toml written for Windows may be built here, and the other way round."""
    return path.startswith(("/", "\\")) or path[1:3] in (":/", ":\\")

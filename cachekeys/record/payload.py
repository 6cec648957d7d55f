"""Make the record: what a build depended on, by content.

The record is read long after the build and far from it, in installed environments and published wheels. So it holds
neither times nor machine paths nor values of environment variables, and the same tree always gives the same bytes.
``cachekeys/schemas/record.schema.json`` is its published description.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from cachekeys.record.content import contents
from cachekeys.uv.keys import DirKey, EnvKey, FileKey, GitKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cachekeys.analysis import Analysis
    from cachekeys.project import Project
    from cachekeys.uv.keys import CacheKey

__all__ = ["SCHEMA_VERSION", "build", "digest", "to_bytes"]

SCHEMA_VERSION = 1

_NOT_IN_DIGEST = frozenset({"digest", "findings", "generator"})
_ALWAYS_READ = ("pyproject.toml",)
_SETUPTOOLS_READS = ("setup.cfg", "setup.py")


def build(analysis: Analysis) -> dict[str, Any]:
    """Return the record of *analysis*, hashing the files as they are now. Made of what JSON knows only.

    Inputs outside the project that are named by an absolute path belong to the machine and are left out; a key
    with an absolute path is shown by its place in the list (``<key 2>``), and so are the files that it matches.
    """
    from cachekeys import __version__  # noqa: PLC0415 - reads a generated file

    project, keys = analysis.project, analysis.watch.keys
    record: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "generator": {"name": "cachekeys", "version": __version__},
        "mode": analysis.mode,
        "cache_keys": {"declared": analysis.watch.declared, "keys": [_key(key) for key in keys]},
        "reinstall_package": _reinstalled(project),
        "git": _git(project.root, keys),
        "directories": {_masked(key): project.is_dir(key.path) for key in keys if isinstance(key, DirKey)},
        "files": _files(analysis),
        "environment": _environment(analysis),
        "findings": sorted({finding.code for finding in analysis.findings}),
    }
    record["digest"] = digest(record)
    return record


def digest(record: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, of everything in *record* that describes the inputs.

    That is its canonical text (see :func:`to_bytes`, without the final newline) without ``digest``, ``generator`` and
    ``findings``: another version of cachekeys with another opinion about the same inputs does not change it.
    """
    described = {name: value for name, value in record.items() if name not in _NOT_IN_DIGEST}
    return hashlib.sha256(_canonical(described)).hexdigest()


def to_bytes(record: Mapping[str, Any]) -> bytes:
    """Return the one text of *record*: JSON, sorted, compact, pure ASCII (a name that is not UTF-8 survives), one line."""
    return _canonical(record) + b"\n"


def _canonical(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _key(key: CacheKey) -> dict[str, Any]:
    if isinstance(key, GitKey):
        return {"git": {"commit": key.commit, "tags": key.tags}}
    if isinstance(key, EnvKey):
        return {"env": key.name}
    return {"file" if isinstance(key, FileKey) else "dir": _masked(key)}


def _masked(key: FileKey | DirKey) -> str:
    return f"<key {key.index}>" if _is_absolute(key.path) else key.path


def _is_absolute(path: str) -> bool:
    """Tell it for both worlds: a pyproject.toml written for Windows may be built here, and the other way round."""
    return path.startswith(("/", "\\")) or path[1:3] in (":/", ":\\")


def _reinstalled(project: Project) -> list[str]:
    """Return the packages that the settings of the project or its workspace make uv reinstall on every command."""
    from cachekeys.uv.settings import read_reinstall  # noqa: PLC0415 - only the record needs it

    return sorted({item.name for item in read_reinstall(project).in_force()})


def _git(root: str, keys: Sequence[CacheKey]) -> dict[str, str | None]:
    """Return what the git keys stand for: nothing that is not keyed. The tags, often thousands, as one digest."""
    commit_keyed = any(isinstance(key, GitKey) and key.commit for key in keys)
    tags_keyed = any(isinstance(key, GitKey) and key.tags for key in keys)
    if not (commit_keyed or tags_keyed):
        return {}
    from cachekeys.uv import gitrefs  # noqa: PLC0415 - only with a git key

    repository = gitrefs.find_repository(root)
    state: dict[str, str | None] = {}
    if commit_keyed:
        state["commit"] = None if repository is None else gitrefs.commit(repository)
    if tags_keyed:
        tags = None if repository is None else gitrefs.tags(repository)
        state["tags_sha256"] = None if tags is None else hashlib.sha256(_canonical(tags)).hexdigest()
    return state


def _environment(analysis: Analysis) -> dict[str, str]:
    """Return the variables that matter, and only whether they are set: wheels are public, values may be secrets."""
    names = {key.name for key in analysis.watch.keys if isinstance(key, EnvKey)}
    names.update(item.what for item in analysis.inputs.inputs if item.kind == "env")
    return {name: "set" if name in analysis.environ else "unset" for name in names}


def _files(analysis: Analysis) -> dict[str, dict[str, Any]]:
    """Return every file that the build reads or that uv watches, by its path as the record shows it."""
    project = analysis.project
    watched = _watched(project.root, analysis.watch.keys)
    always = (*_ALWAYS_READ, *(_SETUPTOOLS_READS if project.uses_setuptools else ()))
    inputs = {name for name in always if project.is_file(name)}
    for entry in analysis.coverage.entries:
        inputs.update(name for name in entry.files if not _is_absolute(name))
    found = contents(project.root, [*watched, *inputs])
    return {
        watched.get(path, path): {
            "sha256": content.sha256,
            "size": content.size,
            "input": path in inputs,
            "watched": path in watched,
        }
        for path, content in found.items()
    }


def _watched(root: str, keys: Sequence[CacheKey]) -> dict[str, str]:
    """Return what uv watches: path -> the path as the record shows it."""
    from cachekeys.uv.walk import watched_files  # noqa: PLC0415 - a cycle at import time otherwise

    bases = {key.index: _base(key.path) for key in keys if isinstance(key, FileKey)}
    shown: dict[str, str] = {}
    for file in watched_files(root, keys).files:
        path = file.path
        if _is_absolute(path):
            below = os.path.relpath(path, bases[file.key]).replace(os.sep, "/")
            shown[path] = f"<key {file.key}>" + ("" if below == "." else f"/{below}")
        else:
            # Not normpath: with a symlink before it, ".." is not the textual parent.
            plain = "/".join(part for part in path.split("/") if part not in ("", "."))
            shown[plain] = plain
    return shown


def _base(pattern: str) -> str:
    """Return the directory in front of the first part with a glob character; for a plain path, the path."""
    parts = pattern.split("/")
    plain = next((number for number, part in enumerate(parts) if not {"*", "?", "[", "{"}.isdisjoint(part)), len(parts))
    return "/".join(parts[:plain]) or "/"

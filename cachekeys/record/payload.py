"""Make the record: what a build depended on, by content.

The record is read long after the build and far from it, in installed environments and published wheels. So it holds
neither times nor machine paths nor values of environment variables, and the same tree always gives the same bytes.
``cachekeys/schemas/record.schema.json`` is its published description.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from cachekeys.record.content import contents
from cachekeys.record.state import canonical, directories, environment, git, is_absolute, masked, watched
from cachekeys.uv.keys import EnvKey, FileKey, GitKey

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    from cachekeys import __version__  # reads a generated file

    project, keys = analysis.project, analysis.watch.keys
    record: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "generator": {"name": "cachekeys", "version": __version__},
        "mode": analysis.mode,
        "cache_keys": {"declared": analysis.watch.declared, "keys": [_key(key) for key in keys]},
        "reinstall_package": _reinstalled(project),
        "git": git(project.root, keys),
        "directories": directories(project, keys),
        "files": _files(analysis),
        "patterns": _patterns(analysis),
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
    return hashlib.sha256(canonical(described)).hexdigest()


def to_bytes(record: Mapping[str, Any]) -> bytes:
    """Return the one text of *record*: JSON, sorted, compact, pure ASCII (a name that is not UTF-8 survives), one line."""
    return canonical(record) + b"\n"


def _key(key: CacheKey) -> dict[str, Any]:
    if isinstance(key, GitKey):
        return {"git": {"commit": key.commit, "tags": key.tags}}
    if isinstance(key, EnvKey):
        return {"env": key.name}
    return {"file" if isinstance(key, FileKey) else "dir": masked(key)}


def _reinstalled(project: Project) -> list[str]:
    """Return the packages that the settings of the project or its workspace make uv reinstall on every command."""
    from cachekeys.uv.settings import read_reinstall  # only the record needs it

    return sorted({item.name for item in read_reinstall(project).in_force()})


def _environment(analysis: Analysis) -> dict[str, str]:
    """Return the variables that matter, and only whether they are set: wheels are public, values may be secrets."""
    names = {key.name for key in analysis.watch.keys if isinstance(key, EnvKey)}
    names.update(item.what for item in analysis.inputs.inputs if item.kind == "env")
    return environment(names, analysis.environ)


def _patterns(analysis: Analysis) -> dict[str, list[str]]:
    """Return what decides about files to come: a new match of ``inputs`` is a new input unless the others match it, too.

    ``inputs`` are the globs that the build expands, and the names that it would read if they existed.
    """
    absent = {entry.input.what for entry in analysis.coverage.entries if not entry.files}
    inputs = {
        item.what
        for item in analysis.inputs.inputs
        if item.kind == "files" or (item.kind == "file" and item.what in absent)
    }
    lists = {
        "inputs": inputs,
        "not_inputs": {what for kind, what in analysis.settings.not_inputs or {} if kind == "file"},
        "outputs": {output.what for output in analysis.inputs.outputs},
    }
    return {name: sorted(what for what in listed if not is_absolute(what)) for name, listed in lists.items()}


def _files(analysis: Analysis) -> dict[str, dict[str, Any]]:
    """Return every file that the build reads or that uv watches, by its path as the record shows it."""
    project = analysis.project
    seen = watched(project.root, analysis.watch.keys)
    always = (*_ALWAYS_READ, *(_SETUPTOOLS_READS if project.uses_setuptools else ()))
    inputs = {name for name in always if project.is_file(name)}
    for entry in analysis.coverage.entries:
        inputs.update(name for name in entry.files if not is_absolute(name))
    found = contents(project.root, [*seen, *inputs])
    return {
        seen.get(path, path): {
            "sha256": content.sha256,
            "size": content.size,
            "input": path in inputs,
            "watched": path in seen,
        }
        for path, content in found.items()
    }

"""What goes into a digest: files by their labels, variables, git state. Nothing is hashed here."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cachekeys.coverage import name_matcher
from cachekeys.uv.keys import DirKey, EnvKey, FileKey, GitKey

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from cachekeys.inputs.detect import Inputs
    from cachekeys.inputs.model import BuildInput
    from cachekeys.project import Project
    from cachekeys.uv.gitrefs import GitState
    from cachekeys.uv.keys import CacheKey

__all__ = ["Members", "find_members"]

_CONFIGURES = frozenset({"build-config", "build-script", "requirements"})
_ALWAYS = ("pyproject.toml",)
_SETUPTOOLS = ("setup.py", "setup.cfg")


@dataclass(slots=True)
class Members:
    """Everything that one digest is about.

    ``files`` maps a label, which is the same on every machine, to the absolute path; ``configuration`` are the labels
    of those that say how the build is done. ``directories`` maps what ``dir`` keys name to whether it exists. ``environment``
    maps variables to their values, None when unset. ``git`` is the state that counts, None if none does; ``git_parts`` says
    which parts of it. ``notes`` are reasons why the digest may see too little.
    """

    files: dict[str, str] = field(default_factory=dict)
    configuration: set[str] = field(default_factory=set)
    directories: dict[str, bool] = field(default_factory=dict)
    environment: dict[str, str | None] = field(default_factory=dict)
    git: GitState | None = None
    git_parts: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)


def find_members(
    project: Project,
    keys: tuple[CacheKey, ...],
    inputs: Inputs,
    environ: Mapping[str, str],
    *,
    excluded: Callable[[str], bool],
    sources: bool,
    without: Collection[str] = (),
) -> Members:
    """Look up what the keys and the inputs stand for. Files that the build itself writes do not count.

    :param excluded: tells of a path that it is no input, whatever the detectors say (``not-inputs`` in the settings).
    :param sources: also what a wheel may take over as it is.
    :param without: ``environment`` or ``git`` to leave them out.
    """
    members = Members()
    written = name_matcher(output.what for output in inputs.outputs)

    def add(name: str) -> None:
        if name not in members.files and not written(name):
            members.files[name] = project.path(name)

    for label, path in _watched(project, keys):
        if not written(label):
            members.files[label] = path
    for name in (*_ALWAYS, *(_SETUPTOOLS if project.uses_setuptools else ())):
        if project.is_file(name):
            members.configuration.add(name)
            add(name)
    for item in inputs.inputs:
        for name in _expand(project, item):
            if not excluded(name):
                add(name)
                if item.role in _CONFIGURES:
                    members.configuration.add(name)
    if sources:
        from cachekeys.fingerprint.sources import wheel_sources  # noqa: PLC0415 - only for wheels

        for name in wheel_sources(project):
            if not excluded(name):
                add(name)
    members.directories = {
        key.path: project.is_dir(key.path)
        for key in keys
        if isinstance(key, DirKey) and not os.path.isabs(key.path) and not written(key.path)
    }
    if "environment" not in without:
        members.environment = _environment(keys, inputs, environ)
    if "git" not in without:
        _add_git(members, project, keys, inputs)
    members.notes += [f"detector {failure.detector} failed: {failure.error}" for failure in inputs.failures]
    if inputs.unresolved:
        places = len(inputs.unresolved)
        members.notes.append(
            f"{places} place{'' if places == 1 else 's'} in the build where what is read could not be determined "
            "(`cachekeys inputs` lists them)"
        )
    return members


def _watched(project: Project, keys: tuple[CacheKey, ...]) -> Iterator[tuple[str, str]]:
    """Yield label and absolute path of what uv watches.

    What a glob finds in caches, virtual environments and version control is not the project's content: it differs between
    clones.
    """
    from cachekeys.uv.globs import is_glob, join, split  # noqa: PLC0415 - a cycle at import time otherwise
    from cachekeys.uv.walk import watched_files  # noqa: PLC0415 - same

    named = {key.index: key.path for key in keys if isinstance(key, FileKey)}
    globs = {index for index, path in named.items() if is_glob(path)}
    root = project.root + "/"
    last, left_out = None, False
    for path, index, _ in watched_files(project.root, keys, timed=False).files:
        if os.path.isabs(path):  # a machine's path: shown by the place of its key in the list
            base = join(split(named[index])[0]) if index in globs else named[index]
            below = os.path.relpath(path, base).replace(os.sep, "/")
            yield (f"<key {index}>" if below == "." else f"<key {index}>/{below}"), path
            continue
        if index in globs:
            directory = path.rpartition("/")[0]
            if directory != last:
                last, left_out = directory, not path.startswith("../") and project.leaves_out(directory)
            if left_out:
                continue
            yield path, root + path
        else:
            # Not normpath: with a symlink before it, ".." is not the textual parent.
            yield "/".join(part for part in path.split("/") if part not in ("", ".")), root + path


def _expand(project: Project, item: BuildInput) -> tuple[str, ...]:
    """Return the existing files that an input stands for; those outside, by an absolute path, belong to the machine."""
    if item.kind == "files":
        return project.glob(item.what)
    if item.kind != "file" or os.path.isabs(item.what):
        return ()
    name = posixpath.normpath(item.what)
    return (name,) if project.is_file(name) else ()


def _environment(keys: tuple[CacheKey, ...], inputs: Inputs, environ: Mapping[str, str]) -> dict[str, str | None]:
    from cachekeys.uv.cacheinfo import environment_value  # noqa: PLC0415 - a cycle at import time otherwise

    found = {item.what: environ.get(item.what) for item in inputs.inputs if item.kind == "env"}
    for key in keys:
        if isinstance(key, EnvKey):
            found[key.name] = environ.get(key.name, environment_value(key.name, environ))
    return dict(sorted(found.items()))


def _add_git(members: Members, project: Project, keys: tuple[CacheKey, ...], inputs: Inputs) -> None:
    """Add the commit and the tags if a key or an input names them. An unpacked sdist has left its repository."""
    parts = {item.what for item in inputs.inputs if item.kind == "git"}
    for key in keys:
        if isinstance(key, GitKey):
            parts.update(name for name, keyed in (("commit", key.commit), ("tags", key.tags)) if keyed)
    if not parts or project.is_sdist:
        return
    from cachekeys.uv.gitrefs import state  # noqa: PLC0415 - only with git state

    members.git = state(project.root)
    members.git_parts = tuple(sorted(parts))
    reasons = {"commit": members.git.commit_reason, "tags": members.git.tags_reason}
    members.notes += [f"git {part} cannot be read: {reasons[part]}" for part in members.git_parts if reasons.get(part)]

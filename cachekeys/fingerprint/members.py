"""What goes into a digest: files by their labels, variables, git state. Nothing is hashed here."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, NamedTuple

from cachekeys.coverage import name_matcher
from cachekeys.uv.keys import DirKey, EnvKey, FileKey, GitKey
from cachekeys.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from cachekeys.inputs.detect import Inputs
    from cachekeys.inputs.model import BuildInput
    from cachekeys.project import Project
    from cachekeys.uv.gitrefs import GitState
    from cachekeys.uv.globs import Finder, Rule, Ruleset
    from cachekeys.uv.keys import CacheKey
    from cachekeys.uv.walk import WatchedFile

__all__ = ["Listed", "Members", "find_members", "list_files"]

_SLASH = ord("/")
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


class Listed(NamedTuple):
    """What is known without asking any detector: ``watched`` by uv, label -> path; ``sources`` that a wheel may hold."""

    watched: dict[str, str]
    sources: tuple[str, ...]


def list_files(project: Project, keys: tuple[CacheKey, ...], *, sources: bool) -> Listed:
    """Return what the keys stand for and, with *sources*, what a wheel may take over as it is."""
    if not sources:
        return Listed(_watched(project, keys), ())
    from cachekeys.fingerprint.sources import wheel_sources  # only for wheels

    return Listed(_watched(project, keys), tuple(wheel_sources(project)))


def find_members(
    project: Project,
    keys: tuple[CacheKey, ...],
    listed: Listed,
    inputs: Inputs,
    environ: Mapping[str, str],
    *,
    excluded: Callable[[str], bool],
    without: Collection[str] = (),
) -> Members:
    """Look up what the keys and the inputs stand for. Files that the build itself writes do not count.

    :param excluded: tells of a path that it is no input, whatever the detectors say (``not-inputs`` in the settings).
    :param without: ``environment`` or ``git`` to leave them out.
    """
    members = Members()
    written = name_matcher(output.what for output in inputs.outputs) if inputs.outputs else lambda _: False

    def add(name: str) -> None:
        if name not in members.files and not written(name):
            members.files[name] = project.path(name)

    members.files = dict(listed.watched)
    if inputs.outputs:
        members.files = {label: path for label, path in members.files.items() if not written(label)}
    for name in listed.sources:
        if name not in members.files and not excluded(name):
            add(name)
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


def _watched(project: Project, keys: tuple[CacheKey, ...]) -> dict[str, str]:
    """Return label and absolute path of what uv watches.

    What a glob finds in caches, virtual environments and version control is not the project's content: it differs between
    clones.
    """
    from cachekeys.uv.walk import Watcher, watched_files  # a cycle at import time otherwise

    watcher = Watcher(keys, project.root)
    root = project.root + "/"
    if all(_is_inside(project, base) for base, _ in watcher.groups):
        # The project's files are listed anyway, and have just these left out.
        found = {
            name: root + name
            for base, rules in watcher.groups
            for name in _matching(project, base + "/" if base else "", rules)
        }
        found.update(_labelled(project, keys, file) for file in watched_files(project.root, watcher.plain).files)
        return found
    every = watched_files(project.root, keys, timed=False).files
    return dict(_labelled(project, keys, file) for file in every if not _is_left_out(project, keys, file))


def _is_inside(project: Project, base: str) -> bool:
    """Tell whether the directory *base* of a glob is below the project's without any symlink or ``..`` in between."""
    place = os.path.join(os.path.realpath(project.root), base) if base else os.path.realpath(project.root)
    return not os.path.isabs(base) and os.path.realpath(place) == place


def _matching(project: Project, base: str, rules: Ruleset) -> Iterable[str]:
    """Return those of the project's files that *rules* make count, as :mod:`cachekeys.uv.search` finds them."""
    from cachekeys.uv.search import on_text  # a cycle at import time otherwise

    anywhere = rules.inside(b"")
    _, endings, always, _ = on_text(anywhere) if anywhere is not None else (None, (), (), None)
    if always:  # as with **/*.py: wherever a file is, its ending decides
        return [name for name in project.files_below(base) if name.endswith(endings)]
    return _matching_by_directory(project, base, rules)


def _matching_by_directory(project: Project, base: str, rules: Ruleset) -> Iterator[str]:
    """Do the same, asking the rules about each directory once and about each file by the means that suffice there."""
    from cachekeys.uv.search import on_text  # a cycle at import time otherwise
    from cachekeys.uv.text import encode_path

    known: dict[str, tuple[bytes, Finder, tuple[str, ...], tuple[Rule, ...]] | None] = {}
    last = here = None
    start = len(base)
    for name in project.files_below(base):
        end = name.rfind("/")
        directory = name[start : end + 1] if end >= start else ""
        if directory != last:
            if directory not in known:
                raw = encode_path(directory)
                closed = any(rules.closes(raw[:at]) for at, byte in enumerate(raw) if byte == _SLASH)
                selected = None if closed else rules.inside(raw)
                known[directory] = selected and (b"" if selected.by_name else raw, *on_text(selected)[:3])
            last, here = directory, known[directory]
        if here is not None and name.endswith(here[2], max(end + 1, start)):
            before, find, _, always = here
            rule = always[0] if always else find(before + encode_path(name[max(end + 1, start) :]))
            if rule is not None and not rule.excludes:
                yield name


def _labelled(project: Project, keys: tuple[CacheKey, ...], file: WatchedFile) -> tuple[str, str]:
    """Return label and path. A place of the machine is shown by the place of its key in the list."""
    from cachekeys.uv.globs import is_glob, join, split

    path = file.path
    if not os.path.isabs(path):
        # Not normpath: with a symlink before it, ".." is not the textual parent.
        return "/".join(part for part in path.split("/") if part not in ("", ".")), f"{project.root}/{path}"
    (named,) = (key.path for key in keys if isinstance(key, FileKey) and key.index == file.key)
    below = os.path.relpath(path, join(split(named)[0]) if is_glob(named) else named).replace(os.sep, "/")
    return (f"<key {file.key}>" if below == "." else f"<key {file.key}>/{below}"), path


def _is_left_out(project: Project, keys: tuple[CacheKey, ...], file: WatchedFile) -> bool:
    from cachekeys.uv.globs import is_glob

    by_glob = any(isinstance(key, FileKey) and key.index == file.key and is_glob(key.path) for key in keys)
    is_below = not os.path.isabs(file.path) and not file.path.startswith("../")
    return by_glob and is_below and project.leaves_out(file.path.rpartition("/")[0])


def _expand(project: Project, item: BuildInput) -> tuple[str, ...]:
    """Return the existing files that an input stands for; those outside, by an absolute path, belong to the machine."""
    if item.kind == "files":
        return project.glob(item.what)
    if item.kind != "file" or os.path.isabs(item.what):
        return ()
    name = posixpath.normpath(item.what)
    return (name,) if project.is_file(name) else ()


def _environment(keys: tuple[CacheKey, ...], inputs: Inputs, environ: Mapping[str, str]) -> dict[str, str | None]:
    from cachekeys.uv.cacheinfo import environment_value  # a cycle at import time otherwise

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
    from cachekeys.uv.gitrefs import state  # only with git state

    members.git = state(project.root)
    members.git_parts = tuple(sorted(parts))
    reasons = {"commit": members.git.commit_reason, "tags": members.git.tags_reason}
    members.notes += [f"git {part} cannot be read: {reasons[part]}" for part in members.git_parts if reasons.get(part)]

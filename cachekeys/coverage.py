"""Watch set x build inputs: which inputs a key watches, which none does, and what else the keys match.

What exists is looked up among the files that uv would stat; what does not exist (yet) is put to the keys' patterns.
"""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from cachekeys.uv.globs import is_glob, name_matcher
from cachekeys.uv.keys import EnvKey, FileKey, GitKey
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cachekeys.inputs.detect import Inputs
    from cachekeys.inputs.model import BuildInput
    from cachekeys.project import Project
    from cachekeys.uv.keys import CacheKey, WatchSet
    from cachekeys.uv.walk import Watcher

__all__ = ["Coverage", "InputCoverage", "cover", "name_matcher"]


@dataclass(frozen=True, slots=True)
class InputCoverage:
    """One input against the keys.

    ``files`` are the existing files it stands for (itself, or the matches of its glob); ``uncovered`` those that no key
    watches; ``covered_by`` the indexes of the keys that watch any of it. ``by_commit_only``: what is left is
    tracked by git and a git commit key is declared, so a commit is noticed but an uncommitted edit is not; ``untracked`` are those of
    ``uncovered`` that not even a commit shows. ``new_file`` is the name of a file that would belong to a fully
    covered glob and that no key would watch, since the keys name each present file.
    """

    input: BuildInput
    files: tuple[str, ...]
    uncovered: tuple[str, ...]
    covered_by: tuple[int, ...]
    by_commit_only: bool = False
    untracked: tuple[str, ...] = ()
    new_file: str | None = None

    @property
    def is_gap(self) -> bool:
        """Whether something that exists (or, for git and the environment, the value) is not watched by a key of its own."""
        if self.input.kind in ("git", "env"):
            return not self.covered_by
        return bool(self.uncovered)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The result. ``matched`` holds, per key index, the files that the key makes uv watch (relative, sorted)."""

    entries: tuple[InputCoverage, ...]
    matched: dict[int, tuple[str, ...]]


def cover(
    project: Project, watch: WatchSet, inputs: Inputs, *, excluded: Callable[[str], bool] = lambda _: False
) -> Coverage:
    """Put every input to the keys of *watch*. Lists the project's files and stats what the keys name; reads none.

    :param excluded: tells of a path that it is no input, whatever the detectors say (``not-inputs`` in the settings).
    """
    return _Cover(project, watch, inputs, excluded).result()


class _Cover:
    """One run: what is looked up once for all inputs lives here."""

    def __init__(self, project: Project, watch: WatchSet, inputs: Inputs, excluded: Callable[[str], bool]) -> None:
        from cachekeys.uv.walk import Watcher  # a cycle at import time otherwise

        self._project = project
        self._keys = watch.keys
        self._inputs = inputs.inputs
        self._excluded = excluded
        self._is_output = name_matcher(output.what for output in inputs.outputs)
        self._dialect = watch.dialect
        self._watcher = Watcher(watch.keys, project.root, watch.dialect)
        self._watched, self._matched = _look_up(project, self._watcher, watch)
        self._same_file: dict[tuple[int, int], int] | None = None

    def result(self) -> Coverage:
        return Coverage(tuple(self._entry(item) for item in self._inputs), self._matched)

    def _entry(self, item: BuildInput) -> InputCoverage:
        if item.kind == "git":
            return InputCoverage(item, (), (), _git_keys(self._keys, item.what))
        if item.kind == "env":
            named = tuple(key.index for key in self._keys if isinstance(key, EnvKey) and key.name == item.what)
            return InputCoverage(item, (), (), named)
        files = tuple(name for name in self._expand(item) if not self._is_output(name) and not self._excluded(name))
        found = {name: self._key_of(name) for name in files}
        uncovered = tuple(name for name in files if found[name] is None)
        keys = {key for key in found.values() if key is not None}
        if (
            item.kind == "file"
            and not files
            and (key := self._watcher.covers(posixpath.normpath(item.what))) is not None
        ):
            keys.add(key)  # missing now, noticed as soon as it appears
        return self._judge(InputCoverage(item, files, uncovered, tuple(sorted(keys))))

    def _judge(self, entry: InputCoverage) -> InputCoverage:
        """Add what a commit key and a look at future files say."""
        item, files, uncovered, keys = entry.input, entry.files, entry.uncovered, entry.covered_by
        commit = _git_keys(self._keys, "commit")
        if uncovered and commit and self._commit_resolves():
            # Where nobody can tell, a file of a repository is most likely tracked; so was one that is in an sdist.
            from cachekeys.tracked import tracked_files  # may import GitPython

            tracked = None if self._project.is_sdist else tracked_files(self._project)
            untracked = () if tracked is None else tuple(name for name in uncovered if name not in tracked)
            return InputCoverage(item, files, uncovered, keys, by_commit_only=not untracked, untracked=untracked)
        new_file = None if uncovered or item.kind != "files" or commit else self._new_file(item, files)
        return InputCoverage(item, files, uncovered, keys, new_file=new_file)

    def _expand(self, item: BuildInput) -> tuple[str, ...]:
        if item.kind == "files":
            return self._project.glob(item.what)
        name = posixpath.normpath(item.what)
        return (name,) if self._project.is_file(name) else ()

    def _key_of(self, name: str) -> int | None:
        key = self._watched.get(name)
        if key is None and self._watched:
            # A watched symlink shows a change of its target, and the other way round: uv stats through links.
            if self._same_file is None:
                self._same_file = _identities(self._project, self._watched)
            identity = _identity(self._project.path(name))
            key = self._same_file.get(identity) if identity is not None else None
        return key

    def _new_file(self, item: BuildInput, files: tuple[str, ...]) -> str | None:
        """Return a name beside a present file that the input's glob would take in and that no key would watch."""
        belongs = name_matcher((item.what,))
        for place in sorted({(posixpath.dirname(name), posixpath.splitext(name)[1]) for name in files}):
            name = posixpath.join(place[0], "new" + place[1])
            if belongs(name) and not self._is_output(name) and self._watcher.covers(name) is None:
                return name
        return None

    def _commit_resolves(self) -> bool:
        if self._project.is_sdist:  # a wheel is often built from one, and the keys were written for the checkout
            return True
        from cachekeys.uv.gitrefs import commit, find_repository  # only with a git key

        repository = find_repository(self._project.root)
        return repository is not None and commit(repository, self._dialect) is not None


def _git_keys(keys: Iterable[CacheKey], what: str) -> tuple[int, ...]:
    return tuple(
        key.index for key in keys if isinstance(key, GitKey) and (key.commit if what == "commit" else key.tags)
    )


def _look_up(project: Project, watcher: Watcher, watch: WatchSet) -> tuple[dict[str, int], dict[int, tuple[str, ...]]]:
    """Return the key of each watched file by its path relative to the root, and the files of each key.

    A glob all of whose files another key decides about is not dead: it gets the files that it matches.
    """
    from cachekeys.uv.walk import watched_files  # a cycle at import time otherwise

    keys = watch.keys
    watched: dict[str, int] = {}
    matched: dict[int, list[str]] = {key.index: [] for key in keys if isinstance(key, FileKey)}
    boundless = {key.index for key in keys if isinstance(key, FileKey) and _walks_everything(key)}
    found = watched_files(project.root, [key for key in keys if key.index not in boundless], dialect=watch.dialect)
    for file in found.files:
        name = file.path
        if os.path.isabs(name):
            name = os.path.relpath(name, project.root).replace(os.sep, "/")
        name = posixpath.normpath(name)
        watched.setdefault(name, file.key)
        matched[file.key].append(name)
    for name in project.files if boundless else ():
        if (key := watcher.covers(name)) in boundless:
            watched.setdefault(name, key)
            matched[key].append(name)
    idle = {key.index for key in keys if isinstance(key, FileKey) and not matched[key.index] and not key.excludes}
    for name in watched if idle else ():
        for index in idle.intersection(watcher.matching(name)):
            matched[index].append(name)
    return watched, {index: tuple(sorted(set(names))) for index, names in matched.items()}


def _walks_everything(key: FileKey) -> bool:
    """Tell whether uv walks the whole file system for a key, as for ``/*.c`` (CK205): we only look into the project."""
    parts = [part for part in key.path.split("/") if part not in ("", ".")]
    return key.path.startswith("/") and bool(parts) and is_glob(parts[0])


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino) if status.st_ino else None


def _identities(project: Project, watched: dict[str, int]) -> dict[tuple[int, int], int]:
    """Return the key of each watched file by device and inode."""
    found: dict[tuple[int, int], int] = {}
    for name, key in watched.items():
        identity = _identity(project.path(name))
        if identity is not None:
            found.setdefault(identity, key)
    return found

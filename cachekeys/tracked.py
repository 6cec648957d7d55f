"""Which files does git track? Decides what a git commit key really covers, and whether a lock file is an input.

uv never asks git, so this is only about the meaning of a commit key: a new commit is noticed, the edit of a file
that git does not know never is. The index is read with GitPython (extra ``git``) or, without it or for an index format
that it does not know, with the git executable; where neither can tell, the answer is None.
"""

from __future__ import annotations

import io
import os
import posixpath
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.project import Project

__all__ = ["Tracked", "read_tracked", "tracked_files"]

_SUBMODULE = 0o160000
_DIRECTORY = 0o040000
_TIMEOUT = 20  # seconds; ls-files of 100,000 files takes 0.1


class Tracked:
    """The files in the index of the repository that holds a project.

    ``in`` takes a path relative to the project. What lies below a submodule, or below a directory that a sparse index
    has folded, counts as tracked: the commit that the superproject records stands for it.
    """

    def __init__(self, entries: Iterable[tuple[int, str]], prefix: str = "") -> None:
        self._prefix = prefix
        self._files: set[str] = set()
        self._trees: set[str] = set()
        for mode, path in entries:
            (self._trees if mode in (_SUBMODULE, _DIRECTORY) else self._files).add(path.rstrip("/"))

    def __contains__(self, path: str) -> bool:
        name = posixpath.normpath(posixpath.join(self._prefix, path))
        if name in self._files:
            return True
        while self._trees and (name := posixpath.dirname(name)):
            if name in self._trees:
                return True
        return False


_KNOWN: WeakKeyDictionary[Project, Tracked | None] = WeakKeyDictionary()


def tracked_files(project: Project) -> Tracked | None:
    """Return what git tracks around *project*, asked once: it takes longer than most of an analysis."""
    if project not in _KNOWN:
        _KNOWN[project] = read_tracked(project.root)
    return _KNOWN[project]


def read_tracked(root: str) -> Tracked | None:
    """Return what git tracks around *root*, or None: no repository, or nothing that can read its index."""
    worktree = _worktree(root)
    if worktree is None:
        return None
    relative = os.path.relpath(os.path.realpath(root), worktree).replace(os.sep, "/")
    prefix = "" if relative == "." else relative
    entries = _read_with_gitpython(worktree)
    if entries is None:
        entries = _read_with_git(worktree)
    return None if entries is None else Tracked(entries, prefix)


def _worktree(root: str) -> str | None:
    """Return the nearest directory upwards with a ``.git`` entry, which is where uv looks too (uv 0.13.8)."""
    directory = os.path.realpath(root)
    while not os.path.exists(os.path.join(directory, ".git")):
        parent = os.path.dirname(directory)
        if parent == directory:
            return None
        directory = parent
    return directory


def _read_with_gitpython(worktree: str) -> list[tuple[int, str]] | None:
    try:
        from git import Repo  # noqa: TID251 - 74 ms, optional, and an ImportError where there is no git
        from git.index.fun import read_cache  # noqa: TID251 - same
    except ImportError:
        return None
    try:
        with Repo(worktree) as repository, open(os.path.join(repository.git_dir, "index"), "rb") as file:
            entries = read_cache(io.BytesIO(file.read()))[1]  # it reads a few bytes at a time
    except FileNotFoundError:  # nothing was ever added
        return []
    except Exception:  # noqa: BLE001 - GitPython raises AssertionError, struct.error, ... for what it does not know
        return None
    return [(entry.mode, str(path)) for (path, _stage), entry in entries.items()]


def _read_with_git(worktree: str) -> list[tuple[int, str]] | None:
    from subprocess import SubprocessError, run  # 10 ms, rarely needed

    # A repository's own configuration may name programs: none of them may run.
    command = ["git", "-c", "core.fsmonitor=false", "-C", worktree, "ls-files", "--stage", "-z"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        answer = run(command, env=environ, capture_output=True, timeout=_TIMEOUT, check=True)
    except (OSError, SubprocessError):
        return None
    entries = []
    for record in answer.stdout.split(b"\0"):
        head, tab, path = record.partition(b"\t")
        if tab:
            entries.append((int(head.split()[0], 8), os.fsdecode(path)))
    return entries

"""The commit and the tags that a git key resolves to, read from the repository's files as uv reads them.

uv runs no git and follows its own, simpler rules: one level of symbolic reference, ids of exactly 40 hexadecimal
digits, loose files and ``packed-refs`` only. Where git would answer and uv does not, the reason is told.
Source: uv 0.13.8, ``uv-cache-info`` and measurements; the same since 0.11.20.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

from cachekeys.uv.text import strip, words

__all__ = ["GitState", "Repository", "commit", "find_repository", "state", "tags"]

_HEX = frozenset("0123456789abcdefABCDEF")
_ID_LENGTH = 40
_SHA256_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Repository:
    """What uv takes for the repository of a directory.

    ``root`` holds the ``.git`` entry. ``git_dir`` holds HEAD, ``common_dir`` the references; they differ in a linked
    worktree. Both are None when ``.git`` cannot be followed: ``problem`` says why, and uv searches no further.
    ``linked``: ``.git`` is a file (worktree, submodule, ``--separate-git-dir``).
    """

    root: str
    git_dir: str | None
    common_dir: str | None
    linked: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class GitState:
    """What git keys resolve to in a directory.

    ``commit`` is the id that HEAD names, ``tags`` the id of every tag (of the tag object, for an annotated one).
    ``commit_reason`` says why there is no commit; ``tags_reason`` why there are no tags, or why uv sees
    none although git may have some (then ``tags`` is empty). ``packed_commit`` and ``packed_tags``: what stands only
    in ``packed-refs``, which uv before 0.11.20 did not read.
    """

    commit: str | None
    tags: dict[str, str] | None
    commit_reason: str | None
    tags_reason: str | None
    repository: Repository | None = None
    packed_commit: bool = False
    packed_tags: frozenset[str] = frozenset()


class _Null(Exception):  # noqa: N818 - not an error: uv records null
    """uv gives up; the message says why."""


def find_repository(directory: str | os.PathLike[str]) -> Repository | None:
    """Return the repository of *directory*: of the first ``.git`` there or in a parent, None if there is none.

    ``GIT_DIR`` and ``GIT_CEILING_DIRECTORIES`` are ignored, as uv does.
    """
    root = os.path.abspath(directory)
    while not os.path.exists(os.path.join(root, ".git")):
        parent = os.path.dirname(root)
        if parent == root:
            return None
        root = parent
    dot_git = os.path.join(root, ".git")
    linked = not os.path.isdir(dot_git)
    try:
        git_dir = _follow(dot_git) if linked else dot_git
        common_dir = _common_dir(git_dir)
    except _Null as reason:
        return Repository(root, None, None, linked, str(reason))
    return Repository(root, git_dir, common_dir, linked)


def commit(repository: Repository) -> str | None:
    """Return the commit id that uv records for a ``git = { commit = true }`` key."""
    try:
        return _commit(repository)[0]
    except _Null:
        return None


def tags(repository: Repository) -> dict[str, str] | None:
    """Return the tags that uv records for a ``git = { tags = true }`` key, sorted by name."""
    try:
        loose, packed = _tags(repository)
    except _Null:
        return None
    return dict(sorted({**packed, **loose}.items()))


def state(directory: str | os.PathLike[str]) -> GitState:
    """Return commit and tags for *directory*, with the reasons where there are none."""
    repository = find_repository(directory)
    if repository is None:
        reason = "there is no git repository here or in a parent directory"
        return GitState(None, None, reason, reason)
    commit_id, is_packed, commit_reason = None, False, None
    try:
        commit_id, is_packed = _commit(repository)
    except _Null as null:
        commit_reason = str(null)
    found, packed_tags, tags_reason = None, frozenset[str](), None
    try:
        loose, packed = _tags(repository)
        found = dict(sorted({**packed, **loose}.items()))
        packed_tags = frozenset(packed.keys() - loose.keys())
        tags_reason = None if found else _why_blind(repository)
    except _Null as null:
        tags_reason = str(null)
    if commit_reason is not None and _is_reftable(repository):
        commit_reason = _REFTABLE
    return GitState(commit_id, found, commit_reason, tags_reason, repository, is_packed, packed_tags)


# -- the repository's directories ----------------------------------------------------------------------------------


def _follow(dot_git: str) -> str:
    """Return the directory that a ``.git`` file names."""
    if not os.path.isfile(dot_git):
        raise _Null(f"{dot_git} is neither a directory nor a regular file")
    content = _read(dot_git) or ""
    if not content.startswith("gitdir:"):
        raise _Null(f"{dot_git} does not begin with 'gitdir:'")
    return os.path.join(os.path.dirname(dot_git), _native(strip(content.removeprefix("gitdir:"))))


def _common_dir(git_dir: str) -> str:
    content = _read(os.path.join(git_dir, "commondir"))
    return git_dir if content is None else os.path.join(git_dir, _native(strip(content)))


def _usable(repository: Repository) -> tuple[str, str]:
    if repository.git_dir is None or repository.common_dir is None:
        raise _Null(repository.problem or "the repository's directory is unknown")
    return repository.git_dir, repository.common_dir


# -- commit --------------------------------------------------------------------------------------------------------


def _commit(repository: Repository) -> tuple[str, bool]:
    """Return the id, and whether it was only found in packed-refs."""
    git_dir, common_dir = _usable(repository)
    head = os.path.join(git_dir, "HEAD")
    content = _read(head) if os.path.exists(head) else None
    if content is None:
        raise _Null(f"{git_dir} has no HEAD: it is not a git repository")
    parts = words(content)
    if not parts:
        raise _Null(f"{head} is empty")
    if len(parts) == 1:
        return _checked(parts[0], head), False
    reference = parts[1]  # uv does not look at the first word, "ref:"
    for directory in (git_dir, common_dir):
        found = _loose(os.path.join(directory, _native(reference)))
        if found is not None:
            return found, False
    packed = _packed(common_dir)
    if reference not in packed:
        raise _Null(f"{reference}, which HEAD names, does not exist: there is no commit yet")
    return packed[reference], True


def _loose(path: str) -> str | None:
    content = _read(path)
    return None if content is None else _checked(strip(content), path)


def _checked(text: str, where: str) -> str:
    if len(text) == _ID_LENGTH and _HEX.issuperset(text):
        return text
    if not text:
        raise _Null(f"{where} is empty")
    if text.startswith("ref:"):
        raise _Null(f"{where} is a symbolic reference ({text}), and uv does not follow it")
    if len(text) == _SHA256_LENGTH and _HEX.issuperset(text):
        raise _Null(f"{where} holds a SHA-256 id; uv accepts only SHA-1 (40 hexadecimal digits)")
    raise _Null(f"{where} holds no id of 40 hexadecimal digits, but {text[:60]!r}")


# -- tags ----------------------------------------------------------------------------------------------------------


def _tags(repository: Repository) -> tuple[dict[str, str], dict[str, str]]:
    """Return the loose and the packed tags. A single malformed one costs all of them, in uv too."""
    _, common_dir = _usable(repository)
    prefix = "refs/tags/"
    packed = {
        name.removeprefix(prefix): value for name, value in _packed(common_dir).items() if name.startswith(prefix)
    }
    loose = {}
    top = os.path.join(common_dir, "refs", "tags")
    for path, name in _regular_files(top):
        try:
            name.encode()
        except UnicodeEncodeError:  # a name that is not UTF-8
            continue
        value = _loose(path)
        if value is not None:
            loose[name] = value
    return loose, packed


def _regular_files(top: str) -> list[tuple[str, str]]:
    """Return path and name relative to *top* of all regular files below it; symlinks do not count, except *top*."""
    if not os.path.isdir(top):
        return [(top, "")] if os.path.isfile(top) and not os.path.islink(top) else []
    found = []
    pending = [""]
    while pending:
        prefix = pending.pop()
        try:
            with os.scandir(os.path.join(top, prefix)) as listing:
                entries = list(listing)
        except OSError:  # uv logs it and takes the others
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                pending.append(f"{prefix}{entry.name}/")
            elif entry.is_file(follow_symlinks=False):
                found.append((entry.path, prefix + entry.name))
    return found


def _packed(common_dir: str) -> dict[str, str]:
    """Return the references in ``packed-refs``, without the ``^`` lines that say what an annotated tag points to."""
    path = os.path.join(common_dir, "packed-refs")
    references = {}
    for number, raw in enumerate((_read(path) or "").split("\n"), start=1):
        line = strip(raw)
        if line and not line.startswith(("#", "^")):
            value, blank, name = line.partition(" ")
            if not blank:
                raise _Null(f"{path}:{number}: {line[:60]!r} is no reference")
            references[name] = _checked(value, f"{path}:{number}")
    return references


# -- reasons -------------------------------------------------------------------------------------------------------

_REFTABLE = "the repository keeps its references in a reftable, which uv does not read"


def _is_reftable(repository: Repository) -> bool:
    return repository.common_dir is not None and os.path.isdir(os.path.join(repository.common_dir, "reftable"))


def _why_blind(repository: Repository) -> str | None:
    """Say why uv sees no tags although git may have some; None when there simply are none."""
    if _is_reftable(repository):
        return _REFTABLE
    if repository.git_dir is not None and not os.path.exists(os.path.join(repository.git_dir, "HEAD")):
        return f"{repository.git_dir} has no HEAD: it is not a git repository"
    return None


# -- files ---------------------------------------------------------------------------------------------------------


def _native(text: str) -> str:
    """Return a path that a file of git's gives in UTF-8 as this Python's functions want it."""
    return os.fsdecode(text.encode())


def _read(path: str) -> str | None:
    """Return the content of a regular file, None if it does not exist."""
    try:
        with open(path, "rb", opener=_open_regular) as file:
            return file.read().decode()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise _Null(f"{path} is not UTF-8 text") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _Null(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _open_regular(path: str, flags: int) -> int:
    """Open without waiting for the other end of a FIFO, and refuse what is not a regular file."""
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "it is not a regular file", path)
    return descriptor

"""The commit and the tags that a git key resolves to, read from the repository's files as uv reads them.

uv runs no git and follows its own, simpler rules: one level of symbolic reference, ids of exactly 40 hexadecimal
digits, loose files and ``packed-refs`` only. Where git would answer and uv does not, the reason is told.
Source: uv 0.13.8, ``uv-cache-info`` and measurements; the same since 0.11.20. Before: :mod:`cachekeys.uv.oldgit`.
"""

from __future__ import annotations

import os

from cachekeys.uv.dialect import CURRENT, Dialect
from cachekeys.uv.gitfiles import GitNull, checked, native, read, read_packed, regular_files
from cachekeys.uv.text import strip, words
from cachekeys.values import dataclass

__all__ = ["GitState", "Repository", "commit", "find_repository", "state", "tags"]


@dataclass(frozen=True, slots=True)
class Repository:
    """What uv takes for the repository of a directory.

    ``root`` holds the ``.git`` entry. ``git_dir`` holds HEAD, ``common_dir`` the references; they differ in a linked
    worktree. Both are None when ``.git`` cannot be followed: ``problem`` says why, and uv searches no further.
    ``linked``: ``.git`` is a file (worktree, submodule, ``--separate-git-dir``). ``asked`` is the directory that was
    asked about.
    """

    root: str
    git_dir: str | None
    common_dir: str | None
    linked: bool = False
    problem: str | None = None
    asked: str = ""


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


def find_repository(directory: str | os.PathLike[str]) -> Repository | None:
    """Return the repository of *directory*: of the first ``.git`` there or in a parent, None if there is none.

    ``GIT_DIR`` and ``GIT_CEILING_DIRECTORIES`` are ignored, as uv does.
    """
    root = asked = os.path.abspath(directory)
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
    except GitNull as reason:
        return Repository(root, None, None, linked, str(reason), asked)
    return Repository(root, git_dir, common_dir, linked, asked=asked)


def commit(repository: Repository, dialect: Dialect = CURRENT) -> str | None:
    """Return the commit id that uv records for a ``git = { commit = true }`` key."""
    try:
        return _commit(repository, dialect)[0]
    except GitNull:
        return None


def tags(repository: Repository, dialect: Dialect = CURRENT) -> dict[str, str] | None:
    """Return the tags that uv records for a ``git = { tags = true }`` key, sorted by name."""
    try:
        loose, packed = _tags(repository, dialect)
    except GitNull:
        return None
    return dict(sorted({**packed, **loose}.items()))


def state(directory: str | os.PathLike[str], dialect: Dialect = CURRENT) -> GitState:
    """Return commit and tags for *directory*, with the reasons where there are none."""
    repository = find_repository(directory)
    if repository is None:
        reason = "there is no git repository here or in a parent directory"
        return GitState(None, None, reason, reason)
    commit_id, is_packed, commit_reason = None, False, None
    try:
        commit_id, is_packed = _commit(repository, dialect)
    except GitNull as null:
        commit_reason = str(null)
    found, packed_tags, tags_reason = None, frozenset[str](), None
    try:
        loose, packed = _tags(repository, dialect)
        found = dict(sorted({**packed, **loose}.items()))
        packed_tags = frozenset(packed.keys() - loose.keys())
        tags_reason = None if found else _why_blind(repository)
    except GitNull as null:
        tags_reason = str(null)
    if commit_reason is not None and _is_reftable(repository):
        commit_reason = _REFTABLE
    return GitState(commit_id, found, commit_reason, tags_reason, repository, is_packed, packed_tags)


# -- the repository's directories ----------------------------------------------------------------------------------


def _follow(dot_git: str) -> str:
    """Return the directory that a ``.git`` file names."""
    if not os.path.isfile(dot_git):
        raise GitNull(f"{dot_git} is neither a directory nor a regular file")
    content = read(dot_git) or ""
    if not content.startswith("gitdir:"):
        raise GitNull(f"{dot_git} does not begin with 'gitdir:'")
    return os.path.join(os.path.dirname(dot_git), native(strip(content.removeprefix("gitdir:"))))


def _common_dir(git_dir: str) -> str:
    content = read(os.path.join(git_dir, "commondir"))
    return git_dir if content is None else os.path.join(git_dir, native(strip(content)))


def _usable(repository: Repository) -> tuple[str, str]:
    if repository.git_dir is None or repository.common_dir is None:
        raise GitNull(repository.problem or "the repository's directory is unknown")
    return repository.git_dir, repository.common_dir


# -- commit --------------------------------------------------------------------------------------------------------


def _commit(repository: Repository, dialect: Dialect) -> tuple[str, bool]:
    """Return the id, and whether it was only found in packed-refs."""
    if not dialect.git_refs:
        from cachekeys.uv import oldgit  # only for an old uv

        return oldgit.commit(repository, dialect), False
    git_dir, common_dir = _usable(repository)
    head = os.path.join(git_dir, "HEAD")
    content = read(head) if os.path.exists(head) else None
    if content is None:
        raise GitNull(f"{git_dir} has no HEAD: it is not a git repository")
    parts = words(content)
    if not parts:
        raise GitNull(f"{head} is empty")
    if len(parts) == 1:
        return checked(parts[0], head), False
    reference = parts[1]  # uv does not look at the first word, "ref:"
    for directory in (git_dir, common_dir):
        found = _loose(os.path.join(directory, native(reference)))
        if found is not None:
            return found, False
    packed = read_packed(common_dir)
    if reference not in packed:
        raise GitNull(f"{reference}, which HEAD names, does not exist: there is no commit yet")
    return packed[reference], True


def _loose(path: str) -> str | None:
    content = read(path)
    return None if content is None else checked(strip(content), path)


# -- tags ----------------------------------------------------------------------------------------------------------


def _tags(repository: Repository, dialect: Dialect) -> tuple[dict[str, str], dict[str, str]]:
    """Return the loose and the packed tags. A single malformed one costs all of them, in uv too."""
    if not dialect.git_refs:
        from cachekeys.uv import oldgit  # only for an old uv

        return oldgit.tags(repository, dialect), {}
    _, common_dir = _usable(repository)
    prefix = "refs/tags/"
    packed = {
        name.removeprefix(prefix): value for name, value in read_packed(common_dir).items() if name.startswith(prefix)
    }
    loose = {}
    top = os.path.join(common_dir, "refs", "tags")
    for path, name in regular_files(top):
        try:
            name.encode()
        except UnicodeEncodeError:  # a name that is not UTF-8
            continue
        value = _loose(path)
        if value is not None:
            loose[name] = value
    return loose, packed


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

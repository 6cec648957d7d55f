"""How uv before 0.11.20 read a repository's files: ``.git`` itself, loose references, nothing else.

No ``packed-refs``, no ``commondir``. A ``.git`` *file* was taken for a linked worktree in its own way: the path in it was
read as if it were HEAD (it is a directory, so there is no commit), tags were looked for two directories above that path. A
relative path in it was resolved against the directory that uv runs in, which is taken to be the project's.
Source: uv 0.4.10, 0.4.23, 0.5.19 and 0.11.19, ``uv-cache-info``; measured with the same.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cachekeys.uv.gitfiles import GitNull, checked, native, read, regular_files
from cachekeys.uv.text import strip, words

if TYPE_CHECKING:
    from cachekeys.uv.dialect import Dialect
    from cachekeys.uv.gitrefs import Repository

__all__ = ["commit", "tags"]


def commit(repository: Repository, dialect: Dialect) -> str:
    """Return the commit id.

    :raises GitNull: uv records null.
    """
    dot_git = os.path.join(repository.root, ".git")
    head = os.path.join(dot_git, "HEAD")
    if not os.path.exists(head):
        head = os.path.join(repository.asked, _named_by(dot_git, "HEAD"))
    content = read(head)
    if content is None:
        raise GitNull(f"{head} does not exist")
    parts = words(content)
    if not parts:
        raise GitNull(f"{head} is empty")
    if len(parts) == 1:
        return checked(parts[0], head)
    path = os.path.join(dot_git, native(parts[1]))
    text = read(path)
    if text is None:
        raise GitNull(
            f"{parts[1]}, which HEAD names, has no file of its own, and uv before 0.11.20 reads no packed-refs"
        )
    # Before 0.4.19 the newline at the end of the file was one character too many.
    return checked(strip(text) if dialect.git_commit else text, path)


def tags(repository: Repository, dialect: Dialect) -> dict[str, str]:
    """Return the tags, in no order. A single malformed one costs all of them.

    :raises GitNull: uv records null.
    """
    dot_git = os.path.join(repository.root, ".git")
    references = os.path.join(dot_git, "refs")
    if not os.path.exists(references):
        above = _parent(_parent(_named_by(dot_git, "refs")))
        references = os.path.join(repository.asked, above, "refs")
    top = os.path.join(references, "tags")
    found = {}
    for path, name in regular_files(top) if dialect.tags_with_slash else _entries(top):
        try:
            name.encode()
        except UnicodeEncodeError:  # a name that is not UTF-8
            continue
        text = read(path)
        if text is None:
            raise GitNull(f"{path} leads nowhere")
        found[name] = checked(strip(text), path)
    return found


def _named_by(dot_git: str, wanted: str) -> str:
    """Return the path that a ``.git`` file names, as it stands there."""
    if not os.path.isfile(dot_git):
        raise GitNull(f"{dot_git} has no {wanted}: it is not a git repository")
    label, colon, path = (read(dot_git) or "").partition(":")
    if not colon or label != "gitdir":
        raise GitNull(f"{dot_git} does not begin with 'gitdir:'")
    return native(strip(path))


def _parent(path: str) -> str:
    """Return the path without its last part, ``..`` being a part like any other."""
    parts = [part for number, part in enumerate(path.split("/")) if part and (part != "." or number == 0)]
    if not parts:
        raise GitNull(f"{path!r}, which .git names, has no directory above it")
    return "/" * path.startswith("/") + "/".join(parts[:-1])


def _entries(top: str) -> list[tuple[str, str]]:
    """Return path and name of what is directly in *top*; uv before 0.5.19 took everything there for a tag."""
    try:
        names = os.listdir(top)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise GitNull(f"{top} cannot be listed: {error.strerror or error}") from None
    return [(os.path.join(top, name), name) for name in names]

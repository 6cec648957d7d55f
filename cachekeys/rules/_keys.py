"""What several rules need to know about the declared keys: where they stand, how they read, what they watch."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cachekeys.inputs.model import Origin
from cachekeys.uv.keys import FileKey, GitKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis

__all__ = ["PYPROJECT", "commits_seen", "file_keys", "place", "place_of_key", "usable", "watched"]

PYPROJECT = "pyproject.toml"


def place(analysis: Analysis, *path: str | int) -> Origin:
    """Return where the value at *path* stands in pyproject.toml."""
    document = analysis.project.pyproject
    if document is None:
        return Origin(PYPROJECT)
    position = document.position(*path)
    return Origin(PYPROJECT, position.line, position.column)


def place_of_key(analysis: Analysis, *index: int) -> Origin:
    """Return where a declared key stands, or the list itself when no index is given."""
    return place(analysis, "tool", "uv", "cache-keys", *index)


def usable(analysis: Analysis) -> bool:
    """Tell whether there is a declared list that uv accepts and uses: otherwise there is nothing to say about single keys."""
    if not analysis.watch.declared or analysis.watch.problems:
        return False
    # The list of a workspace root that is no project itself is never used, which CK002 says once.
    get, is_file = analysis.project.get, analysis.project.is_file
    return get("project") is not None or get("tool", "uv", "workspace") is None or is_file("setup.py")


def file_keys(analysis: Analysis) -> Iterator[FileKey]:
    """Yield the declared file keys and globs."""
    return (key for key in analysis.watch.keys if isinstance(key, FileKey))


def watched(analysis: Analysis) -> frozenset[str]:
    """Return every file that counts for uv now, normalised."""
    return frozenset(os.path.normpath(file) for files in analysis.coverage.matched.values() for file in files)


def commits_seen(analysis: Analysis) -> bool:
    """Tell whether a key watches the current commit and uv can read it: then every committed edit counts."""
    if not any(isinstance(key, GitKey) and key.commit for key in analysis.watch.keys):
        return False
    if analysis.project.is_sdist:  # wheels are often built from one; the keys were written for the checkout
        return True
    from cachekeys.uv.gitrefs import commit, find_repository  # only with a git key

    repository = find_repository(analysis.project.root)
    return repository is not None and commit(repository, analysis.watch.dialect) is not None

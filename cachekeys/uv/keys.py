"""The model of ``[tool.uv] cache-keys``: what may be written, and what uv makes of it.

uv's own model is the ``CacheKey`` enum of ``uv-cache-info``; accepted and rejected forms follow uv 0.13.8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cachekeys.tomlfile import TomlFile

__all__ = [
    "DEFAULT_KEYS",
    "CacheKey",
    "DirKey",
    "EnvKey",
    "FileKey",
    "GitKey",
    "KeyProblem",
    "WatchSet",
    "read_watch_set",
]


@dataclass(frozen=True, slots=True)
class FileKey:
    """A file or, if it contains one of ``* ? [ {``, a glob. ``index`` is its place in the list."""

    index: int
    path: str


@dataclass(frozen=True, slots=True)
class DirKey:
    """A directory, of which uv watches only the creation time."""

    index: int
    path: str


@dataclass(frozen=True, slots=True)
class GitKey:
    """The current commit, the tags, both or (``git = false``) nothing."""

    index: int
    commit: bool
    tags: bool


@dataclass(frozen=True, slots=True)
class EnvKey:
    """An environment variable of uv's own process."""

    index: int
    name: str


CacheKey = FileKey | DirKey | GitKey | EnvKey

DEFAULT_KEYS: tuple[CacheKey, ...] = (
    FileKey(0, "pyproject.toml"),
    FileKey(1, "setup.py"),
    FileKey(2, "setup.cfg"),
    DirKey(3, "src"),
)
"""What uv watches when nothing is declared (``src`` since 0.6.7)."""


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """One thing that uv rejects: ``path`` is the TOML path (``tool.uv.cache-keys[2].tag``)."""

    path: str
    message: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class WatchSet:
    """What uv watches: the declared keys, or the defaults.

    With ``problems``, ``keys`` holds the entries that are valid by themselves; uv >= 0.13.5 refuses the whole list.
    """

    keys: tuple[CacheKey, ...]
    declared: bool
    problems: tuple[KeyProblem, ...] = ()


def read_watch_set(document: TomlFile | None) -> WatchSet:
    """Return the watch set that *document* (a pyproject.toml, or None when there is none) declares."""
    return WatchSet(DEFAULT_KEYS, declared=False)


def as_toml(key: CacheKey | Any) -> str:
    """Return the key as one would write it in the list."""
    return ""

"""The five fields that uv computes for a project directory, and the text that it writes into ``uv_cache.json``.

Source: uv 0.13.8, ``uv-cache-info``; the text is the same since 0.6.7. Older uv wrote fewer fields.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any, NamedTuple

from cachekeys.uv.birthtime import birth_time
from cachekeys.uv.dialect import CURRENT, Dialect
from cachekeys.uv.gitrefs import commit, find_repository, tags
from cachekeys.uv.keys import DirKey, EnvKey, GitKey
from cachekeys.uv.text import encode
from cachekeys.uv.walk import Watched, WatchedFile, watched_files
from cachekeys.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cachekeys.uv.keys import CacheKey

__all__ = ["CacheInfo", "Time", "compute", "directory_state", "environment_value"]


class Time(NamedTuple):
    """A point in time, as uv writes it: whole seconds since 1970 and nanoseconds."""

    secs_since_epoch: int
    nanos_since_epoch: int

    @classmethod
    def from_ns(cls, nanoseconds: int) -> Time:
        """Return the time for nanoseconds since 1970."""
        return cls(*divmod(nanoseconds, 10**9))


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """What uv compares to decide whether a project has to be built again.

    ``directories`` maps each ``dir`` key as spelled to the creation time, to the inode number (an int) where the
    file system records no creation time, or to None where nothing exists. ``env`` maps names to values, None when
    unset or not Unicode. ``newest`` is the file that ``timestamp`` belongs to, ``warnings`` what uv would log
    as WARN, each with the index of its key (None: a group of globs), ``dialect`` the uv that would write it; they are not part of
    the comparison.
    """

    timestamp: Time | None = None
    commit: str | None = None
    tags: Mapping[str, str] | None = None
    env: Mapping[str, str | None] = field(default_factory=dict)
    directories: Mapping[str, Time | int | None] = field(default_factory=dict)
    newest: WatchedFile | None = field(default=None, compare=False)
    warnings: tuple[tuple[int | None, str], ...] = field(default=(), compare=False)
    dialect: Dialect = field(default=CURRENT, compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether uv writes no file at all, so that it reinstalls every time but never builds again."""
        return (
            self.timestamp is None
            and self.commit is None
            and self.tags is None
            and not self.env
            and not self.directories
        )

    def to_json(self) -> str:
        """Return exactly the text that uv writes: compact, all its fields, maps sorted by UTF-8 bytes, no newline."""
        import json  # costs 6 ms

        document: dict[str, Any] = {
            "timestamp": None if self.timestamp is None else self.timestamp._asdict(),
            "commit": self.commit,
            "tags": None if self.tags is None else dict(sorted(self.tags.items())),
            "env": dict(sorted(self.env.items())),
            "directories": {
                key: value._asdict() if isinstance(value, Time) else value
                for key, value in sorted(self.directories.items())
            },
        }
        if self.dialect != CURRENT:
            document = {name: document[name] for name in self.dialect.fields}
            if not self.env and not self.dialect.writes_empty_env:
                document.pop("env", None)
        return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def compute(
    root: str,
    keys: Sequence[CacheKey],
    environ: Mapping[str, str],
    *,
    watched: Watched | None = None,
    dialect: Dialect = CURRENT,
) -> CacheInfo:
    """Compute what uv would record for the project in *root* now.

    :param keys: those that this uv has in force (:func:`~cachekeys.uv.keys.in_force`).
    :param environ: the environment variables that uv would see.
    :param watched: the result of :func:`~cachekeys.uv.walk.watched_files`, for the same uv, if it is already there.
    :param dialect: the uv that is asked.
    :raises GlobError: uv refuses one of the globs.
    """
    if watched is None:
        watched = watched_files(root, keys, newest_only=True, dialect=dialect)
    for _, error in watched.errors:
        raise error
    newest = watched.newest
    git = [key for key in keys if isinstance(key, GitKey)]
    repository = find_repository(root) if any(key.commit or key.tags for key in git) else None
    directories: dict[str, Time | int | None] = {}
    warnings = list(watched.warnings)
    for key in keys:
        if isinstance(key, DirKey):
            try:
                directories[key.path] = directory_state(root, key.path)
            except DirectoryWarning as warning:
                warnings.append((key.index, str(warning)))
    return CacheInfo(
        timestamp=None if newest is None else Time.from_ns(newest.ctime_ns),
        commit=commit(repository, dialect) if repository and any(key.commit for key in git) else None,
        tags=tags(repository, dialect) if repository and any(key.tags for key in git) else None,
        env={key.name: environment_value(key.name, environ) for key in keys if isinstance(key, EnvKey)},
        directories=directories,
        newest=newest,
        warnings=tuple(warnings),
        dialect=dialect,
    )


class DirectoryWarning(Exception):  # noqa: N818 - uv goes on, and so do we
    """uv logs this text and records nothing for the key."""


def directory_state(root: str, path: str) -> Time | int | None:
    """Return what uv records for a ``dir`` key; see :class:`CacheInfo`.

    :raises DirectoryWarning: uv ignores the key: it names a file, or cannot be examined.
    """
    place = os.path.join(os.fsencode(root), encode(path))
    try:
        status = os.stat(place)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or error
        raise DirectoryWarning(f"Failed to read metadata for directory: {os.fsdecode(place)}: {reason}") from None
    if not stat.S_ISDIR(status.st_mode):
        raise DirectoryWarning(f"Expected directory for cache key, but found file: {os.fsdecode(place)}")
    born = birth_time(place, status)
    if born is not None:
        return Time.from_ns(born)
    if os.name != "posix":
        raise DirectoryWarning(f"Failed to read creation time for directory: {os.fsdecode(place)}")
    return status.st_ino


def environment_value(name: str, environ: Mapping[str, str]) -> str | None:
    """Return the value that uv records for an ``env`` key: None when unset or not valid Unicode.

    With ``A=B`` as the name, the C library's ``getenv`` finds a variable ``A`` whose value begins with ``B=`` and
    gives the rest (measured with uv 0.13.8 on glibc).
    """
    variable, sign, start = name.partition("=")
    value = environ.get(variable)
    if value is None or not value.startswith(start + sign):
        return None
    value = value[len(start + sign) :]
    try:
        value.encode()
    except UnicodeEncodeError:  # os.environ has surrogate escapes for bytes that are not UTF-8
        return None
    return value

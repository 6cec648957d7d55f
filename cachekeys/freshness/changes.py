"""What differs between two cache infos, and which files are to blame.

uv keeps only the newest time of all files, so it knows *that* something moved, never what. Which files are newer than
that time can be seen; which one is gone only the record of the build tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cachekeys.uv.cacheinfo import Time
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cachekeys.uv.cacheinfo import CacheInfo
    from cachekeys.uv.walk import WatchedFile

__all__ = ["Change", "Field", "differences", "nanoseconds"]

Field = Literal["timestamp", "commit", "tags", "env", "directories"]

_NANO = 10**9


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``name`` is the tag, the variable or the directory, None for the other fields.

    ``was`` and ``now`` are in words, None where there is nothing; of a variable they never hold the value.
    ``was_ns`` and ``now_ns`` are times, in nanoseconds since 1970. ``newer`` are the watched files that are newer than
    the installation's newest was, newest first.
    """

    field: Field
    name: str | None = None
    was: str | None = None
    now: str | None = None
    was_ns: int | None = None
    now_ns: int | None = None
    newer: tuple[WatchedFile, ...] = ()


def differences(was: CacheInfo, now: CacheInfo, files: Sequence[WatchedFile] = ()) -> tuple[Change, ...]:
    """Return what differs, in uv's order of the fields; empty if and only if uv takes the two for equal.

    :param files: the files that count now, with their times.
    """
    return tuple(_differences(was, now, files))


def nanoseconds(time: Time | None) -> int | None:
    """Return the time in nanoseconds since 1970."""
    return None if time is None else time.secs_since_epoch * _NANO + time.nanos_since_epoch


def _differences(was: CacheInfo, now: CacheInfo, files: Sequence[WatchedFile]) -> Iterator[Change]:
    if was.timestamp != now.timestamp:
        before, after = nanoseconds(was.timestamp), nanoseconds(now.timestamp)
        newer = sorted((file for file in files if file.ctime_ns > (before or 0)), key=lambda file: -file.ctime_ns)
        unique = {file.path: file for file in reversed(newer)}
        yield Change("timestamp", was_ns=before, now_ns=after, newer=tuple(reversed(unique.values())))
    if was.commit != now.commit:
        yield Change("commit", was=was.commit, now=now.commit)
    if was.tags != now.tags:
        yield from _of_tags(was.tags, now.tags)
    for name in sorted({*was.env, *now.env}):
        if name not in was.env or name not in now.env or was.env[name] != now.env[name]:
            yield Change("env", name, _setting(was.env, name), _setting(now.env, name))
    for name in sorted({*was.directories, *now.directories}):
        if name not in was.directories or name not in now.directories or was.directories[name] != now.directories[name]:
            then, today = was.directories, now.directories
            words = _state(then, name), _state(today, name)
            yield Change("directories", name, *words, _time(then, name), _time(today, name))


def _of_tags(was: Mapping[str, str] | None, now: Mapping[str, str] | None) -> Iterator[Change]:
    if was is None or now is None:
        yield Change("tags", was=_count(was), now=_count(now))
        return
    for name in sorted({*was, *now}):
        if was.get(name) != now.get(name):
            yield Change("tags", name, was.get(name), now.get(name))


def _count(tags: Mapping[str, str] | None) -> str | None:
    return None if tags is None else "1 tag" if len(tags) == 1 else f"{len(tags)} tags"


def _setting(env: Mapping[str, str | None], name: str) -> str | None:
    if name not in env:
        return None
    return "unset" if env[name] is None else "set"


def _state(directories: Mapping[str, Time | int | None], name: str) -> str | None:
    if name not in directories:
        return None
    value = directories[name]
    if value is None:
        return "missing"
    return "present" if isinstance(value, Time) else f"present, with inode {value}"


def _time(directories: Mapping[str, Time | int | None], name: str) -> int | None:
    value = directories.get(name)
    return nanoseconds(value) if isinstance(value, Time) else None

"""uv's cache of builds, which decides whether uv has to build a directory or has the wheel.

For each directory uv keeps one build, separately for editable ones, under a hash of the directory's URL:
``sdists-v*/editable/<hash>/revision.rev`` holds the cache info it was made from and the name of a directory beside it, which
holds the wheel. Measured with uv 0.13.8 (``sdists-v10``); older ones differ in the number only.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cachekeys.uv.cachefile import CacheFileError, from_document
from cachekeys.uv.fileurl import canonical, from_path
from cachekeys.uv.messagepack import unpack
from cachekeys.uv.seahash import seahash
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.uv.cacheinfo import CacheInfo
    from cachekeys.uv.installed import BuildSettings

__all__ = ["Build", "digest", "find", "settings_digest"]

_BUCKET = "sdists-v"
_REVISION = "revision.rev"
_WHEEL_PARTS = 5  # name-version-python-abi-platform; a build number makes it six


@dataclass(frozen=True, slots=True)
class Build:
    """A build that uv remembers: the cache info it was made from, and the wheels, as ``name-1.0-py3-none-any``.

    ``path`` is the directory in the cache.
    """

    path: str
    cache_info: CacheInfo
    wheels: tuple[str, ...]


def find(cache: str, directory: str, *, editable: bool, settings: BuildSettings) -> Iterator[Build]:
    """Yield the builds of *directory* that lie in uv's *cache*: one, or one for each version of the cache's layout.

    :param settings: what uv would build it with now; it keeps the wheels for different settings apart.
    """
    name = digest(from_path(directory))
    for bucket in _buckets(cache):
        place = os.path.join(cache, bucket, "editable" if editable else "path", name)
        pointer = _pointer(os.path.join(place, _REVISION))
        if pointer is not None:
            info, revision = pointer
            below = os.path.join(place, revision)
            yield Build(below, info, tuple(_wheels(below, settings)))


def digest(url: str) -> str:
    """Return the name of the cache directory for what is at a ``file:`` URL."""
    return _hex(_text(canonical(url)))


def settings_digest(settings: BuildSettings) -> str | None:
    """Return the name of the directory for wheels built with *settings*; "" for none, None if it cannot be told.

    Extra build requirements go into it with everything that uv knows about them.
    """
    if settings.requires:
        return None
    if not settings.config and not settings.variables:
        return ""
    data = b""
    for name, value in sorted(settings.config.items()):
        listed = isinstance(value, tuple)
        data += _text(name) + (_number(len(value)) + b"".join(map(_text, value)) if listed else _text(str(value)))
    data += _number(len(settings.requires)) + _number(len(settings.variables))
    for name, value in sorted(settings.variables.items()):
        data += _text(name) + _text(value)
    return _hex(data)


# -- inside ------------------------------------------------------------------------------------------------------------


def _buckets(cache: str) -> list[str]:
    """Return the directories for source builds, that of the newest layout first."""
    try:
        names = [name for name in os.listdir(cache) if name.startswith(_BUCKET) and name[len(_BUCKET) :].isdigit()]
    except OSError:
        return []
    return sorted(names, key=lambda name: int(name[len(_BUCKET) :]), reverse=True)


def _pointer(path: str) -> tuple[CacheInfo, str] | None:
    """Return the cache info and the directory of a ``revision.rev``; None if there is none that can be read."""
    try:
        with open(path, "rb") as file:
            info, revision = unpack(file.read())
        name = revision["id"] if isinstance(revision, dict) else revision[0]
        if not isinstance(name, str) or os.path.basename(name) != name or name in ("", ".", ".."):
            return None
        return from_document(info), name
    except (OSError, ValueError, LookupError, TypeError, CacheFileError):
        return None


def _wheels(directory: str, settings: BuildSettings) -> Iterator[str]:
    shard = settings_digest(settings)
    for place in (os.path.join(directory, shard),) if shard is not None else _shards(directory):
        try:
            names = sorted(os.listdir(place))
        except OSError:
            continue
        for name in names:
            # The unpacked wheel is a link into the cache's archive; uv ignores one that leads nowhere.
            is_unpacked = name.count("-") >= _WHEEL_PARTS - 1 and not name.endswith((".whl", ".lock"))
            if is_unpacked and os.path.exists(os.path.join(place, name)):
                yield name


def _shards(directory: str) -> Iterator[str]:
    try:
        yield from (entry.path for entry in os.scandir(directory) if entry.is_dir() and "-" not in entry.name)
    except OSError:
        return


def _text(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape") + b"\xff"  # as Rust's Hash feeds a str


def _number(value: int) -> bytes:
    return value.to_bytes(8, "little")


def _hex(data: bytes) -> str:
    return seahash(data).to_bytes(8, "little").hex()

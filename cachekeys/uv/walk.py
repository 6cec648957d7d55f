"""Which files count for uv, and through which key.

This module resolves keys, to files that exist or for paths that need not; :mod:`cachekeys.uv.search` walks.
"""

from __future__ import annotations

import os
import stat
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from cachekeys.uv.dialect import CURRENT, Dialect
from cachekeys.uv.globs import GlobError, Ruleset, group, is_glob
from cachekeys.uv.keys import FileKey
from cachekeys.uv.search import Search, change_time, reason
from cachekeys.uv.text import encode, encode_path
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cachekeys.uv.keys import CacheKey
    from cachekeys.uv.search import Found, Warnings

__all__ = ["Watched", "WatchedFile", "Watcher", "by_time", "watched_files"]

by_time = attrgetter("ctime_ns")
"""The key to compare watched files by as uv does."""


class WatchedFile(NamedTuple):
    """A file that counts. ``key`` is the index of the key that makes it count; for a glob, the last one that matches.

    ``path`` is relative to the project directory wherever the file is below it or the key was relative. ``ctime_ns`` is
    what uv compares, in nanoseconds: the inode change time, of the target of a symlink; elsewhere than on Unix
    the modification time.
    """

    path: str
    key: int
    ctime_ns: int


@dataclass(frozen=True, slots=True)
class Watched:
    """What the file keys of a project resolve to now.

    ``files`` are sorted by path. A file that several keys name by themselves appears once for each; of the globs of
    one group only the one that decides counts (:meth:`Watcher.matching` names all).
    ``warnings`` are pairs of a key's index (None: it is a whole group's) and what uv would log about it as WARN.
    ``entries`` says, per directory that a group of globs starts from, how many directory entries were listed. uv
    lists at least as many: it does not leave out the directories in which nothing can match.
    ``errors`` are the globs that uv refuses, by key; with any of them uv computes nothing at all, so ``files`` is
    what would count without them.
    """

    files: tuple[WatchedFile, ...]
    warnings: tuple[tuple[int | None, str], ...]
    entries: dict[str, int]
    errors: tuple[tuple[int, GlobError], ...]

    @property
    def newest(self) -> WatchedFile | None:
        """The file whose time uv records; the first by path if several are equally new."""
        return max(self.files, key=by_time, default=None)


class Watcher:
    """The file keys in *keys*, ready to be asked; pure, no file needs to exist.

    :param root: the project directory, needed only to relate absolute keys and ``../`` keys that come back to it.
    """

    def __init__(self, keys: Sequence[CacheKey], root: str | None = None, dialect: Dialect = CURRENT) -> None:
        self._root = os.path.abspath(root) if root is not None else None
        files = [key for key in keys if isinstance(key, FileKey)]
        self.plain = tuple(key for key in files if not is_glob(key.path))
        grouped = group(((key.path, key.index) for key in files if is_glob(key.path)), dialect)
        self.groups = tuple((each.base, Ruleset(each.patterns, dialect)) for each in grouped)
        self.errors = tuple(error for _, rules in self.groups for error in rules.errors)
        named = [(self._locate(key.path), key.index) for key in self.plain if _names_a_file(key.path)]
        self._named = tuple(named)
        self._index = dict(reversed(named))
        self._bases = tuple((self._locate(base), rules) for base, rules in self.groups)

    def covers(self, path: str) -> int | None:
        """Return the index of the key that makes a file at *path* (relative to the project) count, or None.

        A name decides before a glob. Symlinks are not considered: the path is taken as it is spelled.
        """
        place = self._locate(path)
        if place in self._index:
            return self._index[place]
        for below, rules in self._below(place):
            rule = _deciding(rules, below)
            if rule is not None:
                return rule
        return None

    def matching(self, path: str) -> tuple[int, ...]:
        """Return the indexes of all keys that match *path*, also the globs and exclusions that another one overrides."""
        place = self._locate(path)
        found = {index for named, index in self._named if named == place}
        for below, rules in self._below(place):
            found.update(rule.source for rule in rules.matching(below))
        return tuple(sorted(found))

    def _locate(self, path: str) -> str:
        """Return *path* in a form that can be compared: absolute if the root is known, without ``.`` and ``..``."""
        if self._root is not None:
            path = os.path.join(self._root, path)
        return _normal(path).replace(os.sep, "/")

    def _below(self, place: str) -> Iterator[tuple[bytes, Ruleset]]:
        for base, rules in self._bases:
            prefix = "" if base == "." else base if base.endswith("/") else base + "/"
            if place.startswith(prefix) and (prefix or not place.startswith(("/", "../"))) and place != prefix:
                yield encode_path(place[len(prefix) :]), rules


def _names_a_file(path: str) -> bool:
    """Tell whether a plain key can count at all: ``f.txt/`` and ``f.txt/.`` never do, not even for a file f.txt."""
    return path.rpartition("/")[2] not in {"", ".", ".."}


def _normal(path: str) -> str:
    """Return *path* without ``.``, ``..`` and doubled ``/``, also not the two at the start that POSIX allows."""
    normal = os.path.normpath(path)
    return normal[1:] if normal.startswith("//") else normal


def _deciding(rules: Ruleset, path: bytes) -> int | None:
    end = path.find(b"/")
    while end >= 0:
        if rules.closes(path[:end]):
            return None
        end = path.find(b"/", end + 1)
    rule = rules.find(path)
    return None if rule is None or rule.excludes else rule.source


def watched_files(
    root: str,
    keys: Sequence[CacheKey],
    *,
    dialect: Dialect = CURRENT,
    prune: bool = True,
    newest_only: bool = False,
    timed: bool = True,
) -> Watched:
    """Find the files that make uv rebuild the project in *root*, and their times.

    :param dialect: how uv reads the keys.
    :param prune: leave out directories in which nothing can match. The files are the same either way; without it
        ``entries`` is what uv lists and ``warnings`` include those from such directories.
    :param newest_only: of the matches of each group of globs, give only the newest (several if equally new): all that cache
        info needs, and quicker.
    :param timed: otherwise the times of what globs match are 0; quicker still.
    """
    root = os.path.abspath(root)
    watcher = Watcher(keys, root, dialect)
    files: list[WatchedFile] = []
    warnings: Warnings = []
    entries: dict[str, int] = {}
    directory = os.fsencode(root)
    for key in watcher.plain:
        found = _plain_file(directory, key, warnings, dialect)
        if found is not None:
            files.append(found)
    for base, rules in watcher.groups:
        place = os.path.join(directory, encode(base))
        search = Search(place, rules, warnings, prune=prune, follow=dialect.glob_symlinks)
        matches = search.newest() if newest_only else search.every(timed=timed)
        files.extend(_files(search, matches, _Names(root, base).directory))
        entries[base] = search.entries
    files.sort(key=attrgetter("path"))
    return Watched(tuple(files), tuple(warnings), entries, watcher.errors)


def _files(search: Search, matches: Iterable[Found], shown: Callable[[str], str]) -> Iterator[WatchedFile]:
    """Yield what was found; *shown* turns a directory below the base, with its ``/``, into what to show."""
    last, place = None, ""
    for directory, name, rule, time in matches:
        if directory is not last:
            last, place = directory, shown(directory)
        yield WatchedFile(place + name, (rule or search.rule(directory, name)).source, time)


def _plain_file(directory: bytes, key: FileKey, warnings: Warnings, dialect: Dialect) -> WatchedFile | None:
    path = os.path.join(directory, encode(key.path))
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        if isinstance(error, FileNotFoundError) and dialect.missing_file_silent:
            return None
        warnings.append((key.index, f"Failed to read metadata for file: {reason(error, os.fsdecode(path))}"))
        return None
    if not stat.S_ISREG(status.st_mode):
        warnings.append((key.index, f"Expected file for cache key, but found directory: {os.fsdecode(path)}"))
        return None
    return WatchedFile(_Names(os.fsdecode(directory), key.path).name(), key.index, change_time(status))


class _Names:
    """Turns what was found at or below *place* (as spelled in a key) into paths as :class:`WatchedFile` has them."""

    def __init__(self, root: str, place: str) -> None:
        root = _slash(_normal(root))
        spelled = os.path.join(root, place)
        actual = _normal(spelled)
        self.prefix = place
        self.inward: str | None = None
        if ".." in place.split("/") and not _same(spelled, actual):
            return  # ".." behind a symlink: only the operating system can tell where that is
        if _slash(actual).startswith(root):
            self.prefix = actual[len(root) :]
            return
        self.prefix = _normal(place)
        if root.startswith(_slash(actual)):
            self.inward = root[len(_slash(actual)) :].replace(os.sep, "/")

    def name(self) -> str:
        """Return what to show for *place* itself, a file."""
        return self.prefix.replace(os.sep, "/")

    def directory(self, below: str) -> str:
        """Return what to put in front of the names in the directory *below*, which ends with ``/`` unless empty."""
        if self.inward is not None and below.startswith(self.inward):
            return below[len(self.inward) :]
        return _slash(self.prefix).replace(os.sep, "/") + below if self.prefix else below


def _slash(path: str) -> str:
    return os.path.join(path, "")


def _same(first: str, second: str) -> bool:
    try:
        return os.path.samefile(first, second)
    except (OSError, ValueError):
        return False

"""Search one directory tree for what a group of globs makes count: the inner loop of everything.

One :func:`os.scandir` loop, in which every 100 ns per entry are 10 ms for a large project. So nothing is asked that
an ending already answers, files are looked at relative to the open directory (10 % less than by their paths), and only
what matches is looked at with ``stat``: listing 50,000 files takes about 30 ms, a ``stat`` for each of them another 100.
"""

from __future__ import annotations

import os
import stat
import sys
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from cachekeys.forked import Fork, processes
from cachekeys.uv.globs import Selection
from cachekeys.uv.text import encode_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cachekeys.uv.globs import Rule, Ruleset

__all__ = ["Found", "Search", "Warnings", "change_time", "on_text", "reason"]

Warnings = list[tuple[int | None, str]]

Found = tuple[str, str, "Rule | None", int]
"""The directory, relative to where the search began, with a ``/`` at its end unless it is empty; the name; the rule that makes
it count (None: one of several, :meth:`Search.rule` tells); the time."""

_TAKES_DESCRIPTORS = os.scandir in os.supports_fd
_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_ENCODING, _ERRORS = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()

_WORTH_A_PROCESS = 10_000  # entries, 20 ms; a fork costs 2

_NOTHING = Selection(lambda _: None, ())


class Search:
    """One search below *base*; ``entries`` counts what was listed, ``warnings`` gets what uv would log.

    :param prune: leave out directories in which nothing can match.
    :param follow: symlinks to files count, with the time of what they lead to (uv >= 0.7.21).
    """

    def __init__(self, base: bytes, rules: Ruleset, warnings: Warnings, *, prune: bool, follow: bool = True) -> None:
        self.rules = rules
        self.warnings = warnings
        self.prune = prune
        self.follow = follow
        self.entries = 0
        self._pending = [""]
        self._base = os.fsdecode(base)
        self._top = os.path.join(self._base, "")

    def found(self, *, timed: bool = True) -> Iterator[Found]:
        """Yield every file that counts.

        :param timed: otherwise all times are 0, which saves a ``stat`` for each file.
        """
        pending = self._pending
        if pending == [""] and not self._starts():
            pending.clear()
        while pending:
            prefix = pending.pop()
            raw = encode_path(prefix)
            selected = self.rules.inside(raw if self.prune else b"")
            if selected is None and self.prune:
                continue
            find, endings, always, by_name = on_text(selected or _NOTHING)
            sole = always[0] if len(always) == 1 else None
            before = b"" if by_name else raw
            descriptor, entries = self._list(prefix)
            try:
                for entry in entries:
                    name = entry.name
                    try:
                        is_directory = entry.is_dir(follow_symlinks=False)
                    except OSError:  # the file system tells no types and refuses to be asked
                        is_directory = False
                    if is_directory:
                        if not self.rules.closes(raw + encode_path(name)):
                            pending.append(f"{prefix}{name}/")
                    elif name.endswith(endings):
                        rule = sole
                        if not always:
                            rule = find(before + name.encode(_ENCODING, _ERRORS))
                            if rule is None or rule.excludes:
                                continue
                        time: int | None = 0
                        try:
                            if not entry.is_file(follow_symlinks=False):
                                time = self._time_of_target(prefix, entry, rule)
                            elif timed:
                                time = change_time(entry.stat())
                        except OSError as error:
                            time = None
                            self._warn(prefix, entry, rule, error)
                        if time is not None:
                            yield prefix, name, rule, time if timed else 0
            finally:
                if descriptor is not None:
                    os.close(descriptor)

    def newest(self) -> list[Found]:
        """Return the newest of the files that count, several if they are equally new."""
        return self._shared(_Newest())

    def every(self, *, timed: bool = True) -> list[Found]:
        """Return every file that counts; quicker than :meth:`found` on a large tree."""
        return self._shared([], timed=timed)

    def _shared(self, kept: list[Found], *, timed: bool = True) -> list[Found]:
        """Add to *kept* what counts. A large tree is worth a second process: it gets half of the directories still to be listed."""
        matches = self.found(timed=timed)
        for match in matches:
            kept.append(match)
            if self.entries > _WORTH_A_PROCESS and len(self._pending) > 1:
                break
        if not self._pending or processes() == 1:
            kept.extend(matches)
            return kept
        directories = self._pending[::2]
        self._pending[:] = self._pending[1::2]
        fork = Fork(partial(self._below, directories, kept, timed=timed))
        try:
            kept.extend(matches)
            kept.extend(self._merge(fork.result(), directories, timed=timed))
        finally:
            fork.end()
        return kept

    def _below(self, directories: list[str], kept: list[Found], *, timed: bool) -> bytes:
        """Do the work of a second process: return, as bytes, what *kept* keeps below some directories, and what was noticed."""
        import marshal  # only for a large tree

        self._pending, self.entries = directories, 0
        self.warnings.clear()
        kept.clear()  # the newest so far stays the measure of what is new
        kept.extend(self.found(timed=timed))
        numbers: dict[int, int | None] = {id(rule): number for number, rule in enumerate(self.rules.rules)}
        found = [(directory, name, numbers.get(id(rule)), time) for directory, name, rule, time in kept]
        return marshal.dumps((found, self.warnings, self.entries))

    def _merge(self, data: bytes, directories: list[str], *, timed: bool) -> list[Found]:
        """Take over what a second process sent; if anything happened to it, its *directories* are searched here."""
        import marshal

        try:
            found, warnings, entries = marshal.loads(data)  # noqa: S302 - our own process wrote it
        except (EOFError, ValueError, TypeError):
            self._pending[:] = directories
            return [*self.found(timed=timed)]
        self.warnings += warnings
        self.entries += entries
        rules = self.rules.rules
        return [(place, name, None if rule is None else rules[rule], time) for place, name, rule, time in found]

    def rule(self, directory: str, name: str) -> Rule:
        """Return the rule that makes a file count that was found."""
        rule = self.rules.find(encode_path(directory + name))
        assert rule is not None
        return rule

    def _starts(self) -> bool:
        """Tell whether there is a directory to search; the base may be a symlink to one."""
        try:
            return stat.S_ISDIR(os.stat(self._base).st_mode)
        except (OSError, ValueError) as error:
            self.warnings.append((None, f"Failed to read glob entry: {reason(error, self._base)}"))
            return False

    def _list(self, prefix: str) -> tuple[int | None, list[os.DirEntry[str]]]:
        """Return what is in a directory, and the descriptor that the entries rely on."""
        descriptor = None
        directory = self._top + prefix
        try:
            if _TAKES_DESCRIPTORS:
                descriptor = os.open(directory, _DIRECTORY)
            with os.scandir(directory if descriptor is None else descriptor) as listing:
                entries = list(listing)
        except OSError as error:
            self.warnings.append((None, f"Failed to read glob entry: {reason(error, directory)}"))
            entries = []
        self.entries += len(entries)
        return descriptor, entries

    def _time_of_target(self, prefix: str, entry: os.DirEntry[str], rule: Rule | None) -> int | None:
        """Return the time of what a symlink points to, None unless that is a regular file."""
        path = self._top + prefix + entry.name
        if entry.is_symlink():
            if not self.follow:
                source = (rule or self.rule(prefix, entry.name)).source
                self.warnings.append((source, f"Expected file for cache key, but found directory: {path}"))
                return None
            try:
                status = os.stat(path)  # raises if it leads nowhere; uv ignores one to a directory silently
            except (OSError, ValueError) as error:
                self._warn(prefix, entry, rule, error)
            else:
                return change_time(status) if stat.S_ISREG(status.st_mode) else None
        return None

    def _warn(self, prefix: str, entry: os.DirEntry[str], rule: Rule | None, error: OSError | ValueError) -> None:
        what = "resolve symlink" if entry.is_symlink() else "read metadata"
        source = (rule or self.rule(prefix, entry.name)).source
        path = self._top + prefix + entry.name
        self.warnings.append((source, f"Failed to {what} for glob entry: {reason(error, path)}"))


change_time: Callable[[os.stat_result], int] = attrgetter("st_ctime_ns" if os.name == "posix" else "st_mtime_ns")
"""What uv compares, in nanoseconds: the inode change time, elsewhere than on Unix the modification time."""


class _Newest(list[Found]):
    """Keeps the newest of what it is given."""

    _time = -1

    def append(self, match: Found) -> None:
        """Keep *match* unless something newer is there."""
        if match[3] >= self._time:
            if match[3] > self._time:
                self._time = match[3]
                self.clear()
            super().append(match)

    def extend(self, matches: Iterable[Found]) -> None:
        """Keep the newest of *matches*."""
        for match in matches:
            if match[3] >= self._time:
                self.append(match)


def reason(error: OSError | ValueError, path: str) -> str:
    """Return the path and what the system says about it."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{path}: {text}"


def on_text(selected: Selection) -> tuple[Callable[[bytes], Rule | None], tuple[str, ...], tuple[Rule, ...], bool]:
    """Return the selection with endings as text, as :func:`os.scandir` gives names for a descriptor.

    A name in UTF-8 ends with the bytes of an ending exactly if it ends with its characters, also where what is before them is
    no UTF-8: no ending begins within a character. Elsewhere every name is put to the rules.
    """
    if _ENCODING == "utf-8":
        try:
            endings = tuple(ending.decode() for ending in selected.endings)
        except UnicodeDecodeError:  # half a surrogate pair
            pass
        else:
            return selected.find, endings, selected.always, selected.by_name
    return selected.find, ("",), (), selected.by_name

"""Hash many files quickly: how the bytes are read. Which files, and what for, is decided elsewhere.

Measured with 50,000 files of 4.3 KB on average (``docs/speed.md``): reads of 64 KiB are three times faster than those of
1 MiB, since Python allocates all that is asked for; threads gain nothing while the files are cached, for the GIL, but
plenty when every read waits for a disk; a second process gains nearly all of a second core.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

from cachekeys.forked import Fork, processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from typing_extensions import Self

__all__ = ["GONE", "UNREADABLE", "Hasher", "hash_files"]

GONE = bytes(32)
"""Instead of a digest: there is no such file (any more)."""

UNREADABLE = b"\xff" * 32
"""Instead of a digest: the file is there, and the system refuses to read it."""

_CHUNK = 1 << 16
_PROBE = 128  # files after which to look whether reads wait
_BLOCK = 512  # files that a process takes at a time
_COLD_BLOCKS = 4  # so many blocks with threads before looking again
_THREADS = 8
_NUMBER = 4  # bytes of a block's number
_WORTH_A_PROCESS = 4_000  # files: a fork costs 2 ms, a file 8 microseconds

# O_NONBLOCK: a FIFO in the place of a file must not wait for a writer. O_BINARY: Windows translates line ends otherwise.
_FLAGS = os.O_RDONLY
for _name in ("O_BINARY", "O_CLOEXEC", "O_NOCTTY", "O_NONBLOCK"):
    _FLAGS |= getattr(os, _name, 0)


def hash_files(paths: Sequence[str]) -> list[bytes]:
    """Return the SHA-256 of the content of each file, in the order of *paths*; :data:`GONE` or :data:`UNREADABLE`.

    Symbolic links are followed. The caller makes sure that the paths name regular files; something else that has taken
    such a place meanwhile gives some value, but never hangs.
    """
    with Hasher(paths) as hasher:
        return hasher.result()


# -- one process ---------------------------------------------------------------------------------------------------


def _hash(paths: Sequence[str]) -> list[bytes]:
    """Hash one file after the other."""
    return [_hash_file(path) for path in paths]


def _hash_file(path: str) -> bytes:
    try:
        descriptor = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in the name
        return GONE
    except OSError:
        return UNREADABLE
    try:
        data = os.read(descriptor, _CHUNK)
        # Only an empty read is the end: a network file system may give less than there is.
        more = os.read(descriptor, _CHUNK) if data else b""
        digest = sha256(data)
        while more:
            digest.update(more)
            more = os.read(descriptor, _CHUNK)
        return digest.digest()
    except OSError:
        return UNREADABLE
    finally:
        os.close(descriptor)


class _Pace:
    """Hashes one file after the other while they are cached, and with threads as soon as reads wait for a disk."""

    def __init__(self) -> None:
        self._count_waits = _waits()
        self._cold = 0

    def hash(self, paths: Sequence[str]) -> list[bytes]:
        if self._count_waits is None:
            return _hash(paths)
        results: list[bytes] = []
        while len(results) < len(paths) and not self._cold:
            before = self._count_waits()
            results += _hash(paths[len(results) : len(results) + _PROBE])
            if self._count_waits() - before >= _PROBE // 4:
                self._cold = _COLD_BLOCKS
        if len(results) < len(paths):
            results += _hash_with_threads(paths[len(results) :])
            self._cold -= 1
        return results


def _waits() -> Callable[[], int] | None:
    """Return a function that tells how often this thread has had to wait so far; None where that is unknown.

    Times would not do: on a busy machine everything looks slow, and more threads would make it worse.
    """
    try:
        from resource import RUSAGE_SELF, getrusage  # not on Windows
    except ImportError:
        return None
    import resource

    who = getattr(resource, "RUSAGE_THREAD", RUSAGE_SELF)
    return lambda: getrusage(who).ru_nvcsw


def _hash_with_threads(paths: Sequence[str]) -> list[bytes]:
    from threading import Thread  # only where reads wait

    results = [UNREADABLE] * len(paths)

    def work(first: int) -> None:
        for number in range(first, len(paths), _THREADS):
            results[number] = _hash_file(paths[number])

    threads = [Thread(target=work, args=(first,)) for first in range(min(_THREADS, len(paths)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# -- several processes ---------------------------------------------------------------------------------------------


class Hasher:
    """Hashes *paths*, at once in other processes if that is worth it, and here when the result is asked for.

    The processes share a pipe of block numbers: whoever is free takes the next one. Use it in a ``with`` statement.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self._pace = _Pace()
        self._helpers: list[Fork] = []
        self._numbers: int | None = None
        count = processes() if len(paths) >= _WORTH_A_PROCESS else 1
        if count > 1:
            self._numbers, writing = os.pipe()
            try:
                os.set_blocking(writing, False)  # blocks whose numbers do not fit into the pipe are done here
                blocks = range(-(-len(paths) // _BLOCK))
                os.write(writing, b"".join(number.to_bytes(_NUMBER, "big") for number in blocks))
            finally:
                os.close(writing)
            self._helpers = [Fork(self._send) for _ in range(count - 1)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._numbers is not None:
            os.close(self._numbers)
            self._numbers = None
        while self._helpers:
            self._helpers.pop().end()

    def result(self) -> list[bytes]:
        """Return the digests, in the order of the paths. Whatever happens to a process, they are complete."""
        if self._numbers is None:
            return self._pace.hash(self._paths)
        found = dict(self._take_all())
        for helper in self._helpers:
            found.update(_unpack(helper.result()))
        results: list[bytes] = []
        for number in range(-(-len(self._paths) // _BLOCK)):
            block = self._block(number)
            digests = found.get(number, [])
            results += digests if len(digests) == len(block) else self._pace.hash(block)
        return results

    def _send(self) -> bytes:
        parts = []
        for number, digests in self._take_all():
            parts += [number.to_bytes(_NUMBER, "big"), len(digests).to_bytes(_NUMBER, "big"), *digests]
        return b"".join(parts)

    def _block(self, number: int) -> Sequence[str]:
        return self._paths[number * _BLOCK : (number + 1) * _BLOCK]

    def _take_all(self) -> Iterator[tuple[int, list[bytes]]]:
        """Hash blocks until there are none left."""
        assert self._numbers is not None
        while raw := os.read(self._numbers, _NUMBER):
            number = int.from_bytes(raw, "big")
            yield number, self._pace.hash(self._block(number))


def _unpack(data: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Read what a helper sent: a block's number, how many digests, the digests."""
    at, size = 0, len(GONE)
    while at + 2 * _NUMBER <= len(data):
        number = int.from_bytes(data[at : at + _NUMBER], "big")
        at += 2 * _NUMBER
        end = at + size * int.from_bytes(data[at - _NUMBER : at], "big")
        yield number, [data[place : place + size] for place in range(at, min(end, len(data)), size)]
        at = end

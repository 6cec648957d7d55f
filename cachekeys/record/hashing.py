"""Hash many files quickly: how the bytes are read. Which files, and what for, is decided elsewhere.

Measured with 50,000 files of 4.3 KB on average (``docs/speed.md``): reads of 64 KiB are three times faster than those of
1 MiB, since Python allocates all that is asked for; threads gain nothing while the files are cached, for the GIL, but
plenty when every read waits for a disk; a second process gains nearly all of a second core.
"""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["GONE", "UNREADABLE", "hash_files"]

GONE = bytes(32)
"""Instead of a digest: there is no such file (any more)."""

UNREADABLE = b"\xff" * 32
"""Instead of a digest: the file is there, and the system refuses to read it."""

_CHUNK = 1 << 16
_BATCH = 128
_THREADS = 8
_BLOCK = 64
_WORTH_A_PROCESS = 4_000  # files: a fork costs 2 ms, a file 8 microseconds
_MAX_PROCESSES = 4

# O_NONBLOCK: a FIFO in the place of a file must not wait for a writer. O_BINARY: Windows translates line ends otherwise.
_FLAGS = os.O_RDONLY
for _name in ("O_BINARY", "O_CLOEXEC", "O_NOCTTY", "O_NONBLOCK"):
    _FLAGS |= getattr(os, _name, 0)


def hash_files(paths: Sequence[str]) -> list[bytes]:
    """Return the SHA-256 of the content of each file, in the order of *paths*; :data:`GONE` or :data:`UNREADABLE`.

    Symbolic links are followed. The caller makes sure that the paths name regular files; something else that has taken
    such a place meanwhile gives some value, but never hangs.
    """
    processes = _processes() if len(paths) >= _WORTH_A_PROCESS else 1
    return _hash_with_processes(paths, processes) if processes > 1 else _hash_share(paths)


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


def _hash_share(paths: Sequence[str]) -> list[bytes]:
    """Hash one file after the other while they are cached, and with threads as soon as reads wait for a disk."""
    count_waits = _waits()
    if count_waits is None:
        return _hash(paths)
    results: list[bytes] = []
    span = _BATCH
    while len(results) < len(paths):
        before = count_waits()
        results += _hash(paths[len(results) : len(results) + _BATCH])
        if count_waits() - before < _BATCH // 4:
            span = _BATCH
        else:  # the longer it lasts, the more rarely we look whether it is over
            span *= 2
            results += _hash_with_threads(paths[len(results) : len(results) + span])
    return results


def _waits() -> Callable[[], int] | None:
    """Return a function that tells how often this thread has had to wait so far; None where that is unknown.

    Times would not do: on a busy machine everything looks slow, and more threads would make it worse.
    """
    try:
        from resource import RUSAGE_SELF, getrusage  # noqa: PLC0415 - not on Windows
    except ImportError:
        return None
    import resource  # noqa: PLC0415 - same

    who = getattr(resource, "RUSAGE_THREAD", RUSAGE_SELF)
    return lambda: getrusage(who).ru_nvcsw


def _hash_with_threads(paths: Sequence[str]) -> list[bytes]:
    from threading import Thread  # noqa: PLC0415 - only where reads wait

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


def _processes() -> int:
    """Return how many processes may share the work: more than one on Linux, while this process has a single thread.

    Another thread could hold a lock at the moment of the fork, and the child would wait for it for ever.
    """
    if sys.platform != "linux":
        return 1
    try:
        if len(os.listdir("/proc/self/task")) > 1:
            return 1
        return min(len(os.sched_getaffinity(0)), _MAX_PROCESSES)
    except OSError:
        return 1


def _hash_with_processes(paths: Sequence[str], processes: int) -> list[bytes]:
    # Small blocks in turn, so that the shares are equally large even if all large files are in one directory.
    starts = [range(number * _BLOCK, len(paths), processes * _BLOCK) for number in range(processes)]
    shares = [[path for start in own for path in paths[start : start + _BLOCK]] for own in starts]
    helpers = [_Helper(share) for share in shares[1:]]
    try:
        found = [_hash_share(shares[0]), *(helper.result() for helper in helpers)]
    finally:
        for helper in helpers:
            helper.end()
    results = [UNREADABLE] * len(paths)
    for own, digests in zip(starts, found, strict=True):
        for at, start in enumerate(own):
            block = digests[at * _BLOCK : (at + 1) * _BLOCK]
            results[start : start + len(block)] = block
    return results


class _Helper:
    """A forked process that hashes *share*."""

    def __init__(self, share: Sequence[str]) -> None:
        self._share = share
        self._pid = 0
        self._pipe, writing = os.pipe()
        try:
            self._pid = os.fork()
        except OSError:  # no more processes: result() does the work
            os.close(writing)
            return
        if self._pid:
            os.close(writing)
            return
        try:  # the child; nothing of the parent's may run in it, no handler, no cleanup, no output
            rest = memoryview(b"".join(_hash_share(share)))
            while rest:
                rest = rest[os.write(writing, rest) :]
        finally:
            os._exit(0)

    def result(self) -> list[bytes]:
        """Wait for the digests. Whatever happened to the process, they are complete."""
        parts = []
        while part := os.read(self._pipe, 1 << 20):
            parts.append(part)
        data = b"".join(parts)
        size = len(GONE)
        if len(data) != size * len(self._share):
            return _hash_share(self._share)
        return [data[at : at + size] for at in range(0, len(data), size)]

    def end(self) -> None:
        """Stop the process, should it still run, and forget it."""
        os.close(self._pipe)
        if self._pid:
            from signal import SIGKILL  # noqa: PLC0415 - not on Windows

            try:
                os.kill(self._pid, SIGKILL)
                os.waitpid(self._pid, 0)
            except (ChildProcessError, ProcessLookupError):  # someone else waits for all children
                pass

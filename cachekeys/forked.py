"""A second core for long work: a forked process that sends its result back as bytes.

Only where it is harmless: on Linux, and while this process has a single thread. Another thread could hold a lock at the
moment of the fork, and the child would wait for it for ever.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Fork", "processes"]

_MOST = 4


def processes() -> int:
    """Return how many processes, this one included, may share some work."""
    if sys.platform != "linux":
        return 1
    try:
        if len(os.listdir("/proc/self/task")) > 1:
            return 1
        return min(len(os.sched_getaffinity(0)), _MOST)
    except OSError:
        return 1


class Fork:
    """A process that runs *work* and sends what it returns. Call :meth:`end` when it is no longer wanted."""

    def __init__(self, work: Callable[[], bytes]) -> None:
        self._pid = 0
        self._pipe, writing = os.pipe()
        try:
            self._pid = os.fork()
        except OSError:  # no more processes
            os.close(writing)
            return
        if self._pid:
            os.close(writing)
            return
        try:  # the child; nothing of the parent's may run in it, no handler, no cleanup, no output
            rest = memoryview(work())
            while rest:
                rest = rest[os.write(writing, rest) :]
        finally:
            os._exit(0)

    def result(self) -> bytes:
        """Wait for the process and return what it sent: nothing, or only a part, if something happened to it."""
        parts = []
        while part := os.read(self._pipe, 1 << 20):
            parts.append(part)
        return b"".join(parts)

    def end(self) -> None:
        """Stop the process, should it still run, and forget it."""
        os.close(self._pipe)
        if self._pid:
            from signal import SIGKILL  # not on Windows

            try:
                os.kill(self._pid, SIGKILL)
                os.waitpid(self._pid, 0)
            except (ChildProcessError, ProcessLookupError):  # someone else waits for all children
                pass

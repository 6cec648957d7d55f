"""The running build: its output, what it does just now, and its end, whatever comes in between."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from cachekeys.errors import CacheKeysError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["Build", "termination_raises"]

_PATIENCE = 5.0  # seconds for a build to end itself when it is told to
_TICK = 0.2
_TAIL = 4096  # bytes of a log in which the last started program is looked for
_MOST_OUTPUT = 16 << 20  # bytes that are kept, the last ones: they say why a build failed
_CHUNK = 1 << 16
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


class Build:
    """A front end in a process group of its own, so that Ctrl-C comes to us alone and we end all of it.

    :ivar output: what it wrote, both streams; of an enormous output the end.
    """

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], *, directory: str) -> None:
        self.output = ""
        self._chunks: deque[bytes] = deque()
        group: dict[str, Any] = (
            {"start_new_session": True}
            if os.name == "posix"
            else {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}  # type: ignore[attr-defined, unused-ignore]
        )
        try:
            self._process = subprocess.Popen(
                arguments,
                env=dict(environment),
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                **group,
            )
        except OSError as error:
            raise CacheKeysError(f"cannot run {arguments[0]}: {error.strerror or error}") from error
        self.pid = self._process.pid

    def run(
        self,
        logs: str,
        *,
        progress: Callable[[float, str], None] | None = None,
        output: Callable[[bytes], None] | None = None,
    ) -> int:
        """Wait for the end and return the exit code (negative: the signal that ended it).

        :param logs: the directory of the observers, for what runs now.
        """
        reader = threading.Thread(target=self._collect, args=(output,), daemon=True)
        started = time.monotonic()
        try:
            reader.start()
            while self._process.poll() is None:
                if progress is not None:
                    progress(time.monotonic() - started, _current(logs))
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(_TICK if progress is not None else None)
        finally:
            self._end()
            reader.join(_PATIENCE)
            if self._process.stdout is not None and not reader.is_alive():
                self._process.stdout.close()
            self.output = b"".join(self._chunks.copy()).decode("utf-8", "backslashreplace")
        return self._process.returncode

    def _collect(self, output: Callable[[bytes], None] | None) -> None:
        assert self._process.stdout is not None
        size = 0
        # By chunks: a line may have no end.
        while chunk := os.read(self._process.stdout.fileno(), _CHUNK):
            self._chunks.append(chunk)
            size += len(chunk)
            while size > _MOST_OUTPUT:
                size -= len(self._chunks.popleft())
            if output is not None:
                output(chunk)

    def _end(self) -> None:
        """End what still runs of the build.

        First what the front end started: it sees its build fail and cleans up after itself, which uv does not when it is told to end.
        """
        for sent in (signal.SIGINT, _KILL):
            members = self._members() if self._process.poll() is None else []
            for member in members:
                with contextlib.suppress(OSError):
                    os.kill(member, sent)
            if members:
                self._wait()
        for sent in (signal.SIGINT, signal.SIGTERM, _KILL):
            if self._process.poll() is None:
                self._send(sent)
                self._wait()
        # A program that outlives the front end would go on writing into directories that are about to go.
        self._send(_KILL)

    def _wait(self) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt, SystemExit):
            self._process.wait(_PATIENCE)

    def _send(self, number: int) -> None:
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(self.pid, number)
            elif self._process.poll() is None:
                self._process.terminate()

    def _members(self) -> list[int]:
        """Return the other processes of the group; none where /proc does not tell."""
        try:
            pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        except OSError:
            return []
        return [pid for pid in pids if pid != self.pid and _group(pid) == self.pid]


def _group(pid: int) -> int | None:
    """Return the process group of a process, None when it is gone."""
    try:
        return os.getpgid(pid)
    except (OSError, AttributeError):
        return None


@contextlib.contextmanager
def termination_raises() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise SystemExit, so that whoever ends us leaves nothing behind either."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    numbers = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    earlier = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _current(logs: str) -> str:
    """Return the command line of the program that a Python process started last, "" when there is none."""
    newest, found = 0, ""
    try:
        for name in os.listdir(logs):
            if name.startswith("python-") and name.endswith(".log"):
                when, arguments = _last_start(os.path.join(logs, name))
                if when > newest:
                    newest, found = when, arguments
    except OSError:
        return ""
    return found


def _last_start(path: str) -> tuple[int, str]:
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - _TAIL))
        lines = file.read().decode("utf-8", "replace").splitlines()
    for line in reversed(lines):
        fields = line.split("\t")
        if fields[0] in {"start", "process"} and len(fields) > 3 and fields[1].isdigit():  # noqa: PLR2004 - see events
            return int(fields[1]), fields[-1].replace("\x1f", " ")
    return 0, ""

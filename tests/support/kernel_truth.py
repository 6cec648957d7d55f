"""What a build really read, from the kernel's point of view: strace, for tests and benchmarks only (it costs +120 to +435 %).

One log per thread (``-ff``) with times, so that no call is cut in two, put together in order of time. Every directory that a
relative path starts from is known (``-y``), also after ``chdir``. A file that is in the tree because the build wrote it before
it read it is no input, and is left out.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Truth", "available", "files_read", "watch"]

_OPENING = ("open", "openat", "openat2", "creat")
_RUNNING = ("execve", "execveat")
_LISTING = ("getdents", "getdents64")
_ASKING = ("stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "readlink", "readlinkat")
_MAKING = ("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "mkdir", "mkdirat", "truncate")
_REMOVING = ("unlink", "unlinkat", "rmdir")
_STARTING = ("clone", "clone3", "fork", "vfork")
_ALL = (*_OPENING, *_RUNNING, *_LISTING, *_ASKING, *_MAKING, *_REMOVING, *_STARTING)
_CALLS = ",".join(f"?{call}" for call in _ALL)

_LINE = re.compile(r"^(?P<time>\d+\.\d+) (?P<call>\w+)\((?P<rest>.*)$", re.ASCII)
_RESULT = re.compile(r" = (?P<value>-?\d+|\?)(?:<(?P<path>(?:[^>\\]|\\.)*)>)?(?: (?P<error>E\w+).*)?$")
_PATH = re.compile(
    r'(?:(?:AT_FDCWD|\d+)<(?P<start>(?:[^>\\]|\\.)*)>(?:\(deleted\))?, )?"(?P<path>(?:[^"\\]|\\.)*)"(?!\.\.\.)'
)
_ESCAPE = re.compile(rb"\\(x[0-9a-f]{2}|[0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"v": b"\v", b"f": b"\f", b"a": b"\a", b"b": b"\b"}


@dataclass(slots=True)
class Truth:
    """What a command did to the files of a tree; paths are relative to the tree, with ``/``, links in them not resolved.

    ``read``: opened for reading, or run, before anything was written there. ``listed``: directories whose names were read
    ("." is the tree). ``missing``: looked for and not there, ``stated``: asked for and there. ``written``: made or changed. ``readers``: the base names of the programs
    that opened each file of ``read``.
    """

    code: int = 0
    output: str = ""
    read: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    stated: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    readers: dict[str, set[str]] = field(default_factory=dict)


def available() -> bool:
    """Return whether strace is installed and may trace here."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-f", "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0


def files_read(command: Sequence[str], root: str | Path, env: Mapping[str, str] | None = None) -> set[str]:
    """Return the files below *root* that *command*, run in *root*, opened for reading and had not written itself.

    :param env: the whole environment of the command; that of the caller when absent.
    :raises subprocess.CalledProcessError: the command failed; its output is in there.
    """
    truth = watch(command, root, env)
    if truth.code:
        raise subprocess.CalledProcessError(truth.code, list(command), truth.output)
    return truth.read


def watch(command: Sequence[str], root: str | Path, env: Mapping[str, str] | None = None) -> Truth:
    """Run *command* in *root* and return all that it did to the files below it, whether it failed or not."""
    with tempfile.TemporaryDirectory(prefix="kernel-truth-") as logs:
        strace = [
            "strace",
            "-ff",
            "--seccomp-bpf",
            "-qq",
            "-ttt",
            "-y",
            "-s",
            "0",
            "--signal=none",
            "-e",
            f"trace={_CALLS}",
        ]
        done = subprocess.run(
            [*strace, "-o", f"{logs}/log", *command],
            cwd=root,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        return _judge(
            _in_order(Path(logs).iterdir()), Path(root), done.returncode, done.stdout.decode(errors="replace")
        )


def _in_order(logs: Iterable[Path]) -> list[tuple[str, str]]:
    """Return the lines of all threads, each with the name of its log, in order of time."""
    lines = [
        (log.suffix, line)
        for log in logs
        for line in log.read_text(encoding="utf-8", errors="surrogateescape").split("\n")
        if line
    ]
    return sorted(lines, key=lambda item: float(item[1].partition(" ")[0]))


def _judge(lines: Iterable[tuple[str, str]], root: Path, code: int, output: str) -> Truth:
    truth = Truth(code, output)
    roots = (os.path.abspath(root), os.path.realpath(root))
    programs: dict[str, str] = {}
    for thread, line in lines:
        parsed = _parsed(line, roots)
        if parsed is None:
            continue
        call, places, rest, result = parsed
        error = result["error"] or ""
        if call in _STARTING and not error:
            programs.setdefault(f".{result['value']}", programs.get(thread, ""))
            continue
        if call in _RUNNING and not error:
            program = _PATH.search(rest)
            programs[thread] = os.path.basename(_text(program["path"])) if program else ""
        _count(truth, call, places, rest, error, root)
        if places and not error and call in (*_OPENING, *_RUNNING) and places[0] in truth.read:
            truth.readers.setdefault(places[0], set()).add(programs.get(thread, ""))
    truth.missing -= truth.read | truth.stated | truth.written
    return truth


def _count(truth: Truth, call: str, places: list[str], rest: str, error: str, root: Path) -> None:
    if call in _MAKING and not error:
        truth.written.update(places[-1:])
        if call.startswith("rename"):
            truth.written.update(places[:1])
    elif call in _REMOVING and not error:
        truth.written.update(places[:1])
    elif not places:
        return
    elif call in _LISTING:
        truth.listed.add(places[0])
    elif error:
        if error in {"ENOENT", "ENOTDIR"} and places[0] not in truth.written:
            truth.missing.add(places[0])
    elif call in _ASKING:
        truth.stated.update(places[:1])
    elif call in _RUNNING:
        truth.read.update(places[:1])
    else:
        _opened(truth, call, places[0], rest, root)


def _opened(truth: Truth, call: str, place: str, rest: str, root: Path) -> None:
    flags = set(re.findall(r"O_[A-Z]+", rest))
    if flags & {"O_DIRECTORY", "O_PATH"} or (root / place).is_dir():
        return
    if not (call == "creat" or "O_WRONLY" in flags) and "O_TRUNC" not in flags and place not in truth.written:
        truth.read.add(place)
    if call == "creat" or flags & {"O_WRONLY", "O_RDWR", "O_TRUNC", "O_CREAT"}:
        truth.written.add(place)


def _parsed(line: str, roots: Sequence[str]) -> tuple[str, list[str], str, re.Match[str]] | None:
    """Return name, the paths that lie in the tree, the text and the result of a call."""
    begun = _LINE.match(line)
    ended = begun and _RESULT.search(begun["rest"])
    if not begun or not ended:
        return None
    rest = begun["rest"][: ended.start()]
    call = begun["call"]
    if call in _LISTING:
        found = [(re.sub(r"^\d+<((?:[^>\\]|\\.)*)>.*", r"\1", rest), "")]
    else:
        found = [(start or "", path) for start, path in _PATH.findall(rest)]
        if call in _RUNNING:
            found = found[:1]
    paths = [os.path.join(_text(start), _text(path)) for start, path in found]
    return call, [relative for path in paths if (relative := _inside(path, roots)) is not None], rest, ended


def _inside(path: str, roots: Sequence[str]) -> str | None:
    if not path.startswith("/"):
        return None
    path = os.path.normpath(path)
    for root in roots:
        if path == root:
            return "."
        if path.startswith(root + "/"):
            return path[len(root) + 1 :]
    return None


def _text(quoted: str) -> str:
    def plain(match: re.Match[bytes]) -> bytes:
        code = match[1]
        if code[:1] == b"x":
            return bytes([int(code[1:], 16)])
        return bytes([int(code, 8)]) if code[:1].isdigit() else _NAMED.get(code, code)

    return os.fsdecode(_ESCAPE.sub(plain, os.fsencode(quoted)))

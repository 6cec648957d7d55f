"""Hashing many files: one thread, threads and processes give the same, whatever happens to the files."""

from __future__ import annotations

import os
import threading
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from cachekeys.forked import processes
from cachekeys.record import hashing
from cachekeys.record.hashing import GONE, UNREADABLE, hash_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIZES = (0, 1, 65535, 65536, 65537, 131072, 200001)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    paths = []
    for number in range(400):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(bytes([number % 251]) * SIZES[number % len(SIZES)])
        paths.append(str(path))
    return [*paths, paths[3], str(tmp_path / "gone"), str(tmp_path / "0.bin" / "below"), "nul\0"]


def expected(paths: list[str]) -> list[bytes]:
    found = []
    for path in paths[:-3]:
        with open(path, "rb") as file:
            found.append(sha256(file.read()).digest())
    return [*found, GONE, GONE, GONE]


def _plain(_: pytest.MonkeyPatch) -> None:
    pass


def _slow_disk(patch: pytest.MonkeyPatch) -> None:
    counter = iter(range(0, 10**9, 1000))
    patch.setattr(hashing, "_waits", lambda: lambda: next(counter))


def _unknown_waits(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(hashing, "_waits", lambda: None)


def _processes(count: int) -> Callable[[pytest.MonkeyPatch], None]:
    def use(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(hashing, "_WORTH_A_PROCESS", 1)
        patch.setattr(hashing, "_BLOCK", 16)
        patch.setattr(hashing, "_PROBE", 8)
        patch.setattr(hashing, "processes", lambda: count)

    return use


def _slow_disk_and_processes(patch: pytest.MonkeyPatch) -> None:
    _slow_disk(patch)
    _processes(3)(patch)


def _no_fork(patch: pytest.MonkeyPatch) -> None:
    _processes(2)(patch)

    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    patch.setattr(os, "fork", refuse)


def _dying_helper(patch: pytest.MonkeyPatch) -> None:
    _processes(2)(patch)
    parent, hash_here = os.getpid(), hashing._hash

    def die(paths: list[str]) -> list[bytes]:
        if os.getpid() != parent:
            os._exit(9)
        return hash_here(paths)

    patch.setattr(hashing, "_hash", die)


WAYS = [
    _plain,
    _slow_disk,
    _unknown_waits,
    _processes(2),
    _processes(7),
    _slow_disk_and_processes,
    _no_fork,
    _dying_helper,
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 129, 404])
def test_every_way_gives_the_same(
    files: list[str], monkeypatch: pytest.MonkeyPatch, way: Callable[[pytest.MonkeyPatch], None], count: int
) -> None:
    way(monkeypatch)
    assert hash_files(files[len(files) - count :]) == expected(files)[len(files) - count :]


def test_no_child_and_no_descriptor_is_left(files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    _processes(3)(monkeypatch)
    before = os.listdir("/proc/self/fd")
    hash_files(files)
    assert os.listdir("/proc/self/fd") == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_an_interrupt_ends_the_helpers(files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    _processes(2)(monkeypatch)
    parent, hash_here = os.getpid(), hashing._hash

    def interrupted(paths: list[str]) -> list[bytes]:
        if os.getpid() == parent:
            raise KeyboardInterrupt
        return hash_here(paths)

    monkeypatch.setattr(hashing, "_hash", interrupted)
    with pytest.raises(KeyboardInterrupt):
        hash_files(files)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_nothing_is_forked_beside_other_threads() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert processes() == 1
    finally:
        stop.set()
        thread.join()


def test_a_fifo_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert hash_files([str(tmp_path / "pipe")]) == [sha256(b"").digest()]


def test_what_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("a")
    assert hash_files([str(tmp_path)]) == [UNREADABLE]  # a directory opens, and gives nothing

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert hash_files([str(tmp_path / "a")]) == [UNREADABLE]


def test_short_reads_are_not_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"abcdefgh" * 9000)
    read = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, count: read(descriptor, min(count, 1000)))
    assert hash_files([str(tmp_path / "a")]) == [sha256(b"abcdefgh" * 9000).digest()]


def test_a_file_that_shrinks_or_grows_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * 500_000)
    done = threading.Event()

    def change() -> None:
        while not done.is_set():
            path.write_bytes(b"x" * 100)
            path.write_bytes(b"x" * 500_000)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(50):
            assert len(hash_files([str(path)])[0]) == 32
    finally:
        done.set()
        thread.join()

"""The five fields and their text."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from cachekeys.errors import CacheKeysError
from cachekeys.uv import birthtime
from cachekeys.uv.cacheinfo import CacheInfo, DirectoryWarning, Time, compute, directory_state, environment_value
from cachekeys.uv.globs import GlobError
from cachekeys.uv.keys import DEFAULT_KEYS, DirKey, EnvKey, FileKey, GitKey
from cachekeys.uv.walk import watched_files

if TYPE_CHECKING:
    from pathlib import Path

COMMIT = "1b6638fdb424e993d8354e75c55a3e524050c857"


def test_the_exact_text() -> None:
    info = CacheInfo(
        timestamp=Time(1795240004, 27468027),
        commit=COMMIT,
        tags={"é": "2", "z": "1"},
        env={"UNSET": None, "EMPTY": "", "ODD": '"\\/\b\t\n\f\r\x01\x7fé\u2028'},
        directories={"src": Time(0, 0), "proc": 4, "gone": None},
    )
    assert info.to_json() == (
        '{"timestamp":{"secs_since_epoch":1795240004,"nanos_since_epoch":27468027},'
        f'"commit":"{COMMIT}","tags":{{"z":"1","é":"2"}},'
        '"env":{"EMPTY":"","ODD":"\\"\\\\/\\b\\t\\n\\f\\r\\u0001\x7fé\u2028","UNSET":null},'
        '"directories":{"gone":null,"proc":4,"src":{"secs_since_epoch":0,"nanos_since_epoch":0}}}'
    )


def test_the_text_of_nothing() -> None:
    assert CacheInfo().to_json() == '{"timestamp":null,"commit":null,"tags":null,"env":{},"directories":{}}'


@pytest.mark.parametrize(
    ("info", "empty"),
    [
        (CacheInfo(), True),
        (CacheInfo(tags={}), False),
        (CacheInfo(env={"X": None}), False),
        (CacheInfo(directories={"src": None}), False),
        (CacheInfo(commit=COMMIT), False),
        (CacheInfo(timestamp=Time(0, 0)), False),
    ],
)
def test_when_uv_writes_no_file(info: CacheInfo, empty: bool) -> None:  # noqa: FBT001 - a table
    assert info.is_empty is empty


def test_the_defaults_in_an_empty_directory(tmp_path: Path) -> None:
    info = compute(str(tmp_path), DEFAULT_KEYS, {})
    assert info == CacheInfo(directories={"src": None})
    assert info.newest is None


def test_the_newest_file_is_the_timestamp(tmp_path: Path) -> None:
    for name in ("setup.py", "pyproject.toml"):
        (tmp_path / name).touch()
    while os.stat(tmp_path / "setup.py").st_ctime_ns <= os.stat(tmp_path / "pyproject.toml").st_ctime_ns:
        os.chmod(tmp_path / "setup.py", 0o600)
    info = compute(str(tmp_path), DEFAULT_KEYS, {})
    assert info.newest is not None
    assert info.newest.path == "setup.py"
    assert info.timestamp == Time.from_ns(os.stat(tmp_path / "setup.py").st_ctime_ns)


def test_a_walk_that_is_already_done_is_used(tmp_path: Path) -> None:
    (tmp_path / "a.c").touch()
    keys = [FileKey(0, "*.c")]
    watched = watched_files(str(tmp_path), keys)
    (tmp_path / "a.c").unlink()
    assert compute(str(tmp_path), keys, {}, watched=watched).newest == watched.files[0]


def test_a_refused_glob_is_raised(tmp_path: Path) -> None:
    with pytest.raises(GlobError, match="unclosed character class"):
        compute(str(tmp_path), [FileKey(0, "[a")], {})


@pytest.mark.parametrize(
    ("keys", "has_commit", "has_tags"),
    [
        ([GitKey(0, commit=True, tags=False)], True, False),
        ([GitKey(0, commit=False, tags=True)], False, True),
        ([GitKey(0, commit=True, tags=False), GitKey(1, commit=False, tags=True)], True, True),
        ([GitKey(0, commit=False, tags=False)], False, False),
        ([], False, False),
    ],
)
def test_git_keys_ask_for_what_they_name(tmp_path: Path, keys: list[GitKey], has_commit: bool, has_tags: bool) -> None:  # noqa: FBT001 - a table
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").write_text(COMMIT)
    info = compute(str(tmp_path), keys, {})
    assert info.commit == (COMMIT if has_commit else None)
    assert info.tags == ({} if has_tags else None)


def test_environment(tmp_path: Path) -> None:
    names = ("SET", "EMPTY", "UNSET", "RAW", "", "SET")
    keys = [EnvKey(index, name) for index, name in enumerate(names)]
    info = compute(str(tmp_path), keys, {"SET": "é", "EMPTY": "", "RAW": "\udcff"})
    assert info.env == {"SET": "é", "EMPTY": "", "UNSET": None, "RAW": None, "": None}


@pytest.mark.parametrize(
    ("name", "value"),
    [("A", "B=C"), ("A=B", "C"), ("A=B=C", None), ("A=", None), ("A=X", None), ("E=", None), ("D=", ""), ("D==", None)],
)
def test_a_name_with_an_equals_sign(name: str, value: str | None) -> None:
    assert environment_value(name, {"A": "B=C", "D": "=", "E": ""}) == value


def test_directories_are_kept_as_they_are_spelled(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "link").symlink_to("src")
    keys = [
        DirKey(index, path) for index, path in enumerate(("src", "src/", "./src", "link", "nowhere", "", "s*c", "src"))
    ]
    directories = compute(str(tmp_path), keys, {}).directories
    assert set(directories) == {"src", "src/", "./src", "link", "nowhere", "", "s*c"}
    assert directories["src"] == directories["src/"] == directories["./src"] == directories["link"]
    assert isinstance(directories["src"], Time)
    assert (directories["nowhere"], directories["s*c"]) == (None, None)


def test_what_is_no_directory_is_warned_about(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "broken").symlink_to("nowhere")
    keys = [DirKey(index, path) for index, path in enumerate(("file", "file/x", "loop", "a\0b", "broken"))]
    info = compute(str(tmp_path), keys, {})
    assert info.directories == {"broken": None}
    assert [index for index, _ in info.warnings] == [0, 1, 2, 3]
    assert info.warnings[0][1].startswith("Expected directory for cache key, but found file: ")
    assert all(text.startswith("Failed to read metadata for directory: ") for _, text in info.warnings[1:])
    with pytest.raises(DirectoryWarning):
        directory_state(str(tmp_path), "file")


def test_a_directory_is_new_when_made_again_and_not_when_it_changes(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    first = directory_state(str(tmp_path), "src")
    (tmp_path / "src/a").touch()
    os.utime(tmp_path / "src", (1, 1))
    assert directory_state(str(tmp_path), "src") == first
    while directory_state(str(tmp_path), "src") == first:
        shutil.rmtree(tmp_path / "src")
        (tmp_path / "src").mkdir()


linux_only = pytest.mark.skipif(sys.platform != "linux", reason="Linux has statx and /proc")


@linux_only
@pytest.mark.skipif(shutil.which("stat") is None, reason="compares with coreutils")
def test_creation_times_are_those_of_stat(tmp_path: Path) -> None:
    for path in (tmp_path, "/", "/tmp", os.path.dirname(__file__)):
        told = subprocess.run(["stat", "-L", "-c", "%.9W", path], capture_output=True, text=True, check=True).stdout
        seconds, nanoseconds = map(int, told.replace(",", ".").strip().split("."))
        born = birthtime.birth_time(os.fsencode(path), os.stat(path))
        assert born == seconds * 10**9 + nanoseconds


@linux_only
def test_the_inode_where_no_creation_time_is_kept() -> None:
    assert directory_state("/proc", "self/..") == os.stat("/proc").st_ino
    assert (
        compute("/proc", [DirKey(0, "sys")], {})
        .to_json()
        .endswith(f'"directories":{{"sys":{os.stat("/proc/sys").st_ino}}}}}')
    )


class _WithoutStatx:
    """A C library that has system calls but no ``statx``, such as musl before 1.2.4."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.syscall = library.syscall


@linux_only
def test_a_c_library_without_statx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = directory_state(str(tmp_path), "")
    library = ctypes.CDLL(None)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: _WithoutStatx(library))
    assert directory_state(str(tmp_path), "") == expected
    monkeypatch.setattr(birthtime, "_SYSCALLS", {})
    with pytest.raises(CacheKeysError, match="no statx"):
        directory_state(str(tmp_path), "")


@linux_only
def test_a_kernel_without_statx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing:
        def statx(self, *_: Any) -> int:
            return -1

    monkeypatch.setattr(ctypes, "CDLL", lambda _: Refusing())
    assert directory_state(str(tmp_path), "") == os.stat(tmp_path).st_ino


def test_systems_where_stat_knows_the_creation_time(monkeypatch: pytest.MonkeyPatch) -> None:
    class Status:
        st_birthtime = 1.5

    class Newer(Status):
        st_birthtime_ns = 1_500_000_001

    monkeypatch.setattr(birthtime, "_IS_LINUX", False)
    status: Any = Status()
    assert birthtime.birth_time(b"", status) == 1_500_000_000
    status = Newer()
    assert birthtime.birth_time(b"", status) == 1_500_000_001
    status = object()
    assert birthtime.birth_time(b"", status) is None

"""Which files count: plain names, what a walk enters, symlinks, and how the paths are spelled in the result."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from cachekeys.uv.keys import DirKey, EnvKey, FileKey, GitKey
from cachekeys.uv.search import Search
from cachekeys.uv.walk import Watched, Watcher, watched_files

if TYPE_CHECKING:
    from pathlib import Path


def _touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def _watch(root: Path, *keys: str, prune: bool = True) -> Watched:
    return watched_files(str(root), [FileKey(index, key) for index, key in enumerate(keys)], prune=prune)


def _paths(root: Path, *keys: str) -> list[str]:
    return [file.path for file in _watch(root, *keys).files]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a small project with files, links and a sibling directory."""
    root = tmp_path / "proj"
    _touch(root, "f.txt", "sub/f.txt", "sub/deep/g.c", "src/a.c", "src/b.h", "a]b", " blank ", "x.c")
    _touch(tmp_path, "sib/s.c", "sib/sub/t.c")
    (root / "link.txt").symlink_to("f.txt")
    (root / "chain.txt").symlink_to("link.txt")
    (root / "linkd").symlink_to("../sib")
    (root / "broken.txt").symlink_to("nowhere")
    (root / "loop.txt").symlink_to("loop.txt")
    return root


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("f.txt", "f.txt"),
        ("./f.txt", "f.txt"),
        ("sub//f.txt", "sub/f.txt"),
        ("sub/../f.txt", "f.txt"),
        ("linkd/../sib/s.c", "linkd/../sib/s.c"),  # only the system knows that this is not below the project
        ("../sib/s.c", "../sib/s.c"),
        ("../proj/f.txt", "f.txt"),
        ("link.txt", "link.txt"),
        ("chain.txt", "chain.txt"),
        ("linkd/s.c", "linkd/s.c"),
        ("a]b", "a]b"),
        (" blank ", " blank "),
    ],
)
def test_a_plain_name_that_counts(root: Path, key: str, shown: str) -> None:
    (file,) = _watch(root, key).files
    assert file.path == shown
    assert file.ctime_ns == os.stat(root / key).st_ctime_ns


@pytest.mark.parametrize(
    "key", ["missing", "broken.txt", "nosuch/../f.txt", "F.TXT", "sub\\f.txt", "~", "$HOME", "!f.txt"]
)
def test_a_plain_name_that_is_ignored_silently(root: Path, key: str) -> None:
    watched = _watch(root, key)
    assert watched.files == ()
    assert watched.warnings == ()


@pytest.mark.parametrize("key", ["f.txt/", "f.txt/.", "f.txt/x", "loop.txt", "a\0b", "x" * 300])
def test_a_plain_name_that_cannot_be_examined(root: Path, key: str) -> None:
    watched = _watch(root, "x.c", key)
    assert [file.path for file in watched.files] == ["x.c"]
    ((index, text),) = watched.warnings
    assert index == 1
    assert text.startswith("Failed to read metadata for file: ")


@pytest.mark.parametrize("key", ["sub", "sub/", ".", "", "linkd", "fifo"])
def test_a_plain_name_of_something_else(root: Path, key: str) -> None:
    os.mkfifo(root / "fifo")
    watched = _watch(root, key)
    assert watched.files == ()
    ((index, text),) = watched.warnings
    assert index == 0
    assert text.startswith("Expected file for cache key, but found directory: ")


def test_an_absolute_name(root: Path, tmp_path: Path) -> None:
    outside = str(tmp_path / "sib/s.c")
    assert _paths(root, outside) == [outside]
    assert _paths(root, f"{root}/src/a.c") == ["src/a.c"]
    assert _paths(root, f"/{root}/src/a.c") == ["src/a.c"]


def test_globs_know_where_they_are(root: Path, tmp_path: Path) -> None:
    assert _paths(root, "../sib/*.c") == ["../sib/s.c", "../sib/sub/t.c"]
    assert _paths(root, "../proj/src/*.c") == ["src/a.c"]
    assert _paths(root, f"{root}/src/*.c") == ["src/a.c"]
    assert _paths(root, f"{tmp_path}/sib/*") == [f"{tmp_path}/sib/s.c"]
    assert _paths(root, "../*.c") == ["../sib/s.c", "../sib/sub/t.c", "src/a.c", "sub/deep/g.c", "x.c"]
    assert _paths(root, "linkd/../sib/**") == ["linkd/../sib/s.c", "linkd/../sib/sub/t.c"]


def test_links_to_directories_are_entered_only_as_a_base(root: Path) -> None:
    assert _paths(root, "linkd/*.c") == ["linkd/s.c", "linkd/sub/t.c"]
    assert _paths(root, "linkd*/*.c") == []
    assert "linkd/s.c" not in _paths(root, "**/*.c")


def test_links_to_files_count_with_the_time_of_the_target(root: Path) -> None:
    watched = _watch(root, "*.txt")
    times = {file.path: file.ctime_ns for file in watched.files}
    assert set(times) == {"f.txt", "sub/f.txt", "link.txt", "chain.txt"}
    assert times["link.txt"] == times["f.txt"] != os.lstat(root / "link.txt").st_ctime_ns


def test_links_to_nowhere_are_warned_about_with_the_key_that_matches(root: Path) -> None:
    watched = _watch(root, "*.c", "*.txt")
    assert sorted(index or 0 for index, _ in watched.warnings) == [1, 1]
    assert all(text.startswith("Failed to resolve symlink for glob entry: ") for _, text in watched.warnings)
    assert {text.rsplit("/", 1)[1].split(":")[0] for _, text in watched.warnings} == {"broken.txt", "loop.txt"}


def test_links_to_directories_are_ignored_silently(root: Path) -> None:
    (root / "to_sub.c").symlink_to("sub")
    watched = _watch(root, "to_*")
    assert (watched.files, watched.warnings) == ((), ())


def test_neither_fifos_nor_directories_count(root: Path) -> None:
    os.mkfifo(root / "fifo.c")
    (root / "dir.c").mkdir()
    _touch(root, "dir.c/inner.txt")
    assert _paths(root, "*.c", "dir.*") == ["src/a.c", "sub/deep/g.c", "x.c"]


def test_a_missing_base_and_a_base_that_is_a_file(root: Path) -> None:
    watched = _watch(root, "nosuch/*.c", "f.txt/*")
    assert watched.files == ()
    assert watched.entries == {"nosuch": 0, "f.txt": 0}
    ((index, text),) = watched.warnings
    assert index is None
    assert text.startswith("Failed to read glob entry: ")


def test_an_unreadable_directory_does_not_hide_the_rest(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def refuse(path: str, flags: int) -> int:
        if path.rstrip("/").endswith("/src"):
            raise PermissionError(13, "Permission denied")
        return opened(path, flags)

    monkeypatch.setattr(os, "open", refuse)
    watched = _watch(root, "*.c")
    assert [file.path for file in watched.files] == ["sub/deep/g.c", "x.c"]
    assert [text.split(": ")[0] for _, text in watched.warnings] == ["Failed to read glob entry"]


def test_names_that_are_not_utf_8(root: Path) -> None:
    _touch(root, os.fsdecode(b"sub/\xff.c"))
    assert "sub/\udcff.c" in _paths(root, "*.c")
    assert _paths(root, "sub/?.c") == ["sub/deep/g.c", "sub/\udcff.c"]
    assert Watcher([FileKey(3, "*.c")]).covers("sub/\udcff.c") == 3


def test_half_a_surrogate_pair_is_no_reason_to_fail(root: Path) -> None:
    watcher = Watcher([FileKey(0, "*.c"), FileKey(1, "\ud800")], str(root))
    assert watcher.covers("\ud800.c") == 0
    assert watcher.covers("\ud800") == 1
    assert _watch(root, "\ud800.c", "\ud800/*.c").files == ()


def test_a_relative_root(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    watched = watched_files("proj", [FileKey(0, f"{root}/src/*.c"), FileKey(1, "../proj/x.c")])
    assert [file.path for file in watched.files] == ["src/a.c", "x.c"]


def test_every_name_and_the_deciding_glob_get_a_file(root: Path) -> None:
    files = _watch(root, "x.c", "*.c", "./x.c", "x*").files
    assert [(file.path, file.key) for file in files if file.path == "x.c"] == [("x.c", 0), ("x.c", 2), ("x.c", 3)]


def test_the_newest_file(root: Path) -> None:
    for name in ("x.c", "src/a.c"):
        while os.stat(root / name).st_ctime_ns <= os.stat(root / "sub/deep/g.c").st_ctime_ns:
            os.chmod(root / name, 0o644)
    while os.stat(root / "src/a.c").st_ctime_ns <= os.stat(root / "x.c").st_ctime_ns:
        os.chmod(root / "src/a.c", 0o644)
    newest = _watch(root, "*.c").newest
    assert newest is not None
    assert newest.path == "src/a.c"
    assert _watch(root, "*.rs").newest is None


@pytest.mark.parametrize(
    "keys",
    [("*.c",), ("**/*.{c,txt}", "x*"), ("*.c", "*.txt"), ("*.c", "!su?"), ("**",), ("sub/**/*.c", "x.c"), ("*.rs",)],
)
def test_the_newest_alone_is_the_newest_of_all(root: Path, keys: tuple[str, ...]) -> None:
    listed = [FileKey(index, key) for index, key in enumerate(keys)]
    every = watched_files(str(root), listed)
    alone = watched_files(str(root), listed, newest_only=True)
    assert alone.newest == every.newest
    assert len(alone.files) <= len(every.files)
    assert (alone.warnings, alone.entries, alone.errors) == (every.warnings, every.entries, every.errors)


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("dies", [False, True])
def test_a_second_process_finds_the_same(
    root: Path, monkeypatch: pytest.MonkeyPatch, count: int, *, dies: bool
) -> None:
    for name in ("one", "two", "three", "two/deep", "two/\udcff"):
        _touch(root, f"{name}/new.c")
        (root / name / "broken.c").symlink_to("nowhere")
    listed = [FileKey(0, "*.c"), FileKey(1, "!su?")]
    every = watched_files(str(root), listed)
    alone = watched_files(str(root), listed, newest_only=True)
    monkeypatch.setattr("cachekeys.uv.search.processes", lambda: count)
    monkeypatch.setattr("cachekeys.uv.search._WORTH_A_PROCESS", 0)
    assert alone.newest == every.newest
    if dies:
        monkeypatch.setattr(Search, "_below", lambda *_: os._exit(9))
    for name in ("x.c", "one/new.c", "two/deep/new.c", "two/\udcff/new.c"):
        (root / name).chmod(0o600)
        with monkeypatch.context() as serial:
            serial.setattr("cachekeys.uv.search._WORTH_A_PROCESS", 1000)
            expected = watched_files(str(root), listed)
        assert expected.files != every.files
        for newest_only in (False, True):
            found = watched_files(str(root), listed, newest_only=newest_only)
            assert found.newest == expected.newest
            assert newest_only or found.files == expected.files
            assert sorted(map(str, found.warnings)) == sorted(map(str, every.warnings))
            assert found.entries == every.entries
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_equally_new_files(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Search.found
    monkeypatch.setattr(Search, "found", lambda self, **options: ((*hit[:3], 7) for hit in found(self, **options)))
    for keys in (("*.c",), ("x.c", "sub/**/*.c"), ("**",)):
        listed = [FileKey(index, key) for index, key in enumerate(keys) if index or len(keys) == 1]
        assert watched_files(str(root), listed, newest_only=True).newest == watched_files(str(root), listed).newest, (
            keys
        )


def test_without_times_the_files_are_the_same(root: Path) -> None:
    (root / "link.c").symlink_to("x.c")
    (root / "broken.c").symlink_to("nowhere")
    (root / "to_sub.c").symlink_to("sub")
    keys = [FileKey(0, "*.c"), FileKey(1, "f.txt")]
    timed, untimed = watched_files(str(root), keys), watched_files(str(root), keys, timed=False)
    assert [file[:2] for file in untimed.files] == [file[:2] for file in timed.files]
    assert untimed.warnings == timed.warnings
    assert {file.ctime_ns for file in untimed.files if file.key == 0} == {0}


def test_only_what_can_match_is_listed(root: Path) -> None:
    keys = ("*.toml", "src/*.c")
    assert _watch(root, "src/*.c").entries == {"src": 2}
    assert _watch(root, "pyproject.toml", "s?c/*.c").entries[""] == len(list(root.iterdir())) + 2
    whole = sum(len(directories) + len(files) for _, directories, files in os.walk(root))
    assert _watch(root, *keys, prune=False).entries == {"": whole}


def test_closed_directories_are_not_listed(root: Path) -> None:
    watched = _watch(root, "*.c", "!su?", prune=False)
    assert [file.path for file in watched.files] == ["src/a.c", "x.c"]
    assert watched.entries[""] == len(list(root.iterdir())) + 2


def test_what_uv_refuses_does_not_hide_the_rest(root: Path) -> None:
    watched = _watch(root, "*.c", "[a", "lib/{b")
    assert [file.path for file in watched.files] == ["src/a.c", "sub/deep/g.c", "x.c"]
    assert [(index, error.glob) for index, error in watched.errors] == [(1, "[a"), (2, "lib/{b")]


def test_other_keys_are_not_files(root: Path) -> None:
    keys = (DirKey(0, "src"), EnvKey(1, "HOME"), GitKey(2, commit=True, tags=True))
    assert watched_files(str(root), keys) == Watched((), (), {}, ())


@pytest.mark.parametrize(
    ("keys", "path", "index"),
    [
        (["a.c", "*.c"], "a.c", 0),
        (["*.c", "a.c"], "a.c", 1),
        (["*.c", "a*"], "a.c", 1),
        (["a*", "*.c"], "new/a.c", 1),
        (["src/**/*.c"], "src/new/deep/a.c", 0),
        (["*.toml", "src/*.c"], "src/new/a.c", None),
        (["*.c", "!li?"], "lib/new/a.c", None),
        (["*.c", "!a*"], "a.c", None),
        (["./a.c"], "a.c", 0),
        (["sub/../a.c"], "a.c", 0),
        (["a.c/"], "a.c", None),
        (["a.c/."], "a.c", None),
        ([""], "a.c", None),
        (["../s/*.c"], "../s/a.c", 0),
        (["../s/*.c"], "a.c", None),
        (["*.c"], "../a.c", None),
        (["*.c"], "/abs/a.c", None),
        (["/abs/*.c"], "/abs/x/a.c", 0),
        (["/home/p/src/*.c"], "src/a.c", 0),
        (["../p/src/*.c"], "src/a.c", 0),
        (["/home/p/a.c"], "a.c", 0),
        (["/home/p/a.c"], "/home/p/a.c", 0),
        (["/home/*.c"], "x/a.c", 0),
        (["a/../b/*.c"], "b/a.c", 0),
    ],
)
def test_covers_a_path_that_need_not_exist(keys: list[str], path: str, index: int | None) -> None:
    watcher = Watcher([FileKey(number, key) for number, key in enumerate(keys)], "/home/p")
    assert watcher.covers(path) == index


def test_covers_without_a_root() -> None:
    watcher = Watcher([FileKey(0, "*.c"), FileKey(1, "../s/*"), FileKey(2, "/x/*"), FileKey(3, "./f")])
    assert watcher.covers("a.c") == 0
    assert watcher.covers("../s/b") == 1
    assert watcher.covers("/x/b") == 2
    assert watcher.covers("f") == 3
    assert watcher.covers("g") is None


def test_matching_names_the_overridden_keys_too() -> None:
    watcher = Watcher([FileKey(index, key) for index, key in enumerate(["*.c", "a.c", "!b*", "a*", "*.h", "**/*.c"])])
    assert watcher.matching("a.c") == (0, 1, 3, 5)
    assert watcher.matching("b.c") == (0, 2, 5)
    assert watcher.covers("b.c") == 5

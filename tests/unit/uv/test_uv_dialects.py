"""Each difference between releases of uv, on both sides of the release that made it; all of them were measured."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from cachekeys.errors import CacheKeysError
from cachekeys.tomlfile import parse
from cachekeys.uv.cacheinfo import CacheInfo, Time, compute
from cachekeys.uv.dialect import CURRENT, Dialect
from cachekeys.uv.gitrefs import commit, find_repository, state, tags
from cachekeys.uv.globs import GlobError, compile_rule, find_errors, group
from cachekeys.uv.keys import CacheKey, DirKey, EnvKey, FileKey, GitKey, default_keys, in_force, read_watch_set
from cachekeys.uv.versions import FEATURES, NEWEST, OLDEST, Version, dialect, exact, releases
from cachekeys.uv.walk import watched_files

if TYPE_CHECKING:
    from pathlib import Path

ONE = "1b6638fdb424e993d8354e75c55a3e524050c857"
TWO = "a1a42cbd10d83bafd8600ba81f72bbef6c579385"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def before(version: Version) -> Version:
    """Return the release before *version*."""
    return releases(f"<{'.'.join(map(str, version))}")[-1]


# -- versions ------------------------------------------------------------------------------------------------------


def test_the_newest_release_is_the_default() -> None:
    assert dialect(NEWEST) == CURRENT == Dialect()
    assert dialect((1, 0, 0)) == CURRENT


@pytest.mark.parametrize("version", [(0, 4, 9), (0, 4, 8), (0, 4, 7), (0, 1, 0)])
def test_too_old_is_said(version: Version) -> None:
    with pytest.raises(
        CacheKeysError, match=r"uv 0\.\d\.\d (has no cache-keys|resolves keys in another way).*0\.4\.10"
    ):
        dialect(version)


def test_every_dialect_differs_from_the_one_before_in_a_feature_of_its_first_release() -> None:
    """Law: two releases have equal dialects exactly if no feature lies between them."""
    known = [version for version in releases(">=0.4.10") if version <= NEWEST]
    assert known[0] == OLDEST
    unseen = {"outside-globs", "stray-brace-error", "dir-birth-time-musl"}  # with glob-base, nested-braces; musl builds
    for earlier, later in itertools.pairwise(known):
        came = {name for name, feature in FEATURES.items() if earlier < feature.since <= later} - unseen
        changed = {name.replace("-", "_").replace(".", "_") for name in came}
        differing = {
            name for name in CURRENT.__match_args__ if getattr(dialect(earlier), name) != getattr(dialect(later), name)
        }
        assert differing == changed, later


@pytest.mark.parametrize(
    ("given", "version"),
    [
        ("0.8.4", (0, 8, 4)),
        (" 0.8.4 ", (0, 8, 4)),
        ("0.8", (0, 8, 24)),
        ("0.13", NEWEST),
        ("0.99", (0, 99, 0)),
        ("1.2", (1, 2, 0)),
        ("0.8.4rc1", None),
        (">=0.8", None),
        ("8", None),
        ("0.8.*", None),
        ("", None),
    ],
)
def test_exact_versions(given: str, version: Version | None) -> None:
    assert exact(given) == version


# -- forms ---------------------------------------------------------------------------------------------------------


def forced(entry: str, version: Version) -> tuple[CacheKey, ...] | None:
    document = parse("pyproject.toml", f"[tool.uv]\ncache-keys = [{entry}]\n".encode())
    return in_force(read_watch_set(document, dialect(version)))


@pytest.mark.parametrize(
    ("entry", "feature", "key"),
    [
        ("{ git = { tags = true } }", "git-table", GitKey(0, commit=False, tags=True)),
        ("{ git = {} }", "git-table", GitKey(0, commit=False, tags=False)),
        ('{ env = "X" }', "env-key", EnvKey(0, "X")),
        ('{ dir = "x" }', "dir-key", DirKey(0, "x")),
    ],
)
def test_an_unknown_form_makes_uv_take_the_defaults(entry: str, feature: str, key: CacheKey) -> None:
    since = FEATURES[feature].since
    assert forced(entry, since) == (key,)
    assert forced(entry, before(since)) == default_keys(dialect(before(since)))
    assert forced(entry, OLDEST) == default_keys(dialect(OLDEST))


@pytest.mark.parametrize("entry", ["3", "{}", "{ file = 3 }", '"a.c", { git = { tag = true } }', "{ git = [true] }"])
def test_a_bad_list_is_refused_since_0_13_5_only(entry: str) -> None:
    assert forced(entry, (0, 13, 5)) is None
    for version in ((0, 13, 4), OLDEST):
        assert forced(entry, version) == default_keys(dialect(version))


@pytest.mark.parametrize(
    ("pair", "key"),
    [("true, false", GitKey(0, commit=True, tags=False)), ("false, true", GitKey(0, commit=False, tags=True))],
)
def test_two_switches_in_an_array_were_a_git_table(pair: str, key: GitKey) -> None:
    assert forced(f"{{ git = [{pair}] }}", (0, 13, 5)) is None
    assert forced(f"{{ git = [{pair}] }}", (0, 13, 4)) == (key,)
    assert forced(f"{{ git = [{pair}] }}", (0, 4, 23)) == (key,)
    assert forced(f"{{ git = [{pair}] }}", (0, 4, 22)) == default_keys(dialect((0, 4, 22)))


def test_a_bad_glob_is_refused_always_but_not_in_a_list_that_is_not_used() -> None:
    for version in (OLDEST, (0, 9, 4), (0, 13, 4), NEWEST):
        assert forced('"[a"', version) is None
    assert forced('"[a", 3', (0, 13, 4)) == default_keys()


def test_src_is_a_default_since_0_6_7() -> None:
    assert DirKey(3, "src") in default_keys(dialect((0, 6, 7)))
    assert default_keys(dialect((0, 6, 6))) == default_keys()[:3]
    assert read_watch_set(None, dialect((0, 6, 6))).keys == default_keys()[:3]


# -- globs ---------------------------------------------------------------------------------------------------------


def counted(root: Path, version: Version, *globs: str) -> set[str]:
    keys = [FileKey(index, glob) for index, glob in enumerate(globs)]
    return {file.path for file in watched_files(str(root), keys, dialect=dialect(version)).files}


def test_bases_came_with_0_7_21(tmp_path: Path) -> None:
    root = write(tmp_path / "project", dict.fromkeys(("a.c", "src/a.c", "src/deep/a.c", "../b.c"), ""))
    old, new = (0, 7, 20), (0, 7, 21)
    assert counted(root, new, "src/*.c") == {"src/a.c", "src/deep/a.c"}
    assert counted(root, old, "src/*.c") == {"src/a.c"}
    assert counted(root, new, "./*.c") == {"a.c", "src/a.c", "src/deep/a.c"}
    assert counted(root, old, "./*.c") == set()
    assert counted(root, old, "/*.c") == {"a.c"}
    assert counted(root, new, "../*.c") >= {"../b.c"}
    assert counted(root, old, "../*.c", f"{root}/*.c") == set()
    assert counted(root, old, "src/**/*.c", "!src/deep/*") == {"src/a.c"}
    assert counted(root, new, "src/**/*.c", "!src/deep/*") == {"src/a.c", "src/deep/a.c"}
    assert [each.base for each in group([("src/*.c", 0), ("lib/*.c", 1)], dialect(old))] == [""]
    assert group([], dialect(old)) == ()


def test_symlinks_count_since_0_7_21(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": ""})
    (tmp_path / "link.c").symlink_to("a.txt")
    assert counted(tmp_path, (0, 7, 21), "*.c") == {"link.c"}
    assert counted(tmp_path, (0, 7, 20), "*.c") == set()
    keys = [FileKey(0, "*.c"), FileKey(1, "link.c")]
    found = watched_files(str(tmp_path), keys, dialect=dialect((0, 7, 20)))
    assert [(file.path, file.key) for file in found.files] == [("link.c", 1)]
    assert [index for index, text in found.warnings if text.startswith("Expected file")] == [0]


def test_braces_before_0_9_5(tmp_path: Path) -> None:
    old = dialect((0, 9, 4))
    with pytest.raises(GlobError, match="nested alternate groups are not allowed"):
        compile_rule("{a,{b,c}}", 0, old)
    assert compile_rule("{a,{b,c}}", 0) is not None
    assert find_errors([("*}", 0)]) != ()
    assert find_errors([("*}", 0)], old) == ()
    write(tmp_path, dict.fromkeys(("ab.c", "a}b.c", "x.c"), ""))
    assert counted(tmp_path, (0, 9, 4), "a}?.c") == {"ab.c"}  # it is skipped, no plain character
    assert counted(tmp_path, (0, 9, 4), "{a,x}*.}c") == {"ab.c", "a}b.c", "x.c"}


def test_a_missing_file_was_a_warning_before_0_4_21(tmp_path: Path) -> None:
    keys = [FileKey(0, "setup.py")]
    assert watched_files(str(tmp_path), keys, dialect=dialect((0, 4, 21))).warnings == ()
    ((index, text),) = watched_files(str(tmp_path), keys, dialect=dialect((0, 4, 20))).warnings
    assert (index, text.partition(":")[0]) == (0, "Failed to read metadata for file")


# -- git -----------------------------------------------------------------------------------------------------------

PACKED = {
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/refs/x": "",
    ".git/packed-refs": f"{ONE} refs/heads/main\n{TWO} refs/tags/v1\n",
}


def test_packed_references_before_0_11_20(tmp_path: Path) -> None:
    write(tmp_path, PACKED)
    repository = find_repository(tmp_path)
    assert repository is not None
    assert (commit(repository), tags(repository)) == (ONE, {"v1": TWO})
    old = dialect((0, 11, 19))
    assert (commit(repository, old), tags(repository, old)) == (None, {})
    found = state(tmp_path, old)
    assert "packed-refs" in (found.commit_reason or "")
    assert (found.commit, found.tags, found.packed_commit, found.packed_tags) == (None, {}, False, frozenset())


def test_worktrees_before_0_11_20(tmp_path: Path) -> None:
    """The path in ``.git`` was read as HEAD; tags were looked for two directories above it."""
    store = {"HEAD": "ref: refs/heads/main\n", "refs/heads/main": ONE, "refs/tags/v1": TWO}
    linked = {"worktrees/tree/HEAD": "ref: refs/heads/main\n", "worktrees/tree/commondir": "../..\n"}
    write(tmp_path / "main/.git", {**store, **linked})
    write(tmp_path / "tree", {".git": f"gitdir: {tmp_path}/main/.git/worktrees/tree\n"})
    repository = find_repository(tmp_path / "tree")
    assert repository is not None
    assert (commit(repository), tags(repository)) == (ONE, {"v1": TWO})
    assert (commit(repository, dialect((0, 11, 19))), tags(repository, dialect((0, 11, 19)))) == (None, {"v1": TWO})


def test_a_relative_gitdir_was_resolved_where_uv_runs(tmp_path: Path) -> None:
    """A submodule was thus given the tags of the repository around it."""
    write(tmp_path / ".git", {"HEAD": ONE, "refs/tags/outer": ONE})
    write(tmp_path / ".git/modules/sub", {"HEAD": TWO, "refs/tags/inner": TWO})
    write(tmp_path / "sub", {".git": "gitdir: ../.git/modules/sub\n", "package/setup.py": ""})
    repository, below = find_repository(tmp_path / "sub"), find_repository(tmp_path / "sub/package")
    assert repository is not None
    assert below is not None
    assert (commit(repository), tags(repository)) == (TWO, {"inner": TWO})
    old = dialect((0, 11, 19))
    assert (commit(repository, old), tags(repository, old)) == (None, {"outer": ONE})
    assert (commit(below, old), tags(below, old)) == (None, {})


@pytest.mark.parametrize("text", ["", "gitdir:", "worktree: /x", "gitdir: x", " gitdir: /x/y/z"])
def test_odd_git_files_before_0_11_20(text: str, tmp_path: Path) -> None:
    write(tmp_path, {".git": text})
    found = state(tmp_path, dialect((0, 11, 19)))
    assert found.commit is None
    assert not found.tags


def test_tags_before_0_5_19(tmp_path: Path) -> None:
    write(tmp_path / ".git", {"HEAD": ONE, "refs/tags/v1": f"{TWO}\n"})
    repository = find_repository(tmp_path)
    assert repository is not None
    old, new = dialect((0, 5, 18)), dialect((0, 5, 19))
    assert tags(repository, old) == tags(repository, new) == {"v1": TWO}
    (tmp_path / ".git/refs/tags/link").symlink_to("v1")
    assert tags(repository, old) == {"v1": TWO, "link": TWO}
    assert tags(repository, new) == {"v1": TWO}
    write(tmp_path / ".git/refs/tags/rel", {"1.0": ONE})
    assert tags(repository, old) is None
    assert tags(repository, new) == {"v1": TWO, "rel/1.0": ONE}


def test_a_newline_hid_the_commit_before_0_4_19(tmp_path: Path) -> None:
    write(tmp_path / ".git", {"HEAD": "ref: refs/heads/main\n", "refs/heads/main": f"{ONE}\n"})
    repository = find_repository(tmp_path)
    assert repository is not None
    assert commit(repository, dialect((0, 4, 19))) == ONE
    assert commit(repository, dialect((0, 4, 18))) is None
    (tmp_path / ".git/HEAD").write_text(f"{ONE}\n")
    assert commit(repository, dialect((0, 4, 18))) == ONE


# -- text ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ((0, 4, 22), '{"timestamp":null,"commit":null}'),
        ((0, 4, 23), '{"timestamp":null,"commit":null,"tags":null}'),
        ((0, 5, 11), '{"timestamp":null,"commit":null,"tags":null}'),
        ((0, 5, 12), '{"timestamp":null,"commit":null,"tags":null}'),
        ((0, 6, 6), '{"timestamp":null,"commit":null,"tags":null}'),
        ((0, 6, 7), '{"timestamp":null,"commit":null,"tags":null,"env":{},"directories":{}}'),
        (NEWEST, '{"timestamp":null,"commit":null,"tags":null,"env":{},"directories":{}}'),
    ],
)
def test_fields(version: Version, text: str) -> None:
    assert CacheInfo(dialect=dialect(version)).to_json() == text


def test_env_is_written_if_there_is_any() -> None:
    info = CacheInfo(Time(1, 2), env={"X": None}, dialect=dialect((0, 5, 12)))
    shown = '{"timestamp":{"secs_since_epoch":1,"nanos_since_epoch":2},"commit":null,"tags":null,"env":{"X":null}}'
    assert info.to_json() == shown


def test_the_dialect_is_no_part_of_the_comparison() -> None:
    assert CacheInfo(dialect=dialect(OLDEST)) == CacheInfo()


def test_compute_passes_it_on(tmp_path: Path) -> None:
    write(tmp_path, {**PACKED, "src/deep/a.c": ""})
    keys = (FileKey(0, "src/*.c"), GitKey(1, commit=True, tags=True))
    assert compute(str(tmp_path), keys, {}).commit == ONE
    old = compute(str(tmp_path), keys, {}, dialect=dialect((0, 7, 20)))
    assert old == CacheInfo(tags={})

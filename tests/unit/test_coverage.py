"""Which inputs a key watches: names, globs, links, git as a catch-all, what the build writes itself."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.analyses import an_input, an_output, analysis_of, entry_of

from cachekeys.coverage import name_matcher
from cachekeys.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    MakeProject = Callable[..., Path]


def keys(*entries: str) -> str:
    return f"[tool.uv]\ncache-keys = [{', '.join(entries)}]\n"


def git(root: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=n", "-c", "user.email=e", *arguments], cwd=root, check=True, capture_output=True
    )


def commit_all(root: Path) -> None:
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "1")


# -- names and globs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ['"a/b.txt"', '{ file = "a/b.txt" }', '"./a//b.txt"', '"a/../a/b.txt"', '"a/*.txt"', '"**/*.txt"']
)
def test_file_watched(make_project: MakeProject, key: str) -> None:
    root = make_project({"pyproject.toml": keys('"pyproject.toml"', key), "a/b.txt": ""})
    entry = entry_of(analysis_of(root, [an_input("a/b.txt")]), "a/b.txt")
    assert entry.files == ("a/b.txt",)
    assert entry.covered_by == (1,)
    assert entry.uncovered == ()
    assert not entry.is_gap


@pytest.mark.parametrize("key", ['"b.txt"', '"a"', '"a/*.md"', '{ dir = "a" }', '{ env = "a/b.txt" }', '"A/B.TXT"'])
def test_file_not_watched(make_project: MakeProject, key: str) -> None:
    root = make_project({"pyproject.toml": keys(key), "a/b.txt": ""})
    entry = entry_of(analysis_of(root, [an_input("a/b.txt")]), "a/b.txt")
    assert entry.covered_by == ()
    assert entry.uncovered == ("a/b.txt",)
    assert entry.is_gap


def test_defaults_watch_setup_py_but_not_what_it_reads(make_project: MakeProject) -> None:
    root = make_project({"setup.py": "", "requirements.txt": ""})
    analysis = analysis_of(root, [an_input("setup.py"), an_input("requirements.txt")])
    assert entry_of(analysis, "setup.py").covered_by == (1,)
    assert entry_of(analysis, "requirements.txt").is_gap


def test_default_src_directory_watches_no_file_in_it(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", "src/a.c": ""})
    assert entry_of(analysis_of(root, [an_input("src/a.c")]), "src/a.c").is_gap


def test_absolute_and_outside_keys(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", "in.txt": ""})
    (root.parent / "out.txt").write_text("")
    (root / "pyproject.toml").write_text(keys(f"'{root}/in.txt'", '"../out.txt"'))
    analysis = analysis_of(root, [an_input("in.txt"), an_input("../out.txt"), an_input("../else.txt")])
    assert entry_of(analysis, "in.txt").covered_by == (0,)
    assert entry_of(analysis, "../out.txt").covered_by == (1,)
    assert entry_of(analysis, "../else.txt").files == ()


def test_glob_partly_watched(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys('"c/**/*.c"'), "c/a.c": "", "c/d/b.c": "", "c/a.h": "", "c/x.txt": ""})
    entry = entry_of(analysis_of(root, [an_input("c/**/*.{c,h}", "files")]), "c/**/*.{c,h}")
    assert entry.files == ("c/a.c", "c/a.h", "c/d/b.c")
    assert entry.uncovered == ("c/a.h",)
    assert entry.covered_by == (0,)
    assert entry.is_gap


def test_meaning_of_a_key_depends_on_the_others(make_project: MakeProject) -> None:
    """``src/*.c`` is recursive alone, one level beside a glob at the top (uv >= 0.7.21)."""
    files = {"src/a.c": "", "src/deep/b.c": ""}
    item = an_input("src/**/*.c", "files")
    alone = make_project({"pyproject.toml": keys('"src/*.c"'), **files}, name="alone")
    beside = make_project({"pyproject.toml": keys('"src/*.c"', '"*.h"'), **files}, name="beside")
    assert entry_of(analysis_of(alone, [item]), "src/**/*.c").uncovered == ()
    assert entry_of(analysis_of(beside, [item]), "src/**/*.c").uncovered == ("src/deep/b.c",)


def test_missing_file_is_no_gap_but_may_be_watched(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys('"local.cfg"', '"conf/*.ini"')})
    analysis = analysis_of(root, [an_input("local.cfg"), an_input("conf/x.ini"), an_input("other.cfg")])
    assert entry_of(analysis, "local.cfg").covered_by == (0,)
    assert entry_of(analysis, "conf/x.ini").covered_by == (1,)
    assert not entry_of(analysis, "other.cfg").is_gap
    assert analysis.gaps == ()


@pytest.mark.parametrize(("key", "item"), [("link.txt", "real/file.txt"), ("real/file.txt", "link.txt")])
def test_symlink_and_target_are_one_file(make_project: MakeProject, key: str, item: str) -> None:
    root = make_project({"pyproject.toml": keys(f'"{key}"'), "real/file.txt": "", "real/other.txt": ""})
    (root / "link.txt").symlink_to("real/file.txt")
    analysis = analysis_of(root, [an_input(item), an_input("real/other.txt")])
    assert entry_of(analysis, item).covered_by == (0,)
    assert entry_of(analysis, "real/other.txt").is_gap


def test_glob_does_not_enter_linked_directory(make_project: MakeProject) -> None:
    """uv 0.13.8: symlinked directories are not entered, though the pattern would match."""
    root = make_project({"pyproject.toml": keys('"**/*.c"')})
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "a.c").write_text("")
    (root / "linked").symlink_to(outside)
    assert entry_of(analysis_of(root, [an_input("linked/a.c")]), "linked/a.c").is_gap


@pytest.mark.skipif(os.name != "posix", reason="bytes in names")
def test_name_that_is_not_utf8(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys('"c/*.c"')})
    name = os.fsdecode(b"c/caf\xe9.c")
    (root / "c").mkdir()
    (root / name).write_text("")
    assert entry_of(analysis_of(root, [an_input(name)]), name).covered_by == (0,)


# -- git and environment ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "commit", "tags"),
    [
        ("{ git = true }", (0,), ()),
        ("{ git = { commit = true, tags = true } }", (0,), (0,)),
        ("{ git = { tags = true } }", (), (0,)),
        ("{ git = false }", (), ()),
        ('"pyproject.toml"', (), ()),
    ],
)
def test_git_inputs(make_project: MakeProject, key: str, commit: tuple[int, ...], tags: tuple[int, ...]) -> None:
    root = make_project({"pyproject.toml": keys(key)})
    analysis = analysis_of(root, [an_input(what, "git", "scm-version") for what in ("commit", "tags")])
    assert entry_of(analysis, "commit").covered_by == commit
    assert entry_of(analysis, "tags").covered_by == tags
    assert entry_of(analysis, "tags").is_gap == (not tags)


def test_environment_names_are_compared_exactly(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys('{ env = "TARGET" }', '{ env = "lower" }')})
    analysis = analysis_of(root, [an_input(name, "env", "environment") for name in ("TARGET", "LOWER", "TARGET_X")])
    assert entry_of(analysis, "TARGET").covered_by == (0,)
    assert entry_of(analysis, "LOWER").is_gap
    assert entry_of(analysis, "TARGET_X").is_gap


def test_commit_key_stands_for_tracked_files_only(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys("{ git = true }"), "a.c": "", "d/b.c": ""})
    commit_all(root)
    (root / "new.c").write_text("")
    analysis = analysis_of(root, [an_input("a.c"), an_input("new.c"), an_input("{d/b,new}.c", "files")])
    tracked = entry_of(analysis, "a.c")
    assert tracked.is_gap
    assert tracked.by_commit_only
    assert tracked.uncovered == ("a.c",)
    fresh = entry_of(analysis, "new.c")
    assert not fresh.by_commit_only
    assert fresh.untracked == ("new.c",)
    mixed = entry_of(analysis, "{d/b,new}.c")
    assert not mixed.by_commit_only
    assert mixed.uncovered == ("d/b.c", "new.c")
    assert mixed.untracked == ("new.c",)


def test_commit_key_that_resolves_to_nothing_stands_for_nothing(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys("{ git = true }"), "a.c": ""})
    entry = entry_of(analysis_of(root, [an_input("a.c")]), "a.c")
    assert entry.is_gap
    assert not entry.by_commit_only


def test_tags_key_stands_for_no_file(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys("{ git = { tags = true } }"), "a.c": ""})
    commit_all(root)
    assert not entry_of(analysis_of(root, [an_input("a.c")]), "a.c").by_commit_only


def test_tracked_unknown_counts_as_tracked(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_project({"pyproject.toml": keys("{ git = true }"), "a.c": ""})
    commit_all(root)
    monkeypatch.setattr("cachekeys.tracked.read_tracked", lambda _: None)
    assert entry_of(analysis_of(root, [an_input("a.c")]), "a.c").by_commit_only


# -- what is no gap ---------------------------------------------------------------------------------------------------


def test_outputs_are_never_gaps(make_project: MakeProject) -> None:
    files = {"pyproject.toml": "", "p/_version.py": "", "p/fast.c": "", "p/hand.c": "", "build/x.c": ""}
    root = make_project(files)
    outputs = [an_output("p/_version.py"), an_output("build/**"), an_output("p/fast.c")]
    analysis = analysis_of(root, [an_input("p/_version.py"), an_input("{p,build}/*.c", "files")], outputs)
    assert entry_of(analysis, "{p,build}/*.c").files == ("p/hand.c",)
    assert [entry.input.what for entry in analysis.coverage.entries] == ["{p,build}/*.c"]


def test_settings_take_away_and_add(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", "a.txt": "", "b.txt": "", "gen/x.c": "", "src/y.c": ""})
    settings = Settings(
        inputs=(an_input("b.txt", detector=""),),
        not_inputs={("file", "a.txt"): "", ("file", "gen/**"): "", ("env", "NOISE"): "speed only"},
    )
    found = [
        an_input("a.txt"),
        an_input("gen/x.c"),
        an_input("{gen,src}/*.c", "files"),
        an_input("NOISE", "env", "environment"),
    ]
    analysis = analysis_of(root, found, settings=settings)
    assert [(entry.input.what, entry.files, entry.input.detector) for entry in analysis.coverage.entries] == [
        ("b.txt", ("b.txt",), "settings"),
        ("{gen,src}/*.c", ("src/y.c",), "test"),
    ]


def test_inputs_of_another_mode_are_left_out(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", "a.txt": ""})
    item = an_input("a.txt", modes=("wheel",))
    assert analysis_of(root, [item]).gaps == ()
    assert [gap.input for gap in analysis_of(root, [item], mode="wheel").gaps] == [item]


def test_overrides_are_listed_but_no_gaps(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": ""})
    analysis = analysis_of(root, [an_input("SETUPTOOLS_SCM_PRETEND_VERSION", "env", "environment", optional=True)])
    assert analysis.coverage.entries[0].is_gap
    assert analysis.gaps == ()


# -- files to come ---------------------------------------------------------------------------------------------------


def test_new_file_of_a_glob_that_keys_name_file_by_file(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys('"c/a.c"', '"c/b.c"'), "c/a.c": "", "c/b.c": ""})
    entry = entry_of(analysis_of(root, [an_input("c/*.c", "files")]), "c/*.c")
    assert not entry.is_gap
    assert entry.new_file == "c/new.c"


def test_new_file_is_no_question_of_extensions_that_do_not_occur(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys('"c/**/*.c"'), "c/a.c": ""})
    assert entry_of(analysis_of(root, [an_input("c/**/*.{c,h}", "files")]), "c/**/*.{c,h}").new_file is None


# -- what the keys match ------------------------------------------------------------------------------------------


def test_matched_files_per_key(make_project: MakeProject) -> None:
    tree = {"a.c": "", "src/b.c": "", "notes.txt": ""}
    root = make_project(
        {"pyproject.toml": keys('"*.c"', '"src/*.c"', '"notes.txt"', '"none.txt"', "{ git = true }"), **tree}
    )
    assert analysis_of(root).coverage.matched == {0: ("a.c",), 1: ("src/b.c",), 2: ("notes.txt",), 3: ()}


def test_key_overridden_by_another_is_not_dead(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": keys('"src/**/*.c"', '"src/**/*"', '"!src/x*"'), "src/b.c": ""})
    matched = analysis_of(root).coverage.matched
    assert matched[0] == matched[1] == ("src/b.c",)
    assert matched[2] == ()


def test_name_matcher_is_anchored() -> None:
    matches = name_matcher(["a.txt", "*.c", "d/**", "./e.txt"])
    assert [name for name in ("a.txt", "x/a.txt", "b.c", "x/b.c", "d/e/f", "e.txt") if matches(name)] == [
        "a.txt",
        "b.c",
        "d/e/f",
        "e.txt",
    ]

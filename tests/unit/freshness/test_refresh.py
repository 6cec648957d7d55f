"""Refreshing what only times made stale: when it is done, when it is refused, and that nothing is ever half-done."""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING, Any

import pytest
from support.builds import git, git_init
from support.forged import Forged, forge

from cachekeys.freshness import refresh, replace
from cachekeys.freshness.refresh import RefreshError
from cachekeys.freshness.rows import row_of
from cachekeys.freshness.verdict import judge, requests
from cachekeys.freshness.verify import compare
from cachekeys.record.reader import RecordError
from cachekeys.uv.cachefile import parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    MakeProject = Callable[..., Path]

PROJECT = """
    [build-system]
    requires = ["setuptools"]
    build-backend = "setuptools.build_meta"

    [project]
    name = "demo"
    version = "1.0"

    [tool.uv]
    cache-keys = ["pyproject.toml", "c/*.c", { dir = "src" }, { env = "MODE" }]
"""
FILES = {"pyproject.toml": PROJECT, "c/a.c": "a", "c/b.c": "b", "src/demo.py": ""}


@pytest.fixture
def demo(make_project: MakeProject) -> Forged:
    return forge(make_project(FILES), {"MODE": "fast"})


@pytest.fixture
def plain(make_project: MakeProject) -> Forged:
    """The same without a variable, whose value only the old uv_cache.json has."""
    return forge(make_project({**FILES, "pyproject.toml": PROJECT.replace(', { env = "MODE" }', "")}))


def move_times(root: Path) -> None:
    """Do what a copy does: all content stays, every time moves."""
    copy = root.with_name("copy")
    shutil.copytree(root, copy, symlinks=True)
    shutil.rmtree(root)
    shutil.copytree(copy, root, symlinks=True)
    shutil.rmtree(copy)


def outcome(demo: Forged, command: str = "sync") -> str:
    installation = demo.installation()
    return next(
        judge(installation, request).outcome for request in requests(installation) if request.command == command
    )


def run(demo: Forged, **environ: str) -> refresh.Plan:
    plan = refresh.plan(demo.installation(**environ))
    refresh.apply(plan)
    return plan


# -- done --------------------------------------------------------------------------------------------------------------


def test_after_a_copy(demo: Forged) -> None:
    move_times(demo.root)
    assert outcome(demo) == "rebuild"
    before = demo.contents()
    plan = run(demo)
    assert plan.state == "refreshed"
    assert outcome(demo) == outcome(demo, "pip") == "fresh"
    after = demo.contents()
    assert {name for name in after if after[name] != before.get(name)} == {"uv_cache.json", "RECORD"}
    assert parse(after["uv_cache.json"]) == demo.installation().now
    row = row_of(f"{demo.info.name}/uv_cache.json", after["uv_cache.json"])
    assert after["RECORD"].decode().splitlines().count(row) == 1
    assert set(after) == set(before)


def test_twice_is_once(demo: Forged) -> None:
    move_times(demo.root)
    run(demo)
    before = demo.contents()
    again = run(demo)
    assert again.state == "fresh"
    assert again.files == ()
    assert demo.contents() == before


def test_fresh_already(demo: Forged) -> None:
    before = demo.contents()
    (demo.root / "README.md").write_text("not watched, not read")
    assert run(demo).state == "fresh"
    assert demo.contents() == before


def test_a_plan_touches_nothing(demo: Forged) -> None:
    move_times(demo.root)
    before = demo.contents()
    assert refresh.plan(demo.installation()).state == "refreshed"
    assert demo.contents() == before


def test_two_rows_become_one(demo: Forged) -> None:
    """As uv leaves them when a wheel has brought a uv_cache.json."""
    record = demo.info / "RECORD"
    row = f"{demo.info.name}/uv_cache.json,sha256=old,3\n"
    record.write_text(row + record.read_text())
    plan = run(demo)
    assert plan.state == "fresh"
    assert record.read_text().count("/uv_cache.json,") == 1
    assert record.read_text().startswith(
        row_of(f"{demo.info.name}/uv_cache.json", (demo.info / "uv_cache.json").read_bytes())
    )


def test_a_file_that_is_missing(plain: Forged) -> None:
    """As pip leaves it: the record says that the content is right."""
    (plain.info / "uv_cache.json").unlink()
    record = plain.info / "RECORD"
    record.write_text("".join(line for line in record.read_text().splitlines(keepends=True) if "uv_cache" not in line))
    assert outcome(plain) == "rebuild"
    assert run(plain).state == "refreshed"
    assert outcome(plain) == "fresh"
    assert record.read_text().count("/uv_cache.json,") == 1
    assert record.read_text().endswith("RECORD,,\n")


@pytest.mark.parametrize("content", [b"", b"{", b'{"timestamp": 3}'])
def test_a_file_that_stops_uv(plain: Forged, content: bytes) -> None:
    (plain.info / "uv_cache.json").write_bytes(content)
    assert outcome(plain) == "refused"
    assert run(plain).state == "refreshed"
    assert outcome(plain) == "fresh"


def test_no_record_of_the_installer(demo: Forged) -> None:
    move_times(demo.root)
    (demo.info / "RECORD").unlink()
    plan = run(demo)
    assert [os.path.basename(path) for path, _ in plan.files] == ["uv_cache.json"]
    assert outcome(demo) == "fresh"
    assert not (demo.info / "RECORD").exists()


def test_no_key_resolves(make_project: MakeProject) -> None:
    """uv writes no file then, and installs again every time; with the file it does not."""
    demo = forge(
        make_project(
            {"pyproject.toml": PROJECT.replace('"pyproject.toml", "c/*.c", { dir = "src" }, { env = "MODE" }', "")}
        )
    )
    (demo.info / "uv_cache.json").unlink()
    assert run(demo).state == "refreshed"
    assert outcome(demo) == "fresh"


def test_git_and_a_branch_and_back(make_project: MakeProject) -> None:
    root = make_project(
        {**FILES, "pyproject.toml": PROJECT.replace('{ env = "MODE" }', "{ git = { commit = true, tags = true } }")}
    )
    git_init(root, "v1")
    demo = forge(root)
    git(root, "switch", "-qc", "other")
    (root / "c" / "a.c").write_text("other")
    git(root, "commit", "-qam", "other")
    assert run(demo).state == "differs"
    git(root, "switch", "-q", "main")
    assert outcome(demo) == "rebuild"
    assert run(demo).state == "refreshed"
    assert outcome(demo) == "fresh"


def test_waits_for_the_clock(demo: Forged, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change right after the newest file's could have the same time, and uv would not see it."""
    changed = demo.root / "c" / "a.c"
    changed.chmod(0o600)
    clock = changed.stat().st_ctime_ns + 1000
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    monkeypatch.setattr("time.time_ns", lambda: clock + round(sum(slept) * 10**9))
    assert refresh.plan(demo.installation()).state == "refreshed"
    assert round(sum(slept) * 10**9) == refresh._TICK - 1000
    count = len(slept)
    refresh.plan(demo.installation())
    assert len(slept) == count


def test_a_change_during_the_comparison_stays_visible(demo: Forged, monkeypatch: pytest.MonkeyPatch) -> None:
    move_times(demo.root)

    def slow(*arguments: Any) -> object:
        found = compare(*arguments)
        time.sleep(0.02)
        (demo.root / "c" / "a.c").write_text("changed behind our back")
        return found

    monkeypatch.setattr(refresh, "compare", slow)
    assert run(demo).state == "refreshed"
    assert outcome(demo) == "rebuild"


# -- refused -------------------------------------------------------------------------------------------------------------


def refused(demo: Forged, **environ: str) -> refresh.Plan:
    before = demo.contents()
    plan = run(demo, **environ)
    assert plan.files == ()
    assert demo.contents() == before
    return plan


@pytest.mark.parametrize(
    ("name", "content", "how"),
    [
        ("c/a.c", "A", "changed"),
        ("c/a.c", None, "removed"),
        ("c/new.c", "", "added"),
        ("pyproject.toml", PROJECT, "changed"),
    ],
)
def test_content_differs(demo: Forged, name: str, content: str | None, how: str) -> None:
    move_times(demo.root)
    path = demo.root / name
    path.unlink() if content is None else path.write_text(content)
    plan = refused(demo)
    assert plan.state == "differs"
    assert [(item.what, item.how) for item in plan.differences] == [(name, how)]


def test_a_variable_has_another_value(demo: Forged) -> None:
    plan = refused(demo, MODE="slow")
    assert [(item.kind, item.what, item.how) for item in plan.differences] == [("env", "MODE", "changed")]


def test_a_variable_whose_value_nobody_knows(demo: Forged) -> None:
    (demo.info / "uv_cache.json").write_bytes(b"")
    plan = refused(demo)
    assert [(item.kind, item.what, item.how) for item in plan.differences] == [("env", "MODE", "unknown")]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"dir_info": {}}, "editable"),
        ({"url": "file:///elsewhere"}, "path"),
        ({"dir_info": {"editable": False}}, "editable"),
    ],
)
def test_no_cache_info_would_help(demo: Forged, change: dict[str, object], reason: str) -> None:
    move_times(demo.root)
    demo.edit("direct_url.json", **change)
    plan = refresh.plan(demo.installation())
    verdicts = {verdict.command: verdict for verdict in plan.verdicts}
    assert verdicts["sync"].reason == reason
    if change == {"dir_info": {}}:  # but `uv pip install -r` would be content
        assert plan.state == "refreshed"
        assert verdicts["pip"].outcome == "fresh"
    else:
        assert refused(demo).state == "impossible"


def test_the_project_was_moved(demo: Forged) -> None:
    demo.root.rename(demo.root.with_name("moved"))
    demo.root = demo.root.with_name("moved")
    plan = refused(demo)
    assert plan.state == "impossible"
    assert plan.verdicts[0].reason == "path"


def test_another_package_stops_uv(demo: Forged) -> None:
    other = demo.info.with_name("other-1.0.dist-info")
    other.mkdir()
    (other / "uv_cache.json").write_bytes(b"")
    move_times(demo.root)
    plan = refused(demo)
    assert plan.state == "impossible"
    assert plan.verdicts[0].was == str(other / "uv_cache.json")


def test_without_a_record(demo: Forged) -> None:
    move_times(demo.root)
    (demo.info / "cachekeys.json").unlink()
    before = demo.contents()
    with pytest.raises(RecordError, match="add the build plugin"):
        run(demo)
    assert demo.contents() == before


def test_keys_that_uv_refuses(demo: Forged) -> None:
    (demo.root / "pyproject.toml").write_text("[project]\nname = 'demo'\n[tool.uv]\ncache-keys = 3\n")
    with pytest.raises(RefreshError, match=r"uv refuses the cache keys: tool\.uv\.cache-keys"):
        refresh.plan(demo.installation())


@pytest.mark.skipif(os.name == "nt", reason="links")
def test_a_dist_info_that_is_a_link(demo: Forged) -> None:
    move_times(demo.root)
    shared = demo.venv / "shared"
    demo.info.rename(shared)
    demo.info.symlink_to(shared)
    with pytest.raises(RefreshError, match="it is a link"):
        refresh.plan(demo.installation())


# -- files that belong to others, too ------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="links")
@pytest.mark.parametrize("kind", ["hard", "symbolic"])
def test_never_through_a_link(demo: Forged, kind: str) -> None:
    """uv links files out of its cache, which other environments share."""
    cache = demo.venv / "cache"
    cache.mkdir()
    before = {}
    for name in ("uv_cache.json", "RECORD"):
        (demo.info / name).rename(cache / name)
        before[name] = (cache / name).read_bytes()
        if kind == "hard":
            os.link(cache / name, demo.info / name)
        else:
            (demo.info / name).symlink_to(cache / name)
    move_times(demo.root)
    assert run(demo).state == "refreshed"
    assert outcome(demo) == "fresh"
    for name, content in before.items():
        assert (cache / name).read_bytes() == content
        assert not (demo.info / name).is_symlink()
        assert (demo.info / name).read_bytes() != content


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_permissions_stay(demo: Forged) -> None:
    move_times(demo.root)
    (demo.info / "uv_cache.json").chmod(0o640)
    (demo.info / "RECORD").chmod(0o604)
    run(demo)
    assert (demo.info / "uv_cache.json").stat().st_mode & 0o777 == 0o640
    assert (demo.info / "RECORD").stat().st_mode & 0o777 == 0o604


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_permissions_of_a_new_file(plain: Forged) -> None:
    (plain.info / "uv_cache.json").unlink()
    plain.info.chmod(0o750)
    run(plain)
    assert (plain.info / "uv_cache.json").stat().st_mode & 0o777 == 0o640


# -- what killed processes leave ---------------------------------------------------------------------------------------


def test_leftovers_are_removed(demo: Forged) -> None:
    old = demo.info / f"uv_cache.json.123{replace._ENDING}"
    young = demo.info / f"uv_cache.json.124{replace._ENDING}"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    assert run(demo).state == "fresh"
    assert not old.exists()
    assert young.exists()


def test_a_leftover_of_the_same_number(demo: Forged) -> None:
    move_times(demo.root)
    (demo.info / f"uv_cache.json.{os.getpid()}{replace._ENDING}").write_bytes(b"half")
    assert run(demo).state == "refreshed"
    assert outcome(demo) == "fresh"


@pytest.mark.parametrize("function", ["open", "write", "chmod", "fsync", "replace"])
def test_the_system_refuses(demo: Forged, monkeypatch: pytest.MonkeyPatch, function: str) -> None:
    move_times(demo.root)
    before = demo.contents()
    plan = refresh.plan(demo.installation())

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "somewhere")

    with monkeypatch.context() as patched:
        patched.setattr(os, function, refuse)
        with pytest.raises(RefreshError, match=r"somewhere: No space left on device; uv_cache\.json is as it was"):
            refresh.apply(plan)
    assert demo.contents() == before
    assert outcome(demo) == "rebuild"

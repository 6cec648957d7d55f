"""``cachekeys refresh`` killed at every step, on a full disk, and where nothing may be written.

Whatever happens, ``uv_cache.json`` and RECORD are whole, the old ones or the new ones: an invalid file would stop every uv
command in the environment. And the next run finishes what was begun.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.forged import Forged, forge

from cachekeys.freshness import refresh, replace
from cachekeys.freshness.rows import row_of
from cachekeys.uv.cachefile import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals, mounts and users of POSIX")

PYPROJECT = "[build-system]\nrequires = []\n[project]\nname = 'demo'\nversion = '1.0'\n[tool.uv]\ncache-keys = ['*.c', { env = 'BIG' }]\n"

SCRIPT = """
import os, signal, sys
from cachekeys.cli import main
import cachekeys.freshness.replace

steps = int(sys.argv.pop(1))
dies_before = sys.argv.pop(1) == "before"
count = 0

def counted(function):
    def call(*arguments, **options):
        global count
        count += 1
        if count == steps and dies_before:
            os.kill(os.getpid(), signal.SIGKILL)
        if count == steps and function is os_write:  # half of it
            function(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        dies = count == steps
        try:
            return function(*arguments, **options)
        finally:
            if dies:
                os.kill(os.getpid(), signal.SIGKILL)
    return call

os_write = os.write
original = cachekeys.freshness.replace.replace_files

def replace_files(files):
    for name in ("open", "write", "chmod", "fsync", "close", "replace", "unlink", "fchown"):
        setattr(os, name, counted(getattr(os, name)))
    original(files)
    sys.stderr.write(f"STEPS {count}\\n")

cachekeys.freshness.replace.replace_files = replace_files
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def demo(make_project: Callable[..., Path]) -> Forged:
    root = make_project({"pyproject.toml": PYPROJECT, "a.c": "a"})
    forged = forge(root)
    touch(forged)
    return forged


def touch(demo: Forged) -> None:
    """Move a time, and wait until it is settled."""
    (demo.root / "a.c").chmod(0o600)
    refresh.plan(demo.installation())


def killed(demo: Forged, step: int, when: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, str(step), when, "refresh", "--python", str(demo.venv)],
        cwd=demo.root,
        env={**os.environ, "PYTHONPATH": str(Path(refresh.__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )


def is_whole(demo: Forged, before: dict[str, bytes]) -> tuple[bool, bool]:
    """Check that each file is the old or the new one; tell which of RECORD and uv_cache.json are new."""
    after = demo.contents()
    now = demo.installation().now
    assert parse(after["uv_cache.json"]) in (parse(before["uv_cache.json"]), now)
    new_row = row_of(f"{demo.info.name}/uv_cache.json", now.to_json().encode()) if now else ""
    has_new_row = new_row.encode() in after["RECORD"]
    assert has_new_row or after["RECORD"] == before["RECORD"]
    assert len(after["RECORD"].splitlines()) == len(before["RECORD"].splitlines())
    others = {name for name in after if not name.endswith(replace._ENDING)} - {"uv_cache.json", "RECORD"}
    assert all(after[name] == before[name] for name in others)
    return has_new_row, parse(after["uv_cache.json"]) == now


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_every_step(demo: Forged, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    monkeypatch.setattr(replace, "_ABANDONED", -1)
    steps = int(killed(demo, 0, when).stderr.partition("STEPS ")[2])
    assert steps > 12
    seen = set()
    for step in range(1, steps + 1):
        touch(demo)
        before = demo.contents()
        died = killed(demo, step, when)
        assert died.returncode == -signal.SIGKILL, died.stderr
        seen.add(is_whole(demo, before))
        plan = refresh.plan(demo.installation())
        refresh.apply(plan)
        assert is_whole(demo, before) == (True, True)
        assert set(demo.contents()) == set(before), "the next run removes what was left"
    assert seen == {(False, False), (True, False), (True, True)}, "RECORD is never behind"


def limited(demo: Forged, limit: int) -> subprocess.CompletedProcess[str]:
    """Run refresh in a process that may not write files larger than *limit* bytes."""
    code = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        "from cachekeys.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    return subprocess.run(
        [sys.executable, "-c", code, "refresh", "--python", str(demo.venv)],
        cwd=demo.root,
        env={**os.environ, "PYTHONPATH": str(Path(refresh.__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_room_for_every_size(demo: Forged) -> None:
    before = demo.contents()
    size = max(len(before["RECORD"]), len(before["uv_cache.json"]))
    for limit in {0, 1, 50, len(before["uv_cache.json"]) - 1, len(before["RECORD"]) - 1}:
        ran = limited(demo, limit)
        assert ran.returncode == 2, ran.stderr
        assert ran.stderr.startswith("cachekeys: error: ")
        assert "uv_cache.json is as it was" in ran.stderr
        assert demo.contents() == before
    assert limited(demo, size + 100).returncode == 0
    assert is_whole(demo, before) == (True, True)


@pytest.fixture
def tiny_disk() -> Iterator[Path]:
    """A file system of 64 KiB."""
    place = Path(tempfile.mkdtemp())
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place], capture_output=True, check=False
    ).returncode:
        place.rmdir()
        pytest.skip("nothing can be mounted here")
    yield place
    subprocess.run(["umount", place], check=True)
    place.rmdir()


def fill(place: Path) -> None:
    with place.open("wb", buffering=0) as ballast:
        while True:
            ballast.write(b"x" * 4096)


def test_full_disk(make_project: Callable[..., Path], tiny_disk: Path) -> None:
    root = make_project({"pyproject.toml": PYPROJECT, "a.c": "a"})
    demo = Forged(root, tiny_disk / "venv", {})
    touch(demo)
    before = demo.contents()
    with pytest.raises(OSError, match="No space left"):
        fill(tiny_disk / "ballast")
    with pytest.raises(refresh.RefreshError, match=r"No space left on device; uv_cache\.json is as it was"):
        refresh.apply(refresh.plan(demo.installation()))
    assert demo.contents() == before
    (tiny_disk / "ballast").unlink()
    refresh.apply(refresh.plan(demo.installation()))
    assert is_whole(demo, before) == (True, True)


def test_read_only_file_system(make_project: Callable[..., Path], tiny_disk: Path) -> None:
    root = make_project({"pyproject.toml": PYPROJECT, "a.c": "a"})
    demo = Forged(root, tiny_disk / "venv", {})
    touch(demo)
    before = demo.contents()
    subprocess.run(["mount", "-o", "remount,ro", tiny_disk], check=True)
    with pytest.raises(refresh.RefreshError, match="Read-only file system"):
        refresh.apply(refresh.plan(demo.installation()))
    assert demo.contents() == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can become somebody else")
def test_a_directory_of_somebody_else() -> None:
    place = Path(tempfile.mkdtemp())
    try:
        place.chmod(0o755)
        (place / "project").mkdir()
        for name, content in {"pyproject.toml": PYPROJECT, "a.c": "a"}.items():
            (place / "project" / name).write_text(content)
        demo = forge(place / "project")
        touch(demo)
        before = demo.contents()
        plan = refresh.plan(demo.installation())
        os.seteuid(65534)
        try:
            with pytest.raises(refresh.RefreshError, match="Permission denied"):
                refresh.apply(plan)
        finally:
            os.seteuid(0)
        assert demo.contents() == before
    finally:
        shutil.rmtree(place)


def test_owner_stays(demo: Forged) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    for name in ("uv_cache.json", "RECORD"):
        os.chown(demo.info / name, 65534, 65534)
    refresh.apply(refresh.plan(demo.installation()))
    assert {(demo.info / name).stat().st_uid for name in ("uv_cache.json", "RECORD")} == {65534}


def test_many_at_once(demo: Forged) -> None:
    """Containers start together on one volume."""
    command = [sys.executable, "-m", "cachekeys", "refresh", "--python", str(demo.venv)]
    running = [
        subprocess.Popen(command, cwd=demo.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(6)
    ]
    before = demo.contents()
    answers = [process.communicate()[0].decode() for process in running]
    assert [process.returncode for process in running] == [0] * 6, answers
    assert is_whole(demo, before) == (True, True)
    assert not [name for name in demo.contents() if name.endswith(replace._ENDING)]

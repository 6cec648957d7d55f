"""The laws of refresh and verify, on random trees to which random things happen."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import tempfile
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import uv_oracle
from support.forged import Forged, forge

from cachekeys.freshness import refresh
from cachekeys.freshness.record import of_installation
from cachekeys.freshness.rows import row_of
from cachekeys.freshness.verdict import judge, requests
from cachekeys.freshness.verify import compare

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = ("**/*.c", "a/*.txt", "pyproject.toml", "b.txt", "?.h")
NAMES = ("a.c", "b.txt", "x.h", "a/a.c", "a/b.txt", "a/b/c.c", "a/b/d.txt", "unwatched.md")
HARMLESS = ("chmod", "rewrite", "copy", "touch")
HARMFUL = ("edit", "remove", "add")

happenings = st.lists(st.tuples(st.sampled_from(HARMLESS + HARMFUL), st.sampled_from(NAMES)), min_size=1, max_size=4)
trees = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(("", "1", "2" * 300)), min_size=1)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples are too many to wait for the clock each time, and each looks only at what is settled."""
    monkeypatch.setattr(refresh, "_TICK", 0)


def happen(root: Path, what: str, name: str, place: Path) -> bool:
    """Do it; tell whether any content differs afterwards."""
    path = root / name
    if what == "add":
        path = path.with_name(f"new-{path.name}")
        existed = path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("new")
        return not existed
    if not path.exists():
        return False
    if what == "edit":
        path.write_text(path.read_text() + "!")
    elif what == "remove":
        path.unlink()
    elif what == "chmod":
        path.chmod(0o600)
    elif what == "rewrite":
        path.write_text(path.read_text())
    elif what == "touch":
        path.touch()
    else:
        shutil.copytree(root, place / "copy")
        shutil.rmtree(root)
        (place / "copy").rename(root)
    return what in HARMFUL


def demo(place: Path, tree: dict[str, str], keys: list[str]) -> Forged:
    listed = ", ".join(f'"{key}"' for key in keys)
    tree = {
        "pyproject.toml": f"[project]\nname = 'demo'\nversion = '1.0'\n[build-system]\nrequires = []\n[tool.uv]\ncache-keys = [{listed}]\n",
        **tree,
    }
    for name, content in tree.items():
        (place / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (place / "project" / name).write_text(content)
    return forge(place / "project")


def places() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp())
    try:
        yield place
    finally:
        shutil.rmtree(place)


def snapshot(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


@settings(max_examples=150, deadline=None)
@given(trees, st.lists(st.sampled_from(KEYS), unique=True), happenings)
def test_only_times(tree: dict[str, str], keys: list[str], happened: list[tuple[str, str]]) -> None:
    """The laws.

    1. verify finds a difference exactly if a file that is watched or read has another content, is new or gone.
    2. refresh writes exactly if uv is not content and verify finds none; then uv is content.
    3. When refresh refuses, no byte has changed.
    """
    for place in places():
        forged = demo(place, tree, keys)
        before = snapshot(forged.root)
        for what, name in happened:
            happen(forged.root, what, name, place)
        after = snapshot(forged.root)
        installation = forged.installation()
        record = of_installation(installation)
        found = {item.what for item in compare(installation.project, record, {})}
        differ = {name for name in {*before, *after} if before.get(name) != after.get(name)}
        watched = {file.path for file in installation.watched.files} | record.watched
        assert found == differ & (watched | record.inputs)

        installed = forged.contents()
        was_fresh = judge(installation, requests(installation)[0]).outcome == "fresh"
        plan = refresh.plan(forged.installation())
        refresh.apply(plan)
        now = forged.installation()
        is_fresh = judge(now, requests(now)[0]).outcome == "fresh"
        if was_fresh:
            assert plan.state == "fresh"
        else:
            assert plan.state == ("differs" if found else "refreshed")
        assert is_fresh == (plan.state != "differs")
        if plan.state != "refreshed":
            assert forged.contents() == installed


@pytest.mark.uv
@settings(max_examples=40, deadline=None)
@given(trees, st.lists(st.sampled_from(KEYS), unique=True, min_size=1), st.sampled_from(NAMES))
def test_uv_takes_it(tree: dict[str, str], keys: list[str], name: str) -> None:
    """The law: the real uv takes what refresh has written for up to date."""
    for place in places():
        forged = demo(place, tree, keys)
        happen(forged.root, "copy", name, place)
        happen(forged.root, "chmod", name, place)
        refresh.apply(refresh.plan(forged.installation()))
        assert uv_oracle.is_fresh(forged.root, (forged.info / "uv_cache.json").read_bytes())


@given(st.text(alphabet="a/,\"'\r\n \t;é", min_size=1), st.binary(max_size=80))
def test_row_is_as_the_csv_module_writes_it(path: str, content: bytes) -> None:
    """Law (Recording installed projects): a row is CSV as :mod:`csv` reads and writes it, the hash base64, for URLs, unpadded."""
    digest = urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    text = io.StringIO(newline="")
    csv.writer(text).writerow([path, f"sha256={digest}", len(content)])
    assert row_of(path, content) + "\r\n" == text.getvalue()

"""Whatever the wheel, adding a file to its ``.dist-info`` changes nothing else."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.wheels import check, entries, make_wheel, read_dist_info

from cachekeys.record.wheel import add

_PART = st.text(
    st.characters(codec="utf-8", exclude_characters="/\\\0:", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=8
).filter(lambda part: part.strip(".") != "" and not part.endswith(".dist-info"))
_FILES = st.dictionaries(st.lists(_PART, min_size=1, max_size=3).map("/".join), st.binary(max_size=3000), max_size=6)


@st.composite
def wheels(draw: st.DrawFn) -> dict[str, Any]:
    """Arguments for :func:`make_wheel`."""
    dist_info = f"{draw(st.sampled_from(['demo', 'Demo_2', 'ünï', 'a,b', 'q']))}-1.0.dist-info"
    files = {**draw(_FILES), f"{dist_info}/METADATA": b"Name: demo\n", f"{dist_info}/WHEEL": b""}
    if draw(st.booleans()):
        files[f"{dist_info}/cachekeys.json"] = draw(st.binary(max_size=50))
    names = draw(st.permutations(list(files)))
    return {
        "files": {name: files[name] for name in names},
        "dist_info": dist_info,
        "record_at": draw(st.none() | st.integers(0, len(files))),
        "compression": draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])),
        "date": draw(st.tuples(st.integers(1980, 2100), st.integers(1, 12), st.integers(1, 28), *[st.just(4)] * 3)),
        "comment": draw(st.binary(max_size=20)),
    }


@settings(max_examples=150, deadline=None)
@given(wheels(), st.binary(max_size=500))
def test_everything_else_stays(wheel: dict[str, Any], content: bytes) -> None:
    """The binary distribution format: "RECORD is a list of (almost) all the files in the wheel and their secure hashes"."""
    with tempfile.TemporaryDirectory() as directory:
        path = make_wheel(Path(directory, "demo-1.0-py3-none-any.whl"), **wheel)
        before, changed = entries(path), {f"{wheel['dist_info']}/RECORD", f"{wheel['dist_info']}/cachekeys.json"}
        with zipfile.ZipFile(path) as archive:
            rows = archive.read(f"{wheel['dist_info']}/RECORD").decode().splitlines()
        did = add(path, "cachekeys.json", content)
        check(path)
        after = entries(path)
        assert [entry for entry in after if entry.name not in changed] == [e for e in before if e.name not in changed]
        assert read_dist_info(path, "cachekeys.json") == content
        with zipfile.ZipFile(path) as archive:
            assert archive.comment == wheel["comment"]
            kept = set(archive.read(f"{wheel['dist_info']}/RECORD").decode().splitlines())
        assert sum(row not in kept for row in rows) <= (f"{wheel['dist_info']}/cachekeys.json" in wheel["files"])
        if did:
            assert {entry.date for entry in after if entry.name in changed} == {before[0].date}
            assert after[-1].name.endswith("/RECORD")
        else:
            assert wheel["files"][f"{wheel['dist_info']}/cachekeys.json"] == content
        assert [file.name for file in Path(directory).iterdir()] == [path.name]


@settings(max_examples=60, deadline=None)
@given(wheels(), st.binary(max_size=500), st.binary(max_size=500))
def test_last_write_wins(wheel: dict[str, Any], first: bytes, second: bytes) -> None:
    """add(x); add(x) = add(x), and add(x); add(y) = add(y), byte for byte, once the record is in its place."""
    with tempfile.TemporaryDirectory() as directory:
        one, two = (Path(directory, f"{number}-1.0-py3-none-any.whl") for number in (1, 2))
        for path in (one, two):
            make_wheel(path, **wheel)
            add(path, "cachekeys.json", b"not " + first)  # now it is the last file before RECORD in both
        add(one, "cachekeys.json", first)
        again = one.read_bytes()
        assert add(one, "cachekeys.json", first) is False
        assert one.read_bytes() == again
        add(one, "cachekeys.json", second)
        add(two, "cachekeys.json", second)
        assert one.read_bytes() == two.read_bytes()

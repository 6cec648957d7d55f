"""Adding a file to a finished wheel: which archives are refused, and that nothing is ever half done."""

from __future__ import annotations

import io
import os
import shutil
import stat
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from support.wheels import check, entries, make_wheel, read_dist_info

from cachekeys.record import wheel as writer
from cachekeys.record.wheel import WheelError, add

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {
    "demo/__init__.py": b"x = 1\n",
    "demo-1.0.dist-info/METADATA": b"Name: demo\n",
    "demo-1.0.dist-info/WHEEL": b"",
}


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    return make_wheel(tmp_path / "demo-1.0-py3-none-any.whl", FILES)


def test_lands_before_record_with_its_look(wheel: Path) -> None:
    record_before = entries(wheel)[-1]
    assert add(wheel, "cachekeys.json", b"{}\n") is True
    check(wheel)
    *_, added, record = entries(wheel)
    assert added.name == "demo-1.0.dist-info/cachekeys.json"
    for entry in (added, record):
        assert (entry.date, entry.external_attr, entry.create_system, entry.method) == (
            record_before.date,
            record_before.external_attr,
            record_before.create_system,
            record_before.method,
        )
    rows = read_dist_info(wheel, "RECORD").decode().splitlines()
    assert [row.split(",")[0] for row in rows[:3]] == list(FILES)
    assert rows[3:] == [  # the hash of '{}' and a newline, as hatchling writes it
        "demo-1.0.dist-info/cachekeys.json,sha256=yj0WO6sFU4GCciYUBWjzvvfqrBh869doeOC2Pp5EI1Y,3",
        "demo-1.0.dist-info/RECORD,,",
    ]


def test_crlf_and_blank_lines_in_record_are_read(tmp_path: Path) -> None:
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("demo-1.0.dist-info/RECORD", "demo-1.0.dist-info/RECORD,,\r\n\r\n")
    add(path, "cachekeys.json", b"")
    check(path)


def test_entries_with_data_descriptors_stay(tmp_path: Path) -> None:
    class Stream(io.RawIOBase):
        """Not seekable, so that zipfile writes sizes behind the data."""

        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.data += data
            return len(data)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("demo-1.0.dist-info/RECORD", "a.py,,\ndemo-1.0.dist-info/RECORD,,\n")
        archive.writestr("a.py", "pass\n" * 100)
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    path.write_bytes(stream.data)
    before = entries(path)
    assert before[1].flags & 0x08
    add(path, "cachekeys.json", b"{}")
    assert entries(path)[0] == before[1]
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None


def test_link_permissions_and_neighbours_stay(wheel: Path) -> None:
    wheel.chmod(0o640)
    (wheel.parent / "links").mkdir()
    link = wheel.parent / "links" / wheel.name
    link.symlink_to(wheel)
    add(link, "cachekeys.json", b"{}")
    assert link.is_symlink()
    assert stat.S_IMODE(wheel.stat().st_mode) == 0o640
    assert sorted(os.listdir(wheel.parent)) == ["demo-1.0-py3-none-any.whl", "links"]
    check(wheel)


# -- refused ---------------------------------------------------------------------------------------------------------


def _signed(path: Path) -> None:
    make_wheel(path, {**FILES, "demo-1.0.dist-info/RECORD.jws": b"{}"})


def _two(path: Path) -> None:
    make_wheel(path, {**FILES, "other-1.0.dist-info/RECORD": b""})


def _none(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("demo.py", "")


def _empty(path: Path) -> None:
    zipfile.ZipFile(path, "w").close()


def _prefixed(path: Path) -> None:
    make_wheel(path, FILES)
    path.write_bytes(b"#!/usr/bin/python\n" + path.read_bytes())


def _duplicate(path: Path) -> None:
    make_wheel(path, FILES)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("demo/__init__.py", "x = 2\n")


def _encrypted(path: Path) -> None:
    make_wheel(path, {"demo.py": b"secret"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)


def _cp437(path: Path) -> None:
    make_wheel(path, {"d\xe9mo.py".encode("cp437").decode("latin-1").replace("\x82", "?"): b""})
    path.write_bytes(path.read_bytes().replace(b"d?mo.py", b"d\x82mo.py"))


def _csv(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("demo-1.0.dist-info/RECORD", "demo.py,sha256=x\n")


def _latin(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("demo-1.0.dist-info/RECORD", b"d\xe9mo.py,,\n")


def _shared(path: Path) -> None:
    make_wheel(path, FILES)
    data = bytearray(path.read_bytes())
    second = data.index(b"PK\1\2", data.index(b"PK\1\2") + 4)
    data[second + 42 : second + 46] = bytes(4)  # its header is that of the first entry
    path.write_bytes(data)


def _text(path: Path) -> None:
    path.write_text("no archive")


def _cut(path: Path) -> None:
    make_wheel(path, FILES)
    path.write_bytes(path.read_bytes()[:-30])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_signed, "RECORD is signed (demo-1.0.dist-info/RECORD.jws)"),
        (_two, "2 '*.dist-info/RECORD' entries"),
        (_none, "0 '*.dist-info/RECORD' entries"),
        (_empty, "0 '*.dist-info/RECORD' entries"),
        (_prefixed, "data in front of the first entry"),
        (_duplicate, "two entries have the same name"),
        (_encrypted, "'demo.py' is encrypted"),
        (_cp437, "is not UTF-8"),
        (_csv, "a line of 2 fields instead of 3: 'demo.py'"),
        (_latin, "RECORD is not UTF-8 CSV"),
        (_shared, "two entries share their data"),
        (_text, "not a readable wheel"),
        (_cut, "not a readable wheel"),
    ],
)
def test_odd_archives_are_refused_untouched(make: Callable[[Path], None], message: str, tmp_path: Path) -> None:
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    make(path)
    before = path.read_bytes()
    with pytest.raises(WheelError) as caught:
        add(path, "cachekeys.json", b"{}")
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("name", ["", ".", "..", "RECORD", "METADATA", "../x", "a/b", "a\\b", "C:x", "a\nb"])
def test_odd_names_are_refused(name: str, wheel: Path) -> None:
    before = wheel.read_bytes()
    with pytest.raises(WheelError, match="cannot be added"):
        add(wheel, name, b"{}")
    assert wheel.read_bytes() == before


def test_missing_wheel(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        add(tmp_path / "demo-1.0-py3-none-any.whl", "cachekeys.json", b"{}")


@pytest.mark.parametrize("step", ["copyfile", "copymode", "replace", "_write", "_close_gaps"])
def test_an_interruption_leaves_the_old_wheel(step: str, wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: Any, **_: object) -> None:
        if step == "copyfile":
            real_copy(arguments[0], arguments[1])
        raise OSError(28, "No space left on device")

    real_copy = shutil.copyfile
    owner: object = {"copyfile": shutil, "copymode": shutil, "replace": os}.get(step, writer)
    before = wheel.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(owner, step, fail)
        with pytest.raises(OSError, match="No space left"):
            add(wheel, "cachekeys.json", b"{}")
    assert wheel.read_bytes() == before
    assert os.listdir(wheel.parent) == [wheel.name]

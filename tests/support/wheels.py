"""Look into wheels from outside, without the code under test."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Entry", "check", "entries", "make_wheel", "read_dist_info", "record_row"]


class Entry(NamedTuple):
    """One entry as it stands in the archive: the bytes from its header to the next one, and what the directory says."""

    name: str
    raw: bytes
    date: tuple[int, int, int, int, int, int]
    external_attr: int
    internal_attr: int
    create_system: int
    flags: int
    method: int
    crc: int
    size: int
    comment: bytes
    extra: bytes


def entries(path: Path) -> list[Entry]:
    """Return the entries in the order of their bytes; they must fill the archive up to its directory without a gap."""
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
        ends = [*(info.header_offset for info in infos[1:]), archive.start_dir]
        assert infos[0].header_offset == 0
    found = []
    for info, end in zip(infos, ends, strict=True):
        raw = data[info.header_offset : end]
        assert raw.startswith(b"PK\3\4")
        name_length = int.from_bytes(raw[26:28], "little")
        assert raw[30 : 30 + name_length].decode() == info.filename
        if not info.flag_bits & 0x08:  # no data descriptor: the length is exactly known
            extra_length = int.from_bytes(raw[28:30], "little")
            assert len(raw) == 30 + name_length + extra_length + info.compress_size
        found.append(
            Entry(
                info.filename,
                raw,
                info.date_time,
                info.external_attr,
                info.internal_attr,
                info.create_system,
                info.flag_bits,
                info.compress_type,
                info.CRC,
                info.file_size,
                info.comment,
                info.extra,
            )
        )
    return found


def check(path: Path) -> None:
    """Assert that the archive is sound and that RECORD lists every file, each once, with the right hash and size."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(set(names)) == len(names)
        (record,) = (name for name in names if name.endswith(".dist-info/RECORD"))
        rows = list(csv.reader(io.StringIO(archive.read(record).decode("utf-8"), newline="")))
        assert sorted(row[0] for row in rows) == sorted(name for name in names if not name.endswith("/"))
        for name, digest, size in rows:
            if name == record:
                assert (digest, size) == ("", "")
            else:
                assert [name, digest, size] == record_row(name, archive.read(name))


def record_row(name: str, content: bytes) -> list[str]:
    """Return the row of RECORD for a file (the recording format of the binary distribution specification)."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return [name, f"sha256={digest}", str(len(content))]


def read_dist_info(path: Path, name: str) -> bytes:
    """Return the content of ``<dist-info>/name``."""
    with zipfile.ZipFile(path) as archive:
        (member,) = (m for m in archive.namelist() if m.count("/") == 1 and m.endswith(f".dist-info/{name}"))
        return archive.read(member)


def make_wheel(
    path: Path,
    files: dict[str, bytes],
    *,
    dist_info: str = "demo-1.0.dist-info",
    record_at: int | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
    date: tuple[int, int, int, int, int, int] = (2020, 2, 2, 0, 0, 0),
    comment: bytes = b"",
) -> Path:
    """Write a wheel with *files* and a right RECORD, as the entry number *record_at* (None: the last)."""
    record = f"{dist_info}/RECORD"
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(
        [*(record_row(name, content) for name, content in files.items()), [record, "", ""]]
    )
    members = list(files.items())
    members.insert(len(members) if record_at is None else record_at, (record, text.getvalue().encode()))
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = comment
        for number, (name, content) in enumerate(members):
            info = zipfile.ZipInfo(name, date)
            info.compress_type = compression
            info.external_attr = (0o100644 if number % 2 else 0o100755) << 16
            archive.writestr(info, content)
    return path

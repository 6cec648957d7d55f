"""Put one more file into the ``.dist-info`` of a finished wheel.

hatchling offers no way to place a file directly in ``.dist-info``: ``extra_metadata`` ends in a folder of its own, and
``force_include`` goes through the ``sources`` rewrite and switches off hatchling's "unable to determine which files to
ship" error. So the finished archive is extended: everything but RECORD is copied byte for byte, nothing is
compressed again (a wheel of a gigabyte costs its copy), and the result replaces the wheel by a rename.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import itertools
import os
import shutil
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from cachekeys.errors import CacheKeysError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["WheelError", "add"]

_RESERVED = frozenset({"RECORD", "METADATA", "WHEEL", "INSTALLER", "REQUESTED", "direct_url.json"})
_SIGNATURES = ("RECORD.jws", "RECORD.p7s")
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800


class WheelError(CacheKeysError):
    """The archive is no wheel that we dare to change. It has not been touched."""


class _Span(NamedTuple):
    """A range of bytes of the archive, ``end`` exclusive."""

    start: int
    end: int


def add(path: str | os.PathLike[str], name: str, content: bytes) -> bool:
    """Write *content* to ``<dist-info>/name`` of the wheel at *path*, and its hash to RECORD.

    The new entries take date, permissions and compression from the archive's own RECORD entry, so the same wheel
    and the same content always give the same bytes. A file of that name is replaced. Every other entry keeps its bytes.

    :param name: a plain file name (``cachekeys.json``).
    :return: False when the wheel already held exactly this, and was left alone.
    :raises WheelError: not a wheel, or one with features that we refuse to guess about; the file is unchanged.
    :raises OSError: the wheel cannot be read or replaced; the file is unchanged.
    """
    if name in _RESERVED or not name.isprintable() or not name.strip(" .") or any(c in name for c in "/\\:"):
        raise WheelError(f"{name!r} cannot be added to a wheel: it is reserved or no plain file name")
    wheel = os.path.realpath(path)  # replace the file, not a link to it
    try:
        with zipfile.ZipFile(wheel) as archive:
            record = _check(archive, wheel)
            target = f"{record.filename.rpartition('/')[0]}/{name}"
            old_rows = _rows(archive.read(record), wheel)
            rows = _with_row(old_rows, target, content, record.filename)
            present = target in archive.NameToInfo
            if present and rows == old_rows and archive.read(target) == content:
                return False
            dropped = [record.filename, target] if present else [record.filename]
            spans = _spans(archive, dropped)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise WheelError(f"{wheel}: not a readable wheel: {error}") from error
    temporary = f"{wheel}.{os.getpid()}.tmp"
    try:
        shutil.copyfile(wheel, temporary)
        shutil.copymode(wheel, temporary)
        _close_gaps(temporary, spans)
        _write(temporary, spans, record, [(target, content), (record.filename, _text(rows))])
        os.replace(temporary, wheel)
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)
    return True


def _check(archive: zipfile.ZipFile, wheel: str) -> zipfile.ZipInfo:
    """Return the entry of RECORD, or refuse the archive."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    records = [entry for entry in entries if entry.filename.endswith(".dist-info/RECORD") and _depth(entry) == 1]
    if len(records) != 1:
        raise WheelError(f"{wheel}: not a wheel: it holds {len(records)} '*.dist-info/RECORD' entries instead of one")
    if len(set(names)) != len(names):
        raise WheelError(f"{wheel}: two entries have the same name")
    if min(entry.header_offset for entry in entries) != 0:
        raise WheelError(f"{wheel}: there is data in front of the first entry")
    if len({entry.header_offset for entry in entries}) != len(entries):
        raise WheelError(f"{wheel}: two entries share their data")
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise WheelError(f"{wheel}: {entry.filename!r} is encrypted")
        if entry.filename != entry.orig_filename or not (entry.filename.isascii() or entry.flag_bits & _UTF8_NAME):
            raise WheelError(f"{wheel}: the name {entry.orig_filename!r} is not UTF-8, as the wheel format demands")
        if entry.filename.rpartition("/")[2] in _SIGNATURES and _depth(entry) == 1:
            raise WheelError(f"{wheel}: RECORD is signed ({entry.filename}); a change would break the signature")
    return records[0]


def _depth(entry: zipfile.ZipInfo) -> int:
    return entry.filename.count("/")


def _spans(archive: zipfile.ZipFile, names: Iterable[str]) -> list[_Span]:
    """Return the bytes that the entries *names* take up, in the order of the archive.

    The last span is empty and marks the end of all entries.
    """
    end = archive.start_dir
    starts = [*sorted(entry.header_offset for entry in archive.infolist()), end]
    after = dict(itertools.pairwise(starts))
    offsets = sorted(archive.getinfo(name).header_offset for name in names)
    return [*(_Span(offset, after[offset]) for offset in offsets), _Span(end, end)]


def _close_gaps(path: str, spans: Sequence[_Span]) -> None:
    """Move what follows each span over it. Nothing moves in the usual case, where RECORD is the last entry."""
    with open(path, "r+b") as file:
        to = spans[0].start
        for span, following in itertools.pairwise(spans):
            at = span.end
            while at < following.start:
                file.seek(at)
                chunk = file.read(min(1 << 20, following.start - at))
                file.seek(to)
                file.write(chunk)
                at += len(chunk)
                to += len(chunk)


def _write(path: str, spans: Sequence[_Span], like: zipfile.ZipInfo, files: Sequence[tuple[str, bytes]]) -> None:
    """Write *files* behind the moved entries of *path*, and a new directory of the archive.

    zipfile cannot remove an entry, but it writes where ``start_dir`` says, lists what is in ``filelist``, and cuts
    the file off behind its last byte (CPython 3.10 to 3.13).
    """
    gone = {span.start for span in spans[:-1]}
    with zipfile.ZipFile(path, "a") as archive:
        archive.start_dir -= sum(span.end - span.start for span in spans)
        kept = [entry for entry in archive.filelist if entry.header_offset not in gone]
        for entry in kept:
            entry.header_offset -= sum(span.end - span.start for span in spans if span.start < entry.header_offset)
        archive.filelist[:] = kept
        archive.NameToInfo = {entry.filename: entry for entry in kept}
        for name, content in files:
            entry = zipfile.ZipInfo(name, like.date_time)
            entry.compress_type = like.compress_type
            entry.external_attr = like.external_attr
            entry.create_system = like.create_system
            archive.writestr(entry, content)


def _rows(raw: bytes, wheel: str) -> list[list[str]]:
    try:
        rows = [row for row in csv.reader(io.StringIO(raw.decode("utf-8"), newline="")) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise WheelError(f"{wheel}: RECORD is not UTF-8 CSV: {error}") from error
    for row in rows:
        if len(row) != 3:  # noqa: PLR2004 - path, hash, size
            raise WheelError(f"{wheel}: RECORD has a line of {len(row)} fields instead of 3: {row[0]!r}")
    return rows


def _with_row(rows: Sequence[list[str]], path: str, content: bytes, record: str) -> list[list[str]]:
    """Return *rows* with the one of *path* right: in its old place, or in front of RECORD's own."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    row = [path, f"sha256={digest}", str(len(content))]
    places = [number for number, old in enumerate(rows) if old[0] == path]
    others = [old for old in rows if old[0] != path]
    last = bool(others) and others[-1][0] == record
    place = places[0] if places else len(others) - last
    return [*others[:place], row, *others[place:]]


def _text(rows: Sequence[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")

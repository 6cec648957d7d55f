"""The rows of an installed RECORD: one file's row set right, every other byte as it was.

The format is that of the specification "Recording installed projects": CSV with path, hash and size.
"""

from __future__ import annotations

import hashlib
from binascii import b2a_base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["row_of", "with_row"]

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_QUOTED = frozenset(',"\r\n')


def row_of(path: str, content: bytes) -> str:
    """Return the row for a file, without the end of the line."""
    digest = b2a_base64(hashlib.sha256(content).digest(), newline=False).rstrip(b"=").translate(_URL_SAFE).decode()
    # As the csv module writes it, which is not worth its import.
    quoted = path if _QUOTED.isdisjoint(path) else '"' + path.replace('"', '""') + '"'
    return f"{quoted},sha256={digest},{len(content)}"


def with_row(record: bytes, path: str, content: bytes) -> bytes:
    """Return the RECORD with exactly one row for the file *path* (relative to ``site-packages``), and that right.

    uv leaves two rows for a ``uv_cache.json`` that a wheel has brought (0.13.8). The row keeps its place; a new one comes
    before RECORD's own, which is the last by custom.
    """
    rows = list(_rows(record.decode("utf-8", "surrogateescape")))
    ending = "\r\n" if rows and rows[-1][1].endswith("\r\n") else "\n"
    if rows and not rows[-1][1].endswith("\n"):
        rows[-1] = rows[-1][0], rows[-1][1] + ending
    places = [number for number, (name, _) in enumerate(rows) if name == path]
    own = path.rpartition("/")[0] + "/RECORD"
    place = places[0] if places else len(rows) - bool(rows and rows[-1][0] == own)
    kept = [text for name, text in rows[:place] if name != path], [text for name, text in rows[place:] if name != path]
    text = "".join((*kept[0], row_of(path, content) + ending, *kept[1]))
    return text.encode("utf-8", "surrogateescape")


def _rows(text: str) -> Iterator[tuple[str, str]]:
    """Yield the path in each row, with ``/`` between its parts, and the row's own text with its end of line.

    Not with :mod:`csv`: that gives no text back, and refuses bytes that may well be in a name.
    """
    row: list[str] = []
    quoted = False
    for line in _lines(text):
        row.append(line)
        quoted ^= bool(line.count('"') % 2)
        if not quoted:  # else the end of the line is within a quoted name
            yield _path(row[0]), "".join(row)
            row = []
    for line in row:  # a quote is never closed: no RECORD that could be read, but ours has to be found again
        yield _path(line), line


def _lines(text: str) -> Iterator[str]:
    """Split at newlines only; :meth:`str.splitlines` knows more characters that end a line."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _path(row: str) -> str:
    if row.startswith('"'):
        path = row[1:].replace('""', "\0").partition('"')[0].replace("\0", '"')
    else:
        path = row.rstrip("\r\n").partition(",")[0]
    return path.replace("\\", "/")

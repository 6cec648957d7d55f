"""What ``uv.lock`` says about one package, without parsing all of it: a lock of a large project takes 100 ms to parse.

The file is written by uv only, always in the same form, so its lines can be relied upon (uv 0.13.8, ``version = 1``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cachekeys.project import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LockedPackage", "find"]


class LockedPackage(NamedTuple):
    """A package of the lock. ``source`` is ``editable``, ``virtual``, ``directory``, ``registry`` ...; ``path`` its value.

    ``version`` is None for a local package whose version is dynamic.
    """

    version: str | None
    source: str
    path: str


def find(text: str, name: str) -> tuple[LockedPackage, ...]:
    """Return the entries for the package *name* (normalised): several when the lock forks."""
    return tuple(_entries(text, normalise(name)))


def _entries(text: str, name: str) -> Iterator[LockedPackage]:
    start = f'[[package]]\nname = "{name}"\n'
    text = text.replace("\r\n", "\n")
    at = text.find(start)
    while at >= 0:
        end = text.find("\n[", at + len(start))
        lines = text[at + len(start) : end if end >= 0 else len(text)].splitlines()
        version = next((_string(line) for line in lines if line.startswith("version = ")), None)
        source = next((line for line in lines if line.startswith("source = ")), "")
        kind, _, value = source.removeprefix("source = {").rstrip("} ").strip().partition(" = ")
        yield LockedPackage(version, kind, _string(f"= {value}") or "")
        at = text.find(start, at + 1)


def _string(line: str) -> str | None:
    value = line.partition("= ")[2].strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else None

"""Read a record back, wherever its text comes from, and trust nothing in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from cachekeys.errors import CacheKeysError
from cachekeys.record.content import Content
from cachekeys.record.payload import SCHEMA_VERSION, digest
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cachekeys.inputs.model import Mode

__all__ = ["NAME", "Record", "RecordError", "loads"]

NAME = "cachekeys.json"


class RecordError(CacheKeysError):
    """There is no record, or it is not one that we can read."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record, see ``cachekeys/schemas/record.schema.json``; ``raw`` is the whole of it.

    ``inputs`` and ``watched`` name the members of ``files`` that the build reads and that uv watches; ``patterns`` (globs
    and names) are about files to come.
    """

    mode: Mode
    files: Mapping[str, Content]
    inputs: frozenset[str]
    watched: frozenset[str]
    patterns: Mapping[str, tuple[str, ...]]
    environment: Mapping[str, Literal["set", "unset"]]
    findings: tuple[str, ...]
    digest: str
    raw: Mapping[str, Any]


def loads(text: str | bytes, source: str = NAME) -> Record:
    """Return the record in *text*.

    :param source: how to call it in an error.
    :raises RecordError: no record, one of a newer schema, or one that was changed since it was written.
    """
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:  # a JSONDecodeError or UnicodeDecodeError is a ValueError
        raise RecordError(f"{source}: not JSON: {error}") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("schema_version"), int):
        raise RecordError(f"{source}: not a record: it has no schema_version")
    if raw["schema_version"] != SCHEMA_VERSION:
        raise RecordError(
            f"{source}: the record's schema_version is {raw['schema_version']}, this cachekeys reads {SCHEMA_VERSION}; "
            "use another version of cachekeys"
        )
    if raw.get("digest") != digest(raw):
        raise RecordError(f"{source}: the record's digest is not that of its content; it was changed or cut off")
    try:
        files = {path: Content(entry["sha256"], entry["size"]) for path, entry in raw["files"].items()}
        return Record(
            mode=raw["mode"],
            files=files,
            inputs=frozenset(path for path, entry in raw["files"].items() if entry["input"]),
            watched=frozenset(path for path, entry in raw["files"].items() if entry["watched"]),
            patterns={name: tuple(raw["patterns"][name]) for name in ("inputs", "not_inputs", "outputs")},
            environment=dict(raw["environment"]),
            findings=tuple(raw["findings"]),
            digest=raw["digest"],
            raw=raw,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RecordError(f"{source}: not a record: {type(error).__name__}: {error}") from None

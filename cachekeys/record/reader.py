"""Read a record back, from a wheel or from what is installed, and trust nothing in it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Literal

from cachekeys.errors import CacheKeysError
from cachekeys.record.content import Content
from cachekeys.record.payload import SCHEMA_VERSION, digest
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cachekeys.inputs.model import Mode

__all__ = ["NAME", "Record", "RecordError", "installed", "loads", "of_wheel"]

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


def installed(name: str) -> Record:
    """Return the record of the installed distribution *name*.

    :raises RecordError: it is not installed, or has no record.
    """
    from importlib.metadata import PackageNotFoundError, distribution  # costs 44 ms

    try:
        text = distribution(name).read_text(NAME)
    except (PackageNotFoundError, ValueError):  # ValueError: an empty name, or not UTF-8
        text = None
    if text is None:
        raise RecordError(
            f"{name}: not installed here, or built without the cachekeys plugin (no {NAME} in its dist-info)"
        )
    return loads(text, f"{name}: {NAME}")


def of_wheel(path: str | os.PathLike[str]) -> Record:
    """Return the record in the wheel at *path*.

    :raises RecordError: no such wheel, or it has no record.
    """
    import zipfile  # only this function needs it

    shown = os.fspath(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = [
                name for name in archive.namelist() if name.endswith(f".dist-info/{NAME}") and name.count("/") == 1
            ]
            if len(members) != 1:
                raise RecordError(f"{shown}: has {len(members)} {NAME} in its dist-info instead of one")
            return loads(archive.read(members[0]), f"{shown}: {NAME}")
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise RecordError(f"{shown}: cannot be read: {error}") from error

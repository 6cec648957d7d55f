"""What ``cachekeys trace`` sees of a build of the same project, kept in a file like the truth that it is held against."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from support.recall import Build, traced

from _corpus import bare

if TYPE_CHECKING:
    from pathlib import Path

    from _corpus.projects import Entry

__all__ = ["Seen", "run", "stored"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One trace. ``read`` are files of the project, its symlinks resolved; ``variables`` those that the project's own code read."""

    read: list[str]
    variables: list[str]
    observers: list[str]
    blind: list[str]
    seconds: float


def _file(entry: Entry, cache: Path) -> Path:
    return cache / "traces" / f"{entry.label}-{entry.mode}.json"


def stored(entry: Entry, cache: Path) -> Seen | None:
    """Return what an earlier trace saw, or None."""
    try:
        return Seen(**json.loads(_file(entry, cache).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def run(entry: Entry, pristine: Path, cache: Path) -> Seen:
    """Trace the build of a copy and keep what was seen.

    :raises CacheKeysError: the build failed.
    """
    environ = bare.surroundings(cache)
    environ |= {
        "PYTHONDONTWRITEBYTECODE": "1",
        "UV_NO_CONFIG": "1",
        "CFLAGS": "-O0",  # as for the truth: what is read does not depend on it
        "CXXFLAGS": "-O0",
        **entry.environ,
    }
    place = cache / "traced" / entry.label
    started = time.monotonic()
    trace, files = traced(pristine, place, Build(environ, mode="wheel" if entry.mode == "wheel" else "editable"))
    shutil.rmtree(place)
    seen = Seen(
        read=sorted(files),
        variables=sorted({variable.name for variable in trace.variables if variable.own}),
        observers=list(trace.observers),
        blind=list(trace.blind),
        seconds=round(time.monotonic() - started, 1),
    )
    file = _file(entry, cache)
    file.parent.mkdir(parents=True, exist_ok=True)
    scratch = file.with_suffix(".new")
    scratch.write_text(json.dumps(asdict(seen), indent=1), encoding="utf-8")
    scratch.replace(file)
    return seen

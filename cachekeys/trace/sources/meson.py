"""What Meson says in its introspection files: the files that define the build, and the sources of the targets that were built.

``meson-info/intro-buildsystem_files.json`` and ``intro-targets.json`` (Meson's manual, "IDE integration"). Meson is a Python program,
so the observer in Python has mostly seen the former; this is for a Meson that it could not be loaded into.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from cachekeys.trace.model import Event
from cachekeys.trace.sources._places import declared, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.trace.context import Context
    from cachekeys.trace.model import Observer

__all__ = ["KEEP", "NAME", "read"]

NAME: Observer = "meson"
KEEP = ("meson-info/intro-buildsystem_files.json", "meson-info/intro-targets.json")


def read(context: Context) -> Iterator[Event]:
    """Yield the build's definition and the sources."""
    kind = declared(context)
    paths: dict[str, None] = {}
    for file in found(context, KEEP):
        try:
            content = json.loads(file.text())
        except ValueError:
            continue
        if isinstance(content, list):
            paths |= dict.fromkeys(_paths(content))
    for path in paths:
        if os.path.isabs(path) and os.path.isfile(path):
            yield Event(kind, os.path.normpath(path), NAME)


def _paths(content: list[Any]) -> Iterator[str]:
    for entry in content:
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, dict) and entry.get("build_by_default", True):
            for group in entry.get("target_sources") or ():
                yield from (path for path in group.get("sources") or () if isinstance(path, str))

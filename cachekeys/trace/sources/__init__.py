"""Sources of truth about a build: one module for each tool that can say what it read. Adding one is one new file here.

A module has ``NAME``, its name as an observer, and any of these functions:

``prepare(context) -> Mapping[str, str]``
    Called before the build. Returns what to add to its environment; may put files into ``context.directory``. A variable that
    the user has set is the source's to continue (``context.environment``).
``processes(context) -> Iterator[ProcessRecord]``
    Called after the build. The programs that it saw, with ``pid``; numbers and parents are filled in by the caller. One that the
    Python observer has seen, too, is recognised by its pid.
``read(context) -> Iterator[Event]``
    Called after the build, with all processes known (``context.number(pid)``). Paths absolute.
``blind(context) -> Iterator[str]``
    Called after ``read``. Sentences about what this source could not see, for the user.

Its ``KEEP`` names files (glob patterns for the base name, or for the last parts of the path: ``.cmake/api/v1/reply/*.json``) that
must outlive their directory: back ends build in temporary directories and remove them. When a Python process is about to remove a directory
tree, the matching files in it are copied and found as ``context.kept``.

Whatever any of these functions raises becomes a sentence in ``Trace.blind`` (or is swallowed inside the build); it never fails the
build.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from cachekeys.trace.model import Observer

__all__ = ["name", "sources"]


def sources() -> Iterator[ModuleType]:
    """Yield the modules of this package, sorted by name; those that begin with ``_`` are helpers.

    First ``preload``: where it is at work others have less to do.
    """
    from importlib import import_module
    from pkgutil import iter_modules

    for found in sorted(iter_modules(__path__), key=lambda module: (module.name != "preload", module.name)):
        if not found.name.startswith("_"):
            yield import_module(f"{__name__}.{found.name}")


def name(source: ModuleType) -> Observer:
    """Return the name of a source."""
    return cast("Observer", source.NAME)

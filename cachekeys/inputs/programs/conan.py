"""Conan: the recipe in the directory that it installs, its lock file, and what a recipe in Python reads.

Profiles and other files that the command line names count anyway. ``conanfile.txt`` is taken where there is no recipe (Conan 2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.model import BuildInput
from cachekeys.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.inputs.programs import Start

PROGRAMS = frozenset({"conan"})
_READING = frozenset({"install", "build", "create", "export-pkg", "export", "source"})
_METHODS = (
    *("config_options", "configure", "requirements", "build_requirements", "layout", "generate", "validate", "build"),
    *("set_name", "set_version", "imports", "source", "package", "package_info"),
)


def inputs(start: Start) -> Iterator[Detected]:
    """Yield the recipe, and what it reads."""
    if _READING.isdisjoint(start.words):
        return
    places = dict.fromkeys(
        (*(start.inside(word) for word in start.words[2:] if not word.startswith("-")), start.inside("."))
    )
    for place in places:
        for name in ("conanfile.py", "conanfile.txt"):
            path = place if place.endswith(name) else f"{place}/{name}".removeprefix("./")
            if not start.project.is_file(path):
                continue
            yield from start.file(path, "conan installs what it asks for")
            lock = f"{path[: -len(name)]}conan.lock"
            yield from start.file(lock, "conan takes the versions of packages from it")
            if name == "conanfile.py":
                yield from _recipe(start, path)
            return


def _recipe(start: Start, path: str) -> Iterator[Detected]:
    from cachekeys.inputs.hook_script import hook_inputs  # it needs this package

    for item in hook_inputs(start.project, path, methods=_METHODS):
        if isinstance(item, BuildInput):
            yield replace(item, chain=(*(item.chain or (item.origin,)), start.origin, *start.chain))

"""Files that the configuration of a plugin names, when nothing more is known about the plugin.

A text in its table that is a file of the project is likely read; a directory with a manifest of cargo or npm in it is likely built.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import everything_below, relative
from cachekeys.inputs.includes import C_SUFFIXES, CYTHON_SUFFIXES, NATIVE_SUFFIXES, follow
from cachekeys.inputs.model import BuildInput, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Detected, Role
    from cachekeys.project import Project

__all__ = ["named_inputs"]

MAX_TEXTS = 1000


def named_inputs(
    project: Project, config: object, tool: str, origin: Origin, *, affects: Affects = "code"
) -> Iterator[Detected]:
    """Yield what the texts in *config*, at any depth, name.

    :param tool: who may read it, for the explanation.
    """
    sources: list[str] = []
    directories: list[str] = []
    why = f"{tool} is configured with its name"
    for text in _texts(config):
        path = relative(project, text)
        if path is None or path.startswith(("..", "/")) or path == ".":
            continue
        if project.is_file(path):
            is_native = path.lower().endswith(NATIVE_SUFFIXES)
            sources += [path] if path.lower().endswith((*C_SUFFIXES, *CYTHON_SUFFIXES)) else []
            role: Role = "native-source" if is_native else "build-config"
            yield BuildInput("file", path, role, why, origin, affects, "likely")
        elif project.is_dir(path):
            directories.append(path)
            yield from _directory(project, path, tool, origin)
    for item in follow(project, sources, directories):
        place = Origin(item.by, item.line)
        yield BuildInput("file", item.path, "native-source", f"{item.by} includes it", place, affects, "likely")


def _directory(project: Project, path: str, tool: str, origin: Origin) -> Iterator[Detected]:
    if project.is_file(posixpath.join(path, "Cargo.toml")):
        from cachekeys.inputs.cargo import crate_inputs

        yield from crate_inputs(project, posixpath.join(path, "Cargo.toml"), tool, origin, confidence="likely")
    elif project.is_file(posixpath.join(path, "package.json")):
        from cachekeys.inputs.npm import npm_inputs

        yield from npm_inputs(project, path, origin)
    else:
        why = f"{tool} is configured with the name of the directory"
        yield BuildInput("files", everything_below(path), "build-config", why, origin, "code", "possible")


def _texts(value: object) -> list[str]:
    found: list[str] = []
    pending = [value]
    while pending and len(found) < MAX_TEXTS:
        item = pending.pop()
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, dict):
            pending += item.values()
        elif isinstance(item, list):
            pending += item
    return list(dict.fromkeys(found))

"""Bazel: the workspace's own files, and for each package on the way to a target its BUILD file and all that lies below it.

Which files a rule takes only Bazel knows; a target's package, and the packages that its BUILD files name by a label, are looked
up here (``//pkg/...`` and ``//pkg:name``), so sources of packages that nothing names are left out.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import everything_below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.inputs.programs import Start

PROGRAMS = frozenset({"bazel", "bazelisk", "bazel-real"})
_WORKSPACE = ("MODULE.bazel", "WORKSPACE", "WORKSPACE.bazel", "REPO.bazel")
_SETTINGS = (".bazelrc", ".bazelversion", ".bazelignore", "MODULE.bazel.lock")
_BUILD = ("BUILD.bazel", "BUILD")
_BUILDING = frozenset({"build", "run", "test", "cquery", "aquery", "fetch"})
_LABEL = r"//([\w./+-]*)"
_MAX_PACKAGES = 400


def inputs(start: Start) -> Iterator[Detected]:
    """Yield the workspace's files and those of the packages that are built."""
    if len(start.words) > 1 and _BUILDING.isdisjoint(start.words):
        return
    project, top = start.project, _workspace(start)
    if top is None:
        return
    for name in (*_WORKSPACE, *_SETTINGS):
        yield from start.file(_in(top, name), "bazel reads it in every build")
    pending = [label for word in start.words for label in _labels(word)] or [""]
    seen: set[str] = set()
    while pending and len(seen) < _MAX_PACKAGES:
        package = pending.pop().removesuffix("/...").rstrip("/")
        package = "" if package == "..." else package
        if package in seen:
            continue
        seen.add(package)
        for name in _BUILD:
            file = _in(top, package, name)
            if project.is_file(file):
                yield from start.file(file, "bazel builds what it describes")
                pending += _labels(project.read_text(file) or "")
                yield from _package(start, _in(top, package))
                break


def _workspace(start: Start) -> str | None:
    """Return the directory of the workspace, from the one in which Bazel runs upwards."""
    place = start.inside(".")
    while True:
        if any(start.project.is_file(_in(place, name)) for name in _WORKSPACE):
            return place
        if place in {".", ""} or place.startswith(".."):
            return None
        place = posixpath.dirname(place) or "."


def _package(start: Start, directory: str) -> Iterator[Detected]:
    """Yield the files of a package: those below its directory that no other BUILD file takes for itself."""
    from cachekeys.inputs.model import BuildInput  # few builds use Bazel

    below = start.project.files if directory == "." else start.project.files_below(f"{directory}/")
    inner = {posixpath.dirname(name) for name in below if posixpath.basename(name) in _BUILD} - {directory, ""}
    own = [name for name in below if not any(name.startswith(f"{other}/") for other in inner)]
    why = "it lies in a package that bazel builds"
    if directory != "." and len(own) == len(below):
        pattern = everything_below(directory)
        yield BuildInput("files", pattern, "native-source", why, start.origin, "code", "likely", chain=start.chain)
        return
    for name in own if directory != "." else ():
        yield from start.file(name, why, "native-source", "likely")
    if directory == ".":
        text = "\n".join(start.project.read_text(name) or "" for name in _BUILD)
        for name in dict.fromkeys(re.findall(r"[\"']:?([\w./+-]+)[\"']", text)):
            yield from start.file(name, why, "native-source", "likely")


def _labels(text: str) -> list[str]:
    return [match.removesuffix("/") for match in re.findall(_LABEL, re.sub(r"@[\w.~+-]*//", "@", text))]


def _in(*parts: str) -> str:
    return posixpath.normpath(posixpath.join(*parts))

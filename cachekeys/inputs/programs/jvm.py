"""Gradle, Maven, Ant and sbt: their build files from the directory in which they run downwards, and the sources below it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.inputs.programs import Start

_FILES = {
    "gradle": (
        *(
            "build.gradle",
            "build.gradle.kts",
            "settings.gradle",
            "settings.gradle.kts",
            "gradle.properties",
            "gradle.lockfile",
        ),
        *("libs.versions.toml", "gradle-wrapper.properties"),
    ),
    "mvn": ("pom.xml", "maven.config", "settings.xml"),
    "ant": ("build.xml", "build.properties", "ivy.xml"),
    "sbt": ("build.sbt", "build.properties", "plugins.sbt"),
}
_FAMILIES = {"gradlew": "gradle", "mvnw": "mvn"}
_ENDINGS = (".java", ".kt", ".scala", ".groovy")

PROGRAMS = frozenset({*_FILES, *_FAMILIES})


def inputs(start: Start) -> Iterator[Detected]:
    """Yield build files and sources."""
    family = _FAMILIES.get(start.program, start.program)
    file = start.option("-f", "--file", "-buildfile", "-b")
    top = start.inside(posixpath.dirname(file) if file else start.option("-p", "--project-dir") or ".")
    below = start.project.files if top == "." else start.project.files_below(f"{top}/")
    for name in below:
        if posixpath.basename(name) in _FILES[family]:
            yield from start.file(name, f"{start.program} builds what it describes")
    for ending in _ENDINGS:
        yield from start.tree(top, ending, f"{start.program} compiles it")
    resources = posixpath.normpath(f"{top}/src/main/resources")
    yield from start.tree(resources, "", f"{start.program} packs it", "dynamic-file")

"""Turn what a configure run was seen to read into build inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.interpreter import Interpreter
from cachekeys.inputs.environment import classify
from cachekeys.inputs.includes import C_SUFFIXES, CYTHON_SUFFIXES, follow
from cachekeys.inputs.model import BuildInput, Detected, Origin
from cachekeys.inputs.setup_script.generators import generator_inputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.cmake.roots import Root
    from cachekeys.project import Project

__all__ = ["detected"]


def detected(project: Project, root: Root) -> Iterator[Detected]:
    """Yield the inputs of the build that *root* configures."""
    interpreter = Interpreter(project)
    if not interpreter.configure(root.directory, root.definitions):
        return
    lists = "CMakeLists.txt" if root.directory == "." else f"{root.directory}/CMakeLists.txt"
    yield BuildInput("file", lists, "build-config", root.why, root.origin, "code")
    for path, seen in interpreter.files.items():
        yield BuildInput("file", path, seen.role, seen.why, Origin(*seen.place), seen.affects, seen.confidence)
        if seen.role == "build-script":
            yield from generator_inputs(project, path)
    for glob, seen in interpreter.globs.items():
        yield BuildInput("files", glob, seen.role, seen.why, Origin(*seen.place), seen.affects, seen.confidence)
    yield from _environment(interpreter)
    if not project.is_sdist:
        for what, place in interpreter.git.items():
            why = f"{place[0]} asks git for {'the tags' if what == 'tags' else 'the current commit'}"
            yield BuildInput("git", what, "scm-version", why, Origin(*place), "version")
    yield from _included(project, interpreter)


def _environment(interpreter: Interpreter) -> Iterator[Detected]:
    for name, place in interpreter.environment.items():
        kind = classify(name)
        if kind in {"speed", "session"}:
            continue
        why = f"{place[0]} reads it as $ENV{{{name}}}"
        yield BuildInput("env", name, "environment", why, Origin(*place), "code", optional=kind == "toolchain")


def _included(project: Project, interpreter: Interpreter) -> Iterator[Detected]:
    """Yield the headers of all sources, looked up in every include directory that any target has."""
    suffixes = (*C_SUFFIXES, *CYTHON_SUFFIXES)
    sources = [path for path in interpreter.files if path.lower().endswith(suffixes)]
    for item in follow(project, sources, interpreter.include_dirs):
        why = f"{item.by} includes it"
        yield BuildInput("file", item.path, "native-source", why, Origin(item.by, item.line), "code", item.confidence)

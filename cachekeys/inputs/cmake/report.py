"""Turn what a configure run was seen to read into build inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.interpreter import MAX_COMMANDS, Interpreter
from cachekeys.inputs.environment import classify
from cachekeys.inputs.includes import C_SUFFIXES, CYTHON_SUFFIXES, follow
from cachekeys.inputs.model import BuildInput, BuildOutput, Detected, Origin, Unresolved
from cachekeys.inputs.setup_script.generators import generator_inputs
from cachekeys.uv.globs import anchored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cachekeys.inputs.cmake.interpreter import Seen
    from cachekeys.inputs.cmake.roots import Root
    from cachekeys.inputs.model import Kind
    from cachekeys.project import Project

__all__ = ["detected"]


def detected(project: Project, root: Root) -> Iterator[Detected]:
    """Yield the inputs of the build that *root* configures."""
    interpreter = Interpreter(project, installs=root.installs)
    if not interpreter.configure(root.directory, root.definitions):
        return
    lists = "CMakeLists.txt" if root.directory == "." else f"{root.directory}/CMakeLists.txt"
    yield BuildInput("file", lists, "build-config", root.why, root.origin, "code")
    if interpreter.commands > MAX_COMMANDS:
        yield Unresolved(
            f"the lists files are too long to follow: stopped after {MAX_COMMANDS} commands", Origin(lists, 1)
        )
    generated: list[Detected] = []
    for path, seen in interpreter.files.items():
        if seen.role == "build-script":
            generated += generator_inputs(project, path)
    yield from generated
    written = [item.what for item in generated if isinstance(item, BuildOutput)]
    is_written = [anchored(what) for what in written]
    for path, seen in interpreter.files.items():
        if not any(matches(path) for matches in is_written):
            yield _input("file", path, seen)
    yield from _globs(project, interpreter, written, is_written)
    yield from _environment(interpreter)
    if not project.is_sdist:
        for what, place in interpreter.git.items():
            why = f"{place[0]} asks git for {'the tags' if what == 'tags' else 'the current commit'}"
            yield BuildInput("git", what, "scm-version", why, Origin(*place), "version")
    yield from _included(project, interpreter)


def _globs(
    project: Project, interpreter: Interpreter, written: list[str], is_written: list[Callable[[str], bool]]
) -> Iterator[Detected]:
    """Yield globs; where the build itself writes files that one matches, the other files that it matches now."""
    for glob, seen in interpreter.globs.items():
        matches = anchored(glob)
        if any(matches(path.replace("**/", "").replace("*", "x")) for path in written):
            for path in filter(matches, project.files):
                if not any(test(path) for test in is_written):
                    yield _input("file", path, seen)
            continue
        yield _input("files", glob, seen)


def _input(kind: Kind, what: str, seen: Seen) -> BuildInput:
    return BuildInput(kind, what, seen.role, seen.why, Origin(*seen.place), seen.affects, seen.confidence)


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

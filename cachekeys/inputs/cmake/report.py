"""Turn what a configure run was seen to read into build inputs."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cachekeys.inputs.cmake.interpreter import MAX_COMMANDS, Interpreter
from cachekeys.inputs.cmake.packages import package_inputs
from cachekeys.inputs.cmake.pruning import unbuilt_files
from cachekeys.inputs.cmake.scopes import Seen
from cachekeys.inputs.environment import classify
from cachekeys.inputs.includes import FOLLOWED_SUFFIXES, Include
from cachekeys.inputs.includes.report import included_inputs
from cachekeys.inputs.model import BuildInput, BuildOutput, Detected, Origin, Unresolved
from cachekeys.inputs.setup_script.generators import generator_inputs
from cachekeys.inputs.texts import ROOT, is_known, join, project_path
from cachekeys.uv.globs import anchored
from cachekeys.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cachekeys.inputs.cmake.roots import Root
    from cachekeys.inputs.model import Kind
    from cachekeys.project import Project

__all__ = ["detected"]


_CONFIGURING: WeakKeyDictionary[Project, set[str]] = WeakKeyDictionary()
"""The directories that are being looked at: what CMake runs may run CMake."""


def detected(project: Project, root: Root) -> Iterator[Detected]:
    """Yield the inputs of the build that *root* configures, in the modes in which it does."""
    active = _CONFIGURING.setdefault(project, set())
    if root.directory in active:
        return
    active.add(root.directory)
    try:
        for item in _detected(project, root):
            yield replace(item, modes=root.modes) if isinstance(item, BuildInput) and len(root.modes) == 1 else item
    finally:
        active.discard(root.directory)


def _detected(project: Project, root: Root) -> Iterator[Detected]:
    interpreter = Interpreter(project, installs=root.installs, components=root.components)
    lists = "CMakeLists.txt" if root.directory == "." else f"{root.directory}/CMakeLists.txt"
    interpreter.stack.append((root.origin.file, root.origin.line or 1))
    _command_line(project, interpreter, root)
    if not interpreter.configure(root.directory, root.definitions):
        return
    yield BuildInput("file", lists, "build-config", root.why, root.origin, "code")
    if interpreter.commands > MAX_COMMANDS:
        yield Unresolved(
            f"the lists files are too long to follow: stopped after {MAX_COMMANDS} commands", Origin(lists, 1)
        )
    for path in unbuilt_files(interpreter, root.targets) if root.builds else interpreter.building.compiled():
        del interpreter.files[path]
    generated: list[Detected] = []
    for path, seen in interpreter.files.items():
        if seen.role == "build-script":
            generated += generator_inputs(project, path)
    for (code, search), place in interpreter.snippets.items():
        from cachekeys.inputs.setup_script.snippets import snippet_inputs  # few builds have any

        generated += snippet_inputs(project, code, search, Origin(*place))
    yield from generated
    written = [item.what for item in generated if isinstance(item, BuildOutput)]
    is_written = [anchored(what) for what in written]
    for path, seen in interpreter.files.items():
        if not any(matches(path) for matches in is_written):
            yield _input("file", path, seen)
    for path, product in interpreter.products.items():
        why = f"{product.place[0]} has CMake write it"
        yield BuildOutput(path, why, Origin(*product.place), anew=product.anew, steady=product.steady)
    yield from _globs(project, interpreter, written, is_written)
    yield from _environment(interpreter)
    if not project.is_sdist:
        for what, place in interpreter.git.items():
            why = f"{place[0]} asks git for {'the tags' if what == 'tags' else 'the current commit'}"
            yield BuildInput("git", what, "scm-version", why, Origin(*place), "version")
    yield from _included(project, interpreter)
    for (directory, *words), place in interpreter.programs.items():
        from cachekeys.inputs.programs import Start, program_inputs  # few builds start any

        yield from program_inputs(Start(project, tuple(words), directory, place[0], Origin(*place)))
    yield from package_inputs(project, root, interpreter)


def _command_line(project: Project, interpreter: Interpreter, root: Root) -> None:
    """Take what CMake's command line names: presets, an initial cache, a toolchain file."""
    top = ROOT if root.directory == "." else f"{ROOT}/{root.directory}"
    for text, origin in root.arguments:
        place = (origin.file, origin.line or 1)
        if text.startswith("--preset="):
            _preset(project, interpreter, root, text.partition("=")[2], place)
            continue
        is_cache = text.startswith("-C")
        name = text[2:] if is_cache else text.partition("=")[2]
        path = next(
            (
                found
                for base in (ROOT, top)
                if (found := project_path(join(base, name))) is not None and is_known(found) and project.is_file(found)
            ),
            None,
        )
        if path is None:
            continue
        what = "an initial cache" if is_cache else "the toolchain"
        interpreter.note(path, Seen("build-config", "code", f"{origin.file} gives it to CMake as {what}", place))
        if is_cache:
            interpreter.run_file(path)
        else:
            root.definitions["CMAKE_TOOLCHAIN_FILE"] = (f"{ROOT}/{path}",)


def _preset(project: Project, interpreter: Interpreter, root: Root, name: str, place: tuple[str, int]) -> None:
    from cachekeys.inputs.cmake.presets import read_presets  # few builds use them

    found = read_presets(project, root.directory, name)
    for path, by in found.files.items():
        why = f"{by} includes it" if by else f"{place[0]} configures with a preset, and CMake looks it up there"
        interpreter.note(path, Seen("build-config", "code", why, (by, 1) if by else place))
    for variable in sorted(found.environment):
        interpreter.environment.setdefault(variable, (next(iter(found.files), place[0]), 1))
    for variable, value in found.variables.items():
        root.definitions.setdefault(variable, (value,))
    if found.toolchain:
        root.definitions.setdefault("CMAKE_TOOLCHAIN_FILE", (found.toolchain,))


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
    chain = tuple(Origin(*place) for place in reversed(seen.chain))
    return BuildInput(
        kind,
        what,
        seen.role,
        seen.why,
        Origin(*seen.place),
        seen.affects,
        seen.confidence,
        chain=chain if len(chain) > 2 else (),  # noqa: PLR2004 - more than the command, and who configures
    )


def _environment(interpreter: Interpreter) -> Iterator[Detected]:
    for name, place in interpreter.environment.items():
        kind = classify(name)
        if kind in {"speed", "session"}:
            continue
        form = "$env" if posixpath.basename(place[0]).endswith(".json") else "$ENV"
        why = f"{place[0]} reads it as {form}{{{name}}}"
        yield BuildInput("env", name, "environment", why, Origin(*place), "code", optional=kind == "toolchain")


def _included(project: Project, interpreter: Interpreter) -> Iterator[Detected]:
    """Yield the headers of all sources, looked up in every include directory that any target has."""
    followed = [path for path in interpreter.files if path.lower().endswith(FOLLOWED_SUFFIXES)]
    sources = [*followed, *(path for path in interpreter.templates if path not in followed)]
    named = [(place[0], Include(name, place[1], "quoted")) for name, place in interpreter.headers.items()]
    doubts = {path: seen.confidence for path, seen in interpreter.files.items() if seen.confidence != "certain"}
    yield from included_inputs(
        project, sources, interpreter.include_dirs, named, late_dirs=interpreter.late_dirs, doubts=doubts
    )

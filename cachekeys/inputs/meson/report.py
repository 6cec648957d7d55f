"""Turn what a run of ``meson setup`` was seen to read into build inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.environment import classify
from cachekeys.inputs.includes import NATIVE_SUFFIXES
from cachekeys.inputs.includes.report import included_inputs
from cachekeys.inputs.meson.interpreter import Interpreter
from cachekeys.inputs.meson.scope import Scope
from cachekeys.inputs.model import BuildInput, BuildOutput, Origin, Unresolved
from cachekeys.inputs.scripts import build_script
from cachekeys.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cachekeys.inputs.meson.scope import Seen
    from cachekeys.inputs.meson.values import Value
    from cachekeys.inputs.model import Detected, Kind, Mode
    from cachekeys.project import Project

__all__ = ["detected"]

_WHEEL: tuple[Mode, ...] = ("wheel",)
_BOTH: tuple[Mode, ...] = ("editable", "wheel")


def detected(
    project: Project, settings: Mapping[str, Value], tags: frozenset[str], why: str, directory: str = ""
) -> Iterator[Detected]:
    """Yield the inputs of the build whose top is *directory*, the project's own by default.

    :param settings: options that the build sets.
    :param tags: install tags that get into the wheel; all when empty.
    :param why: who configures the project.
    """
    interpreter = Interpreter(project, settings=dict(settings), tags=tags, scope=Scope(directory), top=directory)
    if not interpreter.enter("", why):
        return
    for (file, line), message in interpreter.problems.items():
        yield Unresolved(f"{file} {message}", Origin(file, line))
    outputs: set[str] = set()
    for item in _scripts(project, interpreter):
        if isinstance(item, BuildOutput):
            outputs.add(item.what)
        yield item
    for path, seen in interpreter.files.items():
        if path not in outputs:
            yield _input("file", path, seen, project)
    for what, seen in interpreter.globs.items():
        yield _input("files", what, seen, project)
    if not project.is_sdist:
        for what, place in interpreter.git.items():
            reason = f"{place.file} asks git for {'the tags' if what == 'tags' else 'the current commit'}"
            modes = _BOTH if "version" in project.dynamic else _WHEEL
            yield BuildInput("git", what, "scm-version", reason, place, "version", modes=modes)
    yield from _included(project, interpreter)
    for (where, words), place in interpreter.programs.items():
        from cachekeys.inputs.programs import Start, program_inputs  # few builds start any

        for item in program_inputs(Start(project, words, where, place.file, place)):
            yield replace(item, modes=_WHEEL) if isinstance(item, BuildInput) else item
    for below, (place, definitions) in interpreter.cmake.items():
        from cachekeys.inputs.cmake.report import detected as configured  # few projects have such a subproject
        from cachekeys.inputs.cmake.roots import Root

        reason = f"{place.file} has CMake configure it as a subproject"
        yield from configured(project, Root(below, reason, place, dict(definitions), installs=False, modes=_WHEEL))


def _input(kind: Kind, what: str, seen: Seen, project: Project) -> BuildInput:
    affects = seen.affects
    if what == "meson.build" and "version" in project.dynamic:
        affects = "version"
    modes = _BOTH if affects in {"version", "dependencies", "metadata"} else _WHEEL
    chain = (seen.place, *reversed(seen.chain)) if seen.chain else ()
    return BuildInput(kind, what, seen.role, seen.why, seen.place, affects, seen.confidence, modes=modes, chain=chain)


def _scripts(project: Project, interpreter: Interpreter) -> Iterator[Detected]:
    """Yield what the scripts that the build runs import and read."""
    for path, affects in interpreter.scripts.items():
        seen = interpreter.files[path]
        search = (path.rpartition("/")[0],)
        for item in build_script(project, path, seen.why, seen.place, affects=affects, search=search, name="__main__"):
            if isinstance(item, BuildInput):
                if item.kind == "env" and (
                    item.what.startswith("MESON") or classify(item.what) in {"speed", "session"}
                ):
                    continue  # Meson sets its own for the scripts
                modes = _BOTH if affects == "version" else _WHEEL
                yield replace(item, modes=modes)
            else:
                yield item


def _included(project: Project, interpreter: Interpreter) -> Iterator[Detected]:
    """Yield the headers of the sources, looked up in the include directories of their targets."""
    done: set[str] = set(interpreter.files)
    for includes, members in interpreter.groups.items():
        sources = [path for path in members if path.lower().endswith((*NATIVE_SUFFIXES, ".py"))]
        for item in included_inputs(project, sources, includes):
            if item.what in done:
                continue
            if item.confidence == "certain":
                done.add(item.what)
            yield replace(item, modes=_WHEEL)

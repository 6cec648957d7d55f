"""``mypycify()`` in a build script: the modules below directories that it is given, and all that mypyc reads for their types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import everything_below
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.mypyc import configuration, imported_types
from cachekeys.inputs.texts import expand, project_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.setup_script import Script
    from cachekeys.inputs.setup_script.facts import Native
    from cachekeys.project import Project

__all__ = ["MYPY_ARGUMENTS", "compiled_by_mypyc"]

MYPY_ARGUMENTS = "mypy arguments"
"""The attribute of an extension that keeps the options ``mypycify()`` was given (no real one has a space in its name)."""


def compiled_by_mypyc(project: Project, script: Script) -> Iterator[BuildInput]:
    """Yield what ``mypycify()`` makes the build read, beside the files that it is given one by one."""
    from cachekeys.inputs.setup_script.values import as_text  # projects with extensions only

    modules: dict[str, None] = {}
    arguments: dict[str, None] = {}
    origin = None
    for native in script.facts.natives:
        if native.kind.rpartition(".")[2] != "mypycify":
            continue
        origin = origin or Origin(script.file, native.place.within(script.file))
        arguments.update(dict.fromkeys(map(as_text, native.instance.attributes.get(MYPY_ARGUMENTS, ()))))
        for path in _paths(script, native):
            if project.is_dir(path):
                pattern = f"{everything_below(path)}.py"
                why = f"{script.file} has mypyc compile what is below {path}"
                yield BuildInput("files", pattern, "native-source", why, origin, "code")
                modules.update(dict.fromkeys(name for name in project.files_below(f"{path}/") if name.endswith(".py")))
            else:
                modules.update(dict.fromkeys(expand(project, path)))
    if origin is not None:
        yield from imported_types(project, modules)
        yield from configuration(project, list(arguments), origin)


def _paths(script: Script, native: Native) -> Iterator[str]:
    from cachekeys.inputs.setup_script.values import PathValue, alternatives, as_text  # projects with extensions only

    for value in native.instance.attributes.get("sources") or ():
        for option in alternatives(value):
            path = (
                project_path(as_text(option), script.facts.directory) if isinstance(option, (str, PathValue)) else None
            )
            if path is not None and path != ".":
                yield path

"""Sources of extension modules that a script puts together in ways that are not followed, and the variables that choose them.

Where ``setup()`` gets extension modules that are only known as it runs, and none that we know, each source file of the project
that the script or a module it loads names in a text is likely one of theirs. A variable that such a module looks up by its name, or that a class
there has as its own (``BUILD_VAR = "DEMO_BUILD_FAST"``, for whoever collects the classes), possibly decides about one.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.environment import classify
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.scripts import named_variables
from cachekeys.inputs.texts import project_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.setup_script import Script
    from cachekeys.project import Project

__all__ = ["named_sources", "own_variables"]

_SOURCE = rb"""["']([\w./+-]{3,200}\.(?:c|cc|cpp|cxx|cu|hip|m|mm|metal|sycl|S|asm|pyx|f|f90))["']"""
_MOST = 2000
_OWN_VARIABLE = re.compile(
    rb"""^[ \t]+(?:\w+_)?(?:VAR|VARIABLE|ENV|ENVVAR|ENV_NAME)[ \t]*=[ \t]*["']([A-Z][A-Z0-9_]{2,60})["'][ \t]*(?:#.*)?\r?$""",
    re.MULTILINE | re.IGNORECASE,
)
"""In the body of a class."""


def named_sources(project: Project, script: Script) -> Iterator[tuple[str, str, int]]:
    """Yield each source that is named: its path, the file that names it, the line."""
    if not _is_unfollowed(script):
        return
    by_ending: dict[str, list[str]] = {}
    for file in project.files:
        by_ending.setdefault(file.rpartition("/")[2], []).append(file)
    seen: set[str] = set()
    for module in _loaded(script):
        raw = project.read_bytes(module) or b""
        for match in re.finditer(_SOURCE, raw):
            name = project_path(match[1].decode())
            path = None if name is None else _found(project, name, by_ending)
            if path is not None and path not in seen and len(seen) < _MOST:
                seen.add(path)
                yield path, module, raw.count(b"\n", 0, match.start()) + 1


def own_variables(project: Project, script: Script) -> Iterator[BuildInput]:
    """Yield the variables that the modules look up by name, and those that their classes have as their own."""
    if not _is_unfollowed(script):
        return
    contents = {module: project.read_bytes(module) or b"" for module in _loaded(script)}
    speaking = [name for name, raw in contents.items() if _OWN_VARIABLE.search(raw) or re.search(_SOURCE, raw)]
    places = {posixpath.dirname(name) for name in speaking}  # elsewhere lies the product, which builds nothing
    modules = [name for name in contents if posixpath.dirname(name) in places]
    known = set(script.facts.environment)
    yield from (item for item in named_variables(project, modules) if item.what not in known)
    for module in modules:
        raw = contents[module]
        for match in _OWN_VARIABLE.finditer(raw):
            name = match[1].decode()
            if name not in known and match[1].isupper() and classify(name) in {"input", "toolchain"}:
                known.add(name)
                why = f"a class in {module} has it as its own, and which extension modules {script.file} builds is only known as it runs"
                origin = Origin(module, raw.count(b"\n", 0, match.start()) + 1)
                yield BuildInput("env", name, "environment", why, origin, "code", "possible", optional=True)


def _is_unfollowed(script: Script) -> bool:
    return script.facts.extensions is not None and not script.facts.natives


def _loaded(script: Script) -> list[str]:
    """Return the script and the modules that it loads, also those that were too many to be followed."""
    loaded = {read.path for read in script.facts.reads.values() if read.action in {"import", "exec"}}
    return [script.file, *sorted(loaded - {script.file})]


def _found(project: Project, name: str, by_ending: dict[str, list[str]]) -> str | None:
    """Return the file itself, or the only one whose path ends so when a directory is part of the name."""
    if project.is_file(name):
        return name
    ending = f"/{name}"
    files = [file for file in by_ending.get(name.rpartition("/")[2], ()) if "/" in name and file.endswith(ending)]
    return files[0] if len(files) == 1 else None

"""Sources of extension modules that a script puts together in ways that are not followed.

Where ``setup()`` gets extension modules that are only known as it runs, and none that we know, each source file of the project
that the script or a module it loads names in a text is likely one of theirs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.inputs.texts import project_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.setup_script import Script
    from cachekeys.project import Project

__all__ = ["named_sources"]

_SOURCE = rb"""["']([\w./+-]{3,200}\.(?:c|cc|cpp|cxx|cu|hip|m|mm|metal|sycl|S|asm|pyx|f|f90))["']"""
_MOST = 2000


def named_sources(project: Project, script: Script) -> Iterator[tuple[str, str, int]]:
    """Yield each source that is named: its path, the file that names it, the line."""
    if script.facts.extensions is None or script.facts.natives:
        return
    by_ending: dict[str, list[str]] = {}
    for file in project.files:
        by_ending.setdefault(file.rpartition("/")[2], []).append(file)
    seen: set[str] = set()
    loaded = {read.path for read in script.facts.reads.values() if read.action in {"import", "exec"}}
    for module in (script.file, *sorted(loaded - {script.file})):  # also those that were too many to be followed
        raw = project.read_bytes(module) or b""
        for match in re.finditer(_SOURCE, raw):
            name = project_path(match[1].decode())
            path = None if name is None else _found(project, name, by_ending)
            if path is not None and path not in seen and len(seen) < _MOST:
                seen.add(path)
                yield path, module, raw.count(b"\n", 0, match.start()) + 1


def _found(project: Project, name: str, by_ending: dict[str, list[str]]) -> str | None:
    """Return the file itself, or the only one whose path ends so when a directory is part of the name."""
    if project.is_file(name):
        return name
    ending = f"/{name}"
    files = [file for file in by_ending.get(name.rpartition("/")[2], ()) if "/" in name and file.endswith(ending)]
    return files[0] if len(files) == 1 else None

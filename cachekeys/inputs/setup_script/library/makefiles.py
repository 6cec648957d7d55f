"""Makefiles and shell scripts that a build runs: the project's files and directories that they name.

Neither language is interpreted: what stands in them as the name of a file, a ``wildcard``, a directory that is entered, or a
directory above (``../dynasm``) counts as read. In makefiles, variables with plain values are filled in, an object (``src/a.o``) stands
for the source beside it, and what they ``include`` is looked into as well.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.facts import Place
from cachekeys.inputs.texts import expand, project_path

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["note_named"]

MAX_SIZE = 300_000
MAX_WORDS = 20_000
_WORD = re.compile(r"[\w.+-]+(?:/[\w.+*?-]+)+|[\w+-]+\.[\w.+*?-]+|\*\.\w+")
_ASSIGNED = re.compile(r"^\s*(?:export\s+|override\s+)*([\w.-]+)\s*[:?+]*=[ \t]*(.*)$", re.MULTILINE)
_VARIABLE = re.compile(r"\$[({]([\w.-]+)[)}]")
_INCLUDED = re.compile(r"^\s*[-s]?include\s+(.+)$", re.MULTILINE)
_OBJECTS = (".o", ".obj", ".lo", ".os", ".so", ".pic")
_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".cu", ".f90", ".f", ".s", ".asm", ".pyx")
MAX_DEPTH = 4
MAX_VALUE = 4000
_ENTERED = re.compile(r"(?:\bcd|-C|--directory=?)\s+([\w./+-]+)")


def note_named(m: Machine, path: str, program: str, outer_names: dict[str, str] | None = None, depth: int = 0) -> None:
    """Note what the makefile or shell script *path* names, relative to where it is and to the project.

    :param outer_names: the variables of the makefile that includes it.
    """
    raw = m.project.read_bytes(path)
    if raw is None or len(raw) > MAX_SIZE:
        return
    here = posixpath.dirname(path)
    content = raw.decode("utf-8", "replace")
    if program == "make":
        joined = content.replace("\\\n", " ")
        names = _variables(joined, outer_names or {})
        for listed in _INCLUDED.findall(joined) if depth < MAX_DEPTH else ():
            for word in _filled(listed, names).split():
                for inner in expand(m.project, project_path(word, here) or "") or expand(m.project, word):
                    m.facts.read("run", inner, m.place(), "make")
                    note_named(m, inner, program, names, depth + 1)
        content = _filled(content, names)
    outer = m.place()
    calls = (*outer.calls, (outer.file, outer.line))
    seen: set[str] = set()
    for number, line in enumerate(content.split("\n"), 1):
        text = line.partition("#")[0]
        place = Place(path, number, calls)
        for match in _ENTERED.finditer(text):
            _tree(m, match[1], here, place, program)
        for word in _WORD.findall(text):
            if word in seen or len(seen) > MAX_WORDS:
                continue
            seen.add(word)
            if "*" in word or "?" in word:
                found = project_path(word, here)
                if found is not None and "/" in found:
                    m.facts.read("tree", found, place, program)
            elif word.startswith("../") and m.project.is_dir(project_path(word, here) or "\0"):
                _tree(m, word, here, place, program)
            else:
                _file(m, word, here, place, program)


def _variables(content: str, outer: dict[str, str]) -> dict[str, str]:
    """Return what the variables of a makefile are set to, as far as they are plain text; the last value counts."""
    names = dict(outer)
    for name, value in _ASSIGNED.findall(content):
        text = _filled(value.partition("#")[0].strip(), names)
        if name not in _VARIABLE.findall(text):
            names[name] = text[:MAX_VALUE]
    return names


def _filled(text: str, names: dict[str, str]) -> str:
    for _ in range(3):  # variables in variables
        if "$" not in text or len(text) > MAX_SIZE:
            break
        text = _VARIABLE.sub(lambda match: names.get(match[1], match[0]), text)
    return text


def _file(m: Machine, word: str, here: str, place: Place, program: str) -> None:
    for base in dict.fromkeys((here, "")):
        found = project_path(word, base)
        if found is not None and m.project.is_file(found) and found != place.file:
            m.facts.read("run", found, place, program)
            return
        stem, ending = posixpath.splitext(found or "")
        if program == "make" and ending in _OBJECTS:
            for suffix in _SOURCES:
                if m.project.is_file(stem + suffix):
                    m.facts.read("run", stem + suffix, place, "a compiler")
                    return


def _tree(m: Machine, word: str, here: str, place: Place, program: str) -> None:
    found = project_path(word, here)
    if found is not None and found not in {".", here} and not found.startswith("../") and m.project.is_dir(found):
        m.facts.read("tree", f"{found}/**/*", place, program)

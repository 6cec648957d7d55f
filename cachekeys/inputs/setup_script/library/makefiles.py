"""Makefiles and shell scripts that a build runs: the project's files and directories that they name.

Neither language is interpreted: what stands in them as the name of a file, a ``wildcard``, a directory that is entered, or a
directory above (``../dynasm``) counts as read.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.facts import Place
from cachekeys.inputs.texts import project_path

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["note_named"]

MAX_SIZE = 300_000
MAX_WORDS = 20_000
_WORD = re.compile(r"[\w.+-]+(?:/[\w.+*?-]+)+|[\w+-]+\.[\w.+*?-]+|\*\.\w+")
_ENTERED = re.compile(r"(?:\bcd|-C|--directory=?)\s+([\w./+-]+)")


def note_named(m: Machine, path: str, program: str) -> None:
    """Note what the makefile or shell script *path* names, relative to where it is and to the project."""
    raw = m.project.read_bytes(path)
    if raw is None or len(raw) > MAX_SIZE:
        return
    here = posixpath.dirname(path)
    outer = m.place()
    calls = ((outer.file, outer.line), *reversed(outer.calls))
    seen: set[str] = set()
    for number, line in enumerate(raw.decode("utf-8", "replace").split("\n"), 1):
        text = line.partition("#")[0]
        place = Place(path, number, tuple(reversed(calls)))
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


def _file(m: Machine, word: str, here: str, place: Place, program: str) -> None:
    for base in dict.fromkeys((here, "")):
        found = project_path(word, base)
        if found is not None and m.project.is_file(found) and found != place.file:
            m.facts.read("run", found, place, program)
            return


def _tree(m: Machine, word: str, here: str, place: Place, program: str) -> None:
    found = project_path(word, here)
    if found is not None and found not in {".", here} and not found.startswith("../") and m.project.is_dir(found):
        m.facts.read("tree", f"{found}/**/*", place, program)

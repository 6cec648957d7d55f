"""``distutils.extension.read_setup_file``: extension modules in the form of CPython's ``Modules/Setup``.

A line names a module, its sources, and words for the compiler; ``NAME = value`` defines what ``$(NAME)`` stands for. The file is often made by the
build from ``Setup.in`` and the like: then what those of its templates name that the script reads is likely compiled.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.library import Call, model
from cachekeys.inputs.setup_script.library.packaging import adopt_extension
from cachekeys.inputs.setup_script.values import External, Instance, Value, as_text
from cachekeys.inputs.texts import is_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.setup_script.machine import Machine

__all__: list[str] = []

_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".c++", ".m", ".mm")
"""Endings that read_setup_file() takes for sources (setuptools 84)."""

_DEFINITION = re.compile(r"\s*(\w+)\s*=\s*(.*)")
_VARIABLE = re.compile(r"\$\((\w+)\)|\$\{(\w+)\}")
_DEEP = 8
"""Variables that stand for variables."""


@model("distutils.extension.read_setup_file", "setuptools._distutils.extension.read_setup_file")
def _read_setup_file(call: Call) -> Value:
    m = call.machine
    path = m.locate(as_text(call.argument(0, "filename")))
    if path is None or not is_known(path):
        return call.result()
    names = [path] if m.project.is_file(path) else _templates(m, path)
    found: list[Value] = []
    for name in names:
        m.facts.read("open", name, m.place())
        for module, sources, places in _modules(m.project.read_text(name) or ""):
            instance = Instance(External(call.name))
            adopt_extension(m, instance, [module], {"sources": [*sources], "include_dirs": [*places]}, certain=True)
            found.append(instance)
    return found or call.result()


def _templates(m: Machine, path: str) -> list[str]:
    """Return the files that the script reads and whose names begin like that of the file, which the build makes."""
    start = posixpath.basename(path).lower()
    read = dict.fromkeys(read.path for read in m.facts.reads.values() if read.action in {"open", "copy", "given"})
    named = [name for name in read if posixpath.basename(name).lower().startswith(start)]
    return [name for name in named if m.project.is_file(name) and not name.endswith((".py", ".cfg"))]


def _modules(text: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield the modules of a Setup file: name, sources, include directories."""
    variables: dict[str, str] = {}
    lines = re.sub(r"(?m)#.*$", "", text.replace("\\\n", " ")).splitlines()
    for line in lines:
        if (definition := _DEFINITION.fullmatch(line)) is not None:
            variables[definition[1]] = definition[2]
    for line in lines:
        words = [] if _DEFINITION.fullmatch(line) else _expanded(line, variables).split()
        sources = [word for word in words[1:] if word.endswith(_SOURCES)]
        if sources:
            yield words[0], sources, [word[2:] for word in words[1:] if word.startswith("-I") and word[2:]]


def _expanded(line: str, variables: dict[str, str]) -> str:
    for _ in range(_DEEP):
        line, count = _VARIABLE.subn(lambda match: variables.get(match[1] or match[2], ""), line)
        if not count:
            break
    return line

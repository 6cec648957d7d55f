"""Say how a script gets to what it reads: the line that reads, the calls that lead there, and where the name stands.

The interpreter keeps the calls with everything that it notes. Where the name was written down is looked up afterwards,
for what is reported only: the literal that the path ends with, in a file that took part. When a literal stands in
several places, one that a call on the way stands beside is preferred, then the last one before the outermost of them.
"""

from __future__ import annotations

import ast
import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.model import Origin
from cachekeys.inputs.scripts import parse
from cachekeys.inputs.texts import is_known

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script import Script
    from cachekeys.inputs.setup_script.facts import Place
    from cachekeys.project import Project

__all__ = ["chain_to", "literals"]

MAX_LITERAL = 300
"""Characters of a text that may name a file; a longer one is a list of names, of which only the words count."""

Literal = tuple[int, int, int]
"""The line of a literal, and the first and last line of the statement that it is in."""


def chain_to(project: Project, script: Script, place: Place, name: str | None) -> tuple[Origin, ...]:
    """Return the places from the one that reads *name* (a path or a variable) back to where the name is written down.

    It is empty when one line of the script does it all. Where the name is written is not looked for when it is None.
    """
    steps = [(place.file, place.line), *reversed(place.calls)]
    steps = [step for number, step in enumerate(steps) if step[0] and step not in steps[:number]]
    written = _written(project, script, steps, name) if name is not None and is_known(name) else None
    if written is not None and written not in steps:
        steps.append(written)
    if len(steps) == 1 and steps[0][0] == script.file:
        return ()
    return tuple(Origin(file, line) for file, line in steps)


def _written(project: Project, script: Script, steps: list[tuple[str, int]], name: str) -> tuple[str, int] | None:
    """Return the place of the literal that *name* comes from, None when it is beside one of *steps* or not found."""
    for text in _endings(name):
        places: list[tuple[str, Literal]] = []
        for file in dict.fromkeys([file for file, _ in steps] + [script.file]):
            for literal in literals(project, script, file).get(text, ()):
                if any(file == at and literal[1] <= line <= literal[2] for at, line in steps):
                    return None
                places.append((file, literal))
        if places:
            file, line = steps[-1]
            before = [literal[0] for at, literal in places if at == file and literal[0] < line]
            return (file, before[-1]) if before else (places[0][0], places[0][1][0])
    return None


def _endings(name: str) -> list[str]:
    """Return the texts that may have been written for *name*, the longest first: the path, its ends, its stem."""
    parts = name.split("/")
    endings = ["/".join(parts[start:]) for start in range(len(parts))]
    stem = posixpath.splitext(parts[-1])[0]
    return [*endings, stem] if stem != parts[-1] else endings


def literals(project: Project, script: Script, file: str) -> dict[str, list[Literal]]:
    """Return the texts written in a file, and their words, each with its places."""
    if file not in script.literals:
        found: dict[str, list[Literal]] = {}
        tree = parse(project, file)
        if tree is not None:
            _collect(tree, (1, 1), found)
        script.literals[file] = found
    return script.literals[file]


def _collect(tree: ast.AST, span: tuple[int, int], found: dict[str, list[Literal]]) -> None:
    """Add every literal below *tree*; *span* are the lines of the innermost statement that has no block."""
    pending: list[tuple[ast.AST, tuple[int, int]]] = [(tree, span)]
    while pending:
        node, lines = pending.pop()
        if isinstance(node, ast.stmt) and not hasattr(node, "body"):
            lines = (node.lineno, node.end_lineno or node.lineno)
        elif isinstance(node, ast.stmt):
            lines = (node.lineno, node.lineno)
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                for line, text in _names(node.value, node.lineno):
                    found.setdefault(text, []).append((line, *lines))
            continue
        pending += [(child, lines) for child in reversed(list(ast.iter_child_nodes(node)))]


def _names(value: str, first: int) -> list[tuple[int, str]]:
    """Return the name that a literal in the line *first* is, or the words of a longer one, with their lines."""
    if "\n" not in value and len(value) <= MAX_LITERAL:
        text = posixpath.normpath(value).strip("/") if "/" in value else value
        return [(first, word) for word in (text, *(text.split() if " " in text else ()))]
    return [(first + number, word) for number, line in enumerate(value.split("\n")) for word in line.split()]

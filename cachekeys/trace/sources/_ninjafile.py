"""Read a ``build.ninja``: only which outputs are made from which inputs. The language: ninja's manual, "Ninja file reference"."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cachekeys.trace.sources._places import Found

__all__ = ["Edge", "edges"]

_PIECE = re.compile(r"\$[ :|$]|\$\{[\w.-]+\}|\$[\w-]+|\|\||\|@|[|:]|\s+|[^\s$|:]+|\$")
_ASSIGNMENT = re.compile(r"([\w.-]+)\s*=\s*(.*)")
_VARIABLE = re.compile(r"\$(?:\{([\w.-]+)\}|([\w-]+)|([ :|$]))")


class Edge(NamedTuple):
    """One ``build`` statement: paths as they are written, relative to the build directory. Order-only inputs are left out."""

    rule: str
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]

    @property
    def makes_nothing(self) -> bool:
        """Whether it only says that missing files are no error, as CMake does for all that it read."""
        return self.rule == "phony" and not self.inputs


def edges(build: Found, files: Mapping[str, Found]) -> Iterator[Edge]:
    """Yield the edges of a build file and of those that it includes; *files* are all that can be read."""
    yield from _edges(build, files, build.directory, {}, depth=0)


def _edges(
    build: Found, files: Mapping[str, Found], top: str, variables: dict[str, str], *, depth: int
) -> Iterator[Edge]:
    for line in re.sub(r"(?<!\$)((?:\$\$)*)\$\r?\n[ \t]*", r"\1", build.text()).splitlines():
        if line.startswith("build "):
            yield _edge(line[6:], variables)
        elif line.startswith(("include ", "subninja ")) and depth < 10:  # noqa: PLR2004 - deeper is a circle
            name = _expand(line.split(" ", 1)[1].strip(), variables)
            inner = files.get(os.path.normpath(os.path.join(top, name)))
            if inner is not None:
                scope = variables if line.startswith("include") else dict(variables)
                yield from _edges(inner, files, top, scope, depth=depth + 1)
        elif line[:1].strip():
            assignment = _ASSIGNMENT.match(line)
            if assignment:
                variables[assignment[1]] = _expand(assignment[2], variables)


def _edge(text: str, variables: Mapping[str, str]) -> Edge:
    outputs: list[str] = []
    inputs: list[str] = []
    into: list[str] | None = outputs
    word = rule = ""
    is_rule = False
    for piece in [*_PIECE.findall(text), " "]:
        if piece.isspace() or piece in {":", "|", "||", "|@"}:
            if word and is_rule:
                rule, is_rule = word, False
            elif word and into is not None:
                into.append(_expand(word, variables))
            word = ""
            if piece == ":" and into is outputs:
                into, is_rule = inputs, True
            elif piece in {"||", "|@"}:
                into = None
        else:
            word += piece
    return Edge(rule, tuple(outputs), tuple(inputs))


def _expand(text: str, variables: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda match: match[3] or variables.get(match[1] or match[2], ""), text)

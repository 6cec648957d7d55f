"""What a line for the shell, written in a project's configuration, makes a build read.

Files of the project that it names, scripts and modules that it runs with Python, what npm builds, git. Nothing is expanded or run.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import find_module
from cachekeys.inputs.model import BuildInput, Unresolved
from cachekeys.inputs.programs import Start, is_followed, program_inputs
from cachekeys.inputs.scripts import build_script
from cachekeys.inputs.texts import project_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected, Origin
    from cachekeys.project import Project

__all__ = ["command_inputs"]

_SEPARATOR = r"&&|\|\||[;|&\n]"
_PYTHON = re.compile(r"(?:python[\d.]*|pypy[\d.]*|py|\{.*python.*\}|\$\{?PYTHON\}?)(?:\.exe)?")
_GIT_FACTS = frozenset({"describe", "rev-parse", "log", "rev-list", "show", "tag", "name-rev"})
_HARMLESS = frozenset({"echo", "mkdir", "rm", "touch", "true", "cd", "pip", "uv", "export", "set"})


def command_inputs(project: Project, line: str, directory: str, tool: str, origin: Origin) -> Iterator[Detected]:
    """Yield what the command line *line*, run by *tool* in *directory* (relative to the project), reads."""
    reader = _Reader(project, tool, origin)
    current = directory
    for part in re.split(_SEPARATOR, line):
        words = _words(part)
        if not words:
            continue
        program = posixpath.basename(words[0]).removesuffix(".exe").removesuffix(".cmd")
        if program == "cd" and len(words) > 1:
            current = posixpath.normpath(posixpath.join(current, words[1]))
            continue
        found = list(reader.command(program, words, current))
        yield from found
        if not found and program not in _HARMLESS:
            yield Unresolved(f"{tool} runs `{part.strip()}`, and what that reads is not known", origin)


def _words(text: str) -> list[str]:
    import shlex  # only projects with command lines

    try:
        words = shlex.split(text)
    except ValueError:  # an open quote
        words = text.split()
    while words and re.fullmatch(r"\w+=.*", words[0]):
        del words[0]  # a variable for the command
    return words


def _option(words: list[str], *names: str) -> str | None:
    return next((words[i + 1] for i, word in enumerate(words[:-1]) if word in names), None)


_MANIFESTS = {
    "make": ("Makefile", "makefile", "GNUmakefile"),
    "gmake": ("Makefile", "GNUmakefile"),
    "cmake": ("CMakeLists.txt",),
}


class _Reader:
    """Looks into commands on behalf of *tool*, which *origin* tells to run them."""

    def __init__(self, project: Project, tool: str, origin: Origin) -> None:
        self.project = project
        self.tool = tool
        self.origin = origin

    def command(self, program: str, words: list[str], directory: str) -> Iterator[Detected]:
        """Yield what one command reads."""
        if is_followed(program):
            yield from program_inputs(Start(self.project, tuple(words), directory or ".", self.tool, self.origin))
        if program == "git" and not _GIT_FACTS.isdisjoint(words):
            why = f"{self.tool} asks git about the checkout"
            yield BuildInput("git", "commit", "scm-version", why, self.origin, "version")
            yield BuildInput("git", "tags", "scm-version", why, self.origin, "version")
            return
        if program in _MANIFESTS:
            yield from self.build_tool(program, words, directory)
        module = _option(words, "-m") if _PYTHON.fullmatch(program) else None
        if module is not None:
            file = find_module(self.project, module, {"": "" if directory == "." else directory})
            if file is not None:
                yield from self.script(file, directory)
        for word in words:
            text = word.partition("=")[2] if word.startswith("-") and "=" in word else word
            path = project_path(text, directory)
            if path is None or not self.project.is_file(path):
                continue
            if path.endswith(".py"):
                yield from self.script(path, posixpath.dirname(path))
            else:
                why = f"{self.tool} hands it to `{program}`"
                yield BuildInput("file", path, "build-config", why, self.origin, "code")

    def script(self, path: str, search: str) -> Iterator[Detected]:
        """Yield a program in Python with what it imports and reads."""
        why = f"{self.tool} runs it"
        yield from build_script(self.project, path, why, self.origin, search=(search,), name="__main__")

    def build_tool(self, program: str, words: list[str], directory: str) -> Iterator[Detected]:
        """Yield the file by which a build tool goes; what follows from it is another matter."""
        place = project_path(_option(words, "-C", "--directory", "-S") or ".", directory) or "."
        for name in _MANIFESTS[program]:
            path = posixpath.normpath(posixpath.join(place, name))
            if self.project.is_file(path):
                why = f"{self.tool} runs `{program}`, which reads it"
                yield BuildInput("file", path, "build-config", why, self.origin, "code")

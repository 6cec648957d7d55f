"""A directory that is built by a build system of its own (``configure``, ``make -C``, Waf): what of it counts as input.

We do not follow such a build, so this is a guess by name: everything but prose and what builds leave behind. Ending by ending, not
``directory/**/*``: that would match the objects and libraries of the next build, and uv would build again each time.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import escape_glob
from cachekeys.inputs.includes import NATIVE_SUFFIXES
from cachekeys.inputs.long_texts import is_long_text

if TYPE_CHECKING:
    from cachekeys.inputs.model import Role

__all__ = ["foreign_sources"]

_MADE = frozenset(
    {".o", ".obj", ".lo", ".a", ".la", ".lib", ".so", ".dylib", ".dll", ".exe", ".pdb", ".exp", ".gcda", ".gcno", ".dwo", ".pyc", ".pyd"}
    | {".class", ".jar", ".log", ".status", ".cache", ".tmp", ".swp", ".orig", ".rej", ".bak", ".stamp", ".trs"}
)  # fmt: skip
_PROSE_SUFFIXES = frozenset(
    {".md", ".rst", ".html", ".css", ".pdf", ".ps", ".tex", ".texi", ".info", ".adoc", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".ico"}
    | {".1", ".3", ".5", ".7", ".8", ".yml", ".yaml"}
)  # fmt: skip
_OTHERS_SUFFIXES = frozenset(
    {".sln", ".vcxproj", ".vcproj", ".filters", ".dsp", ".dsw", ".pbxproj", ".xcscheme", ".xcworkspacedata"}  # IDEs
    | {".dox", ".bib", ".sty", ".ttf", ".eps", ".spec", ".nuspec", ".podspec"}  # manuals, packages
    | {".sage", ".ipynb", ".dockerfile"}  # notes of mathematicians, machines of a CI service
    | {".fits", ".fit", ".out", ".std", ".golden", ".npy", ".npz", ".wav", ".mp3", ".ogg"}  # data of tests
)
"""Endings of what other programs read than those that compile."""

_NO_BUILD = ("dockerfile", "vagrantfile", "jenkinsfile", "codeowners")
_NOT_READ = _MADE | _PROSE_SUFFIXES | _OTHERS_SUFFIXES
_CI = "ci"
_LEFT_BEHIND = frozenset({"build", "dist", "_build", "builddir", "autom4te.cache", "node_modules", "__pycache__"})


def foreign_sources(directory: str, files: list[str]) -> list[tuple[str, Role]]:
    """Return what of *files*, all those below *directory*, such a build reads: globs in uv's syntax and plain paths, each with its role.

    A glob stands for all files of one role and ending; a name without an ending is a path of its own.
    """
    found: dict[tuple[str, Role], None] = {}
    for path in files:
        parts = path[len(directory) + 1 :].split("/")
        if any(part.startswith(".") or part.lower() in {_CI, *_LEFT_BEHIND} for part in parts[:-1]):
            continue
        name = parts[-1].lower()
        suffix = posixpath.splitext(parts[-1])[1]
        if name.startswith((".", *_NO_BUILD)) or suffix.lower() in _NOT_READ:
            continue
        if suffix.lower() in NATIVE_SUFFIXES:
            found[f"{escape_glob(directory)}/**/*{escape_glob(suffix)}", "native-source"] = None
        elif is_long_text(name) or suffix == ".txt":
            continue
        elif suffix:
            found[f"{escape_glob(directory)}/**/*{escape_glob(suffix)}", "build-config"] = None
        else:
            found[path, "build-config"] = None
    return sorted(found)

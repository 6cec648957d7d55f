"""Follow the includes of native code: which headers, ``.pxd`` and ``.pxi`` files a compilation reads.

Nothing is preprocessed: an include inside any ``#if`` counts, since another platform or option takes that way. A header
is looked up where the compiler would (beside the including file, then the include directories). One that is not found
there, but that only a single file of the project can be by its path's end, is taken for that file, as ``likely``: build
systems compute include directories in ways that only they know.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

from cachekeys.inputs.includes.c_family import C_SUFFIXES, scan_c
from cachekeys.inputs.includes.cython import CYTHON_SUFFIXES, scan_cython
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.inputs.model import Confidence
    from cachekeys.project import Project

__all__ = ["CYTHON_SUFFIXES", "C_SUFFIXES", "NATIVE_SUFFIXES", "Included", "follow"]

NATIVE_SUFFIXES = (
    *C_SUFFIXES,
    *CYTHON_SUFFIXES,
    *(".f", ".for", ".ftn", ".f77", ".f90", ".f95", ".f03", ".f08", ".s", ".asm", ".rs", ".swift", ".m", ".mm", ".cl"),
    *(".comp", ".glsl", ".metal", ".hip", ".ispc", ".l", ".y", ".ll", ".yy", ".lex", ".i", ".swg", ".proto", ".fbs"),
    *(".thrift", ".capnp", ".pyf", ".def", ".rc", ".xs", ".d", ".zig", ".td"),
)
"""Lower-case endings of files that a compiler or a generator of compiled code reads."""

MAX_FILES = 20_000
_PRODUCTS = ("build/", "dist/", "_skbuild/", "_build/", "builddir/", ".deps/", "cmake-build-")
"""Where builds leave what they generated: a header there is none of the project's."""


@dataclass(frozen=True, slots=True)
class Included:
    """A file that ``by`` includes in ``line``."""

    path: str
    by: str
    line: int
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Include:
    """An include as written: ``name`` as a path; how it is looked up is up to ``kind``."""

    name: str
    line: int
    kind: Literal["quoted", "angled", "cimport", "include"]


class _Index:
    """The project's files by base name, and what each of them includes."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.files = frozenset(project.files)
        self.by_name: dict[str, list[str]] | None = None
        self.scanned: dict[str, list[Include]] = {}
        self.outside: dict[str, bool] = {}

    def exists(self, path: str) -> bool:
        """Tell whether *path* is a file, also one beside the project (``../``)."""
        if not path.startswith("../"):
            return path in self.files
        directory = posixpath.dirname(path)
        if directory not in self.outside:
            self.outside[directory] = self.project.is_dir(directory)
        return self.outside[directory] and self.project.is_file(path)

    def includes(self, path: str) -> list[Include]:
        """Return what *path* includes, each once."""
        if path not in self.scanned:
            raw = self.project.read_bytes(path) or b""
            lower = path.lower()
            if lower.endswith(CYTHON_SUFFIXES) or (lower.endswith(".py") and b"cython.cimports" in raw):
                self.scanned[path] = [Include(*found) for found in scan_cython(raw)]
            elif lower.endswith(C_SUFFIXES) or b"include" in raw:
                self.scanned[path] = [Include(*found) for found in scan_c(raw)]
            else:
                self.scanned[path] = []
        return self.scanned[path]

    def unique(self, name: str) -> str | None:
        """Return the only file of the project whose path ends with *name*."""
        if self.by_name is None:
            self.by_name = {}
            for file in self.project.files:
                if file.startswith(_PRODUCTS):
                    continue
                self.by_name.setdefault(posixpath.basename(file), []).append(file)
        ending = f"/{name}"
        found = [f for f in self.by_name.get(posixpath.basename(name), ()) if f == name or f.endswith(ending)]
        return found[0] if len(found) == 1 else None


_INDEXES: WeakKeyDictionary[Project, _Index] = WeakKeyDictionary()


def follow(project: Project, sources: Iterable[str], include_dirs: Iterable[str] = ()) -> list[Included]:
    """Return every file of the project that *sources* include, directly or not, without the sources themselves.

    :param include_dirs: directories relative to the project, in the order in which the compiler searches them.
    """
    index = _INDEXES.get(project)
    if index is None:
        index = _INDEXES[project] = _Index(project)
    directories = [posixpath.normpath(directory) for directory in dict.fromkeys(include_dirs)]
    pending = [source for source in dict.fromkeys(sources) if index.exists(source)]
    seen = set(pending)
    result: list[Included] = []
    while pending and len(seen) < MAX_FILES:
        current = pending.pop()
        for include in index.includes(current):
            for path, confidence in _resolve(index, current, include, directories):
                if path not in seen:
                    seen.add(path)
                    pending.append(path)
                    result.append(Included(path, current, include.line, confidence))
        beside = f"{posixpath.splitext(current)[0]}.pxd"
        if current.endswith((".pyx", ".py")) and beside not in seen and index.exists(beside):
            seen.add(beside)  # Cython reads the definition file of the same name unasked
            pending.append(beside)
            result.append(Included(beside, current, 1, "certain"))
    return result


def _resolve(index: _Index, current: str, include: Include, directories: list[str]) -> list[tuple[str, Confidence]]:
    if include.kind == "cimport":
        return [(path, "certain") for path in _cimported(index, current, include.name, directories)]
    here = posixpath.dirname(current)
    places = directories if include.kind == "angled" else [here, *directories]
    for place in places:
        path = posixpath.normpath(posixpath.join(place, include.name))
        if index.exists(path):
            return [(path, "certain")]
    if include.kind == "angled":
        path = posixpath.normpath(posixpath.join(here, include.name))
        if index.exists(path):
            return [(path, "likely")]
    if include.kind == "angled" and "/" not in include.name:
        return []  # <vector>, <zlib.h>: the system's, even if some vendored copy has the name
    found = index.unique(include.name.lstrip("./"))
    return [(found, "likely")] if found else []


def _cimported(index: _Index, current: str, dotted: str, directories: list[str]) -> list[str]:
    """Return the definition files of ``cimport dotted``: relative to the package, its parents, the include path."""
    level = len(dotted) - len(dotted.lstrip("."))
    relative = dotted.lstrip(".").replace(".", "/")
    here = posixpath.dirname(current)
    if level:
        for _ in range(level - 1):
            here = posixpath.dirname(here)
        places = [here]
    else:
        places = [here]
        while here:
            here = posixpath.dirname(here)
            places.append(here)
        places += directories
    for place in places:
        base = posixpath.normpath(posixpath.join(place, relative)) if relative else place
        found = [candidate for candidate in (f"{base}.pxd", f"{base}/__init__.pxd") if index.exists(candidate)]
        if found:
            return found
    return []

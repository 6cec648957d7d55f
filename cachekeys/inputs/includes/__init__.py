"""Follow the includes of native code: which headers, ``.pxd`` and ``.pxi`` files a compilation reads.

Nothing is preprocessed: an include inside any ``#if`` counts, since another platform or option takes that way. A header
is looked up where the compiler would: a quoted one beside the including file, then any in the include directories, and
``#include_next`` in those behind the one that has the including file (GCC 12). One that is not found there is taken, as ``likely``, for the file
beside, or for the only file of the project that it can be by its path's end: build systems compute include directories in ways that only
they know. That is never done for ``<time.h>`` and ``<sys/stat.h>``: every system has them.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cachekeys.inputs.includes.c_family import C_SUFFIXES
from cachekeys.inputs.includes.cython import CYTHON_SUFFIXES
from cachekeys.inputs.includes.scanning import FOLLOWED_SUFFIXES, Include, scan
from cachekeys.inputs.includes.system import is_system_header
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cachekeys.inputs.model import Confidence
    from cachekeys.project import Project

__all__ = ["CYTHON_SUFFIXES", "C_SUFFIXES", "FOLLOWED_SUFFIXES", "NATIVE_SUFFIXES", "Include", "Included", "follow"]

NATIVE_SUFFIXES = (
    *C_SUFFIXES,
    *CYTHON_SUFFIXES,
    *(".f", ".for", ".ftn", ".f77", ".f90", ".f95", ".f03", ".f08", ".s", ".asm", ".rs", ".swift", ".m", ".mm", ".cl"),
    *(".comp", ".glsl", ".metal", ".hip", ".ispc", ".l", ".y", ".ll", ".yy", ".lex", ".i", ".swg", ".proto", ".fbs"),
    *(".thrift", ".capnp", ".pyf", ".def", ".rc", ".xs", ".d", ".zig", ".td", ".g4"),
)
"""Lower-case endings of files that a compiler or a generator of compiled code reads."""

MAX_FILES = 20_000
_PRODUCTS = ("build/", "dist/", "_skbuild/", "_build/", "builddir/", ".deps/", "cmake-build-")
"""Where builds leave what they generated: a header there is none of the project's."""


_GENERATED = (".in", ".tp", ".src")
"""Endings of templates that a missing ``.pxi``, ``.pxd`` or header is made from."""


@dataclass(frozen=True, slots=True)
class Included:
    """A file that ``by`` includes in ``line``; ``chain`` goes on from there to the source that is compiled."""

    path: str
    by: str
    line: int
    confidence: Confidence
    chain: tuple[tuple[str, int], ...] = ()


class _Index:
    """The project's files by base name, and what each of them includes."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.files = frozenset(project.files)
        self.names = {posixpath.basename(name) for name in project.files}
        self.names.update([name[: -len(end)] for name in self.names for end in _GENERATED if name.endswith(end)])
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
            self.scanned[path] = list(scan(path, self.project.read_bytes(path) or b""))
        return self.scanned[path]

    def has_name(self, name: str) -> bool:
        """Tell whether a file of the project, or a template of one, has this base name."""
        return name in self.names

    def unique(self, name: str, near: str = "") -> str | None:
        """Return the only file of the project whose path ends with *name*; of several the one nearest to the file *near*."""
        if self.by_name is None:
            self.by_name = {}
            for file in self.project.files:
                if file.startswith(_PRODUCTS):
                    continue
                self.by_name.setdefault(posixpath.basename(file), []).append(file)
        ending = f"/{name}"
        named = self.by_name.get(posixpath.basename(name), ())
        found = [f for f in named if (f == name or f.endswith(ending)) and not _leads_into_tests(f, name, near)]
        if len(found) < 2 or not near:  # noqa: PLR2004 - one, or none
            return found[0] if len(found) == 1 else None
        shared = [_shared(file, near) for file in found]
        nearest = max(shared)
        return found[shared.index(nearest)] if nearest and shared.count(nearest) == 1 else None


_ASIDE = frozenset(
    {
        *("test", "tests", "testing", "testsuite", "unittest", "unittests", "fuzz", "fuzzing"),
        *("example", "examples", "sample", "samples", "demo", "demos", "bench", "benchmark", "benchmarks"),
    }
)
"""Directories of code beside the library itself."""


def _leads_into_tests(path: str, name: str, near: str) -> bool:
    """Tell whether *path* lies in a directory of tests or examples that *near* is not in, and that *name*, its end, does not name."""
    return not _ASIDE.isdisjoint(path[: -len(name)].lower().split("/")[_shared(path, near) : -1])


def _shared(path: str, other: str) -> int:
    """Return how many directories two paths begin with together."""
    count = 0
    for mine, theirs in zip(path.split("/")[:-1], other.split("/")[:-1], strict=False):
        if mine != theirs:
            break
        count += 1
    return count


_INDEXES: WeakKeyDictionary[Project, _Index] = WeakKeyDictionary()
_MAX_CHAIN = 40


def follow(
    project: Project,
    sources: Iterable[str],
    include_dirs: Iterable[str] = (),
    named: Iterable[tuple[str, Include]] = (),
    late_dirs: Iterable[str] = (),
    *,
    doubts: Mapping[str, Confidence] | None = None,
) -> list[Included]:
    """Return every file of the project that *sources* include, directly or not, without the sources themselves.

    None is surer than the way that leads to it: what a source includes that may not be compiled may not be read either.

    :param include_dirs: directories relative to the project, in the order in which the compiler searches them.
    :param named: includes that options of the compiler add, each with the file that says so.
    :param late_dirs: further directories, in which it does not look for the system's headers (``-iquote``, ``-idirafter``).
    :param doubts: how sure it is that a source is compiled, of those where it is not certain.
    """
    index = _INDEXES.get(project)
    if index is None:
        index = _INDEXES[project] = _Index(project)
    directories = list(dict.fromkeys(map(posixpath.normpath, include_dirs)))
    late = [place for place in dict.fromkeys(map(posixpath.normpath, late_dirs)) if place not in directories]
    present = [source for source in dict.fromkeys(sources) if index.exists(source)]
    walk = _Walk(_Search(index, directories, late), present, doubts or {})
    for by, include in named:
        walk.take(by, include)
    while len(walk.seen) < MAX_FILES and (current := walk.next()):
        for include in index.includes(current):
            walk.take(current, include)
        beside = f"{posixpath.splitext(current)[0]}.pxd"
        if current.endswith((".pyx", ".py")) and beside not in walk.seen and index.exists(beside):
            walk.add(beside, current, 1, "certain")  # Cython reads the definition file of the same name unasked
    return walk.result


_LEVELS: tuple[Confidence, ...] = ("certain", "likely", "possible")


class _Walk:
    """One walk along includes: first where it is certain that they are read, so that every file is found on the surest way."""

    def __init__(self, search: _Search, sources: list[str], doubts: Mapping[str, Confidence]) -> None:
        self.search = search
        self.seen = set(sources)
        self.level = dict.fromkeys(sources, 0)
        self.pending: tuple[list[str], ...] = tuple([] for _ in _LEVELS)
        for source in sources:
            self.level[source] = _LEVELS.index(doubts.get(source, "certain"))
            self.pending[self.level[source]].append(source)
        self.result: list[Included] = []
        self.parents: dict[str, tuple[tuple[str, int], ...]] = {}

    def next(self) -> str | None:
        """Return the next file to look into, of those that are the surest to be read."""
        return next((pending.pop() for pending in self.pending if pending), None)

    def take(self, current: str, include: Include) -> None:
        """Go where an include leads."""
        if include.kind == "directory":
            self.search.add_directory(posixpath.normpath(include.name))
            return
        for path, confidence in self.search.resolve(current, include):
            if path not in self.seen:
                self.add(path, current, include.line, confidence)

    def add(self, path: str, by: str, line: int, confidence: Confidence) -> None:
        """Remember a file that is included, and who includes it."""
        self.seen.add(path)
        level = max(_LEVELS.index(confidence), self.level.get(by, 0))
        self.level[path] = level
        self.pending[level].append(path)
        chain = ((by, line), *self.parents.get(by, ()))[:_MAX_CHAIN]
        self.parents[path] = chain
        self.result.append(Included(path, by, line, _LEVELS[level], chain))


def _joined(directory: str, name: str) -> str:
    """Return the path of *name* in a directory, normalised."""
    path = name if directory in {"", "."} else f"{directory}/{name}"
    return posixpath.normpath(path) if "./" in path or "//" in path else path


_PLATFORM = (
    r"(?<![a-z])(?:linux|darwin|mac(?:os)?x?|osx|win(?:dows|32|64)?|(?:free|open|net)?bsd|android|ios|unix|posix|solaris"
    r"|x86(?:_64)?|x64|amd64|i[36]86|arm(?:64|v\d+)?|aarch64|ppc(?:64(?:le)?)?|powerpc|riscv(?:64)?|s390x?|mips|wasm(?:32)?)(?![a-z])"
)


@cache
def _without_platform(directory: str) -> str:
    """Return the directory's path with a star for the name of a system or processor in it."""
    return re.sub(_PLATFORM, "*", directory)


class _Search:
    """Looks up includes as a compiler would, and beyond that only where a single file can be meant."""

    def __init__(self, index: _Index, early: list[str], late: list[str]) -> None:
        self.index = index
        self.directories = [*early, *late]
        self.early = early
        self.known: dict[tuple[str, int], list[str]] = {}
        self.outside = any(directory.startswith("../") for directory in self.directories)

    def add_directory(self, directory: str) -> None:
        """Search one more directory, after the others."""
        if directory not in self.early:
            self.early.append(directory)
            self.directories.append(directory)
            self.known.clear()

    def resolve(self, current: str, include: Include) -> list[tuple[str, Confidence]]:
        """Return the files that an include in *current* means, at most a few."""
        if include.kind == "cimport":
            return [(path, "certain") for path in _cimported(self.index, current, include.name, self.directories)]
        name = include.name
        if not self.index.has_name(posixpath.basename(name)) and not (self.outside or "../" in (name[:3], current[:3])):
            return []  # most system headers end here
        here = posixpath.dirname(current)
        if include.kind == "source":
            found = next((path for place in ("", here) if self.index.exists(path := _joined(place, name))), None)
            return [(found, "certain")] if found else []
        if include.kind == "next":
            return self._behind(current, name)
        beside = _joined(here, name)
        exists = self.index.exists(beside)
        if include.kind != "angled" and exists:
            return [(beside, "certain")]
        of_system = include.kind == "angled" and is_system_header(name)
        places = self.early if of_system else self.directories
        if paths := self._in_directories(name, places):
            return [(path, "likely" if place else "certain") for place, path in enumerate(paths)]
        if of_system:
            return self._template(name, places)
        return [(beside, "likely")] if exists else self._guessed(current, here, include)

    def _behind(self, current: str, name: str) -> list[tuple[str, Confidence]]:
        """Return what ``#include_next`` means: the file in the first directory behind the one that *current* was found in."""
        own = [number for number, place in enumerate(self.directories) if _joined(place, name) == current]
        later = self.directories[own[0] + 1 :] if own else self.directories
        paths = (_joined(place, name) for place in later)
        found = next((path for path in paths if path != current and self.index.exists(path)), None)
        return [(found, "certain")] if found else []

    def _in_directories(self, name: str, places: list[str]) -> list[str]:
        """Return the file in the first of *places* that has it, and those in the same directory of other platforms."""
        key = (name, len(places))
        if key not in self.known:
            found: list[str] = []
            kind = ""
            for place in places:
                if found and (not kind or _without_platform(place) != kind):
                    continue
                if self.index.exists(path := _joined(place, name)):
                    found.append(path)
                    kind = kind or (_without_platform(place) if "*" in _without_platform(place) else "")
            self.known[key] = found
        return self.known[key]

    def _guessed(self, current: str, here: str, include: Include) -> list[tuple[str, Confidence]]:
        """Return a template that the build makes the file from, or the only file that it can be."""
        if template := self._template(include.name, [here, *self.directories]):
            return template
        if include.kind == "checked" or (include.kind == "angled" and "/" not in include.name):
            return []  # <zlib.h>: the system's, even if some vendored copy has the name
        if current.endswith(CYTHON_SUFFIXES) and is_system_header(include.name):
            return []  # cdef extern from "stdint.h": quotes are Cython's usual spelling
        found = self.index.unique(include.name.lstrip("./"), current)
        return [(found, "likely")] if found else []

    def _template(self, name: str, places: list[str]) -> list[tuple[str, Confidence]]:
        """Return the first template in *places* that the build can make the file from."""
        paths = (_joined(place, name) + suffix for place in dict.fromkeys(places) for suffix in _GENERATED)
        found = next(filter(self.index.exists, paths), None)
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
        names = [f"{base}{end}" for end in (".pxd", "/__init__.pxd", ".pxd.in", ".pxd.tp")]
        found = [candidate for candidate in names if index.exists(candidate)][:1]
        if found:
            return found
    return []

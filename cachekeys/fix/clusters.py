"""When is a glob better than names? Directories and extensions that many uncovered files share.

``dir/**/*.c`` is the one glob spelling whose meaning does not depend on the rest of the list (uv >= 0.7.21). A glob at
the top of the project is never proposed: it walks virtual environments and ``.git`` on every command and changes
what all other globs mean. Where most of the files have no extension to share, as headers of some C++ libraries (``Eigen/Core``), and
nearly all of a directory is read, ``dir/**/*`` says so.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from collections.abc import Set as AbstractSet

__all__ = [
    "EXTENSION",
    "FEW",
    "MANY",
    "Clusters",
    "bundled_in",
    "is_plain",
    "is_safe_glob",
    "kind_of",
    "others_beside_a_crowd",
    "others_beside_all",
    "others_beside_lists",
    "others_beside_sources",
    "others_in_a_library",
    "others_in_a_long_list",
    "read_cluster",
]

FEW = 3
"""Up to so many files of a directory are named one by one."""
MANY = 12
"""From so many files on, a glob that takes in as many others is better than the list."""
_BUNDLES = frozenset(
    {"third_party", "third-party", "thirdparty", "3rdparty", "3rd_party", "3rd-party", "vendor", "vendored", "_vendor"}
    | {"extern", "external", "externals", "submodules", "bundled", "deps"}
)
"""Names of directories in which libraries of others lie."""
_LISTS = frozenset(
    {
        "CMakeLists.txt",
        "meson.build",
        "Cargo.toml",
        "Makefile",
        "GNUmakefile",
        "SConscript",
        "BUILD",
        "BUILD.bazel",
        "Kconfig",
    }
)
"""Names that files of a build system have in every directory: ``dir/**/CMakeLists.txt`` takes in no other text."""
_WHOLE = "*"
"""The extension that stands for all of them, and none."""
_PLAIN_PART = re.compile(r"(?![!#])[^][*?{}\\\s](?:[^][*?{}\\]*[^][*?{}\\\s])?")
EXTENSION = re.compile(r"\.[A-Za-z0-9_+-]+")
"""An extension that can stand in a glob as it is."""
_SIMPLE_GLOB = re.compile(r"(?:\*\*/)?\*(?:(?P<one>\.[A-Za-z0-9_+-]+)|\.\{(?P<some>[A-Za-z0-9_+,-]+)\})")


class Clusters:
    """The globs chosen so far: for each directory the extensions of files below it.

    :param files: all files of the project.
    :param inputs: those that the build reads; a glob should take in few others.
    :param outputs: what the build writes, existing or not; no glob may match any.
    """

    def __init__(self, files: Iterable[str], inputs: AbstractSet[str], outputs: Collection[str]) -> None:
        self._others: dict[str, list[str]] = {}
        self._outputs: dict[str, list[str]] = {}
        for table, names in ((self._others, (n for n in files if n not in inputs)), (self._outputs, outputs)):
            for name in names:
                table.setdefault(kind_of(name), []).append(name)
        self._chosen: dict[str, set[str]] = {}

    def add(self, directory: str, extensions: Collection[str], names: Sequence[str]) -> bool:
        """Choose the glob that a detector gave, for the files *names*, if that is acceptable; tell whether it was."""
        fits = bool(extensions) and all(self._may_match(directory, extension) for extension in extensions)
        if fits and self._others_in(directory, extensions) <= others_beside_sources(len(names)):
            self._chosen.setdefault(directory, set()).update(extensions)
            return True
        return False

    def find(self, names: Iterable[str], allowed: Callable[[int], int]) -> None:
        """Choose globs for *names* where there are enough of them together, from the top down.

        :param allowed: how many others a glob may take in along with so many inputs.
        """
        tops: dict[str, list[str]] = {}
        for name in names:
            if "/" in name:
                tops.setdefault(name.split("/")[0], []).append(name)
        for top, group in sorted(tops.items()):
            if top != "..":
                self._descend(posixpath.commonpath([posixpath.dirname(name) for name in group]), group, allowed)

    def globs(self) -> list[str]:
        """Return the chosen globs, without what one further up matches already."""
        found = []
        for directory, extensions in sorted(self._chosen.items()):
            above = (other for other in self._chosen if _spans(other, directory))
            covered: set[str] = set().union(*(self._chosen[other] for other in above))
            rest = extensions - covered
            if rest and _WHOLE not in covered:
                found += _spell(directory, rest)
        return found

    def spans(self, glob: str) -> bool:
        """Tell whether a chosen glob matches all that *glob* does."""
        extension = kind_of(glob)
        return _is_spelled(extension) and any(
            glob.startswith(f"{directory}/") and extensions & {extension, _WHOLE}
            for directory, extensions in self._chosen.items()
        )

    def _descend(self, directory: str, names: Sequence[str], allowed: Callable[[int], int]) -> None:
        if len(names) <= FEW:
            return
        if self._is_whole(directory, names, allowed):
            self._chosen.setdefault(directory, set()).add(_WHOLE)
            return
        chosen = self._extensions(directory, names, allowed)
        matched = [name for name in names if kind_of(name) in chosen]
        if len(matched) > FEW:
            self._chosen.setdefault(directory, set()).update(chosen)
            names = [name for name in names if kind_of(name) not in chosen]
        below: dict[str, list[str]] = {}
        for name in names:
            rest = name[len(directory) + 1 :]
            if "/" in rest:
                below.setdefault(rest.split("/")[0], []).append(name)
        for extension in sorted({kind_of(name) for name in names}):
            self._join(directory, extension, below, allowed)
        for subdirectory, group in sorted(below.items()):
            self._descend(f"{directory}/{subdirectory}", group, allowed)

    def _is_whole(self, directory: str, names: Sequence[str], allowed: Callable[[int], int]) -> bool:
        """Tell whether ``dir/**/*`` says best what is read: many files without an extension, few others, and no Python package."""
        if sum(not kind_of(name) for name in names) <= FEW or not all(map(is_plain, directory.split("/"))):
            return False
        below = f"{directory}/"
        if any(name.startswith(below) for written in self._outputs.values() for name in written):
            return False
        others = [name for group in self._others.values() for name in group if name.startswith(below)]
        python = any(name.endswith(".py") for name in (*names, *others))  # whose caches come and go
        return not python and len(others) <= allowed(len(names))

    def _join(self, directory: str, extension: str, below: dict[str, list[str]], allowed: Callable[[int], int]) -> None:
        """Choose ``dir/{one,two}/**/*.c`` where ``dir/**/*.c`` would match too much, and take its files out of *below*."""
        fitting = {}
        for subdirectory, names in below.items():
            group = [name for name in names if kind_of(name) == extension]
            path = f"{directory}/{subdirectory}"
            if group and "," not in subdirectory and self._extensions(path, group, allowed):
                fitting[subdirectory] = group
        if len(fitting) > 1 and sum(map(len, fitting.values())) > FEW:
            self._chosen.setdefault(f"{directory}/{{{','.join(sorted(fitting))}}}", set()).add(extension)
            for subdirectory, group in fitting.items():
                below[subdirectory] = [name for name in below[subdirectory] if name not in group]

    def _extensions(self, directory: str, names: Sequence[str], allowed: Callable[[int], int]) -> set[str]:
        """Return those extensions of *names* that a glob below *directory* may have."""
        counts: dict[str, int] = {}
        for name in names:
            counts[kind_of(name)] = counts.get(kind_of(name), 0) + 1
        possible = {extension for extension in counts if self._may_match(directory, extension)}
        if self._others_in(directory, possible) <= allowed(sum(counts[extension] for extension in possible)):
            return possible
        return {ext for ext in possible if self._others_in(directory, [ext]) <= allowed(counts[ext])}

    def _may_match(self, directory: str, extension: str) -> bool:
        """Tell whether the glob can be spelled safely and matches nothing that the build writes."""
        if not _is_spelled(extension) or not all(map(is_plain, directory.split("/"))):
            return False
        return not any(name.startswith(f"{directory}/") for name in self._outputs.get(extension, ()))

    def _others_in(self, directory: str, extensions: Iterable[str]) -> int:
        below = f"{directory}/"
        return sum(name.startswith(below) for extension in extensions for name in self._others.get(extension, ()))


def read_cluster(glob: str) -> tuple[str, set[str]] | None:
    """Read ``dir/**/*.c``, ``dir/*.{c,h}`` and the like as a directory and extensions; None for any other glob."""
    directory, pattern = _split(glob)
    match = _SIMPLE_GLOB.fullmatch(pattern)
    if not directory or match is None:
        return None
    return directory, {match["one"]} if match["one"] else {f".{one}" for one in match["some"].split(",") if one}


def is_safe_glob(glob: str) -> bool:
    """Tell whether the glob, anchored as input patterns are, means the same as a key: a directory first, then a slash."""
    directory, pattern = _split(glob)
    return bool(directory) and "/" in pattern


def _split(glob: str) -> tuple[str, str]:
    parts = [part for part in glob.split("/") if part not in ("", ".")]
    plain = 0
    while plain < len(parts) - 1 and is_plain(parts[plain]):
        plain += 1
    return "/".join(parts[:plain]), "/".join(parts[plain:])


def _spans(joined: str, directory: str) -> bool:
    """Tell whether a glob below *joined*, as ``lib`` or ``lib/{one,two}``, looks below *directory*, which is another one."""
    base, brace, inner = joined.partition("/{")
    tops = [f"{base}/{one}" for one in inner[:-1].split(",")] if brace else [base]
    return any(directory.startswith(f"{top}/") or (brace and directory == top) for top in tops)


def is_plain(part: str) -> bool:
    """Tell whether a part of a path can stand in a glob as it is."""
    return part != ".." and _PLAIN_PART.fullmatch(part) is not None


def kind_of(name: str) -> str:
    """Return the extension of a file or, for one whose whole name says what it is, a slash and that name."""
    base = posixpath.basename(name)
    return f"/{base}" if base in _LISTS else posixpath.splitext(base)[1]


def others_beside_sources(names: int) -> int:
    """Return how many others a glob may take in along with so many sources: they probably become some."""
    return names if names >= MANY else names // 2


def others_beside_all(names: int) -> int:
    """Return how many others a glob may take in along with so many files read for several reasons; -1 for no glob at all."""
    return names // 2 if names >= MANY else -1


def others_beside_a_crowd(names: int) -> int:
    """Return how many others a glob may take in along with so many files of another kind: fewer, and only where the list would be long."""
    return names // 2 if names >= MANY else 0


def others_beside_lists(names: int) -> int:
    """Return how many others a glob may take in along with so many lists of a build system: those of tests and examples, which say little."""
    return 2 * names


def others_in_a_long_list(names: int) -> int:
    """Return how many others of one directory a glob for sources may take in, where else the list would be too long to read."""
    return 2 * names


def others_in_a_library(names: int) -> int:
    """Return how many other headers of a bundled library a glob may take in: they change when it is replaced, then all together."""
    return 10 * names


def bundled_in(name: str) -> str | None:
    """Return the directory of the bundled library that a file belongs to, ``third_party/boost``; None for the project's own files."""
    parts = name.split("/")
    at = next((number for number, part in enumerate(parts[:-2]) if part.lower() in _BUNDLES), None)
    return None if at is None else "/".join(parts[: at + 2])


def _is_spelled(kind: str) -> bool:
    return kind.startswith("/") or EXTENSION.fullmatch(kind) is not None


def _spell(directory: str, kinds: AbstractSet[str]) -> list[str]:
    if _WHOLE in kinds:
        return [f"{directory}/**/*"]
    plain = sorted(kind[1:] for kind in kinds if kind.startswith("."))
    found = [f"{directory}/**/*.{plain[0] if len(plain) == 1 else '{' + ','.join(plain) + '}'}"] if plain else []
    return found + sorted(f"{directory}/**{kind}" for kind in kinds if kind.startswith("/"))

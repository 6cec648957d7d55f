"""What the words for a compiler and a linker name: directories for includes, headers that are forced in, scripts for the linker.

``extra_compile_args=["-isystem", "vendor", "-include", "src/config.h"]`` and ``extra_link_args=["-Wl,--version-script=src/demo.map"]`` read files of the
project that no source names.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.texts import is_known, project_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cachekeys.project import Project

__all__ = ["directories", "headers_of_macros", "late_directories", "libraries", "named_files"]

_DIRECTORIES = ("-isystem", "-cxx-isystem", "-I", "/I", "/external:I", "-imsvc", "/imsvc")
"""Options with a directory to search for includes, in the same word or in the next (GCC, Clang, cl)."""

_LATE = ("-iquote", "-idirafter")
"""Those whose directory does not come before the system's for ``<...>``."""

_VALUED = (
    "-include",
    "-imacros",
    "/FI",
    "-T",
    "-Xlinker",
    "/DEF:",
    "-exported_symbols_list",
    "-unexported_symbols_list",
)
"""Options with a file."""

_NO_FILES = ("-D", "-U", "-L", "-l", "-o", "-std", "-m", "-f", "-W", "/D", "/U", "/LIBPATH")
_LIBRARIES = ("lib{}.a", "lib{}.so", "lib{}.dylib", "{}.lib")


def directories(words: Sequence[str], base: str) -> Iterator[str]:
    """Return the directories for includes, relative to the project.

    :param base: the directory, relative to the project, in which the compiler runs.
    """
    return _places(words, _DIRECTORIES, base)


def late_directories(words: Sequence[str], base: str) -> Iterator[str]:
    """Return those in which the compiler does not look for the system's headers, relative to the project."""
    return _places(words, _LATE, base)


def _places(words: Sequence[str], options: Sequence[str], base: str) -> Iterator[str]:
    for name in _values(words, options):
        path = project_path(name, base)
        if path is not None and is_known(path):
            yield path


def named_files(project: Project, words: Sequence[str], base: str) -> Iterator[str]:
    """Yield the files of the project that the words name, alone, behind an option or in what a compiler hands to the linker."""
    seen: set[str] = set()
    for name in dict.fromkeys([*_values(words, _VALUED), *_alone(words)]):  # each once: scripts repeat their words
        path = project_path(name, base) if name else None
        if path is not None and is_known(path) and path not in seen and project.is_file(path):
            seen.add(path)
            yield path


def headers_of_macros(project: Project, values: Sequence[str], places: Sequence[str]) -> Iterator[str]:
    """Yield the headers that *values* of macros name (``"config.h"`` or ``<config.h>``, for an ``#include MACRO``), from *places*."""
    for value in dict.fromkeys(values):
        found = re.search(r"""(?:^|=)[\\'\s]*["<]([\w./+-]+\.(?:h|hh|hpp|hxx|inc|inl|def))[\\'\s]*[">]""", value)
        candidates = [posixpath.normpath(posixpath.join(place, found[1])) for place in places] if found else []
        yield from [path for path in candidates if project.is_file(path)][:1]


def libraries(project: Project, names: Sequence[str], places: Sequence[str]) -> Iterator[str]:
    """Yield the libraries *names* that lie in *places* (directories of the project) and are kept there, not built."""
    kept = [f"{place}/{form.format(name)}" for place in places for name in names for form in _LIBRARIES]
    present = [path for path in kept if project.is_file(path)]
    if not present:
        return
    from cachekeys.tracked import tracked_files  # few projects hold libraries

    tracked = None if project.is_sdist else tracked_files(project)
    yield from (path for path in present if project.is_sdist or (tracked is not None and path in tracked))


def _values(words: Sequence[str], options: Sequence[str]) -> Iterator[str]:
    for number, word in enumerate(words):
        option = next((option for option in options if word.startswith(option)), None)
        if option is not None:
            yield word[len(option) :].lstrip("=") or (words[number + 1] if number + 1 < len(words) else "")


def _alone(words: Sequence[str]) -> Iterator[str]:
    """Yield what may be a file's name in words that are no option of another kind."""
    for word in words:
        if word.startswith("-Wl,"):
            parts = word.split(",")[1:]
            yield from (piece for part in parts for piece in (part, part.partition("=")[2]))
        elif not word.startswith(_NO_FILES):
            yield from (word.removeprefix("@"), word.partition("=")[2])

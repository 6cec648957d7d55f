"""SWIG: what setuptools' build_ext and command lines make of an interface file, and where they look for what it includes."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from cachekeys.inputs.texts import is_known, project_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cachekeys.project import Project

__all__ = ["include_dirs", "made_by_swig", "swigged"]

_MODULE = re.compile(r"^\s*%module\s*(?:\([^)]*\))?\s*\"?([\w.]+)", re.MULTILINE)


def include_dirs(options: Sequence[str], base: str = "") -> Iterator[str]:
    """Yield the directories, relative to the project, that *options* of SWIG or a compiler name with ``-I``."""
    for number, word in enumerate(options):
        if word.startswith("-I"):
            name = word[2:] or (options[number + 1] if number + 1 < len(options) else "")
            path = project_path(name, base)
            if path is not None and is_known(path):
                yield path


def made_by_swig(
    project: Project, source: str, options: Sequence[str], base: str = "", wrapper: str | None = None
) -> Iterator[str]:
    """Yield the files that SWIG writes for the interface *source*: the wrapper and the module in Python.

    :param options: of the command line; ``-outdir`` is relative to *base*.
    :param wrapper: where the wrapper goes, if not where build_ext puts it: beside the interface (setuptools 84).
    """
    if wrapper is None:
        wrapper = f"{posixpath.splitext(source)[0]}_wrap.{'cpp' if '-c++' in options else 'c'}"
    yield wrapper
    directory = posixpath.dirname(wrapper)
    if (named := _option(options, "-outdir")) is not None:
        directory = project_path(named, base) or directory
    module = _option(options, "-module")
    found = _MODULE.search(project.read_text(source) or "")
    name = module or (found[1] if found else None)
    if name is not None and is_known(name) and is_known(directory):
        yield posixpath.normpath(posixpath.join(directory, f"{name.rpartition('.')[2]}.py"))


def swigged(project: Project, words: Sequence[str], base: str) -> Iterator[str]:
    """Yield what the command line *words*, run in *base*, writes into the project."""
    for word in words:
        source = project_path(word, base)
        if source is None or not source.endswith((".i", ".swg", ".swig")) or not project.is_file(source):
            continue
        named = _option(words, "-o")
        stem = posixpath.splitext(source)[0]
        wrapper = f"{stem}_wrap.{'cxx' if '-c++' in words else 'c'}" if named is None else project_path(named, base)
        if wrapper is not None and is_known(wrapper):
            yield from made_by_swig(project, source, words, base, wrapper)


def _option(words: Sequence[str], name: str) -> str | None:
    """Return the word behind *name*."""
    return next((after for word, after in pairwise(words) if word == name), None)

"""What a CMake build writes into the source tree: generated sources and version files beside their templates."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.scopes import Product
from cachekeys.inputs.texts import is_known, join, project_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["into_build", "into_sources"]


def into_build(m: Interpreter, words: Iterable[str], *, steady: bool, anew: bool = True) -> None:
    """Note files that are written, by names that are relative to the build's directory.

    :param steady: the file is only touched when its content changes.
    :param anew: its old content does not matter.
    """
    _note(m, words, m.variable("CMAKE_CURRENT_BINARY_DIR")[0], steady=steady, anew=anew)


def into_sources(m: Interpreter, words: Iterable[str], *, steady: bool, anew: bool = True) -> None:
    """Note files that are written, by names that are relative to the current source directory."""
    _note(m, words, m.source_dir(), steady=steady, anew=anew)


def _note(m: Interpreter, words: Iterable[str], base: str, *, steady: bool, anew: bool) -> None:
    if m.undecided:
        return  # on another platform, or where a tool is at hand
    for word in words:
        path = project_path(posixpath.normpath(join(base, word))) if word else None
        if path is not None and is_known(path) and not path.startswith("..") and not m.project.is_dir(path):
            m.products.setdefault(path, Product(m.place, steady, anew))

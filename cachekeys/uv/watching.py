"""What one particular uv watches in a project: the one that is named, or the newest that the project admits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.errors import CacheKeysError
from cachekeys.uv.dialect import CURRENT, Dialect
from cachekeys.uv.keys import WatchSet, read_watch_set

if TYPE_CHECKING:
    from cachekeys.project import Project

__all__ = ["watching"]


def watching(project: Project, uv: str | None = None) -> WatchSet:
    """Return the watch set as that uv reads it.

    :param uv: a version (``0.8.4``; ``0.8`` is the newest of that series) or a specifier (``>=0.8``: the newest that it
        admits). None: what ``[tool.cachekeys] uv`` or ``tool.uv.required-version`` says, else the newest uv.
    :raises CacheKeysError: there is no such uv, its answers are not known, or it cannot read the pyproject.toml.
    """
    if uv is None:
        return read_watch_set(project.pyproject, _of_project(project))
    dialect = _named(uv)
    document = project.pyproject
    if not dialect.toml_1_1 and document is not None and document.toml_1_1 is not None:
        at = document.toml_1_1
        raise CacheKeysError(
            f"{document.name}:{at.line}:{at.column}: uv {uv} cannot read this: it is TOML 1.1, which uv reads since 0.9.22"
        )
    return read_watch_set(document, dialect)


def _named(uv: str) -> Dialect:
    from cachekeys.uv.versions import dialect, exact, releases  # only with --uv

    version = exact(uv)
    if version is None:
        admitted = releases(uv)
        if not admitted:
            raise CacheKeysError(
                f'--uv: {uv!r} is no uv release and admits none; write a version ("0.8.4") or a specifier (">=0.8")'
            )
        version = admitted[-1]
    return dialect(version)


def _of_project(project: Project) -> Dialect:
    named = [project.get("tool", *path) for path in (("cachekeys", "uv"), ("uv", "required-version"))]
    if not any(isinstance(value, str) and _may_be_bounded(value) for value in named):
        return CURRENT  # the newest uv is admitted
    from cachekeys.uv.versions import dialect_for, releases  # few projects name a version

    own = named[0] if isinstance(named[0], str) and releases(named[0]) else None
    return dialect_for(project, own)


def _may_be_bounded(specifier: str) -> bool:
    """Tell whether *specifier* is anything else than one lower bound, as in ``>=0.8``."""
    bound = specifier.strip()
    return not bound.startswith(">") or not set(bound[1:].removeprefix("=")) <= set("0123456789. ")

"""The functions for programs: the same answers as the command line's, as objects."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cachekeys.findings import Finding
    from cachekeys.fingerprint.digest import Digest, Part
    from cachekeys.inputs.model import BuildInput, Mode
    from cachekeys.uv.cacheinfo import CacheInfo

__all__ = ["build_inputs", "cache_info", "check", "digest"]


def check(
    path: str | os.PathLike[str] = ".", *, mode: Mode | None = None, environ: Mapping[str, str] | None = None
) -> tuple[Finding, ...]:
    """Return what is wrong with the cache keys of the project in *path*, as its settings select.

    :param mode: the kind of installation to look at; None takes the project's setting.
    :param environ: instead of the process's environment.
    :raises CacheKeysError: the project or its settings cannot be read.
    """
    from cachekeys.pipeline import analyse  # each function imports what it needs
    from cachekeys.project import Project

    return analyse(Project(path), mode=mode, environ=environ).findings


def build_inputs(path: str | os.PathLike[str] = ".", *, mode: Mode | None = None) -> tuple[BuildInput, ...]:
    """Return everything whose change can change the wheel, sorted by kind and name.

    :param mode: the kind of installation to look at; None takes the project's setting.
    :raises CacheKeysError: the project or its settings cannot be read.
    """
    from cachekeys.pipeline import analyse  # each function imports what it needs
    from cachekeys.project import Project

    return analyse(Project(path), mode=mode).inputs.inputs


def cache_info(
    path: str | os.PathLike[str] = ".", *, environ: Mapping[str, str] | None = None, uv: str | None = None
) -> CacheInfo:
    """Return the cache info that uv would record for the project in *path* right now.

    :param environ: instead of the process's environment.
    :param uv: the version of uv to answer for, from 0.4.10 on (``"0.7.20"``), or a specifier, for the newest that it admits;
        None is the newest that the project admits.
    :raises CacheKeysError: the project cannot be read, or uv would refuse its keys.
    """
    from cachekeys.errors import CacheKeysError  # each function imports what it needs
    from cachekeys.project import Project
    from cachekeys.uv.cacheinfo import compute
    from cachekeys.uv.keys import in_force
    from cachekeys.uv.watching import watching

    project = Project(path)
    watch = watching(project, uv)
    keys = in_force(watch)
    if keys is None:
        problem = watch.problems[0]
        who = "uv" if problem.is_glob else "uv >= 0.13.5"
        raise CacheKeysError(
            f"{project.path('pyproject.toml')}:{problem.line}:{problem.column}: {problem.path}: {problem.message} "
            f"({who} refuses the project)"
        )
    return compute(project.root, keys, os.environ if environ is None else environ, dialect=watch.dialect)


def digest(
    path: str | os.PathLike[str] = ".",
    *,
    mode: Mode | None = None,
    environ: Mapping[str, str] | None = None,
    without: Collection[Part] = (),
    python: str | None = None,
    prefix: str | None = None,
) -> Digest:
    """Return one hash over everything that a build of the project in *path* depends on, by content, and keys for CI caches.

    :param mode: ``wheel`` takes in all files that a wheel may hold, ``editable`` only what an editable installation has to
        be rebuilt for; None takes the project's setting, where ``auto`` means ``wheel``.
    :param environ: instead of the process's environment.
    :param without: what to leave out: ``environment``, ``git``, ``platform``, ``python``.
    :param python: the interpreter to build for; None is the one that runs this.
    :param prefix: what the keys begin with instead of the project's name.
    :raises CacheKeysError: the project cannot be read, uv would refuse its keys, or *python* cannot be run.
    """
    from cachekeys.fingerprint.digest import compute  # each function imports what it needs
    from cachekeys.project import Project

    return compute(Project(path), mode=mode, environ=environ, without=without, python=python, prefix=prefix)

"""Which Python environment is meant, and where its packages lie - without starting its Python.

A virtual environment tells all that by its layout. Only a Python that is in none has to be asked.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cachekeys.errors import CacheKeysError
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cachekeys.project import Project

__all__ = ["Environment", "NoEnvironmentError", "active", "locate", "of_project", "workspace_directory"]

_CONFIGURATION = "pyvenv.cfg"
_LIBRARIES = ("lib", "lib64")
_INTERPRETERS = ("python", "pypy", "graalpy")
_ASK = "import sysconfig as s; print(s.get_path('purelib')); print(s.get_path('platlib')); print(*__import__('sys').version_info[:2])"


class NoEnvironmentError(CacheKeysError):
    """There is no environment where one was named."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A Python environment: its directory, where its packages lie, the version of its Python, and the uv that made it."""

    root: str
    site_packages: tuple[str, ...]
    python: tuple[int, int] | None = None
    uv: str | None = None


def active(environ: Mapping[str, str]) -> str | None:
    """Return the virtual environment that is activated, if it exists."""
    path = environ.get("VIRTUAL_ENV")
    return path if path and os.path.isfile(os.path.join(path, _CONFIGURATION)) else None


def of_project(project: Project, environ: Mapping[str, str]) -> str | None:
    """Return the virtual environment that ``uv sync`` uses, if it exists."""
    path = os.path.join(workspace_directory(project), environ.get("UV_PROJECT_ENVIRONMENT") or ".venv")
    return path if os.path.isfile(os.path.join(path, _CONFIGURATION)) else None


def workspace_directory(project: Project) -> str:
    """Return the directory from which uv manages the project: the root of its workspace, or its own."""
    if not isinstance(project.get("project"), dict):
        return project.root
    from cachekeys.workspace import find_root  # a cycle at import time otherwise

    return find_root(project) or project.root


def locate(path: str) -> Environment:
    """Return the environment at *path*: its directory or its interpreter.

    :raises NoEnvironmentError: there is none.
    """
    place = os.path.abspath(path)
    if os.path.isdir(place):
        if os.path.isfile(os.path.join(place, _CONFIGURATION)):
            return _virtual(place)
        interpreter = _interpreter_in(place)
        if interpreter is None:
            raise NoEnvironmentError(f"{path}: there is no Python environment in this directory")
        return _ask(interpreter)
    if not os.path.isfile(place):
        what = "is neither a directory nor an interpreter" if os.path.lexists(place) else "does not exist"
        raise NoEnvironmentError(f"{path}: {what}; name a virtual environment, or the python in one")
    # Not realpath: the python of a virtual environment is a link out of it.
    above = os.path.dirname(os.path.dirname(place))
    return _virtual(above) if os.path.isfile(os.path.join(above, _CONFIGURATION)) else _ask(place)


def _virtual(root: str) -> Environment:
    settings = _configuration(os.path.join(root, _CONFIGURATION))
    version = _version(settings.get("version_info") or settings.get("version") or "")
    found = tuple(_site_packages(root, version))
    if not found:
        raise NoEnvironmentError(f"{root}: this virtual environment has no site-packages; make it anew with `uv venv`")
    return Environment(root, found, version, settings.get("uv"))


def _configuration(path: str) -> dict[str, str]:
    """Read a pyvenv.cfg as the ``site`` module does: ``key = value`` lines."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=") for line in lines)
    return {key.strip().lower(): value.strip() for key, sign, value in pairs if sign}


def _version(text: str) -> tuple[int, int] | None:
    parts = text.split(".")
    if len(parts) < 2 or not (parts[0].isdigit() and parts[1].isdigit()):  # noqa: PLR2004 - major and minor
        return None
    return int(parts[0]), int(parts[1])


def _site_packages(root: str, version: tuple[int, int] | None) -> Iterator[str]:
    """Yield the existing ``site-packages``; where several Pythons left one, those of the Python that is configured."""
    windows = os.path.join(root, "Lib", "site-packages")
    if os.name == "nt" and os.path.isdir(windows):
        yield windows
        return
    found: dict[str, str] = {}
    for library in _LIBRARIES:
        try:
            names = sorted(os.listdir(os.path.join(root, library)))
        except OSError:
            continue
        for name in names:
            place = os.path.join(root, library, name, "site-packages")
            if name.startswith(_INTERPRETERS) and os.path.isdir(place):
                found.setdefault(os.path.realpath(place), place)  # lib64 is often a link to lib
    if version is not None:
        number = f"{version[0]}.{version[1]}"
        fitting = [place for place in found.values() if _number(place) == number]
        if fitting:
            yield from fitting
            return
    yield from found.values()


def _number(place: str) -> str:
    """Return ``3.13`` for ``lib/python3.13t/site-packages``."""
    return os.path.basename(os.path.dirname(place)).strip("abcdefghijklmnopqrstuvwxyz")


def _interpreter_in(root: str) -> str | None:
    names = ("python.exe", os.path.join("Scripts", "python.exe")) if os.name == "nt" else ("bin/python", "bin/python3")
    return next((path for name in names if os.path.isfile(path := os.path.join(root, name))), None)


def _ask(interpreter: str) -> Environment:
    import subprocess  # 10 ms, and hardly anybody installs into the system's Python

    try:
        answer = subprocess.run(
            [interpreter, "-I", "-c", _ASK], capture_output=True, text=True, timeout=30, check=True
        ).stdout.splitlines()
        pure, platform, version = answer
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise NoEnvironmentError(f"{interpreter}: this is no Python that answers: {error}") from None
    places = tuple(dict.fromkeys((pure, platform)))
    return Environment(os.path.dirname(os.path.dirname(interpreter)), places, _version(version.replace(" ", ".")))

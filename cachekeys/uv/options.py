"""uv's settings that decide about building and reinstalling, merged from all files that uv reads.

Order (uv 0.13.8): the project's files - those of the workspace root, or the nearest above it that has any -, then the
user's, then the system's. Single values come from the first that has one, lists and maps are joined.
Options on uv's command line are unknown here.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cachekeys.errors import CacheKeysError, TomlError
from cachekeys.project import normalise
from cachekeys.tomlfile import parse
from cachekeys.uv.environment import workspace_directory
from cachekeys.uv.installed import BuildSettings
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cachekeys.project import Project

__all__ = ["Options", "is_true", "read"]

_Table = dict[str, Any]


@dataclass(frozen=True)
class Options:
    """The tables in force, nearest first; :attr:`pip` says whether ``[tool.uv.pip]`` counts, as it does for ``uv pip``."""

    tables: tuple[tuple[str, _Table], ...]
    environ: Mapping[str, str]
    pip: bool = False

    def for_pip(self) -> Options:
        """Return the same settings as ``uv pip`` sees them."""
        return Options(self.tables, self.environ, pip=True)

    @cached_property
    def cache_directory(self) -> str | None:
        """The directory of uv's cache; None when it is told to use none (``no-cache``)."""
        if is_true(self.environ.get("UV_NO_CACHE", "")) or self._first("no-cache") is True:
            return None
        chosen = self.environ.get("UV_CACHE_DIR")
        if chosen:
            return os.path.abspath(chosen)
        for directory, table in self.tables:
            if isinstance(table.get("cache-dir"), str):
                return os.path.join(directory, table["cache-dir"])
        return _default_cache(self.environ)

    def reinstalls(self, name: str) -> bool:
        """Tell whether uv builds and installs the package *name* (normalised) on every command."""
        switch = self._first("reinstall")
        if isinstance(switch, bool):
            return switch
        return any(normalise(item) == name for item in self._joined("reinstall-package") if isinstance(item, str))

    def build_settings(self, name: str) -> BuildSettings:
        """Return the settings with which uv would build the package *name* (normalised)."""
        config: dict[str, str | tuple[str, ...]] = {}
        for key in ("config-settings-package", "config-settings"):
            for table in self._values(key):
                own = _named(table, name) if key.endswith("package") else table
                for setting, value in own.items() if isinstance(own, dict) else ():
                    config[setting] = _merged(config.get(setting), value)
        variables: dict[str, str] = {}
        requires = []
        for table in self._values("extra-build-variables"):
            found = _named(table, name)
            variables = {**found, **variables} if isinstance(found, dict) else variables
        for table in self._values("extra-build-dependencies"):
            found = _named(table, name)
            requires += [_requirement(item) for item in found] if isinstance(found, list) else []
        return BuildSettings(config, variables, tuple(requires))

    def _values(self, name: str) -> Iterator[Any]:
        places = [table.get("pip") for _, table in self.tables] if self.pip else []
        for table in (*places, *(table for _, table in self.tables)):
            if isinstance(table, dict) and name in table:
                yield table[name]

    def _first(self, name: str) -> Any:
        return next(self._values(name), None)

    def _joined(self, name: str) -> Iterator[Any]:
        for value in self._values(name):
            yield from value if isinstance(value, list) else ()


def read(project: Project, environ: Mapping[str, str]) -> Options:
    """Return the settings with which uv would run in the directory of *project*."""
    return Options(tuple(_tables(project, environ)), environ)


def is_true(text: str) -> bool:
    """Tell whether uv takes the value of an environment variable for true."""
    return text.lower() in ("1", "y", "yes", "t", "true", "on")


# -- files -----------------------------------------------------------------------------------------------------------


def _tables(project: Project, environ: Mapping[str, str]) -> Iterator[tuple[str, _Table]]:
    given = environ.get("UV_CONFIG_FILE")
    if given:
        yield from _file(given)
    elif not is_true(environ.get("UV_NO_CONFIG", "")):
        yield from _of_project(project)
        user = _user_directory(environ)
        if user is not None:
            yield from _file(os.path.join(user, "uv", "uv.toml"))
        if not is_true(environ.get("UV_NO_SYSTEM_CONFIG", "")):
            for path in _system_files(environ):
                if os.path.isfile(path):
                    yield from _file(path)
                    break


def _of_project(project: Project) -> Iterator[tuple[str, _Table]]:
    directory = workspace_directory(project)
    while True:
        found = list(_file(os.path.join(directory, "uv.toml")))
        if not found:
            found = [
                (place, table)
                for place, document in _file(os.path.join(directory, "pyproject.toml"), project)
                if isinstance(table := _inner(document, "tool", "uv"), dict) and not _is_dropped(table)
            ]
        above = os.path.dirname(directory)
        if found or above == directory:
            yield from found
            return
        directory = above


def _file(path: str, project: Project | None = None) -> Iterator[tuple[str, _Table]]:
    """Yield the directory and the content of a TOML file, nothing if it cannot be read."""
    if project is not None and project.pyproject is not None and path == project.path("pyproject.toml"):
        yield project.root, project.pyproject.data
        return
    try:
        with open(path, "rb") as file:
            document = parse(path, file.read())
    except (OSError, TomlError, CacheKeysError):
        return
    yield os.path.dirname(os.path.abspath(path)), document.data


def _is_dropped(table: _Table) -> bool:
    """Tell whether uv ignores the whole table, for the reasons that concern us; see :mod:`cachekeys.uv.settings`."""
    from cachekeys.uv.settings import is_package_name  # only with this setting

    for place in (table, table.get("pip")):
        names = place.get("reinstall-package") if isinstance(place, dict) else None
        if names is not None and not (isinstance(names, list) and all(map(is_package_name, names))):
            return True
    return "cache_keys" in table or (isinstance(table.get("pip"), dict) and "cache-keys" in table["pip"])


def _user_directory(environ: Mapping[str, str]) -> str | None:
    if os.name == "nt":
        return environ.get("APPDATA")
    return _based(environ, "XDG_CONFIG_HOME", ".config")


def _system_files(environ: Mapping[str, str]) -> Iterator[str]:
    if os.name == "nt":
        yield os.path.join(environ.get("SYSTEMDRIVE", "C:") + "\\", "ProgramData", "uv", "uv.toml")
        return
    for directory in (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":"):
        yield os.path.join(directory, "uv", "uv.toml")
    yield "/etc/uv/uv.toml"


def _default_cache(environ: Mapping[str, str]) -> str | None:
    if os.name == "nt":
        local = environ.get("LOCALAPPDATA")
        return os.path.join(local, "uv", "cache") if local else None
    base = _based(environ, "XDG_CACHE_HOME", ".cache")
    return os.path.join(base, "uv") if base else None


def _based(environ: Mapping[str, str], variable: str, default: str) -> str | None:
    """Return a directory of the XDG Base Directory Specification: a path that is not absolute is ignored."""
    given = environ.get(variable, "")
    if os.path.isabs(given):
        return given
    home = environ.get("HOME") or os.path.expanduser("~")
    return os.path.join(home, default) if os.path.isabs(home) else None


# -- values ------------------------------------------------------------------------------------------------------------


def _inner(table: Any, *path: str) -> Any:
    for name in path:
        table = table.get(name) if isinstance(table, dict) else None
    return table


def _named(table: Any, name: str) -> Any:
    """Return the value for a package in a table from names, which need not be normalised."""
    if not isinstance(table, dict):
        return None
    return next((value for key, value in table.items() if normalise(key) == name), None)


def _merged(before: str | tuple[str, ...] | None, value: Any) -> str | tuple[str, ...]:
    """Join two values of one setting: uv makes a list of them."""
    if before is None:
        return tuple(map(str, value)) if isinstance(value, list) else str(value)
    first = before if isinstance(before, tuple) else (before,)
    return (*first, *(map(str, value) if isinstance(value, list) else (str(value),)))


def _requirement(item: Any) -> str:
    from cachekeys.project import requirement_names  # only with extra build dependencies

    text = item.get("requirement") if isinstance(item, dict) else item
    return next(iter(requirement_names([text])), "")

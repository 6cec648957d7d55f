"""Every error that cachekeys raises on purpose, so that callers can tell bad input from a bug.

A message names the file, the position, the key, the offending value and the remedy. The command line
turns these into one line on standard error and exit code 2; the build plugins turn them into a warning.
"""

from __future__ import annotations

__all__ = ["CacheKeysError", "CacheKeysWarning", "ProjectError", "SettingsError", "TomlError"]


class CacheKeysError(Exception):
    """Base of all expected failures: the input is at fault, not cachekeys."""


class ProjectError(CacheKeysError):
    """The project cannot be read: no such directory, unreadable or undecodable file, too large."""


class TomlError(ProjectError):
    """A TOML document that does not parse. ``line`` and ``column`` are 1-based, 0 when unknown."""

    def __init__(self, file: str, line: int, column: int, message: str) -> None:
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        where = f"{file}:{line}:{column}" if line else file
        super().__init__(f"{where}: {message}")


class SettingsError(CacheKeysError):
    """``[tool.cachekeys]`` holds something we do not accept. Carries all problems at once."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class CacheKeysWarning(UserWarning):
    """What the build plugins emit.

    A subclass of UserWarning, since pyproject_hooks >= 1.3.0 hands only those on to the front end.
    """

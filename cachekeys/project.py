"""A read-only view of a project: the only place that reads a project's files.

Everything is read at most once. A file that cannot be read is remembered as a problem and otherwise treated as
absent, so that one bad file never hides what the others say. Only pyproject.toml itself is indispensable.
"""

from __future__ import annotations

import errno
import os
import stat
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from cachekeys.errors import ProjectError
from cachekeys.tomlfile import TomlFile, parse
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.setupcfg import SetupCfg

__all__ = ["MAX_SIZE", "Project", "ReadProblem"]

MAX_SIZE = 16 * 1024 * 1024
"""Bytes: a text file that decides a build is never larger; a larger one is named, not read."""

_PRUNED = frozenset(
    {".git", ".hg", ".svn", ".bzr", ".tox", ".nox", ".eggs", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
    | {"__pycache__", "node_modules", "__pypackages__", ".hypothesis", ".ipynb_checkpoints"}
)
_MANY_BESIDE = 20_000
"""Files of a directory beside the project that are looked at: it may be anything."""

_PYPROJECT = "pyproject.toml"
_SETUP_CFG = "setup.cfg"


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """A file or directory of the project that could not be read, and why."""

    file: str
    message: str
    line: int | None = None


class Project:
    """The project in *root*.

    ``root`` is the absolute path; ``label`` is the path as the caller named it, for messages. ``problems`` are what could
    not be read so far; it grows as more is read.

    :raises ProjectError: no such directory, nothing to build in it, or pyproject.toml unreadable.
    """

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self.label = os.fsdecode(root) or "."
        self.problems: list[ReadProblem] = []
        self._texts: dict[str, str | None] = {}
        self._bytes: dict[str, bytes | None] = {}
        self._left_out: dict[str, bool] = {}
        self._below: dict[str, tuple[str, ...]] = {}
        try:
            self.root = os.path.abspath(self.label)
        except OSError:
            raise ProjectError(f"{self.label}: the current directory no longer exists; name an absolute path") from None
        if not os.path.isdir(self.root):
            what = "is not a directory" if os.path.lexists(self.root) else "does not exist"
            raise ProjectError(f"{self.label}: {what}; name the directory that holds pyproject.toml")
        self.pyproject = self._read_pyproject()
        if self.pyproject is not None:
            self.problems += _misshapen(self.pyproject)

    # -- reading -----------------------------------------------------------------------------------------------

    def path(self, relative: str) -> str:
        """Return the absolute path of *relative*."""
        return os.path.join(self.root, relative)

    def shown(self, relative: str) -> str:
        """Return the path of *relative* as the user would write it, for messages."""
        return os.path.normpath(os.path.join(self.label, relative))

    def read_bytes(self, relative: str) -> bytes | None:
        """Return the content, or None when it is absent or unreadable (the latter is noted as a problem)."""
        if relative not in self._bytes:
            self._bytes[relative] = self._load(relative)
        return self._bytes[relative]

    def read_text(self, relative: str) -> str | None:
        """Return the content decoded as UTF-8 (a BOM is dropped, newlines are normalised), or None."""
        if relative not in self._texts:
            raw = self.read_bytes(relative)
            text: str | None = None
            if raw is not None:
                try:
                    text = raw.removeprefix(b"\xef\xbb\xbf").decode().replace("\r\n", "\n").replace("\r", "\n")
                except UnicodeDecodeError as error:
                    self.problems.append(
                        ReadProblem(relative, "is not UTF-8 text", raw.count(b"\n", 0, error.start) + 1)
                    )
            self._texts[relative] = text
        return self._texts[relative]

    def is_file(self, relative: str) -> bool:
        """Tell whether *relative* is a regular file (symlinks are followed)."""
        return _is(self.path(relative), stat.S_ISREG)

    def is_dir(self, relative: str) -> bool:
        """Tell whether *relative* is a directory (symlinks are followed)."""
        return _is(self.path(relative), stat.S_ISDIR)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """All regular files and links to such below the root, sorted; version control, virtual environments and caches left out."""
        return tuple(sorted(self._walk("")))

    @cached_property
    def _top_files(self) -> tuple[str, ...]:
        return tuple(name for name in self.files if "/" not in name)

    def files_below(self, directory: str) -> tuple[str, ...]:
        """Return the :attr:`files` in and below *directory*, which ends with ``/`` unless it is empty.

        Unless all files are known, only the directory is listed. It may lie beside the project (``../shared/``), as in a
        monorepo, but not hold it.
        """
        if not directory:
            return self.files
        if directory.startswith("../"):
            return self._files_beside(directory)
        if "files" in vars(self):
            from bisect import bisect_left  # only some detectors need it

            start = bisect_left(self.files, directory)
            return self.files[start : bisect_left(self.files, directory[:-1] + "0", start)]  # "0" comes after "/"
        if directory not in self._below:
            listed = self._walk(directory) if directory != "/" and self._is_walked(directory[:-1]) else ()
            self._below[directory] = tuple(sorted(listed))
        return self._below[directory]

    def _files_beside(self, directory: str) -> tuple[str, ...]:
        if directory not in self._below:
            holds = not directory.replace("../", "") or os.path.realpath(self.root).startswith(
                os.path.realpath(self.path(directory)) + os.sep
            )
            listed = () if holds or not self.is_dir(directory) else islice(self._walk(directory), _MANY_BESIDE)
            self._below[directory] = tuple(sorted(listed))
        return self._below[directory]

    def leaves_out(self, directory: str) -> bool:
        """Tell whether :attr:`files` leaves out what is in *directory* (relative; "" is the root) or below it."""
        if directory not in self._left_out:
            parent, _, name = directory.rpartition("/")
            self._left_out[directory] = bool(directory) and (
                self.leaves_out(parent)
                or name in _PRUNED
                or name.endswith(".egg-info")
                or os.path.lexists(self.path(f"{directory}/pyvenv.cfg"))
            )
        return self._left_out[directory]

    def glob(self, pattern: str) -> tuple[str, ...]:
        """Return the :attr:`files` that match *pattern*, anchored at the root, in uv's glob syntax."""
        from cachekeys.uv.globs import anchored  # only some detectors need it

        matches = anchored(pattern)
        return tuple(name for name in self._candidates(pattern) if matches(name))

    def _candidates(self, pattern: str) -> tuple[str, ...]:
        """Return the files that *pattern* could match, judged by the directory that it begins with."""
        from cachekeys.uv.globs import join, split
        from cachekeys.uv.globsyntax import is_about_name, parse

        base, rest = split(pattern)
        if "\\" in pattern:  # an escaped character in a directory's name
            return self.files
        if base:
            return self.files_below(join(base) + "/")
        on_top = "/" not in rest and is_about_name(parse(f"**/{rest}"))
        return self._top_files if on_top else self.files

    # -- what the build configuration says -----------------------------------------------------------------------

    def get(self, *path: str | int, default: Any = None) -> Any:
        """Return a value of pyproject.toml, or *default* when any step is missing or of the wrong type."""
        return default if self.pyproject is None else self.pyproject.get(*path, default=default)

    @cached_property
    def setup_cfg(self) -> SetupCfg | None:
        """The parsed setup.cfg, or None when it is absent or does not parse (noted as a problem)."""
        text = self.read_text(_SETUP_CFG)
        if text is None:
            return None
        from cachekeys.setupcfg import SetupCfgError  # few projects have one
        from cachekeys.setupcfg import parse as parse_setup_cfg

        try:
            return parse_setup_cfg(text)
        except SetupCfgError as error:
            self.problems.append(ReadProblem(_SETUP_CFG, f"does not parse: {error}", error.line))
            return None

    @cached_property
    def name(self) -> str | None:
        """The distribution's name, normalised (PEP 503), or None when only executing code would tell."""
        for path in (("project", "name"), ("tool", "poetry", "name")):
            name = self.get(*path)
            if isinstance(name, str) and name.strip():
                return normalise(name.strip())
        name = self.setup_cfg.get("metadata", "name") if self.setup_cfg is not None else None
        return normalise(name.strip()) if name and name.strip() else None

    @cached_property
    def build_backend(self) -> str:
        """``build-system.build-backend``; setuptools' legacy one when it is absent (PEP 517)."""
        backend = self.get("build-system", "build-backend")
        return backend if isinstance(backend, str) else "setuptools.build_meta:__legacy__"

    @property
    def uses_setuptools(self) -> bool:
        """Whether setuptools builds it, also through an in-tree wrapper of setuptools."""
        return self.build_backend.startswith("setuptools") or (
            bool(self.get("build-system", "backend-path")) and "setuptools" in self.build_requires
        )

    @cached_property
    def build_requires(self) -> frozenset[str]:
        """The normalised names in ``build-system.requires``."""
        return frozenset(requirement_names(self.get("build-system", "requires", default=[])))

    @cached_property
    def dynamic(self) -> frozenset[str]:
        """``project.dynamic``."""
        listed = self.get("project", "dynamic", default=[])
        return frozenset(item for item in listed if isinstance(item, str)) if isinstance(listed, list) else frozenset()

    @cached_property
    def is_sdist(self) -> bool:
        """Whether this is an unpacked sdist: PKG-INFO at the root, so the version no longer comes from git."""
        return self.is_file("PKG-INFO")

    # -- inside --------------------------------------------------------------------------------------------------

    def _load(self, relative: str) -> bytes | None:
        path = self.path(relative)
        try:
            with open(path, "rb", opener=_open_regular) as file:
                raw = file.read(MAX_SIZE + 1)
        except (FileNotFoundError, NotADirectoryError):
            if os.path.islink(path):
                self.problems.append(ReadProblem(relative, "cannot be read: it is a symlink to nothing"))
            return None
        except (OSError, ValueError) as error:  # ValueError: a NUL or a lone surrogate in the name
            self.problems.append(ReadProblem(relative, f"cannot be read: {_reason(error)}"))
            return None
        if len(raw) > MAX_SIZE:
            self.problems.append(ReadProblem(relative, f"is larger than {MAX_SIZE // 2**20} MiB and was not read"))
            return None
        return raw

    def _read_pyproject(self) -> TomlFile | None:
        raw = self.read_bytes(_PYPROJECT)
        if raw is not None:
            return parse(self.shown(_PYPROJECT), raw)
        for problem in self.problems:
            raise ProjectError(f"{self.shown(_PYPROJECT)}: {problem.message}")
        if not self.is_file("setup.py") and not self.is_file("setup.cfg"):
            if not os.access(self.root, os.X_OK):
                raise ProjectError(f"{self.label}: cannot be entered: give yourself the permission to (chmod u+x)")
            raise ProjectError(
                f"{self.label}: there is no pyproject.toml, setup.py or setup.cfg; name a project's directory"
            )
        return None

    def _is_walked(self, directory: str) -> bool:
        """Tell whether :attr:`files` has what is in *directory*: it is one, not behind a symlink, and not left out."""
        if not directory:
            return True
        parent, slash, name = directory.rpartition("/")
        if (slash and not parent) or not self._is_walked(parent) or self.leaves_out(directory):
            return False
        try:
            # Not lstat, which takes SRC for src where the file system does.
            with os.scandir(self.path(parent)) as listing:
                return any(entry.name == name and entry.is_dir(follow_symlinks=False) for entry in listing)
        except OSError:
            return False

    def _walk(self, top: str) -> Iterable[str]:
        pending = [top]
        while pending:
            prefix = pending.pop()
            try:
                with os.scandir(os.path.join(self.root, prefix)) as listing:
                    entries = list(listing)
            except OSError as error:
                problem = ReadProblem(prefix.rstrip("/") or ".", f"cannot be listed: {_reason(error)}")
                if problem not in self.problems:  # a part may have been listed before
                    self.problems.append(problem)
                continue
            if prefix and "pyvenv.cfg" in [entry.name for entry in entries]:
                continue  # a virtual environment
            for entry in entries:
                name = entry.name
                try:
                    if entry.is_dir(follow_symlinks=False):
                        if name not in _PRUNED and not name.endswith(".egg-info"):
                            pending.append(f"{prefix}{name}/")
                    elif entry.is_file():
                        yield prefix + name
                except OSError:  # gone, a symlink loop, or a file system that must be asked and refuses
                    continue


# What everything else relies on. Anything of another type counts as absent.
_STRINGS = "an array of strings"
_SHAPES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("build-system",), "a table"),
    (("build-system", "requires"), _STRINGS),
    (("build-system", "build-backend"), "a string"),
    (("build-system", "backend-path"), _STRINGS),
    (("project",), "a table"),
    (("project", "name"), "a string"),
    (("project", "version"), "a string"),
    (("project", "dynamic"), _STRINGS),
)


def _misshapen(document: TomlFile) -> Iterable[ReadProblem]:
    """Yield the standard settings (:pep:`518`, :pep:`621`) that are of the wrong type."""
    for path, expected in _SHAPES:
        value = document.get(*path)
        if value is None or _has_shape(value, expected):
            continue
        from cachekeys.toml.text import describe, dotted  # only for a broken file

        message = f"{dotted(*path)}: {describe(value)} is not accepted; write {expected}"
        yield ReadProblem(_PYPROJECT, message, document.position(*path).line)


def _has_shape(value: object, expected: str) -> bool:
    if expected == _STRINGS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, dict if expected == "a table" else str)


def normalise(name: str) -> str:
    """Return the normalised distribution name (PEP 503)."""
    return "-".join(filter(None, name.lower().replace("_", "-").replace(".", "-").split("-")))


def requirement_names(requirements: object) -> list[str]:
    """Return the normalised names of PEP 508 requirements; entries that are none are skipped."""
    names = []
    for requirement in requirements if isinstance(requirements, list) else []:
        if isinstance(requirement, str):
            text = requirement.strip()
            end = next((i for i, c in enumerate(text) if not (c.isalnum() or c in "-_.")), len(text))
            if text[:end]:
                names.append(normalise(text[:end]))
    return names


def _open_regular(path: str, flags: int) -> int:
    """Open without blocking on a FIFO, and refuse what is not a regular file."""
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        kind = "a directory" if stat.S_ISDIR(mode) else "a FIFO" if stat.S_ISFIFO(mode) else "a device"
        raise OSError(0, f"it is {kind}, not a file", path)
    return descriptor


def _reason(error: OSError | ValueError) -> str:
    """Say in a clause, with the remedy where there is one, why the system refused."""
    if not isinstance(error, OSError):
        return "its name cannot be the name of a file"
    remedy = {
        errno.EACCES: "; give yourself the permission to read it",
        errno.ELOOP: "; a symlink points back at itself",
    }.get(error.errno or 0, "")
    return f"{error.strerror or error}{remedy}"


def _is(path: str, test: Any) -> bool:
    try:
        return bool(test(os.stat(path).st_mode))
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return False

"""uv settings other than cache-keys that decide about rebuilding, and cache-keys where uv does not look for them.

``reinstall-package`` is read through uv's ordinary settings discovery, so unlike cache-keys it belongs to the place
where uv runs and not to the package. ``cache-keys`` count only in ``[tool.uv]`` of the pyproject.toml of the directory
that is installed. Both measured with uv 0.13.8.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal

from cachekeys.errors import CacheKeysError, TomlError
from cachekeys.project import Project, ReadProblem, normalise, requirement_names
from cachekeys.toml.text import describe, dotted, quote, show
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeGuard

    from cachekeys.tomlfile import TomlFile

__all__ = [
    "Ineffective",
    "Misplaced",
    "ReinstallName",
    "ReinstallPackage",
    "ReinstallProblem",
    "is_package_name",
    "read_misplaced",
    "read_reinstall",
    "read_uv_toml",
]

_PYPROJECT = "pyproject.toml"
_UV_TOML = "uv.toml"

_Path = tuple[str | int, ...]
Scope = Literal["all", "pip"]
"""``all``: for every command (``[tool.uv]``); ``pip``: for ``uv pip`` only (``[tool.uv.pip]``)."""


@dataclass(frozen=True, slots=True)
class ReinstallName:
    """One valid entry. ``name`` is normalised, ``written`` as in the file.

    ``file`` is relative to the project, ``path`` the TOML path in it, ``line`` and ``column`` are 1-based.
    """

    name: str
    written: str
    file: str
    path: str
    line: int
    column: int
    scope: Scope


@dataclass(frozen=True, slots=True)
class ReinstallProblem:
    """An entry, or a whole value, for which uv drops *all* settings of the file (or, in uv.toml, refuses to run)."""

    message: str
    file: str
    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Ineffective:
    """A setting that uv ignores, well-formed or not. ``reason`` is a clause: "uv.toml beside it ..."."""

    file: str
    path: str
    line: int
    column: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReinstallPackage:
    """What ``reinstall-package`` says for a project: in its own files and, for a workspace member, in the root's.

    ``names`` are all valid entries, ``problems`` what is wrong with others, ``ineffective`` the settings that uv ignores.
    """

    names: tuple[ReinstallName, ...] = ()
    problems: tuple[ReinstallProblem, ...] = ()
    ineffective: tuple[Ineffective, ...] = ()

    def in_force(self) -> tuple[ReinstallName, ...]:
        """Return the names that uv acts on."""
        ignored = {item.file for item in self.ineffective} | {problem.file for problem in self.problems}
        return tuple(name for name in self.names if name.file not in ignored)


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Something that reads like cache-keys but that uv never uses.

    ``reason`` is a clause that says what uv does with it. ``file`` is relative to the project, ``path`` the TOML path in it.
    """

    how: Literal["misspelled", "uv-toml", "wrong-table", "virtual-root"]
    file: str
    path: str
    line: int
    column: int
    reason: str


def read_uv_toml(project: Project) -> TomlFile | None:
    """Return the uv.toml beside pyproject.toml; None when there is none or it is unreadable (noted as a problem)."""
    raw = project.read_bytes(_UV_TOML)
    if raw is None:
        return None
    from cachekeys.tomlfile import parse  # hardly any project has one

    try:
        return parse(_UV_TOML, raw)
    except TomlError as error:
        problem = ReadProblem(_UV_TOML, error.message, error.line)
        if problem not in project.problems:
            project.problems.append(problem)
        return None


# -- reinstall-package -----------------------------------------------------------------------------------------------


def read_reinstall(project: Project, *, dependency_of: str | None = None) -> ReinstallPackage:
    """Return what ``reinstall-package`` says for *project*.

    :param dependency_of: the directory of a project that has this one as a path source, when seen from there: uv, run
        there, ignores the settings of its dependencies.
    """
    reader = _Reader()
    root = None if dependency_of is not None else _workspace_root(project)
    reason = f"uv run in {dependency_of} reads no settings of its dependencies" if dependency_of is not None else None
    prefix = ""
    if root is not None:
        prefix = os.path.relpath(root.root, project.root).replace(os.sep, "/") + "/"
        reason = f"this is a member of the workspace in {prefix}, and uv reads only the root's settings"
    reader.read(project, "", reason)
    if root is not None:
        reader.read(root, prefix, None)
    return ReinstallPackage(tuple(reader.names), tuple(reader.problems), tuple(reader.ineffective))


def _workspace_root(project: Project) -> Project | None:
    from cachekeys.workspace import find_root  # a cycle at import time otherwise

    directory = find_root(project)
    try:
        return Project(directory) if directory is not None else None
    except CacheKeysError:
        return None


class _Reader:
    """Collects the settings of several files."""

    def __init__(self) -> None:
        self.names: list[ReinstallName] = []
        self.problems: list[ReinstallProblem] = []
        self.ineffective: list[Ineffective] = []

    def read(self, project: Project, prefix: str, reason: str | None) -> None:
        """Read the files of one directory; *reason* says why uv ignores both, None when it does not."""
        shadowed = project.is_file(_UV_TOML)
        if project.pyproject is not None:
            beside = "uv.toml beside it replaces [tool.uv], even where it does not set the same"
            why = reason or (beside if shadowed else _dropped(project.pyproject))
            self._file(project.pyproject, prefix + _PYPROJECT, ("tool", "uv"), why)
        uv_toml = read_uv_toml(project) if shadowed else None
        if uv_toml is not None:
            self._file(uv_toml, prefix + _UV_TOML, (), reason)

    def _file(self, document: TomlFile, file: str, table: _Path, reason: str | None) -> None:
        places: tuple[tuple[_Path, Scope], ...] = (
            ((*table, "reinstall-package"), "all"),
            ((*table, "pip", "reinstall-package"), "pip"),
        )
        for path, scope in places:
            value = document.get(*path)
            if value is None:
                continue
            if reason is not None:
                at = document.position(*path)
                self.ineffective.append(Ineffective(file, dotted(*path), at.line, at.column, reason))
            for where, problem in self._value(document, file, path, value, scope):
                if reason is None:  # what uv does not read cannot hurt it
                    at = document.position(*where)
                    self.problems.append(ReinstallProblem(problem, file, dotted(*where), at.line, at.column))

    def _value(
        self, document: TomlFile, file: str, path: _Path, value: Any, scope: Scope
    ) -> Iterator[tuple[_Path, str]]:
        if not isinstance(value, list):
            example = f"[{show(value)}]" if is_package_name(value) else '["my-package"]'
            yield path, f"{describe(value)} is no array of package names: write reinstall-package = {example}"
            return
        for index, entry in enumerate(value):
            if is_package_name(entry):
                at = document.position(*path, index)
                where = dotted(*path, index)
                self.names.append(ReinstallName(normalise(entry), entry, file, where, at.line, at.column, scope))
            else:
                meant = next(iter(requirement_names([entry])), None)
                remedy = f"write {quote(meant)}" if meant else "write the name of a distribution, or remove the entry"
                yield (*path, index), f"{describe(entry)} is no package name: {remedy}"


def is_package_name(text: object) -> TypeGuard[str]:
    """Tell whether uv takes *text* for a name: ASCII letters and digits, and ``-_.`` between them."""
    if not isinstance(text, str):
        return False
    inner = text.replace("-", "a").replace("_", "a").replace(".", "a")
    return text.isascii() and inner.isalnum() and text[0].isalnum() and text[-1].isalnum()


def _dropped(document: TomlFile) -> str | None:
    """Say why uv drops all settings of a pyproject.toml, for the reasons that are ours to know: misspelt cache-keys."""
    for path in (("tool", "uv", "cache_keys"), ("tool", "uv", "pip", "cache-keys")):
        if document.get(*path) is not None:
            return f"uv knows no setting {dotted(*path)} and drops all settings of the file"
    return None


# -- misplaced cache-keys --------------------------------------------------------------------------------------------

_UNUSED_UV_TOML = "uv reads cache-keys only from pyproject.toml, whatever its own warning says"
_REFUSED_UV_TOML = "uv refuses a uv.toml with a field that it does not know"
_UNKNOWN = "uv knows no such setting; it drops all settings of the file but reads cache-keys, if there are any"
_ELSEWHERE = "nothing reads cache-keys there"
_ROOT = "the workspace root itself is never installed, and each member needs keys of its own"


def read_misplaced(project: Project) -> tuple[Misplaced, ...]:
    """Return everything beside and in pyproject.toml that was meant as cache-keys and that uv never uses."""
    found = list(_in_pyproject(project, project.pyproject)) if project.pyproject is not None else []
    uv_toml = read_uv_toml(project)
    if uv_toml is not None:
        found += _in_uv_toml(uv_toml)
    return tuple(found)


def _in_pyproject(project: Project, document: TomlFile) -> Iterator[Misplaced]:
    uv = document.get("tool", "uv")
    for name in uv if isinstance(uv, dict) else ():
        if _reads_like(name) and name != "cache-keys":
            yield _at(document, _PYPROJECT, ("tool", "uv", name), "misspelled", _UNKNOWN)
    for table, reason in (
        (("tool", "uv", "pip"), _UNKNOWN),
        (("tool", "uv", "workspace"), _ELSEWHERE),
        (("tool",), _ELSEWHERE),
        (("uv",), _ELSEWHERE),
        (("project",), _ELSEWHERE),
        (("build-system",), _ELSEWHERE),
        ((), _ELSEWHERE),
    ):
        members = document.get(*table) if table else document.data
        for name in members if isinstance(members, dict) else ():
            if _reads_like(name) and not (table == ("tool",) and name == "cachekeys"):  # which is our own table
                yield _at(document, _PYPROJECT, (*table, name), "wrong-table", reason)
    if document.get("tool", "uv", "cache-keys") is not None and _is_virtual_root(project):
        yield _at(document, _PYPROJECT, ("tool", "uv", "cache-keys"), "virtual-root", _ROOT)


def _in_uv_toml(document: TomlFile) -> Iterator[Misplaced]:
    for table in ((), ("pip",), ("tool", "uv"), ("uv",)):
        members = document.get(*table) if table else document.data
        for name in members if isinstance(members, dict) else ():
            if _reads_like(name):
                reason = _UNUSED_UV_TOML if not table and name == "cache-keys" else _REFUSED_UV_TOML
                yield _at(document, _UV_TOML, (*table, name), "uv-toml", reason)


def _reads_like(name: str) -> bool:
    return name.lower().replace("_", "-") in ("cache-keys", "cache-key", "cachekeys", "cachekey")


def _is_virtual_root(project: Project) -> bool:
    has_workspace = project.get("tool", "uv", "workspace") is not None
    return has_workspace and project.get("project") is None and not project.is_file("setup.py")


def _at(
    document: TomlFile,
    file: str,
    path: _Path,
    how: Literal["misspelled", "uv-toml", "wrong-table", "virtual-root"],
    reason: str,
) -> Misplaced:
    at = document.position(*path)
    return Misplaced(how, file, dotted(*path), at.line, at.column, reason)

"""Small questions that many detectors ask: where does it stand, which file is meant, what does a module read.

Nothing here yields inputs; the detectors do, each in the words of the tool that it knows.
"""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Any

from cachekeys.inputs.model import Origin
from cachekeys.project import requirement_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.project import Project

__all__ = [
    "built_by",
    "dependency_texts",
    "escape_glob",
    "everything_below",
    "find_module",
    "has_extra",
    "is_glob",
    "package_dirs",
    "place",
    "reads_setup_files",
    "relative",
    "strings",
    "table",
    "tables",
    "uv_glob",
]

_SETUPTOOLS_WRAPPERS = ("pbr.build", "scikit_build_core.setuptools.", "jupyter_packaging.build_api")


def place(project: Project, *path: str | int) -> Origin:
    """Return where the value at *path* stands in pyproject.toml."""
    if project.pyproject is None:
        return Origin("pyproject.toml")
    position = project.pyproject.position(*path)
    return Origin("pyproject.toml", position.line, position.column)


def relative(project: Project, path: object, base: str = "") -> str | None:
    """Return *path* as the model wants it: relative to the project, ``/``-separated, without ``.`` parts.

    An absolute path below the project becomes relative; any other absolute path stays absolute.

    :param base: the directory, relative to the project, that a relative path starts from.
    :return: None for what is no path at all (not a string, empty, with a NUL).
    """
    if not isinstance(path, str) or not path.strip() or "\0" in path:
        return None
    if os.path.isabs(path):
        inside = os.path.relpath(path, project.root)
        text = path if inside == os.pardir or inside.startswith(os.pardir + os.sep) else inside
        return posixpath.normpath(text.replace(os.sep, "/"))
    return posixpath.normpath(posixpath.join(base, path.replace(os.sep, "/")))


def strings(value: object) -> list[tuple[int | None, str]]:
    """Return the strings of a value that is one string or a list of them, each with its index in the list."""
    if isinstance(value, str):
        return [(None, value)]
    if isinstance(value, list):
        return [(index, item) for index, item in enumerate(value) if isinstance(item, str)]
    return []


def table(value: object) -> dict[str, Any]:
    """Return *value* if it is a TOML table, else an empty one."""
    return value if isinstance(value, dict) else {}


def tables(value: object) -> list[tuple[int, dict[str, Any]]]:
    """Return the tables of an array of tables, each with its index."""
    listed = value if isinstance(value, list) else []
    return [(index, item) for index, item in enumerate(listed) if isinstance(item, dict)]


def is_glob(text: str) -> bool:
    """Tell whether *text* has a character that makes it a pattern for Python's ``glob`` module."""
    return any(char in text for char in "*?[")


def uv_glob(pattern: str) -> str:
    """Return a pattern of Python's ``glob`` module as the same pattern in uv's syntax.

    Braces and the backslash are ordinary characters there, and so is a bracket that nothing closes.
    """
    parts = []
    position = 0
    while position < len(pattern):
        char = pattern[position]
        end = _class_end(pattern, position) if char == "[" else -1
        if end > 0:
            parts.append(pattern[position:end])
        else:
            parts.append(char if char in "*?" else escape_glob(char))
        position = max(end, position + 1)
    return "".join(parts)


def _class_end(pattern: str, start: int) -> int:
    """Return where the character class that begins at *start* ends, -1 when it is none that uv accepts."""
    first = start + 2 if pattern.startswith("[!", start) else start + 1
    end = pattern.find("]", first + 1)
    members = pattern[first:end]
    descending = any(c == "-" and members[k] > members[k + 2] for k, c in enumerate(members[1:-1]))
    return -1 if end < 0 or "/" in members or descending else end + 1


def escape_glob(name: str) -> str:
    """Return the glob, in uv's syntax, that matches exactly the path *name*."""
    return "".join("\\\\" if char == "\\" else f"[{char}]" if char in "*?[]{}" else char for char in name)


def everything_below(directory: str) -> str:
    """Return the glob, in uv's syntax, for all files below *directory* (a plain path relative to the project)."""
    if directory == ".":
        return "**/*"
    return f"{escape_glob(directory)}/**/*"


def has_extra(project: Project, name: str, extra: str) -> bool:
    """Tell whether ``build-system.requires`` asks for *name* (normalised) with *extra* (``name[extra]``)."""
    for _, requirement in strings(project.get("build-system", "requires", default=[])):
        head, bracket, rest = requirement.partition("[")
        if bracket and "@" not in head and requirement_names([head]) == [name]:
            extras = rest.partition("]")[0].split(",")
            if extra in {item.strip().lower() for item in extras}:
                return True
    return False


def dependency_texts(project: Project) -> Iterator[tuple[str, Origin]]:
    """Yield every requirement of ``[project]``, also of the extras, as text, with its place."""
    groups: dict[tuple[str, ...], object] = {("project", "dependencies"): project.get("project", "dependencies")}
    for extra, listed in table(project.get("project", "optional-dependencies")).items():
        groups["project", "optional-dependencies", extra] = listed
    for path, listed in groups.items():
        for index, text in strings(listed):
            if index is not None:
                yield text, place(project, *path, index)


def built_by(project: Project, backend: str) -> bool:
    """Tell whether a build back end builds the project, directly or through an in-tree wrapper.

    :param backend: the beginning of ``build-system.build-backend`` (``poetry`` for ``poetry.core.masonry.api``).
    """
    if backend == "setuptools":
        return reads_setup_files(project)
    wrapped = bool(project.get("build-system", "backend-path")) and any(
        name.replace("-", "_").startswith(backend) for name in project.build_requires
    )
    return wrapped or project.build_backend.startswith(backend)


def reads_setup_files(project: Project) -> bool:
    """Tell whether the build runs setup.py and reads setup.cfg: setuptools, or a back end that wraps it."""
    return project.uses_setuptools or project.build_backend.startswith(_SETUPTOOLS_WRAPPERS)


def package_dirs(project: Project) -> dict[str, str]:
    """Return setuptools' ``package_dir`` as pyproject.toml, setup.cfg, setup.py or its automatic discovery set it.

    The key ``""`` is the directory of all packages that have no key of their own. A single ``where`` of a package finder
    sets it too (setuptools 84, ``config/expand.py``), and so does an existing ``src`` when nothing is configured.
    """
    explicit = project.get("tool", "setuptools", "package-dir")
    found = {k: v for k, v in table(explicit).items() if isinstance(v, str)}
    where = [text for _, text in strings(project.get("tool", "setuptools", "packages", "find", "where"))]
    if project.setup_cfg is not None:
        for line in (project.setup_cfg.get("options", "package_dir") or "").replace(",", "\n").split("\n"):
            key, equals, value = line.partition("=")
            if equals:
                found.setdefault(key.strip(), value.strip())
        where = where or (project.setup_cfg.get("options.packages.find", "where") or "").replace(",", " ").split()
    if project.is_file("setup.py"):
        from cachekeys.inputs.setup_script import analyse_script  # it needs this module

        script = analyse_script(project)
        found = {**(script.facts.package_dir if script else {}), **found}
    if len(where) == 1 and where[0] not in {".", ""}:
        found.setdefault("", where[0])
    if "" not in found and not _selects_packages(project) and project.is_dir("src"):
        found[""] = "src"
    return found


def _selects_packages(project: Project) -> bool:
    configured = table(project.get("tool", "setuptools"))
    options = (project.setup_cfg.sections if project.setup_cfg else {}).get("options", {})
    return (
        any(key in configured for key in ("packages", "py-modules")) or "packages" in options or "py_modules" in options
    )


def find_module(project: Project, name: str, directories: dict[str, str] | None = None) -> str | None:
    """Return the file of the module *name*, as setuptools looks it up (``module.py``, then the package), or None.

    :param directories: a ``package_dir`` mapping; only the project directory when it is empty.
    """
    parts = name.split(".")
    if not all(part.isidentifier() for part in parts):
        return None
    mapping = directories or {}
    base = posixpath.join(mapping.get("", ""), *parts)
    for count in range(len(parts), 0, -1):
        parent = mapping.get(".".join(parts[:count]))
        if parent is not None:
            base = posixpath.join(parent, *parts[count:])
            break
    for candidate in (f"{base}.py", f"{base}/__init__.py"):
        if project.is_file(candidate):
            return posixpath.normpath(candidate)
    return None

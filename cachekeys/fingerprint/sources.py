"""The files that a wheel may take over as they are.

Neither a key nor an input names them, since an editable installation needs no rebuild when they change; a wheel does.

No build back end is run or imitated. What no back end packages unless told so is left out: directories that are called ``tests``,
``docs`` and the like, hidden ones, files at the top that are neither modules nor licences. As soon as the build configuration
mentions such a directory, it counts; so does a package of that name where packages are searched for. What git ignores does
not count: a fresh clone does not have it. This errs towards too many files: a key that changes too often costs time, one that
changes too rarely serves a stale wheel.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cachekeys.project import Project

__all__ = ["wheel_sources"]

# The names that setuptools' automatic discovery skips in a flat layout (84.0, ``FlatLayoutPackageFinder``), without "python",
# which maturin's mixed layout uses.
_NOT_PACKAGED = frozenset(
    {"benchmark", "benchmarks", "bin", "build", "changelog", "ci", "debian", "dist", "doc", "docs", "documentation"}
    | {
        "example",
        "examples",
        "exercise",
        "exercises",
        "htmlcov",
        "manpages",
        "news",
        "newsfragments",
        "scripts",
        "tasks",
    }
    | {"test", "tests", "tools", "unit_test", "unit_tests", "util", "utils", "wheelhouse"}
)
_LICENCES = ("LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*")  # setuptools' and hatchling's default (:pep:`639`)
_TABLES = (
    ("build-system",), ("project",), ("tool", "setuptools"), ("tool", "hatch", "build"), ("tool", "poetry"),
    ("tool", "pdm", "build"), ("tool", "flit"), ("tool", "maturin"), ("tool", "scikit-build"), ("tool", "meson-python"),
    ("tool", "uv", "build-backend"), ("tool", "whool"),
)  # fmt: skip
_TEXTS = ("setup.py", "setup.cfg", "MANIFEST.in", "hatch.toml")
_EXCLUDED = re.compile(r"exclude\s*=\s*(?:\[[^\]]*\]|\([^)]*\)|\S+)")
_SEARCHES = re.compile(r"\bfind(?:_packages|_namespace_packages|_namespace)?\b")
_TIMEOUT = 60  # seconds; 50,000 files take 0.1


def wheel_sources(project: Project) -> Iterator[str]:
    """Yield the files of *project* that its wheel may hold, relative and sorted."""
    configuration = _configuration(project)
    ignored = _ignored(project)
    names = project.files
    start = 0
    while start < len(names):
        top, below, _ = names[start].partition("/")
        end = bisect_left(names, f"{top}0", start) if below else start + 1  # "0" comes after "/"
        if _directory_counts(project, top, configuration) if below else _file_counts(top, configuration):
            listed = names[start:end]
            yield from (name for name in listed if not _is_below(name, ignored)) if ignored else listed
        start = end


def _directory_counts(project: Project, name: str, configuration: str) -> bool:
    if name not in _NOT_PACKAGED and not name.startswith("."):
        return True
    if project.is_file(f"{name}/__init__.py") and _SEARCHES.search(configuration):
        return True
    return _mentions(configuration, name)


def _file_counts(name: str, configuration: str) -> bool:
    if name.endswith(".py") or any(fnmatch(name.upper(), pattern) for pattern in _LICENCES):
        return True
    return _mentions(configuration, name)


def _mentions(configuration: str, name: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", configuration) is not None


def _configuration(project: Project) -> str:
    """Return all words of the build configuration, without what it excludes."""
    words = [word for path in _TABLES for word in _words(project.get(*path))]
    words += [_EXCLUDED.sub("", project.read_text(name) or "") for name in _TEXTS]
    return "\n".join(words)


def _words(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _words(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            if key not in {"exclude", "sdist", "description", "keywords", "urls"}:
                yield from _words(item)


# -- what git ignores ----------------------------------------------------------------------------------------------


def _is_below(name: str, ignored: frozenset[str]) -> bool:
    """Tell whether *name*, or a directory above it, is ignored."""
    end = len(name)
    while end > 0:
        if name[:end] in ignored:
            return True
        end = name.rfind("/", 0, end)
    return False


def _ignored(project: Project) -> frozenset[str]:
    """Return the untracked files and directories that git ignores; nothing where git cannot tell."""
    from cachekeys.uv.gitrefs import find_repository  # only wheels pay

    if find_repository(project.root) is None:
        return frozenset()
    from subprocess import SubprocessError, run  # 10 ms

    # A repository's own configuration may name programs: none of them may run.
    command = ["git", "-c", "core.fsmonitor=false", "-C", project.root]
    command += ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        answer = run(command, env=environ, capture_output=True, timeout=_TIMEOUT, check=True)
    except (OSError, SubprocessError):
        return frozenset()
    return frozenset(os.fsdecode(path).rstrip("/") for path in answer.stdout.split(b"\0") if path)

"""Static inputs against the truth: what was found, what was missed, what is too much, and how long it took."""

from __future__ import annotations

import json
import os
import posixpath
import resource
import subprocess
import sys
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any

from cachekeys.coverage import name_matcher
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from _corpus.projects import Entry, Reasoned
    from _corpus.traces import Seen
    from _corpus.truth import Truth

__all__ = ["Score", "Static", "TraceScore", "is_artefact", "score", "static", "traced"]

_ARTEFACTS = (
    "PKG-INFO",
    "*.egg-info/*",
    "*.dist-info/*",
    ".git/*",
    "*__pycache__/*",
    "*.pyc",
    ".gitmodules",
    ".gitattributes",
)
_FOR_WHEELS = ("MANIFEST.in", "*.gitignore", "*.hgignore")
"""They decide which files a wheel holds; an editable installation holds none."""

_SESSION = frozenset(
    {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TEMP", "TMP", "PWD", "TERM", "LANG", "LC_ALL", "SYSTEMROOT"}
)
"""The machine's and the shell's, not the project's: a key for them would rebuild in every new shell."""


@dataclass(frozen=True, slots=True)
class Static:
    """What ``cachekeys inputs`` says: existing files, variables, and the processor seconds of the whole process (the best of some).

    Not the seconds on the clock: other work on the machine would count, and the process has one thread and hardly waits.
    """

    files: dict[str, dict[str, Any]]
    variables: frozenset[str]
    unresolved: list[str]
    seconds: float


@dataclass(frozen=True, slots=True)
class Score:
    """Sets of names, all sorted. ``truth`` and ``missed`` are files that the build reads; ``static`` and ``extra`` those that we list.

    ``elsewhere`` are the static ones that this build did not read and that, judged by hand, another platform or option reads;
    ``extra`` is the rest of those that were not read. ``missed_elsewhere``: listed by hand for another platform or option,
    and not found; not part of the recall.
    """

    name: str
    truth: list[str]
    missed: list[str]
    static: list[str]
    elsewhere: list[str]
    extra: list[str]
    variables: list[str]
    missed_variables: list[str]
    seconds: float
    missed_elsewhere: list[str] = field(default_factory=list)
    unresolved: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TraceScore:
    """What a trace of the same build missed: ``missed`` files and variables, ``*_together`` those that the static analysis misses, too.

    ``more``: files that it has and the truth has not.
    """

    missed: list[str]
    missed_together: list[str]
    missed_variables: list[str]
    missed_variables_together: list[str]
    more: list[str]
    blind: list[str]
    seconds: float


def static(root: Path, mode: str, rounds: int = 1) -> Static:
    """Run ``cachekeys inputs`` on the project in *root*.

    :raises RuntimeError: the command failed.
    """
    command = [sys.executable, "-m", "cachekeys", "inputs", "--format", "json", "--mode", mode, str(root)]
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    seconds = []
    done = None
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, check=False, env=environ)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    if done is None or done.returncode:
        raise RuntimeError(done.stderr.decode() if done else "")
    (document,) = json.loads(done.stdout)["projects"]
    project = Project(root)
    files: dict[str, dict[str, Any]] = {}
    for item in document["inputs"]:
        if item["kind"] == "file" and project.is_file(item["what"]):
            files.setdefault(_real(root, item["what"]), item)
        elif item["kind"] == "files":
            for name in project.glob(item["what"]):
                files.setdefault(_real(root, name), item)
    written = name_matcher(output["what"] for output in document["outputs"])
    return Static(
        files={name: item for name, item in files.items() if not written(name)},
        variables=frozenset(item["what"] for item in document["inputs"] if item["kind"] == "env"),
        unresolved=[
            f"{one['origin']['file']}:{one['origin']['line']}: {one['message']}" for one in document["unresolved"]
        ],
        seconds=min(seconds),
    )


def _real(root: Path, name: str) -> str:
    """Return a path with the symlinks in it resolved, so that two ways to one file are one file."""
    directory, base = posixpath.split(posixpath.normpath(name))
    top = _real_directory(str(root))
    path = os.path.join(_real_directory(os.path.join(top, directory)), base)
    return os.path.relpath(os.path.realpath(path) if os.path.islink(path) else path, top).replace(os.sep, "/")


@cache
def _real_directory(path: str) -> str:
    """Return a directory with the symlinks in it resolved, once: some projects have ten thousand files."""
    return os.path.realpath(path)


def is_artefact(name: str) -> bool:
    """Tell whether a file only exists because the project came as an sdist, or because it was built before."""
    return any(fnmatchcase(name, pattern) for pattern in _ARTEFACTS)


def score(entry: Entry, root: Path, truth: Truth, found: Static) -> Score:
    """Compare. Paths are compared with their symlinks resolved."""
    read = {_real(root, name) for name in truth.read if not is_artefact(name)}
    irrelevant, elsewhere = _test(entry.irrelevant), _either(_test(entry.elsewhere), set(truth.elsewhere).__contains__)
    copied = {_real(root, name) for name in truth.copied} if entry.mode == "wheel" else set()
    if entry.mode == "editable":
        irrelevant = _either(irrelevant, lambda name: any(fnmatchcase(name, pattern) for pattern in _FOR_WHEELS))
    # Where nothing is compiled, a template or a header in the wheel was read to be copied, like any other file.
    read_besides = set() if entry.facts or not truth.compiled else _native(copied)
    wanted = {name for name in read if not irrelevant(name) and name not in copied - read_besides}
    unread = {name for name in found.files if name not in read and not is_artefact(name)}
    ignored = {name for one in entry.not_inputs for name in one.names}
    variables = set(truth.variables) - ignored - _SESSION
    return Score(
        name=entry.name,
        truth=sorted(wanted),
        missed=sorted(wanted - set(found.files)),
        static=sorted(name for name in found.files if not is_artefact(name)),
        elsewhere=sorted(filter(elsewhere, unread)),
        extra=sorted(name for name in unread if not elsewhere(name)),
        variables=sorted(variables),
        missed_variables=sorted(variables - found.variables),
        seconds=round(found.seconds, 3),
        missed_elsewhere=sorted(set(truth.elsewhere) - set(found.files)),
        unresolved=found.unresolved,
    )


def traced(root: Path, found: Score, truth: Truth, seen: Seen) -> TraceScore:
    """Hold a trace against the same truth as the static analysis."""
    read = {_real(root, name) for name in seen.read if not is_artefact(name)}
    every = {_real(root, name) for name in (*truth.read, *truth.written)}
    missed = set(found.truth) - read
    variables = set(found.variables) - set(seen.variables)
    return TraceScore(
        missed=sorted(missed),
        missed_together=sorted(missed & set(found.missed)),
        missed_variables=sorted(variables),
        missed_variables_together=sorted(variables & set(found.missed_variables)),
        more=sorted(read - every),
        blind=seen.blind,
        seconds=seen.seconds,
    )


def _native(names: Iterable[str]) -> set[str]:
    """Return those that a compiler may read besides: a copy of them in the wheel says nothing about that."""
    return {name for name in names if name.endswith((".c", ".h", ".cpp", ".hpp", ".pyx", ".pxd", ".pxi", ".in"))}


def _either(first: Any, second: Any) -> Any:
    return lambda name: first(name) or second(name)


def _test(lists: Iterable[Reasoned]) -> Any:
    return name_matcher([name for one in lists for name in one.names])

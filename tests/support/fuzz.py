"""Put every statement about a project's keys to the real uv: change one thing after the other and ask whether uv takes notice.

A statement is what ``cachekeys`` says of one file, variable or fact of git under the keys in force: watched, or not. uv's answer
is compared with it; no build runs. Used by the tests on the fixtures and by ``bench/oracle.py`` on real projects.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from cachekeys.pipeline import analyse
from cachekeys.project import Project
from cachekeys.rules._gaps import severity
from cachekeys.uv.keys import EnvKey, GitKey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from cachekeys.analysis import Analysis
    from cachekeys.coverage import InputCoverage
    from cachekeys.inputs.model import Mode
    from support.uv_oracle import Oracle

__all__ = [
    "Answer",
    "Report",
    "Statement",
    "analysed",
    "as_checkout",
    "ask",
    "commit",
    "commit_all",
    "statements",
    "with_keys",
]

ENVIRON = {"CACHEKEYS_FUZZ": "1"}


@dataclass(frozen=True, slots=True)
class Statement:
    """What we say of one thing: ``watched`` by a key or not.

    ``role``: an input that we found; a file that only a traced build showed (``traced``); a file that would join the present
    ones (``new``); anything else (``other``). ``severity`` is that of a gap; ``proposed``: a key is proposed for it.
    """

    kind: Literal["file", "new", "env", "commit", "tags"]
    what: str
    watched: bool
    role: Literal["input", "traced", "other"] = "other"
    severity: str | None = None
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A statement and what uv did."""

    statement: Statement
    noticed: bool

    @property
    def agrees(self) -> bool:
        return self.statement.watched == self.noticed


@dataclass(frozen=True, slots=True)
class Report:
    """All answers about one list of keys."""

    answers: list[Answer] = field(default_factory=list)

    @property
    def disagreements(self) -> list[Answer]:
        return [answer for answer in self.answers if not answer.agrees]

    def count(self, role: str, *, noticed: bool | None = None) -> int:
        """Count the answers about one role."""
        return sum(
            answer.statement.role == role and (noticed is None or answer.noticed == noticed) for answer in self.answers
        )


def as_checkout(source: Path, place: Path) -> Path:
    """Copy a project to *place*, as a repository with one commit and a tag, without what only an sdist has."""
    shutil.copytree(source, place, symlinks=True, ignore=shutil.ignore_patterns("*.egg-info", ".git", "__pycache__"))
    commit_all(place, "v1.0")
    return place


def commit_all(root: Path, tag: str) -> None:
    """Make an unpacked sdist what a checkout is: a repository with one commit and a tag, without what only an sdist has.

    Where there is a PKG-INFO, back ends take from it what they would otherwise find out from files and git.
    """
    (root / "PKG-INFO").unlink(missing_ok=True)
    for path in [*root.glob("*.egg-info"), *root.glob("*/*.egg-info")]:
        shutil.rmtree(path, ignore_errors=True)
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "1"], ["tag", tag]):
        _git(root, *arguments)


def commit(root: Path, name: str) -> None:
    """Commit what changed in one file, if it did."""
    if _git(root, "status", "--porcelain", "--", name):
        _git(root, "add", "--", name)
        _git(root, "commit", "-qm", "keys", "--", name)


def with_keys(root: Path, keys: Iterable[str]) -> bool:
    """Declare *keys* (TOML) in the pyproject.toml of the project; False when it has a list of its own that is in the way."""
    path = root / "pyproject.toml"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if re.search(r"^\s*(tool\.uv\.)?cache-keys\s*=", text, re.MULTILINE):
        return False
    line = f"cache-keys = [{', '.join(keys)}]\n"
    table = re.search(r"^\[tool\.uv\][^\n]*\n", text, re.MULTILINE)
    end = table.end() if table else 0
    text = text[:end] + line + text[end:] if table else f"{text.rstrip()}\n\n[tool.uv]\n{line}"
    path.write_text(text, encoding="utf-8")
    commit(root, "pyproject.toml")
    return True


def statements(
    analysis: Analysis, traced: Collection[str] = (), variables: Collection[str] = (), *, most: int = 100_000
) -> list[Statement]:
    """Return what we say of each input, of what a trace showed, and of all else.

    Of each role, at most *most* files that are watched, as many that are not, and as many variables and facts of git.
    """
    found: dict[tuple[str, str], Statement] = {}
    proposed = {(gap.input.kind, gap.input.what) for gap in analysis.gaps}
    for entry in analysis.coverage.entries:
        rank = severity(entry) if entry.is_gap and not entry.input.optional else None
        wanted = (entry.input.kind, entry.input.what) in proposed and rank not in (None, "info")
        for kind, what, watched in _said(entry):
            found.setdefault((kind, what), Statement(kind, what, watched, "input", None if watched else rank, wanted))
        if entry.new_file:
            found.setdefault(("new", entry.new_file), Statement("new", entry.new_file, watched=False, role="input"))
    keys = analysis.watch.keys
    for name in variables:
        watched = any(isinstance(key, EnvKey) and key.name == name for key in keys)
        found.setdefault(("env", name), Statement("env", name, watched, "traced"))
    for fact in ("commit", "tags"):
        watched = any(isinstance(key, GitKey) and (key.commit if fact == "commit" else key.tags) for key in keys)
        found.setdefault((fact, ""), Statement(fact, "", watched))
    matched = {name for names in analysis.coverage.matched.values() for name in names}
    known = {what for kind, what in found if kind == "file"}
    for name in analysis.project.files:
        if name not in known:
            role: Literal["traced", "other"] = "traced" if name in traced else "other"
            found["file", name] = Statement("file", name, name in matched, role)
    groups: dict[tuple[str, bool, bool], list[Statement]] = {}
    for one in found.values():
        groups.setdefault((one.role, one.watched, one.kind in {"file", "new"}), []).append(one)
    return [one for group in groups.values() for one in _some(group, most)]


def _said(entry: InputCoverage) -> Iterator[tuple[Literal["file", "env", "commit", "tags"], str, bool]]:
    item = entry.input
    if item.kind == "env":
        yield "env", item.what, bool(entry.covered_by)
    elif item.kind == "git":
        yield ("commit" if item.what == "commit" else "tags"), "", bool(entry.covered_by)
    else:
        for name in entry.files:
            yield "file", name, name not in entry.uncovered


def _some(chosen: list[Statement], most: int) -> list[Statement]:
    return chosen if len(chosen) <= most else random.Random(1).sample(chosen, most)


def ask(root: Path, oracle: Oracle, said: Iterable[Statement]) -> Report:
    """Change each thing and ask uv."""
    fuzz = _Fuzz(root, oracle)
    return Report([Answer(one, fuzz.notices(one)) for one in said])


def analysed(root: Path, mode: Mode) -> Analysis:
    """Analyse the project with no variable set."""
    return analyse(Project(root), environ={}, mode=mode)


class _Fuzz:
    def __init__(self, root: Path, oracle: Oracle) -> None:
        self._root = root
        self._oracle = oracle
        self._text: str | None = None
        self._number = 0
        self._newest = time.time_ns()

    def notices(self, one: Statement) -> bool:
        """Tell whether uv calls an installation stale after the change."""
        if self._text is None:
            self._text = self._oracle.text(self._root, ENVIRON)
        environ: Mapping[str, str] = ENVIRON
        if one.kind == "env":
            environ = {**ENVIRON, one.what: "cachekeys-fuzz"}
        else:
            self._change(one)
        noticed = not self._oracle.is_fresh(self._root, self._text, environ)
        if one.kind == "new":
            (self._root / one.what).unlink()
        if noticed and one.kind != "env":
            self._text = None
        return noticed

    def _change(self, one: Statement) -> None:
        self._number += 1
        if one.kind == "commit":
            _git(self._root, "commit", "-q", "--allow-empty", "-m", str(self._number))
        elif one.kind == "tags":
            _git(self._root, "tag", f"fuzz-{time.time_ns()}")
        else:
            path = self._root / one.what
            if one.kind == "new":
                path.touch()
            while True:  # the clock of the file system ticks every few milliseconds
                os.utime(path)
                changed = path.stat().st_ctime_ns
                if changed > self._newest:
                    self._newest = changed
                    return
                time.sleep(0.001)


def _git(root: Path, *arguments: str) -> bytes:
    identity = ["-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false", "-c", "gc.auto=0"]
    return subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True).stdout

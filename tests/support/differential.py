"""Put random projects to us and to the real uv, and say where the two differ.

A *case* is one list of keys on one tree, with one environment. For each of them

1. the tree is arranged so that one file of which we say that it counts is the newest of these, and every file of which we
   say that it does not count is newer still; then uv has to take an installation with our text for fresh. It compares what
   it computes with what it reads, so it computes the same; no file counts for uv that does not count for us, and that one does;
2. in every fourth case uv's own text has to be ours, and what it logs: the newest file and the warnings;
3. in every tenth case each single file that counts for us is touched, and uv's time has to be the time of that file;
4. in every twentieth case a text that is wrong in one field must not be fresh.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cachekeys.tomlfile import parse
from cachekeys.uv.cacheinfo import compute
from cachekeys.uv.keys import in_force, read_watch_set
from cachekeys.uv.versions import dialect
from cachekeys.uv.walk import watched_files
from support.git_states import random_repository
from support.random_projects import (
    Bumper,
    random_environ,
    random_git,
    random_keys,
    random_pyproject,
    random_tree,
)
from support.uv_oracle import Oracle, UvError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cachekeys.uv.cacheinfo import CacheInfo
    from cachekeys.uv.dialect import Dialect
    from cachekeys.uv.keys import CacheKey

__all__ = ["LISTS_PER_TREE", "Result", "compare"]

LISTS_PER_TREE = 25
_TEXT = 4
_EXHAUSTIVE = 10
_WRONG = 20
_REFUSALS = ("Failed to parse glob patterns", "Failed to parse cache keys")
_NOT_ABOUT_KEYS = ("Failed to read Git tags",)
_Identity = tuple[int, int]


@dataclass
class Result:
    """What came out for one tree.

    ``questions`` counts the calls of uv, ``refused`` the lists that both refuse, ``counted`` the files that count, over
    all cases; ``differences`` describe what is not equal, each with what it takes to see it again.
    """

    seed: int
    cases: int = 0
    questions: int = 0
    refused: int = 0
    counted: int = 0
    differences: list[str] = field(default_factory=list)


def compare(seed: int, scratch: Path, oracle: Oracle, *, lists: int = LISTS_PER_TREE) -> Result:
    """Make the project that *seed* names in *scratch*, a directory that does not exist yet, and compare.

    The directory is removed again, unless there is a difference.
    """
    choice = random.Random(seed)
    project = _make(choice, scratch)
    bumper = Bumper()
    files = random_tree(choice, project, bumper)
    trial = _Trial(choice, scratch, project, files, bumper, oracle, dialect(oracle.version), Result(seed))
    for number in range(lists):
        trial.run(number)
    if not trial.result.differences:
        shutil.rmtree(scratch)
    return trial.result


def _make(choice: random.Random, scratch: Path) -> Path:
    """Return the project's directory, in something that may be a repository: made by git, forged, or none."""
    if choice.random() < 0.25:
        tree = random_repository(choice, scratch)
        return tree / choice.choice((".", ".", "packages/one", "one"))
    project = scratch / "outer" / "proj"
    project.mkdir(parents=True)
    random_git(choice, project)
    return project


@dataclass
class _Trial:
    """One tree and the lists that are tried on it; ``scratch`` is all that was made, ``project`` a directory in it."""

    choice: random.Random
    scratch: Path
    project: Path
    files: list[bytes]
    bumper: Bumper
    oracle: Oracle
    dialect: Dialect
    result: Result

    @property
    def manifest(self) -> Path:
        return self.project / "pyproject.toml"

    def run(self, number: int) -> None:
        keys = random_keys(self.choice, self.project, self.files)
        environ = random_environ(self.choice)
        text = random_pyproject(self.choice, keys)
        self.manifest.write_text(text, encoding="utf-8")
        self.bumper.bump(os.fsencode(self.manifest))
        self.result.cases += 1
        try:
            self._judge(number, environ)
        except _Differs as difference:
            self.result.differences.append(
                f"seed {self.result.seed}, list {number}, in {self.project}, environment {environ}: {difference}\n{text}"
            )

    def _judge(self, number: int, environ: dict[str, str | bytes]) -> None:
        counted = self._counted()
        if counted is None:
            theirs = self._uvs(environ)
            if theirs is not None:
                raise _Differs(f"we refuse the list, uv gives {theirs}")
            self.result.refused += 1
            return
        self.result.counted += len(counted)
        self._arrange(counted)
        ours = self._ours(environ)
        text = ours.to_json()
        if number % _TEXT == 0 or not self._is_fresh(text, environ):
            theirs = self._uvs(environ)
            if text != theirs:
                raise _Differs(f"text: {text}, uv's {theirs}; newest: {ours.newest}, uv's {self.oracle.newest()}")
            self._compare_log()
            if not self._is_fresh(text, environ):
                raise _Differs(f"uv does not accept {text}")
        if number % _WRONG == 0:
            wrong = self._spoilt(text)
            if self._is_fresh(wrong, environ):
                raise _Differs(f"uv accepts {wrong}, too")
        if number % _EXHAUSTIVE == 0:
            for path in counted.values():
                self._must_count(path, environ)

    # -- comparisons ------------------------------------------------------------------------------------------

    def _arrange(self, counted: Mapping[_Identity, bytes]) -> None:
        """Make one file that counts newer than the others that do, and all that do not count newer than that."""
        if counted:
            self.bumper.bump(self.choice.choice(list(counted.values())))
        for number, path in enumerate(path for identity, path in self._all_files() if identity not in counted):
            if number:  # need not be newer than the first of them
                os.chmod(path, os.stat(path).st_mode & 0o7777)
            else:
                self.bumper.bump(path)

    def _must_count(self, path: bytes, environ: Mapping[str, str | bytes]) -> None:
        self.bumper.bump(path)
        self.result.questions += 1
        time = self.oracle.cache_info(self.project, environ)["timestamp"]
        if time is None or time["secs_since_epoch"] * 10**9 + time["nanos_since_epoch"] != self.bumper.last:
            raise _Differs(f"{path!r} counts for us, not for uv")

    def _compare_log(self) -> None:
        """uv names the newest file, and warns once for every key or entry that it cannot use."""
        root, keys = os.fspath(self.project), self._keys() or ()
        watched = watched_files(root, keys, prune=False, dialect=self.dialect)
        info = compute(root, keys, {}, watched=watched, dialect=self.dialect)
        newest = self.oracle.newest()
        place = self.project / newest if newest is not None else None
        ours = self.project / info.newest.path if info.newest is not None else None
        is_legible = place is not None and os.path.lexists(place)  # the log garbles some names
        if place is not None and is_legible and (ours is None or not os.path.samefile(ours, place)):
            raise _Differs(f"newest: {info.newest}, uv's {newest}")
        kinds = sorted(text.partition(":")[0] for _, text in info.warnings)
        theirs = sorted(text.partition(":")[0] for text in self.oracle.warnings())
        theirs = [text for text in theirs if text not in _NOT_ABOUT_KEYS]
        if kinds != theirs:
            raise _Differs(f"warnings: {kinds}, uv's {theirs}")

    def _spoilt(self, text: str) -> str:
        """Return the text with another value for one of the fields."""
        document = json.loads(text)
        name = self.choice.choice(self.dialect.fields)
        if name == "timestamp":
            time = document[name] or {"secs_since_epoch": 1, "nanos_since_epoch": 1}
            document[name] = {**time, "nanos_since_epoch": time["nanos_since_epoch"] ^ 1}
        elif name == "commit":
            document[name] = "f" * 40
        else:
            document[name] = {**(document.get(name) or {}), "no such thing": None if name != "tags" else "f" * 40}
        return json.dumps(document)

    # -- answers ------------------------------------------------------------------------------------------------

    def _keys(self) -> tuple[CacheKey, ...] | None:
        """Return the keys in force, None if the list is refused."""
        return in_force(read_watch_set(parse("pyproject.toml", self.manifest.read_bytes()), self.dialect))

    def _ours(self, environ: Mapping[str, str | bytes]) -> CacheInfo:
        decoded = {os.fsdecode(name): os.fsdecode(value) for name, value in environ.items()}
        return compute(os.fspath(self.project), self._keys() or (), decoded, dialect=self.dialect)

    def _is_fresh(self, text: str, environ: Mapping[str, str | bytes]) -> bool:
        self.result.questions += 1
        return self.oracle.is_fresh(self.project, text, environ)

    def _uvs(self, environ: Mapping[str, str | bytes]) -> str | None:
        self.result.questions += 1
        try:
            return self.oracle.text(self.project, environ)
        except UvError as error:
            if not any(text in str(error) for text in _REFUSALS):
                raise
            return None

    def _counted(self) -> dict[_Identity, bytes] | None:
        """Return the files that count for us; None if the list is refused."""
        keys = self._keys()
        if keys is None:
            return None
        root = os.fspath(self.project)
        watched = watched_files(root, keys, dialect=self.dialect)
        paths = [os.fsencode(os.path.join(root, file.path)) for file in watched.files]
        return {_identity(os.stat(path)): path for path in paths}

    def _all_files(self) -> list[tuple[_Identity, bytes]]:
        found = []
        for directory, _, names in os.walk(os.fsencode(self.scratch)):
            for name in names:
                path = os.path.join(directory, name)
                status = os.lstat(path)
                if stat.S_ISREG(status.st_mode):
                    found.append((_identity(status), path))
        return found


class _Differs(Exception):  # noqa: N818 - a result
    """We and uv do not agree; the text says in what."""


def _identity(status: os.stat_result) -> _Identity:
    return (status.st_dev, status.st_ino)

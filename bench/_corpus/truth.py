"""What a real build of a project reads, seen by the kernel; kept in a file, since a build takes minutes and a score half a second."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import time
import zipfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import tomli  # noqa: TID251 - a benchmark's own file, no project's
from support.kernel_truth import watch

from _corpus import bare
from _corpus.headers import closure
from cachekeys.project import Project

if TYPE_CHECKING:
    from _corpus.projects import Entry

__all__ = ["Truth", "build", "from_facts", "stored"]

_TIMEOUT = 2400  # seconds
_BINARY = frozenset({".so", ".pyd", ".dll", ".dylib", ".a", ".o", ".exe"})
_MANY = 12
"""Variables that one line reads by their names at most; one that reads more iterates over the environment."""


@dataclass(frozen=True, slots=True)
class Truth:
    """One observed build. Paths are relative to the project.

    ``read``: content that was opened before anything was written there; ``stated`` only asked for; ``listed`` directories; ``written``.
    ``variables``: read by the project's own Python code, with one place each. ``copied``: files that are in the wheel as they are.
    ``elsewhere``: what another platform or option reads; only lists by hand know that. ``compiled``: the wheel has compiled files.
    """

    name: str
    version: str
    mode: str
    code: int
    seconds: float
    read: list[str]
    stated: list[str]
    listed: list[str]
    written: list[str]
    variables: dict[str, str]
    copied: list[str]
    elsewhere: list[str] = field(default_factory=list)
    compiled: bool = True


def _file(entry: Entry, cache: Path) -> Path:
    return cache / "truth" / f"{entry.label}-{entry.mode}.json"


def stored(entry: Entry, cache: Path) -> Truth | None:
    """Return what an earlier build showed, or None."""
    try:
        return Truth(**json.loads(_file(entry, cache).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def build(entry: Entry, pristine: Path, cache: Path) -> Truth:
    """Build a copy of the project under strace and keep what was seen.

    :raises RuntimeError: the build failed; its output is in ``logs`` of the cache directory.
    """
    place = cache / "builds" / entry.label
    shutil.rmtree(place, ignore_errors=True)
    root = place / pristine.name
    shutil.copytree(pristine, root, symlinks=True)
    # The copies have other inodes: whoever asks git whether the tree is clean would make it read all of them.
    subprocess.run(["git", "update-index", "-q", "--refresh"], cwd=root, check=False)
    variables = place / "variables"
    environ = {
        **bare.surroundings(cache),
        "PYTHONPATH": str(Path(__file__).with_name("observer")),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CORPUS_VARIABLES": str(variables),
        "CORPUS_ROOT": str(root),
        "UV_NO_CONFIG": "1",  # a project may require another version of uv
        "CFLAGS": "-O0",  # what is read does not depend on it, the time does
        "CXXFLAGS": "-O0",
        **entry.environ,
    }
    started = time.monotonic()
    seen = watch(["nice", "-n", "15", "timeout", str(_TIMEOUT), *_command(entry, place)], root, environ)
    log = cache / "logs" / f"{entry.label}-{entry.mode}.txt"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(seen.output, encoding="utf-8", errors="replace")
    if seen.code:
        raise RuntimeError(f"the build failed with exit code {seen.code}; see {log}")
    truth = Truth(
        name=entry.name,
        version=entry.version,
        mode=entry.mode,
        code=seen.code,
        seconds=round(time.monotonic() - started, 1),
        read=sorted(path for path in seen.read - seen.written if (pristine / path).is_file()),
        stated=sorted(path for path in seen.stated - seen.read - seen.written if (pristine / path).is_file()),
        listed=sorted(seen.listed),
        written=sorted(path for path in seen.written if (pristine / path).is_file()),
        variables=_variables(variables),
        copied=_copied(pristine, place / "wheel", sorted(seen.read)),
        compiled=_is_compiled(place / "wheel"),
    )
    file = _file(entry, cache)
    file.parent.mkdir(parents=True, exist_ok=True)
    scratch = file.with_suffix(".new")
    scratch.write_text(json.dumps(asdict(truth), indent=1), encoding="utf-8")
    scratch.replace(file)
    shutil.rmtree(place, ignore_errors=True)
    return truth


def _command(entry: Entry, place: Path) -> list[str]:
    import uv  # only where builds run

    binary = uv.find_uv_bin()
    if entry.mode == "wheel":
        return [binary, "build", "--wheel", "--python", sys.executable, "--out-dir", str(place / "wheel"), "."]
    target = ["--target", str(place / "target"), "--python", sys.executable]
    return [binary, "pip", "install", "--no-deps", *target, "--editable", "."]


def _variables(file: Path) -> dict[str, str]:
    """Return each variable with the first place that reads it. A place that reads many looks at all of them, at none of its own."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    seen = [line.partition("\t")[::2] for line in lines]
    names: dict[str, set[str]] = {}
    for name, at in seen:
        names.setdefault(at, set()).add(name)
    found: dict[str, str] = {}
    for name, at in seen:
        if len(names[at]) <= _MANY:
            found.setdefault(name, at)
    return dict(sorted(found.items()))


def _copied(root: Path, wheels: Path, names: list[str]) -> list[str]:
    """Return those of *names* whose content is in the wheel under the same base name."""
    held: set[tuple[str, bytes]] = set()
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            held.update((Path(n).name, hashlib.sha256(archive.read(n)).digest()) for n in archive.namelist())
    return [
        name
        for name in names
        if (root / name).is_file() and (Path(name).name, hashlib.sha256((root / name).read_bytes()).digest()) in held
    ]


def _is_compiled(wheels: Path) -> bool:
    """Tell whether there is no wheel, or one with compiled files: its tags say so, and so do the names in it."""
    paths = list(wheels.glob("*.whl"))
    names = [name for path in paths for name in zipfile.ZipFile(path).namelist()]
    return not paths or not paths[0].stem.endswith("-any") or any(Path(n).suffix in _BINARY for n in names)


def from_facts(entry: Entry, root: Path) -> Truth | None:
    """Return the inputs that ``facts/NAME.toml`` lists by hand, with its globs put to the files of the sdist in *root*.

    ``files`` are read; ``sources`` are read together with what they include (see ``headers.py``); ``copied`` go into the wheel
    as they are; ``except`` takes away from the first two. ``elsewhere = true`` marks what another
    platform or an option that is off reads.

    :raises RuntimeError: an entry matches nothing: the list is wrong, or of another version.
    """
    if entry.facts is None or not entry.facts.is_file():
        return None
    document = tomli.loads(entry.facts.read_text(encoding="utf-8"))
    if document["version"] != entry.version:
        raise RuntimeError(f"{entry.facts.name} is of version {document['version']}")
    project = Project(root)
    read: dict[bool, set[str]] = {False: set(), True: set()}
    for item in document["files"]:
        read[item.get("elsewhere", False)] |= _matched(entry, project, item["names"])
    for item in document.get("sources", ()):
        sources = _matched(entry, project, item["names"])
        for pattern in item.get("except", ()):
            sources.difference_update(project.glob(pattern))
        read[item.get("elsewhere", False)] |= sources | closure(root, sources, item.get("include", ()))
    for item in document.get("except", ()):
        for names in read.values():
            names.difference_update(_matched(entry, project, item["names"]))
    copied: set[str] = set()
    for item in document.get("copied", ()):
        copied |= _matched(entry, project, item["names"])
    copied -= read[False]
    variables = {name: item["reason"] for item in document.get("variables", ()) for name in item["names"]}
    return Truth(
        entry.name,
        entry.version,
        entry.mode,
        0,
        0.0,
        sorted(read[False] | copied),
        [],
        [],
        [],
        variables,
        sorted(copied),
        sorted(read[True] - read[False]),
    )


def _matched(entry: Entry, project: Project, patterns: list[str]) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        names = [name for name in project.glob(pattern) if project.is_file(name)]
        if not names:
            raise RuntimeError(f"{entry.name}: {pattern} matches nothing")
        found.update(names)
    return found

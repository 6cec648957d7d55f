"""The projects of ``corpus.toml``, fetched from the package index into a directory outside the repository."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli  # noqa: TID251 - a benchmark's own file, no project's
from support.fuzz import commit_all

__all__ = ["CORPUS", "FACTS", "Entry", "Reasoned", "load", "unpacked"]

BENCH = Path(__file__).resolve().parents[1]
CORPUS = BENCH / "corpus.toml"
FACTS = BENCH / "facts"


@dataclass(frozen=True, slots=True)
class Reasoned:
    """Names of files (globs) or variables, and why they are on a list."""

    names: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One project of the corpus.

    ``mode`` is the kind of installation that is built and scored. ``environ`` is set for the build. ``elsewhere`` are files that
    another platform or option reads, ``irrelevant`` ones that are read without consequence, ``not_inputs`` variables
    that only steer speed or output: each by hand, with a reason. ``facts`` is the file with hand-listed inputs, for a project
    that does not build here. ``misses`` explains what is not found or too much, for the page about accuracy.
    ``held_out``: taken and measured after the detectors had been written.
    """

    name: str
    version: str
    mode: str
    mechanism: str
    environ: dict[str, str] = field(default_factory=dict)
    elsewhere: tuple[Reasoned, ...] = ()
    irrelevant: tuple[Reasoned, ...] = ()
    not_inputs: tuple[Reasoned, ...] = ()
    facts: Path | None = None
    misses: str = ""
    held_out: bool = False

    @property
    def label(self) -> str:
        return f"{self.name}-{self.version}"


def load(only: list[str] | None = None) -> list[Entry]:
    """Return the projects of the corpus, those that build here first; only those named, if any are.

    :raises SystemExit: a name is not in the corpus.
    """
    document = tomli.loads(CORPUS.read_text(encoding="utf-8"))
    entries = [_entry(item) for item in document["project"]]
    unknown = set(only or ()) - {entry.name for entry in entries}
    if unknown:
        sys.exit(f"not in {CORPUS.name}: {', '.join(sorted(unknown))}")
    chosen = [entry for entry in entries if not only or entry.name in only]
    return sorted(chosen, key=lambda entry: entry.facts is not None)


def _entry(item: dict[str, Any]) -> Entry:
    facts = FACTS / f"{item['name']}.toml"
    return Entry(
        name=item["name"],
        version=item["version"],
        mode=item.get("mode", "editable"),
        mechanism=item["mechanism"],
        environ=item.get("environ", {}),
        elsewhere=_reasoned(item, "elsewhere"),
        irrelevant=_reasoned(item, "irrelevant"),
        not_inputs=_reasoned(item, "not-inputs"),
        facts=facts if item.get("facts") else None,
        misses=item.get("misses", ""),
        held_out=item.get("held-out", False),
    )


def _reasoned(item: dict[str, Any], key: str) -> tuple[Reasoned, ...]:
    return tuple(Reasoned(tuple(one["names"]), one["reason"]) for one in item.get(key, ()))


def unpacked(entry: Entry, cache: Path) -> Path:
    """Return the directory of the sdist of *entry* as a checkout, downloading it once. Nobody may change it.

    :raises subprocess.CalledProcessError: the index does not have it.
    """
    root = cache / "projects" / entry.label
    if root.is_dir():
        return root
    archives = cache / "sdists" / entry.label
    if not archives.is_dir() or not any(archives.iterdir()):
        archives.mkdir(parents=True, exist_ok=True)
        wanted = f"{entry.name}=={entry.version}"
        command = [sys.executable, "-m", "unearth", "--no-binary", "--download", str(archives), wanted]
        subprocess.run(command, check=True, capture_output=True)
    archive = next(path for path in archives.iterdir() if path.name.endswith((".tar.gz", ".zip", ".tgz", ".tar.bz2")))
    scratch = cache / "projects" / f".{entry.label}"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    if archive.name.endswith(".zip"):
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(scratch)
    else:
        with tarfile.open(archive) as packed_tar:
            packed_tar.extractall(scratch, filter="data")
    (top,) = scratch.iterdir()
    for left in [*top.glob("**/.git")]:  # of a submodule, when the sdist was made
        left.unlink() if left.is_file() else shutil.rmtree(left)
    commit_all(top, f"v{entry.version}")
    top.rename(root)
    scratch.rmdir()
    return root

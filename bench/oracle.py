"""Fuzz every input of the corpus against the real uv: one change at a time, and the question whether uv takes notice.

    python bench/oracle.py                      # all projects of the corpus that were built or listed, and the fixtures
    python bench/oracle.py --only lxml --most 200
    python bench/oracle.py --record --minutes 30  # write bench/results/oracle.json, from which docs/accuracy.md is made

Each project is copied as a checkout: a repository with a commit and a tag. First under the keys that ``check``
proposes: uv has to notice every input, and to stay quiet about everything else, except files beside the inputs that a proposed glob takes
in (counted). Then under its own keys (or the defaults): what we call watched, uv has to notice; what we call a gap, uv has to miss.
Exit code 1 when uv disagreed with us, or when the proposed keys leave an error.

No build runs, so it does not matter whether a project could be built here. uv compares an installation with the tree by the cache info that
stands in ``uv_cache.json`` of its dist-info. For each question an installation is made that has what a build would have left: a
dist-info with the cache info that the very same uv computes for the tree as it is (``uv pip compile``, which stops before the build). What
was built, and by what, plays no part in uv's answer, so for a project listed by hand the answer is the same as if it had been installed. Run
``bench/corpus.py`` first for what builds read.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "bench")]

from _corpus import projects, score, truth  # noqa: E402 - the path has to be set first
from support import fuzz  # noqa: E402 - same
from support.uv_oracle import Oracle  # noqa: E402 - same

from cachekeys.errors import CacheKeysError  # noqa: E402 - same
from cachekeys.fix.synthesis import complete_keys  # noqa: E402 - same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.inputs.model import Mode

RESULTS = ROOT / "bench/results/oracle.json"
COLUMNS = (
    ("project", "project"),
    ("questions", "questions"),
    ("inputs", "inputs"),
    ("errors", "gaps that are errors"),
    ("missed", "of these missed by uv"),
    ("watched", "called watched"),
    ("noticed", "of these noticed"),
    ("wanted", "inputs to be noticed, with the proposed keys"),
    ("caught", "of these noticed"),
    ("beside", "other files in proposed globs"),
    ("disagreements", "disagreements"),
)


def main(argv: list[str] | None = None) -> int:
    """Run and return the exit code."""
    options = _options(argv)
    scratch = Path(tempfile.mkdtemp(prefix="oracle-"))
    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    began = time.monotonic()
    try:
        for name, source, mode, seen in _projects(options):
            if time.monotonic() - began > 60 * options.minutes:
                print(f"{name} and what follows: no time left", file=sys.stderr, flush=True)
                break
            try:
                row, disagreements = _one(source, scratch, mode, seen, options.most)
            except (CacheKeysError, UnicodeError) as error:
                print(f"{name}: {error}", file=sys.stderr, flush=True)
                continue
            rows.append({"project": name, **row})
            lines += [f"{name}: {text}" for text in disagreements]
            print(_text(rows[-1]), *disagreements, sep="\n", file=sys.stderr, flush=True)
            options.lists.mkdir(parents=True, exist_ok=True)
            (options.lists / "oracle.txt").write_text("\n".join([*lines, ""]), encoding="utf-8")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(_table(rows))
    if options.record:
        version = ".".join(map(str, Oracle(scratch / "version").version))
        shutil.rmtree(scratch, ignore_errors=True)
        record = {"uv": version, "most": options.most, "commit": _commit(), "projects": rows}
        RESULTS.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return int(bool(lines))


def _commit() -> str:
    """Return the commit of this copy of cachekeys, with a mark when its files differ from it."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude=*"], cwd=ROOT, capture_output=True, check=False, text=True
    )
    return done.stdout.strip()


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--only", metavar="NAME", nargs="+", help="these projects or fixtures")
    parser.add_argument("--most", type=int, default=300, help="how many things of a kind to try in one project at most")
    parser.add_argument(
        "--cache", type=Path, default=Path("/tmp/corpus-cache"), help="where corpus.py keeps everything"
    )
    parser.add_argument("--lists", type=Path, default=Path("/tmp/corpus"), help="where disagreements are listed")
    parser.add_argument("--minutes", type=float, default=600, help="begin no further project after that time")
    parser.add_argument("--record", action="store_true", help=f"write {RESULTS.relative_to(ROOT)}")
    return parser.parse_args(argv)


def _projects(options: argparse.Namespace) -> Iterator[tuple[str, Path, Mode, truth.Truth | None]]:
    """Yield name, directory, mode and what a build read: the fixtures, then the corpus as far as it was built."""
    for path in sorted((ROOT / "fixtures").iterdir()):
        if (path / "pyproject.toml").is_file() and (not options.only or path.name in options.only):
            yield path.name, path, "editable", None
    for entry in sorted(projects.load(), key=lambda entry: entry.facts is None):  # those listed by hand first
        if options.only and entry.name not in options.only:
            continue
        root = options.cache / "projects" / entry.label
        if root.is_dir():
            seen = truth.stored(entry, options.cache) if entry.facts is None else truth.from_facts(entry, root)
            if seen is not None:
                yield entry.label, root, "wheel" if entry.mode == "wheel" else "editable", seen


def _one(
    source: Path, scratch: Path, mode: Mode, seen: truth.Truth | None, most: int
) -> tuple[dict[str, int], list[str]]:
    """Return the figures of one project and its disagreements."""
    place = scratch / "project"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    root = fuzz.as_checkout(source, place / source.name)
    return _Questions(root, Oracle(scratch / "uv"), mode, seen, most).ask()


class _Questions:
    """Asks about one project, in a copy that is a checkout."""

    def __init__(self, root: Path, oracle: Oracle, mode: Mode, seen: truth.Truth | None, most: int) -> None:
        self._root = root
        self._oracle = oracle
        self._mode: Mode = mode
        self._traced = {name for name in (seen.read if seen else ()) if not score.is_artefact(name)}
        self._variables = set(seen.variables if seen else ())
        self._most = most
        self._row = dict.fromkeys(("questions", "inputs"), 0)
        self._disagreements: list[str] = []

    def ask(self) -> tuple[dict[str, int], list[str]]:
        """Return the figures and the disagreements."""
        analysis = fuzz.analysed(self._root, self._mode)
        own = self._statements(analysis)
        self._row["inputs"] = sum(one.role == "input" for one in own)
        pyproject = self._root / "pyproject.toml"
        before = pyproject.read_bytes() if pyproject.exists() else None
        if fuzz.with_keys(self._root, complete_keys(analysis)):
            everything = fuzz.statements(analysis)
            chosen = (one for one in everything if one.proposed or (one.watched and one.role == "input"))
            self._proposed({(one.kind, one.what) for one in chosen})
            if before is None:
                pyproject.unlink()
            else:
                pyproject.write_bytes(before)
            fuzz.commit(self._root, "pyproject.toml")
        self._own(fuzz.ask(self._root, self._oracle, own))
        self._row["disagreements"] = len(self._disagreements)
        return self._row, self._disagreements

    def _statements(self, analysis: Analysis) -> list[fuzz.Statement]:
        return fuzz.statements(analysis, self._traced, self._variables, most=self._most)

    def _proposed(self, wanted: set[tuple[str, str]]) -> None:
        """Ask under the keys that ``check`` proposes."""
        report = fuzz.ask(self._root, self._oracle, self._statements(fuzz.analysed(self._root, self._mode)))
        self._disagree("under the proposed keys", report.disagreements)
        asked = [answer for answer in report.answers if (answer.statement.kind, answer.statement.what) in wanted]
        self._disagree("a key was proposed", [one for one in asked if one.agrees and not one.noticed])
        left = [answer for answer in report.answers if answer.statement.severity == "error"]
        self._disagree("the proposed keys leave an error", left)
        others = [one for one in report.answers if one.statement.role == "other" and one.statement.kind == "file"]
        self._row |= {
            "questions": self._row["questions"] + len(report.answers),
            "wanted": len(asked),
            "caught": sum(answer.noticed for answer in asked),
            "beside": sum(answer.noticed for answer in others),
            "traced": report.count("traced"),
            "traced_noticed": report.count("traced", noticed=True),
        }

    def _own(self, report: fuzz.Report) -> None:
        """Count the answers under the project's own keys, or the defaults."""
        self._disagree("under its own keys", report.disagreements)
        errors = [answer for answer in report.answers if answer.statement.severity == "error"]
        watched = [answer for answer in report.answers if answer.statement.watched]
        self._row |= {
            "questions": self._row["questions"] + len(report.answers),
            "errors": len(errors),
            "missed": sum(not answer.noticed for answer in errors),
            "watched": len(watched),
            "noticed": sum(answer.noticed for answer in watched),
        }

    def _disagree(self, when: str, answers: list[fuzz.Answer]) -> None:
        self._disagreements += [f"{when}: {_say(answer)}" for answer in answers]


def _say(answer: fuzz.Answer) -> str:
    one = answer.statement
    told = "watched" if one.watched else "not watched"
    return f"{one.kind} {one.what} ({one.role}, {told}): uv {'noticed' if answer.noticed else 'did not notice'}"


def _text(row: dict[str, Any]) -> str:
    return "  ".join(f"{key} {row.get(key, '-')}" for key, _ in COLUMNS)


def _table(rows: list[dict[str, Any]]) -> str:
    lines = ["| " + " | ".join(title for _, title in COLUMNS) + " |", "|---|" + "---:|" * (len(COLUMNS) - 1)]
    total = {key: sum(row.get(key, 0) for row in rows) for key, _ in COLUMNS[1:]}
    lines += [
        "| " + " | ".join(str(row.get(key, "-")) for key, _ in COLUMNS) + " |"
        for row in [*rows, {"project": f"all ({len(rows)})", **total}]
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

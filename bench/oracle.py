"""Fuzz every input of the corpus against the real uv: one change at a time, and the question whether uv takes notice.

    python bench/oracle.py                      # all projects of the corpus that were built or listed, and the fixtures
    python bench/oracle.py --only lxml --most 200
    python bench/oracle.py --record             # write bench/results/oracle.json, from which docs/accuracy.md is made

Each project is copied as a checkout: a repository with a commit and a tag. First under its own keys (or the defaults): what we
call watched, uv has to notice; what we call a gap, uv has to miss. Then under the keys that ``check`` proposes: uv has to notice
every input, and to stay quiet about everything else, except files beside the inputs that a proposed glob takes in (counted).
Exit code 1 when uv disagreed with us. No build runs; run ``bench/corpus.py`` first for what builds read.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
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
    try:
        for name, source, mode, seen in _projects(options):
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
        record = {"uv": version, "most": options.most, "projects": rows}
        RESULTS.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return int(bool(lines))


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--only", metavar="NAME", nargs="+", help="these projects or fixtures")
    parser.add_argument("--most", type=int, default=300, help="how many things of a kind to try in one project at most")
    parser.add_argument(
        "--cache", type=Path, default=Path("/tmp/corpus-cache"), help="where corpus.py keeps everything"
    )
    parser.add_argument("--lists", type=Path, default=Path("/tmp/corpus"), help="where disagreements are listed")
    parser.add_argument("--record", action="store_true", help=f"write {RESULTS.relative_to(ROOT)}")
    return parser.parse_args(argv)


def _projects(options: argparse.Namespace) -> Iterator[tuple[str, Path, Mode, truth.Truth | None]]:
    """Yield name, directory, mode and what a build read: the fixtures, then the corpus as far as it was built."""
    for path in sorted((ROOT / "fixtures").iterdir()):
        if (path / "pyproject.toml").is_file() and (not options.only or path.name in options.only):
            yield path.name, path, "editable", None
    for entry in projects.load():
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
    oracle = Oracle(scratch / "uv")
    traced = {name for name in (seen.read if seen else ()) if not score.is_artefact(name)}
    variables = set(seen.variables if seen else ())
    own = fuzz.analysed(root, mode)
    before = fuzz.ask(root, oracle, fuzz.statements(own, traced, variables, most=most))
    disagreements = [f"under its own keys: {_say(answer)}" for answer in before.disagreements]
    errors = [answer for answer in before.answers if answer.statement.severity == "error"]
    watched = [answer for answer in before.answers if answer.statement.watched]
    row = {
        "questions": len(before.answers),
        "inputs": before.count("input"),
        "errors": len(errors),
        "missed": sum(not answer.noticed for answer in errors),
        "watched": len(watched),
        "noticed": sum(answer.noticed for answer in watched),
    }
    wanted = {(answer.statement.kind, answer.statement.what) for answer in before.answers if answer.statement.proposed}
    wanted |= {(a.statement.kind, a.statement.what) for a in watched if a.statement.role == "input"}
    if not fuzz.with_keys(root, complete_keys(own)):
        return {**row, "disagreements": len(disagreements)}, disagreements
    after = fuzz.ask(root, oracle, fuzz.statements(fuzz.analysed(root, mode), traced, variables, most=most))
    disagreements += [f"under the proposed keys: {_say(answer)}" for answer in after.disagreements]
    asked = [answer for answer in after.answers if (answer.statement.kind, answer.statement.what) in wanted]
    disagreements += [f"a key was proposed: {_say(answer)}" for answer in asked if answer.agrees and not answer.noticed]
    beside = [
        answer
        for answer in after.answers
        if answer.noticed and answer.statement.role == "other" and answer.statement.kind == "file"
    ]
    row |= {
        "questions": row["questions"] + len(after.answers),
        "wanted": len(asked),
        "caught": sum(answer.noticed for answer in asked),
        "beside": len(beside),
        "traced": after.count("traced"),
        "traced_noticed": after.count("traced", noticed=True),
        "disagreements": len(disagreements),
    }
    return row, disagreements


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

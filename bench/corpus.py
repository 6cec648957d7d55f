"""How much of what real builds read is found statically: one command for the whole corpus.

    python bench/corpus.py                    # fetch, build what was not built yet, score; goes on where it was interrupted
    python bench/corpus.py --only lxml        # one project
    python bench/corpus.py --no-build         # only score again what was built before
    python bench/corpus.py --trace            # trace, too, what was not traced yet
    python bench/corpus.py --record           # write bench/results/corpus.json, from which docs/accuracy.md is made

Sdists, truths and build logs are kept in ``--cache``. What is missed and what is too much is written to ``--lists``.
See docs/accuracy.md for what is counted. Needs Linux, strace, uv, unearth, compilers, and the libraries that the projects build with.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "bench")]

from _corpus import projects, report, score, traces, truth  # noqa: E402 - the path has to be set first

from cachekeys.errors import CacheKeysError  # noqa: E402

RESULTS = ROOT / "bench/results/corpus.json"


def main(argv: list[str] | None = None) -> int:
    """Run and return the exit code: 1 when a build or a score failed."""
    options = _options(argv)
    results: list[dict[str, Any]] = []
    failures: list[str] = []
    for entry in projects.load(options.only):
        if options.held_out and not entry.held_out:
            continue
        try:
            result = _one(entry, options)
        except (RuntimeError, CacheKeysError, subprocess.CalledProcessError, OSError) as error:
            failures.append(f"{entry.name}: {error}")
            print(failures[-1], file=sys.stderr, flush=True)
            continue
        if result is not None:
            results.append(result)
            print(report.line(result), file=sys.stderr, flush=True)
    print(report.render(results, options.format))
    if options.record:
        report.record(options.record, results, ROOT)
    return int(bool(failures))


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--only", metavar="NAME", nargs="+", help="these projects")
    parser.add_argument("--cache", type=Path, default=Path("/tmp/corpus-cache"), help="where everything is kept")
    parser.add_argument("--lists", type=Path, default=Path("/tmp/corpus"), help="where misses and extras are listed")
    parser.add_argument("--no-build", action="store_true", help="only score what was built before")
    parser.add_argument("--build-only", action="store_true", help="do not score")
    parser.add_argument("--rebuild", action="store_true", help="build again what was built before")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    parser.add_argument("--trace", action="store_true", help="trace, too, what was not traced yet")
    parser.add_argument("--held-out", action="store_true", help="only the projects that are held out")
    record = f"write the results, to {RESULTS.relative_to(ROOT)} by default"
    parser.add_argument("--record", type=Path, nargs="?", const=RESULTS, metavar="FILE", help=record)
    return parser.parse_args(argv)


def _one(entry: projects.Entry, options: argparse.Namespace) -> dict[str, Any] | None:
    """Return the result of one project; None when it is not to be scored now."""
    root = projects.unpacked(entry, options.cache)
    seen = truth.stored(entry, options.cache) if entry.facts is None else truth.from_facts(entry, root)
    if (seen is None or options.rebuild) and not options.no_build and entry.facts is None:
        seen = truth.build(entry, root, options.cache)
    trace = traces.stored(entry, options.cache) if entry.facts is None else None
    if seen is not None and trace is None and options.trace and entry.facts is None:
        trace = traces.run(entry, root, options.cache)
    if seen is None or options.build_only:
        return None
    found = score.static(root, entry.mode, rounds=3 if options.record else 1)
    scored = score.score(entry, root, seen, found)
    result = report.result(entry, scored, seen, None if trace is None else score.traced(root, scored, seen, trace))
    report.write_lists(options.lists, entry, result, found)
    return result


if __name__ == "__main__":
    sys.exit(main())

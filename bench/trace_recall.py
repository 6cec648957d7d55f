"""What `cachekeys trace` sees of real builds, measured against the kernel: one command for the whole corpus.

    python bench/trace_recall.py                    # all projects of corpus.toml that build here
    python bench/trace_recall.py --only pyzmq lz4   # some
    python bench/trace_recall.py --portable         # without the preload helper: what other systems than Linux get
    python bench/trace_recall.py --record           # write bench/results/trace_recall.json

Truth is what strace saw in one build, the trace is another build of a copy of the project, with the same front end: files of the tree that
something else than the front end and git opened for reading before anything was written there; the repository's own files are left out. What the trace has
beyond that is listed, too. Truths are kept in ``--cache``. Needs what bench/corpus.py needs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "bench")]

from _corpus import bare, projects  # noqa: E402 - the path has to be set first
from support.recall import Build, files_of_truth, traced  # noqa: E402

from cachekeys.errors import CacheKeysError  # noqa: E402

RESULTS = ROOT / "bench/results"


def main(argv: list[str] | None = None) -> int:
    """Run and return the exit code: 1 when a build failed."""
    options = _options(argv)
    os.nice(15)
    results: list[dict[str, Any]] = []
    failed = False
    for entry in projects.load(options.only):
        if entry.facts is not None:
            continue
        try:
            results.append(_one(entry, options))
        except (RuntimeError, CacheKeysError, subprocess.CalledProcessError, OSError) as error:
            failed = True
            print(f"{entry.name}: {error}", file=sys.stderr, flush=True)
            continue
        print(_line(results[-1]), file=sys.stderr, flush=True)
    print(_table(results))
    if options.record:
        name = "trace_recall_portable.json" if options.portable else "trace_recall.json"
        (RESULTS / name).write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return int(failed)


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--only", metavar="NAME", nargs="+", help="these projects")
    parser.add_argument(
        "--cache", type=Path, default=Path("/tmp/corpus-cache"), help="where sdists and truths are kept"
    )
    parser.add_argument("--portable", action="store_true", help="without the preload helper")
    parser.add_argument("--no-truth", action="store_true", help="only projects whose truth is known already")
    parser.add_argument("--record", action="store_true", help="write the results into bench/results")
    return parser.parse_args(argv)


def _one(entry: projects.Entry, options: argparse.Namespace) -> dict[str, Any]:
    """Trace a copy of one project and compare."""
    pristine = projects.unpacked(entry, options.cache)
    build = Build(
        _environ(entry, options), mode="wheel" if entry.mode == "wheel" else "editable", portable=options.portable
    )
    place = options.cache / "traced" / entry.label
    wanted = _truth(entry, pristine, place, build, options)
    started = time.monotonic()
    seen, got = traced(pristine, place, build)
    took = time.monotonic() - started
    shutil.rmtree(place)
    return {
        "name": entry.name,
        "version": entry.version,
        "mode": entry.mode,
        "truth": len(wanted),
        "seen": len(wanted & got),
        "missed": sorted(wanted - got),
        "more": sorted(got - wanted),
        "variables": sorted(variable.name for variable in seen.variables if variable.own),
        "observers": list(seen.observers),
        "blind": list(seen.blind),
        "seconds": round(took, 1),
    }


def _environ(entry: projects.Entry, options: argparse.Namespace) -> dict[str, str]:
    environ = bare.surroundings(options.cache)
    # What is read does not depend on the optimisation, the time does.
    environ |= {
        "CFLAGS": "-O0",
        "CXXFLAGS": "-O0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return environ | entry.environ


def _truth(entry: projects.Entry, pristine: Path, place: Path, build: Build, options: argparse.Namespace) -> set[str]:
    """Return the files that a build of a copy read.

    :raises RuntimeError: the build failed, or the truth is to be known and is not.
    """
    file = options.cache / "trace-truth" / f"{entry.label}-{entry.mode}.json"
    if file.is_file():
        return set(json.loads(file.read_text(encoding="utf-8")))
    if options.no_truth:
        raise RuntimeError("no truth")
    read = files_of_truth(pristine, place, build)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(sorted(read), indent=1), encoding="utf-8")
    return read


def _line(result: dict[str, Any]) -> str:
    missed = ", ".join(result["missed"][:6]) + (" ..." if len(result["missed"]) > 6 else "")  # noqa: PLR2004
    return f"{result['name']}: {result['seen']}/{result['truth']} +{len(result['more'])} {missed}"


def _table(results: list[dict[str, Any]]) -> str:
    lines = ["| project | files read | seen | recall | more | s |", "|---|--:|--:|--:|--:|--:|"]
    for result in results:
        share = f"{100 * result['seen'] / max(1, result['truth']):.1f} %"
        counts = f"{result['truth']} | {result['seen']} | {share} | {len(result['more'])} | {result['seconds']}"
        lines.append(f"| {result['name']} {result['version']} ({result['mode']}) | {counts} |")
    wanted, got = (sum(result[key] for result in results) for key in ("truth", "seen"))
    lines.append(
        f"| all {len(results)} | {wanted} | {got} | {100 * got / max(1, wanted):.2f} % | {sum(len(r['more']) for r in results)} | |"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

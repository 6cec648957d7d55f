"""What `cachekeys trace` costs a build: runs in threes, bare, bare once more, and traced, in alternating order.

    python bench/trace_overhead.py                              # two dozen projects of corpus.toml, 5 rounds each
    python bench/trace_overhead.py --only lz4 --rounds 9
    python bench/trace_overhead.py --record                     # write bench/results/trace_overhead.json

All sides are the same front end on fresh copies of one project, uv with isolation and a warm cache of wheels. The second bare run is the control: what
it differs from the first by is the machine's noise, and no figure beside it means more than that. Two figures: the time that the processes
of the build used (user and system; what other work on the machine disturbs least), and wall time. "Build" is the part in which the build ran;
the whole command reads all logs after that. A project's figure is the median over its rounds; the median and the 95th percentile at the foot are over projects.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "bench")]

from _corpus import bare, projects  # noqa: E402 - the path has to be set first
from _measure import conditions  # noqa: E402

from cachekeys.errors import CacheKeysError  # noqa: E402
from cachekeys.trace.run import trace  # noqa: E402
from cachekeys.trace.sources import preload  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cachekeys.trace.context import Context

RESULTS = ROOT / "bench/results/trace_overhead.json"
SIDES = ("bare", "control", "traced")
PROJECTS = [
    "psutil",
    "bitarray",
    "argon2-cffi-bindings",
    "preshed",
    "frozenlist",
    "pyyaml",
    "cftime",
    "crc32c",
    "lru-dict",
    "rcssmin",
    "webrtcvad",
    "ulid-transform",
    "mapbox-earcut",
    "stl-reader",
    "pycairo",
    "attrs",
]


class Cost(NamedTuple):
    """Seconds: of the build's processes, of these and the compiler's before, of the wall clock around everything and the build alone."""

    cpu: float
    all_cpu: float
    wall: float
    build: float


def main(argv: list[str] | None = None) -> int:
    """Run and return the exit code."""
    options = _options(argv)
    results: list[dict[str, Any]] = []
    for entry in projects.load(options.only):
        try:
            results.append(_one(entry, options))
        except (CacheKeysError, subprocess.CalledProcessError, OSError) as error:
            print(f"{entry.name}: {error}", file=sys.stderr, flush=True)
            continue
        print(_row(results[-1]), file=sys.stderr, flush=True)
    print(_table(results))
    conditions()
    if options.record:
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--only", metavar="NAME", nargs="+", default=PROJECTS, help="these projects")
    parser.add_argument("--rounds", type=int, default=9, help="rounds for each project")
    parser.add_argument("--cache", type=Path, default=Path("/tmp/corpus-cache"), help="where sdists are kept")
    parser.add_argument("--record", action="store_true", help=f"write {RESULTS.relative_to(ROOT)}")
    return parser.parse_args(argv)


def _one(entry: projects.Entry, options: argparse.Namespace) -> dict[str, Any]:
    pristine = projects.unpacked(entry, options.cache)
    place = options.cache / "timed" / entry.label
    environ = {**bare.surroundings(options.cache), **entry.environ}
    costs: dict[str, list[Cost]] = {side: [] for side in SIDES}
    for number in range(options.rounds + 1):
        for turn in range(len(SIDES)):
            side = SIDES[(turn + number) % len(SIDES)]
            shutil.rmtree(place, ignore_errors=True)
            root = place / pristine.name
            shutil.copytree(pristine, root, symlinks=True)
            cost = (_traced if side == "traced" else _bare)(root, environ)
            if number:  # the first fills caches
                costs[side].append(cost)
    shutil.rmtree(place)
    return {
        "name": entry.name,
        "version": entry.version,
        **{
            what: {side: [round(getattr(cost, what), 3) for cost in costs[side]] for side in SIDES}
            for what in Cost._fields
        },
    }


def _bare(root: Path, environ: dict[str, str]) -> Cost:
    before, started = _used(), time.monotonic()
    bare.build(root, environ)
    took = time.monotonic() - started
    used = _used() - before
    return Cost(used, used, took, took)


def _traced(root: Path, environ: dict[str, str]) -> Cost:
    before, started = _used(), time.monotonic()
    prepare, spent = preload.prepare, []

    def timed(context: Context) -> Mapping[str, str]:
        begun = _used()
        try:
            return prepare(context)
        finally:
            spent.append(_used() - begun)

    with mock.patch.object(preload, "prepare", timed):
        seen = trace(str(root), front_end="uv", environ=environ, python=sys.executable)
    used = _used() - before
    return Cost(used - sum(spent), used, time.monotonic() - started, seen.seconds)


def _used() -> float:
    """Return the seconds of processor time of all processes that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def _share(result: dict[str, Any], what: str, side: str) -> float:
    """Return how much more *side* took, in per cent: the median over the rounds, each against the bare runs of that round."""
    times = result[what]
    if side == "control":
        ratios = [control / first for first, control in zip(times["bare"], times["control"], strict=True)]
    else:
        rounds = zip(times["bare"], times["control"], times["traced"], strict=True)
        ratios = [2 * traced / (first + control) for first, control, traced in rounds]
    return 100 * (statistics.median(ratios) - 1)


COLUMNS = (("cpu", "traced"), ("cpu", "control"), ("build", "traced"), ("build", "control"), ("wall", "traced"))


def _row(result: dict[str, Any]) -> str:
    seconds = statistics.median(result["cpu"]["bare"] + result["cpu"]["control"])
    shares = " | ".join(f"{_share(result, *column):+.1f} %" for column in COLUMNS)
    return f"| {result['name']} {result['version']} | {len(result['cpu']['bare'])} | {seconds:.1f} | {shares} |"


def _table(results: list[dict[str, Any]]) -> str:
    lines = [
        "| project | rounds | s of processor time | processor time | control | wall, build | control | wall, whole command |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [_row(result) for result in results]
    for name, share in (("median", 50), ("95th percentile", 95)):
        columns = []
        for column in COLUMNS:
            everything = sorted(_share(result, *column) for result in results)
            # The smallest value that at least this share of all lie at or below.
            position = max(0, -(-len(everything) * share // 100) - 1)
            columns.append(f"{everything[position]:+.1f} %" if everything else "")
        lines.append(f"| {name} | | | {' | '.join(columns)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

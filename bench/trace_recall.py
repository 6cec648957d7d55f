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
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "bench")]

from _corpus import projects  # noqa: E402 - the path has to be set first
from support.kernel_truth import watch  # noqa: E402

from cachekeys.errors import CacheKeysError  # noqa: E402
from cachekeys.trace.frontends import command  # noqa: E402
from cachekeys.trace.run import trace  # noqa: E402
from cachekeys.trace.sources import preload  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.inputs.model import Mode
    from cachekeys.trace.model import Trace

RESULTS = ROOT / "bench/results"
_NOT_THE_BUILD = {"uv", "git"}
"""The front end reads for itself; git reads every file of a fresh copy again, for ``git status``."""


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
    known = _truth(entry, pristine, options)
    place = options.cache / "traced" / entry.label
    shutil.rmtree(place, ignore_errors=True)
    root = place / pristine.name
    shutil.copytree(pristine, root, symlinks=True)
    started = time.monotonic()
    seen = _traced(root, entry, options)
    took = time.monotonic() - started
    wanted, got = _real(known, pristine), _real(seen.paths("read"), root)
    shutil.rmtree(place)
    return {
        "name": entry.name,
        "version": entry.version,
        "mode": entry.mode,
        "truth": len(wanted),
        "seen": len(wanted & got),
        "missed": sorted(wanted - got),
        "more": sorted(name for name in got - wanted if (pristine / name).is_file()),
        "variables": sorted(variable.name for variable in seen.variables if variable.own),
        "observers": list(seen.observers),
        "blind": list(seen.blind),
        "seconds": round(took, 1),
    }


def _environ(entry: projects.Entry, options: argparse.Namespace) -> dict[str, str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "VIRTUAL_ENV"))}
    # What is read does not depend on the optimisation, the time does.
    environ |= {
        "UV_CACHE_DIR": str(options.cache / "uv"),
        "CFLAGS": "-O0",
        "CXXFLAGS": "-O0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return environ | entry.environ


def _mode(entry: projects.Entry) -> Mode:
    return "wheel" if entry.mode == "wheel" else "editable"


def _truth(entry: projects.Entry, pristine: Path, options: argparse.Namespace) -> list[str]:
    """Return the files that a build of a copy read.

    :raises RuntimeError: the build failed, or the truth is to be known and is not.
    """
    file = options.cache / "trace-truth" / f"{entry.label}-{entry.mode}.json"
    if file.is_file():
        return list(json.loads(file.read_text(encoding="utf-8")))
    if options.no_truth:
        raise RuntimeError("no truth")
    place = options.cache / "traced" / entry.label
    shutil.rmtree(place, ignore_errors=True)
    root = place / pristine.name
    shutil.copytree(pristine, root, symlinks=True)
    (place / "out").mkdir()
    words = command("uv", str(root), str(place / "out"), mode=_mode(entry), isolated=True, python=sys.executable)
    seen = watch(words, root, _environ(entry, options))
    if seen.code:
        raise RuntimeError(f"the build failed with exit code {seen.code}: {seen.output[-600:]}")
    read = [name for name in seen.read if seen.readers.get(name, set()) - _NOT_THE_BUILD and (pristine / name).is_file()]
    read = sorted(name for name in read if not name.startswith(".git/"))
    shutil.rmtree(place)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(read, indent=1), encoding="utf-8")
    return read


def _traced(root: Path, entry: projects.Entry, options: argparse.Namespace) -> Trace:
    off = mock.patch.object(preload, "_reason_against", return_value="it is switched off for this measurement")
    with off if options.portable else contextlib.nullcontext():
        return trace(
            str(root), mode=_mode(entry), front_end="uv", environ=_environ(entry, options), python=sys.executable
        )


def _real(names: Iterable[str], root: Path) -> set[str]:
    """Return *names* with symlinks resolved, as far as they stay in the project."""
    top = os.path.realpath(root)
    paths = (os.path.realpath(os.path.join(top, name)) for name in names)
    return {os.path.relpath(path, top) for path in paths if path.startswith(top + os.sep)}


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

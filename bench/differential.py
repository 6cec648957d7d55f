"""Compare our cache info with the real uv's on random projects: as many as one likes, in one command.

    python bench/differential.py --cases 100000 --seed 1

A case is one key list on one tree (see ``tests/support/differential.py`` for what is compared). Both cores are used; what is done
is kept in a state file, so that an interrupted run goes on where it was, as long as neither our code nor uv has
changed. ``--uv`` takes another uv binary or a directory that one was installed in with ``uv pip install --target``.
``--record`` writes the result into ``bench/results/differential.json``, from which ``docs/uv-versions.md`` is made.
Exit code 1 when there was a difference.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.differential import LISTS_PER_TREE, Result, compare  # noqa: E402 - the path has to be set first
from support.uv_oracle import Oracle  # noqa: E402 - same

from cachekeys.uv import oldgit  # noqa: E402, F401 - same; imported late where it is needed

if TYPE_CHECKING:
    from collections.abc import Iterator

RESULTS = ROOT / "bench/results/differential.json"
_COUNTED = ("cases", "questions", "refused", "counted")


def main(argv: list[str] | None = None) -> int:
    """Run and return the exit code."""
    options = _options(argv)
    scratch = Path(tempfile.mkdtemp(prefix="differential-", dir=options.scratch))
    binary = _binary(options.uv)
    version = ".".join(map(str, Oracle(scratch / "version", binary).version))
    header = {"uv": version, "seed": options.seed, "lists": LISTS_PER_TREE, "code": _digest()}
    state = options.state or Path(tempfile.gettempdir()) / f"differential-{version}-{options.seed}.jsonl"
    try:
        done = _load(state, header)
        started = time.monotonic()
        already = sum(item["cases"] for item in done.values())
        with state.open("a", encoding="utf-8") as log:
            for result in _run(options, scratch, binary, set(done)):
                done[result.seed] = asdict(result)
                print(json.dumps(asdict(result)), file=log, flush=True)
                for difference in result.differences:
                    print(f"DIFFERENCE: {difference}", flush=True)
                _show(done, options.cases, already, started)
    except KeyboardInterrupt:
        print(f"\ninterrupted; the same command goes on ({state})", file=sys.stderr)
        return 130
    finally:
        shutil.rmtree(scratch / "cache", ignore_errors=True)
    return _finish(options, header, done, scratch)


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--cases", type=int, default=1000, help="how many key lists to try at least")
    parser.add_argument("--seed", type=int, default=0, help="the first tree's number; the others follow")
    parser.add_argument("--uv", help="a uv binary, or the --target directory of an installation (default: ours)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument(
        "--state", type=Path, help="the file that keeps what is done (default: in the temporary directory)"
    )
    parser.add_argument("--scratch", help="where to put the trees; a memory file system is quicker")
    parser.add_argument("--record", action="store_true", help=f"write the result into {RESULTS.relative_to(ROOT)}")
    return parser.parse_args(argv)


def _binary(given: str | None) -> str | None:
    if given is None or not os.path.isdir(given):
        return given
    return os.path.join(given, "bin", "uv")


def _digest() -> str:
    """Return what identifies the code that is put to the test, and the code that tests it: all that was imported."""
    wanted = ("cachekeys", "support")
    files = {
        module.__file__
        for name, module in sys.modules.items()
        if name.partition(".")[0] in wanted and getattr(module, "__file__", None)
    }
    digest = hashlib.sha256()
    for file in sorted(filter(None, files)):
        digest.update(hashlib.sha256(Path(file).read_bytes()).digest())
    return digest.hexdigest()[:16]


def _load(state: Path, header: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Return what an earlier run has done, by seed; begin the file if there is none."""
    lines = state.read_text(encoding="utf-8").splitlines() if state.exists() else []
    if not lines:
        state.write_text(json.dumps(header) + "\n", encoding="utf-8")
        return {}
    if json.loads(lines[0]) != header:
        sys.exit(f"{state} is of another run ({lines[0]}); remove it or name another file with --state")
    results: dict[int, dict[str, Any]] = {}
    for line in lines[1:]:
        try:
            item = json.loads(line)
        except ValueError:  # the run was killed while it wrote
            continue
        results[item["seed"]] = item
    return results


def _run(options: argparse.Namespace, scratch: Path, binary: str | None, done: set[int]) -> Iterator[Result]:
    """Yield the results of all trees that are not done yet, as they come."""
    trees = -(-options.cases // LISTS_PER_TREE)
    seeds = iter([seed for seed in range(options.seed, options.seed + trees) if seed not in done])
    with ProcessPoolExecutor(options.jobs, initializer=_prepare, initargs=(scratch, binary)) as pool:
        pending = {pool.submit(_tree, seed) for _, seed in zip(range(2 * options.jobs), seeds, strict=False)}
        while pending:
            finished, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in finished:
                pending |= {pool.submit(_tree, seed) for seed in [next(seeds, None)] if seed is not None}
                yield future.result()


_worker: dict[str, Any] = {}


def _prepare(scratch: Path, binary: str | None) -> None:
    place = scratch / f"worker-{os.getpid()}"
    _worker.update(place=place, oracle=Oracle(place / "oracle", binary))


def _tree(seed: int) -> Result:
    result: Result = compare(seed, _worker["place"] / f"tree-{seed}", _worker["oracle"])
    return result


def _show(done: dict[int, dict[str, Any]], wanted: int, already: int, started: float) -> None:
    cases = sum(item["cases"] for item in done.values())
    differences = sum(len(item["differences"]) for item in done.values())
    rate = (cases - already) / max(time.monotonic() - started, 1e-9)
    rest = max(wanted - cases, 0) / rate / 60
    text = f"{cases} of {wanted} cases, {differences} differences, {rate:.0f} a second, {rest:.0f} minutes to go"
    if sys.stderr.isatty():
        print(f"\r{text}   ", end="", file=sys.stderr)
    elif cases // 1000 != (cases - LISTS_PER_TREE) // 1000:
        print(text, file=sys.stderr, flush=True)


def _finish(options: argparse.Namespace, header: dict[str, Any], done: dict[int, dict[str, Any]], scratch: Path) -> int:
    totals = {name: sum(item[name] for item in done.values()) for name in _COUNTED}
    differences = sum(len(item["differences"]) for item in done.values())
    shown = ", ".join(f"{number} {name}" for name, number in totals.items())
    print(f"uv {header['uv']}, seed {options.seed}: {shown}, {differences} differences")
    if options.record:
        _record({**header, **totals, "differences": differences, "date": time.strftime("%Y-%m-%d")})
    if differences:
        print(f"the trees with a difference are in {scratch}")
        return 1
    shutil.rmtree(scratch, ignore_errors=True)
    return 0


def _record(entry: dict[str, Any]) -> None:
    """Put the result in the place of an earlier one of the same version, unless that one was about more cases."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
    others = [item for item in kept if item["uv"] != entry["uv"]]
    found = sorted([*others, entry], key=lambda item: tuple(map(int, item["uv"].split("."))))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

"""What `cachekeys trace` adds to a build, counted instead of timed: instructions of all its processes, by valgrind.

    python bench/trace_instructions.py psutil attrs      # some minutes each: valgrind slows a build down by fifty times

The same build twice, bare and traced, in fresh copies of one project of corpus.toml (uv, isolated, warm cache of wheels). Three counts of one Python process
differed by 0.002 %, whatever else the machine did; time differs by five per cent and more. Counted is what runs outside the kernel, so system calls
are left out: the observers' own are few (three for a sighting). Needs valgrind, and what the projects build with.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "bench")]

from _corpus import bare, projects  # noqa: E402 - the path has to be set first

from cachekeys.trace import run  # noqa: E402
from cachekeys.trace.frontends import command  # noqa: E402

_COUNTED = re.compile(r"I\s+refs:\s+([\d,]+)")


def main() -> int:
    """Run and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("names", metavar="NAME", nargs="+", help="projects of corpus.toml")
    parser.add_argument("--cache", type=Path, default=Path("/tmp/corpus-cache"), help="where sdists are kept")
    options = parser.parse_args()
    print(
        "| project | processes | instructions of the bare build, in millions | traced |\n|---|--:|--:|--:|", flush=True
    )
    for entry in projects.load(options.names):
        pristine = projects.unpacked(entry, options.cache)
        with tempfile.TemporaryDirectory() as place:
            environ = {**bare.surroundings(options.cache), "PYTHONHASHSEED": "0", **entry.environ}
            environ.pop("PYTHONDONTWRITEBYTECODE", None)
            _bare(pristine, Path(place, "warm"), environ, [])  # fills caches
            untraced, processes = _counted(Path(place, "bare"), _bare, pristine, environ)
            traced, _ = _counted(Path(place, "traced"), _traced, pristine, environ)
        change = 100 * (traced / untraced - 1)
        print(f"| {entry.label} | {processes} | {untraced / 1e6:,.0f} | {change:+.2f} % |", flush=True)
    return 0


def _counted(place: Path, build: Any, pristine: Path, environ: dict[str, str]) -> tuple[int, int]:
    """Return the instructions of all processes of a build, and how many these are."""
    place.mkdir()
    tool = [
        "valgrind",
        "--tool=cachegrind",
        "--cache-sim=no",
        "--cachegrind-out-file=/dev/null",
        "--trace-children=yes",
    ]
    build(pristine, place / "build", environ, [*tool, f"--log-file={place}/%p.log"])
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in place.glob("*.log"))
    counts = [int(found[1].replace(",", "")) for text in texts if (found := _COUNTED.search(text))]
    return sum(counts), len(counts)


def _bare(pristine: Path, place: Path, environ: dict[str, str], tool: list[str]) -> None:
    root = place / pristine.name
    shutil.copytree(pristine, root, symlinks=True)
    bare.build(root, environ, tool)


def _traced(pristine: Path, place: Path, environ: dict[str, str], tool: list[str]) -> None:
    root = place / pristine.name
    shutil.copytree(pristine, root, symlinks=True)

    def below(*arguments: Any, **options: Any) -> list[str]:
        return [*tool, *command(*arguments, **options)]

    with mock.patch.object(run, "command", below):
        run.trace(str(root), front_end="uv", environ=environ, python=sys.executable)


if __name__ == "__main__":
    sys.exit(main())

"""Time several things in turn and print the ratios of each round: a machine that slows down slows all of them.

Beside the time that passes, the processors' time is shown: on a busy machine it is the steadier figure.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Sample", "cachekeys_script", "command", "conditions", "drop_caches", "report", "rounds"]


class Sample(NamedTuple):
    """Seconds: what passed, and what the processors spent on this process and its children."""

    wall: float
    cpu: float


def rounds(
    things: Mapping[str, Callable[[], object]], count: int, *, before: Callable[[], None] = lambda: None, warm: int = 1
) -> dict[str, list[Sample]]:
    """Call all *things* in turn, *count* times, and return what they took; the first *warm* rounds are dropped."""
    samples: dict[str, list[Sample]] = {name: [] for name in things}
    for number in range(count + warm):
        for name, thing in things.items():
            before()
            spent, start = _cpu(), time.perf_counter()
            thing()
            sample = Sample(time.perf_counter() - start, _cpu() - spent)
            if number >= warm:
                samples[name].append(sample)
    return samples


def _cpu() -> float:
    try:
        from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage  # not on Windows
    except ImportError:
        return time.process_time()
    return sum(used.ru_utime + used.ru_stime for used in map(getrusage, (RUSAGE_SELF, RUSAGE_CHILDREN)))


def report(title: str, samples: Mapping[str, list[Sample]], baseline: str) -> None:
    """Print a Markdown table: medians, and the medians over the rounds of the ratios to *baseline*."""
    print(f"\n{title}\n\n| | median ms | min ms | CPU ms | ratio to {baseline} | of CPU |\n|---|---|---|---|---|---|")
    for name, own in samples.items():
        pairs = [*zip(own, samples[baseline], strict=True)]
        ratios = (statistics.median(one[part] / other[part] for one, other in pairs) for part in (0, 1))
        wall, cpu = zip(*own, strict=True)
        times = (statistics.median(wall), min(wall), statistics.median(cpu))
        print(
            "| ",
            name,
            *(f" | {1000 * each:.1f}" for each in times),
            *(f" | {each:.2f}" for each in ratios),
            " |",
            sep="",
            flush=True,
        )


def cachekeys_script() -> str:
    """Return the path of the ``cachekeys`` that users start, in the environment that runs this."""
    script = Path(sys.executable).with_name("cachekeys")
    if not script.is_file():
        sys.exit(f"there is no {script}: install cachekeys into the environment that runs the benchmark")
    return str(script)


def command(*arguments: str, cwd: str | None = None, **environ: str) -> Callable[[], None]:
    """Return what runs a whole process; it must succeed."""

    def run() -> None:
        done = subprocess.run(arguments, cwd=cwd, env={**os.environ, **environ}, capture_output=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(arguments)}: exit code {done.returncode}\n{done.stderr.decode()}")

    return run


def conditions(*more: str) -> None:
    """Print what the figures depend on."""
    load = f"load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    cores = f"{len(os.sched_getaffinity(0))} cores" if hasattr(os, "sched_getaffinity") else f"{os.cpu_count()} cores"
    machine = f"{platform.system()} {platform.release().split('-')[0]}, {platform.machine()}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    today = dt.datetime.now(dt.timezone.utc).date()
    print(", ".join(filter(None, (str(today), machine, cores, python, load, *more))))
    if sys.dont_write_bytecode:
        print(
            "warning: PYTHONDONTWRITEBYTECODE is set; unless cachekeys was compiled when it was installed, starts are slow"
        )


def drop_caches() -> None:
    """Make the kernel forget all files (Linux, root only)."""
    os.sync()
    with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as file:
        file.write("3\n")

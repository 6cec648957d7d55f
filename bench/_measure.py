"""Time several things in turn and print the ratios of each round: a machine that slows down slows all of them."""

from __future__ import annotations

import datetime as dt
import os
import platform
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["command", "conditions", "drop_caches", "report", "rounds"]


def rounds(
    things: Mapping[str, Callable[[], object]], count: int, *, before: Callable[[], None] = lambda: None, warm: int = 1
) -> dict[str, list[float]]:
    """Call all *things* in turn, *count* times, and return their seconds; the first *warm* rounds are dropped."""
    seconds: dict[str, list[float]] = {name: [] for name in things}
    for number in range(count + warm):
        for name, thing in things.items():
            before()
            start = time.perf_counter()
            thing()
            if number >= warm:
                seconds[name].append(time.perf_counter() - start)
    return seconds


def report(title: str, seconds: Mapping[str, list[float]], baseline: str) -> None:
    """Print a Markdown table: medians, and the median over the rounds of the ratio to *baseline*."""
    print(f"\n{title}\n\n| | median ms | min ms | ratio to {baseline} |\n|---|---|---|---|")
    for name, own in seconds.items():
        ratio = statistics.median(one / other for one, other in zip(own, seconds[baseline], strict=False))
        print(f"| {name} | {1000 * statistics.median(own):.1f} | {1000 * min(own):.1f} | {ratio:.2f} |", flush=True)


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

"""``cachekeys.cache_info()`` in this process against uv's whole probe, and that both give the same text.

    python bench/cache_info.py [--place DIR] [--rounds N] [--uv BINARY] [--no-vllm]

Needs uv (``pip install uv``) and, for the sdist of vLLM, unearth and a package registry.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from _measure import conditions, report, rounds
from _trees import big_tree, copy, set_keys, vllm
from _uv import Probe

import cachekeys

VLLM_KEYS = [
    "pyproject.toml",
    "setup.py",
    "CMakeLists.txt",
    "cmake/**/*.cmake",
    "csrc/**/*.{cu,cuh,cpp,h,hpp}",
    "requirements/*.txt",
]
BIG_KEYS = [["**/*.py"], ["**/*.{c,h,cpp,cu}"], ["**/*"], ["**/*.py", "![b]uild"], ["pkg00/**/*.c"]]


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--place", type=Path, help="keep the trees here (default: a temporary directory)")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--uv", help="the uv binary (default: the one of this environment)")
    parser.add_argument("--no-vllm", action="store_true", help="only the generated tree")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = arguments.place or Path(temporary)
        probe = Probe(arguments.uv)
        conditions(probe.version)
        if not arguments.no_vllm:
            _compare("vLLM 0.10.0", copy(vllm(place), place / "vllm-measured"), VLLM_KEYS, probe, arguments.rounds)
        tree = big_tree(place / "big")
        for keys in BIG_KEYS:
            _compare("100,000 files", tree, keys, probe, arguments.rounds)
        probe.close()


def _compare(name: str, project: Path, keys: list[str], probe: Probe, count: int) -> None:
    set_keys(project, keys)
    ask = probe.of(project)
    assert ask() == cachekeys.cache_info(project).to_json(), "uv and cachekeys disagree"
    seconds = rounds({"uv": ask, "cache_info()": lambda: cachekeys.cache_info(project)}, count)
    report(f"{name}, keys `{keys}`", seconds, "uv")


if __name__ == "__main__":
    main()

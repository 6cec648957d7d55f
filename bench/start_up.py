"""Whole processes: what a user waits for, from the start of the interpreter to its end, against uv's whole probe.

    python bench/start_up.py [--place DIR] [--rounds N] [--uv BINARY] [--no-vllm] [--no-big]

Run it in an environment into which cachekeys was installed with compiled bytecode, as pip does by itself
and ``uv pip install --compile-bytecode`` does; an editable installation may not be compiled at all.

``explain``, ``verify`` and ``refresh`` look at an environment in which the project is installed, with a record, by hand
(tests/support/forged.py).
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from _measure import cachekeys_script, command, conditions, report, rounds
from _trees import big_tree, copy, set_keys, vllm
from _uv import Probe
from cache_info import VLLM_KEYS
from support.forged import Forged

import cachekeys

_SMALL = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "small"
version = "1"
"""
_INSTALLED = ("cache-info", "explain", "verify", "refresh")


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--place", type=Path, help="keep the trees here (default: a temporary directory)")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--uv", help="the uv binary (default: the one of this environment)")
    parser.add_argument("--no-vllm", action="store_true")
    parser.add_argument("--no-big", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = arguments.place or Path(temporary)
        probe = Probe(arguments.uv)
        conditions(probe.version)
        small = place / "small"
        (small / "src" / "small").mkdir(parents=True, exist_ok=True)
        (small / "src" / "small" / "__init__.py").touch()
        (small / "pyproject.toml").write_text(_SMALL)
        _compare("A small project", small, probe, arguments.rounds, ("--version", "check", *_INSTALLED))
        if not arguments.no_vllm:
            project = copy(vllm(place), place / "vllm-measured")
            set_keys(project, VLLM_KEYS)
            _compare("vLLM 0.10.0", project, probe, arguments.rounds, _INSTALLED)
        if not arguments.no_big:
            tree = big_tree(place / "big")
            set_keys(tree, ["**/*.py"])
            _compare("100,000 files, keys `['**/*.py']`", tree, probe, arguments.rounds, _INSTALLED)
        probe.close()


def _compare(name: str, project: Path, probe: Probe, count: int, commands: tuple[str, ...]) -> None:
    shutil.rmtree(project / ".venv", ignore_errors=True)
    Forged(project, project / ".venv", {})
    script = cachekeys_script()
    things = {"uv": probe.of(project), "python -c pass": command(sys.executable, "-c", "pass")}
    for each in commands:
        things[f"cachekeys {each}"] = command(script, each, cwd=str(project), VIRTUAL_ENV="")
    report(name, rounds(things, count), "uv")
    newest = cachekeys.cache_info(project).newest
    assert newest is not None
    moved = project / newest.path
    things = {"uv": things["uv"], "cachekeys refresh": things["cachekeys refresh"]}
    samples = rounds(things, count, before=lambda: moved.chmod(0o644))
    report(f"{name}, the time of a file has moved since the last refresh", samples, "uv")


if __name__ == "__main__":
    main()

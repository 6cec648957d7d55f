"""``cachekeys digest`` of 50,000 small files against a C program, GitHub's ``hashFiles``, and itself with one thread.

    python bench/digest.py [--place DIR] [--rounds N] [--no-hashfiles] [--no-cold]

Needs a C compiler with OpenSSL's headers (Debian: gcc, libssl-dev); for ``hashFiles`` node and npm, which installs the package
``@actions/glob`` below the place; for the cold cache root's rights, to make the kernel forget the files.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from _measure import cachekeys_script, command, conditions, drop_caches, report, rounds
from _trees import set_keys, small_files

import cachekeys
from cachekeys.record import hashing

HERE = Path(__file__).resolve().parent
HASH_FILES = """\
import {hashFiles} from '@actions/glob';
const found = await hashFiles('**', process.argv[2]);
if (found.length !== 64) process.exit(1);
"""


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--place", type=Path, help="keep the tree and the programs here (default: a temporary directory)"
    )
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--no-hashfiles", action="store_true", help="leave out GitHub's hashFiles, which takes long")
    parser.add_argument("--no-cold", action="store_true", help="leave out the cold cache")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = arguments.place or Path(temporary)
        tree = small_files(place / "small-files")
        set_keys(tree, ["**/*"])
        loop = _compile(place)
        conditions()
        _warm(tree, loop, arguments.rounds)
        if not arguments.no_hashfiles:
            _hash_files(tree, loop, place)
        if not arguments.no_cold:
            _cold(tree, loop)


def _compile(place: Path) -> str:
    program = place / "sha256_loop"
    compiler = os.environ.get("CC", "cc")
    subprocess.run([compiler, "-O2", "-o", program, HERE / "sha256_loop.c", "-lcrypto"], check=True)
    return str(program)


def _warm(tree: Path, loop: str, count: int) -> None:
    paths = _files(tree)
    things = {
        "C loop, one thread": command(loop, str(tree)),
        "cachekeys digest, whole process": command(cachekeys_script(), "digest", str(tree)),
        "cachekeys.digest()": lambda: cachekeys.digest(tree),
        "only the hashing": lambda: hashing.hash_files(paths),
        "only the hashing, one process": lambda: _one_process(paths),
    }
    report("50,000 files, in the page cache", rounds(things, count), "C loop, one thread")


def _hash_files(tree: Path, loop: str, place: Path) -> None:
    if shutil.which("npm") is None:
        print("\nno npm: hashFiles left out")
        return
    (place / "package.json").write_text('{"private": true}')
    (place / "hash.mjs").write_text(HASH_FILES)
    command("npm", "install", "--silent", "@actions/glob", cwd=str(place))()
    things = {
        "C loop, one thread": command(loop, str(tree)),
        "cachekeys digest, whole process": command(cachekeys_script(), "digest", str(tree)),
        "hashFiles('**')": command(
            "node", str(place / "hash.mjs"), str(tree), cwd=str(place), GITHUB_WORKSPACE=str(tree)
        ),
    }
    report("GitHub's hashFiles, three rounds", rounds(things, 3, warm=0), "cachekeys digest, whole process")


def _cold(tree: Path, loop: str) -> None:
    if not os.access("/proc/sys/vm/drop_caches", os.W_OK):
        print("\nnot root on Linux: the cold cache left out")
        return
    paths = _files(tree)
    things = {
        "only the hashing, one thread": lambda: _one_thread(paths),
        "only the hashing": lambda: hashing.hash_files(paths),
        "C loop, one thread": command(loop, str(tree)),
        "cachekeys digest, whole process": command(cachekeys_script(), "digest", str(tree)),
    }
    report("Cold cache", rounds(things, 3, before=drop_caches, warm=0), "only the hashing, one thread")


def _files(tree: Path) -> list[str]:
    return [os.path.join(place, name) for place, _, names in os.walk(tree) for name in names]


def _one_process(paths: list[str]) -> None:
    hashing._Pace().hash(paths)  # noqa: SLF001 - what is measured


def _one_thread(paths: list[str]) -> None:
    hashing._hash(paths)  # noqa: SLF001 - what is measured


if __name__ == "__main__":
    main()

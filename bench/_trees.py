"""The trees that are measured: generated from a seed, the same everywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from random import Random

__all__ = ["big_tree", "set_keys", "small_files", "vllm"]

_EXTENSIONS = [*[".py"] * 38, *[".c", ".h", ".cpp", ".cu"] * 7, *[".txt", ".json", ".md", ".toml", ".rst", ""] * 6]
_PROJECT = """\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "measured"
version = "1"
"""
_MARK = "\n# keys to measure\n"


def small_files(root: Path, count: int = 50_000) -> Path:
    """Make a project of *count* files of 4.3 KB on average (log-normal, at most 512 KiB) in 1,000 directories."""
    return _tree(root, count, 10, 1.0)


def big_tree(root: Path, count: int = 100_000) -> Path:
    """Make a project of *count* empty files in 1,500 directories: only names and times matter."""
    return _tree(root, count, 15, 0.0)


def _tree(root: Path, count: int, middle: int, scale: float) -> Path:
    if (root / "pyproject.toml").is_file():
        return root
    random = Random(1)
    blob = random.randbytes(1 << 20)
    directories = [
        root / f"pkg{first:02}" / f"sub{second:02}" / f"mod{third:02}"
        for first in range(10)
        for second in range(middle)
        for third in range(10)
    ]
    for directory in directories:
        directory.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        size = min(int(random.lognormvariate(7.25, 1.5) * scale), 1 << 19)
        start = random.randrange(len(blob) - size)
        path = directories[number % len(directories)] / f"file{number:06}{random.choice(_EXTENSIONS)}"
        path.write_bytes(blob[start : start + size])
    (root / "pyproject.toml").write_text(_PROJECT)
    return root


def vllm(place: Path, version: str = "0.10.0") -> Path:
    """Return the unpacked sdist of vLLM, downloaded with unearth (``pip install unearth``) unless it is there already."""
    root = place / f"vllm-{version}"
    if not root.is_dir():
        place.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "unearth", "--no-binary", "--download", str(place), f"vllm=={version}"]
        subprocess.run(command, check=True, capture_output=True)
        if not root.is_dir():
            with tarfile.open(next(place.glob(f"vllm-{version}*.tar.gz"))) as archive:
                archive.extractall(place, filter="data")
    return root


def set_keys(root: Path, keys: list[str]) -> None:
    """Replace the cache keys of the project."""
    path = root / "pyproject.toml"
    text = path.read_text(encoding="utf-8").partition(_MARK)[0]
    listed = ", ".join(f'"{key}"' for key in keys)
    path.write_text(f"{text}{_MARK}[tool.uv]\ncache-keys = [{listed}]\n", encoding="utf-8")


def copy(source: Path, target: Path) -> Path:
    """Copy a tree, so that its pyproject.toml may be changed."""
    if not target.is_dir():
        shutil.copytree(source, target, symlinks=True)
    return target


if __name__ == "__main__":
    print(small_files(Path(os.fspath(sys.argv[1]))))

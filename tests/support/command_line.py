"""Run the command line: in this process for what it says, in a fresh one for what it imports and how it ends."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest import mock

from cachekeys.cli import main

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Answer", "in_process", "process"]


@dataclass(frozen=True)
class Answer:
    """What the command said and how it ended."""

    code: int
    out: str
    err: str


def in_process(directory: Path, *arguments: str) -> Answer:
    """Run ``cachekeys ARGUMENTS`` in *directory*, without a terminal."""
    before = os.getcwd()
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    os.chdir(directory)
    try:
        with mock.patch.object(sys, "stdout", out), mock.patch.object(sys, "stderr", err):
            try:
                code = main(arguments)
            except SystemExit as ended:  # --help and --version
                code = int(ended.code or 0)
    finally:
        os.chdir(before)
    for stream in (out, err):
        stream.flush()
    return Answer(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))


def process(directory: Path, *arguments: str, python: tuple[str, ...] = ("-m", "cachekeys"), **environ: str) -> Answer:
    """Run ``python -m cachekeys ARGUMENTS`` (or *python* otherwise) in *directory*."""
    ran = subprocess.run(
        [sys.executable, *python, *arguments],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": "", **environ},
        capture_output=True,
        check=False,
    )
    return Answer(ran.returncode, ran.stdout.decode("utf-8", "replace"), ran.stderr.decode("utf-8", "replace"))

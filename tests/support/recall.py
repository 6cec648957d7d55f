"""What a trace of a build sees, against what the kernel sees of the same build of another copy."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from cachekeys.trace.frontends import command
from cachekeys.trace.run import trace
from cachekeys.trace.sources import preload
from support.kernel_truth import watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cachekeys.inputs.model import Mode
    from cachekeys.trace.model import FrontEnd, Trace

__all__ = ["Build", "compared", "files_of_trace", "files_of_truth", "traced"]

_NOT_THE_BUILD = {"uv", "git"}
"""The front end reads for itself; git reads every file of a fresh copy again, for ``git status``."""


@dataclass(frozen=True, slots=True)
class Build:
    """How to build. ``environ`` is the whole environment; ``portable`` leaves the preload helper out of the trace."""

    environ: Mapping[str, str]
    mode: Mode = "wheel"
    front_end: FrontEnd = "uv"
    isolated: bool = True
    python: str = sys.executable
    portable: bool = False


def compared(pristine: Path, scratch: Path, build: Build) -> tuple[set[str], Trace, set[str]]:
    """Return the truth, the trace, and the files that the trace has; everything happens in *scratch*."""
    truth = files_of_truth(pristine, scratch, build)
    seen, got = traced(pristine, scratch, build)
    return truth, seen, got


def files_of_truth(pristine: Path, scratch: Path, build: Build) -> set[str]:
    """Build a copy of the project under strace; return the files of *pristine* that were read and not changed.

    What a build reads and then writes anew are its own notes (``egg-info`` in an sdist).

    :raises RuntimeError: the build failed.
    """
    root = _copy(pristine, scratch)
    out = scratch / "out"
    out.mkdir()
    words = command(build.front_end, str(root), str(out), mode=build.mode, isolated=build.isolated, python=build.python)
    seen = watch(words, root, build.environ)
    if seen.code:
        raise RuntimeError(f"the build failed with exit code {seen.code}: {seen.output[-2000:]}")
    names = [
        name
        for name in seen.read - seen.written
        if seen.readers.get(name, set()) - _NOT_THE_BUILD and not name.startswith(".git/")
    ]
    return _real((name for name in names if (pristine / name).is_file()), root)


def traced(pristine: Path, scratch: Path, build: Build) -> tuple[Trace, set[str]]:
    """Trace the build of another copy; return the trace and the files of *pristine* that were read."""
    root = _copy(pristine, scratch)
    off = mock.patch.object(preload, "_reason_against", return_value="it is switched off here")
    with off if build.portable else contextlib.nullcontext():
        seen = trace(
            str(root),
            mode=build.mode,
            front_end=build.front_end,
            isolated=build.isolated,
            environ=build.environ,
            python=build.python,
        )
    return seen, files_of_trace(seen, pristine, root)


def files_of_trace(seen: Trace, pristine: Path, root: Path) -> set[str]:
    """Return the files of *pristine* that a trace of its copy *root* has as read."""
    return _real((name for name in seen.paths("read") if (pristine / name).is_file()), root)


def _copy(pristine: Path, scratch: Path) -> Path:
    shutil.rmtree(scratch, ignore_errors=True)
    root = scratch / pristine.name
    shutil.copytree(pristine, root, symlinks=True)
    return root


def _real(names: Iterable[str], root: Path) -> set[str]:
    """Return *names* with symlinks resolved, as far as they stay in the project."""
    top = os.path.realpath(root)
    paths = (os.path.realpath(os.path.join(top, name)) for name in names)
    return {Path(path).relative_to(top).as_posix() for path in paths if path.startswith(top + os.sep)}

"""The build that a trace is measured against: by uv, isolated, a wheel, with nothing of ours in it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from cachekeys.trace.frontends import command

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["build", "surroundings"]


def surroundings(cache: Path) -> dict[str, str]:
    """Return the environment for a build of the corpus: ours without what steers uv, and with the cache's wheels."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "VIRTUAL_ENV"))}
    return {**kept, "UV_CACHE_DIR": str(cache / "uv")}


def build(root: Path, environ: Mapping[str, str], tool: Sequence[str] = ()) -> None:
    """Build the copy of a project at *root*; the wheel and temporary files go beside it. *tool* is put before the command.

    :raises subprocess.CalledProcessError: the build failed.
    """
    out, temporary = root.parent / "out", root.parent / "tmp"
    out.mkdir()
    temporary.mkdir()
    words = [*tool, *command("uv", str(root), str(out), mode="wheel", isolated=True, python=sys.executable)]
    environ = {**environ, "TMPDIR": str(temporary)}
    subprocess.run(words, cwd=root, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=True)

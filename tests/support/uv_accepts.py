"""Ask the real uv whether it accepts a pyproject.toml's cache-keys, and what it takes them for."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from support.uv_oracle import Oracle, UvError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Reading", "read_by_uv", "refused_by_commands"]


class Reading(NamedTuple):
    """What the cache info of uv tells about the keys: names in ``env`` and ``dir`` keys, and what git keys asked for.

    The latter only in a repository with a commit and a tag; file keys show in no field.
    """

    env: frozenset[str]
    dirs: frozenset[str]
    commit: bool
    tags: bool


def read_by_uv(oracle: Oracle, project: Path) -> Reading | None:
    """Return what uv makes of the keys, or None when it refuses them (or the whole document)."""
    try:
        info: dict[str, Any] = oracle.cache_info(project)
    except UvError as refusal:
        log = str(refusal)
        assert "Building source distributions" not in log.rsplit("error:", 1)[-1], log
        return None
    return Reading(
        frozenset(info["env"]), frozenset(info["directories"]), info["commit"] is not None, info["tags"] is not None
    )


def refused_by_commands(oracle: Oracle, project: Path) -> bool:
    """Tell whether ``uv sync`` refuses to read the pyproject.toml of *project*.

    Its other parsers are stricter about ``[tool]`` and ``[tool.uv]`` than the one for cache-keys.
    """
    done = subprocess.run(
        [oracle.binary, "sync", "--offline", "--no-build", "--color", "never"],
        env={
            "HOME": os.fspath(oracle.scratch),
            "PATH": os.fspath(oracle.scratch),
            "UV_CACHE_DIR": os.fspath(oracle.cache),
            "UV_PROJECT_ENVIRONMENT": os.fspath(oracle.scratch / "venv"),
            "UV_PYTHON": sys.executable,
            "UV_PYTHON_DOWNLOADS": "never",
        },
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    error = done.stderr.partition("error:")[2]
    assert done.returncode != 0, "the project cannot be built, so the command cannot succeed"
    return "Failed to parse" in error

"""Fixtures for every test: project trees made from text, and copies of the complete projects in ``fixtures/``."""

from __future__ import annotations

import os
import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"

# The same examples each time: a change is judged by what it changes, not by luck. `HYPOTHESIS_PROFILE=explore` looks for new ones.
settings.register_profile("repeatable", derandomize=True, database=None)
settings.register_profile("explore", print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Write a tree of files (text is dedented) below a fresh directory and return the directory."""

    def make(files: Mapping[str, str | bytes], name: str = "project") -> Path:
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        for relative, content in files.items():
            path = root / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.write_text(textwrap.dedent(content).lstrip("\n"), encoding="utf-8")
        return root

    return make


@pytest.fixture
def copy_fixture(tmp_path: Path) -> Callable[[str], Path]:
    """Copy a project of ``fixtures/`` to a fresh directory and return it."""

    def copy(name: str, to: str = "project") -> Path:
        target = tmp_path / to
        shutil.copytree(FIXTURES / name, target, symlinks=True)
        return target

    return copy


@pytest.fixture(autouse=True)
def _no_surprises_from_the_environment() -> Iterator[None]:
    """Remove the variables that would steer git, uv or setuptools-scm from outside."""
    kept = dict(os.environ)
    for name in list(os.environ):
        if name.startswith(("GIT_", "SETUPTOOLS_SCM", "HATCH_", "VCS_VERSIONING")) or name in {
            "UV_CACHE_DIR",
            "NO_COLOR",
        }:
            del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(kept)

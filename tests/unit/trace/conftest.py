"""The observer in Python, for each test alone and behind the preload helper."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from support.interpreters import interpreter
from support.observed import context_of
from support.observed_python import Observed

from cachekeys.trace.sources import preload

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The preload helper, "" where it cannot be used."""
    root = tmp_path_factory.mktemp("helper")
    context = context_of(root, root, os.environ)
    return preload.prepare(context).get("LD_PRELOAD", "")


@pytest.fixture(params=["alone", "helped"])
def library(request: pytest.FixtureRequest, compiled: str) -> str:
    """Every test is run twice: the observer alone, and behind the preload helper."""
    if request.param == "helped" and not compiled:
        pytest.skip("needs Linux and a C compiler")
    return compiled if request.param == "helped" else ""


@pytest.fixture
def observed(tmp_path: Path, library: str) -> Observed:
    return Observed(tmp_path, sys.executable, library)


@pytest.fixture
def in_python(tmp_path: Path, library: str) -> Callable[[str], Observed]:
    def make(version: str) -> Observed:
        found = interpreter(version)
        assert found is not None
        return Observed(tmp_path, found, library)

    return make

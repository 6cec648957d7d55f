"""uv's whole probe: the question "what is this project's cache info", put to the real binary (tests/support/uv_oracle.py)."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from support.uv_oracle import Oracle

__all__ = ["Probe"]


class Probe:
    """The uv of this environment (or *binary*), with a cache of its own."""

    def __init__(self, binary: str | None = None) -> None:
        self._place = tempfile.mkdtemp(prefix="bench-uv-")
        self._oracle = Oracle(Path(self._place), binary)
        answer = subprocess.run([self._oracle.binary, "--version"], capture_output=True, check=True, text=True)
        self.version = answer.stdout.split(" (")[0].strip()

    def of(self, project: Path) -> Callable[[], str]:
        """Return what asks uv about *project* and gives the text of its ``uv_cache.json``."""
        return lambda: self._oracle.text(project)

    def close(self) -> None:
        """Remove the cache."""
        shutil.rmtree(self._place, ignore_errors=True)

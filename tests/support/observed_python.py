"""Run programs in Python under the trace's observer, alone or behind the preload helper."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from cachekeys.trace.events import Log, read_log
from support.interpreters import VERSIONS, interpreter

__all__ = ["OBSERVER", "PYTHONS", "Observed", "names"]

OBSERVER = Path(__file__).resolve().parents[2] / "cachekeys" / "trace" / "observer"
PYTHONS = [
    pytest.param(version, marks=pytest.mark.skipif(interpreter(version) is None, reason="not installed here"))
    for version in VERSIONS
]


class Observed:
    """Runs programs observed, in a project directory of its own; with the preload helper before the observer if *library* is one."""

    def __init__(self, root: Path, python: str, library: str) -> None:
        self.root = root / "proj"
        self.log = root / "log"
        self.python = python
        self.library = library
        self.root.mkdir()
        self.log.mkdir()
        self.result = ""

    def environ(self, **extra: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        added: dict[str, str | Path] = {
            "CACHEKEYS_TRACE_DIR": self.log,
            "CACHEKEYS_TRACE_ROOT": self.root,
            "PYTHONPATH": OBSERVER,
        }
        if self.library:
            added |= {"LD_PRELOAD": self.library, "CACHEKEYS_TRACE_ROOTS": self.root}
        return {**kept, **{name: str(value) for name, value in added.items()}, "PYTHONDONTWRITEBYTECODE": "1", **extra}

    def run(self, code: str, *arguments: str, check: bool = True, **extra: str) -> Log:
        """Run *code* as setup.py and return what was seen."""
        (self.root / "setup.py").write_text(code, encoding="utf-8")
        done = subprocess.run(
            [self.python, "-W", "error", *arguments, "setup.py"],
            cwd=self.root,
            env=self.environ(**extra),
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        assert "cachekeys" not in done.stderr, done.stderr
        self.result = done.stdout
        log = read_log(str(self.log))
        assert log.errors == []
        return log

    def paths(self, log: Log, *kinds: str) -> set[str]:
        """Return the paths seen in one of these ways, relative to the project."""
        found = [event.subject for _, event in log.events if event.kind in kinds and "__pycache__" not in event.subject]
        return {os.path.relpath(path, self.root).replace(os.sep, "/") for path in found}


def names(log: Log) -> dict[str, tuple[str, int | None, bool]]:
    """Return the variables that were read: the file, the line, and whether the project's code did it."""
    return {
        event.subject: (os.path.basename(event.file or ""), event.line, event.own)
        for _, event in log.events
        if event.kind == "env"
    }

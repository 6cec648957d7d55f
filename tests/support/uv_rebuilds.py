"""Does the real uv rebuild? A project with a tiny in-tree back end that counts its own calls, installed again and again.

The back end is standard library only and writes an editable wheel by hand, so that nothing is downloaded and one
round takes about 0.2 s. What it writes besides (``WRITES``) stands for what real builds leave in the source tree.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Round", "UvProject", "uv_binary"]

BACKEND = """
import base64, hashlib, os, zipfile

WRITES = {writes!r}

def _build(directory):
    with open(os.environ["COUNTER"], "a") as file:
        file.write("x")
    for path, content in WRITES.items():
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "w") as file:
            file.write(content)
    name = "{name}-1.0-py3-none-any.whl"
    info = "{name}-1.0.dist-info"
    files = {{
        info + "/METADATA": "Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n",
        info + "/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        "{name}_stamp.py": "BUILD = " + str(os.path.getsize(os.environ["COUNTER"])),
    }}
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{{path}},sha256={{digest}},{{len(text.encode())}}\\n"
    files[info + "/RECORD"] = record + info + "/RECORD,,\\n"
    with zipfile.ZipFile(os.path.join(directory, name), "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
    return name

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return _build(wheel_directory)

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return _build(wheel_directory)
"""


PYPROJECT = """\
[build-system]
requires = []
build-backend = "_backend"
backend-path = ["backend"]

[project]
name = "{name}"
version = "1.0"
requires-python = ">=3.9"

{uv_table}
"""


class Round(NamedTuple):
    """What one command did: whether the back end ran, and whether the package was installed again."""

    built: bool
    installed: bool


def uv_binary() -> str:
    """Return the uv of this environment; skip the test when there is none."""
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.is_file() else shutil.which("uv")
    if found is None:
        pytest.skip("no uv")
    return found


class UvProject:
    """A project that the real uv installs, editable, into its own environment."""

    def __init__(
        self,
        place: Path,
        uv_table: str = "",
        files: Mapping[str, str] | None = None,
        *,
        writes: Mapping[str, str] | None = None,
        name: str = "demo",
    ) -> None:
        self.root = place / "project"
        self.place = place
        self._environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("UV_", "VIRTUAL_ENV"))},
            "UV_CACHE_DIR": str(place / "uv-cache"),
            "COUNTER": str(place / "counter"),
            "UV_PROJECT_ENVIRONMENT": str(place / "venv"),  # out of the reach of the keys
            "UV_OFFLINE": "1",
            "UV_PYTHON": sys.executable,
            "UV_PYTHON_DOWNLOADS": "never",
            "NO_COLOR": "1",
        }
        place.mkdir(parents=True, exist_ok=True)
        (place / "counter").write_text("")
        self.add_package("", name, uv_table, writes)
        for path, content in (files or {}).items():
            self.write(path, content)

    def add_package(
        self, directory: str, name: str, uv_table: str = "", writes: Mapping[str, str] | None = None
    ) -> None:
        """Put a package with the counting back end into *directory* of the project."""
        prefix = f"{directory}/" if directory else ""
        self.write(f"{prefix}backend/_backend.py", BACKEND.format(name=name, writes=dict(writes or {})))
        self.write(f"{prefix}pyproject.toml", PYPROJECT.format(name=name, uv_table=uv_table))

    def write(self, relative: str, content: str) -> None:
        """Write a file of the project (and thereby move its ctime)."""
        path = self.root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def sync(self, *options: str, cwd: str = ".", environ: Mapping[str, str] | None = None) -> Round:
        """Run ``uv sync`` and tell what it did."""
        before = self.builds
        answer = self.uv("sync", *options, cwd=cwd, environ=environ)
        assert answer.returncode == 0, answer.stderr
        return Round(self.builds > before, "Installed" in answer.stderr)

    def uv(
        self, *arguments: str, cwd: str = ".", environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run uv in the project and return the result."""
        return subprocess.run(
            [uv_binary(), *arguments],
            cwd=self.root / cwd,
            env={**self._environ, **(environ or {})},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    @property
    def builds(self) -> int:
        """How often the back end ran so far."""
        return (self.place / "counter").stat().st_size

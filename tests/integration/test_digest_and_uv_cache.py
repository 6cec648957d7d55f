"""What docs/ci.md says about uv's own cache, asked of the real uv: what ``prune --ci`` keeps, and what a fresh clone rebuilds.

A small index on the loopback interface answers with the cache headers that PyPI sends.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("uv")
import uv

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.uv

BACKEND = """
import os, zipfile

def build_wheel(directory, config_settings=None, metadata_directory=None):
    with open(os.environ["BUILDS"], "a") as log:
        log.write("built\\n")
    name = "demo-1-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, name), "w") as wheel:
        wheel.writestr("demo.py", "")
        wheel.writestr("demo-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: demo\\nVersion: 1\\n")
        wheel.writestr("demo-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("demo-1.dist-info/RECORD", "")
    return name
"""
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "demo"
version = "1"
"""


class Index(SimpleHTTPRequestHandler):
    """Serves files with the headers of PyPI: archives never change."""

    def end_headers(self) -> None:
        is_archive = self.path.endswith((".whl", ".gz"))
        self.send_header(
            "Cache-Control", "max-age=365000000, immutable, public" if is_archive else "max-age=600, public"
        )
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def index(tmp_path: Path) -> Iterator[str]:
    """Serve ``demo``, which is only there as an sdist, and ``ready``, a wheel."""
    root = tmp_path / "index"
    for name in ("demo", "ready"):
        (root / name).mkdir(parents=True)
    with tarfile.open(root / "demo" / "demo-1.tar.gz", "w:gz") as archive:
        texts = {
            "pyproject.toml": PYPROJECT,
            "backend.py": BACKEND,
            "PKG-INFO": "Metadata-Version: 2.1\nName: demo\nVersion: 1\n",
        }
        for name, text in texts.items():
            member = tarfile.TarInfo(f"demo-1/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    with zipfile.ZipFile(root / "ready" / "ready-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("ready.py", "")
        wheel.writestr("ready-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: ready\nVersion: 1\n")
        wheel.writestr(
            "ready-1.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("ready-1.dist-info/RECORD", "")
    for directory in root.iterdir():
        links = "".join(f'<a href="{file.name}">{file.name}</a>' for file in sorted(directory.iterdir()))
        (directory / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Index, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


class Machine:
    """A CI machine: an empty environment for each job, and uv's cache, which is kept between jobs."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.builds = place / "builds.log"
        self.cache = place / "cache"

    def uv(self, *arguments: str) -> None:
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.place),
            "UV_CACHE_DIR": str(self.cache),
            "UV_PYTHON_DOWNLOADS": "never",
            "BUILDS": str(self.builds),
        }
        command = [uv.find_uv_bin(), *arguments, "--no-config"]
        done = subprocess.run(command, env=environ, cwd=self.place, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def job(self, *install: str) -> int:
        """Install into a new environment and return how often the back end ran for it."""
        before = self._count()
        self.uv("venv", "--clear", "--python", sys.executable, "env")
        self.uv("pip", "install", "--python", str(self.place / "env"), *install)
        return self._count() - before

    def _count(self) -> int:
        return self.builds.read_text().count("built") if self.builds.exists() else 0

    def wheels(self) -> list[str]:
        """Return the built wheels and the unpacked archives in the cache."""
        built = [path.name for path in self.cache.rglob("*.whl") if path.is_file()]
        unpacked = [path.name for path in self.cache.glob("archive-v*/*/*.dist-info")]
        return sorted({*built, *unpacked})


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    place = tmp_path / "machine"
    place.mkdir()
    return Machine(place)


def test_prune_keeps_what_was_built_from_source(machine: Machine, index: str) -> None:
    install = ("--index-url", index, "demo", "ready")
    assert machine.job(*install) == 1
    assert {"demo-1-py3-none-any.whl", "ready-1.dist-info"} <= set(machine.wheels())
    machine.uv("cache", "prune", "--ci")
    assert machine.wheels() == ["demo-1-py3-none-any.whl"]
    assert machine.job(*install) == 0


def _checkout(root: Path, keys: str) -> None:
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    (root / "pyproject.toml").write_text(f"{PYPROJECT}[tool.uv]\ncache-keys = [{keys}]\n")
    (root / "backend.py").write_text(BACKEND)
    identity = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    dates = {"GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "one")):
        subprocess.run(
            ["git", *identity, *arguments], cwd=root, check=True, capture_output=True, env={**os.environ, **dates}
        )


@pytest.mark.parametrize(
    ("keys", "builds"), [('"pyproject.toml"', 1), ("{ git = { commit = true } }", 0), ('{ env = "DEMO_LEVEL" }', 0)]
)
def test_a_fresh_clone_is_rebuilt_unless_no_key_has_a_time(machine: Machine, keys: str, builds: int) -> None:
    project = machine.place / "project"
    requirements = machine.place / "requirements.txt"
    requirements.write_text(f"demo @ {project.as_uri()}\n")
    _checkout(project, keys)
    assert machine.job("-r", str(requirements)) == 1
    assert machine.job("-r", str(requirements)) == 0
    machine.uv("cache", "prune", "--ci")
    assert machine.job("-r", str(requirements)) == 0
    _checkout(project, keys)
    assert machine.job("-r", str(requirements)) == builds

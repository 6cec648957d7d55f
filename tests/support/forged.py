"""An installation made by hand: an environment and a dist-info that look as uv leaves them, without any build."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from cachekeys.freshness.installation import Installation, examine
from cachekeys.freshness.rows import row_of
from cachekeys.pipeline import analyse
from cachekeys.project import Project
from cachekeys.record.payload import build, to_bytes
from cachekeys.uv.cacheinfo import compute
from cachekeys.uv.environment import locate
from cachekeys.uv.keys import read_watch_set

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Forged", "forge"]


class Forged:
    """A project in *root* that is installed, editable, in the environment *venv*; ``info`` is its dist-info."""

    def __init__(self, root: Path, venv: Path, environ: Mapping[str, str]) -> None:
        self.root = root
        self.venv = venv
        self.environ = dict(environ)
        project = Project(root)
        site = venv / ("Lib" if os.name == "nt" else "lib/python3.11") / "site-packages"
        name = (project.name or "demo").replace("-", "_")
        self.info = site / f"{name}-1.0.dist-info"
        self.info.mkdir(parents=True)
        (venv / "pyvenv.cfg").write_text("home = /usr/bin\nuv = 0.13.8\nversion_info = 3.11.7\n")
        now = compute(str(root), read_watch_set(project.pyproject).keys, self.environ)
        files: dict[str, bytes] = {
            "INSTALLER": b"uv",
            "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
            "WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            "direct_url.json": json.dumps({"url": root.as_uri(), "dir_info": {"editable": True}}).encode(),
            "uv_build.json": b"{}",
            "uv_cache.json": now.to_json().encode(),
            "cachekeys.json": to_bytes(build(analyse(project, environ=self.environ, mode="editable"))),
        }
        rows = [row_of(f"{self.info.name}/{file}", content) for file, content in files.items()]
        files["RECORD"] = "".join(f"{row}\n" for row in [*rows, f"{self.info.name}/RECORD,,"]).encode()
        for file, content in files.items():
            (self.info / file).write_bytes(content)

    def installation(self, **environ: str) -> Installation:
        """Look at it afresh."""
        return examine(Project(self.root), locate(str(self.venv)), {**self.environ, **environ})

    def edit(self, name: str, **changes: Any) -> None:
        """Change members of a JSON file in the dist-info."""
        path = self.info / name
        path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))

    def contents(self) -> dict[str, bytes]:
        """Return every file of the dist-info."""
        return {path.name: path.read_bytes() for path in self.info.iterdir()}


def forge(root: Path, environ: Mapping[str, str] | None = None, *, name: str = "venv") -> Forged:
    """Install the project in *root* into an environment beside it."""
    return Forged(root, root.parent / name, environ or {})

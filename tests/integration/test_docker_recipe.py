"""The recipe of docs/docker.md (astral-sh/uv#9191), without Docker: a copy moves every time, as an image's layers do.

A project and the environment in it are copied away and back. uv wants to build again; ``cachekeys refresh`` lets it see that
nothing has changed, and uv then confirms it, offline, with a warm cache and with an empty one.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.builds import BuildEnvironment, set_keys, watching

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.uv, pytest.mark.build]

FIXTURES = ("hatch-plain", "setuptools-plain", "c-extension")
KEYS = (
    '{ file = "pyproject.toml" }',
    '{ file = "src/**" }',
    '{ file = "setup.py" }',
    '{ dir = "src" }',
    '{ env = "CC" }',
)
SYNC = ("uv", "sync", "--inexact", "--no-build-isolation", "--offline")
"""``--inexact``: the environment also holds what makes the offline build possible."""


class Image:
    """A project with an environment in it, as an image would hold them."""

    def __init__(self, project: Path, environment: BuildEnvironment) -> None:
        self.project = project
        self.environment = environment

    def sync(self, *options: str, check: bool = True) -> tuple[int, str]:
        ran = self.environment.run(*SYNC, *options, cwd=self.project, check=check)
        return ran.code, ran.output

    def is_fresh(self) -> bool:
        """What uv says itself."""
        code, output = self.sync("--check", check=False)
        assert code == 0 or "The environment is outdated" in output, output
        return code == 0

    def cachekeys(self, *arguments: str) -> tuple[int, str]:
        ran = self.environment.run("python", "-m", "cachekeys", *arguments, cwd=self.project, check=False)
        return ran.code, ran.output

    def copy(self) -> None:
        """Do what COPY and a new layer do: all content stays, all times move."""
        elsewhere = self.project.with_name("elsewhere")
        for source, target in ((self.project, elsewhere), (elsewhere, self.project)):
            subprocess.run(["cp", "-a", source, target], check=True)
            shutil.rmtree(source)


@pytest.fixture(params=FIXTURES)
def image(
    request: pytest.FixtureRequest, copy_fixture: Callable[[str, str], Path], build_environment: BuildEnvironment
) -> Image:
    project = copy_fixture(request.param, "project")
    set_keys(project, *KEYS)
    watching(project, "[tool.cachekeys]")
    return Image(project, build_environment.layer(project / ".venv"))


def test_the_recipe(image: Image) -> None:
    image.sync()
    assert image.is_fresh()
    assert image.cachekeys("verify")[0] == 0

    image.copy()
    assert not image.is_fresh()
    code, output = image.cachekeys("explain")
    assert code == 1
    assert "rebuild" in output

    code, output = image.cachekeys("refresh")
    assert code == 0, output
    assert "is fresh: nothing but times has changed" in output
    assert image.is_fresh()
    assert image.cachekeys("explain")[0] == 0
    shutil.rmtree(f"{image.environment.place}-uv-cache")
    ran = image.environment.run("uv", "run", *SYNC[2:], "python", "-c", "print('started')", cwd=image.project)
    assert "started" in ran.output
    assert "Built" not in ran.output
    assert "Installed" not in ran.output

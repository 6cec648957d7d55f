"""What a user does: name us in ``build-system.requires`` and build, with the isolation that pip, build and uv use by default."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.builds import STANDARD, git_init
from support.wheels import check, read_dist_info

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.builds import BuildEnvironment

pytestmark = [pytest.mark.build, pytest.mark.network]

NAMES = {"hatch-vcs": "hatch-vcs-demo", "setuptools-scm": "scm-demo"}
every_project = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def project(name: str, copy_fixture: Callable[[str], Path]) -> Path:
    path = copy_fixture(name)
    git_init(path, "v1.5")
    return path


def version_of(own_wheel: Path) -> str:
    return own_wheel.name.split("-")[1]


@every_project
@pytest.mark.parametrize("front_end", STANDARD)
def test_isolated_build(
    *, front_end: str, project: Path, own_wheel: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command: list[object] = {
        "pip": ["python", "-m", "pip", "wheel", "--no-deps", "-w", out, project],
        "build": ["python", "-m", "build", "--outdir", out, project],
        "uv": ["uv", "build", "--python", build_environment.python, "-o", out, project],
    }[front_end]
    run = build_environment.run(*command, wheelhouse=own_wheel.parent)
    assert run.output.count("CK101 scm-version-uncovered") == 1
    assert "{ git = { commit = true, tags = true } }" in run.output
    (wheel,) = out.glob("*.whl")
    check(wheel)
    record = json.loads(read_dist_info(wheel, "cachekeys.json"))
    assert record["generator"] == {"name": "cachekeys", "version": version_of(own_wheel)}
    assert "-1.5-" in wheel.name


@every_project
@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_isolated_editable_install(
    *,
    name: str,
    installer: str,
    project: Path,
    own_wheel: Path,
    build_environment: BuildEnvironment,
    tmp_path: Path,
) -> None:
    environment = build_environment.layer(tmp_path / "environment")
    command: list[object] = {
        "pip": ["python", "-m", "pip", "install", "--no-deps", "-e", project],
        "uv": ["uv", "pip", "install", "--python", environment.python, "--no-deps", "-e", project],
    }[installer]
    environment.run(*command, wheelhouse=own_wheel.parent)
    record = json.loads((environment.dist_info(NAMES[name]) / "cachekeys.json").read_bytes())
    assert record["mode"] == "editable"
    assert record["generator"]["version"] == version_of(own_wheel)

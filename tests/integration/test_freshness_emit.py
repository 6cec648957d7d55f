"""``emit-uv-cache = "editable"``: after ``pip install -e .`` the real uv neither builds nor installs again, until a key changes."""

from __future__ import annotations

import json
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from support.builds import EDITABLE, STANDARD, BuildEnvironment, set_keys, watching
from support.wheels import check

from cachekeys.project import Project
from cachekeys.uv.cachefile import parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.uv, pytest.mark.build]

EMIT = '[tool.cachekeys]\nemit-uv-cache = "editable"'
PROJECTS = {
    "hatch-plain": "hatchling.build",
    "setuptools-plain": "setuptools.build_meta",
    "c-extension": "setuptools.build_meta",
}
SYNC = ("uv", "sync", "--inexact", "--no-build-isolation")
KEYS = ('{ file = "pyproject.toml" }', '{ file = "src/**" }', '{ dir = "src" }', '{ env = "DEMO_MODE" }')


@pytest.fixture(params=PROJECTS)
def project(request: pytest.FixtureRequest, copy_fixture: Callable[[str], Path]) -> Path:
    root = copy_fixture(request.param)
    set_keys(root, *KEYS)
    watching(root, EMIT)
    return root


def name_of(project: Path) -> str:
    name = Project(project).name
    assert name
    return name


def backend_of(project: Path) -> str:
    return Project(project).build_backend


def editable_wheel(environment: BuildEnvironment, project: Path, out: Path, **environ: str) -> Path:
    environment.build_editable(project, out, backend_of(project), environ=environ)
    (wheel,) = out.glob("*.whl")
    check(wheel)  # RECORD lists every file with the right hash
    return wheel


def member(wheel: Path) -> bytes | None:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith("/uv_cache.json")]
        assert all(re.fullmatch(r"[^/]+\.dist-info/uv_cache\.json", name) for name in names)
        return archive.read(names[0]) if names else None


def test_pip_then_uv(project: Path, build_environment: BuildEnvironment) -> None:
    environment = build_environment.layer(project / ".venv")
    environment.install_editable("pip", project)
    parse((environment.dist_info(name_of(project)) / "uv_cache.json").read_bytes())
    assert environment.run(*SYNC, "--check", cwd=project, check=False).code == 0
    ran = environment.run("uv", "run", *SYNC[2:], "python", "-c", "print('started')", cwd=project)
    assert "started" in ran.output
    assert "Built" not in ran.output
    assert "Installed" not in ran.output
    assert (environment.dist_info(name_of(project)) / "INSTALLER").read_text().strip() == "pip"
    assert environment.run("python", "-m", "cachekeys", "explain", cwd=project).code == 0

    assert environment.run(*SYNC, "--check", cwd=project, environ={"DEMO_MODE": "fast"}, check=False).code == 1
    key = next(path for path in sorted((project / "src").rglob("*")) if path.is_file())
    key.write_text(key.read_text() + "\n")
    ran = environment.run(*SYNC, cwd=project)
    assert "Built" in ran.output
    assert (environment.dist_info(name_of(project)) / "INSTALLER").read_text().strip() == "uv"
    assert environment.run(*SYNC, "--check", cwd=project, check=False).code == 0


def test_only_on_request(
    copy_fixture: Callable[..., Path], build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    for name in PROJECTS:
        root = copy_fixture(name, name)
        watching(root, "[tool.cachekeys]\nemit-uv-cache = false")
        assert member(editable_wheel(build_environment, root, tmp_path / f"out-{name}")) is None


@pytest.mark.parametrize("front_end", STANDARD)
def test_never_in_a_standard_wheel(
    project: Path, front_end: str, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    """Not even after an editable build has left its traces in the tree."""
    assert member(editable_wheel(build_environment, project, tmp_path / "editable", DEMO_MODE="s3cret")) is not None
    assert not list(project.rglob("uv_cache.json"))
    build_environment.build(front_end, project, tmp_path / "standard", environ={"DEMO_MODE": "s3cret"})
    (wheel,) = (tmp_path / "standard").glob("*.whl")
    assert member(wheel) is None
    assert b"s3cret" not in wheel.read_bytes()


def test_never_in_an_sdist(project: Path, build_environment: BuildEnvironment, tmp_path: Path) -> None:
    editable_wheel(build_environment, project, tmp_path / "editable")
    build_environment.run("python", "-m", "build", "--sdist", "--no-isolation", "--outdir", tmp_path, project)
    (sdist,) = tmp_path.glob("*.tar.gz")
    listed = build_environment.run("python", "-m", "tarfile", "-l", sdist).output
    assert "pyproject.toml" in listed
    assert "uv_cache" not in listed


def test_values_are_announced_once(project: Path, build_environment: BuildEnvironment, tmp_path: Path) -> None:
    ran = build_environment.build_editable(
        project, tmp_path, backend_of(project), environ={"DEMO_MODE": "s3cret", "PYTHONWARNINGS": "always"}
    )
    assert ran.output.count("holds the values of DEMO_MODE in clear text") == 1
    assert "s3cret" not in ran.output
    (wheel,) = tmp_path.glob("*.whl")
    content = member(wheel)
    assert content is not None
    assert json.loads(content)["env"] == {"DEMO_MODE": "s3cret"}


@pytest.mark.parametrize("mode", [None, ""])
def test_nothing_to_announce(
    project: Path, build_environment: BuildEnvironment, tmp_path: Path, mode: str | None
) -> None:
    environ = {} if mode is None else {"DEMO_MODE": mode}
    ran = build_environment.build_editable(project, tmp_path, backend_of(project), environ=environ)
    assert "in clear text" not in ran.output
    (wheel,) = tmp_path.glob("*.whl")
    content = member(wheel)
    assert content is not None
    assert parse(content).env == {"DEMO_MODE": mode}


def test_keys_that_uv_refuses(
    copy_fixture: Callable[..., Path], build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    for name, backend in PROJECTS.items():
        root = copy_fixture(name, name)
        set_keys(root, "{ tag = true }")
        watching(root, EMIT)
        ran = build_environment.build_editable(root, tmp_path / f"out-{name}", backend)
        (wheel,) = (tmp_path / f"out-{name}").glob("*.whl")
        assert member(wheel) is None
        assert "puts no uv_cache.json into the wheel" in ran.output


@pytest.mark.parametrize("front_end", [name for name in EDITABLE if name != "hooks"])
def test_uninstalls_cleanly(project: Path, build_environment: BuildEnvironment, front_end: str) -> None:
    """Also after uv has put its own file over the one from the wheel, and left two rows in RECORD."""
    environment = build_environment.layer(project / ".venv")
    environment.install_editable(front_end, project)
    info = environment.dist_info(name_of(project))
    parse((info / "uv_cache.json").read_bytes())
    environment.run("python", "-m", "cachekeys", "refresh", cwd=project)
    assert (info / "RECORD").read_text().count("/uv_cache.json,") == 1
    environment.run("python", "-m", "pip", "uninstall", "-y", name_of(project))
    assert not info.exists()

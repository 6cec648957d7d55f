"""Projects that never heard of us, built in an environment that has us: no trace in the build, and no cost worth a name."""

from __future__ import annotations

import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from support.builds import STANDARD
from support.wheels import check

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from support.builds import BuildEnvironment

    MakeProject = Callable[[Mapping[str, str | bytes]], Path]

pytestmark = pytest.mark.build

SETUP_PY = {"setup.py": "from setuptools import setup\nsetup(name='foreign', version='1.0', packages=['foreign'])\n"}
SETUPTOOLS = {
    "pyproject.toml": """
        [build-system]
        requires = ["setuptools"]
        build-backend = "setuptools.build_meta"

        [project]
        name = "foreign"
        version = "1.0"

        [tool.setuptools]
        packages = ["foreign"]
        """
}
HATCHLING = {
    "pyproject.toml": """
        [build-system]
        requires = ["hatchling"]
        build-backend = "hatchling.build"

        [project]
        name = "foreign"
        version = "1.0"

        [tool.hatch.build.targets.wheel]
        packages = ["foreign"]
        """
}
HATCHLING_WITH_A_PLUGIN = {  # hatchling then imports the hooks of every installed plugin
    "pyproject.toml": HATCHLING["pyproject.toml"]
    + """
        [tool.hatch.build.hooks.vcs]
        version-file = "foreign/_version.py"
        """
}
PROJECTS = {"setup.py": SETUP_PY, "setuptools": SETUPTOOLS, "hatchling": HATCHLING, "plugin": HATCHLING_WITH_A_PLUGIN}
BACKENDS = {
    "setup.py": "setuptools.build_meta:__legacy__",
    "setuptools": "setuptools.build_meta",
    "hatchling": "hatchling.build",
    "plugin": "hatchling.build",
}
SOURCE = {"foreign/__init__.py": "x = 1\n", "requirements.txt": "packaging\n"}
EPOCH = {"SOURCE_DATE_EPOCH": "1700000000", "SETUPTOOLS_SCM_PRETEND_VERSION": "1.0"}
GLUE = {
    "setup.py": {"setuptools_cachekeys", "setuptools_cachekeys.writers"},
    "setuptools": {"setuptools_cachekeys", "setuptools_cachekeys.writers"},
    "hatchling": set[str](),
    "plugin": {"hatch_cachekeys", "hatch_cachekeys.hooks", "hatch_cachekeys.plugin"},
}
"""All that a build may import of us. hatchling asks every plugin for its hooks as soon as one is not built in."""

BUILD = """
import importlib, sys
backend, hook, out = sys.argv[1:]
module, _, instance = backend.partition(":")
backend = importlib.import_module(module)
getattr(getattr(backend, instance) if instance else backend, hook)(out)
print("MODULES", *sorted(sys.modules))
"""

every_project = pytest.mark.parametrize("kind", PROJECTS)


@pytest.fixture
def project(kind: str, make_project: MakeProject) -> Path:
    return make_project({**PROJECTS[kind], **SOURCE})


def _modules(environment: BuildEnvironment, *command: object, cwd: Path) -> set[str]:
    output = environment.run("python", "-c", *command, cwd=cwd, environ=EPOCH).output
    (line,) = (line for line in output.splitlines() if line.startswith("MODULES"))
    return set(line.split()[1:])


@every_project
@pytest.mark.parametrize("front_end", STANDARD)
def test_no_trace_in_a_wheel(
    *,
    front_end: str,
    project: Path,
    build_environment: BuildEnvironment,
    environment_without_us: BuildEnvironment,
    tmp_path: Path,
) -> None:
    wheels: list[bytes] = []
    for environment in (environment_without_us, build_environment):
        out = tmp_path / f"out{len(wheels)}"
        run = environment.build(front_end, project, out, environ=EPOCH)
        assert "cachekeys" not in run.output.lower().replace(str(tmp_path).lower(), "")
        (wheel,) = out.glob("*.whl")
        check(wheel)
        wheels.append(wheel.read_bytes())
    assert wheels[0] == wheels[1]
    assert list(project.rglob("*cachekeys*")) == []


@every_project
@pytest.mark.parametrize("hook", ["build_wheel", "build_editable", "build_sdist"])
def test_what_is_imported(
    *,
    kind: str,
    hook: str,
    project: Path,
    build_environment: BuildEnvironment,
    environment_without_us: BuildEnvironment,
    tmp_path: Path,
) -> None:
    imported = []
    for number, environment in enumerate((environment_without_us, build_environment)):
        out = tmp_path / str(number)
        out.mkdir()
        imported.append(_modules(environment, BUILD, BACKENDS[kind], hook, out, cwd=project))
    assert imported[1] - imported[0] == GLUE[kind]
    assert imported[0] - imported[1] == set()


@pytest.mark.parametrize("module", ["setuptools", "setuptools.build_meta", "hatchling", "hatchling.build"])
def test_importing_a_back_end_imports_nothing_of_us(
    module: str, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    modules = _modules(build_environment, f"import sys, {module}; print('MODULES', *sys.modules)", cwd=tmp_path)
    assert [name for name in modules if "cachekeys" in name] == []


def test_our_name_alone_is_no_wish(
    make_project: MakeProject, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    keywords = 'version = "1.0"\n        keywords = ["cachekeys", "uv"]'
    text = SETUPTOOLS["pyproject.toml"].replace('version = "1.0"', keywords)
    project = make_project({"pyproject.toml": text, **SOURCE})
    build_environment.run(
        "uv", "build", "--no-build-isolation", "-p", build_environment.python, "-o", tmp_path / "out", project
    )
    (wheel,), (sdist,) = (tmp_path / "out").glob("*.whl"), (tmp_path / "out").glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive, tarfile.open(sdist) as source:
        assert [name for name in [*archive.namelist(), *source.getnames()] if "cachekeys" in name] == []


def test_a_record_left_behind_does_not_outlive_the_wish(
    make_project: MakeProject, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    wish = "\n        [tool.cachekeys]\n"
    project = make_project({"pyproject.toml": SETUPTOOLS["pyproject.toml"] + wish, **SOURCE})
    build_environment.build("uv", project, tmp_path / "with")
    assert (project / "foreign.egg-info" / "cachekeys.json").is_file()
    make_project({"pyproject.toml": SETUPTOOLS["pyproject.toml"]})
    build_environment.build("uv", project, tmp_path / "without")
    (wheel,) = (tmp_path / "without").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert [name for name in archive.namelist() if "cachekeys" in name] == []
    assert not (project / "foreign.egg-info" / "cachekeys.json").exists()

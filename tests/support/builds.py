"""Real builds, offline and fast: an environment that has our built wheel and the back ends of the environment that runs the tests.

A build environment is a virtual environment that sees the test runner's ``site-packages`` through a ``.pth`` file, so
the versions of hatchling and setuptools are those that tox put there, and nothing is downloaded. Our own wheel is built
once per session and installed on top, lest the builds import the checkout.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "EDITABLE",
    "STANDARD",
    "BuildEnvironment",
    "Run",
    "build_environment",
    "environment_without_us",
    "git",
    "git_init",
    "own_wheel",
    "set_keys",
    "watching",
]

ROOT = Path(__file__).resolve().parents[2]
STANDARD = ("pip", "build", "uv")
"""Front ends that make a standard wheel."""
EDITABLE = ("pip", "uv", "hooks")
"""Front ends that make an editable one; ``hooks`` calls ``build_editable`` itself, as PEP 660 says."""

_EDITABLE_HOOK = """
import sys
from pyproject_hooks import BuildBackendHookCaller
project, backend, out = sys.argv[1:]
BuildBackendHookCaller(project, backend).build_editable(out)
"""


class Run(NamedTuple):
    """A finished command: exit code, and all that it printed."""

    code: int
    output: str


class BuildEnvironment:
    """A virtual environment in *place*; *sees* lists the ``site-packages`` of the environments that it builds on."""

    def __init__(self, place: Path, sees: Iterable[str | Path] = ()) -> None:
        self.place = place
        subprocess.run(
            [_uv(), "venv", "--quiet", "--no-project", "--python", sys.executable, str(place)],
            check=True,
            env=self.environ(),
        )
        self.python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.site = next(place.glob("[Ll]ib/**/site-packages"))
        self.sees = [str(path) for path in sees]
        (self.site / "_sees.pth").write_text("\n".join(self.sees) + "\n", encoding="utf-8")

    def layer(self, place: Path) -> BuildEnvironment:
        """Return a fresh environment that sees this one: to install into without leaving traces here."""
        return BuildEnvironment(place, [self.site, *self.sees])

    def environ(self, extra: Mapping[str, str] | None = None, *, wheelhouse: Path | None = None) -> dict[str, str]:
        """Return what commands run with: nothing of the caller's settings, no network, a uv cache of its own.

        :param wheelhouse: let pip and uv look there, and then in the registry that the caller has configured.
        """
        ours = ("PYTHON", "VIRTUAL_ENV", "SETUPTOOLS_", "HATCH_", "SOURCE_DATE_EPOCH", "COVERAGE_", "COV_")
        settings = ("PIP_", "UV_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        if wheelhouse is None:
            kept = {name: value for name, value in kept.items() if not name.startswith(settings)}
            kept |= {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "UV_OFFLINE": "1", "UV_NO_CONFIG": "1"}
        else:
            kept |= {
                "PIP_FIND_LINKS": f"{wheelhouse} {kept.get('PIP_FIND_LINKS', '')}",
                "UV_FIND_LINKS": str(wheelhouse),
            }
        return {
            **kept,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "UV_CACHE_DIR": f"{self.place}-uv-cache",
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_LINK_MODE": "copy",
            "NO_COLOR": "1",
            **(extra or {}),
        }

    def run(
        self,
        *command: object,
        cwd: str | Path | None = None,
        environ: Mapping[str, str] | None = None,
        wheelhouse: Path | None = None,
        check: bool = True,
    ) -> Run:
        """Run *command* (``python`` and ``uv`` stand for this environment's)."""
        programs = {"python": str(self.python), "uv": _uv()}
        done = subprocess.run(
            [programs.get(str(command[0]), str(command[0])), *map(str, command[1:])],
            cwd=cwd or self.place,
            env=self.environ(environ, wheelhouse=wheelhouse),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=300,
            check=False,
        )
        if check:
            assert done.returncode == 0, done.stdout
        return Run(done.returncode, done.stdout)

    # -- builds ------------------------------------------------------------------------------------------------------

    def build(
        self,
        front_end: str,
        project: Path,
        out: Path,
        *options: str,
        environ: Mapping[str, str] | None = None,
        check: bool = True,
    ) -> Run:
        """Make a standard wheel of *project* in *out*, with one of :data:`STANDARD`."""
        commands: dict[str, list[str | Path]] = {
            "pip": ["python", "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", out, project],
            "build": ["python", "-m", "build", "--wheel", "--no-isolation", "--outdir", out, project],
            "uv": ["uv", "build", "--wheel", "--no-build-isolation", "--python", self.python, "-o", out, project],
        }
        return self.run(*commands[front_end], *options, environ=environ, check=check)

    def install_editable(
        self, front_end: str, project: Path, *, environ: Mapping[str, str] | None = None, check: bool = True
    ) -> Run:
        """Install *project* here, editable, with pip or uv."""
        commands: dict[str, list[str | Path]] = {
            "pip": ["python", "-m", "pip", "install", "--no-deps", "--no-build-isolation", "-e", project],
            "uv": ["uv", "pip", "install", "--python", self.python, "--no-deps", "--no-build-isolation", "-e", project],
        }
        return self.run(*commands[front_end], environ=environ, check=check)

    def build_editable(
        self, project: Path, out: Path, backend: str, *, environ: Mapping[str, str] | None = None, check: bool = True
    ) -> Run:
        """Make an editable wheel by calling the back end's hook alone (:pep:`660`)."""
        return self.run("python", "-c", _EDITABLE_HOOK, project, backend, out, environ=environ, check=check)

    def dist_info(self, name: str) -> Path:
        """Return the dist-info directory of a distribution installed here."""
        (found,) = self.site.glob(f"{name.replace('-', '_')}-*.dist-info")
        return found


def git(project: Path, *arguments: str) -> str:
    """Run git in *project* with a fixed identity and date, and nothing of the user's configuration."""
    return subprocess.run(
        ["git", *arguments],
        cwd=project,
        env={
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "test" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
            "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z",
            "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z",
        },
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def git_init(project: Path, tag: str | None = None) -> None:
    """Make *project* a repository with one commit, tagged *tag*."""
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "-m", "one")
    if tag:
        git(project, "tag", tag)


def set_keys(project: Path, *keys: str) -> None:
    """Declare cache keys, each given as TOML (``{ file = "setup.py" }``), in front of the project's other tables."""
    path = project / "pyproject.toml"
    table = "[tool.uv]\ncache-keys = [\n" + "".join(f"    {key},\n" for key in keys) + "]\n\n"
    path.write_text(table + path.read_text(encoding="utf-8"), encoding="utf-8")


def watching(project: Path, table: str) -> None:
    """Append a TOML *table* to the project's pyproject.toml."""
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{table}\n")


@pytest.fixture(scope="session")
def own_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own wheel, built from a copy of the checkout (a build writes into the tree, and others may be editing it)."""
    place = tmp_path_factory.mktemp("own")
    source = place / "source"
    for name in ("cachekeys", "hatch_cachekeys", "setuptools_cachekeys"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "_version.py"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "hatch_build.py"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, source / name)
    # The copy is importable there, since the runner's entry points may name our packages.
    BuildEnvironment(place / "environment", [source, *_runner()]).build("uv", source, place / "wheelhouse")
    (wheel,) = (place / "wheelhouse").glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def environment_without_us(tmp_path_factory: pytest.TempPathFactory) -> BuildEnvironment:
    """The same back ends in an environment that does not have cachekeys."""
    place = tmp_path_factory.mktemp("without")
    (place / "site").mkdir()
    for path in map(Path, _runner()):
        for entry in path.iterdir():
            if "cachekeys" not in entry.name and not (place / "site" / entry.name).exists():
                (place / "site" / entry.name).symlink_to(entry)
    return BuildEnvironment(place / "environment", [place / "site"])


@pytest.fixture(scope="session")
def build_environment(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> BuildEnvironment:
    """An environment with our wheel and the back ends that the test runner has."""
    environment = BuildEnvironment(tmp_path_factory.mktemp("session") / "environment", _runner())
    if _is_editable("cachekeys"):  # otherwise the runner has our wheel, and the environment sees that
        wheel: Path = request.getfixturevalue("own_wheel")
        environment.run("uv", "pip", "install", "--python", environment.python, "--no-deps", wheel)
    return environment


def _runner() -> list[str]:
    return sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})


def _is_editable(name: str) -> bool:
    try:
        text = distribution(name).read_text("direct_url.json")
    except PackageNotFoundError:
        return True
    return text is not None and bool(json.loads(text).get("dir_info", {}).get("editable"))


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.is_file() else shutil.which("uv")
    assert found, "these tests need uv"
    return found

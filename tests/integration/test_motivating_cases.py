"""The cases that made this project: what we say about each, and whether the real uv then notices a change.

For each case: without the key the linter and the plugin warn, and uv keeps a stale install; with it both are silent, and
uv rebuilds after the change and leaves everything alone when nothing changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from support.builds import git, git_init, set_keys

import cachekeys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from support.builds import BuildEnvironment

pytestmark = [pytest.mark.build, pytest.mark.uv]

PYPROJECT = '{ file = "pyproject.toml" }'
SETUP_PY = '{ file = "setup.py" }'
SRC = '{ dir = "src" }'
COMMIT = "{ git = { commit = true } }"
COMMIT_AND_TAGS = "{ git = { commit = true, tags = true } }"


def commit(project: Path) -> None:
    git(project, "commit", "--quiet", "--allow-empty", "-m", "another")


def tag(project: Path) -> None:
    git(project, "tag", "v2.0")


def require(file: str) -> Callable[[Path], None]:
    def append(project: Path) -> None:
        with (project / file).open("a", encoding="utf-8") as stream:
            stream.write("idna\n")

    return append


def odoo_dependency(project: Path) -> None:
    path = project / "odoo" / "addons" / "demo_loans" / "__manifest__.py"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"queue_job"', '"queue_job", "base_rest"'), encoding="utf-8"
    )


def nothing(_: Path) -> None:
    """The environment changes instead."""


def repository(project: Path) -> None:
    """Tag a commit and put another one on top: two tags on the same commit would be ambiguous."""
    git_init(project, "v1.0")
    commit(project)


@dataclass(frozen=True)
class Case:
    """A project of ``fixtures/``, the change that uv has to notice, and the keys that are right.

    ``keys`` are the keys that belong to the project anyway, ``missing`` those that the case is about;
    ``code`` is the rule that asks for them. The field ``shows`` of the installed metadata tells whether uv noticed.
    """

    fixture: str
    name: str
    change: Callable[[Path], None]
    missing: tuple[str, ...]
    code: str
    shows: str
    keys: tuple[str, ...] = (PYPROJECT, SRC)
    environ: Mapping[str, str] = field(default_factory=dict)


CASES = {
    "setuptools-scm: commit": Case("setuptools-scm", "scm-demo", commit, (COMMIT_AND_TAGS,), "CK101", "Version"),
    "setuptools-scm: tag": Case("setuptools-scm", "scm-demo", tag, (COMMIT_AND_TAGS,), "CK101", "Version"),
    "hatch-vcs: commit": Case("hatch-vcs", "hatch-vcs-demo", commit, (COMMIT_AND_TAGS,), "CK101", "Version"),
    "hatch-vcs: tag": Case("hatch-vcs", "hatch-vcs-demo", tag, (COMMIT_AND_TAGS,), "CK101", "Version"),
    "setuptools: requirements.txt": Case(
        "setuptools-requirements",
        "setuptools-requirements",
        require("requirements.txt"),
        ('{ file = "requirements.txt" }',),
        "CK104",
        "Requires-Dist",
    ),
    "hatch-requirements-txt: requirements.txt": Case(
        "hatch-requirements",
        "hatch-requirements",
        require("requirements.txt"),
        ('{ file = "requirements.txt" }', '{ file = "requirements/server.txt" }'),
        "CK104",
        "Requires-Dist",
    ),
    "hatch-requirements-txt: an extra's file": Case(
        "hatch-requirements",
        "hatch-requirements",
        require("requirements/server.txt"),
        ('{ file = "requirements.txt" }', '{ file = "requirements/**/*.txt" }'),
        "CK104",
        "Requires-Dist",
    ),
    "Odoo: a manifest": Case(
        "hatch-odoo",
        "odoo-demo",
        odoo_dependency,
        ('{ file = "odoo/addons/*/__manifest__.py" }',),
        "CK105",
        "Requires-Dist",
        keys=(PYPROJECT,),
    ),
    "an environment variable": Case(
        "setuptools-environment",
        "setuptools-environment",
        nothing,
        ('{ env = "DEMO_TARGET_DEVICE" }',),
        "CK109",
        "Version",
        keys=(PYPROJECT, SETUP_PY),
        environ={"DEMO_TARGET_DEVICE": "cuda"},
    ),
}


class Installed:
    """A project that uv installs, editable, into an environment of its own."""

    def __init__(self, session: BuildEnvironment, project: Path, name: str, place: Path) -> None:
        self.environment = session.layer(place / "environment")
        self.project = project
        self.name = name
        # uv always rebuilds what is named on its command line; from a file it asks whether it is fresh.
        self.requirements = place / "requirements.txt"
        self.requirements.write_text(f"-e {project}\n", encoding="utf-8")

    def install(self, environ: Mapping[str, str] | None = None) -> bool:
        """Let uv bring the installation up to date, and tell whether it built."""
        run = self.environment.run(
            *("uv", "pip", "install", "--python", self.environment.python, "--no-deps", "--no-build-isolation"),
            *("-r", self.requirements),
            cwd=self.project,
            environ=environ,
        )
        return "Built " in run.output

    def sync(self, environ: Mapping[str, str] | None = None) -> bool:
        """The same with ``uv sync``, which needs a project without dependencies here, where there is no network."""
        run = self.environment.run(
            *("uv", "sync", "--no-build-isolation", "--no-dev"),
            cwd=self.project,
            environ={"UV_PROJECT_ENVIRONMENT": str(self.environment.place), "UV_NO_CONFIG": "0", **(environ or {})},
        )
        return "Built " in run.output

    def metadata(self, name: str) -> list[str]:
        """Return the values of a field of the installed METADATA."""
        lines = (self.environment.dist_info(self.name) / "METADATA").read_text(encoding="utf-8").splitlines()
        return [line.partition(": ")[2] for line in lines if line.startswith(f"{name}: ")]


def lint(project: Path) -> set[str]:
    """Return what the linter would fail with."""
    return {finding.code for finding in cachekeys.check(project) if finding.severity != "info"}


def plugin_warns(session: BuildEnvironment, project: Path, place: Path) -> set[str]:
    """Return what a build warns of."""
    return set(re.findall(r"CacheKeysWarning: (CK\d+)", session.build("uv", project, place / "out").output))


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture
def project(case: Case, copy_fixture: Callable[[str], Path]) -> Path:
    return copy_fixture(case.fixture)


def test_without_the_key_we_warn_and_uv_keeps_a_stale_install(
    case: Case, project: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    set_keys(project, *case.keys)
    repository(project)
    assert case.code in lint(project)
    assert case.code in plugin_warns(build_environment, project, tmp_path)
    installed = Installed(build_environment, project, case.name, tmp_path)
    assert installed.install()
    before = installed.metadata(case.shows)
    case.change(project)
    assert not installed.install(case.environ)
    assert installed.metadata(case.shows) == before, "uv noticed: the case is none"


def test_with_the_key_we_are_silent_and_uv_notices(
    case: Case, project: Path, build_environment: BuildEnvironment, tmp_path: Path
) -> None:
    set_keys(project, *case.keys, *case.missing)
    repository(project)
    assert lint(project) == set()
    assert plugin_warns(build_environment, project, tmp_path) == set()
    installed = Installed(build_environment, project, case.name, tmp_path)
    assert installed.install()
    before = installed.metadata(case.shows)
    assert not installed.install(), "noise: nothing changed"
    case.change(project)
    assert installed.install(case.environ)
    assert installed.metadata(case.shows) != before
    assert not installed.install(case.environ), "noise: nothing changed since"


def test_the_defaults_warn_too(case: Case, project: Path, build_environment: BuildEnvironment, tmp_path: Path) -> None:
    repository(project)
    assert lint(project) == {case.code}
    assert plugin_warns(build_environment, project, tmp_path) == {case.code}


# -- uv sync ---------------------------------------------------------------------------------------------------------

scm_projects = pytest.mark.parametrize(
    ("fixture", "name"), [("setuptools-scm", "scm-demo"), ("hatch-vcs", "hatch-vcs-demo")]
)


@scm_projects
@pytest.mark.parametrize(
    ("keys", "codes", "notices_commit", "notices_tag"),
    [
        ((), {"CK101"}, False, False),
        ((PYPROJECT, SRC), {"CK101"}, False, False),
        ((PYPROJECT, SRC, COMMIT), {"CK102"}, True, False),
        ((PYPROJECT, SRC, "{ git = true }"), {"CK102"}, True, False),
        ((PYPROJECT, SRC, COMMIT_AND_TAGS), set[str](), True, True),
    ],
)
def test_uv_sync_and_a_version_from_git(
    *,
    fixture: str,
    name: str,
    keys: tuple[str, ...],
    codes: set[str],
    notices_commit: bool,
    notices_tag: bool,
    copy_fixture: Callable[[str], Path],
    build_environment: BuildEnvironment,
    tmp_path: Path,
) -> None:
    project = copy_fixture(fixture)
    if keys:
        set_keys(project, *keys)
    git_init(project, "v1.0")
    assert lint(project) == codes
    installed = Installed(build_environment, project, name, tmp_path)
    assert installed.sync()
    assert installed.metadata("Version") == ["1.0"]
    commit(project)
    assert installed.sync() is notices_commit
    assert installed.metadata("Version")[0].startswith("1.1.dev1" if notices_commit else "1.0")
    tag(project)
    assert installed.sync() is notices_tag
    assert (installed.metadata("Version") == ["2.0"]) is notices_tag
    assert not installed.sync(), "noise: nothing changed"


# -- reinstall-package -----------------------------------------------------------------------------------------------


@scm_projects
def test_reinstall_package_instead_of_a_key(
    fixture: str,
    name: str,
    copy_fixture: Callable[[str], Path],
    build_environment: BuildEnvironment,
    tmp_path: Path,
) -> None:
    """It does notice, at the price of a build on every command: a key is better, and we say so."""
    project = copy_fixture(fixture)
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[tool.uv]\nreinstall-package = ["{name}"]\n')
    repository(project)
    assert "CK304" in lint(project)
    installed = Installed(build_environment, project, name, tmp_path)
    assert installed.sync()
    tag(project)
    assert installed.sync()
    assert installed.metadata("Version") == ["2.0"]
    assert installed.sync(), "nothing changed, and it builds all the same"


UNKNOWABLE = {
    "pyproject.toml": """
        [build-system]
        requires = ["setuptools>=64", "cachekeys[setuptools]"]
        build-backend = "setuptools.build_meta"

        [project]
        name = "unknowable"
        dynamic = ["version"]
        requires-python = ">=3.10"

        [tool.uv]
        cache-keys = [{ file = "pyproject.toml" }, { file = "setup.py" }, { env = "DEMO_STATE" }]
        """,
    "setup.py": """
        import os

        from setuptools import setup

        with open(os.path.join(os.environ["DEMO_STATE"], "release")) as file:
            release = file.read().strip()

        setup(version=release, py_modules=[])
        """,
}


@pytest.mark.parametrize("hatch", [False, True], ids=["without", "with"])
def test_reinstall_package_as_the_escape_hatch(
    *,
    hatch: bool,
    make_project: Callable[[Mapping[str, str]], Path],
    build_environment: BuildEnvironment,
    tmp_path: Path,
) -> None:
    """What decides the version is known at run time only, and outside: no key can name it. Say so, and we are silent."""
    project = make_project(UNKNOWABLE)
    if hatch:
        with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
            file.write('reinstall-package = ["unknowable"]\n')
            file.write('[tool.cachekeys.ignore]\nCK304 = "the release is whatever DEMO_STATE holds at the moment"\n')
    state = tmp_path / "state"
    state.mkdir()
    (state / "release").write_text("1.0\n")
    environ = {"DEMO_STATE": str(state)}
    assert lint(project) == set()
    installed = Installed(build_environment, project, "unknowable", tmp_path)
    assert installed.sync(environ)
    (state / "release").write_text("2.0\n")
    assert installed.sync(environ) is hatch
    assert installed.metadata("Version") == ["2.0" if hatch else "1.0"]

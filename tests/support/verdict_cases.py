"""The verdict matrix: every way in which an installed project can be, or not be, what uv asks for.

Each case makes one situation for real - a project, installed by uv or pip, and then something happens to it. What the real uv
answers is read from ``--dry-run``: nothing to do, "Would install" (it has the wheel) or "Would download" (it would build).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from cachekeys.freshness.installation import examine
from cachekeys.freshness.verdict import judge, requests
from cachekeys.project import Project
from cachekeys.uv.environment import locate
from support.builds import git, git_init
from support.uv_rebuilds import UvProject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["CASES", "Case", "Situation", "row", "uv_says"]

How = Literal["uv sync", "uv sync --no-editable", "uv pip -e", "uv pip", "pip -e", "pip", "nothing"]


class Situation(UvProject):
    """A project that is installed in an environment beside it."""

    env: dict[str, str]

    def __init__(self, place: Path, case: Case) -> None:
        super().__init__(place, case.table, case.files)
        self.env = dict(case.environ)
        if case.git:
            git_init(self.root, "v1")
        self.install(case.how)

    @property
    def environ(self) -> dict[str, str]:
        """What uv, and we, run with."""
        return {**self._environ, **self.env}

    @property
    def venv(self) -> Path:
        return self.place / "venv"

    @property
    def info(self) -> Path:
        """The installed dist-info."""
        (found,) = self.venv.glob("lib/*/site-packages/demo-*.dist-info")
        return found

    def install(self, how: How) -> None:
        """Install the project as a user would."""
        if how.startswith("uv sync"):
            self.sync(*how.split()[2:], environ=self.env)
            return
        if not self.venv.exists():
            self.run("venv", "--quiet", str(self.venv))
        option = ["-e"] if how.endswith("-e") else []
        if how.startswith("uv pip"):
            self.run("pip", "install", "--python", str(self.venv), *option, ".")
        elif how.startswith("pip"):
            command = [sys.executable, "-m", "pip", "--python", str(self.venv), "install", "--no-index", "--no-deps"]
            subprocess.run(
                [*command, "--no-build-isolation", "-q", *option, "."],
                cwd=self.root,
                env={**self.environ, "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
                check=True,
            )

    def run(self, *arguments: str) -> str:
        """Run uv, which has to succeed."""
        answer = self.uv(*arguments, environ=self.env)
        assert answer.returncode == 0, answer.stderr
        return answer.stderr

    def add_table(self, text: str) -> None:
        """Change pyproject.toml behind uv's back: it must not be among the keys."""
        path = self.root / "pyproject.toml"
        path.write_text(path.read_text(encoding="utf-8") + f"\n{text}\n", encoding="utf-8")

    def edit(self, name: str, change: Callable[[Any], Any]) -> None:
        """Change a JSON file of the dist-info."""
        path = self.info / name
        path.write_text(json.dumps(change(json.loads(path.read_text()))))

    def build_elsewhere(self, *options: str) -> None:
        """Let uv build the present state into another environment, so that its cache of builds has it."""
        elsewhere = {**self.env, "UV_PROJECT_ENVIRONMENT": str(self.place / "elsewhere")}
        self.sync(*options, environ=elsewhere)


@dataclass(frozen=True)
class Case:
    """One row of the matrix. ``reason`` is the expected one, ``pip`` that of ``uv pip install -r`` where it is another."""

    name: str
    reason: str
    happens: Callable[[Situation], object] = lambda _: None
    how: How = "uv sync"
    table: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    git: bool = False
    pip: str | None = None


WATCH = '[tool.uv]\ncache-keys = ["watched.txt", "c/**/*.c"]'
WATCHED = {"watched.txt": "1", "c/a.c": "1", "c/b/b.c": "1", "other.txt": "1"}
UNWATCHED = '[tool.uv]\ncache-keys = ["watched.txt"]'
GIT = "[tool.uv]\ncache-keys = [{ git = { commit = true, tags = true } }]"
ENV = '[tool.uv]\ncache-keys = ["pyproject.toml", { env = "DEMO_MODE" }]'
EMPTY = "[tool.uv]\ncache-keys = []"


def setting(name: str, value: str) -> Callable[[Situation], None]:
    """Return a happening: an environment variable is set."""

    def happen(project: Situation) -> None:
        project.env[name] = value

    return happen


def touch(relative: str) -> Callable[[Situation], None]:
    """Return a happening: a file is written."""
    return lambda project: project.write(relative, "2")


def remove(relative: str) -> Callable[[Situation], None]:
    """Return a happening: a file or directory is gone."""

    def happen(project: Situation) -> None:
        path = project.root / relative
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return happen


def installed_file(name: str, content: bytes | None) -> Callable[[Situation], None]:
    """Return a happening: a file of the dist-info has this content, or is gone."""

    def happen(project: Situation) -> None:
        (project.info / name).unlink(missing_ok=True)  # it may be a hard link into uv's cache
        if content is not None:
            (project.info / name).write_bytes(content)

    return happen


def moved(project: Situation) -> None:
    project.root.rename(project.place / "moved")
    project.root = project.place / "moved"


def behind_a_link(project: Situation) -> None:
    project.root.rename(project.place / "moved")
    project.root.symlink_to(project.place / "moved")


def copied_away_and_back(project: Situation) -> None:
    subprocess.run(["cp", "-a", project.root, project.place / "copy"], check=True)
    shutil.rmtree(project.root)
    subprocess.run(["cp", "-a", project.place / "copy", project.root], check=True)


def installed_twice(project: Situation) -> None:
    shutil.copytree(project.info, project.info.with_name("demo-0.9.dist-info"))


def other_tags(project: Situation) -> None:
    text = (project.info / "WHEEL").read_text()
    installed_file("WHEEL", text.replace("py3-none-any", "cp27-cp27m-linux_x86_64").encode())(project)


def legacy(project: Situation) -> None:
    """Leave what an old ``setup.py install`` leaves."""
    site = project.info.parent
    shutil.rmtree(project.info)
    (site / "demo-1.0.egg-info").write_text("Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")


def user_settings(text: str) -> Callable[[Situation], None]:
    """Return a happening: the user's own uv.toml."""

    def happen(project: Situation) -> None:
        path = project.place / "config" / "uv" / "uv.toml"
        path.parent.mkdir(parents=True)
        path.write_text(text)
        project.env["XDG_CONFIG_HOME"] = str(project.place / "config")

    return happen


def cache_in_user_settings(project: Situation) -> None:
    shutil.rmtree(project.info)
    cache = project._environ.pop("UV_CACHE_DIR")
    user_settings(f'cache-dir = "{cache}"')(project)


def cache_in_home(project: Situation) -> None:
    shutil.rmtree(project.info)
    cache = project._environ.pop("UV_CACHE_DIR")
    project.env["XDG_CACHE_HOME"] = str(project.place / "home")
    (project.place / "home").mkdir()
    shutil.move(cache, project.place / "home" / "uv")


def another_is_broken(project: Situation) -> None:
    other = project.info.with_name("other-1.0.dist-info")
    shutil.copytree(project.info, other)
    (other / "METADATA").unlink()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
    (other / "uv_cache.json").unlink()
    (other / "uv_cache.json").write_bytes(b"")


def commit(project: Situation) -> None:
    project.write("other.txt", "3")
    git(project.root, "add", "-A")
    git(project.root, "commit", "-qm", "two")


def newer_version(project: Situation) -> None:
    path = project.root / "pyproject.toml"
    path.write_text(path.read_text().replace('version = "1.0"', 'version = "2.0"'))


def then(*happenings: Callable[[Situation], object]) -> Callable[[Situation], None]:
    """Return several happenings as one."""

    def happen(project: Situation) -> None:
        for each in happenings:
            each(project)

    return happen


def tool_uv(text: str, before: str = UNWATCHED) -> Callable[[Situation], None]:
    """Return a happening: ``[tool.uv]`` gets another line."""

    def happen(project: Situation) -> None:
        path = project.root / "pyproject.toml"
        path.write_text(path.read_text().replace(before, f"{before}\n{text}"))

    return happen


EDITABLE = "editable"
CASES: tuple[Case, ...] = (
    # -- how it was installed, and nothing happened
    Case("installed by uv sync", "unchanged"),
    Case("installed by uv sync --no-editable", "editable", how="uv sync --no-editable"),
    Case(
        "installed by uv sync --no-editable, and UV_NO_EDITABLE",
        "unchanged",
        setting("UV_NO_EDITABLE", "1"),
        how="uv sync --no-editable",
    ),
    Case(
        "installed by uv pip install, then UV_NO_EDITABLE",
        "editable",
        setting("UV_NO_EDITABLE", "1"),
        how="uv pip",
        pip="unchanged",
    ),
    Case("installed by uv sync, then UV_NO_EDITABLE", "editable", setting("UV_NO_EDITABLE", "1"), pip="unchanged"),
    Case("installed by uv pip install -e", "unchanged", how="uv pip -e"),
    Case("installed by uv pip install", "editable", how="uv pip", pip="unchanged"),
    Case("installed by pip install -e", "no-cache-info", how="pip -e"),
    Case("installed by pip install", "editable", how="pip", pip="no-cache-info"),
    Case("not installed", "not-installed", how="nothing"),
    Case("uninstalled", "not-installed", lambda p: shutil.rmtree(p.info)),
    Case("installed twice", "installed-twice", installed_twice),
    Case("no package", "not-a-package", table="[tool.uv]\npackage = false", pip="not-installed"),
    Case("installed by an old setup.py", "origin", legacy),
    # -- files
    Case("a default key changed", "cache-info", touch("setup.py")),
    Case("pyproject.toml touched", "cache-info", lambda p: p.add_table("")),
    Case("chmod", "cache-info", lambda p: (p.root / "pyproject.toml").chmod(0o600)),
    Case("a watched file changed", "cache-info", touch("watched.txt"), table=WATCH, files=WATCHED),
    Case("a match of a glob changed", "cache-info", touch("c/b/b.c"), table=WATCH, files=WATCHED),
    Case("a new match of a glob", "cache-info", touch("c/new/new.c"), table=WATCH, files=WATCHED),
    Case("a file that no key watches changed", "unchanged", touch("other.txt"), table=WATCH, files=WATCHED),
    Case("an old file vanished", "unchanged", remove("watched.txt"), table=WATCH, files=WATCHED),
    Case(
        "the newest file vanished",
        "cache-info",
        then(touch("c/z.c"), lambda p: p.sync(), remove("c/z.c")),
        table=WATCH,
        files=WATCHED,
    ),
    Case("all files vanished", "cache-info", remove("watched.txt"), table=UNWATCHED, files=WATCHED),
    Case("the project was copied away and back", "cache-info", copied_away_and_back, table=WATCH, files=WATCHED),
    # -- directories
    Case("src appeared", "cache-info", touch("src/demo.py")),
    Case("a file in src changed", "unchanged", touch("src/demo.py"), files={"src/demo.py": "1"}),
    Case("src vanished", "cache-info", remove("src"), files={"src/demo.py": "1"}),
    Case("src was made anew", "cache-info", then(remove("src"), touch("src/demo.py")), files={"src/demo.py": "1"}),
    # -- git
    Case("nothing happened in git", "unchanged", table=GIT, git=True),
    Case("a commit", "cache-info", commit, table=GIT, git=True),
    Case("an uncommitted edit", "unchanged", touch("other.txt"), table=GIT, git=True),
    Case("a new tag", "cache-info", lambda p: git(p.root, "tag", "v2"), table=GIT, git=True),
    Case("a tag vanished", "cache-info", lambda p: git(p.root, "tag", "-d", "v1"), table=GIT, git=True),
    Case("refs were packed", "unchanged", lambda p: git(p.root, "pack-refs", "--all"), table=GIT, git=True),
    Case("the repository vanished", "cache-info", remove(".git"), table=GIT, git=True),
    # -- environment
    Case("a variable is still unset", "unchanged", table=ENV),
    Case("a variable was set", "cache-info", setting("DEMO_MODE", "fast"), table=ENV),
    Case("a variable became empty", "cache-info", setting("DEMO_MODE", ""), table=ENV),
    Case("a variable has the same value", "unchanged", table=ENV, environ={"DEMO_MODE": "fast"}),
    Case(
        "a variable has another value",
        "cache-info",
        setting("DEMO_MODE", "slow"),
        table=ENV,
        environ={"DEMO_MODE": "fast"},
    ),
    # -- the cache of builds
    Case(
        "changed, and uv's cache is empty",
        "cache-info",
        then(touch("setup.py"), lambda p: shutil.rmtree(p.place / "uv-cache")),
    ),
    Case("changed, but already built elsewhere", "cache-info", then(touch("setup.py"), lambda p: p.build_elsewhere())),
    Case(
        "changed, already built elsewhere, but not editable",
        "cache-info",
        then(touch("setup.py"), lambda p: p.build_elsewhere("--no-editable")),
    ),
    Case(
        "installed by pip install -e, but uv has built it, too",
        "no-cache-info",
        lambda p: p.build_elsewhere(),
        how="pip -e",
    ),
    Case("nothing changed, and no cache", "unchanged", setting("UV_NO_CACHE", "1")),
    Case(
        "uninstalled, and no cache", "not-installed", then(lambda p: shutil.rmtree(p.info), setting("UV_NO_CACHE", "1"))
    ),
    Case("no key resolves to anything", "no-cache-info", table=EMPTY),
    # -- what uv wrote into the dist-info
    Case("uv_cache.json is gone", "no-cache-info", installed_file("uv_cache.json", None)),
    Case("uv_cache.json is empty", "unreadable", installed_file("uv_cache.json", b"")),
    Case("uv_cache.json is cut off", "unreadable", installed_file("uv_cache.json", b'{"timestamp":{"secs_since_ep')),
    Case("uv_cache.json is {}", "cache-info", installed_file("uv_cache.json", b"{}")),
    Case("uv_cache.json is {}, and no key resolves", "unchanged", installed_file("uv_cache.json", b"{}"), table=EMPTY),
    Case("uv_cache.json of another package is broken", "unreadable", another_is_broken),
    Case("direct_url.json is gone", "origin", installed_file("direct_url.json", None)),
    Case("direct_url.json is broken", "unreadable", installed_file("direct_url.json", b"{")),
    Case(
        "direct_url.json names an archive",
        "origin",
        installed_file("direct_url.json", b'{"url": "file:///x.whl", "archive_info": {}}'),
    ),
    Case(
        "direct_url.json names another directory",
        "path",
        lambda p: p.edit("direct_url.json", lambda d: {**d, "url": "file:///elsewhere"}),
    ),
    Case(
        "direct_url.json lost the flag",
        "editable",
        lambda p: p.edit("direct_url.json", lambda d: {**d, "dir_info": {}}),
        pip="unchanged",
    ),
    Case("uv_build.json is gone", "unchanged", installed_file("uv_build.json", None)),
    Case("uv_build.json is broken", "unreadable", installed_file("uv_build.json", b"[")),
    Case("the wheel is for another Python", "tags", other_tags),
    Case("RECORD is gone", "unchanged", installed_file("RECORD", None)),
    # -- where it lies
    Case("the project was moved", "path", moved),
    Case("the project is behind a link now", "unchanged", behind_a_link),
    # -- settings
    Case(
        "config-settings were added",
        "build-settings",
        tool_uv('config-settings = { a = "b" }'),
        table=UNWATCHED,
        files=WATCHED,
    ),
    Case(
        "config-settings as at the installation",
        "unchanged",
        table=f'{UNWATCHED}\nconfig-settings = {{ a = "b", c = ["d", "e"] }}\n[tool.uv.config-settings-package]\nDemo = {{ a = "x" }}',
        files=WATCHED,
    ),
    Case(
        "config-settings for uv pip only",
        "unchanged",
        tool_uv('pip.config-settings = { a = "b" }'),
        table=UNWATCHED,
        files=WATCHED,
        pip="build-settings",
    ),
    Case(
        "build variables were added, and the same was built elsewhere",
        "build-settings",
        then(tool_uv('extra-build-variables = { demo = { A = "é" } }'), lambda p: p.build_elsewhere()),
        table=UNWATCHED,
        files=WATCHED,
    ),
    Case(
        "reinstall-package",
        "reinstall-package",
        tool_uv('reinstall-package = ["DEMO"]'),
        table=UNWATCHED,
        files=WATCHED,
    ),
    Case(
        "reinstall-package of another",
        "unchanged",
        tool_uv('reinstall-package = ["other"]'),
        table=UNWATCHED,
        files=WATCHED,
    ),
    Case(
        "reinstall-package, invalid",
        "unchanged",
        tool_uv('reinstall-package = ["demo>=1", "demo"]'),
        table=UNWATCHED,
        files=WATCHED,
    ),
    Case(
        "reinstall-package for uv pip only",
        "unchanged",
        tool_uv('pip.reinstall-package = ["demo"]'),
        table=UNWATCHED,
        files=WATCHED,
        pip="reinstall-package",
    ),
    Case("reinstall = true", "reinstall-package", tool_uv("reinstall = true"), table=UNWATCHED, files=WATCHED),
    Case(
        "reinstall = false beside reinstall-package",
        "unchanged",
        tool_uv('reinstall = false\nreinstall-package = ["demo"]'),
        table=UNWATCHED,
        files=WATCHED,
    ),
    Case(
        "reinstall-package in uv.toml",
        "reinstall-package",
        lambda p: p.write("uv.toml", 'reinstall-package = ["demo"]'),
    ),
    Case(
        "an empty uv.toml beside reinstall-package",
        "unchanged",
        then(tool_uv('reinstall-package = ["demo"]'), lambda p: p.write("uv.toml", "")),
        table=UNWATCHED,
        files=WATCHED,
    ),
    Case(
        "UV_NO_CONFIG beside reinstall-package",
        "unchanged",
        then(tool_uv('reinstall-package = ["demo"]'), setting("UV_NO_CONFIG", "1")),
        table=UNWATCHED,
        files=WATCHED,
    ),
    Case("reinstall-package in the user's uv.toml", "reinstall-package", user_settings('reinstall-package = ["demo"]')),
    Case(
        "reinstall-package in the user's uv.toml, and nothing in the project's",
        "unchanged",
        then(user_settings("reinstall-package = ['demo']"), tool_uv("reinstall = false")),
        table=UNWATCHED,
        files=WATCHED,
    ),
    Case("uninstalled, and the user's uv.toml names the cache", "not-installed", cache_in_user_settings),
    Case("uninstalled, and the cache is where it is by default", "not-installed", cache_in_home),
    Case(
        "the version changed, and pyproject.toml is no key",
        "version",
        newer_version,
        table=UNWATCHED,
        files=WATCHED,
        pip="unchanged",
    ),
    Case(
        "the keys became invalid",
        "cache-keys",
        lambda p: p.write(
            "pyproject.toml", (p.root / "pyproject.toml").read_text() + "\n[tool.uv]\ncache-keys = [{ tag = 1 }]\n"
        ),
    ),
    Case(
        "the keys lost a file",
        "cache-info",
        then(
            touch("c/a.c"),
            lambda p: p.sync(),
            lambda p: p.write("pyproject.toml", (p.root / "pyproject.toml").read_text().replace(', "c/**/*.c"', "")),
        ),
        table=WATCH,
        files=WATCHED,
    ),
)


def uv_says(project: Situation, command: str, *, editable: bool) -> tuple[str, str]:
    """Return what the real uv would do, in our words, and its log.

    :param editable: how the requirements file for ``uv pip install -r`` names the project.
    """
    (project.place / "requirements.txt").write_text(f"{'-e ' * editable}{project.root}\n")
    arguments = {
        "sync": ["sync"],
        "pip": ["pip", "install", "--python", str(project.venv), "-r", "../requirements.txt"],
    }[command]
    answer = project.uv(*arguments, "--dry-run", "-v", environ=project.env)
    text = answer.stderr
    if "Failed to parse cache keys" in text:  # a dry run does not get so far
        answer = project.uv(*arguments, environ=project.env)
    if answer.returncode != 0:
        return "refused", text
    if re.search(r"^Would make no changes$", text, re.MULTILINE):
        return "fresh", text
    if re.search(r"^Would download \d", text, re.MULTILINE):
        return "rebuild", text
    assert re.search(r"^Would install \d", text, re.MULTILINE), text
    return "reinstall", text


LOGGED = {
    "reinstall-package": "Must revalidate requirement: demo",
    "build-settings": "Build info mismatch for demo",
    "origin": "Requirement installed, but mismatched",
    "editable": "Requirement installed, but mismatched",
    "path": "Requirement installed, but mismatched",
    "tags": "Platform tags mismatch for `demo==1.0",
    "no-cache-info": "Requirement installed, but not fresh",
    "cache-info": "Requirement installed, but not fresh",
    "version": "Installed version does not match resolved version for demo",
    "cache-keys": "Failed to parse cache keys",
    "unreadable": "Failed to read metadata from",
}
"""What uv logs for a reason of ours."""


def row(case: Case, place: Path) -> str:
    """Make the situation, ask uv and ourselves, and return the row of the table in docs/freshness.md.

    :raises AssertionError: we differ, or the reason is another than expected.
    """
    project = Situation(place, case)
    case.happens(project)
    installation = examine(Project(project.root), locate(str(project.venv)), project.environ)
    cells = {"sync": "cannot be asked", "pip": ""}
    reasons = []
    for request in requests(installation):
        verdict = judge(installation, request)
        says, log = uv_says(project, request.command, editable=request.flags[0] is True)
        assert LOGGED.get(verdict.reason, "") in log
        assert (says, verdict.reason) == (verdict.outcome, _expected(case, request.command)), (case.name, verdict, says)
        cells[request.command] = f"{WORDS[says]} | {WORDS[verdict.outcome]}"
        reasons.append(verdict.reason)
    why = " / ".join(f"`{reason}`" for reason in dict.fromkeys(reasons))
    return f"| {case.how} | {case.name} | {cells['sync']} | {cells['pip']} | {why} |"


WORDS = {"fresh": "fresh", "reinstall": "from cache", "rebuild": "**rebuild**", "refused": "refuses"}


def _expected(case: Case, command: str) -> str:
    return case.pip if command == "pip" and case.pip is not None else case.reason

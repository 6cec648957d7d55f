"""What uv will do with an installed project, and the one reason for it.

The order of the questions is uv's own (0.13.8, ``uv-installer``): whoever answers one with "differs" ends the matter.
Only then the cache of builds decides whether uv has to build or has the wheel.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Literal

from cachekeys.freshness.changes import Change, differences
from cachekeys.uv.environment import workspace_directory
from cachekeys.uv.options import is_true, read
from cachekeys.uv.wheeltags import fits
from cachekeys.values import dataclass, replace

if TYPE_CHECKING:
    from cachekeys.freshness.installation import Installation
    from cachekeys.uv.cacheinfo import CacheInfo
    from cachekeys.uv.installed import BuildSettings, Installed
    from cachekeys.uv.options import Options

__all__ = ["Command", "Outcome", "Reason", "Request", "Verdict", "judge", "requests"]

Command = Literal["sync", "pip"]
"""``sync``: ``uv sync`` and ``uv run``; ``pip``: ``uv pip install -r`` with the project in the file."""

Outcome = Literal["fresh", "reinstall", "rebuild", "refused"]
"""``reinstall``: from uv's cache, without a build; ``refused``: uv ends with an error."""

Reason = Literal[
    "unchanged",
    "not-a-package",
    "reinstall-package",
    "not-installed",
    "installed-twice",
    "build-settings",
    "origin",
    "editable",
    "path",
    "no-cache-info",
    "cache-keys",
    "cache-info",
    "tags",
    "version",
    "unreadable",
]

_FLAGS = {True: "editable", False: "not editable", None: "not editable, without the flag"}


@dataclass(frozen=True, slots=True)
class Request:
    """What a command asks for. ``package``: whether uv installs the project at all; ``version``: where uv insists on one.

    ``flags`` are the values of ``editable`` in ``direct_url.json`` that satisfy it; uv tells absent (None) from False. The last one
    is what uv would install.
    """

    command: Command
    flags: tuple[bool | None, ...]
    options: Options
    version: str | None = None
    package: bool = True

    @property
    def editable(self) -> bool:
        """Whether uv would install it editable."""
        return self.flags[-1] is True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the command will do. ``was`` and ``now`` are what is installed and what is asked for, where ``reason`` is about that.

    ``changes`` are the differences of the cache info, for the reason ``cache-info``.
    """

    command: Command
    outcome: Outcome
    reason: Reason
    was: str | None = None
    now: str | None = None
    changes: tuple[Change, ...] = ()


def requests(installation: Installation) -> tuple[Request, ...]:
    """Return what uv's commands ask for: ``uv sync`` if it can handle the project, and ``uv pip``.

    ``uv pip install -r`` is taken to name the project in the way in which it is installed: editable or not.
    """
    options = read(installation.project, installation.environ)
    found = [_pip_request(installation, options)]
    if isinstance(installation.project.get("project"), dict):
        found.insert(0, _sync_request(installation, options))
    return tuple(found)


def judge(installation: Installation, request: Request) -> Verdict:
    """Return what the command will do."""
    verdict = _difference(installation, request)
    if verdict is None:
        return Verdict(request.command, "fresh", "unchanged")
    if verdict.outcome == "rebuild" and verdict.reason != "reinstall-package" and _is_built(installation, request):
        return replace(verdict, outcome="reinstall")
    return verdict


# -- what is asked for -------------------------------------------------------------------------------------------------


def _sync_request(installation: Installation, options: Options) -> Request:
    from cachekeys.uv import lock  # uv pip has no lock

    project = installation.project
    backend = project.get("tool", "uv", "package")
    package = backend if isinstance(backend, bool) else project.get("build-system") is not None
    editable = True
    try:
        with open(os.path.join(workspace_directory(project), "uv.lock"), encoding="utf-8") as file:
            locked = lock.find(file.read(), installation.name)
    except (OSError, ValueError):
        locked = ()
    local = [entry.source for entry in locked if entry.source in ("editable", "virtual", "directory")]
    if local and not isinstance(backend, bool):
        package = "virtual" not in local
    if local and package:
        editable = "directory" not in local
    if is_true(installation.environ.get("UV_NO_EDITABLE", "")):
        editable = False
    version = project.get("project", "version")
    return Request("sync", (editable,), options, version if isinstance(version, str) else None, package)


def _pip_request(installation: Installation, options: Options) -> Request:
    flags = {each.editable for each in installation.installed}
    wanted = True if True in flags or not flags else None
    # uv pip first looks whether all is as the file says, and only then at this variable.
    late = (False,) if is_true(installation.environ.get("UV_NO_EDITABLE", "")) else ()
    return Request("pip", (wanted, *late), options.for_pip())


# -- uv's questions ------------------------------------------------------------------------------------------------------


def _difference(installation: Installation, request: Request) -> Verdict | None:
    """Return the first difference, with the outcome for an empty cache of builds; None when there is none."""
    differs = partial(Verdict, request.command, "rebuild")
    refused = partial(Verdict, request.command, "refused")
    if installation.unreadable is not None:
        return refused("unreadable", installation.unreadable.path, installation.unreadable.reason)
    if not request.package:
        return Verdict(request.command, "fresh", "not-a-package")
    if installation.now is None:
        problem = installation.watch.problems[0]
        return refused("cache-keys", now=f"{problem.path}: {problem.message}")
    if request.options.reinstalls(installation.name):
        return differs("reinstall-package")
    if not installation.installed:
        return differs("not-installed")
    if len(installation.installed) > 1:
        return differs("installed-twice", ", ".join(each.path for each in installation.installed))
    return _compare(installation, installation.installed[0], installation.now, request)


def _compare(installation: Installation, installed: Installed, now: CacheInfo, request: Request) -> Verdict | None:
    differs = partial(Verdict, request.command, "rebuild")
    wanted = request.options.build_settings(installation.name)
    if installed.build is not None and installed.build != wanted:
        return differs("build-settings", _shown(installed.build), _shown(wanted))
    if installed.directory is None:
        return differs("origin")
    if installed.editable not in request.flags:
        return differs("editable", _FLAGS[installed.editable], _FLAGS[request.flags[-1]])
    if not _is_same(installed.directory, installation.project.root):
        return differs("path", installed.directory, installation.project.root)
    if installed.cache_info is None:
        return differs("no-cache-info")
    if installed.cache_info != now:
        files = installation.watched.files if installed.cache_info.timestamp != now.timestamp else ()
        return differs("cache-info", changes=differences(installed.cache_info, now, files))
    if not fits(installed.tags, installation.environment):
        return differs("tags", ", ".join(installed.tags))
    if request.version is not None and not _is_same_version(installed.version, request.version):
        return differs("version", installed.version, request.version)
    return None


def _is_same(installed: str, root: str) -> bool:
    """Tell whether uv takes both for the same directory: the same path, or the same directory behind links."""
    if os.path.normpath(installed) == os.path.normpath(root):
        return True
    try:
        return os.path.samefile(installed, root)
    except OSError:
        return False


def _is_same_version(installed: str, wanted: str) -> bool:
    if installed == wanted:
        return True
    from packaging.version import InvalidVersion, Version  # 13 ms, rarely needed

    try:
        return Version(installed) == Version(wanted)
    except InvalidVersion:
        return True  # uv has its own word about it


def _shown(settings: BuildSettings) -> str:
    """Name the settings; their values may be secrets."""
    parts = [*settings.config, *settings.variables, *settings.requires]
    return ", ".join(parts) or "none"


# -- what the cache of builds has ------------------------------------------------------------------------------------


def _is_built(installation: Installation, request: Request) -> bool:
    """Tell whether uv has the wheel that it wants now."""
    from cachekeys.uv.buildcache import find  # most often all is fresh

    cache = request.options.cache_directory
    if cache is None:
        return False
    settings = request.options.build_settings(installation.name)
    # uv goes by its working directory, which the system gives without links, or by the path that it is told.
    for place in dict.fromkeys((os.path.realpath(installation.project.root), installation.project.root)):
        for build in find(cache, place, editable=request.editable, settings=settings):
            wheels = (wheel.split("-") for wheel in build.wheels)
            if build.cache_info == installation.now and any(
                fits(("-".join(parts[-3:]),), installation.environment) for parts in wheels
            ):
                return True
    return False

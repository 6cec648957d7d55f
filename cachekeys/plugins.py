"""Find detectors: the built-in ones and those that other distributions register under the entry point ``cachekeys``.

Importing importlib.metadata costs 44 ms, more than a whole check of a small project, and nearly nobody has a
third-party detector installed. So the entry point files are searched for our group's name first, and the library
is only imported when one of them has it. That search takes 0.7 to 1.4 ms with 80 distributions; :func:`load` as a whole 4.7 ms of
CPU time beyond pluggy's import for a flit project and 6.2 ms for one of hatchling (CPython 3.11, two cores, 2026).

Whatever a third-party detector does wrong while it is loaded is a problem with its name on it, and never one of the others.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import pluggy

from cachekeys import hookspecs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.metadata import Distribution, EntryPoint

    from cachekeys.project import Project

__all__ = ["GROUP", "PluginProblem", "load"]

GROUP = "cachekeys"

PluginProblem = tuple[str, str]
"""The entry point that failed to load, as ``name (distribution)``, and the error."""


def load(project: Project) -> tuple[pluggy.PluginManager, list[PluginProblem]]:
    """Return a plugin manager with every detector for *project* registered, and what failed to load.

    Built-in detectors in a folder are only loaded when the back end of that name builds the project.
    """
    manager = pluggy.PluginManager("cachekeys")
    manager.add_hookspecs(hookspecs)
    problems: list[PluginProblem] = []
    _register_builtins(manager, project)
    if _mentioned(sys.path):
        for label, entry_point in _entry_points():
            problems += [(label, problem) for problem in _register(manager, label, entry_point)]
    return manager, problems


def describe(error: BaseException) -> str:
    """Return type and message of *error* on one line, whatever its ``__str__`` does."""
    try:
        message = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - the error is a stranger's class
        message = "(its message cannot be shown)"
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _register_builtins(manager: pluggy.PluginManager, project: Project) -> None:
    from cachekeys.inputs import detectors  # a cycle at import time otherwise
    from cachekeys.inputs.dynamic import built_by

    for path in detectors.__path__:
        for folder in ["", *sorted(entry.name for entry in os.scandir(path) if entry.is_dir())]:
            if folder.startswith(("_", ".")) or (folder and not built_by(project, folder)):
                continue
            package = f"{detectors.__name__}.{folder}" if folder else detectors.__name__
            for file in sorted(os.listdir(os.path.join(path, folder))):
                name, extension = os.path.splitext(file)
                if extension == ".py" and not name.startswith("_"):
                    manager.register(import_module(f"{package}.{name}"), name.replace("_", "-"))


def _mentioned(paths: Iterable[str]) -> bool:
    """Tell whether an installed distribution names our entry point group."""
    wanted = f"[{GROUP}]".encode()
    for path in paths:
        try:
            names = os.listdir(path or ".")
        except (OSError, ValueError):  # a zip file; a NUL in the name
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                try:
                    with open(os.path.join(path, name, "entry_points.txt"), "rb") as file:
                        if wanted in file.read():
                            return True
                except OSError:
                    continue
    return False


def _entry_points() -> Iterator[tuple[str, EntryPoint]]:
    """Yield our entry points with their labels. A distribution that is on ``sys.path`` twice counts once."""
    from importlib.metadata import distributions  # 44 ms, see above

    seen: set[str] = set()
    for distribution in distributions():
        try:
            found = [entry_point for entry_point in distribution.entry_points if entry_point.group == GROUP]
        except Exception:  # noqa: BLE001, S112 - a broken distribution of somebody else's
            continue
        for entry_point in found:
            label = f"{entry_point.name} ({_name(distribution)})"
            if label not in seen:
                seen.add(label)
                yield label, entry_point


def _name(distribution: Distribution) -> str:
    try:
        return str(distribution.metadata["Name"])
    except Exception:  # noqa: BLE001 - no METADATA, or none that parses
        return "unknown distribution"


def _register(manager: pluggy.PluginManager, label: str, entry_point: EntryPoint) -> Iterator[str]:
    """Load and register one detector; yield what is wrong with it."""
    try:
        plugin = entry_point.load()
        manager.register(plugin, label)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a broken plugin must not take the others down
        if manager.has_plugin(label):
            manager.unregister(name=label)
        yield f"cannot be loaded: {describe(error)}"
        return
    callers = manager.get_hookcallers(plugin) or []
    for caller in callers:
        if not caller.has_spec():
            yield f"implements `{caller.name}`, which is no hook of this version of cachekeys"
    if not any(caller.has_spec() for caller in callers):
        yield f"`{entry_point.value}` has no function `cachekeys_detect_inputs` marked with `@cachekeys.hookimpl`"

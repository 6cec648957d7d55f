"""Find detectors: the built-in ones and those that other distributions register under the entry point ``cachekeys``.

Importing importlib.metadata costs 44 ms, more than a whole check of a small project, and nearly nobody has a
third-party detector installed. So the entry point files are searched for our group's name first, and the library
is only imported when one of them has it.
"""

from __future__ import annotations

import os
import pkgutil
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import pluggy

from cachekeys import hookspecs

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["GROUP", "PluginProblem", "load"]

GROUP = "cachekeys"

PluginProblem = tuple[str, str]
"""The entry point that failed to load, as ``name (distribution)``, and the error."""


def load() -> tuple[pluggy.PluginManager, list[PluginProblem]]:
    """Return a plugin manager with every detector registered, and what failed to load."""
    manager = pluggy.PluginManager("cachekeys")
    manager.add_hookspecs(hookspecs)
    _register_builtins(manager)
    problems = _register_entry_points(manager) if _mentioned(sys.path) else []
    manager.check_pending()
    return manager, problems


def _register_builtins(manager: pluggy.PluginManager) -> None:
    from cachekeys.inputs import detectors  # noqa: PLC0415 - a cycle at import time otherwise

    for module in pkgutil.iter_modules(detectors.__path__):
        if not module.name.startswith("_"):
            manager.register(import_module(f"{detectors.__name__}.{module.name}"), module.name.replace("_", "-"))


def _mentioned(paths: Iterable[str]) -> bool:
    """Tell whether an installed distribution names our entry point group."""
    wanted = f"[{GROUP}]".encode()
    for path in paths:
        try:
            names = os.listdir(path or ".")
        except OSError:
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


def _register_entry_points(manager: pluggy.PluginManager) -> list[PluginProblem]:
    from importlib.metadata import distributions  # noqa: PLC0415 - 44 ms, see above

    problems: list[PluginProblem] = []
    seen: set[str] = set()
    for distribution in distributions():
        for entry_point in distribution.entry_points:
            if entry_point.group != GROUP or entry_point.name in seen:
                continue
            seen.add(entry_point.name)
            label = f"{entry_point.name} ({distribution.metadata['Name']})"
            try:
                manager.register(entry_point.load(), label)
            except Exception as error:  # noqa: BLE001 - a broken plugin must not take the others down
                problems.append((label, f"{type(error).__name__}: {error}"))
    return problems

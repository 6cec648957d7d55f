"""A plugin of setuptools that builds itself: what the entry points name that the same build has just written down.

Where the project directory is on ``sys.path`` (no ``[build-system]``, or ``setuptools.build_meta:__legacy__``) and the package lies at its
top, the first hook writes ``NAME.egg-info`` beside it, and setuptools in the next hook finds that like any installed distribution: it loads
the entry points of its own groups from the tree (setuptools 84.2, traced).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import find_module, place, table
from cachekeys.inputs.model import Origin
from cachekeys.inputs.scripts import build_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_GROUPS = (
    "setuptools.finalize_distribution_options",
    "setuptools.file_finders",
    "distutils.setup_keywords",
    "distutils.commands",
    "egg_info.writers",
)
"""Those that setuptools loads in every build. (``[project.scripts]`` and the like are only written down.)"""
_ON_PATH = (None, "setuptools.build_meta:__legacy__")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the modules of the project that its own entry points for setuptools name."""
    if not project.uses_setuptools or project.get("build-system", "build-backend") not in _ON_PATH:
        return
    seen: set[str] = set()
    for module, function, origin in _entries(project):
        file = find_module(project, module, {"": ""})
        if file is None or file in seen:
            continue
        seen.add(file)
        why = "setuptools loads it as a plugin, from the metadata that the build itself has written"
        yield from build_script(project, file, why, origin, functions=(function,) if function else (), dotted=module)


def _entries(project: Project) -> Iterator[tuple[str, str, Origin]]:
    """Yield the module, the name in it, and the place of each entry point of these groups."""
    given = table(project.get("project", "entry-points"))
    for group in _GROUPS:
        for name, target in table(given.get(group)).items():
            if isinstance(target, str):
                yield *_parts(target), place(project, "project", "entry-points", group, name)
    cfg = project.setup_cfg
    for group in _GROUPS if cfg is not None else ():
        for line in (cfg.get("options.entry_points", group) or "").splitlines() if cfg is not None else ():
            if "=" in line:
                origin = Origin("setup.cfg", cfg.line("options.entry_points", group) if cfg is not None else None)
                yield *_parts(line.partition("=")[2]), origin


def _parts(target: str) -> tuple[str, str]:
    """Return the module and the name of ``package.module:name [extra]``."""
    module, _, name = target.partition("[")[0].strip().partition(":")
    return module.strip(), name.strip()

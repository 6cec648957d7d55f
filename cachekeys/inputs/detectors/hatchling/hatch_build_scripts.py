"""hatch-build-scripts: command lines that run in every build (``[[tool.hatch.build.hooks.build-scripts.scripts]]``).

Each entry of ``commands`` goes to the shell in ``work_dir``. Files that it names, scripts and modules that it runs with Python, what npm or
cargo builds and git are found; a command that names nothing of the project is said to be unresolved. What ``artifacts`` matches is
copied from ``work_dir`` to ``out_dir``: it is written by the build (1.0).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import relative, strings, tables
from cachekeys.inputs.hatchconfig import HatchConfig
from cachekeys.inputs.model import BuildOutput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected, Origin
    from cachekeys.project import Project

_TOOL = "hatch-build-scripts"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what the command lines read and write."""
    hatch = HatchConfig(project)
    for name, config, path in hatch.build_hooks():
        if name != "build-scripts" or config.get("enable-by-default") is False:
            continue
        for index, script in tables(config.get("scripts")):
            settings = {**config, **script}
            work = relative(project, settings.get("work_dir", ".")) or "."
            out = relative(project, settings.get("out_dir", ".")) or "."
            origin = hatch.origin(*path, "scripts", index)
            from cachekeys.inputs.commands import command_inputs  # only projects with command lines pay

            for _, line in strings(settings.get("commands")):
                yield from command_inputs(project, line, work, _TOOL, origin)
            for _, pattern in strings(settings.get("artifacts")):
                if not pattern.startswith("!"):
                    yield from _written(pattern, {work, out}, origin)


def _written(pattern: str, directories: set[str], origin: Origin) -> Iterator[BuildOutput]:
    """Yield an artifact pattern, in git's syntax, as globs."""
    text = pattern.rstrip("/") + ("/**/*" if pattern.endswith("/") else "")
    if not text.startswith("/") and "/" not in pattern.rstrip("/"):
        text = f"**/{text}"
    for directory in sorted(directories):
        what = posixpath.normpath(posixpath.join(directory, text.lstrip("/")))
        yield BuildOutput(what, f"{_TOOL} makes it in every build", origin)

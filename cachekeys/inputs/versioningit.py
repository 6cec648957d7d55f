"""What versioningit reads and writes, for the two back ends that can use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import find_module, place, relative, table
from cachekeys.inputs.scm import scm_version, version_file
from cachekeys.inputs.scripts import build_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

__all__ = ["versioningit_inputs"]

_TOOL = "versioningit"
_STEPS = ("vcs", "tag2version", "next-version", "format", "template-fields", "write", "onbuild")


def versioningit_inputs(project: Project, *path: str) -> Iterator[Detected]:
    """Yield what versioningit reads and writes.

    :param path: where its settings stand in pyproject.toml.
    """
    config = table(project.get(*path))
    origin = place(project, *path)
    method = config["vcs"].get("method") if isinstance(config.get("vcs"), dict) else config.get("vcs")
    if method in (None, "git", "git-archive"):
        yield from scm_version(project, _TOOL, origin)
    written = table(config.get("write")).get("file")
    yield from version_file(project, _TOOL, written, place(project, *path, "write", "file"))
    for step in _STEPS:
        settings = config.get(step)
        function = table(table(settings).get("method", settings))
        base = relative(project, function.get("module-dir") or ".") or ""
        dotted = str(function.get("module", ""))
        module = find_module(project, dotted, {"": base})
        if module is not None:
            from cachekeys.inputs.hook_protocols import versioningit_step  # few have a step of their own

            why = f"{_TOOL} calls it to find the version"
            yield from build_script(
                project,
                module,
                why,
                place(project, *path, step),
                affects="version",
                search=(base,),
                functions=(str(function.get("value", "")),),
                dotted=dotted,
                protocol=versioningit_step(table(settings)),
            )

"""Where incremental keeps the version of a project, for the back ends that can use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.model import BuildInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Origin
    from cachekeys.project import Project

__all__ = ["incremental_inputs"]


def incremental_inputs(project: Project, origin: Origin) -> Iterator[BuildInput]:
    """Yield ``_version.py`` of the package that ``[tool.incremental] name`` names, by default the project's own name, in lower case.

    The package lies in ``src``, else at the top (incremental 24.11, ``_findPath``); the module is run.
    """
    name = project.get("tool", "incremental", "name") or project.get("project", "name")
    if not isinstance(name, str) or not name:
        return
    directory = next((path for path in (f"src/{name.lower()}", name.lower()) if project.is_dir(path)), None)
    if directory is not None:
        why = "incremental takes the version from it"
        yield BuildInput("file", f"{directory}/_version.py", "dynamic-file", why, origin, "version")

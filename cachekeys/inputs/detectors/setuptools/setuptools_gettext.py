"""setuptools-gettext: message catalogues that every build compiles.

Active as soon as ``build-system.requires`` asks for it: its command ``build_mo`` compiles the ``.po`` files below ``source_dir`` of
``[tool.setuptools-gettext]``, by default ``po``, else ``locale`` (setuptools-gettext 0.1.19).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import everything_below, place, relative
from cachekeys.inputs.model import BuildInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_SECTION = ("tool", "setuptools-gettext")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the catalogues."""
    if "setuptools-gettext" not in project.build_requires:
        return
    configured = relative(project, project.get(*_SECTION, "source_dir"))
    directory = configured or next((name for name in ("po", "locale") if project.is_dir(name)), "po")
    if any(name.endswith(".po") for name in project.files_below(f"{directory}/")):
        origin = place(project, *_SECTION) if configured else place(project, "build-system", "requires")
        why = "setuptools-gettext compiles it into the wheel"
        yield BuildInput("files", everything_below(directory) + ".po", "dynamic-file", why, origin, "contents")

"""scikit-build-core as a build hook of hatchling: the environment variables that it and its settings name.

``[tool.hatch.build.targets.wheel.hooks.scikit-build]`` runs CMake. Its settings stand there or in ``[tool.scikit-build]``; each can be given
as ``SKBUILD_<SECTION>_<NAME>`` as well, and a definition may take its value from a variable (``{ env = "NAME" }``). What CMake
reads is another detector's affair (scikit-build-core 1.1, ``hatch/plugin.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.scikit import scikit_settings, scikit_variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the variables, where the hook is configured."""
    hook = next((settings for settings in scikit_settings(project) if settings.is_hook), None)
    if hook is not None:
        yield from scikit_variables(project, hook.origin())

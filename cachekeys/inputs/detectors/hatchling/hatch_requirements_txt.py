"""hatch-requirements-txt: dependencies of a hatchling project from requirements files.

``[tool.hatch.metadata.hooks.requirements_txt]`` with ``files``, the old ``filename``, or nothing at all (then
``requirements.txt``), when ``dependencies`` is dynamic; ``optional-dependencies.<extra>`` lists files when
``optional-dependencies`` is dynamic. The plugin skips lines that begin with ``-``, so what such a file pulls in by
``-r`` or ``-c`` is only a possible input (0.4.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import strings, table
from cachekeys.inputs.hatchconfig import HatchConfig
from cachekeys.inputs.requirements_file import read_chain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_TOOL = "hatch-requirements-txt"
_HOOK = "requirements_txt"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the requirements files, if hatchling uses the hook."""
    if project.is_sdist:
        return
    hatch = HatchConfig(project)
    for name, config, path in hatch.metadata_hooks():
        if name != _HOOK:
            continue
        if "dependencies" in project.dynamic:
            for file, steps in _files(config):
                yield from read_chain(project, file, hatch.origin(*path, *steps), reader=_TOOL, nested="possible")
        if "optional-dependencies" in project.dynamic:
            for extra, listed in table(config.get("optional-dependencies")).items():
                for index, file in strings(listed):
                    origin = hatch.origin(*path, "optional-dependencies", extra, *(() if index is None else (index,)))
                    what = f"the dependencies of the extra `{extra}`"
                    yield from read_chain(project, file, origin, reader=_TOOL, what=what, nested="possible")


def _files(config: dict[str, object]) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Yield each file name and where it stands below the hook's table."""
    if isinstance(config.get("filename"), str):
        yield str(config["filename"]), ("filename",)
    elif config.get("files") is None:
        yield "requirements.txt", ()
    for index, file in strings(config.get("files")):
        if index is not None:  # a plain string is an error of the plugin
            yield file, ("files", index)

"""poetry-dynamic-versioning: the version of a Poetry project from git through dunamai.

Active with the back end ``poetry_dynamic_versioning.backend`` and ``enable = true``; with the plain Poetry back end the
table does nothing in a build. ``from-file`` replaces git, ``format-jinja`` may read variables, two variables override
all (1.10.1).

The back end rewrites pyproject.toml while it builds and puts it back afterwards. That moves the file's ctime, so
with uv's default keys *every* ``uv sync`` rebuilds (measured with uv 0.13.8): pyproject.toml is an output too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import escape_glob, place, relative, table
from cachekeys.inputs.model import BuildInput, BuildOutput
from cachekeys.inputs.scm import JINJA_VARIABLE, overrides, scm_version, template_variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_TOOL = "poetry-dynamic-versioning"
_SECTION = ("tool", _TOOL)
_VARIABLES = ("POETRY_DYNAMIC_VERSIONING_BYPASS", "POETRY_DYNAMIC_VERSIONING_OVERRIDE")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what the back end reads and rewrites, if it is active."""
    config = table(project.get(*_SECTION))
    if not project.build_backend.startswith("poetry_dynamic_versioning") or not config.get("enable"):
        return
    if not _applies(project) or project.is_sdist:
        return
    origin = place(project, *_SECTION, "enable")
    why = f"{_TOOL} puts the version into it during the build and takes it out afterwards"
    yield BuildOutput("pyproject.toml", why, origin)
    for written, settings in table(config.get("files")).items():
        name = relative(project, written)
        if name is not None and (table(settings).keys() & {"initial-content", "initial-content-jinja"}):
            yield BuildOutput(
                escape_glob(name), f"{_TOOL} writes it in every build", place(project, *_SECTION, "files", written)
            )
            template = table(settings).get("initial-content-jinja")
            yield from template_variables(_TOOL, template, place(project, *_SECTION, "files", written), JINJA_VARIABLE)
    yield from overrides(_TOOL, _VARIABLES, origin)
    source = relative(project, table(config.get("from-file")).get("source"))
    if source is not None:
        where = place(project, *_SECTION, "from-file", "source")
        yield BuildInput("file", source, "dynamic-file", f"{_TOOL} takes the version from it", where, "version")
        return
    where = place(project, *_SECTION, "format-jinja")
    yield from template_variables(_TOOL, config.get("format-jinja"), where, JINJA_VARIABLE)
    if config.get("vcs", "any") in ("any", "git"):
        yield from scm_version(project, _TOOL, origin)


def _applies(project: Project) -> bool:
    """Tell whether the project has one of the two shapes that the tool knows; it leaves others alone."""
    poetry = table(project.get("tool", "poetry"))
    return "name" in poetry or ("version" in project.dynamic and "version" in poetry)

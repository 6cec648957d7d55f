"""uv-dynamic-versioning: the version (and dependencies) of a hatchling project from git through dunamai.

Active as ``[tool.hatch.version] source = "uv-dynamic-versioning"`` or as the metadata hook of that name. Its settings come
from ``[tool.uv-dynamic-versioning]`` in pyproject.toml only. ``from-file`` replaces git; ``format-jinja`` may
read variables; ``UV_DYNAMIC_VERSIONING_BYPASS`` overrides all (0.14.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import place, relative, strings, table
from cachekeys.inputs.hatchconfig import HatchConfig
from cachekeys.inputs.model import BuildInput
from cachekeys.inputs.scm import JINJA_VARIABLE, overrides, scm_version, template_variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected, Origin
    from cachekeys.project import Project

_TOOL = "uv-dynamic-versioning"
_SECTION = ("tool", _TOOL)


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what the plugin reads, if hatchling uses it."""
    if project.is_sdist:
        return
    hatch = HatchConfig(project)
    if "version" in project.dynamic and hatch.get("version", "source") == _TOOL:
        yield from _version(project, hatch.origin("version", "source"))
    for name, config, path in hatch.metadata_hooks():
        if name == _TOOL:
            yield from _version(project, hatch.origin(*path))
            requirements = [config.get("dependencies"), *table(config.get("optional-dependencies")).values()]
            for listed in requirements:
                for _, text in strings(listed):
                    yield from template_variables(_TOOL, text, hatch.origin(*path), JINJA_VARIABLE)


def _version(project: Project, origin: Origin) -> Iterator[Detected]:
    config = table(project.get(*_SECTION))
    source = table(config.get("from-file", config.get("from_file"))).get("source")
    yield from overrides(_TOOL, ["UV_DYNAMIC_VERSIONING_BYPASS"], origin)
    name = relative(project, source)
    if name is not None:
        where = place(project, *_SECTION, "from-file", "source")
        yield BuildInput("file", name, "dynamic-file", f"{_TOOL} takes the version from it", where, "version")
        return
    template = config.get("format-jinja", config.get("format_jinja"))
    yield from template_variables(_TOOL, template, place(project, *_SECTION, "format-jinja"), JINJA_VARIABLE)
    if config.get("vcs", "any") in ("any", "git"):
        yield from scm_version(project, _TOOL, origin)

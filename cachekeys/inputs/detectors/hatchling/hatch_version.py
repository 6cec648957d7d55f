"""Where hatchling takes a dynamic version from: a file, executed code or a variable.

``[tool.hatch.version]`` with ``path`` (source ``regex``, the default; ``regex_commit`` of hatch-regex-commit reads the
same), ``source = "code"`` (the file is executed, with ``search-paths`` for its imports) or ``source = "env"``. The build
hook ``version`` writes the version into its ``path``. The source ``incremental`` takes the version from ``_version.py`` of the package. A source that no detector knows is said to be unresolved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import escape_glob, relative, strings
from cachekeys.inputs.hatchconfig import HATCH_TOML, HatchConfig
from cachekeys.inputs.model import BuildInput, BuildOutput, Origin, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_FILE_SOURCES = ("regex", "regex_commit")
_ELSEWHERE = ("vcs", "versioningit", "uv-dynamic-versioning", "nodejs")
"""Sources with a detector of their own."""


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what decides the version, and hatch.toml."""
    hatch = HatchConfig(project)
    if hatch.has_file:
        why = "hatchling reads its settings from it, before those in pyproject.toml"
        # Most hatch.toml files hold environments only, which no build looks at.
        yield BuildInput(
            "file",
            HATCH_TOML,
            "build-config",
            why,
            Origin(HATCH_TOML, 1, 1),
            "code",
            optional=not hatch.file_steers_builds,
        )
    if "version" in project.dynamic and not project.is_sdist and isinstance(hatch.get("version"), dict):
        yield from _version(project, hatch)
    for name, config, path in hatch.build_hooks():
        written = relative(project, config.get("path")) if name == "version" else None
        if written is not None:
            why = "hatchling's build hook `version` writes the version into it"
            yield BuildOutput(escape_glob(written), why, hatch.origin(*path, "path"))


def _version(project: Project, hatch: HatchConfig) -> Iterator[Detected]:
    source = hatch.get("version", "source", default="regex")
    name = relative(project, hatch.get("version", "path"))
    origin = hatch.origin("version", "path")
    if source in _FILE_SOURCES and name is not None:
        yield BuildInput("file", name, "dynamic-file", "hatchling takes the version from it", origin, "version")
    elif source == "code" and name is not None:
        from cachekeys.inputs.hook_script import hook_inputs  # few projects use it

        paths = [relative(project, text) for _, text in strings(hatch.get("version", "search-paths"))]
        search = [path for path in paths if path is not None]
        why = "hatchling runs it to find the version"
        yield BuildInput("file", name, "dynamic-file", why, origin, "version")
        expression = hatch.get("version", "expression", default="__version__")
        yield from hook_inputs(
            project,
            name,
            search=search,
            affects="version",
            expression=expression if isinstance(expression, str) else "",
        )
    elif source == "env":
        variable = hatch.get("version", "variable")
        if isinstance(variable, str) and variable:
            where = hatch.origin("version", "variable")
            yield BuildInput("env", variable, "environment", "hatchling takes the version from it", where, "version")
    elif source == "incremental":
        from cachekeys.inputs.incremental import incremental_inputs  # few projects use it

        yield from incremental_inputs(project, hatch.origin("version", "source"))
    elif isinstance(source, str) and source not in _ELSEWHERE and source not in _FILE_SOURCES:
        yield Unresolved(
            f"the version comes from the hatchling plugin `{source}`, and what that reads is not known",
            hatch.origin("version", "source"),
        )
        from cachekeys.inputs.named_files import named_inputs  # plugins that nobody knows are rare

        tool = f"the hatchling plugin `{source}`"
        yield from named_inputs(
            project, hatch.get("version"), tool, hatch.origin("version", "source"), affects="version"
        )

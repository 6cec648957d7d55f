"""Metadata of scikit-build-core: providers of dynamic fields, and files that it generates.

``[tool.scikit-build.metadata.<field>]`` with the providers ``scikit_build_core.metadata.setuptools_scm`` (git, configured in
``[tool.setuptools_scm]``), ``.regex`` (a file), ``.fancy_pypi_readme`` (fragments), or one of the project (``provider-path``).
``[[tool.dynamic-metadata]]`` names them since 1.0, and those of other distributions (``dynamic_metadata.from_file``,
``vcs_versioning`` ...). ``[[tool.scikit-build.generate]]`` writes files from templates, into the source tree with ``location = "source"``.
What CMake reads is another detector's affair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import escape_glob, place, relative, table, tables
from cachekeys.inputs.dynamic_metadata import Provider, named_providers, provider_inputs
from cachekeys.inputs.model import BuildInput, BuildOutput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_SECTION = ("tool", "scikit-build")
_TOOL = "scikit-build-core"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what the metadata providers read and the generators write."""
    if project.build_backend.startswith("scikit_build_core.setuptools"):
        return  # setuptools decides about metadata
    if not project.is_sdist:
        for field, config in table(project.get(*_SECTION, "metadata")).items():
            if field in project.dynamic:
                settings = table(config)
                directory = relative(project, settings.get("provider-path"))
                provider = str(settings.get("provider", ""))
                path = (*_SECTION, "metadata", field)
                yield from provider_inputs(project, _TOOL, Provider(provider, directory, field, settings, path))
        for named in named_providers(project):
            yield from provider_inputs(project, _TOOL, named)
    for index, config in tables(project.get(*_SECTION, "generate")):
        generated = (*_SECTION, "generate", index)
        template = relative(project, config.get("template-path"))
        if template is not None:
            why = f"{_TOOL} generates a file from it"
            yield BuildInput("file", template, "build-config", why, place(project, *generated, "template-path"), "code")
        written = relative(project, config.get("path"))
        if written is not None and config.get("location") == "source":
            yield BuildOutput(
                escape_glob(written), f"{_TOOL} generates it in every build", place(project, *generated, "path")
            )

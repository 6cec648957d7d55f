"""Metadata of scikit-build-core: providers of dynamic fields, and files that it generates.

``[tool.scikit-build.metadata.<field>]`` with the providers ``scikit_build_core.metadata.setuptools_scm`` (git, configured in
``[tool.setuptools_scm]``), ``.regex`` (a file), ``.fancy_pypi_readme`` (fragments), or one of the project (``provider-path``).
``[[tool.scikit-build.generate]]`` writes files from templates, into the source tree with ``location = "source"``.
What CMake reads is another detector's affair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import escape_glob, find_module, place, relative, table, tables
from cachekeys.inputs.model import BuildInput, BuildOutput, Unresolved
from cachekeys.inputs.scm import setuptools_scm_inputs
from cachekeys.inputs.scripts import build_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Detected
    from cachekeys.project import Project

_SECTION = ("tool", "scikit-build")
_TOOL = "scikit-build-core"
_PREFIX = "scikit_build_core.metadata."


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what the metadata providers read and the generators write."""
    if project.build_backend.startswith("scikit_build_core.setuptools"):
        return  # setuptools decides about metadata
    if not project.is_sdist:
        for field, config in table(project.get(*_SECTION, "metadata")).items():
            if field in project.dynamic:
                yield from _provider(project, field, table(config))
    for index, config in tables(project.get(*_SECTION, "generate")):
        path = (*_SECTION, "generate", index)
        template = relative(project, config.get("template-path"))
        if template is not None:
            why = f"{_TOOL} generates a file from it"
            yield BuildInput("file", template, "build-config", why, place(project, *path, "template-path"), "code")
        written = relative(project, config.get("path"))
        if written is not None and config.get("location") == "source":
            yield BuildOutput(
                escape_glob(written), f"{_TOOL} generates it in every build", place(project, *path, "path")
            )


def _provider(project: Project, field: str, config: dict[str, object]) -> Iterator[Detected]:
    provider = str(config.get("provider", ""))
    origin = place(project, *_SECTION, "metadata", field)
    affects: Affects = "version" if field == "version" else "metadata"
    directory = relative(project, config.get("provider-path"))
    if directory is not None:
        module = find_module(project, provider, {"": directory})
        if module is not None:
            why = f"{_TOOL} runs it to find the field `{field}`"
            yield from build_script(project, module, why, origin, affects=affects, search=(directory,))
    elif provider == f"{_PREFIX}setuptools_scm":
        yield from setuptools_scm_inputs(project, ("tool", "setuptools_scm"), origin)
    elif provider == f"{_PREFIX}regex":
        name = relative(project, config.get("input"))
        if name is not None:
            why = f"{_TOOL} takes the field `{field}` from it"
            yield BuildInput(
                "file", name, "dynamic-file", why, place(project, *_SECTION, "metadata", field, "input"), affects
            )
    elif provider == f"{_PREFIX}fancy_pypi_readme":
        path = ("tool", "hatch", "metadata", "hooks", "fancy-pypi-readme", "fragments")
        for index, fragment in tables(project.get(*path)):
            name = relative(project, fragment.get("path"))
            if name is not None:
                why = f"{_TOOL} copies it into the long description"
                yield BuildInput("file", name, "dynamic-file", why, place(project, *path, index), "metadata")
    elif provider != f"{_PREFIX}template":  # a template is filled with other metadata
        message = f"the field `{field}` comes from the provider `{provider}`, and what that reads is not known"
        yield Unresolved(message, origin)

"""Providers of dynamic metadata: plugins that a back end asks for fields of ``[project]``, and the files that they read.

``[[tool.dynamic-metadata]]`` is a table for all back ends, which scikit-build-core knows from 1.0 on; before, its providers stood in
``[tool.scikit-build.metadata.<field>]``. A provider is a name that an installed distribution registers, or a module of the
project (dynamic-metadata 0.6, ``plugins/``; scikit-build-core 1.1, ``metadata/``; vcs-versioning 2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cachekeys.inputs.dynamic import find_module, place, relative, table, tables
from cachekeys.inputs.model import BuildInput, Unresolved
from cachekeys.inputs.scm import archival, scm_version, setuptools_scm_inputs
from cachekeys.inputs.scripts import build_script
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Detected
    from cachekeys.project import Project

__all__ = ["Provider", "named_providers", "provider_inputs"]

_SECTION = ("tool", "dynamic-metadata")
_OWNERS = ("scikit_build_core.metadata.", "dynamic_metadata.")
_FILES = {"regex": "input", "ast": "input", "from_file": "path", "readme_fragment": "path"}
"""Providers that read one file, and the setting that names it."""

_FIELDS = {"readme_fragment": "readme", "fancy_pypi_readme": "readme"}
"""The field of a provider that has no such setting; that of the others is the version."""

_QUIET = frozenset({"template", "static", "fields", "substitute", "pin_installed"})
"""They combine what the other fields and their settings say."""

_FRAGMENTS = ("tool", "hatch", "metadata", "hooks", "fancy-pypi-readme", "fragments")
_NO_FILES = frozenset({"provider", "provider-path", "field"})
_HOOKS = ("dynamic_metadata", "dynamic_wheel", "build_state", "get_requires_for_dynamic_metadata")


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider of a project.

    ``directory`` is where the project has the module, None when the provider is installed; its settings stand at ``path``.
    """

    name: str
    directory: str | None
    field: str
    config: dict[str, Any]
    path: tuple[str | int, ...]

    @property
    def affects(self) -> Affects:
        """What a change of the field means."""
        if self.field == "version":
            return "version"
        return "dependencies" if self.field.partition(".")[0].endswith("dependencies") else "metadata"


def named_providers(project: Project) -> Iterator[Provider]:
    """Yield those of ``[[tool.dynamic-metadata]]``."""
    for index, config in tables(project.get(*_SECTION)):
        provider = config.get("provider")
        directory = relative(project, table(provider).get("path"))
        module = table(provider).get("module") if isinstance(provider, dict) else provider
        name = str(module or "").partition(":")[0]
        field = config.get("field")
        if not isinstance(field, str):
            field = _FIELDS.get(name.rpartition(".")[2], "version")
        yield Provider(name, directory, field, config, (*_SECTION, index))


def provider_inputs(project: Project, tool: str, provider: Provider) -> Iterator[Detected]:
    """Yield what one provider reads.

    :param tool: the back end that runs it.
    """
    if provider.directory is not None:
        yield from _own(project, tool, provider, provider.directory)
        return
    origin = place(project, *provider.path)
    name = next((provider.name.removeprefix(owner) for owner in _OWNERS if provider.name.startswith(owner)), "")
    if name == "setuptools_scm":
        yield from setuptools_scm_inputs(project, ("tool", "setuptools_scm"), origin)
    elif provider.name == "vcs_versioning":
        yield from setuptools_scm_inputs(project, ("tool", "vcs-versioning"), origin, tool="vcs-versioning")
    elif provider.name == "setuptools_git_versioning.dynamic_metadata":
        yield from archival(project, "setuptools-git-versioning", origin)
        yield from scm_version(project, "setuptools-git-versioning", origin)
    elif name in _FILES:
        file = relative(project, provider.config.get(_FILES[name]))
        if file is not None:
            why = f"{tool} takes the field `{provider.field}` from it"
            where = place(project, *provider.path, _FILES[name])
            yield BuildInput("file", file, "dynamic-file", why, where, provider.affects)
    elif name == "fancy_pypi_readme":
        for index, fragment in tables(project.get(*_FRAGMENTS)):
            file = relative(project, fragment.get("path"))
            if file is not None:
                why = f"{tool} copies it into the long description"
                yield BuildInput("file", file, "dynamic-file", why, place(project, *_FRAGMENTS, index), "metadata")
    elif name not in _QUIET:
        yield Unresolved(
            f"the field `{provider.field}` comes from the provider `{provider.name}`, and what that reads is not known",
            origin,
        )
        yield from _named(project, provider, f"the provider `{provider.name}`")


def _own(project: Project, tool: str, provider: Provider, directory: str) -> Iterator[Detected]:
    """Yield what a provider reads that is a module of the project."""
    module = find_module(project, provider.name, {"": directory})
    if module is None:
        return
    from cachekeys.inputs.hook_protocols import metadata_provider  # few have a provider of their own

    yield from build_script(
        project,
        module,
        f"{tool} runs it to find the field `{provider.field}`",
        place(project, *provider.path),
        affects=provider.affects,
        search=(directory,),
        functions=_HOOKS,
        methods=_HOOKS,
        protocol=metadata_provider(provider.field, provider.config),
    )
    yield from _named(project, provider, module)


def _named(project: Project, provider: Provider, reader: str) -> Iterator[Detected]:
    """Yield the files that the settings of a provider name, which it may read."""
    from cachekeys.inputs.named_files import named_inputs  # few projects have a provider that nobody knows

    settings = {key: value for key, value in provider.config.items() if key not in _NO_FILES}
    yield from named_inputs(project, settings, reader, place(project, *provider.path), affects=provider.affects)

"""Build and metadata hooks of hatchling: scripts of the project, and the variables that switch hooks on and off.

``[tool.hatch.build.hooks.custom]``, the one of the wheel target, and ``[tool.hatch.metadata.hooks.custom]`` run ``path`` (default
``hatch_build.py``). A custom *builder* (``[tool.hatch.build.targets.custom]``) never runs for pip or uv, which build the
wheel target only. Metadata hooks run only when ``project.dynamic`` lists something. A hook with
``enable-by-default = false`` runs only when ``HATCH_BUILD_HOOK_ENABLE_<NAME>`` or ``HATCH_BUILD_HOOKS_ENABLE`` asks for it. What a plugin
that no detector knows reads is said to be unresolved, besides the files and directories that its settings name. What a script puts into
``build_data["force_include"]`` and its kin is copied into every wheel. ``{env:NAME}`` in a dependency is replaced (hatchling 1.33).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import dependency_texts, relative
from cachekeys.inputs.hatchconfig import HatchConfig
from cachekeys.inputs.model import BuildInput, Unresolved
from cachekeys.inputs.scripts import build_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Detected
    from cachekeys.project import Project

_DEFAULT_SCRIPT = "hatch_build.py"
_KNOWN_BUILD_HOOKS = frozenset(
    {
        "build-scripts",
        "cachekeys",
        "custom",
        "cython",
        "jupyter-builder",
        "mypyc",
        "odoo-addons-dirs",
        "scikit-build",
        "vcs",
    }
    | {"version", "versioningit-onbuild"}
)
_KNOWN_METADATA_HOOKS = frozenset(
    {"custom", "docstring-description", "fancy-pypi-readme", "nodejs", "odoo-addons-dependencies", "requirements_txt"}
    | {"uv-dynamic-versioning", "vcs"}
)
_METHODS = {"build": ("dependencies", "initialize", "finalize"), "metadata": ("update", "get_known_classifiers")}
_VARIABLE = r"\{env:([^:}]+)"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the scripts and switches of the configured hooks."""
    hatch = HatchConfig(project)
    hooks = [(hook, "build", _KNOWN_BUILD_HOOKS) for hook in hatch.build_hooks()]
    hooks += [(hook, "metadata", _KNOWN_METADATA_HOOKS) for hook in hatch.metadata_hooks()]
    for (name, config, path), kind, known in hooks:
        origin = hatch.origin(*path)
        if name == "custom":
            script = relative(project, config.get("path", _DEFAULT_SCRIPT))
            if script is not None:
                why = f"hatchling runs it as a {kind} hook"
                affects: Affects = "code" if kind == "build" else "dependencies"
                from cachekeys.inputs.hook_protocols import hatch_hook  # only projects with a script pay

                yield from build_script(
                    project,
                    script,
                    why,
                    origin,
                    affects=affects,
                    methods=_METHODS[kind],
                    protocol=hatch_hook(project, config),
                )
                if kind == "build":
                    from cachekeys.inputs.npm import javascript_of  # only projects with a hook pay

                    yield from javascript_of(project, script, origin)
        elif name not in known and config.get("enable-by-default", True):
            yield Unresolved(f"what the {kind} hook of the hatchling plugin `{name}` reads is not known", origin)
            from cachekeys.inputs.named_files import named_inputs  # plugins that nobody knows are rare

            tool = f"the hatchling plugin `{name}`"
            affected: Affects = "code" if kind == "build" else "metadata"
            yield from named_inputs(project, config, tool, origin, affects=affected)
        if kind == "build":
            yield from _switches(name, config, hatch, path)
    yield from _variables(project)


def _switches(name: str, config: dict[str, object], hatch: HatchConfig, path: tuple[str, ...]) -> Iterator[BuildInput]:
    """Variables that decide whether the hook runs; optional, since the normal build sets none."""
    off = config.get("enable-by-default") is False
    names = [f"HATCH_BUILD_HOOK_ENABLE_{name.upper()}", "HATCH_BUILD_HOOKS_ENABLE"] if off else []
    for variable in ["HATCH_BUILD_NO_HOOKS", *names]:
        why = f"hatchling lets it switch the build hook `{name}` {'off' if variable.endswith('NO_HOOKS') else 'on'}"
        yield BuildInput("env", variable, "environment", why, hatch.origin(*path), "code", optional=True)


def _variables(project: Project) -> Iterator[BuildInput]:
    for text, origin in dependency_texts(project):
        for name in re.findall(_VARIABLE, text):
            yield BuildInput("env", name, "environment", "hatchling puts it into a dependency", origin, "dependencies")

"""What back ends hand to the hooks and functions of a project when they call them, and what they take from them afterwards.

A hook finds the project through what it is given (``self.root``, ``context.root``, ``project_dir``) and reads its own settings, which
may name files. All of that is known without running anything, so the interpreter is given it, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cachekeys.inputs.dynamic import table
from cachekeys.inputs.setup_script.values import (
    ANYTHING,
    BUILT,
    ELSEWHERE,
    Choice,
    External,
    Instance,
    PathValue,
    Value,
    unknown,
)
from cachekeys.inputs.texts import ROOT, known
from cachekeys.values import dataclass, field

if TYPE_CHECKING:
    from cachekeys.project import Project

__all__ = [
    "COPIED",
    "Protocol",
    "hatch_hook",
    "jupyter_builder",
    "metadata_provider",
    "pdm_hook",
    "settings",
    "versioningit_step",
]


@dataclass(frozen=True, slots=True)
class Protocol:
    """How a back end calls.

    ``attributes`` has the object of a hook; ``arguments`` are known values by the names of parameters; ``order`` names the positional
    parameters of functions whose own names for them do not matter. ``filled`` is what hooks put their
    results into; ``collected`` holds mappings whose keys name files that the back end copies into the wheel.
    """

    attributes: dict[str, Value] = field(default_factory=dict)
    arguments: dict[str, Value] = field(default_factory=dict)
    order: dict[str, tuple[str, ...]] = field(default_factory=dict)
    filled: tuple[Value, ...] = ()
    collected: dict[Value, Value] = field(default_factory=dict)


def settings(value: object) -> Value:
    """Return a value of a TOML file as one of the interpreter's."""
    if isinstance(value, str):
        return known(value)
    if isinstance(value, dict):
        return {known(str(key)): settings(item) for key, item in value.items()}
    if isinstance(value, list):
        return [settings(item) for item in value]
    return value if isinstance(value, (bool, int, float)) else unknown()


COPIED = ("force_include", "force_include_editable", "shared_data", "shared_scripts", "extra_metadata")
"""What hatchling's ``build_data`` names files in."""

_HATCH_ORDER = {
    "dependencies": (),
    "initialize": ("version", "build_data"),
    "finalize": ("version", "build_data", "artifact"),
    "update": ("metadata",),
    "get_known_classifiers": (),
}


def hatch_hook(project: Project, config: dict[str, Any]) -> Protocol:
    """Return how hatchling calls a build or metadata hook with the settings *config* (hatchling 1.33, ``plugin/interface.py``)."""
    build_data: dict[Value, Value] = {name: [] for name in ("artifacts", "dependencies", "sbom_files")}
    build_data |= {name: {} for name in COPIED}
    metadata = {**settings(table(project.get("project"))), ANYTHING: unknown()}
    build_config = Instance(External("build_config"))
    build_config.attributes.update(root=ROOT, directory=External("build_config.directory", ELSEWHERE))
    return Protocol(
        attributes={
            "root": ROOT,
            "config": settings(config),
            "target_name": "wheel",
            "directory": External("directory", ELSEWHERE),
            "build_config": build_config,
        },
        arguments={
            "version": Choice(("standard", "editable")),
            "build_data": build_data,
            "metadata": metadata,
            "artifact": External("artifact", ELSEWHERE),
        },
        order=_HATCH_ORDER,
        filled=(build_data, metadata),
        collected=build_data,
    )


_PDM_ORDER = {
    "pdm_build_hook_enabled": ("context",),
    "pdm_build_initialize": ("context",),
    "pdm_build_update_setup_kwargs": ("context", "setup_kwargs"),
    "pdm_build_update_files": ("context", "files"),
    "pdm_build_finalize": ("context", "artifact"),
}


def pdm_hook(project: Project) -> Protocol:
    """Return how pdm-backend calls the functions of a hook (pdm-backend 2.5, ``hooks/base.py``)."""
    config = Instance(External("config"))
    metadata = {**settings(table(project.get("project"))), ANYTHING: unknown()}
    build_config = settings(table(project.get("tool", "pdm", "build")))
    data = settings(project.pyproject.data) if project.pyproject is not None else {}
    config.attributes.update(root=PathValue(ROOT), metadata=metadata, build_config=build_config, data=data)
    context = Instance(External("context"))
    context.attributes.update(
        root=PathValue(ROOT),
        config=config,
        target=Choice(("wheel", "editable")),
        build_dir=External("build_dir", BUILT),
        dist_dir=External("dist_dir", ELSEWHERE),
        ensure_build_dir=External("ensure_build_dir", BUILT),
    )
    return Protocol(
        arguments={"context": context, "artifact": External("artifact", ELSEWHERE)},
        order=_PDM_ORDER,
        filled=(metadata,),
    )


def versioningit_step(config: dict[str, Any]) -> Protocol:
    """Return how versioningit calls a step with the settings *config*: by the names of the parameters (versioningit 3.3)."""
    given = {key: value for key, value in config.items() if key != "method"}
    return Protocol(arguments={"project_dir": ROOT, "params": settings(given)})


def jupyter_builder(name: str, config: dict[str, Any]) -> Protocol:
    """Return how hatch-jupyter-builder calls the build function *name* with ``build-kwargs`` (hatch-jupyter-builder 0.10)."""
    given = {key.replace("-", "_"): settings(value) for key, value in config.items()}
    both = {"target_name": "wheel", "version": Choice(("standard", "editable"))}
    return Protocol(arguments={**both, **given}, order={name: ("target_name", "version")})


def metadata_provider(name: str, config: dict[str, Any]) -> Protocol:
    """Return how a provider of the dynamic field *name* is called (dynamic-metadata 0.1, scikit-build-core 1.1)."""
    order = {"dynamic_metadata": ("field", "settings"), "get_requires_for_dynamic_metadata": ("settings",)}
    return Protocol(arguments={"field": name, "settings": settings(config)}, order=order)

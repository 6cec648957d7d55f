"""hatch-jupyter-builder: JavaScript that npm or yarn builds into a wheel (``[tool.hatch.build.hooks.jupyter-builder]``).

``build-function`` is ``hatch_jupyter_builder.npm_builder`` or a function of the project. npm_builder reads ``package.json``, the lock file and
the usual configuration files in ``path`` and builds from ``source_dir``, or from what lies below ``src``; for an editable installation with
``editable-build-kwargs``, where given. With ``skip-if-exists``, a standard wheel is not built again while all of those files exist
(0.10.0). ``ensured-targets`` are made by it, and so is what hatchling's ``artifacts`` match, as long as git tracks none of it. A directory of
``shared-data`` that holds such a target is made as a whole, as long as git tracks nothing in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import escape_glob, everything_below, find_module, relative, strings, table, uv_glob
from cachekeys.inputs.hatchconfig import HatchConfig
from cachekeys.inputs.hatchfiles import matches
from cachekeys.inputs.model import BuildInput, BuildOutput
from cachekeys.inputs.scripts import build_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected, Origin
    from cachekeys.project import Project

_HOOK = "jupyter-builder"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the package, its lock file and its sources, if the hook is on."""
    hatch = HatchConfig(project)
    for hook, raw, path in hatch.build_hooks():
        if hook != _HOOK or raw.get("enable-by-default") is False:
            continue
        config = _normalised(raw)
        origin = hatch.origin(*path)
        function = str(config.get("build_function", ""))
        if function.endswith(".npm_builder"):
            yield from _npm(project, _normalised(table(config.get("build_kwargs"))), origin)
            if config.get("editable_build_kwargs"):
                yield from _npm(project, _normalised(table(config["editable_build_kwargs"])), origin)
        elif function:
            module = find_module(project, function.rpartition(".")[0])
            if module is not None:
                why = "hatch-jupyter-builder calls it to build the JavaScript"
                from cachekeys.inputs.hook_protocols import (
                    jupyter_builder as called,
                )  # few have a function of their own

                name = function.rpartition(".")[2]
                protocol = called(name, table(config.get("build_kwargs")))
                yield from build_script(project, module, why, origin, functions=(name,), protocol=protocol)
        for variable in ("SKIP_JUPYTER_BUILDER", "HATCH_JUPYTER_BUILDER_SKIP_NPM"):
            why = "hatch-jupyter-builder lets it switch the build of the JavaScript off"
            yield BuildInput("env", variable, "environment", why, origin, "code", optional=True)
        targets = [relative(project, target) for _, target in strings(config.get("ensured_targets"))]
        written = [target for target in targets if target is not None]
        made = [*map(escape_glob, written), *_artifacts(project, hatch, written), *_shared(project, hatch, written)]
        for glob in dict.fromkeys(made):
            yield BuildOutput(glob, "the JavaScript build writes it", origin)


def _artifacts(project: Project, hatch: HatchConfig, targets: list[str]) -> Iterator[str]:
    """Yield globs for the artifacts that the JavaScript build makes: git tracks none of them, or they hold what it is said to make."""
    options = [("build", "artifacts"), *(("build", "targets", target, "artifacts") for target in ("wheel", "sdist"))]
    for pattern in dict.fromkeys(text for option in options for _, text in strings(hatch.get(*option))):
        if pattern.startswith("!") or not pattern.strip("/"):
            continue
        from cachekeys.tracked import tracked_files  # rarely needed

        tracked = tracked_files(project)
        known = [name for name in project.files_below(_start(pattern)) if matches(name, [pattern])]
        if tracked is None:
            made = any(matches(target, [pattern]) for target in targets)
        else:
            made = bool(known) and not any(name in tracked for name in known)
        if made:
            inner = pattern.strip("/")
            glob = uv_glob(inner if "/" in inner or pattern.startswith("/") else f"**/{inner}")
            yield from _telling(glob, known)


def _start(pattern: str) -> str:
    """Return the directory, with ``/``, in which all lies that a pattern of .gitignore can take in."""
    inner = pattern.strip("/")
    head = re.split(r"[*?\[\\]", inner, maxsplit=1)[0]
    return head[: head.rfind("/") + 1] if "/" in inner else ""


def _telling(glob: str, known: list[str]) -> Iterator[str]:
    """Yield the glob for the files that a pattern takes in itself, and the one for those in directories that it takes in, as needed."""
    from cachekeys.uv.globs import anchored  # only projects with artifacts

    itself = anchored(glob)
    inside = [name for name in known if not itself(name)]
    if len(inside) < len(known):
        yield glob
    if inside or not known:
        yield f"{glob}/**/*"


def _shared(project: Project, hatch: HatchConfig, targets: list[str]) -> Iterator[str]:
    """Yield globs for the directories that the wheel copies and the JavaScript build fills: it ensures a file in each."""
    for source in table(hatch.get("build", "targets", "wheel", "shared-data")):
        directory = relative(project, source)
        if directory is None or not any(target.startswith(f"{directory}/") for target in targets):
            continue
        from cachekeys.tracked import tracked_files  # rarely needed

        names, tracked = project.files_below(f"{directory}/"), tracked_files(project)
        if not any(name.endswith(".py") or (tracked is not None and name in tracked) for name in names):
            yield everything_below(directory)


def _normalised(config: dict[str, Any]) -> dict[str, Any]:
    return {key.replace("-", "_"): value for key, value in config.items()}


def _npm(project: Project, options: dict[str, Any], origin: Origin) -> Iterator[Detected]:
    from cachekeys.inputs.npm import npm_inputs  # only projects with the hook pay

    base = relative(project, options.get("path", ".")) or "."
    yield from npm_inputs(project, base, origin, relative(project, options.get("source_dir")))

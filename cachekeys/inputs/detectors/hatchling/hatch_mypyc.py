"""hatch-mypyc: Python modules that mypyc compiles (``[tool.hatch.build.targets.wheel.hooks.mypyc]``).

Compiled are the ``.py`` files of the wheel that ``include`` takes and ``exclude`` does not; their edits do nothing until the next build, also in an
editable installation. Where all modules of a directory are taken, one glob stands for them. What they
import decides about types, so it counts as likely. mypy's own configuration counts, and
variables of mypyc are optional (0.16).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import escape_glob, everything_below, strings
from cachekeys.inputs.hatchconfig import HatchConfig
from cachekeys.inputs.model import BuildInput, BuildOutput, Origin
from cachekeys.inputs.mypyc import configuration, imported_types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_VARIABLES = ("MYPYC_OPT_LEVEL", "MYPYC_DEBUG_LEVEL", "MYPYC_MULTI_FILE", "HATCH_MYPYC_BUILD_DIR")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the modules and what configures their compilation, if the hook is on."""
    hatch = HatchConfig(project)
    for name, config, path in hatch.build_hooks():
        if name == "mypyc" and config.get("enable-by-default") is not False:
            yield from _compiled(project, hatch, config, hatch.origin(*path))


def _compiled(project: Project, hatch: HatchConfig, config: dict[str, object], origin: Origin) -> Iterator[Detected]:
    from cachekeys.inputs.hatchfiles import matches, package_directories, packed_files  # only with the hook

    include = [text for _, text in strings(config.get("include"))]
    exclude = [text for _, text in strings(config.get("exclude"))]
    modules = [name for name in packed_files(project, hatch) if name.endswith(".py")]
    taken = [n for n in modules if (not include or matches(n, include)) and not matches(n, exclude)]
    why = "hatch-mypyc compiles it"
    rest = set(taken)
    for directory in package_directories(project, hatch):
        everything = [name for name in project.files_below(f"{directory}/") if name.endswith(".py")]
        if directory != "." and everything and rest.issuperset(everything):
            rest.difference_update(everything)
            pattern = everything_below(directory) + ".py"
            yield BuildInput("files", pattern, "native-source", why, origin, "code")
    for module in sorted(rest):
        yield BuildInput("file", module, "native-source", why, origin, "code")
    yield from imported_types(project, taken)
    for module in taken:
        stem = escape_glob(posixpath.splitext(module)[0])
        for ending in ("so", "pyd"):
            yield BuildOutput(f"{stem}.*.{ending}", "hatch-mypyc writes it beside its source", origin)
    arguments = [text for _, text in strings(config.get("mypy-args"))]
    yield from configuration(project, arguments, origin)
    for variable in _VARIABLES:
        why = "mypyc lets it change how the modules are compiled"
        yield BuildInput("env", variable, "environment", why, origin, "code", optional=True)

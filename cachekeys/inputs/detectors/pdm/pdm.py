"""pdm-backend: where it takes the version from, and the hook that it runs.

``[tool.pdm.version]`` with ``source = "file"`` (also when only ``path`` is given), ``"scm"`` (git; ``PDM_BUILD_SCM_VERSION``
overrides it; ``version_format`` names a function of the project) or ``"call"`` (``getter`` names the function). ``write_to``
lies in the build directory, for an editable installation in the source tree. ``pdm_build.py``, or the file that
``[tool.pdm.build] custom-hook`` names, runs in every build. ``${NAME}`` in a dependency is replaced by the variable
(pdm-backend 2.5.0). ``wheel-data`` is copied into
every wheel; with ``run-setuptools``, setup.py compiles the extension modules.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import (
    dependency_texts,
    escape_glob,
    find_module,
    is_glob,
    place,
    relative,
    strings,
    table,
    uv_glob,
)
from cachekeys.inputs.model import BuildInput, BuildOutput
from cachekeys.inputs.scm import overrides, scm_version
from cachekeys.inputs.scripts import build_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected, Kind
    from cachekeys.project import Project

_TOOL = "pdm-backend"
_VERSION = ("tool", "pdm", "version")
_HOOKS = (
    "pdm_build_hook_enabled",
    "pdm_build_initialize",
    "pdm_build_update_setup_kwargs",
    "pdm_build_update_files",
    "pdm_build_finalize",
)
_VARIABLE = r"\$\{(.+?)\}"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what pdm-backend reads."""
    if "version" in project.dynamic and not project.is_sdist:
        yield from _version(project)
    hook = project.get("tool", "pdm", "build", "custom-hook", default="pdm_build.py")
    name = relative(project, hook)
    if name is not None and project.is_file(name):
        origin = place(project, "tool", "pdm", "build", "custom-hook")
        why = f"{_TOOL} runs it as a build hook"
        from cachekeys.inputs.hook_protocols import pdm_hook  # only projects with a hook pay

        yield from build_script(
            project, name, why, origin, methods=_HOOKS, functions=_HOOKS, protocol=pdm_hook(project)
        )
        from cachekeys.inputs.npm import javascript_of  # only projects with a hook pay

        yield from javascript_of(project, name, origin)
    if project.get("tool", "pdm", "build", "run-setuptools") is True and project.is_file("setup.py"):
        origin = place(project, "tool", "pdm", "build", "run-setuptools")
        why = f"{_TOOL} runs it to compile extension modules"
        yield from build_script(project, "setup.py", why, origin, name="__main__")
    yield from _wheel_data(project)
    yield from _variables(project)


def _wheel_data(project: Project) -> Iterator[Detected]:
    """Yield the files of ``wheel-data``, which are copied into every wheel, also an editable one."""
    path = ("tool", "pdm", "build", "wheel-data")
    for kind, listed in table(project.get(*path)).items():
        for index, item in enumerate(listed if isinstance(listed, list) else []):
            pattern = relative(project, table(item).get("path", item))
            if pattern is not None:
                what: Kind = "files" if is_glob(pattern) else "file"
                why = f"{_TOOL} packs it into the wheel as {kind}, also into an editable one"
                origin = place(project, *path, kind, index)
                yield BuildInput(what, uv_glob(pattern), "dynamic-file", why, origin, "contents")


def _version(project: Project) -> Iterator[Detected]:
    config = table(project.get(*_VERSION))
    source = config.get("source") or ("file" if config.get("path") else None)
    origin = place(project, *_VERSION)
    if source == "file":
        name = relative(project, config.get("path"))
        if name is not None:
            where = place(project, *_VERSION, "path")
            yield BuildInput("file", name, "dynamic-file", f"{_TOOL} takes the version from it", where, "version")
        return
    if source == "scm":
        yield from scm_version(project, _TOOL, origin)
        yield from overrides(_TOOL, ["PDM_BUILD_SCM_VERSION"], origin)
    key = {"scm": "version_format", "call": "getter"}.get(str(source), "")
    dotted, _, function = str(config.get(key) or "").partition(":")
    module = find_module(project, dotted) if dotted else None
    if module is not None:
        why = f"{_TOOL} calls it to find the version"
        # A getter may have its arguments behind it; one without is called with none.
        getter = function if "(" in function else f"{function}()"
        yield from build_script(
            project,
            module,
            why,
            place(project, *_VERSION, key),
            affects="version",
            dotted=dotted,
            functions=(function,) if source == "scm" else (),
            expression=getter if source == "call" else "",
        )
    if source in ("scm", "call"):
        written = relative(project, config.get("write_to"), _package_dir(project))
        if written is not None:
            why = f"{_TOOL} writes the version into it when the project is installed as editable"
            yield BuildOutput(escape_glob(written), why, place(project, *_VERSION, "write_to"))


def _package_dir(project: Project) -> str:
    """Return the directory of the packages, as ``BuildConfig.package_dir`` finds it."""
    build = table(project.get("tool", "pdm", "build"))
    if isinstance(build.get("package-dir"), str):
        return str(build["package-dir"])
    includes = [text for _, text in strings(build.get("includes"))]
    below = any(text == "src" or text.startswith("src/") for text in includes)
    return "src" if below or (not includes and project.is_dir("src")) else ""


def _variables(project: Project) -> Iterator[BuildInput]:
    for text, origin in dependency_texts(project):
        for name in re.findall(_VARIABLE, text):
            if name != "PROJECT_ROOT":
                yield BuildInput(
                    "env", name, "environment", f"{_TOOL} puts it into a dependency", origin, "dependencies"
                )

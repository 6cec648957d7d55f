"""Files that ``[tool.setuptools]`` and MANIFEST.in bring into a build.

``script-files`` are copied into every wheel, also an editable one, ``data-files`` not into an editable one. ``cmdclass`` names classes of the project that run
in the build. MANIFEST.in decides which data files a wheel holds when ``include-package-data`` is on (the default with a
``[project]`` table); for an editable installation it is read as well but changes nothing (setuptools 84), so there it is optional.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import (
    find_module,
    is_glob,
    package_dirs,
    place,
    relative,
    strings,
    table,
    uv_glob,
)
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.scripts import build_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected, Kind, Mode
    from cachekeys.project import Project

_COMMAND = ("initialize_options", "finalize_options", "run")
_SECTION = ("tool", "setuptools")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what setuptools copies and runs, if it builds the project."""
    listed: list[tuple[tuple[str, ...], object]] = [(("script-files",), project.get(*_SECTION, "script-files"))]
    listed += [(("data-files", target), files) for target, files in table(project.get(*_SECTION, "data-files")).items()]
    for path, files in listed:
        for index, file in strings(files):
            name = relative(project, file)
            if name is not None:
                origin = place(project, *_SECTION, *path, *(() if index is None else (index,)))
                is_data = path[0] == "data-files"
                why = f"setuptools copies it into the wheel{'' if is_data else ', also into an editable one'} (`{path[0]}`)"
                modes: tuple[Mode, ...] = ("wheel",) if is_data else ("editable", "wheel")
                what = uv_glob(name) if is_glob(name) else name
                kind: Kind = "files" if is_glob(name) else "file"
                yield BuildInput(kind, what, "dynamic-file", why, origin, "contents", modes=modes)
    directories = package_dirs(project)
    for command, dotted in table(project.get(*_SECTION, "cmdclass")).items():
        module = find_module(project, str(dotted).rpartition(".")[0], directories)
        if module is not None:
            why = f"setuptools runs the command `{command}` from it"
            origin = place(project, *_SECTION, "cmdclass", command)
            yield from build_script(project, module, why, origin, search=(directories.get("", ""),), methods=_COMMAND)
    if project.is_file("MANIFEST.in") and project.uses_setuptools:
        origin = Origin("MANIFEST.in", 1, 1)
        if _includes_package_data(project):
            why = "setuptools selects the data files of the wheel by it"
            yield BuildInput("file", "MANIFEST.in", "manifest", why, origin, "contents", "likely", modes=("wheel",))
        why = "setuptools reads it in every build; here it only decides what an sdist holds"
        yield BuildInput("file", "MANIFEST.in", "manifest", why, origin, "contents", optional=True)


def _includes_package_data(project: Project) -> bool:
    configured = project.get(*_SECTION, "include-package-data")
    if isinstance(configured, bool):
        return configured
    if project.get("project") is not None or project.get(*_SECTION) is not None:
        return True
    option = project.setup_cfg.get("options", "include_package_data") if project.setup_cfg else None
    if option is not None:
        return option.strip().lower() in {"1", "true", "yes"}
    return "include_package_data" in (project.read_text("setup.py") or "")

"""Readme and licence files that ``[project]`` names for any back end.

They end up in the long text of the metadata and in ``licenses/`` of the dist-info directory, at which no resolver and no import
looks. Nearly every project has them, so they are listed as optional: that no key watches them is no finding.

Where nothing is configured, back ends collect licence files by patterns of their own (setuptools 84, hatchling 1.33,
flit_core 4.2, pdm-backend 2.5, poetry-core 2.5, maturin 1.16).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import is_glob, place, reads_setup_files, relative, strings, table, uv_glob
from cachekeys.inputs.model import BuildInput, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected, Kind
    from cachekeys.project import Project

_FOUR = ("LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*")
_DEFAULTS = {
    "setuptools": _FOUR,
    "hatchling": _FOUR,
    "flit_core": _FOUR,
    "maturin": _FOUR,
    "pdm": ("LICEN[CS]E*", "COPYING*", "NOTICE*"),
    "poetry": (*_FOUR, "LICENSES/**/*"),
}


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the readme and licence files."""
    places: tuple[tuple[str, ...], ...] = (
        ("project", "readme"),
        ("project", "readme", "file"),
        ("tool", "poetry", "readme"),
    )
    for path in places:
        for index, file in strings(project.get(*path)):
            name = relative(project, file)
            if name is not None and (index is None or path[0] == "tool"):
                origin = place(project, *path, *(() if index is None else (index,)))
                why = "it is the long description of the project"
                yield BuildInput("file", name, "dynamic-file", why, origin, "metadata", optional=True)
    name = relative(project, project.get("project", "license", "file"))
    if name is not None:
        yield _licence(name, place(project, "project", "license", "file"))
    yield from _licence_files(project)


def _licence_files(project: Project) -> Iterator[BuildInput]:
    patterns: list[tuple[str, Origin]] = []
    configured = False
    for path in (("project", "license-files"), ("tool", "setuptools", "license-files")):
        value = project.get(*path)
        configured = configured or value is not None
        steps: tuple[str, ...] = path
        for key in ("paths", "globs"):  # the form of the draft of PEP 639, which hatchling still reads
            if key in table(value):
                value, steps = table(value)[key], (*path, key)
        for index, pattern in strings(value):
            patterns.append((pattern, place(project, *steps, *(() if index is None else (index,)))))
    cfg = project.setup_cfg
    for option in ("license_files", "license_file"):
        text = cfg.get("metadata", option) if cfg else None
        if cfg is not None and text is not None:
            configured = True
            origin = Origin("setup.cfg", cfg.line("metadata", option))
            patterns += [(line.strip(), origin) for line in text.replace(",", "\n").split("\n") if line.strip()]
    if not configured:
        backend = "setuptools" if reads_setup_files(project) else project.build_backend.partition(".")[0]
        origin = place(project, "build-system", "build-backend")
        patterns = [(pattern, origin) for pattern in _DEFAULTS.get(backend, ())]
    for pattern, origin in patterns:
        name = relative(project, pattern)
        if name is None:
            continue
        if not is_glob(name):
            yield _licence(name, origin)
        elif project.glob(uv_glob(name)):
            yield _licence(uv_glob(name), origin, glob=True)


def _licence(what: str, origin: Origin, *, glob: bool = False) -> BuildInput:
    why = "the wheel holds a copy of the licence files"
    kind: Kind = "files" if glob else "file"
    return BuildInput(kind, what, "dynamic-file", why, origin, "metadata", optional=True)

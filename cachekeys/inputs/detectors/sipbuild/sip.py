"""sip: the specifications of bindings, the C and C++ sources beside them, and the project's own ``project.py``.

``project.py``, or what ``[tool.sip] project-factory`` names, runs in every build. Specifications (``.sip``) lie below ``sip-files-dir`` of
``[tool.sip.project]`` and in ``sip-include-dirs``. Each table of ``[tool.sip.bindings]`` may have ``sources`` and ``headers``, whose includes are followed with
``include-dirs``. ``wheel-includes`` and ``sbom-files`` are copied into the wheel (sip 6.17; PyQt-builder adds to it). An editable wheel cannot be made.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import everything_below, find_module, is_glob, place, relative, strings, table, uv_glob
from cachekeys.inputs.includes import follow
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.scripts import build_script
from cachekeys.inputs.texts import expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_SECTION = ("tool", "sip")
_METHODS = (
    *(
        "__init__",
        "get_options",
        "apply_nonuser_defaults",
        "apply_user_defaults",
        "setup",
        "update",
        "verify_configuration",
    ),
    *("build", "build_wheel", "is_buildable", "get_metadata_overrides", "generate", "write_configuration"),
)


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the script, the specifications and the sources."""
    yield from _script(project)
    sources: list[str] = []
    directories = [relative(project, project.get(*_SECTION, "project", "sip-files-dir", default=".")) or "."]
    listed = strings(project.get(*_SECTION, "project", "sip-include-dirs"))
    directories += [path for _, text in listed if (path := relative(project, text)) is not None]
    for directory in dict.fromkeys(directories):
        below = project.files if directory == "." else project.files_below(f"{directory}/")
        found = [name for name in below if name.endswith(".sip")]
        sources += found
        if found:
            why = "sip makes the bindings from it"
            where = place(project, *_SECTION, "project")
            what = everything_below(directory) + ".sip"
            yield BuildInput("files", what, "native-source", why, where, "code")
    includes: list[str] = []
    for name, settings in table(project.get(*_SECTION, "bindings")).items():
        for key in ("sources", "headers", "extra-objects"):
            for index, text in strings(table(settings).get(key)):
                where = place(project, *_SECTION, "bindings", name, key, *([] if index is None else [index]))
                path = relative(project, text)
                for file in expand(project, path) if path is not None else ():
                    sources.append(file)
                    yield BuildInput("file", file, "native-source", "sip has it compiled", where, "code")
        includes += [
            path for _, text in strings(table(settings).get("include-dirs")) if (path := relative(project, text))
        ]
    for item in follow(project, sources, includes):
        why = f"{item.by} includes it"
        yield BuildInput("file", item.path, "native-source", why, Origin(item.by, item.line), "code", item.confidence)
    yield from _copied(project)


def _script(project: Project) -> Iterator[Detected]:
    factory = project.get(*_SECTION, "project-factory", default="project.py")
    if not isinstance(factory, str):
        return
    path = relative(project, factory) if factory.endswith(".py") else find_module(project, factory.partition(":")[0])
    if path is not None and project.is_file(path):
        origin = place(project, *_SECTION, "project-factory")
        yield from build_script(
            project, path, "sip runs it in every build", origin, search=(posixpath.dirname(path),), methods=_METHODS
        )


def _copied(project: Project) -> Iterator[Detected]:
    """Yield what the wheel gets as it is: patterns, or pairs of a pattern and where it goes."""
    for key in ("wheel-includes", "sbom-files"):
        listed = project.get(*_SECTION, "project", key)
        for index, item in enumerate(listed if isinstance(listed, list) else ()):
            text = item[0] if isinstance(item, list) and item else item
            name = relative(project, text)
            if name is not None:
                kind, what = ("files", uv_glob(name)) if is_glob(name) else ("file", name)
                where = place(project, *_SECTION, "project", key, index)
                why = "sip copies it into the wheel"
                yield BuildInput("files" if kind == "files" else "file", what, "dynamic-file", why, where, "contents")

"""dotnet and MSBuild: the project files, the settings beside them, and the sources below the project's directory."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.inputs.programs import Start

PROGRAMS = frozenset({"dotnet", "msbuild"})
_BUILDING = frozenset({"build", "publish", "pack", "msbuild", "restore"})
_PROJECTS = (".csproj", ".fsproj", ".vbproj", ".vcxproj", ".sln", ".slnx")
_SETTINGS = (
    "Directory.Build.props",
    "Directory.Build.targets",
    "Directory.Packages.props",
    "global.json",
    "nuget.config",
    "NuGet.config",
)


def inputs(start: Start) -> Iterator[Detected]:
    """Yield the projects and their sources."""
    if start.program == "dotnet" and _BUILDING.isdisjoint(start.words):
        return
    named = [start.inside(word) for word in start.words[1:] if word.endswith(_PROJECTS)]
    tops = dict.fromkeys(posixpath.dirname(name) or "." for name in named) or {start.inside("."): None}
    for top in tops:
        below = start.project.files if top == "." else start.project.files_below(f"{top}/")
        for name in below:
            if name.endswith(_PROJECTS):
                yield from start.file(name, f"{start.program} builds what it describes")
        for ending in (".cs", ".fs", ".vb", ".resx"):
            yield from start.tree(top, ending, f"{start.program} compiles it")
    for name in _SETTINGS:
        yield from start.file(name, f"{start.program} takes settings from it")

"""Poetry: the build script, and files that it installs as scripts.

``[tool.poetry.build] script`` (or ``build = "build.py"`` of old) runs in every build, also an editable one, either directly or
through a generated setup.py (``generate-setup-file``); a setup.py that is there already is run instead of that. A script with ``type = "file"`` is copied into the wheel (poetry-core 2.5). An ``include`` of compiled
modules (``*.so``) names what the build writes. What git ignores is not in a wheel, unless it is included. Readme and licence files
are the affair of the detector for ``[project]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import place, relative, table, tables, uv_glob
from cachekeys.inputs.model import BuildInput, BuildOutput, Origin
from cachekeys.inputs.scripts import build_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected, Mode
    from cachekeys.project import Project

_BUILD = ("tool", "poetry", "build")
_COMPILED = (".so", ".pyd", ".dylib", ".dll")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the build script and the script files."""
    for path in (_BUILD, (*_BUILD, "script")):
        name = relative(project, project.get(*path))
        if name is not None:
            why = "Poetry runs it as the build script"
            yield from build_script(project, name, why, place(project, *path), functions=("build",), name="__main__")
            from cachekeys.inputs.npm import javascript_of  # only projects with a script pay

            yield from javascript_of(project, name, place(project, *path))
            if project.get(*_BUILD, "generate-setup-file") is True and project.is_file("setup.py"):
                why = "Poetry runs it in place of the one that it would generate"
                yield from build_script(
                    project, "setup.py", why, place(project, *_BUILD, "generate-setup-file"), name="__main__"
                )
    if project.is_file(".gitignore"):
        why = "Poetry leaves out of the wheel what it ignores"
        origin = Origin(".gitignore", 1)
        wheel: tuple[Mode, ...] = ("wheel",)
        yield BuildInput(
            "file", ".gitignore", "manifest", why, origin, "contents", "possible", optional=True, modes=wheel
        )
    for index, settings in tables(project.get("tool", "poetry", "include")):
        pattern = relative(project, settings.get("path"))
        if pattern is not None and pattern.endswith(_COMPILED):
            origin = place(project, "tool", "poetry", "include", index)
            yield BuildOutput(uv_glob(pattern), "the build script makes it, and Poetry packs it", origin)
    for script, settings in table(project.get("tool", "poetry", "scripts")).items():
        name = relative(project, table(settings).get("reference")) if table(settings).get("type") == "file" else None
        if name is not None:
            origin = place(project, "tool", "poetry", "scripts", script)
            why = f"Poetry installs it as the script `{script}`"
            yield BuildInput("file", name, "dynamic-file", why, origin, "contents")

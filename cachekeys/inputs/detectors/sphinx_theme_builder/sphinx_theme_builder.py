"""sphinx-theme-builder: the style sheets and scripts of a Sphinx theme, which npm builds for every wheel, also an editable one.

``npm install`` and ``npm run build`` run beside ``package.json``, with the version of Node.js that ``[tool.sphinx-theme-builder]`` names. The
sources lie in ``src/PACKAGE/assets``, what is made of them in ``src/PACKAGE/theme/NAME/static``: the style sheet and the script of the theme's
name, and ``additional-compiled-static-assets``. A dynamic version is ``__version__`` of the package; nodeenv, which it starts, has settings
in ``tox.ini`` and ``setup.cfg``. An editable wheel finds all else where it is (sphinx-theme-builder 0.3.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import escape_glob, place, strings
from cachekeys.inputs.model import BuildInput, BuildOutput
from cachekeys.inputs.npm import npm_inputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected, Origin
    from cachekeys.project import Project

_TOOL = "sphinx-theme-builder"
_SECTION = ("tool", _TOOL)
_VARIABLES = ("STB_USE_SYSTEM_NODE", "STB_RELAX_NODE_VERSION_CHECK")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the package, its sources and the version, and what the build makes."""
    name = project.get("project", "name")
    if not isinstance(name, str) or not name:
        return
    origin = place(project, *_SECTION)
    package = f"src/{name.replace('-', '_')}"
    if "version" in project.dynamic:
        why = f"{_TOOL} takes the version from its __version__"
        where = place(project, "project", "dynamic")
        yield BuildInput("file", f"{package}/__init__.py", "dynamic-file", why, where, "version")
    yield from npm_inputs(project, ".", origin, f"{package}/assets")
    for variable in _VARIABLES:
        why = f"{_TOOL} lets it choose the Node.js that builds"
        yield BuildInput("env", variable, "environment", why, origin, "code", optional=True)
    for file in ("tox.ini", "setup.cfg"):
        if "[nodeenv]" in (project.read_text(file) or ""):
            yield BuildInput(
                "file", file, "build-config", "nodeenv reads its settings from it", origin, "code", "likely"
            )
    theme = project.get(*_SECTION, "theme-name", default=name)
    if isinstance(theme, str):
        conf = f"{package}/theme/{theme}/theme.conf"
        yield BuildInput("file", conf, "build-config", f"{_TOOL} checks it", origin, "code", optional=True)
        yield from _made(project, f"{package}/theme/{theme}/static", theme, origin)


def _made(project: Project, static: str, theme: str, origin: Origin) -> Iterator[BuildOutput]:
    why = "npm makes it from the sources of the theme"
    more = [text for _, text in strings(project.get(*_SECTION, "additional-compiled-static-assets"))]
    for asset in (f"styles/{theme}.css", f"scripts/{theme}.js", *more):
        directory = asset.endswith("/")
        yield BuildOutput(escape_glob(f"{static}/{asset.rstrip('/')}") + ("/**/*" if directory else ""), why, origin)
    for made in ("node_modules", ".nodeenv"):
        yield BuildOutput(f"{made}/**/*", f"{_TOOL} fills it", origin)

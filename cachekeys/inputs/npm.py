"""What a build of JavaScript reads: the package, its lock file, its configuration and its sources."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import everything_below
from cachekeys.inputs.model import BuildInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected, Origin
    from cachekeys.project import Project

__all__ = ["javascript_of", "npm_inputs"]

_LOCKS = ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb")
_SETTINGS = (
    *("tsconfig.json", ".yarnrc.yml", ".npmrc", "pnpm-workspace.yaml", "lerna.json", ".babelrc", "babel.config.js"),
    *(f"{tool}.config.{ending}" for tool in ("webpack", "vite", "rollup") for ending in ("js", "ts", "mjs", "cjs")),
    *("build.mjs", "build.js", "esbuild.js", "esbuild.mjs", "install.json"),
)
_ENDINGS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".css", ".scss", ".less", ".vue", ".svelte", ".html")


def npm_inputs(project: Project, base: str, origin: Origin, source: str | None = None) -> Iterator[Detected]:
    """Yield what npm, yarn or a kin of theirs reads to build the package in the directory *base*.

    :param source: the directory of the sources, relative to the project; what lies below ``src`` when it is not given.
    """
    package = posixpath.normpath(posixpath.join(base, "package.json"))
    yield BuildInput("file", package, "manifest", "npm builds the package that it describes", origin, "code")
    for lock in _LOCKS:
        name = posixpath.normpath(posixpath.join(base, lock))
        if project.is_file(name):
            why = "npm or yarn takes the versions of all packages from it"
            yield BuildInput("file", name, "build-config", why, origin, "code")
    for setting in _SETTINGS:
        name = posixpath.normpath(posixpath.join(base, setting))
        if project.is_file(name):
            why = "it configures how the JavaScript is built"
            yield BuildInput("file", name, "build-config", why, origin, "code", "likely")
    if source is not None:
        why = "npm builds the JavaScript from it"
        yield BuildInput("files", everything_below(source), "native-source", why, origin, "code", "likely")
        return
    directory = posixpath.normpath(posixpath.join(base, "src"))
    below = project.files_below(f"{directory}/")
    for ending in _ENDINGS:
        if any(name.endswith(ending) for name in below):
            why = "it lies among the sources that npm builds"
            pattern = everything_below(directory) + ending
            yield BuildInput("files", pattern, "native-source", why, origin, "code", "likely")


_RUNNERS = r"""["'](?:npm|yarn|pnpm|jlpm|npx|bun)(?:\.cmd)?(?:["']|[ ][^"'\n]*["'])"""
_LITERAL = r"""["']([\w./-]{1,100})["']"""


def javascript_of(project: Project, script: str, origin: Origin) -> Iterator[Detected]:
    """Yield what npm reads, when the script in Python *script* seems to run it: a text in it begins with the program's name.

    The package is the one at the top of the project, or in a directory that another text of the script names.
    """
    text = project.read_text(script) or ""
    if not re.search(_RUNNERS, text):
        return
    named = [posixpath.normpath(name) for name in re.findall(_LITERAL, text)]
    for directory in dict.fromkeys([".", posixpath.dirname(script) or ".", *named]):
        if not directory.startswith(("..", "/")) and project.is_file(posixpath.join(directory, "package.json")):
            yield from npm_inputs(project, directory, origin)

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
    *(
        "tsconfig.json",
        ".yarnrc.yml",
        ".npmrc",
        "pnpm-workspace.yaml",
        "lerna.json",
        "angular.json",
        "bunfig.toml",
        "install.json",
    ),
    *(".babelrc", ".swcrc", ".parcelrc", ".postcssrc", ".browserslistrc", "babel.config.json", "index.html"),
    *("Gruntfile.js", "gulpfile.js", "gulpfile.mjs", "build.mjs", "build.js", "esbuild.js", "esbuild.mjs"),
)
_CONFIGURED = re.compile(
    r"(?:webpack|vite|rollup|babel|postcss|tailwind|svelte|vue|next|nuxt|astro|rspack|esbuild|tsup|quasar|craco|uno)"
    r"(?:\.[\w-]+)?\.(?:config|conf)(?:\.[\w-]+)?\.(?:js|ts|mjs|cjs|mts)|tsconfig\.[\w.-]+\.json|\.env(?:\.[\w-]+)?"
)
_SOURCES = ("src", "public", "style", "styles", "schema")
"""Directories whose content bundlers and JupyterLab's builder take; what else there is, only their settings say."""
_ENDINGS = (
    ".ts",
    ".tsx",
    ".js",
    ".jsx",
    ".mjs",
    ".css",
    ".scss",
    ".sass",
    ".less",
    ".vue",
    ".svelte",
    ".html",
    ".json",
    ".svg",
)
_PRODUCTS = frozenset(
    {"node_modules", "dist", "build", "out", "static", "labextension", "nbextension", "coverage", "test", "tests"}
)
_SCRIPTED = r"[\w@./-]+\.(?:m?js|cjs|m?ts|json|sh|py|html|s?css)\b"


def npm_inputs(project: Project, base: str, origin: Origin, source: str | None = None) -> Iterator[Detected]:
    """Yield what npm, yarn or a kin of theirs reads to build the package in the directory *base*.

    :param source: the directory of the sources, relative to the project; the usual ones when it is not given.
    """
    package = posixpath.normpath(posixpath.join(base, "package.json"))
    yield BuildInput("file", package, "manifest", "npm builds the package that it describes", origin, "code")
    for lock in _LOCKS:
        name = posixpath.normpath(posixpath.join(base, lock))
        if project.is_file(name):
            why = "npm or yarn takes the versions of all packages from it"
            yield BuildInput("file", name, "build-config", why, origin, "code")
    for name in _settings(project, base):
        why = "it configures how the JavaScript is built"
        yield BuildInput("file", name, "build-config", why, origin, "code", "likely")
    if source is not None:
        why = "npm builds the JavaScript from it"
        yield BuildInput("files", everything_below(source), "native-source", why, origin, "code", "likely")
        return
    for pattern in _sources(project, base):
        why = "it lies among the sources that npm builds"
        yield BuildInput("files", pattern, "native-source", why, origin, "code", "likely")


def _settings(project: Project, base: str) -> Iterator[str]:
    """Yield the files beside package.json that configure tools, and those that its scripts name."""
    import json  # few projects have JavaScript

    below = project.files if base == "." else project.files_below(f"{base}/")
    prefix = "" if base == "." else f"{base}/"
    here = [name for name in below if "/" not in name[len(prefix) :]]
    found = [name for name in here if name[len(prefix) :] in _SETTINGS or _CONFIGURED.fullmatch(name[len(prefix) :])]
    try:
        document = json.loads(project.read_text(f"{prefix}package.json") or "{}")
    except (ValueError, RecursionError):
        document = {}
    scripts = document.get("scripts") if isinstance(document, dict) else None
    for name, line in scripts.items() if isinstance(scripts, dict) else ():
        if isinstance(line, str) and not name.startswith(("test", "lint", "format", "watch", "start", "dev", "docs")):
            named = (posixpath.normpath(posixpath.join(base, word)) for word in re.findall(_SCRIPTED, line))
            found += [path for path in named if path in below]
    yield from dict.fromkeys(found)


def _sources(project: Project, base: str) -> Iterator[str]:
    """Yield globs for the sources of the package in *base*; beside a Python project only those in the usual directories."""
    prefix = "" if base == "." else f"{base}/"
    directories = [f"{prefix}{name}" for name in _SOURCES if project.is_dir(f"{prefix}{name}")]
    if prefix and not project.is_dir(f"{prefix}src"):
        inner = {
            name[len(prefix) :].partition("/")[0] for name in project.files_below(prefix) if "/" in name[len(prefix) :]
        }
        directories += [f"{prefix}{name}" for name in sorted(inner - _PRODUCTS - set(_SOURCES)) if name[0] != "."]
        for ending in _ENDINGS[:7]:
            if any(name.endswith(ending) and "/" not in name[len(prefix) :] for name in project.files_below(prefix)):
                yield f"{everything_below(base).removesuffix('**/*')}*{ending}"
    for directory in directories:
        below = project.files_below(f"{directory}/")
        for ending in _ENDINGS:
            if any(name.endswith(ending) for name in below):
                yield everything_below(directory) + ending


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

"""hatch-cython: Cython and Python modules that are compiled (``[tool.hatch.build.targets.wheel.hooks.cython]``).

In the package that bears the project's name (``options.src`` names another one), all ``.pyx``, and all ``.py`` unless ``compile_py = false``, less
what ``options.files.exclude`` matches; with ``options.files.targets`` only what these match, then C and C++, too. Templates
(``.pyx.in`` ...) are rendered first. Headers and ``cimport``s are followed, with ``options.includes`` (0.6).
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import escape_glob, everything_below, strings, table
from cachekeys.inputs.hatchconfig import HatchConfig
from cachekeys.inputs.model import BuildInput, BuildOutput, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_CYTHON = (".pyx", ".pxd")
_NATIVE = (".c", ".cc", ".cpp")
_TEMPLATES = (".pyx.in", ".pxd.in", ".py.in", ".pyi.in", ".c.in", ".cpp.in")
_VARIABLES = ("CC", "CXX", "CFLAGS", "CPPFLAGS", "LDFLAGS")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the compiled modules with all that they include, if the hook is on."""
    hatch = HatchConfig(project)
    for name, config, path in hatch.build_hooks():
        if name == "cython" and config.get("enable-by-default") is not False:
            yield from _compiled(project, table(config.get("options")), hatch.origin(*path))


def _compiled(project: Project, options: dict[str, Any], origin: Origin) -> Iterator[Detected]:
    directory = _directory(project, options)
    if directory is None:
        return
    files = table(options.get("files"))
    targets, excluded = _patterns(files.get("targets")), _patterns(files.get("exclude"))
    endings = [*_CYTHON, *([".py"] if targets or options.get("compile_py", True) is not False else [])]
    endings += _NATIVE if targets else ()
    below = project.files_below(f"{directory}/")

    def wanted(name: str) -> bool:
        if any(pattern.match(name) for pattern in excluded):
            return False
        return not targets or any(pattern.match(name) for pattern in targets)

    sources = [name for name in below if name.endswith((*endings, *_TEMPLATES)) and wanted(name)]
    why = "hatch-cython compiles it"
    if targets or excluded:
        for name in sources:
            yield BuildInput("file", name, "native-source", why, origin, "code")
    else:
        for ending in (*endings, *_TEMPLATES):
            if any(name.endswith(ending) for name in sources):
                pattern = everything_below(directory) + ending
                yield BuildInput("files", pattern, "native-source", why, origin, "code")
    from cachekeys.inputs.includes import follow  # only projects with the hook pay

    includes = [text for _, text in strings(options.get("includes"))]
    for item in follow(project, sources, [*includes, ".", posixpath.dirname(directory)]):
        reason = f"{item.by} includes it"
        place = Origin(item.by, item.line)
        yield BuildInput("file", item.path, "native-source", reason, place, "code", item.confidence)
    yield from _written(sources, origin)
    for variable in _VARIABLES:
        reason = "hatch-cython hands it to the compiler"
        yield BuildInput("env", variable, "environment", reason, origin, "code", optional=True)


def _directory(project: Project, options: dict[str, Any]) -> str | None:
    named = options.get("src")
    name = project.get("project", "name")
    names = [named] if isinstance(named, str) else []
    if not names and isinstance(name, str):
        normalised = re.sub(r"[-_.]+", "-", name).lower()
        names = [normalised, normalised.replace("-", "_")]
    for candidate in names:
        for directory in (f"src/{candidate}", candidate):
            if project.is_dir(directory):
                return posixpath.normpath(directory)
    return None


def _patterns(value: object) -> list[re.Pattern[str]]:
    """Return globs of ``files`` as expressions; a star may cross directories, and a leading ``./`` does not count."""
    found = []
    for item in value if isinstance(value, list) else []:
        text = table(item).get("matches", item)
        if isinstance(text, str):
            body = re.escape(text.removeprefix("./")).replace(r"\*\*", "*").replace(r"\*", r"\S*").replace("*", r"\S*")
            found.append(re.compile(body.replace(r"\S\S*", r"\S*"), re.IGNORECASE))
    return found


def _written(sources: list[str], origin: Origin) -> Iterator[BuildOutput]:
    for name in sources:
        stem, ending = posixpath.splitext(name)
        if ending in {".pyx", ".py"}:
            for suffix in ("c", "cpp", "*.so", "*.pyd"):
                yield BuildOutput(f"{escape_glob(stem)}.{suffix}", "hatch-cython writes it beside its source", origin)
        elif ending == ".in":
            yield BuildOutput(escape_glob(stem), "hatch-cython renders it from a template", origin)

"""libsass: style sheets that it compiles: ``sass_manifests`` in setup(), and ``sass.compile()`` in a build script.

``sass_manifests`` maps a package to the directory of its style sheets, which libsass's ``build_py`` compiles (libsass 0.23). What a
style sheet imports follows.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import everything_below, package_dirs
from cachekeys.inputs.includes import follow
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.scripts import parse

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_ENDINGS = (".scss", ".sass")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the style sheets."""
    if "sass" not in (project.read_text("setup.py") or ""):
        return
    import ast  # few projects have style sheets

    tree = parse(project, "setup.py")
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.keyword) and node.arg == "sass_manifests":
            for package, directory in _manifests(node.value):
                base = _package_directory(project, package)
                yield from _sheets(project, posixpath.normpath(posixpath.join(base, directory)), node.value.lineno)
        elif isinstance(node, ast.Call) and _is_compile(node.func):
            for keyword in node.keywords:
                for text in _texts(keyword.value)[:1] if keyword.arg in {"filename", "dirname"} else ():
                    yield from _sheets(project, posixpath.normpath(text), node.lineno)


def _is_compile(function: ast.expr) -> bool:
    value = getattr(function, "value", None)
    return getattr(function, "attr", "") == "compile" and getattr(value, "id", "") in {"sass", "sassutils"}


def _texts(value: ast.expr) -> list[str]:
    import ast

    return [node.value for node in ast.walk(value) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def _manifests(value: ast.expr) -> Iterator[tuple[str, str]]:
    """Yield package and directory of ``{"package": ("directory", ...)}``; the values of a manifest may have names."""
    import ast

    if not isinstance(value, ast.Dict):
        return
    for key, item in zip(value.keys, value.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            named = {k.value: v for k, v in zip(item.keys, item.values, strict=True) if isinstance(k, ast.Constant)} if isinstance(item, ast.Dict) else {}  # fmt: skip
            found = _texts(named.get("sass_path", item))
            if found:
                yield key.value, found[0]


def _package_directory(project: Project, package: str) -> str:
    return posixpath.join(package_dirs(project).get("", "."), package.replace(".", "/"))


def _sheets(project: Project, path: str, line: int) -> Iterator[Detected]:
    origin = Origin("setup.py", line)
    why = "libsass compiles it into the wheel"
    if project.is_file(path):
        yield BuildInput("file", path, "native-source", why, origin, "code")
        for found in follow(project, [path]):
            place = Origin(found.by, found.line)
            yield BuildInput("file", found.path, "native-source", f"{found.by} includes it", place, "code")
    for ending in _ENDINGS:
        if any(name.endswith(ending) for name in project.files_below(f"{path}/")):
            yield BuildInput("files", everything_below(path) + ending, "native-source", why, origin, "code", "likely")

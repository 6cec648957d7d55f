"""jupyter_packaging: JavaScript that npm or yarn builds, called from setup.py or by its back end.

With ``jupyter_packaging.build_api`` as back end, ``[tool.jupyter-packaging.builder] factory`` (``npm_builder``, or a function of the project) builds
with ``build-args`` before setuptools does. In setup.py it is ``npm_builder(path=...)`` or the older ``install_npm(path)``, also that of a ``setupbase.py``
in the tree. The package is the one in ``path``, by default beside setup.py, its sources those in ``source_dir``, where that is given (0.12).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import find_module, place, relative, table
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.npm import npm_inputs
from cachekeys.inputs.scripts import build_script, parse

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.project import Project

_SECTION = ("tool", "jupyter-packaging")
_BUILDERS = frozenset({"npm_builder", "install_npm"})


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the package and its sources, wherever the builder is called."""
    factory = project.get(*_SECTION, "builder", "factory") or project.get(*_SECTION, "builder", "func")
    origin = place(project, *_SECTION, "builder")
    if isinstance(factory, str) and project.build_backend.startswith("jupyter_packaging"):
        if factory.rpartition(".")[2] in _BUILDERS:
            options = table(project.get(*_SECTION, "build-args"))
            yield from _package(project, options.get("path", "."), origin, options.get("source_dir"))
        module = find_module(project, factory.rpartition(".")[0])
        if module is not None:
            why = "jupyter_packaging calls it to build the JavaScript"
            yield from build_script(project, module, why, origin, functions=(factory.rpartition(".")[2],))
    if any(name in (project.read_text("setup.py") or "") for name in _BUILDERS):
        yield from _from_setup_script(project)


def _from_setup_script(project: Project) -> Iterator[Detected]:
    import ast  # few projects have JavaScript

    tree = parse(project, "setup.py")
    for node in ast.walk(tree) if tree is not None else ():
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in _BUILDERS:
            given = next((keyword.value for keyword in node.keywords if keyword.arg == "path"), None)
            given = given if given is not None else next(iter(node.args), None)
            origin = Origin("setup.py", node.lineno)
            source = next((keyword.value for keyword in node.keywords if keyword.arg == "source_dir"), None)
            sources = None if source is None else _directory(tree, source)
            yield from _package(project, _directory(tree, given), origin, sources)
            why = "jupyter_packaging builds no JavaScript when it is set"
            variable = "JUPYTER_PACKAGING_SKIP_NPM"
            yield BuildInput("env", variable, "environment", why, origin, "code", optional=True)


def _directory(tree: ast.Module | None, value: ast.expr | None) -> str:
    """Return the directory that an expression names by its texts: ``os.path.join(HERE, "js")``, ``HERE / "js"``, a variable."""
    import ast

    if isinstance(value, ast.Name) and tree is not None:
        assigned = [
            node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == value.id for target in node.targets)
        ]
        if assigned:
            value = assigned[-1]
    if value is None or isinstance(value, ast.Name):
        return "."
    texts = [node for node in ast.walk(value) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    texts.sort(key=lambda node: (node.lineno, node.col_offset))
    return posixpath.join(".", *(str(node.value) for node in texts))


def _package(project: Project, path: object, origin: Origin, source: object) -> Iterator[Detected]:
    base = relative(project, path) or "."
    sources = relative(project, source)
    if project.is_file(posixpath.normpath(posixpath.join(base, "package.json"))):
        known = sources is not None and sources != "." and project.is_dir(sources)
        yield from npm_inputs(project, base, origin, sources if known else None)

"""flit: the version and the description of a module, read from its source.

With ``version`` or ``description`` in ``project.dynamic``, flit_core reads ``__version__`` and the docstring of the module:
from ``__init__.py``, and where that has no version from ``version.py``, ``_version.py`` or ``__version__.py`` of the
package. What is no literal there is found by importing the module, with all that it imports and what these read (flit_core 3.12 and 4.2).
``[tool.flit.external-data]`` is packed into the wheel, also an editable one.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import everything_below, find_module, place, relative
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.scripts import FEW_IMPORTS, local_imports, parse

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Detected
    from cachekeys.project import Project

_TOOL = "flit"
_VERSION_MODULES = ("version.py", "_version.py", "__version__.py")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the files that flit reads."""
    data = relative(project, project.get("tool", "flit", "external-data", "directory"))
    if data is not None and project.is_dir(data):
        origin = place(project, "tool", "flit", "external-data", "directory")
        why = f"{_TOOL} packs it as data of the distribution"
        yield BuildInput("files", everything_below(data), "dynamic-file", why, origin, "contents")
    module = _module(project)
    if module is None:
        return
    legacy = project.get("tool", "flit", "metadata") is not None  # before flit_core 4
    wanted: list[tuple[str, str, Affects]] = [
        ("version", "__version__", "version"),
        ("description", "__doc__", "metadata"),
    ]
    for field, name, affects in wanted:
        if legacy or field in project.dynamic:
            origin = place(project, "tool", "flit", "metadata") if legacy else place(project, "project", "dynamic")
            yield from _field(project, module, field, name, affects=affects, origin=origin)


def _module(project: Project) -> str | None:
    """Return the file of the module: flat or below ``src`` (``flit_core.common.Module``)."""
    name = project.get("tool", "flit", "module", "name") or project.get("tool", "flit", "metadata", "module")
    if not isinstance(name, str):
        name = project.get("project", "name")
        name = name.replace("-", "_") if isinstance(name, str) else ""
    for base in ("", "src"):
        found = find_module(project, name, {"": base})
        if found is not None:
            return found
    return None


def _field(
    project: Project, module: str, field: str, name: str, *, affects: Affects, origin: Origin
) -> Iterator[Detected]:
    files = [module]
    if field == "version" and module.endswith("/__init__.py"):
        package = module.removesuffix("__init__.py")
        files += [package + other for other in _VERSION_MODULES if project.is_file(package + other)]
    for file in files:  # the first one with a literal decides
        why = f"{_TOOL} takes the {field} from its {'docstring' if name == '__doc__' else name}"
        yield BuildInput("file", file, "dynamic-file", why, origin, affects)
        if _has_literal(project, file, name):
            return
    # Nothing literal: flit imports the module.
    imported = local_imports(project, module, ("src" if module.startswith("src/") else "",))
    crowd = len(imported) > FEW_IMPORTS
    lines = _lines_that_give(project, module, name) if crowd else set()
    for file, importer, line in imported:
        if not crowd or (importer == module and line in lines):
            why = f"{importer} imports it, and {_TOOL} runs that to find the {field}"
            yield BuildInput("file", file, "dynamic-file", why, Origin(importer, line), affects)
    if crowd:  # the whole product, of which a line says what the version is: no reason to build after each edit
        why = f"{_TOOL} imports {len(imported)} files from there to find the {field}"
        pattern = f"{everything_below(posixpath.dirname(module) or '.')}.py"
        yield BuildInput("files", pattern, "dynamic-file", why, Origin(module, 1), affects, "possible", optional=True)
    yield from _read(
        project, module, field, name, affects=affects, origin=origin, named={*files, *(i[0] for i in imported)}
    )


def _read(
    project: Project, module: str, field: str, name: str, *, affects: Affects, origin: Origin, named: set[str]
) -> Iterator[Detected]:
    """Yield what running the module reads besides its imports; what does not reach the value is optional."""
    from cachekeys.inputs.attribute import Asked, interpreted  # imports ast, only where something must run

    search = "src" if module.startswith("src/") else ""
    dotted = module.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    asked = Asked(f"{dotted}.{name}", field, affects, origin, module, module)
    found, _ = interpreted(project, asked, search, named, f"{_TOOL} imports {module} to find the {field}")
    yield from found


def _lines_that_give(project: Project, module: str, name: str) -> set[int]:
    """Return the lines of the imports that bring what *name* is made of."""
    import ast

    tree = parse(project, module)
    wanted = {name}
    for node in reversed(tree.body if tree else []):
        found = _assignment(node, wanted)
        if found is not None and found.value is not None:
            wanted |= {part.id for part in ast.walk(found.value) if isinstance(part, ast.Name)}
    imports = [node for node in ast.walk(tree or ast.Module([], [])) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {
        node.lineno
        for node in imports
        if any(alias.name == "*" or (alias.asname or alias.name).split(".")[0] in wanted for alias in node.names)
    }


def _has_literal(project: Project, file: str, name: str) -> bool:
    import ast  # 9 ms, only for flit projects with dynamic fields

    tree = parse(project, file)
    if tree is None:
        return False
    if name == "__doc__":
        return bool(ast.get_docstring(tree))
    for node in tree.body:
        found = _assignment(node, {name})
        if found is not None:
            return isinstance(found.value, ast.Constant)
    return False


def _assignment(node: ast.stmt, names: set[str]) -> ast.Assign | ast.AnnAssign | None:
    """Return the statement if it assigns to one of *names*."""
    import ast

    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return None
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return node if any(isinstance(target, ast.Name) and target.id in names for target in targets) else None

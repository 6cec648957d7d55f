"""Find the files that decide the value of a module's attribute (``attr:`` of setuptools; flit's version).

setuptools first looks for a literal assignment in the module's source and only executes the module when there is none
(setuptools 84, ``config/expand.py``). Then the value comes from wherever the name was imported from: followed here as
long as that is plain imports.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import find_module, package_dirs, table
from cachekeys.inputs.model import BuildInput, Origin, Unresolved
from cachekeys.inputs.scm import setuptools_scm_files
from cachekeys.inputs.scripts import local_imports, parse
from cachekeys.values import dataclass, replace

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Detected
    from cachekeys.project import Project

__all__ = ["Asked", "Sighting", "attribute_files", "attribute_inputs", "interpreted"]

Sighting = tuple[str, int, bool]
"""A file that decides the value, the line of the decision, and whether the value is computed there at run time."""

_DEPTH = 20  # imports in a row

_STEPS = 60_000
"""Nodes visited in a module that setuptools runs, and in what it imports: a tenth of a second."""


def attribute_inputs(
    project: Project, attribute: str, field: str, affects: Affects, origin: Origin
) -> Iterator[Detected]:
    """Yield the files that decide the value of ``package.module.NAME``."""
    dotted, _, name = attribute.strip().rpartition(".")
    directories = package_dirs(project)
    module = find_module(project, dotted or "__init__", directories)
    if module is None:
        if not _is_written(project, dotted, directories):
            yield Unresolved(
                f"setuptools takes the field `{field}` from `{attribute}`, which is no module here", origin
            )
        return
    sightings = attribute_files(project, module, name, directories)
    for number, (file, _, _) in enumerate(sightings):
        why = f"setuptools takes the field `{field}` from `{attribute}`"
        chain = tuple(Origin(*sighting[:2]) for sighting in sightings[number::-1])
        yield BuildInput("file", file, "dynamic-file", why, origin, affects, chain=chain if number else chain[:1])
    if len(sightings) > 1 or sightings[0][2]:  # no literal in the module itself: setuptools runs it
        computed = next((f"line {line} of {file}" for file, line, computed in sightings if computed), "")
        yield from _executed(project, Asked(attribute, field, affects, origin, module, computed), sightings)


@dataclass(frozen=True, slots=True)
class Asked:
    """An attribute that a back end runs a module for. ``computed`` is the place that must run, "" when it is just imported."""

    attribute: str
    field: str
    affects: Affects
    origin: Origin
    module: str
    computed: str


def _executed(project: Project, asked: Asked, sightings: list[Sighting]) -> Iterator[Detected]:
    """Yield what running the module reads; what does not reach the attribute's value is optional."""
    dotted = asked.attribute.strip().rpartition(".")[0]
    search = (_import_root(asked.module, dotted),)
    named = {file for file, _, _ in sightings}
    imported = [entry for entry in local_imports(project, asked.module, search, eager=True) if entry[0] not in named]
    why = f"setuptools runs {asked.module} to find `{asked.attribute}`"
    if asked.computed or any(_may_read(project, file) for file in (asked.module, *(entry[0] for entry in imported))):
        found, resolved = interpreted(project, asked, search[0], named, why)
        if asked.computed and not resolved:
            message = f"setuptools runs {asked.computed} to find `{asked.attribute}`; what that reads is not known"
            yield Unresolved(message, asked.origin)
        yield from found
        named |= {item.what for item in found if isinstance(item, BuildInput)}
    for file, importer, line in imported:
        if file not in named:
            reason = f"{why}; {importer} imports it"
            place = Origin(importer, line)
            yield BuildInput("file", file, "build-script", reason, place, asked.affects, "likely", optional=True)


def _may_read(project: Project, file: str) -> bool:
    """Tell whether there is any chance that a module reads more than its imports."""
    raw = project.read_bytes(file) or b""
    return any(word in raw for word in (b"environ", b"getenv", b"open(", b"read_text", b"read_bytes", b"get_data"))


def interpreted(project: Project, asked: Asked, search: str, named: set[str], why: str) -> tuple[list[Detected], bool]:
    """Return what the module was seen to read when it was interpreted, and whether the value is known from that.

    :param search: the directory in which its own name starts.
    :param named: files that need not be said again.
    """
    from cachekeys.inputs.setup_script import Script  # imports ast: 9 ms, only where something must run
    from cachekeys.inputs.setup_script.calls import call
    from cachekeys.inputs.setup_script.machine import Machine, OutOfBudgetError
    from cachekeys.inputs.setup_script.report import detected
    from cachekeys.inputs.setup_script.values import Function, sources_of

    dotted, _, name = asked.attribute.strip().rpartition(".")
    machine = Machine(project, limit=_STEPS)
    machine.sys_path = [search]
    machine.explicit_path = True
    module = machine.run_script(asked.module, dotted)
    value = module.scope.names.get(name) if module is not None else None
    if isinstance(value, Function):  # setuptools calls what can be called
        try:
            value = call(machine, value, [], {})
        except (OutOfBudgetError, RecursionError):
            value = None
    sources = sources_of(value)
    machine.facts.flow(sources, asked.field)
    machine.facts.unresolved.clear()
    found: list[Detected] = []
    resolved = isinstance(value, (str, int, float, tuple))
    for item in detected(project, Script(asked.module, machine.facts, frozenset(machine.modules), machine.steps)):
        if not isinstance(item, BuildInput) or item.what in named:
            continue
        if asked.computed and any((kind, item.what) in sources for kind in ("file", "module", "listing", "env", "git")):
            resolved = True
            found.append(replace(item, affects=asked.affects))
        else:
            found.append(
                replace(item, why=f"{why}; {item.why}", affects=asked.affects, optional=True, confidence="likely")
            )
    return found, resolved


def _import_root(module: str, dotted: str) -> str:
    """Return the directory that the module's name starts from."""
    path = module.removesuffix(".py").removesuffix("/__init__")
    ending = dotted.replace(".", "/")
    return path[: -len(ending)].rstrip("/") if path.endswith(ending) else posixpath.dirname(path)


def _is_written(project: Project, module: str, directories: dict[str, str]) -> bool:
    """Tell whether setuptools-scm will write the module during the build."""
    sections = (table(project.get("tool", section)) for section in ("setuptools_scm", "vcs-versioning"))
    written = {name for config in sections for name in setuptools_scm_files(project, config)}
    names = [module.replace(".", "/") + ".py"]
    names.append(f"{directories.get('', '')}/{names[0]}")
    return any(name in written for name in names)


def attribute_files(project: Project, module: str, name: str, directories: dict[str, str]) -> list[Sighting]:
    """Return the files that decide the value of *name* in the file *module*, the module's own first.

    :param directories: setuptools' ``package_dir``, to find absolute imports.
    """
    found: list[Sighting] = []
    current, wanted = module, name
    for _ in range(_DEPTH):
        tree = parse(project, current)
        definition = _definition(tree, wanted) if tree is not None else None
        if definition is None:
            found.append((current, 1, tree is not None))
            break
        line, literal, following = definition
        target = _follow(project, current, following, directories) if following else None
        found.append((current, line, not literal and target is None))
        if target is None or any(target[0] == file for file, _, _ in found):
            break
        current, wanted = target
    return found


_Definition = tuple[int, bool, tuple[int, str, str] | None]


def _definition(tree: ast.Module, name: str) -> _Definition | None:
    """Return line, whether it is a literal, and the import (level, module, name) that the last definition refers to."""
    import ast  # 9 ms, and most projects have no attr:

    imports: dict[str, tuple[int, str, str]] = {}
    result: _Definition | None = None
    for node in _statements(tree.body):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                imports[alias.asname or alias.name] = (node.level, node.module or "", alias.name)
                if (alias.asname or alias.name) == name:
                    result = (node.lineno, False, imports[name])
        elif isinstance(node, ast.Import):
            for alias in node.names:
                imports[alias.asname or alias.name] = (0, alias.name, "")
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            result = (node.lineno, False, None)
        elif value := _assigned(node, name):
            result = (node.lineno, _is_literal(value), _reference(value, imports))
    return result


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield module-level statements, also those below ``if`` and ``try``."""
    for node in body:
        yield node
        for field in ("body", "orelse", "finalbody"):
            if type(node).__name__ in ("If", "Try", "With"):
                yield from _statements(getattr(node, field, []))
        for handler in getattr(node, "handlers", []):
            yield from _statements(handler.body)


def _assigned(node: ast.stmt, name: str) -> ast.expr | None:
    import ast

    if isinstance(node, ast.Assign):
        names = [n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)]
        return node.value if name in names else None
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
        return node.value
    return None


def _is_literal(value: ast.expr) -> bool:
    import ast

    try:
        ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _reference(value: ast.expr, imports: dict[str, tuple[int, str, str]]) -> tuple[int, str, str] | None:
    """Return the import behind ``x`` or ``module.x``."""
    import ast

    if isinstance(value, ast.Name):
        return imports.get(value.id)
    if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and value.value.id in imports:
        level, module, member = imports[value.value.id]
        return (level, ".".join(part for part in (module, member) if part), value.attr)
    return None


def _follow(
    project: Project, current: str, reference: tuple[int, str, str], directories: dict[str, str]
) -> tuple[str, str] | None:
    """Return the file and the name that an import refers to, or None when it is not in the project."""
    level, module, name = reference
    if level:
        package = posixpath.dirname(current)
        for _ in range(level - 1):
            package = posixpath.dirname(package)
        directories = {"": package}
        if not module:
            module, name = name, ""
    file = find_module(project, module, directories) if module else None
    if file is None:
        return None
    inside = find_module(project, f"{module}.{name}", directories) if name else None
    return (inside, "") if inside is not None and file.endswith("/__init__.py") else (file, name)

"""Scripts of the project that run in the build, and the local modules that they import; nothing is executed.

A change of any of them can change what is built, so they are inputs wherever the script is.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cachekeys.inputs.dynamic import everything_below, find_module
from cachekeys.inputs.model import BuildInput, Origin

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Sequence

    from cachekeys.inputs.hook_protocols import Protocol
    from cachekeys.inputs.model import Affects, Confidence, Detected
    from cachekeys.project import Project

__all__ = ["FEW_IMPORTS", "Imported", "build_script", "local_imports", "named_variables", "parse", "syntax_tree"]

FEW_IMPORTS = 25
"""Files that a build script of its own may import; more are a product."""

_TREES: WeakKeyDictionary[Project, dict[str, ast.Module]] = WeakKeyDictionary()
_KEPT_TREES = 100
"""A tree takes fifty times the memory of its text."""

Imported = tuple[str, str, int]
"""A local file, and the file and line that import it."""

_LIMIT = 500
"""Files: a build script that pulls in more imports the product itself, and then a list no longer helps anyone."""


def build_script(
    project: Project,
    path: str,
    why: str,
    origin: Origin,
    *,
    affects: Affects = "code",
    search: Sequence[str] = ("",),
    methods: Sequence[str] = (),
    functions: Sequence[str] = (),
    name: str = "hook",
    dotted: str = "",
    protocol: Protocol | None = None,
    expression: str = "",
) -> Iterator[Detected]:
    """Yield the script *path*, the local modules that it imports, and what it reads when it is run and called.

    :param why: what the build does with it ("hatchling runs it as a build hook").
    :param search: directories, relative to the project, in which the script finds top-level modules.
    :param methods: methods of its classes that the build calls; *functions*: those of the module.
    :param name: what ``__name__`` is in it.
    :param dotted: the module's name, where it is imported by it: that runs the packages above it, too.
    :param protocol: what is handed to it (see ``hook_protocols.py``).
    :param expression: what is evaluated in it.
    """
    yield BuildInput("file", path, "build-script", why, origin, affects)
    if not project.is_file(path):
        return
    yield from _packages_above(project, path, dotted, search, affects)
    imported = local_imports(project, path, search)
    product = posixpath.commonpath([path, *(file for file, _, _ in imported)]) if len(imported) > FEW_IMPORTS else ""
    if product:
        # A back end that builds itself: the product's code, whose every edit changes little about the product's wheel.
        reason = f"{path} imports {len(imported)} files from there, and the build runs them"
        pattern = everything_below(product) + ".py"
        yield BuildInput("files", pattern, "build-script", reason, Origin(path, 1), affects, "possible")
        yield from named_variables(project, [path, *(file for file, _, _ in imported)], affects)
        return
    chains: dict[str, tuple[Origin, ...]] = {path: (origin,)}
    for file, importer, line in imported:
        reason = f"{importer} imports it, and the build runs that"
        place = Origin(importer, line)
        chains[file] = (place, *chains.get(importer, ()))
        yield BuildInput("file", file, "build-script", reason, place, affects, "likely", chain=chains[file])
    from cachekeys.inputs.hook_script import hook_inputs  # only projects with a script pay

    yield from hook_inputs(
        project,
        path,
        methods=methods,
        functions=functions,
        search=search,
        name=name,
        affects=affects,
        protocol=protocol,
        expression=expression,
    )


def _packages_above(
    project: Project, path: str, dotted: str, search: Sequence[str], affects: Affects
) -> Iterator[BuildInput]:
    """Yield the packages that importing a module by its name runs before it, with what they import: that hardly decides anything."""
    above = [file for file in _resolve(project, dotted, search) if file != path] if "." in dotted else []
    found = [(file, path, 1) for file in above]
    for file in above:
        found += [entry for entry in local_imports(project, file, search, eager=True) if entry[0] != path]
    places = {file: Origin(importer, line) for file, importer, line in reversed(found)}
    why = f"importing {dotted} runs it"
    if len(places) > FEW_IMPORTS:
        pattern = everything_below(posixpath.commonpath([posixpath.dirname(file) for file in places]) or ".") + ".py"
        place = Origin(path, 1)
        yield BuildInput("files", pattern, "build-script", why, place, affects, "possible", optional=True)
        return
    for file, place in places.items():
        yield BuildInput("file", file, "build-script", why, place, affects, "likely", optional=True)


def named_variables(
    project: Project, files: Sequence[str], affects: Affects = "code", *, confidence: Confidence = "possible"
) -> Iterator[BuildInput]:
    """Yield the variables that *files* name, for code that is too much, or too much of its own kind, to be interpreted.

    :param confidence: that the build comes to these places; what is only possible is optional.
    """
    from cachekeys.inputs.environment import classify  # only with such code

    seen: set[str] = set()
    for file in files:
        raw = project.read_bytes(file) or b""
        tree = parse(project, file) if b"environ" in raw or b"getenv" in raw else None
        for name, line in () if tree is None else _environment_reads(tree):
            kind = "speed" if name in seen else classify(name)
            if kind in {"input", "toolchain"}:
                seen.add(name)
                why = f"{file} reads it, and the build runs that"
                origin = Origin(file, line)
                optional = kind == "toolchain" or confidence == "possible"
                yield BuildInput("env", name, "environment", why, origin, affects, confidence, optional=optional)


def _environment_reads(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the names of variables that code looks up wherever it stands, with their lines."""
    import ast

    def called(node: ast.expr) -> str:
        return str(getattr(node, "attr", getattr(node, "id", "")))

    assigned = [
        (target.id, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    constants = {name: value.value for name, value in assigned if isinstance(value, ast.Constant)}
    environments = {"environ", *(name for name, value in assigned if called(value) == "environ")}
    for node in ast.walk(tree):
        key: ast.expr | None = None
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and called(node.value) in environments:
            key = node.slice
        elif isinstance(node, ast.Compare) and called(node.comparators[0]) in environments:
            key = node.left
        elif isinstance(node, ast.Call) and node.args:
            function = called(node.func)
            of = called(node.func.value) if isinstance(node.func, ast.Attribute) else ""
            if function == "getenv" or (of in environments and function in {"get", "pop", "setdefault"}):
                key = node.args[0]
        name = constants.get(key.id) if isinstance(key, ast.Name) else getattr(key, "value", None)
        if isinstance(name, str) and name and "=" not in name and "\0" not in name:
            yield name, getattr(node, "lineno", 1)


def parse(project: Project, path: str) -> ast.Module | None:
    """Return the syntax tree of a Python file of the project, or None when it is absent or no Python."""
    try:
        return syntax_tree(project, path)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # ValueError: a NUL byte
        return None


def syntax_tree(project: Project, path: str) -> ast.Module | None:
    """Return the syntax tree of a Python file of the project, made once; nobody may change it. None when the file is absent.

    :raises SyntaxError: it is no Python 3.
    :raises ValueError, RecursionError, MemoryError: Python cannot take it.
    """
    import ast  # 9 ms, and most projects have no script
    import warnings

    trees = _TREES.setdefault(project, {})
    if path not in trees:
        raw = project.read_bytes(path)
        if raw is None:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape in the project's code is not our business
            tree = ast.parse(raw, path)
        if len(trees) >= _KEPT_TREES:
            return tree
        trees[path] = tree
    return trees[path]


def local_imports(project: Project, path: str, search: Sequence[str] = ("",), *, eager: bool = False) -> list[Imported]:
    """Return the local modules that *path* imports, directly or through others, in the order found.

    :param eager: only what importing alone imports: not what functions import when they are called.
    """
    found: list[Imported] = []
    seen = {path}
    pending = [path]
    while pending and len(found) < _LIMIT:
        importer = pending.pop(0)
        for name, line in _imports(project, importer, search, eager=eager):
            if name not in seen:
                seen.add(name)
                pending.append(name)
                found.append((name, importer, line))
    return found


def _imports(project: Project, path: str, search: Sequence[str], *, eager: bool) -> Iterator[tuple[str, int]]:
    import ast

    tree = parse(project, path)
    for node in () if tree is None else _at_import(tree.body) if eager else ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from ((name, node.lineno) for name in _resolve(project, alias.name, search))
        elif isinstance(node, ast.ImportFrom):
            bases: Sequence[str] = search
            if node.level:
                package = posixpath.dirname(path)
                for _ in range(node.level - 1):
                    package = posixpath.dirname(package)
                bases = (package,)
            names = [f"{node.module}.{alias.name}" if node.module else alias.name for alias in node.names]
            for dotted in ([node.module] if node.module else []) + names:
                yield from ((name, node.lineno) for name in _resolve(project, dotted, bases))


def _at_import(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run when the module is imported, also those in branches and classes."""
    for node in body:
        yield node
        kind = type(node).__name__
        if kind == "If" and "TYPE_CHECKING" in str(vars(node.test).get("id", vars(node.test).get("attr"))):  # type: ignore[attr-defined]
            continue  # what only a type checker sees
        if kind in {"If", "Try", "TryStar", "With", "ClassDef", "For", "While"}:
            for field in ("body", "orelse", "finalbody"):
                yield from _at_import(getattr(node, field, ()))
            for handler in getattr(node, "handlers", ()):
                yield from _at_import(handler.body)


def _resolve(project: Project, dotted: str, bases: Sequence[str]) -> list[str]:
    """Return the files that importing *dotted* executes: the packages on the way, then the module."""
    parts = dotted.split(".")
    for base in bases:
        files = [find_module(project, ".".join(parts[: i + 1]), {"": base}) for i in range(len(parts))]
        if any(files):
            return [name for name in files if name is not None]
    return []

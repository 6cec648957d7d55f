"""What ``import`` binds: modules of the project, which are interpreted, and names from outside."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.access import attribute
from cachekeys.inputs.setup_script.machine import NORMAL
from cachekeys.inputs.setup_script.values import External, Module, Scope, Value, with_sources

if TYPE_CHECKING:
    import ast

    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["import_from", "import_names", "store"]


def store(scope: Scope, name: str, value: Value) -> None:
    """Bind *name*, where ``global`` or ``nonlocal`` say so in an outer scope."""
    scope.redirects.get(name, scope).names[name] = value


def import_names(m: Machine, node: ast.Import, scope: Scope) -> int:
    """Interpret ``import a.b as c``."""
    for alias in node.names:
        module = m.import_module(alias.name)
        if alias.asname:
            store(scope, alias.asname, module or External(alias.name))
            continue
        first = alias.name.partition(".")[0]
        file = m.find_module(first)
        local = m.modules.get(file) if file else None
        store(scope, first, local or External(first))
    return NORMAL


def import_from(m: Machine, node: ast.ImportFrom, scope: Scope) -> int:
    """Interpret ``from a import b as c``."""
    dotted = _absolute(m, node)
    module = m.import_module(dotted) if dotted else None
    for alias in node.names:
        if alias.name == "*":
            scope.names.update((name, attribute(m, External(dotted), name)) for name in _STARRED.get(dotted, ()))
            if module:
                public = {name: v for name, v in module.scope.names.items() if not name.startswith("_")}
                scope.names.update(public)
            continue
        value = attribute(m, External(dotted), alias.name)
        if module is not None and alias.name in module.scope.names:
            value = with_sources(module.scope.names[alias.name], frozenset({("module", module.file)}))
        else:
            value = m.import_module(f"{dotted}.{alias.name}") or _lazily(m, module, alias.name) or value
        store(scope, alias.asname or alias.name, value)
    return NORMAL


_STARRED = {
    "os": (
        "environ",
        "getenv",
        "path",
        "listdir",
        "walk",
        "scandir",
        "system",
        "popen",
        "getcwd",
        "sep",
        "rename",
        "fspath",
    ),
    "os.path": ("join", "dirname", "abspath", "basename", "exists", "isfile", "isdir", "realpath", "splitext", "split"),
    "glob": ("glob", "iglob"),
    "pathlib": ("Path", "PurePath"),
    "shutil": ("copy", "copy2", "copyfile", "copytree", "move", "rmtree", "which"),
    "subprocess": ("run", "call", "check_call", "check_output", "Popen"),
    "setuptools": ("setup", "Extension", "find_packages"),
    "distutils.core": ("setup", "Extension"),
}
"""What the star brings in from outside modules that matter here."""


def _lazily(m: Machine, module: Module | None, name: str) -> Value:
    """Return the attribute from the module's own ``__getattr__`` (:pep:`562`), or None."""
    return attribute(m, module, name) if module is not None and "__getattr__" in module.scope.names else None


def _absolute(m: Machine, node: ast.ImportFrom) -> str:
    """Return the dotted name that a possibly relative import means."""
    if not node.level:
        return node.module or ""
    here = posixpath.dirname(m.file)
    for _ in range(node.level - 1):
        here = posixpath.dirname(here)
    for directory in sorted(m.sys_path, key=len, reverse=True):
        prefix = f"{directory}/" if directory else ""
        if here.startswith(prefix):
            here = here[len(prefix) :]
            break
    package = here.replace("/", ".")
    return f"{package}.{node.module}".strip(".") if node.module else package

"""Which ``try: import x`` cannot fail: what ``[build-system] requires`` asks for is installed before the build starts (:pep:`518`).

So ``except ImportError`` does not run, and what a script would do there, such as to compile the C file that Cython once made, is no
part of the build. An import that is not listed settles nothing: it may be there all the same.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import strings
from cachekeys.project import requirement_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.project import Project

__all__ = ["cannot_fail"]

_FAILURES = frozenset({"ImportError", "ModuleNotFoundError"})

_DISTRIBUTIONS = {"mypyc": "mypy", "skbuild": "scikit-build", "yaml": "pyyaml", "git": "gitpython"}
"""Where the distribution is called otherwise than the module that is imported."""

_STEADY = frozenset(
    {"Cython", "pybind11", "mypyc", "cffi", "setuptools_rust", "setuptools_scm", "skbuild", "jinja2", "torch"}
)
"""Packages whose modules and names stay where they are; ``numpy.distutils`` and ``wheel.bdist_wheel`` are gone from newer versions."""


def cannot_fail(project: Project, node: ast.Try, handler: ast.ExceptHandler) -> bool:
    """Tell whether *handler* waits for a failed import only, and what the ``try`` imports is certain to be there."""
    if not (_only_imports(node.body) or (_is_for_imports(handler) and _raises_nothing(node.body))):
        return False
    imported = [name for statement in node.body for name in _imported(statement)]
    return bool(imported) and all(_is_required(project, *name) for name in imported)


def _only_imports(statements: list[ast.stmt]) -> bool:
    """Tell whether nothing but an import can fail in *statements*."""
    others = [
        statement for statement in statements if not isinstance(statement, (ast.Import, ast.ImportFrom, ast.Pass))
    ]
    harmless = all(isinstance(statement, (ast.Assign, ast.Expr)) for statement in others)
    risky = (ast.Call, ast.Attribute, ast.Subscript, ast.BinOp)
    return harmless and not any(isinstance(part, risky) for statement in others for part in ast.walk(statement))


def _is_for_imports(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return all(isinstance(kind, ast.Name) and kind.id in _FAILURES for kind in kinds)


def _raises_nothing(statements: list[ast.stmt]) -> bool:
    """Tell whether *statements* raise no ImportError of their own: as for a version that is too old, or in a function of the script."""
    parts = [part for statement in statements for part in ast.walk(statement)]
    imported = {
        alias.asname or alias.name for part in parts if isinstance(part, ast.ImportFrom) for alias in part.names
    }
    called = {part.func.id for part in parts if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)}
    return called <= {*imported, "print"} and not any(isinstance(part, (ast.Raise, ast.Assert)) for part in parts)


def _imported(statement: ast.stmt) -> Iterator[tuple[str, bool]]:
    """Yield the dotted name of every module that *statement* imports, and whether it wants names from it."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Import):
            yield from ((alias.name, False) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "") if not node.level else ".", True


def _is_required(project: Project, dotted: str, names: bool) -> bool:  # noqa: FBT001 - spread from a pair
    first, dot, _ = dotted.partition(".")
    if (dot or names) and first not in _STEADY:
        return False
    name = _DISTRIBUTIONS.get(first, first).lower().replace("_", "-")
    requires = project.get("build-system", "requires", default=[])
    always = [text for _, text in strings(requires) if ";" not in text]  # a marker may leave it out
    return name in requirement_names(always)

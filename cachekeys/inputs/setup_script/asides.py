"""Which conditions only decide what is said, or whether the build fails: no answer to them changes what is built.

``if os.environ.get("RELEASE") and failed: raise`` ends a build or lets it go on, but two builds that succeed are the same.
"""

from __future__ import annotations

import ast

__all__ = ["only_tells"]

_TELLING = frozenset(
    {"print", "pprint", "warn", "warning", "info", "debug", "error", "critical", "exception", "log", "announce"}
    | {"echo", "secho", "flush"}
)
"""Names of functions and methods that say something."""

_LEAVING = frozenset({"exit", "quit", "abort", "_exit"})


def only_tells(node: ast.If) -> bool:
    """Tell whether neither way of a condition does anything but say something or fail.

    That something fails where a variable is not set does not count: it is required, so somebody reads it elsewhere.
    """
    statements = [*node.body, *node.orelse]
    if any(map(_acts, statements)) or all(isinstance(statement, ast.Pass) for statement in statements):
        return False
    if any(isinstance(part, ast.NamedExpr) for part in ast.walk(node.test)):
        return False
    return not (any(map(_refuses, statements)) and _asks_what_is_missing(node.test))


def _acts(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.If):
        return any(map(_acts, (*statement.body, *statement.orelse)))
    if isinstance(statement, ast.Expr):
        return not isinstance(statement.value, ast.Constant) and not _says(statement.value)
    return not isinstance(statement, (ast.Raise, ast.Pass))


def _says(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = _last_name(node)
    if name == "write" and isinstance(node.func, ast.Attribute):
        return ast.unparse(node.func.value) in {"sys.stderr", "sys.stdout"}
    return name in _TELLING or name in _LEAVING


def _refuses(statement: ast.stmt) -> bool:
    """Tell whether a statement ends the build for a reason of its own; a bare ``raise`` passes on another one."""
    if isinstance(statement, ast.If):
        return any(map(_refuses, (*statement.body, *statement.orelse)))
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Call) and _last_name(statement.value) in _LEAVING
    return isinstance(statement, ast.Raise) and statement.exc is not None


def _asks_what_is_missing(test: ast.expr) -> bool:
    negative = (ast.Not, ast.NotIn, ast.Is, ast.Eq)
    return any(isinstance(part, negative) for part in ast.walk(test))


def _last_name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")

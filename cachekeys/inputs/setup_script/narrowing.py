"""What a condition that nobody can decide says about the names in it, where it is true: ``device == "cuda"``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.values import Choice, sources_of, with_sources

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine
    from cachekeys.inputs.setup_script.values import Scope, Value

__all__ = ["narrow"]


def narrow(m: Machine, test: ast.expr, scope: Scope) -> dict[str, Value]:
    """Return the names that an undecided *test*, being true, pins to one text or to a few."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        result: dict[str, Value] = {}
        for part in test.values:
            result.update(narrow(m, part, scope))
        return result
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.left, ast.Name):
        return {}
    name = test.left.id
    if name not in scope.names or isinstance(scope.names[name], (list, dict, set)):
        return {}
    value = m.evaluate(test.comparators[0], scope)
    if isinstance(test.ops[0], ast.Eq) and isinstance(value, str):
        return {name: with_sources(value, sources_of(scope.names[name]))}
    if isinstance(test.ops[0], ast.In) and isinstance(value, (tuple, list, set, dict)):
        options = tuple(option for option in value if isinstance(option, str))
        if options and len(options) == len(value):
            return {name: with_sources(Choice(options), sources_of(scope.names[name]))}
    return {}

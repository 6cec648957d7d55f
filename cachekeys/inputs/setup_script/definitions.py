"""``def`` and ``class``: what a script defines, with what decorators, metaclasses and base classes make of it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.calls import call
from cachekeys.inputs.setup_script.importing import store
from cachekeys.inputs.setup_script.machine import NORMAL
from cachekeys.inputs.setup_script.protocols import introduce
from cachekeys.inputs.setup_script.values import Bound, Class, Function, Instance, Partial, Scope, Value

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["define_class", "define_function", "last_name"]


def define_function(m: Machine, node: ast.FunctionDef, scope: Scope) -> int:
    """Interpret ``def``."""
    closure = scope
    while closure.is_class and closure.parent is not None:
        closure = closure.parent
    function = Function(node, closure, m.file)
    function.defaults = [m.evaluate(default, scope) for default in node.args.defaults]
    function.kw_defaults = [
        None if default is None else m.evaluate(default, scope) for default in node.args.kw_defaults
    ]
    function.decorators = frozenset(last_name(decorator) for decorator in node.decorator_list)
    getter = scope.names.get(node.name)
    if function.decorators & {"setter", "deleter"} and isinstance(getter, Function):
        if "setter" in function.decorators:
            getter.setter = function
        return NORMAL
    store(scope, node.name, _decorated(m, node, function, scope))
    return NORMAL


def _decorated(m: Machine, node: ast.FunctionDef, function: Function, scope: Scope) -> Value:
    """Return what the project's own decorators make of *function*; those from outside leave it as it is."""
    value: Value = function
    for expression in reversed(node.decorator_list):
        decorator = m.evaluate(expression, scope)
        if isinstance(decorator, (Function, Partial)) or (isinstance(decorator, Instance) and not scope.is_class):
            result = call(m, decorator, [value], {})
            if isinstance(result, (Function, Partial, Bound, Instance)):
                value = result
                if isinstance(result, Function) and not result.decorators:
                    result.decorators = function.decorators
    return value


def last_name(decorator: ast.expr) -> str:
    """Return the last part of the dotted name that an expression is, or calls."""
    node: ast.expr = decorator.func if isinstance(decorator, ast.Call) else decorator
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def define_class(m: Machine, node: ast.ClassDef, scope: Scope) -> int:
    """Interpret ``class``."""
    defined = Class(node.name, [m.evaluate(base, scope) for base in node.bases], node, m.file)
    keywords = {item.arg: m.evaluate(item.value, scope) for item in node.keywords if item.arg}
    metaclass = keywords.pop("metaclass", None)
    defined.meta = metaclass if isinstance(metaclass, Class) else None
    body = Scope(scope, is_class=True)
    m.block(node.body, body)
    defined.names = body.names
    for value in body.names.values():
        if isinstance(value, Function) and value.owner is None:
            value.owner = defined
            if value.setter is not None:
                value.setter.owner = defined
    store(scope, node.name, defined)
    introduce(m, defined)
    for base in defined.bases:
        found = base.lookup("__init_subclass__") if isinstance(base, Class) else None
        if found and isinstance(found[0], Function):
            call(m, Bound(found[0], defined), [], keywords)
    return NORMAL

"""What each kind of expression is worth, and how values are taken apart and assigned."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, Any

from cachekeys.inputs.setup_script.access import assign, attribute, get_item, get_slice
from cachekeys.inputs.setup_script.calls import evaluate_call
from cachekeys.inputs.setup_script.joins import join_values, spread
from cachekeys.inputs.setup_script.library.content import iterate
from cachekeys.inputs.setup_script.library.environment import (
    contains_name,
    fill_from,
    holds_names,
    is_environment,
)
from cachekeys.inputs.setup_script.narrowing import narrow
from cachekeys.inputs.setup_script.operators import binary, decide
from cachekeys.inputs.setup_script.protocols import answered, asked_for, holds, own, written
from cachekeys.inputs.setup_script.values import (
    ANYTHING,
    AROUND,
    Choice,
    Class,
    External,
    Function,
    Instance,
    Scope,
    Value,
    alternatives,
    as_text,
    sources_of,
    unknown,
    with_sources,
)
from cachekeys.inputs.texts import bounded, known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["EXPRESSIONS"]


MAX_PRODUCT = 24
MANY = 64
"""Elements of a literal that is a table rather than a list that somebody wrote."""


def _constant(_m: Machine, node: ast.Constant, _scope: Scope) -> Value:
    return known(node.value) if isinstance(node.value, str) else node.value


def _name(_m: Machine, node: ast.Name, scope: Scope) -> Value:
    at: Scope | None = scope
    while at is not None:
        if node.id in at.names:
            return at.names[node.id]
        if ANYTHING in at.names and not hasattr(builtins, node.id):
            return at.names[ANYTHING]
        at = at.parent
    return External(node.id)  # a builtin, or defined where we did not look


def _attribute(m: Machine, node: ast.Attribute, scope: Scope) -> Value:
    return attribute(m, m.evaluate(node.value, scope), node.attr)


def _subscript(m: Machine, node: ast.Subscript, scope: Scope) -> Value:
    value = m.evaluate(node.value, scope)
    if isinstance(node.slice, ast.Slice):
        bounds = [
            None if part is None else m.evaluate(part, scope)
            for part in (node.slice.lower, node.slice.upper, node.slice.step)
        ]
        return get_slice(value, bounds)
    index = m.evaluate(node.slice, scope)
    m.stack[-1].line = node.lineno
    return join_values(get_item(m, option, index) for option in alternatives(value))


def _binary(m: Machine, node: ast.BinOp, scope: Scope) -> Value:
    left, right = m.evaluate(node.left, scope), m.evaluate(node.right, scope)
    if isinstance(node.op, ast.BitAnd):  # which of these names are set?
        for names, others in ((left, right), (right, left)):
            if is_environment(names) or holds_names(names):
                return contains_name(m, others)
    if isinstance(node.op, ast.Sub) and (is_environment(right) or holds_names(right)):  # which are not?
        contains_name(m, left)
    if isinstance(node.op, ast.Mod) and is_environment(right):
        return fill_from(m, left, "%")
    if isinstance(node.op, ast.BitOr) and is_environment(right) and isinstance(left, dict):
        return {**left, AROUND: True}
    return binary(node.op, left, right)


def _boolean(m: Machine, node: ast.BoolOp, scope: Scope) -> Value:
    wanted = isinstance(node.op, ast.Or)
    possible: list[Value] = []
    outside: dict[str, Value] = {}
    for part in node.values:
        value = m.evaluate(part, scope)
        verdict = holds(m, value)
        if verdict is wanted:
            possible = (
                [*possible, value] if wanted else [value]
            )  # whichever part ends an "and" before it, it is false too
            break
        if verdict is None or part is node.values[-1]:
            possible.append(value)
        if verdict is None and not wanted and part is not node.values[-1]:
            narrowed = narrow(m, part, scope)  # the parts after it are only looked at where it is true
            outside = {**{name: scope.names[name] for name in narrowed}, **outside}
            scope.names.update(narrowed)
    scope.names.update(outside)
    return join_values(possible)


def _unary(m: Machine, node: ast.UnaryOp, scope: Scope) -> Value:
    value = m.evaluate(node.operand, scope)
    if isinstance(node.op, ast.Not):
        return _negated(m, value)
    if isinstance(node.op, ast.USub) and isinstance(value, (int, float)):
        return -value
    return unknown(value)


def _compare(m: Machine, node: ast.Compare, scope: Scope) -> Value:
    left = m.evaluate(node.left, scope)
    rights = [m.evaluate(comparator, scope) for comparator in node.comparators]
    if len(node.ops) != 1:
        return unknown(left, *rights)
    m.stack[-1].line = node.lineno
    op, right = node.ops[0], rights[0]
    if (known_name := _asks_for_name(op, left, right)) is not None:
        return contains_name(m, known_name)
    if isinstance(op, (ast.Eq, ast.NotEq)) and own(left, "__eq__") is not None and isinstance(left, Instance):
        found = answered(m, left, "__eq__", right)
        return _negated(m, found) if isinstance(op, ast.NotEq) else found
    if isinstance(op, (ast.In, ast.NotIn)) and isinstance(right, (Instance, Class)):
        found = asked_for(m, right, left)
        return unknown(left, right) if found is None else _negated(m, found) if isinstance(op, ast.NotIn) else found
    if not isinstance(left, (Choice, External)) and not isinstance(right, (Choice, External)):
        verdict = decide(op, left, right)
        return unknown(left, right) if verdict is None else verdict
    if isinstance(op, (ast.In, ast.NotIn)) and any(map(is_environment, alternatives(right))):
        return contains_name(m, left)
    verdicts = {decide(op, a, b) for a in alternatives(left) for b in alternatives(right)}
    verdict = verdicts.pop() if len(verdicts) == 1 else None
    return unknown(left, right) if verdict is None else verdict


def _negated(m: Machine, value: Value) -> Value:
    verdict = holds(m, value)
    return unknown(value) if verdict is None else not verdict


def _asks_for_name(op: ast.cmpop, left: Value, right: Value) -> Value:
    """Return the name, or names, of variables that a comparison asks for, None when it is about something else."""
    if isinstance(op, (ast.In, ast.NotIn)):
        if isinstance(right, dict) and is_environment(right) and not (isinstance(left, str) and left in right):
            return left
        if holds_names(right):
            return left
        return right if holds_names(left) and isinstance(right, (list, tuple, set, frozenset)) else None
    if isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):  # of sets: whether all of these are set
        for names, others in ((left, right), (right, left)):
            if (is_environment(names) or holds_names(names)) and isinstance(others, list):
                return others
    if isinstance(op, (ast.Eq, ast.NotEq)):
        for name, other in ((left, right), (right, left)):
            if isinstance(name, External) and holds_names(name) and isinstance(other, str):
                return other
    return None


def _conditional(m: Machine, node: ast.IfExp, scope: Scope) -> Value:
    verdict = holds(m, m.evaluate(node.test, scope))
    if verdict is not None:
        return m.evaluate(node.body if verdict else node.orelse, scope)
    narrowed = narrow(m, node.test, scope)
    outside = {name: scope.names[name] for name in narrowed}
    scope.names.update(narrowed)
    value = m.evaluate(node.body, scope)
    scope.names.update(outside)
    return join_values((value, m.evaluate(node.orelse, scope)))


def _sequence(m: Machine, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Value:
    result: list[Value] = []
    if len(node.elts) > MANY and all(type(item) is ast.Constant for item in node.elts):
        m.tick()  # a table: no step for each cell
        result = [_constant(m, item, scope) for item in node.elts if isinstance(item, ast.Constant)]
        return tuple(result) if isinstance(node, ast.Tuple) else result
    for item in node.elts:
        if isinstance(item, ast.Starred):
            value = m.evaluate(item.value, scope)
            result += spread(value)
        else:
            result.append(m.evaluate(item, scope))
    return tuple(result) if isinstance(node, ast.Tuple) else result


def _dict(m: Machine, node: ast.Dict, scope: Scope) -> Value:
    result: dict[Value, Value] = {}
    for key, item in zip(node.keys, node.values, strict=True):
        value = m.evaluate(item, scope)
        if key is None:
            result.update(value if isinstance(value, dict) else {})
            if is_environment(value):
                result[AROUND] = True
            continue
        for option in alternatives(m.evaluate(key, scope)):
            result[option if isinstance(option, (str, int, float, bytes, type(None))) else as_text(option)] = value
    return result


def _comprehension(m: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Value:
    inner = Scope(scope)
    return [m.evaluate(node.elt, inner) for _ in _rounds(m, node.generators, inner)]


def _dict_comprehension(m: Machine, node: ast.DictComp, scope: Scope) -> Value:
    inner = Scope(scope)
    result: dict[Value, Value] = {}
    for _ in _rounds(m, node.generators, inner):
        keys = alternatives(m.evaluate(node.key, inner))
        result.update(dict.fromkeys(map(as_text, keys), m.evaluate(node.value, inner)))
    return result


def _rounds(m: Machine, generators: list[ast.comprehension], scope: Scope) -> Iterator[None]:
    first, *rest = generators
    for item in iterate(m, m.evaluate(first.iter, scope)):
        assign(m, first.target, item, scope)
        # all() stops at the first condition that is certainly false; undecided ones let the item through
        if all(_may_hold(m, condition, scope) for condition in first.ifs):
            if rest:
                yield from _rounds(m, rest, scope)
            else:
                yield


def _may_hold(m: Machine, condition: ast.expr, scope: Scope) -> bool:
    """Tell whether an item may pass; where that is not decided, the names are narrowed to what lets it through."""
    verdict = holds(m, m.evaluate(condition, scope))
    if verdict is None:
        scope.names.update(narrow(m, condition, scope))
    return verdict is not False


def _formatted(m: Machine, node: ast.JoinedStr, scope: Scope) -> Value:
    parts: list[Value] = [
        written(m, m.evaluate(part.value if isinstance(part, ast.FormattedValue) else part, scope))
        for part in node.values
    ]
    choices = [len(part.options) for part in parts if isinstance(part, Choice)]
    if choices and _product(choices) <= MAX_PRODUCT:
        result: Value = ""
        for part in parts:
            result = binary(ast.Add(), result, part if isinstance(part, (str, Choice)) else as_text(part))
        return result
    sources = sources_of(parts)
    return with_sources(bounded("".join(as_text(part) for part in parts)), sources)


def _product(sizes: list[int]) -> int:
    result = 1
    for size in sizes:
        result *= size
    return result


def _lambda(m: Machine, node: ast.Lambda, scope: Scope) -> Value:
    function = Function(node, scope, m.file)
    function.defaults = [m.evaluate(default, scope) for default in node.args.defaults]
    function.kw_defaults = [
        None if default is None else m.evaluate(default, scope) for default in node.args.kw_defaults
    ]
    return function


def _walrus(m: Machine, node: ast.NamedExpr, scope: Scope) -> Value:
    value = m.evaluate(node.value, scope)
    assign(m, node.target, value, scope)
    return value


def _yield(m: Machine, node: ast.Yield | ast.YieldFrom, scope: Scope) -> Value:
    value = None if node.value is None else m.evaluate(node.value, scope)
    m.entered = m.directory
    if isinstance(node, ast.YieldFrom):
        m.stack[-1].yields += spread(value)
    else:
        m.stack[-1].yields.append(value)
    return unknown()


EXPRESSIONS: dict[type[ast.expr], Callable[[Any, Any, Scope], Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Call: evaluate_call,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.IfExp: _conditional,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _dict_comprehension,
    ast.JoinedStr: _formatted,
    ast.FormattedValue: lambda m, node, scope: m.evaluate(node.value, scope),
    ast.Lambda: _lambda,
    ast.NamedExpr: _walrus,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Await: lambda m, node, scope: m.evaluate(node.value, scope),
    ast.Starred: lambda m, node, scope: m.evaluate(node.value, scope),
}
"""The handlers, by node type."""

"""What each kind of expression is worth, and how values are taken apart and assigned."""

from __future__ import annotations

import ast
import operator
import re
from typing import TYPE_CHECKING, Any

from cachekeys.inputs.setup_script.calls import call, evaluate_call
from cachekeys.inputs.setup_script.library.environment import contains_name, read_variable
from cachekeys.inputs.setup_script.library.content import iterate
from cachekeys.inputs.setup_script.methods import path_attribute
from cachekeys.inputs.setup_script.values import (
    EMPTY,
    Bound,
    Choice,
    Class,
    External,
    Function,
    Instance,
    Module,
    Opened,
    PathValue,
    Scope,
    Super,
    Value,
    alternatives,
    as_text,
    elements,
    join_values,
    sources_of,
    truth,
    unknown,
    with_sources,
)
from cachekeys.inputs.texts import UNKNOWN, is_known, join, known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["EXPRESSIONS", "assign", "attribute", "binary"]

MAX_PRODUCT = 24
_PATH_LISTS = frozenset({"sources", "depends", "include_dirs"})


# -- names, attributes, subscripts ----------------------------------------------------------------------------------


def _constant(m: Machine, node: ast.Constant, scope: Scope) -> Value:
    return known(node.value) if isinstance(node.value, str) else node.value


def _name(m: Machine, node: ast.Name, scope: Scope) -> Value:
    at: Scope | None = scope
    while at is not None:
        if node.id in at.names:
            return at.names[node.id]
        at = at.parent
    return External(node.id)  # a builtin, or defined where we did not look


def _attribute(m: Machine, node: ast.Attribute, scope: Scope) -> Value:
    return attribute(m, m.evaluate(node.value, scope), node.attr)


def attribute(m: Machine, value: Value, name: str) -> Value:
    """Return ``value.name``."""
    if isinstance(value, External):
        return External(f"{value.name}.{name}", value.sources, internal=value.internal)
    if isinstance(value, Choice):
        return join_values(attribute(m, option, name) for option in value.options)
    if isinstance(value, Module):
        return _module_attribute(m, value, name)
    if isinstance(value, Instance):
        return _instance_attribute(m, value, name)
    if isinstance(value, Class):
        found = value.lookup(name)
        return found[0] if found else External(f"{value.name}.{name}")
    if isinstance(value, PathValue):
        return path_attribute(value, name)
    if isinstance(value, Super):
        return _super_attribute(value, name)
    if isinstance(value, (str, bytes, list, dict, tuple, set, frozenset, Opened)):
        return Bound(name, value)
    return unknown(value)


def _super_attribute(value: Super, name: str) -> Value:
    for base in value.owner.bases:
        for option in alternatives(base):
            if isinstance(option, Class) and (found := option.lookup(name)):
                return Bound(found[0], value.instance) if isinstance(found[0], Function) else found[0]
    base_name = next((base.name for base in value.owner.externals()), "object")
    return Bound(External(f"{base_name}.{name}"), value.instance)


def _module_attribute(m: Machine, module: Module, name: str) -> Value:
    source = frozenset({("module", module.file)})
    if name in module.scope.names:
        return with_sources(module.scope.names[name], source)
    lazily = module.scope.names.get("__getattr__")
    if isinstance(lazily, Function):  # PEP 562
        return with_sources(call(m, lazily, [name], {}), source)
    return m.import_module(f"{module.name}.{name}") or External(f"{module.name}.{name}", source)


def _instance_attribute(m: Machine, instance: Instance, name: str) -> Value:
    if name in instance.attributes:
        return instance.attributes[name]
    if name == "__class__":
        return instance.cls
    if isinstance(instance.cls, External):
        return External(f"{instance.cls.name}().{name}")
    found = instance.cls.lookup(name)
    if found is None:
        return External(f"{next(instance.cls.externals(), instance.cls).name}().{name}")
    value = found[0]
    if not isinstance(value, Function):
        return value
    if "staticmethod" in value.decorators:
        return value
    if value.decorators & {"property", "cached_property"}:
        return call(m, Bound(value, instance), [], {})
    return Bound(value, instance.cls if "classmethod" in value.decorators else instance)


def _subscript(m: Machine, node: ast.Subscript, scope: Scope) -> Value:
    value = m.evaluate(node.value, scope)
    if isinstance(node.slice, ast.Slice):
        bounds = [
            None if part is None else m.evaluate(part, scope)
            for part in (node.slice.lower, node.slice.upper, node.slice.step)
        ]
        return _slice(value, bounds)
    index = m.evaluate(node.slice, scope)
    m.stack[-1].line = node.lineno
    return join_values(_item(m, option, index) for option in alternatives(value))


def _item(m: Machine, value: Value, index: Value) -> Value:
    if isinstance(value, External):
        if value.name == "os.environ":
            return read_variable(m, index)
        return External(f"{value.name}[]", value.sources | sources_of(index), internal=value.internal)
    if isinstance(value, Choice):
        return join_values(_item(m, option, index) for option in value.options)
    if isinstance(value, Module):  # runpy.run_path() and the like return a namespace
        return _module_attribute(m, value, as_text(index))
    if isinstance(value, dict):
        return _from_dict(value, index)
    if isinstance(value, (list, tuple, str)):
        if isinstance(index, int) and not any(isinstance(item, External) for item in value):
            try:
                return with_sources(value[index], sources_of(value) if isinstance(value, str) else EMPTY)
            except IndexError:
                return unknown(value, internal=True)
        return (
            join_values(value) if isinstance(value, (list, tuple)) and value else unknown(value, index, internal=True)
        )
    if isinstance(value, Instance) and isinstance(value.cls, Class):
        getter = value.cls.lookup("__getitem__")
        if getter and isinstance(getter[0], Function):
            return call(m, Bound(getter[0], value), [index], {})
    return unknown(value, index)


def _from_dict(value: dict[Value, Value], index: Value) -> Value:
    keys = [option for option in alternatives(index) if isinstance(option, (str, int)) and option in value]
    if keys and len(keys) == len(alternatives(index)):
        return join_values(value[key] for key in keys)
    if isinstance(index, str) and is_known(index):
        return unknown(value, internal=True)
    return with_sources(join_values(value.values()), sources_of(index)) if value else unknown(index, internal=True)


def _slice(value: Value, bounds: list[Value]) -> Value:
    if isinstance(value, Choice):
        return join_values(_slice(option, bounds) for option in value.options)
    fixed = all(bound is None or isinstance(bound, int) for bound in bounds)
    if isinstance(value, str) and fixed and is_known(value):
        return with_sources(value[slice(*bounds)], sources_of(value))
    if isinstance(value, (list, tuple)):
        return value[slice(*bounds)] if fixed else list(value)
    return unknown(value, internal=isinstance(value, str))


# -- operators -------------------------------------------------------------------------------------------------------


def _binary(m: Machine, node: ast.BinOp, scope: Scope) -> Value:
    return binary(node.op, m.evaluate(node.left, scope), m.evaluate(node.right, scope))


_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
}


def binary(op: ast.operator, left: Value, right: Value) -> Value:
    """Return ``left op right``."""
    if isinstance(left, Choice) or isinstance(right, Choice):
        pairs = [(a, b) for a in alternatives(left) for b in alternatives(right)]
        if len(pairs) <= MAX_PRODUCT:
            return join_values(binary(op, a, b) for a, b in pairs)
        return binary(op, _flatten(left), _flatten(right))
    if isinstance(op, ast.Div) and (isinstance(left, PathValue) or isinstance(right, PathValue)):
        return PathValue(with_sources(join(as_text(left), as_text(right)), sources_of(left) | sources_of(right)))
    if isinstance(left, str) and isinstance(op, ast.Mod):
        return percent(left, right)
    if isinstance(op, ast.Add):
        return _add(left, right)
    if isinstance(left, (list, tuple)) and isinstance(op, (ast.Sub, ast.BitOr, ast.BitAnd)):
        return _set_operation(op, left, right)
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return _arithmetic(op, left, right)
    if isinstance(op, ast.BitOr) and isinstance(left, dict) and isinstance(right, dict):
        return {**left, **right}
    if isinstance(op, ast.BitOr) and isinstance(left, External) and left.name == "os.environ":
        return left
    if isinstance(op, ast.Mult) and isinstance(left, (str, list)) and isinstance(right, int):
        return left * min(right, 100)
    return unknown(left, right)


def _set_operation(op: ast.operator, left: Sequence[Value], right: Value) -> Value:
    """Return the union, difference or (left as it is) intersection; sets are kept as lists, in order."""
    others = elements(right) or []
    if isinstance(op, ast.BitOr):
        return [*left, *others]
    if isinstance(op, ast.BitAnd):
        return list(left)
    gone = {other for other in others if isinstance(other, str) and is_known(other)}
    return [item for item in left if not (isinstance(item, str) and item in gone)]


def _arithmetic(op: ast.operator, left: float, right: float) -> Value:
    function = _ARITHMETIC.get(type(op))
    small = abs(left) < 1e9 and abs(right) < 1e9  # noqa: PLR2004 - no project needs more to name a file
    if function is None or not small:
        return unknown(internal=True)
    try:
        return function(left, right)
    except (ArithmeticError, TypeError):
        return unknown(internal=True)


def _flatten(value: Value) -> Value:
    """Return one value that stands for all alternatives of a choice."""
    if not isinstance(value, Choice):
        return value
    if any(isinstance(option, (list, tuple)) for option in value.options):
        return elements(value) or []
    return as_text(value) if any(isinstance(option, str) for option in value.options) else unknown(value)


def _add(left: Value, right: Value) -> Value:
    if isinstance(left, (list, tuple)) or isinstance(right, (list, tuple)):
        parts: list[Value] = []
        for side in (left, right):
            parts += side if isinstance(side, (list, tuple)) else (elements(side) or [unknown(side)])
        return parts
    if isinstance(left, str) or isinstance(right, str):
        return with_sources(as_text(left) + as_text(right), sources_of(left) | sources_of(right))
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return _arithmetic(ast.Add(), left, right)
    return unknown(left, right)


_PERCENT = re.compile(r"%(?:\((\w+)\))?[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?([a-zA-Z%])")


def percent(template: str, values: Value) -> Value:
    """Return ``template % values``; what is not known becomes an unknown part."""
    items: Iterator[Value] = iter(values if isinstance(values, tuple) else (values,))

    def fill(match: re.Match[str]) -> str:
        if match[2] == "%":
            return "%"
        if match[1]:
            return as_text(values.get(match[1], unknown())) if isinstance(values, dict) else UNKNOWN
        return as_text(next(items, unknown()))

    return with_sources(_PERCENT.sub(fill, template), sources_of(template) | sources_of(values))


def _boolean(m: Machine, node: ast.BoolOp, scope: Scope) -> Value:
    wanted = isinstance(node.op, ast.Or)
    possible: list[Value] = []
    for part in node.values:
        value = m.evaluate(part, scope)
        verdict = truth(value)
        if verdict is wanted:
            possible.append(value)
            break
        if verdict is None or part is node.values[-1]:
            possible.append(value)
    return join_values(possible)


def _unary(m: Machine, node: ast.UnaryOp, scope: Scope) -> Value:
    value = m.evaluate(node.operand, scope)
    if isinstance(node.op, ast.Not):
        verdict = truth(value)
        return unknown(value) if verdict is None else not verdict
    if isinstance(node.op, ast.USub) and isinstance(value, (int, float)):
        return -value
    return unknown(value)


_ORDERS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def _compare(m: Machine, node: ast.Compare, scope: Scope) -> Value:
    left = m.evaluate(node.left, scope)
    rights = [m.evaluate(comparator, scope) for comparator in node.comparators]
    if len(node.ops) != 1:
        return unknown(left, *rights)
    m.stack[-1].line = node.lineno
    op, right = node.ops[0], rights[0]
    if not isinstance(left, (Choice, External)) and not isinstance(right, (Choice, External)):
        verdict = _decide(op, left, right)
        return unknown(left, right) if verdict is None else verdict
    if isinstance(op, (ast.In, ast.NotIn)) and any(
        isinstance(o, External) and o.name == "os.environ" for o in alternatives(right)
    ):
        return contains_name(m, left)
    verdicts = {_decide(op, a, b) for a in alternatives(left) for b in alternatives(right)}
    verdict = verdicts.pop() if len(verdicts) == 1 else None
    return unknown(left, right) if verdict is None else verdict


_NOT_IN_A_BUILD = frozenset(
    {"test", "sdist", "clean", "register", "upload", "upload_docs", "check", "docs", "doc", "build_sphinx", "bdist_egg"}
    | {
        "bdist_rpm",
        "bdist_msi",
        "bdist_wininst",
        "nosetests",
        "pytest",
        "tag",
        "release",
        "publish",
        "lint",
        "coverage",
    }
    | {"--version", "--help", "-h", "--help-commands", "--name", "--fullname", "--author", "--classifiers"}
)
"""Words that are on no command line of a wheel or editable build (:pep:`517`): setup.py may look for them there."""


def _decide(op: ast.cmpop, left: Value, right: Value) -> bool | None:
    if isinstance(op, (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)):
        equal = _equal(left, right)
        if isinstance(left, External) and left.name.startswith("sys.argv[") and right in _NOT_IN_A_BUILD:
            equal = False
        return equal if equal is None or isinstance(op, (ast.Is, ast.Eq)) else not equal
    if isinstance(op, (ast.In, ast.NotIn)):
        found = _contains(right, left)
        if isinstance(right, External) and right.name.startswith("sys.argv") and left in _NOT_IN_A_BUILD:
            found = False
        return found if found is None or isinstance(op, ast.In) else not found
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return _ORDERS[type(op)](left, right)
    return None


def _equal(left: Value, right: Value) -> bool | None:
    simple = (str, int, float, bytes, type(None))
    if isinstance(left, simple) and isinstance(right, simple):
        if (isinstance(left, str) and not is_known(left)) or (isinstance(right, str) and not is_known(right)):
            return None
        return bool(left == right)
    if left is None or right is None:
        other = right if left is None else left
        return None if isinstance(other, External) else False
    return None


def _contains(container: Value, item: Value) -> bool | None:
    if isinstance(item, str) and isinstance(container, str):
        if is_known(item) and item in container:
            return True
        return False if is_known(item) and is_known(container) else None
    if isinstance(container, (list, tuple, set, dict, frozenset)) and isinstance(item, (str, int, type(None))):
        if isinstance(item, str) and not is_known(item):
            return None
        members = list(container)
        if any(type(member) is not External and _equal(member, item) for member in members):
            return True
        return False if all(_equal(member, item) is False for member in members) else None
    return None


def _conditional(m: Machine, node: ast.IfExp, scope: Scope) -> Value:
    verdict = truth(m.evaluate(node.test, scope))
    if verdict is not None:
        return m.evaluate(node.body if verdict else node.orelse, scope)
    return join_values((m.evaluate(node.body, scope), m.evaluate(node.orelse, scope)))


# -- displays and comprehensions --------------------------------------------------------------------------------------


def _sequence(m: Machine, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Value:
    result: list[Value] = []
    for item in node.elts:
        if isinstance(item, ast.Starred):
            value = m.evaluate(item.value, scope)
            result += elements(value) or ([unknown(value)] if elements(value) is None else [])
        else:
            result.append(m.evaluate(item, scope))
    return tuple(result) if isinstance(node, ast.Tuple) else result


def _dict(m: Machine, node: ast.Dict, scope: Scope) -> Value:
    result: dict[Value, Value] = {}
    for key, item in zip(node.keys, node.values, strict=True):
        value = m.evaluate(item, scope)
        if key is None:
            result.update(value if isinstance(value, dict) else {})
            continue
        for option in alternatives(m.evaluate(key, scope)):
            result[option if isinstance(option, (str, int, float, bytes, type(None))) else as_text(option)] = value
    return result


def _comprehension(m: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Value:
    inner = Scope(scope)
    return [m.evaluate(node.elt, inner) for _ in _rounds(m, node.generators, inner)]


def _dict_comprehension(m: Machine, node: ast.DictComp, scope: Scope) -> Value:
    inner = Scope(scope)
    return {
        as_text(m.evaluate(node.key, inner)): m.evaluate(node.value, inner) for _ in _rounds(m, node.generators, inner)
    }


def _rounds(m: Machine, generators: list[ast.comprehension], scope: Scope) -> Iterator[None]:
    first, *rest = generators
    for item in iterate(m, m.evaluate(first.iter, scope)):
        assign(m, first.target, item, scope)
        # all() stops at the first condition that is certainly false; undecided ones let the item through
        if all(truth(m.evaluate(condition, scope)) is not False for condition in first.ifs):
            if rest:
                yield from _rounds(m, rest, scope)
            else:
                yield


def _formatted(m: Machine, node: ast.JoinedStr, scope: Scope) -> Value:
    parts: list[Value] = [
        m.evaluate(part.value if isinstance(part, ast.FormattedValue) else part, scope) for part in node.values
    ]
    choices = [len(part.options) for part in parts if isinstance(part, Choice)]
    if choices and _product(choices) <= MAX_PRODUCT:
        result: Value = ""
        for part in parts:
            result = binary(ast.Add(), result, part if isinstance(part, (str, Choice)) else as_text(part))
        return result
    sources = sources_of(parts)
    return with_sources("".join(as_text(part) for part in parts), sources)


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
    if isinstance(node, ast.YieldFrom):
        m.stack[-1].yields += elements(value) or [unknown(value)]
    else:
        m.stack[-1].yields.append(value)
    return unknown()


# -- assignment ---------------------------------------------------------------------------------------------------------


def assign(m: Machine, target: ast.expr, value: Value, scope: Scope) -> None:
    """Bind *value* to *target*."""
    if isinstance(target, ast.Name):
        scope.redirects.get(target.id, scope).names[target.id] = value
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(m, target.elts, value, scope)
    elif isinstance(target, ast.Starred):
        assign(m, target.value, value, scope)
    elif isinstance(target, ast.Attribute):
        for owner in alternatives(m.evaluate(target.value, scope)):
            _set_attribute(m, owner, target.attr, value)
    elif isinstance(target, ast.Subscript):
        index = None if isinstance(target.slice, ast.Slice) else m.evaluate(target.slice, scope)
        for owner in alternatives(m.evaluate(target.value, scope)):
            _set_item(owner, index, value)


def _unpack(m: Machine, targets: list[ast.expr], value: Value, scope: Scope) -> None:
    options = alternatives(value)
    starred = next((i for i, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
    for position, target in enumerate(targets):
        found: list[Value] = []
        for option in options:
            if not isinstance(option, (list, tuple)):
                found.append(unknown(option))
            elif starred is None and len(option) == len(targets):
                found.append(option[position])
            elif starred is not None and len(option) >= len(targets) - 1:
                after = len(targets) - 1 - position
                if position < starred:
                    found.append(option[position])
                elif position > starred:
                    found.append(option[len(option) - 1 - after])
                else:
                    found.append(list(option[position : len(option) - after]))
            else:
                found.append(unknown(option, internal=True))
        assign(m, target, join_values(found), scope)


def _set_attribute(m: Machine, owner: Value, name: str, value: Value) -> None:
    if isinstance(owner, Instance):
        if name in _PATH_LISTS and name in owner.attributes:
            value = join_values((owner.attributes[name], value))  # it may happen in one branch or command only
        owner.attributes[name] = value
    elif isinstance(owner, Module):
        owner.scope.names[name] = value
    elif isinstance(owner, Class):
        owner.names[name] = value
    elif isinstance(owner, External) and owner.name == "sys" and name == "path":
        call(m, External("sys.path.extend"), [value], {})


def _set_item(owner: Value, index: Value, value: Value) -> None:
    if isinstance(owner, dict):
        for option in alternatives(index):
            key = option if isinstance(option, (str, int, float, bytes, type(None))) else as_text(option)
            owner[key] = value
    elif isinstance(owner, list) and isinstance(index, int) and -len(owner) <= index < len(owner):
        owner[index] = join_values((owner[index], value))
    elif isinstance(owner, list):
        owner.extend(elements(value) or [value])


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

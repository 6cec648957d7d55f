"""Operators and comparisons on values of which only a part may be known."""

from __future__ import annotations

import ast
import operator
import re
from typing import TYPE_CHECKING, Any

from cachekeys.inputs.setup_script.joins import elements, join_values, spread
from cachekeys.inputs.setup_script.values import (
    MAX_ELEMENTS,
    Choice,
    External,
    PathValue,
    Value,
    alternatives,
    as_text,
    sources_of,
    unknown,
    with_sources,
)
from cachekeys.inputs.texts import UNKNOWN, bounded, is_known, join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["binary", "decide", "percent"]

MAX_PRODUCT = 24
MAX_FACTOR = 100


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
        many = left * min(right, MAX_FACTOR)
        return bounded(many) if isinstance(many, str) else many[:MAX_ELEMENTS]
    return unknown(left, right)


def _set_operation(op: ast.operator, left: Sequence[Value], right: Value) -> Value:
    """Return the union, difference or (left as it is) intersection; sets are kept as lists, in order."""
    if isinstance(op, ast.BitOr):
        return [*left, *(elements(right) or [])]
    return list(left) if isinstance(op, ast.BitAnd) else without(left, [right])


def without(items: Sequence[Value], collections: Sequence[Value]) -> list[Value]:
    """Return *items* without the texts that are sure to be in one of *collections*."""
    others = [other for collection in collections for other in elements(collection) or []]
    gone = {other for other in others if isinstance(other, str) and is_known(other)}
    return [item for item in items if not (isinstance(item, str) and item in gone)]


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
            parts += side if isinstance(side, (list, tuple)) else spread(side)
        return parts[:MAX_ELEMENTS]
    if isinstance(left, str) or isinstance(right, str):
        return with_sources(bounded(as_text(left) + as_text(right)), sources_of(left) | sources_of(right))
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
        item = next(items, unknown())
        if match[2] == "c" and isinstance(item, int) and 0 <= item < 0x110000:  # noqa: PLR2004 - the code points
            return chr(item)
        return as_text(item)

    return with_sources(bounded(_PERCENT.sub(fill, template)), sources_of(template) | sources_of(values))


_ORDERS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


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


def decide(op: ast.cmpop, left: Value, right: Value) -> bool | None:
    """Return what a comparison comes to, None when that is not known."""
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

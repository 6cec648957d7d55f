"""``match``: the names that patterns bind, and what they ask of the subject."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.access import attribute, get_item
from cachekeys.inputs.setup_script.joins import elements, join_values
from cachekeys.inputs.setup_script.library.environment import is_environment, read_variable
from cachekeys.inputs.setup_script.values import ANYTHING, AROUND, Scope, Value, alternatives, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["match"]


def match(m: Machine, node: ast.Match, scope: Scope) -> int:
    """Interpret a ``match`` statement: any of its cases may be the one, or none."""
    subject = m.evaluate(node.subject, scope)
    bound = [_bound(m, case.pattern, subject, scope) for case in node.cases]
    for name in {name for names in bound for name in names} - scope.names.keys():
        scope.names[name] = join_values(names[name] for names in bound if name in names)
    for case, names in zip(node.cases, bound, strict=True):
        if case.guard is not None:
            outside = {name: scope.names[name] for name in names}
            scope.names.update(names)
            m.evaluate(case.guard, scope)
            scope.names.update(outside)
    return m.branches(scope, [*((names, case.body) for case, names in zip(node.cases, bound, strict=True)), ({}, [])])


def _bound(m: Machine, pattern: ast.pattern, subject: Value, scope: Scope) -> dict[str, Value]:
    """Return the names that *pattern* binds; one in several alternatives has the value of any."""
    names: dict[str, list[Value]] = {}
    for name, value in _bindings(m, pattern, subject, scope):
        names.setdefault(name, []).append(value)
    return {name: join_values(values) for name, values in names.items()}


def _bindings(m: Machine, pattern: ast.pattern, subject: Value, scope: Scope) -> Iterator[tuple[str, Value]]:
    if isinstance(pattern, ast.MatchAs):
        if pattern.pattern is not None:
            yield from _bindings(m, pattern.pattern, subject, scope)
        if pattern.name is not None:
            yield pattern.name, subject
    elif isinstance(pattern, ast.MatchOr):
        for option in pattern.patterns:
            yield from _bindings(m, option, subject, scope)
    elif isinstance(pattern, ast.MatchSequence):
        yield from _of_sequence(m, pattern, subject, scope)
    elif isinstance(pattern, ast.MatchMapping):
        for key, part in zip(pattern.keys, pattern.patterns, strict=True):
            index = m.evaluate(key, scope)
            if isinstance(subject, dict) and isinstance(index, str) and not {index, AROUND, ANYTHING} & subject.keys():
                return  # it does not match
            value = read_variable(m, index) if is_environment(subject) else get_item(m, subject, index)
            yield from _bindings(m, part, value, scope)
        if pattern.rest is not None:
            yield pattern.rest, subject
    elif isinstance(pattern, ast.MatchClass):
        for part in pattern.patterns:
            yield from _bindings(m, part, subject if len(pattern.patterns) == 1 else unknown(subject), scope)
        for name, part in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
            yield from _bindings(m, part, attribute(m, subject, name), scope)


def _of_sequence(m: Machine, pattern: ast.MatchSequence, subject: Value, scope: Scope) -> Iterator[tuple[str, Value]]:
    """Yield the names in a sequence; of subjects of another length none can be meant."""
    fixed = [part for part in pattern.patterns if not isinstance(part, ast.MatchStar)]
    has_star = len(fixed) < len(pattern.patterns)
    fitting = [
        items
        for option in alternatives(subject)
        if (items := elements(option)) is not None
        and (len(items) == len(fixed) or (has_star and len(items) > len(fixed)))
    ]
    for position, part in enumerate(pattern.patterns):
        after = len(pattern.patterns) - 1 - position
        if isinstance(part, ast.MatchStar):
            if part.name is not None:
                rest = [items[position : len(items) - after] for items in fitting]
                yield part.name, join_values(rest) if rest else [unknown(subject)]
            continue
        beyond = any(isinstance(before, ast.MatchStar) for before in pattern.patterns[:position])
        found = [items[len(items) - 1 - after if beyond else position] for items in fitting]
        yield from _bindings(m, part, join_values(found) if found else unknown(subject), scope)

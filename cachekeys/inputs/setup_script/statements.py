"""What each kind of statement does to the names in scope."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from cachekeys.inputs.setup_script.access import assign, attribute
from cachekeys.inputs.setup_script.asides import only_tells
from cachekeys.inputs.setup_script.assured import cannot_fail
from cachekeys.inputs.setup_script.calls import call
from cachekeys.inputs.setup_script.definitions import define_class, define_function, last_name
from cachekeys.inputs.setup_script.importing import import_from, import_names
from cachekeys.inputs.setup_script.joins import elements
from cachekeys.inputs.setup_script.library.content import iterate
from cachekeys.inputs.setup_script.library.listing import is_below, not_entered
from cachekeys.inputs.setup_script.library.unnamed import note_flow
from cachekeys.inputs.setup_script.machine import BREAK, CONTINUE, LEAVE, NORMAL, merge
from cachekeys.inputs.setup_script.matching import match
from cachekeys.inputs.setup_script.narrowing import narrow
from cachekeys.inputs.setup_script.operators import binary
from cachekeys.inputs.setup_script.protocols import holds
from cachekeys.inputs.setup_script.values import (
    MAX_ELEMENTS,
    Bound,
    Choice,
    External,
    Function,
    Instance,
    Scope,
    Value,
    sources_of,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["STATEMENTS"]

MAX_ITERATIONS = 4000
MAX_IDLE = 40
MAX_IDLE_LINES = 150
"""Rounds without a new fact: in a generator, and over the lines of a file."""

MAX_UNDECIDED = 2
"""Rounds of a loop whose end is not known: the second sees what the first left behind."""


def _expression(m: Machine, node: ast.Expr, scope: Scope) -> int:
    m.evaluate(node.value, scope)
    if isinstance(node.value, ast.Call) and _ends_the_process(node.value):
        return LEAVE
    return NORMAL


def _ends_the_process(node: ast.Call) -> bool:
    name = ast.unparse(node.func) if isinstance(node.func, (ast.Name, ast.Attribute)) else ""
    return name in {"sys.exit", "exit", "quit", "os._exit", "os.abort"}


def _assign(m: Machine, node: ast.Assign, scope: Scope) -> int:
    value = m.evaluate(node.value, scope)
    for target in node.targets:
        assign(m, target, value, scope)
    return NORMAL


def _annotated(m: Machine, node: ast.AnnAssign, scope: Scope) -> int:
    if node.value is not None:
        assign(m, node.target, m.evaluate(node.value, scope), scope)
    return NORMAL


def _augmented(m: Machine, node: ast.AugAssign, scope: Scope) -> int:
    current = m.evaluate(_as_load(node.target), scope)
    operand = m.evaluate(node.value, scope)
    if isinstance(node.op, ast.Add) and isinstance(current, External) and current.name.endswith(_LISTS):
        call(m, External(f"{current.name}.extend"), [operand], {})
    elif isinstance(node.op, ast.Add) and isinstance(current, list):
        _extend(current, operand)
    elif isinstance(node.op, ast.Add) and isinstance(current, Choice):
        joined = [_plus(option, operand) for option in current.options]
        assign(m, node.target, Choice(tuple(joined)), scope)
    else:
        assign(m, node.target, binary(node.op, current, operand), scope)
    return NORMAL


_LISTS = ("sys.path", ".include_dirs")
"""Lists from outside that count for what is added to them."""


def _plus(option: Value, operand: Value) -> Value:
    if isinstance(option, list):
        _extend(option, operand)
        return option
    return binary(ast.Add(), option, operand)


def _extend(items: list[Value], operand: Value) -> None:
    """Extend a list in place, as ``+=`` does."""
    found = elements(operand)
    items.extend([unknown(operand)] if found is None else found[: MAX_ELEMENTS - len(items)])


def _as_load(target: ast.expr) -> ast.expr:
    if isinstance(target, ast.Name):
        return ast.copy_location(ast.Name(target.id, ast.Load()), target)
    if isinstance(target, ast.Attribute):
        return ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)
    if isinstance(target, ast.Subscript):
        return ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)
    return target


def _if(m: Machine, node: ast.If, scope: Scope) -> int:
    outer, m.aside = m.aside, len(m.stack) if only_tells(node) else 0
    try:
        test = m.evaluate(node.test, scope)
    finally:
        m.aside = outer
    verdict = holds(m, test)
    if verdict is not None:
        return m.block(node.body if verdict else node.orelse, scope)
    if any(map(_matters, (*node.body, *node.orelse))):
        note_flow(m, test, "a decision")
    return m.branches(scope, [(narrow(m, node.test, scope), node.body), ({}, node.orelse)])


def _matters(statement: ast.stmt) -> bool:
    """Tell whether a statement can change what the build does, rather than say something or fail."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return last_name(statement.value) in {"append", "extend", "add", "insert", "update", "setdefault", "remove"}
    return not isinstance(statement, (ast.Raise, ast.Expr, ast.Pass))


def _loop(m: Machine, node: Any, scope: Scope) -> int:
    """Interpret a loop; what may be skipped in it says nothing about what follows it."""
    frame = m.stack[-1]
    leapt = frame.leapt
    try:
        return _while(m, node, scope) if isinstance(node, ast.While) else _for(m, node, scope)
    finally:
        frame.leapt = leapt


def _for(m: Machine, node: ast.For, scope: Scope) -> int:
    iterable = m.evaluate(node.iter, scope)
    items = iterate(m, iterable)
    idle = False
    pruned: list[str] = []
    for number, item in enumerate(items[:MAX_ITERATIONS]):
        if idle:
            break
        if is_below(item, pruned):
            continue
        if number and _is_idle(m, node, item):
            idle, item = True, unknown(item)  # noqa: PLW2901 - the last round stands for all that are left
        assign(m, node.target, item, scope)
        signal = m.block(node.body, scope)
        if signal == LEAVE:
            return LEAVE if len(items) > 1 or not isinstance(iterable, External) else NORMAL
        if signal == BREAK:
            return NORMAL
        pruned += not_entered(item)
    if not node.orelse:
        return NORMAL
    return m.branches(scope, [({}, node.orelse), ({}, [])])  # a break that was not decided skips it


def _is_idle(m: Machine, node: ast.For, item: Value) -> bool:
    """Tell whether a loop has long shown nothing new: over what a generator writes, or over the lines of a file.

    Such rounds make text, not reads; lists of sources that other loops collect are not touched.
    """
    limit = MAX_IDLE if m.hurried else MAX_IDLE_LINES
    if not m.hurried and not any(kind == "file" for kind, _ in sources_of(item)):
        return False
    seen = m.facts.count()
    last, rounds = m.idle.get(node, (-1, 0))
    m.idle[node] = (seen, rounds + 1 if seen == last else 0)
    return rounds > limit


def _while(m: Machine, node: ast.While, scope: Scope) -> int:
    undecided = 0
    always = isinstance(node.test, ast.Constant)
    for _ in range(50 if always else 500):
        value = m.evaluate(node.test, scope)
        verdict = bool(value) if isinstance(value, (list, dict, set)) else holds(m, value)
        if verdict is False:
            break
        if verdict is None or always:
            undecided += 1
            if undecided > MAX_UNDECIDED:
                break
        signal = m.branches(scope, [({}, node.body), ({}, [])]) if verdict is None else m.block(node.body, scope)
        if signal == LEAVE:
            return LEAVE
        if signal == BREAK:
            return NORMAL
    return m.block(node.orelse, scope)


def _try(m: Machine, node: Any, scope: Scope) -> int:
    before = dict(scope.names)
    signal = m.block(node.body, scope)
    if signal == NORMAL:
        signal = m.block(node.orelse, scope)
    after = scope.names
    ends = [after] if signal != LEAVE else []
    signals = {signal}
    for handler in node.handlers:
        if cannot_fail(m.project, node, handler):
            continue
        scope.names = merge([dict(before), after])
        if handler.name:
            scope.names[handler.name] = unknown()
        signal = m.block(handler.body, scope)
        signals.add(signal)
        if signal not in {LEAVE, CONTINUE}:  # what follows is not reached from there
            ends.append(scope.names)
    scope.names = merge(ends) if ends else after
    final = m.block(node.finalbody, scope)
    if final:
        return final
    return signals.pop() if len(signals) == 1 else NORMAL


def _with(m: Machine, node: ast.With, scope: Scope) -> int:
    suppressing = False
    outside, returns = m.directory, False
    managers: list[Instance] = []
    for item in node.items:
        value = m.evaluate(item.context_expr, scope)
        if isinstance(value, Instance):
            managers.append(value)
            entered = attribute(m, value, "__enter__")
            value = call(m, entered, [], {}) if not isinstance(entered, External) else value
        elif isinstance(value, list) and len(value) == 1 and _is_context_manager(m, item.context_expr, scope):
            value = value[0]  # what a generator-based context manager yields
            m.directory, returns = m.entered, True
        if isinstance(item.context_expr, ast.Call) and last_name(item.context_expr) in {"suppress", "raises"}:
            suppressing = True
        if isinstance(item.context_expr, ast.Call) and last_name(item.context_expr) in _DIRECTORIES:
            returns = True
        if item.optional_vars is not None:
            assign(m, item.optional_vars, value, scope)
    # what suppresses errors may end the block at any point
    signal = m.branches(scope, [({}, node.body), ({}, [])]) if suppressing else m.block(node.body, scope)
    for manager in reversed(managers):
        leave = attribute(m, manager, "__exit__")
        if isinstance(leave, Bound) and isinstance(leave.function, Function):
            call(m, leave, [None, None, None], {})
    if returns:
        m.directory = outside
    return signal


_DIRECTORIES = frozenset({"chdir", "cd", "pushd", "cwd", "working_directory"})
"""Context managers that take us back to the directory that we came from."""


def _is_context_manager(m: Machine, node: ast.expr, scope: Scope) -> bool:
    if not isinstance(node, ast.Call):
        return False
    function = m.evaluate(node.func, scope)
    return isinstance(function, Function) and "contextmanager" in function.decorators


def _return(m: Machine, node: ast.Return, scope: Scope) -> int:
    m.stack[-1].returns.append(None if node.value is None else m.evaluate(node.value, scope))
    return LEAVE


def _raise(m: Machine, node: ast.Raise, scope: Scope) -> int:
    if node.exc is not None:
        m.evaluate(node.exc, scope)
    return LEAVE


def _global(_m: Machine, node: ast.Global, scope: Scope) -> int:
    scope.redirects.update(dict.fromkeys(node.names, scope.module()))
    return NORMAL


def _nonlocal(_m: Machine, node: ast.Nonlocal, scope: Scope) -> int:
    for name in node.names:
        outer = scope.parent
        while outer is not None and name not in outer.names:
            outer = outer.parent
        if outer is not None:
            scope.redirects[name] = outer
    return NORMAL


def _assert(m: Machine, node: ast.Assert, scope: Scope) -> int:
    m.evaluate(node.test, scope)
    return NORMAL


def _delete(_m: Machine, _node: ast.Delete, _scope: Scope) -> int:
    return NORMAL  # a name that is gone is not used again


STATEMENTS: dict[type[ast.stmt], Callable[[Any, Any, Scope], int]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.For: _loop,
    ast.AsyncFor: _loop,
    ast.While: _loop,
    ast.Try: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.FunctionDef: define_function,
    ast.AsyncFunctionDef: define_function,
    ast.ClassDef: define_class,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.Assert: _assert,
    ast.Import: import_names,
    ast.ImportFrom: import_from,
    ast.Match: match,
    ast.Delete: _delete,
    ast.Break: lambda _m, _node, _scope: BREAK,
    ast.Continue: lambda _m, _node, _scope: CONTINUE,
}
"""The handlers; a statement that is not here does nothing that concerns us."""
if hasattr(ast, "TryStar"):
    STATEMENTS[ast.TryStar] = _try

"""Calls: local functions are followed with their arguments, everything else goes to the library of models."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.joins import join_values, spread
from cachekeys.inputs.setup_script.library import call_external, construct_base
from cachekeys.inputs.setup_script.machine import LEAVE, MAX_CALLS, Frame
from cachekeys.inputs.setup_script.methods import call_method
from cachekeys.inputs.setup_script.values import (
    ANYTHING,
    AROUND,
    Bound,
    Choice,
    Class,
    External,
    Function,
    Instance,
    Module,
    Partial,
    Scope,
    Super,
    Value,
    alternatives,
    unknown,
)

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["call", "call_function", "evaluate_call"]

MAX_RECURSION = 8
"""Activations of one function inside each other: nested requirements files are rarely deeper."""

MAX_RECURSIVE_STEPS = 20_000
"""Steps in activations of one function inside itself: one that walks over a tree of which nothing is known has no end."""

MAX_IDLE_CALLS = 6_000
"""Steps, far into a long script, in calls of one function that show nothing new: it looks for something on the machine."""

MAX_TARGETS = 12

_LITERALS = frozenset({"literal_eval", "safe_literal_eval", "safe_eval"})


def evaluate_call(m: Machine, node: ast.Call, scope: Scope) -> Value:
    """Return the value of a call expression."""
    if isinstance(node.func, ast.Name) and node.func.id == "super" and m.stack[-1].owner is not None:
        return Super(m.stack[-1].owner, m.stack[-1].self)
    function = m.evaluate(node.func, scope)
    args: list[Value] = []
    for argument in node.args:
        value = m.evaluate(argument, scope)
        if isinstance(argument, ast.Starred):
            args += spread(value)
        else:
            args.append(value)
    kwargs: dict[str, Value] = {}
    for keyword in node.keywords:
        value = m.evaluate(keyword.value, scope)
        if keyword.arg is not None:
            kwargs[keyword.arg] = value
        else:
            _spread(kwargs, value)
    m.stack[-1].line = node.lineno
    if isinstance(function, External) and function.name in {"globals", "locals", "vars"}:
        if not args:
            return scope.module().names if function.name == "globals" else scope.names
        if isinstance(args[0], Module):
            return args[0].scope.names
        if isinstance(args[0], Instance):
            return args[0].attributes
    if isinstance(function, External) and function.name in {"exec", "eval"}:
        from cachekeys.inputs.setup_script.library.loading import execute, result_of  # a cycle at import time

        return (execute if function.name == "exec" else result_of)(m, args, kwargs, scope)
    return call(m, function, args, kwargs)


def _spread(kwargs: dict[str, Value], value: Value) -> None:
    """Add ``**value``; of several possible dicts all keys count."""
    for option in value.options if isinstance(value, Choice) else (value,):
        if isinstance(option, External) and option.name == "os.environ":
            kwargs[AROUND] = True
        elif isinstance(option, External):
            kwargs[ANYTHING] = option
        if isinstance(option, dict):
            for key, item in option.items():
                name = str(key)
                kwargs[name] = join_values((kwargs[name], item)) if name in kwargs else item


def call(m: Machine, function: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Call *function*, whatever it is."""
    m.tick()
    if isinstance(function, External):
        return call_external(m, function, args, kwargs)
    if isinstance(function, Function):
        return call_function(m, function, args, kwargs)
    if isinstance(function, Bound):
        if isinstance(function.function, str):
            return call_method(m, function.receiver, function.function, args, kwargs)
        if isinstance(function.function, External):
            return _call_base(m, function.function, function.receiver, args, kwargs)
        if "staticmethod" in function.function.decorators:
            return call_function(m, function.function, args, kwargs)
        return call_function(m, function.function, [function.receiver, *args], kwargs)
    if isinstance(function, Class):
        return _instantiate(m, function, args, kwargs)
    if isinstance(function, Partial):
        return call(m, function.function, [*function.args, *args], {**function.kwargs, **kwargs})
    if isinstance(function, Choice):
        # TypeError's message would be ours: an option that cannot be called is simply not the one that is
        return join_values(
            [call(m, option, args, kwargs) for option in function.options[:MAX_TARGETS] if option is not None]
        )
    if isinstance(function, Instance) and isinstance(function.cls, Class):
        found = function.cls.lookup("__call__")
        if found and isinstance(found[0], Function):
            return call_function(m, found[0], [function, *args], kwargs)
    return unknown(function, *args, *kwargs.values())


def _call_base(m: Machine, function: External, receiver: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Call a method that a local class inherits from outside, through ``super()``."""
    if function.name.endswith(".__init__") and isinstance(receiver, Instance):
        construct_base(m, receiver, args, kwargs)
        return None
    if function.name.endswith(".__new__") and args and isinstance(args[0], Class):
        return Instance(args[0])
    if isinstance(receiver, Instance) and isinstance(receiver.cls, External):
        args = [receiver, *args]  # a model that needs its object
    return call_external(m, function, args, kwargs)


def _instantiate(m: Machine, cls: Class, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args and cls.members:  # the member of an enumeration that has this value
        options = [one for one in cls.members.values() if one.attributes.get("value") == args[0]]
        return join_values(options or cls.members.values())
    instance = Instance(cls)
    maker = cls.lookup("__new__")
    if maker and isinstance(maker[0], Function):
        made = call_function(m, maker[0], [cls, *args], kwargs)
        own = [option for option in alternatives(made) if isinstance(option, Instance) and option.cls is cls]
        if not own:
            return made
        instance = own[0]
    initialiser = cls.lookup("__init__")
    if initialiser and isinstance(initialiser[0], Function):
        call_function(m, initialiser[0], [instance, *args], kwargs)
    else:
        fields = _fields(cls)
        for name, value in zip(fields, args, strict=False):  # a dataclass or named tuple
            instance.attributes[name] = value
        instance.attributes.update(kwargs)
        for name in fields:
            if name not in instance.attributes and (default := cls.lookup(name)):
                instance.attributes[name] = default[0]
        for name in ("__post_init__", "__attrs_post_init__"):
            if (after := cls.lookup(name)) and isinstance(after[0], Function):
                call_function(m, after[0], [instance], {})
    construct_base(m, instance, [] if initialiser else args, {} if initialiser else kwargs)
    return instance


def _fields(cls: Class) -> list[str]:
    """Return the annotated names of a class and, before them, of its local bases: the fields of a dataclass."""
    names: list[str] = []
    for base in cls.bases:
        if isinstance(base, Class):
            names += _fields(base)
    for statement in cls.node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            names.append(statement.target.id)
    return list(dict.fromkeys(names))


def call_function(m: Machine, function: Function, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Follow a call of a function of the project, *args* with the object of a method in front."""
    active = [frame for frame in m.stack if frame.node is function.node]
    if len(active) >= MAX_RECURSION or len(m.stack) >= MAX_CALLS:
        return unknown(*args, internal=True)
    name = getattr(function.node, "name", "")
    if name in _LITERALS and args and isinstance(args[-1], str):  # an own copy of ast.literal_eval, that knows more
        return call_external(m, External("ast.literal_eval"), args[-1:], {})
    if active and m.recursions.get(function.node, 0) + m.steps - active[0].began > MAX_RECURSIVE_STEPS:
        return unknown(*args, internal=True)
    if m.hurried and not active and m.fruitless.get(function.node, 0) > MAX_IDLE_CALLS:
        return unknown(*args, internal=True)
    seen = m.facts.count()
    scope = Scope(function.scope)
    _bind(function, args, kwargs, scope)
    frame = Frame(function.file, function.node, m.steps)
    frame.line = function.node.lineno
    frame.owner = function.owner
    frame.self = args[0] if args and function.owner is not None else None
    m.stack.append(frame)
    try:
        if isinstance(function.node, ast.Lambda):
            return m.evaluate(function.node.body, scope)
        signal = m.block(function.node.body, scope)
    finally:
        m.stack.pop()
        if len(active) == 1:
            m.recursions[function.node] = m.recursions.get(function.node, 0) + m.steps - frame.began
        if not active:
            idle = m.facts.count() == seen
            m.fruitless[function.node] = m.fruitless.get(function.node, 0) + m.steps - frame.began if idle else 0
    if frame.yields:
        return frame.yields
    if not frame.returns:
        return None if signal != LEAVE else unknown(internal=True)
    if signal != LEAVE:
        frame.returns.append(None)
    return join_values(frame.returns)


def _bind(function: Function, args: list[Value], kwargs: dict[str, Value], scope: Scope) -> None:
    """Bind arguments to parameters as Python does; what is missing is unknown."""
    spec = function.node.args
    names = [parameter.arg for parameter in (*spec.posonlyargs, *spec.args)]
    left = dict(kwargs)
    first_default = len(names) - len(function.defaults)
    for position, name in enumerate(names):
        if position < len(args):
            scope.names[name] = args[position]
        elif name in left:
            scope.names[name] = left.pop(name)
        elif position >= first_default:
            scope.names[name] = function.defaults[position - first_default]
        else:
            scope.names[name] = unknown(internal=True)
    for parameter, default in zip(spec.kwonlyargs, function.kw_defaults, strict=True):
        scope.names[parameter.arg] = left.pop(parameter.arg, default)
    if spec.vararg:
        scope.names[spec.vararg.arg] = list(args[len(names) :])
    if spec.kwarg:
        scope.names[spec.kwarg.arg] = left

"""Models of what lies outside the project: the standard library and the packaging tools, as far as they read inputs.

A model is a function that takes a :class:`Call` and returns a value; it is registered under the dotted name that it
stands for (:func:`model`), or under the last part of the name for what many libraries offer alike (:func:`named`).
Adding one to a module of this package is all it takes. What has no model returns an unknown value that remembers
its arguments' sources; a native source file among its arguments counts as read.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.values import Class, External, Instance, PathValue, Sources, Value, sources_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["Call", "call_external", "construct_base", "has_model", "model", "named"]


class Call:
    """A call to something outside: its dotted name and its evaluated arguments."""

    __slots__ = ("args", "function", "kwargs", "machine", "name")

    def __init__(self, machine: Machine, function: External, args: list[Value], kwargs: dict[str, Value]) -> None:
        self.machine = machine
        self.function = function
        self.name = function.name
        self.args = args
        self.kwargs = kwargs

    def argument(self, position: int, name: str = "", default: Value = None) -> Value:
        """Return an argument given by position or by name."""
        if position < len(self.args):
            return self.args[position]
        return self.kwargs.get(name, default)

    def values(self) -> list[Value]:
        """Return all arguments."""
        return [*self.args, *self.kwargs.values()]

    def sources(self) -> Sources:
        """Return what the arguments were computed from."""
        return sources_of(self.values())

    def result(self) -> External:
        """Return the unknown result of the call."""
        return External(f"{self.name}()", self.function.sources | self.sources(), internal=self.function.internal)


_MODELS: dict[str, Callable[[Call], Value]] = {}
_NAMED: dict[str, Callable[[Call], Value]] = {}


def model(*names: str) -> Callable[[Callable[[Call], Value]], Callable[[Call], Value]]:
    """Register a model under dotted names."""

    def register(function: Callable[[Call], Value]) -> Callable[[Call], Value]:
        _MODELS.update(dict.fromkeys(names, function))
        return function

    return register


def named(*names: str) -> Callable[[Callable[[Call], Value]], Callable[[Call], Value]]:
    """Register a model for every outside object with this last name."""

    def register(function: Callable[[Call], Value]) -> Callable[[Call], Value]:
        _NAMED.update(dict.fromkeys(names, function))
        return function

    return register


def has_model(name: str) -> bool:
    """Tell whether the dotted *name* has a model of its own."""
    _load_models()
    return name in _MODELS


def call_external(m: Machine, function: External, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Return what a call to something outside returns, and note what it reads."""
    _load_models()
    from cachekeys.inputs.setup_script.library.unnamed import note_dumped  # a cycle

    if function.name.startswith("builtins."):
        function = External(function.name.removeprefix("builtins."), function.sources, internal=function.internal)
    if args and (method := _unbound(function.name, args[0])):
        from cachekeys.inputs.setup_script.methods import call_method  # a cycle

        return call_method(m, args[0], method, args[1:], kwargs)
    call = Call(m, function, args, kwargs)
    note_dumped(call)
    found = _MODELS.get(function.name) or _NAMED.get(function.name.rpartition(".")[2])
    if found is not None:
        return found(call)
    from cachekeys.inputs.setup_script.library.files import note_given  # a cycle
    from cachekeys.inputs.setup_script.library.packaging import note_native_arguments  # a cycle

    note_native_arguments(call)
    note_given(call)
    return call.result()


_TYPES: dict[str, type] = {
    "str": str,
    "list": list,
    "dict": dict,
    "pathlib.Path": PathValue,
    "pathlib.PurePath": PathValue,
}


def _unbound(name: str, receiver: Value) -> str:
    """Return the method's name when *name* is a method taken from its class, as in ``map(str.strip, lines)``."""
    kind, _, method = name.rpartition(".")
    return method if kind in _TYPES and isinstance(receiver, _TYPES[kind]) else ""


def construct_base(m: Machine, instance: Instance, args: list[Value], kwargs: dict[str, Value]) -> None:
    """Initialise the part of a local class's *instance* that an outside base class owns."""
    _load_models()
    from cachekeys.inputs.setup_script.library.packaging import adopt_extension  # a cycle

    if isinstance(instance.cls, Class):
        adopt_extension(m, instance, args, kwargs)


@cache
def _load_models() -> None:
    """Import the modules of this package, which registers their models; they need the rest of the interpreter."""
    for name in (
        "basics",
        "compilers",
        "discovery",
        "configfiles",
        "environment",
        "files",
        "jupyter",
        "loading",
        "objects",
        "packaging",
        "patterns",
        "processes",
        "setup_files",
        "templates",
        "unnamed",
        "versions",
    ):
        import_module(f"{__name__}.{name}")

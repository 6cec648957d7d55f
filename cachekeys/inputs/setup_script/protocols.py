"""The methods that Python calls by itself on objects of the project's classes: descriptors, ``__new__``, ``__missing__`` and the like.

Options of a build are often objects: a descriptor that looks a variable up when it is read, an enumeration of names, a mapping
that asks the environment for what it does not hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.calls import call, call_function
from cachekeys.inputs.setup_script.joins import is_enumeration, truth
from cachekeys.inputs.setup_script.values import (
    Bound,
    Class,
    External,
    Function,
    Instance,
    Partial,
    Value,
    alternatives,
)

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = [
    "answered",
    "asked_for",
    "described",
    "holds",
    "inherited",
    "introduce",
    "item_of",
    "of_metaclass",
    "own",
    "written",
]

_MAPPINGS = frozenset({"Mapping", "MutableMapping", "UserDict", "dict", "OrderedDict"})


def own(value: Value, name: str) -> Bound | None:
    """Return the method *name* that the class of *value*, one of the project's, defines; None when it has none.

    The class of a class is its metaclass.
    """
    cls = value.cls if isinstance(value, Instance) else value.meta if isinstance(value, Class) else None
    found = cls.lookup(name) if isinstance(cls, Class) else None
    return Bound(found[0], value) if found and isinstance(found[0], Function) else None


def of_metaclass(m: Machine, cls: Class, name: str) -> Value:
    """Return the attribute *name* of a class that does not have it itself; None when its metaclass does not have it either."""
    method = own(cls, name)
    if method is not None:
        is_property = isinstance(method.function, Function) and "property" in method.function.decorators
        return call(m, method, [], {}) if is_property else method
    lazily = own(cls, "__getattr__")
    return None if lazily is None else call(m, lazily, [name], {})


def answered(m: Machine, value: Value, name: str, *args: Value) -> Value:
    """Return what the method *name* answers of an object of the project's classes that has it; else *value* itself."""
    asker = own(value, name) if isinstance(value, Instance) else None
    return value if asker is None else call(m, asker, list(args), {})


def holds(m: Machine, value: Value) -> bool | None:
    """Return whether *value* counts as true, asking an object of the project's classes; None when it is not known."""
    for name in ("__bool__", "__len__"):
        if isinstance(value, Instance) and (asker := own(value, name)) is not None:
            return truth(call(m, asker, [], {}))
    return truth(value)


def written(m: Machine, value: Value) -> Value:
    """Return what stands in a text for *value*, for an object of the project's classes what it says itself."""
    for name in ("__format__", "__str__", "__repr__"):
        if isinstance(value, Instance) and (teller := own(value, name)) is not None:
            return call(m, teller, [""] if name == "__format__" else [], {})
    return value


def described(m: Machine, value: Value, instance: Value, owner: Value) -> Value:
    """Return what an attribute of the class *owner* is when it is read: what a descriptor's ``__get__`` returns.

    :param instance: the object that it is read of, None for the class itself.
    """
    getter = own(value, "__get__")
    return value if getter is None else call(m, getter, [instance, owner], {})


def introduce(m: Machine, cls: Class) -> None:
    """Do what Python does when a class has been made: tell descriptors their names, make the members of an enumeration."""
    for name, value in list(cls.names.items()):
        if (setter := own(value, "__set_name__")) is not None:
            call(m, setter, [cls, name], {})
    if not is_enumeration(cls):
        return
    for name, value in cls.names.items():
        if name.startswith("_") or isinstance(value, (Function, Class, Instance)):
            continue
        given = list(value) if isinstance(value, tuple) else [value]
        member = _made(m, cls, given)
        member.attributes.setdefault("value", member.attributes.get("_value_", value))
        member.attributes["name"] = name
        if (initialiser := own(member, "__init__")) is not None:
            call(m, initialiser, given, {})
        cls.members[name] = member


def _made(m: Machine, cls: Class, args: list[Value]) -> Instance:
    maker = cls.lookup("__new__")
    made = call_function(m, maker[0], [cls, *args], {}) if maker and isinstance(maker[0], Function) else None
    return next((option for option in alternatives(made) if isinstance(option, Instance)), Instance(cls))


def item_of(m: Machine, value: Value, index: Value) -> Value:
    """Return ``value[index]`` for an object of a class of the project; None when the class does not say."""
    for name in ("__getitem__", "__missing__"):
        if (getter := own(value, name)) is not None:
            return call(m, getter, [index], {})
    return None


def asked_for(m: Machine, value: Value, index: Value) -> Value:
    """Return ``index in value`` as far as the class of *value* defines it; None when it does not."""
    if (asker := own(value, "__contains__")) is not None:
        return call(m, asker, [index], {})
    if _is_mapping(value) and own(value, "__getitem__") is not None:
        item_of(m, value, index)  # collections.abc.Mapping tries it
        return External("is in a mapping")
    return None


def inherited(value: Instance, name: str) -> Value:
    """Return the method *name* that a mapping of the project has from ``collections.abc.Mapping``, None for any other."""
    if name in {"get", "setdefault"} and _is_mapping(value) and own(value, "__getitem__") is not None:
        return Partial(External("Mapping.get"), [value], {})
    return None


def _is_mapping(value: Value) -> bool:
    return (
        isinstance(value, Instance)
        and isinstance(value.cls, Class)
        and any(base.name.rpartition(".")[2].partition("[")[0] in _MAPPINGS for base in value.cls.externals())
    )

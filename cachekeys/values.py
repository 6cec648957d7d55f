"""Data classes that cost hardly anything at start: ``dataclass`` as in the standard library, without its price.

Importing :mod:`dataclasses` takes 8 ms (it imports inspect, and that ast, dis and tokenize), and each class half a millisecond
more, since its methods are put together as text and compiled (CPython 3.12). ``cachekeys cache-info`` needs thirty classes
for 6 ms of work. Here the methods are closures, and a class takes 30 microseconds.

Type checkers see the standard library's names, and the classes behave like its own (the tests compare them); its functions
(``replace``, ``fields``, ``asdict``) take them, too. Only what we use is there: the parameters ``frozen``, ``slots`` and
``eq``, ``default_factory``, ``repr`` and ``compare`` of ``field``, and no fields of a base class.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from dataclasses import dataclass, field, replace

    _Fields = Mapping[str, "_Field"]

__all__ = ["dataclass", "field", "replace"]

_MISSING: Any = object()


class _Field:
    """What is known about a field; the parameters are those of :func:`dataclasses.field`."""

    __slots__ = ("compare", "default", "default_factory", "repr")

    def __init__(
        self,
        default: Any = _MISSING,
        *,
        default_factory: Any = _MISSING,
        repr: bool = True,  # noqa: A002 - the standard library's name
        compare: bool = True,
    ) -> None:
        self.default = default
        self.default_factory = default_factory
        self.repr = repr
        self.compare = compare


def _dataclass(*, frozen: bool = False, slots: bool = False, eq: bool = True) -> Callable[[type], type]:
    """Return the decorator."""

    def decorate(cls: type) -> type:
        if any(getattr(base, "__match_args__", ()) for base in cls.__bases__):
            raise TypeError(f"{cls.__name__} would inherit fields: take the standard library's dataclass")
        fields = {name: _field(cls.__dict__.get(name, _MISSING)) for name in cls.__annotations__}
        if slots:
            cls = _with_slots(cls, fields)
        methods = {"__init__": _init(cls, fields, slots=slots), "__repr__": _repr(fields)}
        if eq:
            methods |= _comparison(fields, frozen=frozen)
        if frozen:
            methods |= {"__setattr__": _refuse_to_assign, "__delattr__": _refuse_to_delete}
        if slots:
            methods["__reduce__"] = _reduce(fields)
        methods |= {"__match_args__": tuple(fields), "__replace__": _replace}
        methods["__dataclass_fields__"] = _StandardFields(fields)
        for name, method in methods.items():
            if name not in cls.__dict__:
                setattr(cls, name, method)
        return cls

    return decorate


def _field(value: Any) -> _Field:
    """Return the field for what stands behind the ``=``."""
    return value if isinstance(value, _Field) else _Field(value)


def _replace(value: Any, /, **changes: Any) -> Any:
    """Return a copy with *changes*."""
    return type(value)(**{name: getattr(value, name) for name in value.__match_args__} | changes)


if not TYPE_CHECKING:
    dataclass, field, replace = _dataclass, _Field, _replace


def _with_slots(cls: type, fields: _Fields) -> type:
    """Return the class once more: slots can only be given to a class that is being made."""
    members = {**vars(cls), "__slots__": tuple(fields)}
    for name in (*fields, "__dict__", "__weakref__"):
        members.pop(name, None)
    made = type(cls)(cls.__name__, cls.__bases__, members)
    made.__qualname__ = cls.__qualname__
    return made


# -- the methods -----------------------------------------------------------------------------------------------------


def _init(cls: type, fields: _Fields, *, slots: bool) -> Any:
    names = tuple(fields)
    put = tuple(getattr(cls, name).__set__ for name in names) if slots else ()

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - it becomes the method
        if kwargs or len(args) != len(names):
            args = _complete(cls, fields, args, kwargs)
        if slots:
            for set_field, value in zip(put, args):  # noqa: B905 - as many of each; strict would take a third longer
                set_field(self, value)
        else:
            vars(self).update(zip(names, args))  # noqa: B905 - same

    return __init__


def _complete(cls: type, fields: _Fields, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    """Return the values of all fields, in order.

    :raises TypeError: a value is missing, or there is no such field.
    """
    values = list(args)
    for name in list(fields)[len(args) :]:
        if name in kwargs:
            values.append(kwargs.pop(name))
        elif fields[name].default is not _MISSING:
            values.append(fields[name].default)
        elif fields[name].default_factory is not _MISSING:
            values.append(fields[name].default_factory())
        else:
            raise TypeError(f"{cls.__name__}.__init__() missing a required argument: {name!r}")
    if kwargs:
        name = next(iter(kwargs))
        what = "multiple values for" if name in fields else "an unexpected keyword"
        raise TypeError(f"{cls.__name__}.__init__() got {what} argument {name!r}")
    if len(values) > len(fields):
        raise TypeError(f"{cls.__name__}.__init__() takes {len(fields)} arguments but {len(values)} were given")
    return tuple(values)


def _repr(fields: _Fields) -> Any:
    names = [name for name, each in fields.items() if each.repr]

    def __repr__(self: Any) -> str:  # noqa: N807 - it becomes the method
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return __repr__


def _comparison(fields: _Fields, *, frozen: bool) -> dict[str, Any]:
    values = _getter([name for name, each in fields.items() if each.compare])

    def __eq__(self: Any, other: object) -> bool:  # noqa: N807 - it becomes the method
        return values(self) == values(other) if type(other) is type(self) else NotImplemented

    def __hash__(self: Any) -> int:  # noqa: N807 - it becomes the method
        return hash(values(self))

    return {"__eq__": __eq__, "__hash__": __hash__ if frozen else None}


def _reduce(fields: _Fields) -> Any:
    """Make copies and pickles: the default sets the attributes, which a frozen object refuses."""
    values = _getter(list(fields))

    def __reduce__(self: Any) -> tuple[Any, ...]:  # noqa: N807 - it becomes the method
        return type(self), values(self)

    return __reduce__


def _getter(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what gives these attributes of an object as a tuple."""
    if len(names) > 1:
        get: Callable[[Any], tuple[Any, ...]] = attrgetter(*names)
        return get
    return lambda value: tuple(getattr(value, name) for name in names)


def _refuse_to_assign(_: object, name: str, __: object) -> NoReturn:
    from dataclasses import FrozenInstanceError  # only for a slip

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_: object, name: str) -> NoReturn:
    from dataclasses import FrozenInstanceError  # only for a slip

    raise FrozenInstanceError(f"cannot delete field {name!r}")


class _StandardFields:
    """``__dataclass_fields__``, by which the functions of :mod:`dataclasses` know a data class: made when one of them asks."""

    def __init__(self, fields: _Fields) -> None:
        self._fields = fields

    def __get__(self, _: object, owner: type) -> Any:
        from dataclasses import field as standard  # whoever asks has imported it
        from dataclasses import make_dataclass

        listed: list[tuple[str, Any, Any]] = []
        for name, each in self._fields.items():
            given = {key: value for key in each.__slots__ if (value := getattr(each, key)) is not _MISSING}
            listed.append((name, owner.__annotations__[name], standard(**given)))
        made: Any = make_dataclass(owner.__name__, listed)
        type.__setattr__(owner, "__dataclass_fields__", made.__dataclass_fields__)
        return made.__dataclass_fields__

"""What an expression can be worth while nobody runs it.

Known values are Python's own (``str``, ``int``, ``bool``, ``None``, ``list``, ``tuple``, ``dict``, ``set``), so their own
methods do the work; only ``str`` may hold unknown parts (see :mod:`cachekeys.inputs.texts`). The classes here stand for
everything else. Values remember their *sources*: the files, variables and commands that they were computed from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cachekeys.inputs.texts import UNKNOWN, widen

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Iterator

__all__ = [
    "ANYTHING",
    "ANY_NAME",
    "AROUND",
    "BUILT",
    "ELSEWHERE",
    "EMPTY",
    "LOST",
    "MAX_ELEMENTS",
    "Bound",
    "Choice",
    "Class",
    "Defaults",
    "External",
    "Function",
    "Instance",
    "Module",
    "Opened",
    "Partial",
    "PathValue",
    "Scope",
    "Source",
    "Sources",
    "Super",
    "Text",
    "Value",
    "alternatives",
    "as_text",
    "sources_of",
    "unknown",
    "with_sources",
]

Value = Any
Source = tuple[str, str]
"""``("file", path)``, ``("listing", pattern)``, ``("env", name)``, ``("git", command)``, ``("module", path)``."""
Sources = frozenset[Source]
EMPTY: Sources = frozenset()
LOST: Sources = frozenset({("lost", "")})
"""Marks a text with an unknown part that only our own limits keep us from knowing."""

ELSEWHERE: Sources = frozenset({("elsewhere", "")})
"""Marks what is certain to lie outside the project, such as a temporary file, although its name is not known."""

BUILT: Sources = frozenset({("built", "")})
"""Marks names in a directory that the build itself fills."""

ANYTHING = "\x03anything"
"""A key that says: names that are not here may have been set by code that we do not know; its value has the sources of that."""

ANY_NAME = "environment name"
"""What a value is called that is the name of any variable of the environment."""

AROUND = "\x03environment"
"""A key that says: the dict holds a copy of the environment as well (control characters stand in no name)."""

MAX_TAGGED = 2000
MAX_PARTS = 2000
MAX_ELEMENTS = 50_000
"""A script may double a list in a loop."""


class Text(str):
    """A text that remembers where it comes from."""

    __slots__ = ("sources",)
    sources: Sources


class External:
    """Something from outside the project: a library's object under its dotted name, or what a call to it returned.

    ``internal`` marks a value that depends on the project alone and that only our limits keep us from knowing.
    """

    __slots__ = ("internal", "name", "sources")

    def __init__(self, name: str, sources: Sources = EMPTY, *, internal: bool = False) -> None:
        self.name = name if len(name) < 120 else name[-120:]  # noqa: PLR2004 - chains of calls grow without end
        self.sources = sources
        self.internal = internal


class Choice:
    """One of several values: the branches of a condition, or an element that is not known."""

    __slots__ = ("options",)

    def __init__(self, options: tuple[Value, ...]) -> None:
        self.options = options


class PathValue:
    """A ``pathlib`` path."""

    __slots__ = ("text",)

    def __init__(self, value: Value) -> None:
        self.text = as_text(value)


class Opened:
    """An open file, or a :class:`PathValue` being read.

    ``path`` is what it is called, from the project's directory if it is in there; ``written`` tells that it is written.
    """

    __slots__ = ("path", "sources", "written")

    def __init__(self, path: str, sources: Sources, *, written: bool = False) -> None:
        self.path = path
        self.written = written
        self.sources = sources


class Scope:
    """Names of a module, class or function body."""

    __slots__ = ("is_class", "names", "parent", "redirects")

    def __init__(self, parent: Scope | None = None, *, is_class: bool = False) -> None:
        self.names: dict[str, Value] = {}
        self.parent = parent
        self.is_class = is_class
        self.redirects: dict[str, Scope] = {}  # names declared global or nonlocal

    def module(self) -> Scope:
        """Return the scope of the module this one is in."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


class Module:
    """A module of the project. ``file`` is its path; ``scope`` its names."""

    __slots__ = ("file", "name", "scope")

    def __init__(self, name: str, file: str, scope: Scope) -> None:
        self.name = name
        self.file = file
        self.scope = scope


class Function:
    """A function or lambda defined in the project, with the scope it closes over."""

    __slots__ = ("decorators", "defaults", "file", "kw_defaults", "name", "node", "owner", "scope", "setter")

    def __init__(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        scope: Scope,
        file: str,
        owner: Class | None = None,
    ) -> None:
        self.node = node
        self.name = getattr(node, "name", "<lambda>")
        self.scope = scope
        self.file = file
        self.owner = owner
        self.defaults: list[Value] = []
        self.kw_defaults: list[Value] = []
        self.decorators: frozenset[str] = frozenset()
        self.setter: Function | None = None  # of a property


class Class:
    """A class defined in the project."""

    __slots__ = ("bases", "file", "members", "meta", "name", "names", "node")

    def __init__(self, name: str, bases: list[Value], node: ast.ClassDef, file: str) -> None:
        self.name = name
        self.bases = bases
        self.names: dict[str, Value] = {}
        self.members: dict[str, Instance] = {}  # of an enumeration
        self.meta: Class | None = None
        self.node = node
        self.file = file

    def lookup(self, name: str) -> tuple[Value, Class] | None:
        """Return the attribute and the class that defines it, over local bases depth first."""
        if name in self.names:
            return self.names[name], self
        for base in self.bases:
            for option in alternatives(base):
                if isinstance(option, Class) and (found := option.lookup(name)):
                    return found
        return None

    def externals(self) -> Iterator[External]:
        """Yield the bases from outside, also those of local bases."""
        for base in self.bases:
            for option in alternatives(base):
                if isinstance(option, External):
                    yield option
                elif isinstance(option, Class):
                    yield from option.externals()


class Instance:
    """An object of a local class, or of an outside class that we model (then ``cls`` is its :class:`External`)."""

    __slots__ = ("attributes", "cls")

    def __init__(self, cls: Class | External) -> None:
        self.cls = cls
        self.attributes: dict[str, Value] = {}


class Super:
    """What ``super()`` returns in a method of *owner*."""

    __slots__ = ("instance", "owner")

    def __init__(self, owner: Class, instance: Value) -> None:
        self.owner = owner
        self.instance = instance


class Bound:
    """A method looked up on *receiver*: a local function, an outside one, or the name of a built-in type's method."""

    __slots__ = ("function", "receiver")

    def __init__(self, function: Function | External | str, receiver: Value) -> None:
        self.function = function
        self.receiver = receiver


class Partial:
    """A callable with some of its arguments given already, as ``functools.partial`` makes it."""

    __slots__ = ("args", "function", "kwargs")

    def __init__(self, function: Value, args: list[Value], kwargs: dict[str, Value]) -> None:
        self.function = function
        self.args = args
        self.kwargs = kwargs


class Defaults(dict[Value, Value]):
    """A ``collections.defaultdict``; ``factory`` makes what is missing."""

    __slots__ = ("factory",)

    def __init__(self, factory: Value) -> None:
        super().__init__()
        self.factory = factory


_COMPOSED = (Choice, list, tuple, set, dict, Bound)


def unknown(*origins: Value, internal: bool = False) -> External:
    """Return a value about which nothing is known but the sources of *origins*."""
    sources = EMPTY
    for origin in origins:
        sources |= sources_of(origin)
        internal = internal or (isinstance(origin, External) and origin.internal)
    return External("?", sources, internal=internal)


def with_sources(value: Value, sources: Sources) -> Value:
    """Return *value* with *sources* added, where its kind can carry them."""
    if not sources:
        return value
    if isinstance(value, str):
        return _text(value, sources | value.sources if isinstance(value, Text) else sources)
    if isinstance(value, PathValue):
        return PathValue(with_sources(value.text, sources))
    if isinstance(value, External):
        return External(value.name, value.sources | sources, internal=value.internal)
    if isinstance(value, Choice):
        return Choice(tuple(with_sources(option, sources) for option in value.options))
    if isinstance(value, tuple):
        return tuple(with_sources(item, sources) for item in value)
    if isinstance(value, list) and len(value) <= MAX_TAGGED:
        value[:] = [with_sources(item, sources) for item in value]  # in place: others may hold the same list
    return value


def sources_of(value: Value) -> Sources:
    """Return all that *value* was computed from; of a large structure, of its first thousands of parts."""
    if isinstance(value, (Text, External, Opened)):
        return value.sources
    if isinstance(value, PathValue):
        value = value.text
        return value.sources if isinstance(value, Text) else EMPTY
    if not isinstance(value, _COMPOSED):
        return EMPTY
    result: set[Source] = set()
    pending: list[Value] = [value]
    seen: set[int] = set()
    while pending and len(seen) < MAX_PARTS:
        item = pending.pop()
        if isinstance(item, (Text, External, Opened)):
            result |= item.sources
        elif isinstance(item, PathValue):
            pending.append(item.text)
        elif isinstance(item, _COMPOSED) and id(item) not in seen:
            seen.add(id(item))
            pending += _parts(item)
    return frozenset(result)


def _parts(value: Value) -> Iterable[Value]:
    if isinstance(value, Choice):
        return value.options
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return (value.receiver,) if isinstance(value, Bound) else value


def alternatives(value: Value) -> tuple[Value, ...]:
    """Return the values that *value* can be."""
    return value.options if isinstance(value, Choice) else (value,)


def as_text(value: Value) -> str:
    """Return *value* as text; what is not known about it becomes UNKNOWN. A choice is widened."""
    if isinstance(value, str):
        return value
    if isinstance(value, PathValue):
        return value.text
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, (int, float)) or value is None:
        return str(value)
    if isinstance(value, Choice):
        return _text(widen([as_text(option) for option in value.options]), sources_of(value))
    if isinstance(value, Instance) and "value" in value.attributes and isinstance(value.cls, Class):
        bases = {base.name.rpartition(".")[2] for base in value.cls.externals()}
        if bases & {"str", "StrEnum"}:  # a member of an enumeration of texts
            return as_text(value.attributes["value"])
    lost = isinstance(value, External) and value.internal
    return _text(UNKNOWN, sources_of(value) | LOST if lost else sources_of(value))


def _text(value: str, sources: Sources) -> str:
    if not sources:
        return value
    text = Text(value)
    text.sources = sources
    return text

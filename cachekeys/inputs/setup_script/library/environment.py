"""``os.environ`` in every form that reads it: items, methods, copies, membership, iteration, texts with places to fill."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cachekeys.inputs.environment import classify
from cachekeys.inputs.setup_script.joins import elements, join_values
from cachekeys.inputs.setup_script.library import Call, model
from cachekeys.inputs.setup_script.values import (
    ANY_NAME,
    AROUND,
    EMPTY,
    External,
    Instance,
    Sources,
    Value,
    alternatives,
    as_text,
    sources_of,
    with_sources,
)
from cachekeys.inputs.texts import UNKNOWN, is_known

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["contains_name", "fill_from", "holds_names", "is_environment", "is_shadowed", "read_variable"]

_NO_DEFAULT = object()
_PLACES = {
    "%": re.compile(r"%\((\w+)\)"),
    "{": re.compile(r"\{(\w+)(?:[!:][^{}]*)?\}"),
    "$": re.compile(r"\$(?:(\w+)|\{(\w+)\})"),
}


def is_environment(value: Value) -> bool:
    """Tell whether *value* is ``os.environ``, or a dict that holds a copy of it."""
    return (isinstance(value, External) and value.name in {"os.environ", "os.environb"}) or (
        isinstance(value, dict) and AROUND in value
    )


def is_shadowed(mapping: dict[Value, Value], name: Value) -> bool:
    """Tell whether the environment may be what gives *name* its value in a dict that holds a copy of it.

    It is when nothing else does, or only what was put there before the copy: ``{**defaults, **os.environ}``.
    """
    return name not in mapping or next(key for key in mapping if key in {name, AROUND}) == name


def holds_names(value: Value) -> bool:
    """Tell whether *value* is the name of any variable, or a sequence of all names: comparing it asks for a name."""
    if isinstance(value, External):
        return value.name == ANY_NAME
    return isinstance(value, (list, tuple)) and any(
        isinstance(item, External) and item.name == ANY_NAME for item in value
    )


def read_variable(m: Machine, name: Value, default: Value = _NO_DEFAULT) -> Value:
    """Note that the variable *name* is read; return its value: unknown, or *default*."""
    sources = _note(m, name)
    result: Value = External("environment variable", sources)
    return result if default is _NO_DEFAULT else join_values((with_sources(default, sources), result))


def contains_name(m: Machine, name: Value) -> Value:
    """Note that it is asked whether the variable *name* is set; of a sequence, whether any in it is."""
    names = elements(name) if isinstance(name, (list, tuple, set, frozenset)) else [name]
    sources = EMPTY
    for item in names or []:
        sources |= _note(m, item)
    return External("environment variable is set", sources)


def fill_from(m: Machine, template: Value, style: str) -> Value:
    """Note the variables that are put into the places of *template*: ``%(X)s``, ``{X}`` or ``$X`` by *style*."""
    if not isinstance(template, str):
        return External("environment variable", sources_of(template))
    sources = sources_of(template)
    for match in _PLACES[style].finditer(template):
        name = next(filter(None, match.groups()))
        sources |= _note(m, name)
    return with_sources(_PLACES[style].sub(UNKNOWN, template), sources)


def _note(m: Machine, name: Value) -> Sources:
    sources: Sources = EMPTY
    for option in alternatives(name):
        text = (
            as_text(option) if isinstance(option, (bytes, Instance)) else option
        )  # a member of an enumeration of names
        if isinstance(text, str) and is_known(text) and text:
            m.facts.use(text, aside=0 < m.aside == len(m.stack))
            m.facts.note("environment", text, m.place())
            sources |= {("env", str(text))}
        elif isinstance(text, str) and text.strip(UNKNOWN):
            m.unresolved(
                f"reads an environment variable, of whose name only a part is known ({text.replace(UNKNOWN, '*')})"
            )
        elif isinstance(text, (tuple, list, dict, int, float)) or text is None:
            continue  # no name: another branch's value
        elif not isinstance(text, External) or text.internal:
            m.unresolved("reads an environment variable whose name is only known at run time")
    return sources | sources_of(name)


@model("os.environ.get", "os.getenv", "os.environ.pop", "os.environ.setdefault", "os.environ.__getitem__")
@model("os.environb.get", "os.getenvb", "os.environ().get")
def _get(call: Call) -> Value:
    return read_variable(call.machine, call.argument(0, "key"), call.argument(1, "default"))


@model("os.environ.__contains__", "os.environ.has_key")
def _contains(call: Call) -> Value:
    return contains_name(call.machine, call.argument(0))


@model("os.environ.copy")
def _copy(_call: Call) -> Value:
    return {AROUND: True}


@model("os.environ.keys", "os.environ.__iter__")
def _keys(_call: Call) -> Value:
    return External("os.environ")  # what asks for a key asks for the variable


@model("os.environ.items")
def _items(_call: Call) -> Value:
    return [(External(ANY_NAME), External("environment variable"))]


@model("os.environ.values")
def _values(_call: Call) -> Value:
    return [External("environment variable")]


@model("environment name.startswith", "environment name.endswith")
def _edge(call: Call) -> Value:
    """Say that all variables of a family are read: which there are, only a run tells."""
    edges = call.argument(0)
    where = "starts" if call.name.endswith("startswith") else "ends"
    for edge in edges if isinstance(edges, (tuple, list)) else alternatives(edges):
        if isinstance(edge, str) and is_known(edge) and not (where == "starts" and _of_the_session(edge)):
            call.machine.unresolved(f"reads every environment variable whose name {where} with {edge}")
    return call.result()


def _of_the_session(prefix: str) -> bool:
    """Tell whether all variables whose name starts with *prefix* count for nothing: ``LC_``, ``XDG_``, ``CCACHE_`` ..."""
    return all(classify(f"{prefix}{rest}") in {"session", "speed"} for rest in ("A", "QX_1"))


@model("os.path.expandvars")
def _expandvars(call: Call) -> Value:
    return join_values(fill_from(call.machine, option, "$") for option in alternatives(call.argument(0)))


@model("collections.ChainMap")
def _chain_map(call: Call) -> Value:
    result: dict[Value, Value] = {}
    for mapping in reversed(call.args):
        if is_environment(mapping):
            result[AROUND] = True
        if isinstance(mapping, dict):
            result.update(mapping)
    return result

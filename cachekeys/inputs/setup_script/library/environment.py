"""``os.environ`` in every form that reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.joins import join_values
from cachekeys.inputs.setup_script.library import Call, model
from cachekeys.inputs.setup_script.values import EMPTY, External, Sources, Value, alternatives, sources_of, with_sources
from cachekeys.inputs.texts import is_known

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["contains_name", "read_variable"]

_NO_DEFAULT = object()


def read_variable(m: Machine, name: Value, default: Value = _NO_DEFAULT) -> Value:
    """Note that the variable *name* is read; return its value: unknown, or *default*."""
    sources = _note(m, name)
    result: Value = External("environment variable", sources)
    return result if default is _NO_DEFAULT else join_values((with_sources(default, sources), result))


def contains_name(m: Machine, name: Value) -> Value:
    """Note that it is asked whether the variable *name* is set."""
    return External("environment variable is set", _note(m, name))


def _note(m: Machine, name: Value) -> Sources:
    sources: Sources = EMPTY
    for option in alternatives(name):
        if isinstance(option, str) and is_known(option) and option:
            m.facts.environment.setdefault(option, m.place())
            sources |= {("env", str(option))}
        elif not isinstance(option, External) or option.internal:
            m.unresolved("reads an environment variable whose name is only known at run time")
    return sources | sources_of(name)


@model("os.environ.get", "os.getenv", "os.environ.pop", "os.environ.setdefault", "os.environ.__getitem__")
def _get(call: Call) -> Value:
    return read_variable(call.machine, call.argument(0, "key"), call.argument(1, "default"))


@model("os.environ.__contains__")
def _contains(call: Call) -> Value:
    return contains_name(call.machine, call.argument(0))


@model("os.environ.copy")
def _copy(_call: Call) -> Value:
    return External("os.environ")  # reading the copy is reading the environment


@model("os.environb.get")
def _get_bytes(call: Call) -> Value:
    name = call.argument(0)
    return read_variable(call.machine, name.decode("latin-1") if isinstance(name, bytes) else name, call.argument(1))

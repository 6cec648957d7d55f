"""Built-in functions and the few of the standard library that shape data without reading anything."""

from __future__ import annotations

from cachekeys.inputs.setup_script.joins import join_values, truth
from cachekeys.inputs.setup_script.library import Call, model, named
from cachekeys.inputs.setup_script.library.content import as_path, iterate
from cachekeys.inputs.setup_script.library.environment import is_environment
from cachekeys.inputs.setup_script.values import (
    AROUND,
    Bound,
    Class,
    External,
    Function,
    Instance,
    Module,
    PathValue,
    Value,
    alternatives,
    as_text,
    sources_of,
    with_sources,
)
from cachekeys.inputs.texts import is_known

MAX_COPIED = 6
"""Levels of lists and dicts in each other: a structure may hold itself."""


@model("list", "tuple", "reversed", "set", "frozenset", "iter", "collections.deque")
def _sequence(call: Call) -> Value:
    if not call.args:
        return []
    items = iterate(call.machine, call.args[0])
    if call.name == "reversed":
        items = items[::-1]
    return tuple(items) if call.name in {"tuple", "frozenset"} else list(items)


@model("dict", "collections.OrderedDict", "types.MappingProxyType")
def _dict(call: Call) -> Value:
    first = call.argument(0)
    result: dict[Value, Value] = {}
    for option in alternatives(first):
        if is_environment(option):
            result[AROUND] = True
        if isinstance(option, dict):
            result.update(option)
        elif isinstance(option, list):
            pairs = [item for item in option if isinstance(item, (tuple, list)) and len(item) == 2]  # noqa: PLR2004 - a pair
            result.update((as_text(key), value) for key, value in pairs)
    result.update(call.kwargs)
    return result


@model("str", "repr", "ascii", "format")
def _str(call: Call) -> Value:
    from cachekeys.inputs.setup_script.protocols import written  # it needs the models

    value = as_path(call.machine, written(call.machine, call.argument(0, default="")))
    return join_values(as_text(option) for option in alternatives(value))


@model("int", "float", "bool")
def _number(call: Call) -> Value:
    from cachekeys.inputs.setup_script.protocols import answered, holds  # it needs the models

    value = answered(call.machine, call.argument(0), f"__{call.name}__")
    if call.name == "bool":
        verdict = holds(call.machine, value)
        return call.result() if verdict is None else verdict
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str) and is_known(value) and value.strip().isdigit() and call.name == "int":
        return int(value)
    return call.result()


@model("len")
def _len(call: Call) -> Value:
    from cachekeys.inputs.setup_script.protocols import answered  # it needs the models

    value = answered(call.machine, call.argument(0), "__len__")
    if isinstance(value, int):
        return value
    if isinstance(value, tuple) or (isinstance(value, str) and is_known(value)):
        return len(value)
    return call.result()  # a list may have grown in a branch that was merged


@model("range")
def _range(call: Call) -> Value:
    bounds = [value for value in call.args if isinstance(value, int)]
    return range(*bounds) if bounds and len(bounds) == len(call.args) and 0 not in bounds[2:] else call.result()


@model("enumerate")
def _enumerate(call: Call) -> Value:
    return list(enumerate(iterate(call.machine, call.argument(0))))


@model("zip", "itertools.product", "six.moves.zip")
def _zip(call: Call) -> Value:
    columns = [iterate(call.machine, value) for value in call.args]
    if call.name == "itertools.product":
        rows: list[tuple[Value, ...]] = [()]
        for column in columns:
            rows = [(*row, item) for row in rows for item in column][:1000]
        return rows
    return list(zip(*columns, strict=False))


@model("itertools.chain", "itertools.chain.from_iterable")
def _chain(call: Call) -> Value:
    parts = iterate(call.machine, call.argument(0)) if call.name.endswith("from_iterable") else call.args
    return [item for part in parts for item in iterate(call.machine, part)]


@model("map", "filter")
def _map(call: Call) -> Value:
    from cachekeys.inputs.setup_script.calls import call as invoke  # calls needs the models

    function, *iterables = call.args or [None]
    items = iterate(call.machine, iterables[0]) if iterables else []
    if call.name == "filter":
        if function is None:
            return [item for item in items if truth(item) is not False]
        return [item for item in items if truth(invoke(call.machine, function, [item], {})) is not False]
    return [invoke(call.machine, function, [item], {}) for item in items]


@model("sum")
def _sum(call: Call) -> Value:
    if isinstance(call.argument(1), list):
        return [item for part in iterate(call.machine, call.argument(0)) for item in iterate(call.machine, part)]
    return call.result()


@model("getattr")
def _getattr(call: Call) -> Value:
    from cachekeys.inputs.setup_script.access import attribute  # it needs the models

    names = alternatives(call.argument(1))
    if not all(isinstance(name, str) and is_known(name) for name in names):
        return call.result()
    value = join_values(attribute(call.machine, call.argument(0), name) for name in names)
    return join_values((value, call.args[2])) if len(call.args) > 2 else value  # noqa: PLR2004 - the default


@model("setattr")
def _setattr(call: Call) -> Value:
    target, name = call.argument(0), call.argument(1)
    if isinstance(target, Instance) and isinstance(name, str):
        target.attributes[name] = call.argument(2)
    return None


@model("dir")
def _dir(call: Call) -> Value:
    """Return the names of an object of the project's own: scripts go through them to find those with a prefix."""
    value = call.argument(0)
    if not (isinstance(value, Instance) and isinstance(value.cls, Class)):
        return call.result()
    names = set(value.attributes)
    pending = [value.cls]
    while pending:
        current = pending.pop()
        names |= current.names.keys()
        pending += [base for given in current.bases for base in alternatives(given) if isinstance(base, Class)]
    return sorted(names)


_KINDS: tuple[tuple[type, frozenset[str]], ...] = (
    (str, frozenset({"str", "basestring", "unicode", "six.string_types", "string_types", "collections.abc.Sequence"})),
    (list, frozenset({"list", "collections.abc.Sequence", "collections.abc.Iterable", "typing.List"})),
    (tuple, frozenset({"tuple", "collections.abc.Sequence", "collections.abc.Iterable"})),
    (dict, frozenset({"dict", "collections.abc.Mapping", "collections.abc.Iterable", "typing.Dict"})),
    (PathValue, frozenset({"pathlib.Path", "pathlib.PurePath", "os.PathLike", "pathlib.PosixPath"})),
    (bool, frozenset({"bool", "int"})),
    (int, frozenset({"int", "numbers.Number"})),
)


@model("isinstance")
def _isinstance(call: Call) -> Value:
    value, kinds = call.argument(0), call.argument(1)
    names = {kind.name for kind in (kinds if isinstance(kinds, tuple) else (kinds,)) if isinstance(kind, External)}
    own = next((names_of for kind, names_of in _KINDS if isinstance(value, kind)), None)
    if own is None or not names:
        return call.result()
    if isinstance(value, list) and names & {"set", "frozenset"}:
        return call.result()  # sets are kept as lists
    return bool(names & own)


@model("hasattr", "callable")
def _asks(call: Call) -> Value:
    value, name = call.argument(0), call.argument(1)
    if call.name == "hasattr" and isinstance(value, Module) and name in value.scope.names:
        return True
    if call.name == "callable" and isinstance(value, (Function, Bound, Class)):
        return True
    return call.result()


@model("next")
def _next(call: Call) -> Value:
    items = iterate(call.machine, call.argument(0))
    return join_values([*items, *call.args[1:]]) if items else call.argument(1)


@model("copy.copy", "copy.deepcopy")
def _copied(call: Call) -> Value:
    """Return the value with lists and dicts of its own; objects stay the same: what is built of one is built of its copy."""
    return _with_own_containers(call.argument(0, "x"), MAX_COPIED if call.name.endswith("deepcopy") else 1)


def _with_own_containers(value: Value, depth: int) -> Value:
    if not depth:
        return value
    if isinstance(value, External) and is_environment(value):
        return {AROUND: True}
    if type(value) in {list, tuple}:
        return type(value)(_with_own_containers(item, depth - 1) for item in value)
    if type(value) is dict:
        return {key: _with_own_containers(item, depth - 1) for key, item in value.items()}
    return value


@model("shlex.quote", "sys.intern", "asyncio.run", "typing.cast")
def _identity(call: Call) -> Value:
    return call.argument(1 if call.name == "typing.cast" else 0)


@model("shlex.split")
def _shlex(call: Call) -> Value:
    """Return the words of all that the text can be."""
    import shlex  # rarely needed

    words: list[Value] = []
    for value in alternatives(call.argument(0)):
        if not isinstance(value, str):
            words.append(call.result())
            continue
        try:
            parts = shlex.split(value)
        except ValueError:  # a quote that is never closed
            parts = value.split()
        words += [with_sources(part, sources_of(value)) for part in parts if part not in words]
    return words


@model("print", "warnings.warn", "sys.exit", "sys.stdout.write", "sys.stderr.write", "ValueError", "RuntimeError")
@model("Exception", "SystemExit", "NotImplementedError", "OSError", "textwrap.fill", "exit")
def _says(_call: Call) -> Value:
    return None


@named("info", "warning", "warn", "debug", "error", "critical", "exception", "announce", "set_verbosity")
def _logs(_call: Call) -> Value:
    return None


@named("compile")
def _compile(call: Call) -> Value:
    """Return the source text of ``compile(text, ...)``; of a compiler's, note what it reads."""
    if call.name == "compile":
        return call.argument(0)
    from cachekeys.inputs.setup_script.library.packaging import note_native_arguments  # a cycle

    note_native_arguments(call)
    return call.result()

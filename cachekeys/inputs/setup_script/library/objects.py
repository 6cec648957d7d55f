"""Small objects of the standard library that hold values or functions: partial, named tuples, enumerations, templates."""

from __future__ import annotations

import ast
import re
from copy import copy

from cachekeys.inputs.setup_script.joins import elements, join_values
from cachekeys.inputs.setup_script.library import Call, model, named
from cachekeys.inputs.setup_script.library.content import iterate
from cachekeys.inputs.setup_script.library.environment import fill_from, is_environment
from cachekeys.inputs.setup_script.operators import binary
from cachekeys.inputs.setup_script.values import (
    Class,
    Defaults,
    External,
    Function,
    Instance,
    Partial,
    Value,
    alternatives,
    as_text,
    sources_of,
    with_sources,
)
from cachekeys.inputs.texts import UNKNOWN, bounded, is_known

MAX_ROUNDS = 200


# -- functions -------------------------------------------------------------------------------------------------------------


@model("functools.partial", "functools.partialmethod")
def _partial(call: Call) -> Value:
    return Partial(call.args[0], call.args[1:], call.kwargs) if call.args else call.result()


@model("functools.reduce")
def _reduce(call: Call) -> Value:
    from cachekeys.inputs.setup_script.calls import call as invoke  # calls needs the models

    items = iterate(call.machine, call.argument(1))[:MAX_ROUNDS]
    if len(call.args) > 2:  # noqa: PLR2004 - the initial value
        items.insert(0, call.args[2])
    if not items:
        return call.result()
    result = items[0]
    for item in items[1:]:
        result = invoke(call.machine, call.argument(0), [result, item], {})
    return result


@model("operator.add", "operator.concat", "operator.truediv", "operator.mod", "operator.iadd", "operator.or_")
def _operator(call: Call) -> Value:
    operators = {"truediv": ast.Div(), "mod": ast.Mod(), "or_": ast.BitOr()}
    return binary(
        operators.get(call.name.rpartition(".")[2], ast.Add()),
        call.argument(0, default=""),
        call.argument(1, default=""),
    )


@model("operator.itemgetter", "operator.attrgetter", "operator.methodcaller")
def _getter(call: Call) -> Value:
    return Partial(External(f"{call.name}()"), list(call.args), {})


@model("operator.itemgetter()", "operator.attrgetter()", "operator.methodcaller()")
def _get(call: Call) -> Value:
    """Apply a getter: its own arguments come first, the object last."""
    from cachekeys.inputs.setup_script.access import attribute, get_item
    from cachekeys.inputs.setup_script.calls import call as invoke  # both need the models

    *names, target = call.args or [None]
    m = call.machine
    if call.name.startswith("operator.methodcaller") and names:
        return invoke(m, attribute(m, target, as_text(names[0])), names[1:], {})
    if call.name.startswith("operator.itemgetter"):
        found = [get_item(m, target, name) for name in names]
    else:
        found = []
        for name in names:
            value = target
            for step in as_text(name).split("."):
                value = attribute(m, value, step)
            found.append(value)
    return found[0] if len(found) == 1 else tuple(found)


@named("Thread", "Process", "Timer")
def _thread(call: Call) -> Value:
    """Call the target at once: when it runs does not matter to us."""
    from cachekeys.inputs.setup_script.calls import call as invoke  # calls needs the models

    target = call.kwargs.get("target")
    if target is not None:
        kwargs = call.kwargs.get("kwargs")
        args = elements(call.kwargs.get("args")) or []
        invoke(call.machine, target, args, dict(kwargs) if isinstance(kwargs, dict) else {})
    return call.result()


@named("submit", "apply", "apply_async", "run_in_executor", "register", "enter_context", "callback")
def _submit(call: Call) -> Value:
    """Call the function that is handed over, with the arguments that follow it."""
    from cachekeys.inputs.setup_script.calls import call as invoke  # calls needs the models
    from cachekeys.inputs.setup_script.library.files import note_given  # a cycle

    last = call.name.rpartition(".")[2]
    if last == "enter_context":
        return call.argument(0)
    args = call.args[1:] if last == "run_in_executor" else call.args
    if not args or isinstance(args[0], (str, Instance)):
        note_given(call)
        return call.result()
    rest: list[Value] = args[1:]
    if last.startswith("apply"):
        rest = elements(rest[0]) or [] if rest else []
    return invoke(call.machine, args[0], rest, call.kwargs)


@named("map", "imap", "imap_unordered", "starmap", "map_async")
def _mapped(call: Call) -> Value:
    from cachekeys.inputs.setup_script.calls import call as invoke  # calls needs the models

    if len(call.args) < 2:  # noqa: PLR2004 - a function and what it is applied to
        return call.result()
    function, items = call.args[0], iterate(call.machine, call.args[1])
    if call.name.endswith("starmap"):
        return [invoke(call.machine, function, elements(item) or [item], {}) for item in items]
    return [invoke(call.machine, function, [item], {}) for item in items]


# -- records -------------------------------------------------------------------------------------------------------------------


@model("collections.namedtuple", "typing.NamedTuple")
def _namedtuple(call: Call) -> Value:
    """Return a class with these fields."""
    given = call.argument(1, "field_names", call.kwargs.get("fields"))
    listed = given.replace(",", " ").split() if isinstance(given, str) else elements(given) or []
    names = [as_text(item[0] if isinstance(item, tuple) and item else item) for item in listed]
    body = "\n".join(f" {name}: object" for name in names if name.isidentifier() and is_known(name)) or " pass"
    try:
        node = ast.parse(f"class Record:\n{body}").body[0]
    except SyntaxError:  # a keyword among the names
        return call.result()
    if not isinstance(node, ast.ClassDef):
        return call.result()
    name = call.argument(0, "typename")
    return Class(name if isinstance(name, str) else "Record", [External("typing.NamedTuple")], node, call.machine.file)


@model("dataclasses.field", "attr.ib", "attr.field", "attrs.field", "attr.attrib")
def _field(call: Call) -> Value:
    """Return what the field of a record holds unless it is given something else."""
    from cachekeys.inputs.setup_script.calls import call as invoke  # calls needs the models

    factory = call.kwargs.get("default_factory", call.kwargs.get("factory"))
    return call.kwargs.get("default") if factory is None else invoke(call.machine, factory, [], {})


@model("staticmethod", "classmethod", "property", "functools.cached_property")
def _decorated(call: Call) -> Value:
    """Return the function as a decorator of this name would make it."""
    function = call.argument(0, "fget")
    if not isinstance(function, Function):
        return function
    made = copy(function)
    made.decorators = function.decorators | {call.name.rpartition(".")[2]}
    setter = call.argument(1, "fset")
    made.setter = setter if isinstance(setter, Function) else None
    return made


@model("type", "types.new_class")
def _type(call: Call) -> Value:
    """Return the class that ``type(name, bases, names)`` makes."""
    bases, names = call.argument(1), call.argument(2)
    node = ast.parse("class Made: pass").body[0]
    if call.name != "type" or not isinstance(names, dict) or not isinstance(node, ast.ClassDef):
        return call.result()
    made = Class(as_text(call.argument(0)), elements(bases) or [], node, call.machine.file)
    made.names = {name: value for name, value in names.items() if isinstance(name, str)}
    for value in made.names.values():
        if isinstance(value, Function) and value.owner is None:
            value.owner = made
    return made


@model("object.__new__", "str.__new__", "int.__new__", "dict.__new__", "tuple.__new__", "float.__new__")
def _new(call: Call) -> Value:
    """Return an object of the class that is given, one of the project's."""
    cls = call.argument(0)
    return Instance(cls) if isinstance(cls, Class) else call.result()


@model("Mapping.get")
def _mapping_get(call: Call) -> Value:
    """Return what a mapping of the project, an object whose class says what its items are, has for a key."""
    from cachekeys.inputs.setup_script.protocols import item_of  # it needs the models

    found = item_of(call.machine, call.argument(0), call.argument(1))
    return join_values((found, call.argument(2, "default")))


@model("types.SimpleNamespace", "argparse.Namespace")
def _namespace(call: Call) -> Value:
    instance = Instance(External(call.name))
    instance.attributes.update(call.kwargs)
    return instance


@model("collections.defaultdict")
def _defaultdict(call: Call) -> Value:
    result = Defaults(call.argument(0))
    for option in alternatives(call.argument(1)):
        if isinstance(option, dict):
            result.update(option)
    result.update(call.kwargs)
    return result


# -- text ----------------------------------------------------------------------------------------------------------------------


@model("string.Template")
def _template(call: Call) -> Value:
    instance = Instance(External(call.name))
    instance.attributes["template"] = call.argument(0, "template", "")
    return instance


_PLACE = re.compile(r"\$(?:(\$)|(\w+)|\{(\w+)\})")


@model("string.Template.substitute", "string.Template.safe_substitute")
def _substitute(call: Call) -> Value:
    template, *rest = call.args or [None]
    text = template.attributes.get("template") if isinstance(template, Instance) else None
    if not isinstance(text, str):
        return call.result()
    if rest and is_environment(rest[0]):
        return fill_from(call.machine, text, "$")
    names: dict[Value, Value] = dict(rest[0]) if rest and isinstance(rest[0], dict) else {}
    names.update(call.kwargs)

    def fill(match: re.Match[str]) -> str:
        return "$" if match[1] else as_text(names.get(match[2] or match[3], UNKNOWN))

    return with_sources(bounded(_PLACE.sub(fill, text)), sources_of(text) | sources_of(names))


@model("textwrap.dedent", "inspect.cleandoc")
def _dedent(call: Call) -> Value:
    import inspect  # rarely needed
    import textwrap

    value = call.argument(0)
    if not isinstance(value, str) or not is_known(value):
        return value
    function = textwrap.dedent if call.name.endswith("dedent") else inspect.cleandoc
    return with_sources(function(value), sources_of(value))


@model("chr", "ord")
def _character(call: Call) -> Value:
    value = call.argument(0)
    try:
        return chr(value) if call.name == "chr" else ord(value)
    except (TypeError, ValueError, OverflowError):
        return call.result()


@model("bytes", "bytearray")
def _bytes(call: Call) -> Value:
    value = call.argument(0, default="")
    return value if isinstance(value, (str, bytes)) else call.result()


@model("sorted", "min", "max")
def _ordered(call: Call) -> Value:
    """Return the items, or for ``min`` and ``max`` any of them; a key function is called on each."""
    from cachekeys.inputs.setup_script.calls import call as invoke  # calls needs the models

    items = iterate(call.machine, call.args[0]) if len(call.args) == 1 else list(call.args)
    key = call.kwargs.get("key")
    if key is not None and not isinstance(key, External):
        for item in items[:MAX_ROUNDS]:
            invoke(call.machine, key, [item], {})
    if call.name == "sorted":
        return list(items)
    by_length = isinstance(key, External) and key.name == "len"
    if items and (key is None or by_length) and all(isinstance(item, str) and is_known(item) for item in items):
        return (max if call.name == "max" else min)(items, key=len if by_length else None)
    numbers = [item for item in items if isinstance(item, (int, float))]
    if numbers and len(numbers) == len(items):
        return max(numbers) if call.name == "max" else min(numbers)
    return join_values(items) if items else call.argument(1, "default")

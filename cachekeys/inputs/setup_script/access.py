"""Take values apart and put them together: attributes, items, slices, assignment."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.calls import call
from cachekeys.inputs.setup_script.joins import elements, join_values
from cachekeys.inputs.setup_script.library import has_model
from cachekeys.inputs.setup_script.library.configfiles import section_of
from cachekeys.inputs.setup_script.library.environment import is_shadowed, read_variable
from cachekeys.inputs.setup_script.library.patterns import group_of
from cachekeys.inputs.setup_script.library.unnamed import note_flow
from cachekeys.inputs.setup_script.methods import path_attribute
from cachekeys.inputs.setup_script.protocols import described, inherited, item_of, of_metaclass, own
from cachekeys.inputs.setup_script.values import (
    ANYTHING,
    AROUND,
    BUILT,
    ELSEWHERE,
    EMPTY,
    Bound,
    Choice,
    Class,
    Defaults,
    External,
    Function,
    Instance,
    Module,
    Opened,
    Partial,
    PathValue,
    Scope,
    Sources,
    Super,
    Value,
    alternatives,
    as_text,
    sources_of,
    unknown,
    with_sources,
)
from cachekeys.inputs.texts import ROOT, UNKNOWN, is_known

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["assign", "attribute", "get_item", "get_slice"]

_CONSTANTS: dict[str, Value] = {
    **{f"{module}.sep": "/" for module in ("os", "os.path", "posixpath")},
    **{f"{module}.curdir": "." for module in ("os", "os.path", "posixpath")},
    **{f"{module}.pardir": ".." for module in ("os", "os.path", "posixpath")},
    **{f"{module}.extsep": "." for module in ("os", "os.path", "posixpath")},
    "os.linesep": "\n",
    "string.ascii_lowercase": "abcdefghijklmnopqrstuvwxyz",
    "string.ascii_uppercase": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "string.ascii_letters": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "string.digits": "0123456789",
    "importlib.machinery.EXTENSION_SUFFIXES": (f"{UNKNOWN}.so", ".so", f"{UNKNOWN}.pyd", ".pyd"),
    "importlib.machinery.SOURCE_SUFFIXES": (".py",),
    "importlib.machinery.BYTECODE_SUFFIXES": (".pyc",),
}
MAX_BASES = 50
_PATH_LISTS = frozenset({"sources", "depends", "include_dirs"})


_ELSEWHERE = frozenset({"sys.prefix", "sys.base_prefix", "sys.exec_prefix", "sys.base_exec_prefix", "sys.executable"})
_INSTALLED = frozenset({"__file__", "__path__", "__spec__", "__doc__", "__version__"})
_BUILT = frozenset(
    {
        "build_lib",
        "build_temp",
        "build_base",
        "build_dir",
        "build_clib",
        "bdist_dir",
        "dist_dir",
        "egg_info",
        "egg_base",
    }
    | {
        "install_lib",
        "install_dir",
        "install_base",
        "install_data",
        "install_scripts",
        "install_purelib",
        "install_platlib",
    }
    | {
        "get_ext_fullpath",
        "get_ext_filename",
        "get_outputs",
        "get_output_mapping",
        "build_purelib",
        "build_platlib",
        "root",
    }
)
"""Attributes and methods of setuptools' commands that name what the build makes."""


def _whereabouts(name: str, dotted: str) -> Sources:
    """Return the mark of an outside object of which we know that it is not a file in the tree."""
    return ELSEWHERE if name in _INSTALLED or dotted in _ELSEWHERE else BUILT if name in _BUILT else EMPTY


def attribute(m: Machine, value: Value, name: str) -> Value:
    """Return ``value.name``."""
    if isinstance(value, External):
        dotted = f"{value.name}.{name}"
        if dotted == "posix.environ":
            dotted = "os.environb"
        return _CONSTANTS.get(dotted) or External(
            dotted, value.sources | _whereabouts(name, dotted), internal=value.internal
        )
    if isinstance(value, Choice):
        return join_values(attribute(m, option, name) for option in value.options)
    if isinstance(value, Module):
        return _module_attribute(m, value, name)
    if isinstance(value, Instance):
        return _instance_attribute(m, value, name)
    if isinstance(value, Class):
        return _subclasses(value) if name == "__subclasses__" else _class_attribute(m, value, name)
    if isinstance(value, PathValue):
        return path_attribute(value, name)
    if isinstance(value, Super):
        return _super_attribute(m, value, name)
    if isinstance(value, (str, bytes, list, dict, tuple, set, frozenset, Opened)):
        return Bound(name, value)
    return unknown(value)


def _subclasses(cls: Class) -> Partial:
    return Partial(External("type.__subclasses__"), [cls], {})


def _class_attribute(m: Machine, cls: Class, name: str) -> Value:
    if name in cls.members:
        return cls.members[name]
    if name == "__members__" and cls.members:
        return dict(cls.members)
    found = cls.lookup(name)
    if found is None:
        from_meta = None if name.startswith("__") else of_metaclass(m, cls, name)
        return cls.name if name == "__name__" else External(f"{cls.name}.{name}") if from_meta is None else from_meta
    value = found[0]
    if isinstance(value, Function):
        return Bound(value, cls) if "classmethod" in value.decorators else value
    return described(m, value, None, cls)


def _resolution_order(cls: Value) -> list[Class]:
    """Return a local class and its local bases in the order in which Python looks attributes up."""
    found: list[Class] = []
    pending: list[Value] = [cls]
    while pending and len(found) < MAX_BASES:
        current = pending.pop(0)
        if isinstance(current, Class):
            found.append(current)
            pending[:0] = [option for base in current.bases for option in alternatives(base)]
    return [item for number, item in enumerate(found) if item not in found[number + 1 :]]  # a common base comes last


def _super_attribute(m: Machine, value: Super, name: str) -> Value:
    order = _resolution_order(value.instance.cls if isinstance(value.instance, Instance) else value.owner)
    after = order[order.index(value.owner) + 1 :] if value.owner in order else _resolution_order(value.owner)[1:]
    for cls in after:
        if name in cls.names:
            found = cls.names[name]
            if isinstance(value.instance, Instance):
                return _bound(m, found, value.instance)
            return Bound(found, value.instance) if isinstance(found, Function) else found
    base_name = next((base.name for base in value.owner.externals()), "object")
    dotted = f"{base_name}.{name}"
    return Bound(External(dotted, _whereabouts(name, dotted)), value.instance)


def _module_attribute(m: Machine, module: Module, name: str) -> Value:
    source = frozenset({("module", module.file)})
    if name == "__dict__":
        return module.scope.names
    if name == "__dir__":
        return Partial(External("dir"), [module], {})
    if name in module.scope.names:
        return with_sources(module.scope.names[name], source)
    lazily = module.scope.names.get("__getattr__")
    if isinstance(lazily, Function):  # PEP 562
        return with_sources(call(m, lazily, [name], {}), source)
    return m.import_module(f"{module.name}.{name}") or External(f"{module.name}.{name}", source)


def _instance_attribute(m: Machine, instance: Instance, name: str) -> Value:
    if name in instance.attributes:
        return instance.attributes[name]
    if name in {"__class__", "__dict__"}:
        return instance.cls if name == "__class__" else instance.attributes
    if isinstance(instance.cls, External):
        if has_model(f"{instance.cls.name}.{name}"):
            return Bound(External(f"{instance.cls.name}.{name}"), instance)
        return External(f"{instance.cls.name}().{name}")
    found = instance.cls.lookup(name)
    if found is None:
        lazily = instance.cls.lookup("__getattr__")
        if lazily and isinstance(lazily[0], Function) and not name.startswith("__"):
            return call(m, Bound(lazily[0], instance), [name], {})
        if (method := inherited(instance, name)) is not None:
            return method
        owner = next(instance.cls.externals(), instance.cls).name
        return External(f"{owner}().{name}", _whereabouts(name, f"{owner}().{name}"))
    return _bound(m, found[0], instance)


def _bound(m: Machine, value: Value, instance: Instance) -> Value:
    """Return what a class attribute is when it is looked up on an instance."""
    if isinstance(value, Choice):
        return join_values(_bound(m, option, instance) for option in value.options)
    if not isinstance(value, Function):
        return described(m, value, instance, instance.cls)
    if "staticmethod" in value.decorators:
        return value
    if value.decorators & {"property", "cached_property"}:
        return call(m, Bound(value, instance), [], {})
    return Bound(value, instance.cls if "classmethod" in value.decorators else instance)


def get_item(m: Machine, value: Value, index: Value) -> Value:
    """Return ``value[index]``."""
    if isinstance(value, External):
        if value.name in {"os.environ", "os.environb"}:
            return read_variable(m, index)
        if index == 0 and value.name in {"sys.path", "sys.argv"}:
            return ROOT if value.name == "sys.path" else f"{ROOT}/{m.main}"
        return External(f"{value.name}[]", value.sources | sources_of(index), internal=value.internal)
    if isinstance(value, Choice):
        return join_values(get_item(m, option, index) for option in value.options)
    if isinstance(value, Module):  # runpy.run_path() and the like return a namespace
        return _module_attribute(m, value, as_text(index))
    if isinstance(value, Defaults) and isinstance(index, str) and is_known(index) and index not in value:
        value[index] = call(m, value.factory, [], {}) if value.factory is not None else None
    if isinstance(value, dict):
        if AROUND in value and isinstance(index, str) and is_shadowed(value, index):
            return join_values((*([value[index]] if index in value else []), read_variable(m, index)))
        return _from_dict(value, index)
    if isinstance(value, Class) and isinstance(index, str) and index in value.members:
        return value.members[index]
    if isinstance(value, Class) and (item := item_of(m, value, index)) is not None:
        return item
    if isinstance(value, (list, tuple, str)):
        if isinstance(index, int) and not _may_be_shifted(value, index):
            try:
                return with_sources(value[index], sources_of(value) if isinstance(value, str) else EMPTY)
            except IndexError:
                return unknown(value, internal=True)
        return (
            join_values(value) if isinstance(value, (list, tuple)) and value else unknown(value, index, internal=True)
        )
    if isinstance(value, Instance) and isinstance(value.cls, External):
        if value.cls.name == "re.Match":
            return group_of(value, index)
        if value.cls.name == "configparser.ConfigParser":
            return section_of(value, index)
    if isinstance(value, Instance) and isinstance(value.cls, Class):
        item = item_of(m, value, index)
        return unknown(value, index) if item is None else item
    return unknown(value, index)


def _may_be_shifted(value: list[Value] | tuple[Value, ...] | str, index: int) -> bool:
    """Tell whether something unknown, which may stand for any number of items, lies between an end and the item at *index*."""
    counted = value[: index + 1] if index >= 0 else value[index:]
    return any(isinstance(item, External) and item.name == "?" for item in counted)


def _from_dict(value: dict[Value, Value], index: Value) -> Value:
    options = alternatives(index)
    keys = [option for option in options if isinstance(option, (str, int)) and option in value]
    if keys and all(isinstance(o, int) or (isinstance(o, str) and is_known(o)) for o in options):
        return join_values(value[key] for key in keys)  # with another one the script would have ended
    if isinstance(index, str) and is_known(index):
        return value[ANYTHING] if ANYTHING in value else unknown(value, internal=True)
    return with_sources(join_values(value.values()), sources_of(index)) if value else unknown(index, internal=True)


def get_slice(value: Value, bounds: list[Value]) -> Value:
    """Return ``value[start:stop:step]``."""
    if isinstance(value, Choice):
        return join_values(get_slice(option, bounds) for option in value.options)
    fixed = all(bound is None or isinstance(bound, int) for bound in bounds)
    if isinstance(value, str) and fixed and is_known(value):
        return with_sources(value[slice(*bounds)], sources_of(value))
    if isinstance(value, (list, tuple)):
        return value[slice(*bounds)] if fixed else list(value)
    return unknown(value, internal=isinstance(value, str))


def assign(m: Machine, target: ast.expr, value: Value, scope: Scope) -> None:
    """Bind *value* to *target*."""
    if isinstance(target, ast.Name):
        if target.id in scope.redirects:
            m.update(scope.redirects[target.id].names, target.id, value)
        else:
            scope.names[target.id] = value
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(m, target.elts, value, scope)
    elif isinstance(target, ast.Starred):
        assign(m, target.value, value, scope)
    elif isinstance(target, ast.Attribute):
        for owner in alternatives(m.evaluate(target.value, scope)):
            _set_attribute(m, owner, target.attr, value)
    elif isinstance(target, ast.Subscript):
        index = None if isinstance(target.slice, ast.Slice) else m.evaluate(target.slice, scope)
        for owner in alternatives(m.evaluate(target.value, scope)):
            if isinstance(owner, External) and owner.name == "sys.path":
                call(m, External("sys.path.extend"), [value], {})
            elif isinstance(owner, Instance) and isinstance(owner.cls, Class):
                call(m, attribute(m, owner, "__setitem__"), [index, value], {})
            elif m.certain and isinstance(owner, list) and _is_whole(target.slice):
                owner[:] = elements(value) or ([unknown(value)] if isinstance(value, External) else [])
            else:
                _set_item(m, owner, index, value)


def _is_whole(index: ast.expr) -> bool:
    """Tell whether an index is ``[:]``."""
    return isinstance(index, ast.Slice) and index.lower is None and index.upper is None and index.step is None


def _unpack(m: Machine, targets: list[ast.expr], value: Value, scope: Scope) -> None:
    options = alternatives(value)
    starred = next((i for i, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
    for position, target in enumerate(targets):
        found: list[Value] = []
        for option in options:
            if isinstance(option, Instance):
                option = tuple(elements(option) or ())  # noqa: PLW2901 - a named tuple
            if not isinstance(option, (list, tuple)):
                found.append(unknown(option))
            elif starred is None and len(option) == len(targets):
                found.append(option[position])
            elif starred is not None and len(option) >= len(targets) - 1:
                after = len(targets) - 1 - position
                if position < starred:
                    found.append(option[position])
                elif position > starred:
                    found.append(option[len(option) - 1 - after])
                else:
                    found.append(list(option[position : len(option) - after]))
            else:
                found.append(unknown(option, internal=True))
        assign(m, target, join_values(found), scope)


def _set_attribute(m: Machine, owner: Value, name: str, value: Value) -> None:
    if name == "include_dirs" and (isinstance(owner, External) or "distribution" in getattr(owner, "attributes", ())):
        call(m, External("compiler.set_include_dirs"), [value], {})  # of a command or its compiler: for all extensions
    if isinstance(owner, External):
        note_flow(m, value, f"{name} of {owner.name}")
    if isinstance(owner, Instance):
        if name in _PATH_LISTS and name in owner.attributes:
            value = join_values((owner.attributes[name], value))  # it may happen in one branch or command only
        found = owner.cls.lookup(name) if isinstance(owner.cls, Class) else None
        if found and isinstance(found[0], Function) and found[0].setter is not None:
            call(m, Bound(found[0].setter, owner), [value], {})
        elif found and (setter := own(found[0], "__set__")) is not None:
            call(m, setter, [owner, value], {})
        else:
            m.update(owner.attributes, name, value)
    elif isinstance(owner, Module):
        m.update(owner.scope.names, name, value)
    elif isinstance(owner, Class):
        m.update(owner.names, name, value)
    elif isinstance(owner, External) and owner.name == "sys" and name == "path":
        call(m, External("sys.path.extend"), [value], {})


def _set_item(m: Machine, owner: Value, index: Value, value: Value) -> None:
    if isinstance(owner, External):
        note_flow(m, value, f"an item of {owner.name}")
    elif isinstance(owner, dict):
        for option in alternatives(index):
            key = option if isinstance(option, (str, int, float, bytes, type(None))) else as_text(option)
            if AROUND not in owner or key in owner or not m.undecided:  # else it may still be the environment's
                m.update(owner, key, value)
    elif isinstance(owner, list) and isinstance(index, int) and -len(owner) <= index < len(owner):
        owner[index] = join_values((owner[index], value))
    elif isinstance(owner, list):
        found = elements(value)
        owner.extend([value] if found is None else found)

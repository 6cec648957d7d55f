"""Command classes given to ``setup(cmdclass=...)``: setuptools runs their methods, so we follow them too."""

from __future__ import annotations

import ast
import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.programs.message_catalogs import COMMANDS as CATALOGUES
from cachekeys.inputs.setup_script.access import attribute
from cachekeys.inputs.setup_script.calls import call
from cachekeys.inputs.setup_script.joins import elements, join_values
from cachekeys.inputs.setup_script.library.packaging import ARGUMENTS, note_arguments
from cachekeys.inputs.setup_script.mentions import mentions
from cachekeys.inputs.setup_script.modes import BOTH, BUILD_COMMANDS, EDITABLE, WHEEL, modes_of
from cachekeys.inputs.setup_script.values import (
    ANYTHING,
    BUILT,
    Bound,
    Class,
    External,
    Function,
    Instance,
    Value,
    alternatives,
    as_text,
    unknown,
    with_sources,
)

if TYPE_CHECKING:
    from cachekeys.inputs.model import Mode
    from cachekeys.inputs.setup_script.machine import Machine

    _Call = tuple[tuple[Mode, ...], str, Function, Instance]

__all__ = ["run_commands"]

_ONLY_WITH = {
    "build_ext": ("ext_modules", "cffi_modules", "rust_extensions", "ext-modules"),
    "build_clib": ("libraries",),
    "build_scripts": ("scripts", "script-files"),
    "install_headers": ("headers",),
    "install_data": ("data_files", "data-files"),
}
"""Commands that a build only runs when the distribution has something for them, and the words for that (``sub_commands`` of setuptools 84)."""

MAX_EXTENSIONS = 20
"""That one method of a command is followed for."""

_ADD_NOTHING = frozenset(
    {
        "setuptools",
        "wheel",
        "pip",
        "setuptools-scm",
        "packaging",
        "toml",
        "tomli",
        "numpy",
        "cython",
        "pybind11",
        "ninja",
        "cmake",
        "torch",
    }
)
"""Build requirements that give a distribution none of these by themselves."""

_NO_METHODS = frozenset({"property", "cached_property", "staticmethod", "classmethod", "abstractmethod"})

_PROTOCOL = ("initialize_options", "finalize_options", "run", "build_extensions", "build_extension", "build_libraries")
"""Methods that setuptools calls, in its order; further overrides of setuptools' own methods follow."""

_TAKEN_OVER = {
    "build_clib": ("libraries",),
    "build_py": ("packages", "package_dir", "package_data", "py_modules"),
    "build_scripts": ("scripts",),
    "install_data": ("data_files",),
    "install_headers": ("headers",),
}
"""Attributes of the distribution that a command has under the same name (setuptools 84, their ``finalize_options``)."""


def run_commands(m: Machine, kwargs: dict[str, Value]) -> None:
    """Interpret the distribution class, and the command classes that a build runs."""
    attributes = {"ext_modules": m.extensions, **{k: v for k, v in kwargs.items() if k != "ext_modules"}}
    attributes["cmdclass"] = commands = _commands(kwargs.get("cmdclass"))
    distribution = Instance(External("distribution"))
    distribution.attributes.update(attributes)
    for option in alternatives(kwargs.get("distclass")):
        if isinstance(option, Class):
            distribution = _distribution(m, option, attributes)
    mentioned = mentions(m, commands)
    calls: list[_Call] = []
    for name, value in list(commands.items()):
        runs = not _has_nothing(m, name, kwargs)
        for option in alternatives(value):
            if isinstance(option, Class):
                command = _command(m, name, option, distribution)
                for method, function in _called(option):
                    held = {*(modes_of(name, method) if runs else ()), *mentioned.get(name, ())}
                    calls.append((tuple(mode for mode in BOTH if mode in held), method, function, command))
    _call_all(m, calls)
    outer = m.facts.modes
    for name in sorted(CATALOGUES & mentioned.keys()):
        m.facts.modes = mentioned[name]
        m.facts.note("programs", (".", name), m.place())
    m.facts.modes = outer


def _has_nothing(m: Machine, command: str, kwargs: dict[str, Value]) -> bool:
    """Tell whether the distribution certainly has nothing that a command is run for: nobody as much as names it."""
    words = _ONLY_WITH.get(command)
    if words is None or ANYTHING in kwargs or not m.project.build_requires <= _ADD_NOTHING:
        return False
    files = [*(module.file for module in m.modules.values()), "pyproject.toml", "setup.cfg"]
    return not any(word.encode() in (m.project.read_bytes(file) or b"") for file in files for word in words)


def _call_all(m: Machine, calls: list[_Call]) -> None:
    """Call methods: what belongs to one kind of installation at last, so that it is not the first to see what the others see.

    Modules are followed once. Where each kind has methods of its own, what they share could not be told from what only the
    first of them reads, so that of an editable installation counts for both.
    """
    outer = m.facts.modes
    several = any(modes == WHEEL for modes, *_ in calls)
    for phase in (BOTH, EDITABLE, WHEEL):
        m.facts.modes = outer if phase == BOTH or (several and phase == EDITABLE) else phase
        try:
            for _, name, function, command in [given for given in calls if given[0] == phase]:
                _call_method(m, name, function, command)
        finally:
            m.facts.modes = outer


def _command(m: Machine, name: str, cls: Class, distribution: Instance) -> Instance:
    """Return a command as the distribution makes it."""
    command = Instance(cls)
    given = {taken: distribution.attributes.get(taken) for taken in _TAKEN_OVER.get(name, ())}
    command.attributes.update({taken: held for taken, held in given.items() if held is not None})
    _equip(m, command, distribution)
    initialiser = cls.lookup("__init__")
    if initialiser and isinstance(initialiser[0], Function):
        call(m, Bound(initialiser[0], command), [distribution], {})
    return command


def _commands(given: Value) -> dict[str, Value]:
    """Return the classes by the commands' names; of several mappings, all that one of them has."""
    commands: dict[str, Value] = {}
    for mapping in alternatives(given):
        for name, value in mapping.items() if isinstance(mapping, dict) else ():
            commands[name] = join_values((commands[name], value)) if name in commands else value
    return commands


def _distribution(m: Machine, cls: Class, attributes: dict[str, Value]) -> Instance:
    """Make the distribution as ``setup()`` does: its class may put commands of its own among those given."""
    instance = Instance(cls)
    instance.attributes.update(attributes)
    initialiser = cls.lookup("__init__")
    if initialiser and isinstance(initialiser[0], Function):
        call(m, Bound(initialiser[0], instance), [dict(attributes)], {})
    getter = cls.lookup("get_command_class")
    if getter and isinstance(getter[0], Function):
        for name in sorted(BUILD_COMMANDS - attributes["cmdclass"].keys()):
            attributes["cmdclass"][name] = call(m, Bound(getter[0], instance), [name], {})
    note_arguments(m, {name: attribute(m, instance, name) for name in ARGUMENTS if _is_set(instance, cls, name)})
    _equip(m, instance, instance)
    for name, function in _called(cls):
        _call_method(m, name, function, instance)
    return instance


def _is_set(instance: Instance, cls: Class, name: str) -> bool:
    """Tell whether the class itself sets an attribute that is otherwise an argument of ``setup()``."""
    return name in instance.attributes or cls.lookup(name) is not None


def _equip(m: Machine, instance: Instance, distribution: Instance) -> None:
    """Give a command, or the distribution, what setuptools gives it: it knows the project's extensions."""
    instance.attributes.update(extensions=m.extensions, distribution=distribution, ext_modules=m.extensions)


def _called(cls: Class) -> list[tuple[str, Function]]:
    """Return the methods that setuptools would call, in its order."""
    called = _called_by_itself(cls)
    methods = _methods(cls)
    order = [name for name in _PROTOCOL if name in methods]
    order += [name for name in methods if name not in _PROTOCOL and name not in called and not name.startswith("__")]
    return [(name, methods[name]) for name in order if not methods[name].decorators & _NO_METHODS]


def _call_method(m: Machine, name: str, function: Function, instance: Instance) -> None:
    parameters = function.node.args.args[1:]
    required = parameters[: len(parameters) - len(function.defaults)] if function.defaults else parameters
    if name == "build_libraries" and required:
        call(m, Bound(function, instance), [instance.attributes.get("libraries", unknown())], {})
    elif name == "build_extension" or (required and required[0].arg in {"ext", "extension"}):
        for extension in _of_each_kind(m.extensions) or [unknown()]:
            call(m, Bound(function, instance), [extension], {})
    elif name not in _PROTOCOL and required:
        call(m, Bound(function, instance), [with_sources(unknown(), BUILT) for _ in required], {})
    else:
        call(m, Bound(function, instance), [], {})


def _of_each_kind(extensions: list[Value]) -> list[Value]:
    """Return some of the extensions, where there are many: one of each kind of sources (``.cu`` beside ``.cpp``), then the first."""
    if len(extensions) <= MAX_EXTENSIONS:
        return extensions
    kinds: dict[frozenset[str], Value] = {}
    for extension in extensions:
        sources = elements(extension.attributes.get("sources")) if isinstance(extension, Instance) else None
        kinds.setdefault(frozenset(posixpath.splitext(as_text(source))[1] for source in sources or ()), extension)
    first = [extension for extension in extensions if all(extension is not other for other in kinds.values())]
    return [*kinds.values(), *first][:MAX_EXTENSIONS]


def _methods(cls: Class) -> dict[str, Function]:
    """Return the methods of a class and its local bases."""
    result: dict[str, Function] = {}
    for base in cls.bases:
        for option in alternatives(base):
            if isinstance(option, Class):
                result.update(_methods(option))
    result.update({name: value for name, value in cls.names.items() if isinstance(value, Function)})
    return result


def _called_by_itself(cls: Class) -> set[str]:
    """Return the methods that the class's own code calls: they are followed from there, with real arguments."""
    names: set[str] = set()
    classes = [cls]
    while classes:
        current = classes.pop()
        classes += [o for base in current.bases for o in alternatives(base) if isinstance(o, Class)]
        for statement in current.node.body:
            own = getattr(statement, "name", None)  # a method that calls its namesake calls that of a base
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr != own:
                    names.add(node.func.attr)
    return names

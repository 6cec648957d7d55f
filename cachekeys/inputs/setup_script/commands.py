"""Command classes given to ``setup(cmdclass=...)``: setuptools runs their methods, so we follow them too."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from cachekeys.inputs.programs.message_catalogs import COMMANDS as CATALOGUES
from cachekeys.inputs.setup_script.access import attribute
from cachekeys.inputs.setup_script.calls import call
from cachekeys.inputs.setup_script.joins import join_values
from cachekeys.inputs.setup_script.library.packaging import ARGUMENTS, note_arguments
from cachekeys.inputs.setup_script.values import (
    BUILT,
    Bound,
    Class,
    External,
    Function,
    Instance,
    Value,
    alternatives,
    unknown,
    with_sources,
)

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["run_commands"]

_BUILD_COMMANDS = frozenset(
    {
        "build",
        "build_py",
        "build_ext",
        "build_clib",
        "build_scripts",
        "build_src",
        "egg_info",
        "dist_info",
        "bdist_wheel",
    }
    | {
        "bdist",
        "develop",
        "editable_wheel",
        "install",
        "install_lib",
        "install_data",
        "install_scripts",
        "install_headers",
    }
    | {"build_rust", "config", "config_fc", "install_egg_info"}
)
"""Commands that a PEP 517 wheel or editable build runs."""

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
    mentioned: set[str] | None = None
    for name, value in list(commands.items()):
        if name not in _BUILD_COMMANDS:
            mentioned = _mentioned(m) if mentioned is None else mentioned
            if name not in mentioned:
                continue
        for option in alternatives(value):
            if isinstance(option, Class):
                command = Instance(option)
                given = {taken: distribution.attributes.get(taken) for taken in _TAKEN_OVER.get(name, ())}
                command.attributes.update({taken: held for taken, held in given.items() if held is not None})
                _run_class(m, option, distribution, command)
    for name in sorted(CATALOGUES & (mentioned if mentioned is not None else _mentioned(m))):
        m.facts.programs.setdefault((".", name), m.place())


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
        for name in sorted(_BUILD_COMMANDS - attributes["cmdclass"].keys()):
            attributes["cmdclass"][name] = call(m, Bound(getter[0], instance), [name], {})
    note_arguments(m, {name: attribute(m, instance, name) for name in ARGUMENTS if _is_set(instance, cls, name)})
    _run_class(m, cls, instance, instance)
    return instance


def _is_set(instance: Instance, cls: Class, name: str) -> bool:
    """Tell whether the class itself sets an attribute that is otherwise an argument of ``setup()``."""
    return name in instance.attributes or cls.lookup(name) is not None


def _mentioned(m: Machine) -> set[str]:
    """Return the names that the script's code passes to ``run_command`` or adds to ``sub_commands``."""
    names: set[str] = set()
    for module in list(m.modules.values()):
        raw = m.project.read_bytes(module.file) or b""
        if b"run_command" not in raw and b"sub_commands" not in raw:
            continue
        tree = m.parse(module.file)
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, (ast.Call, ast.Assign, ast.AugAssign, ast.AnnAssign)) and _about_commands(node):
                names.update(
                    n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)
                )
    return names


def _about_commands(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        function = node.func
        return isinstance(function, ast.Attribute) and (
            function.attr in {"run_command", "reinitialize_command", "get_finalized_command"}
            or (isinstance(function.value, ast.Attribute) and function.value.attr == "sub_commands")
        )
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return any(getattr(target, "attr", getattr(target, "id", "")) == "sub_commands" for target in targets)


def _run_class(m: Machine, cls: Class, distribution: Instance, instance: Instance) -> None:
    """Call the methods that setuptools would call, on an instance that knows the project's extensions."""
    instance.attributes.update(extensions=m.extensions, distribution=distribution, ext_modules=m.extensions)
    called = _called_by_itself(cls)
    methods = _methods(cls)
    order = [name for name in _PROTOCOL if name in methods]
    order += [name for name in methods if name not in _PROTOCOL and name not in called and not name.startswith("__")]
    for name in order:
        function = methods[name]
        if function.decorators & {"property", "cached_property", "staticmethod", "classmethod", "abstractmethod"}:
            continue
        parameters = function.node.args.args[1:]
        required = parameters[: len(parameters) - len(function.defaults)] if function.defaults else parameters
        if name == "build_libraries" and required:
            call(m, Bound(function, instance), [instance.attributes.get("libraries", unknown())], {})
        elif name == "build_extension" or (required and required[0].arg in {"ext", "extension"}):
            for extension in m.extensions[:20] or [unknown()]:
                call(m, Bound(function, instance), [extension], {})
        elif name not in _PROTOCOL and required:
            call(m, Bound(function, instance), [with_sources(unknown(), BUILT) for _ in required], {})
        else:
            call(m, Bound(function, instance), [], {})


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

"""Code of the project that the script loads by other means than ``import``: exec, runpy, importlib, imp."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.joins import join_values
from cachekeys.inputs.setup_script.library import Call, model
from cachekeys.inputs.setup_script.library.discovery import absolute_name
from cachekeys.inputs.setup_script.library.unnamed import note_flow, note_unnamed
from cachekeys.inputs.setup_script.values import (
    ANYTHING,
    Bound,
    External,
    Instance,
    Module,
    Opened,
    Scope,
    Value,
    alternatives,
    as_text,
    sources_of,
    unknown,
    with_sources,
)
from cachekeys.inputs.texts import UNKNOWN, expand, is_known

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["execute", "result_of"]

MAX_EXPRESSION = 20_000
MAX_POSSIBLE = 24
"""Modules that a name of which only a part is known may mean."""


def execute(m: Machine, args: list[Value], kwargs: dict[str, Value], scope: Scope) -> Value:
    """Interpret ``exec(code, globals, locals)``: the names that the code defines end up where they would."""
    code = args[0] if args else None
    if isinstance(code, Opened):
        from cachekeys.inputs.setup_script.library.content import read_opened  # rarely needed

        code = read_opened(m, code)
    namespaces = [value for value in (*args[1:3], *kwargs.values()) if isinstance(value, dict)]
    note_flow(m, code, "code")
    if not isinstance(code, str) or UNKNOWN in code:
        for names in namespaces[-1:] or [scope.names]:
            names[ANYTHING] = External("what unknown code defines", sources_of(code))
        return None
    files = [
        what for kind, what in sources_of(code) if kind == "file" and what.endswith((".py", ".pyx", ".in", ".txt"))
    ]
    file = files[0] if len(files) == 1 and m.project.is_file(files[0]) else m.file
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the project's own code
            tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if file != m.file:
        m.facts.read("exec", file, m.place())
    else:
        _move(tree, m.stack[-1].line)
    inner = Scope()
    inner.names["__file__"] = scope.module().names.get("__file__")
    m.run_tree(tree, inner, file)
    source = frozenset({("module", file)}) if file != m.file else frozenset()
    names = {
        name: with_sources(v, source)
        for name, v in inner.names.items()
        if not name.startswith("__") or name.endswith("__")
    }
    names.pop("__file__", None)
    for namespace in namespaces[-1:] or [scope.names]:
        namespace.update(names)
    return None


@model("ast.literal_eval")
def _literal(call: Call) -> Value:
    return result_of(call.machine, call.args[:1], {}, Scope())


def _move(tree: ast.AST, line: int) -> None:
    """Let everything in *tree* stand in *line*: where the text is that was parsed."""
    for node in ast.walk(tree):
        if hasattr(node, "lineno"):
            node.lineno = line


def result_of(m: Machine, args: list[Value], _kwargs: dict[str, Value], scope: Scope) -> Value:
    """Return the value of ``eval(code)``."""
    code = args[0] if args else None
    if not isinstance(code, str) or UNKNOWN in code or len(code) > MAX_EXPRESSION:
        return unknown(code)
    try:
        expression = ast.parse(code.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return unknown(code)
    _move(expression, m.stack[-1].line)
    value = m.evaluate(expression, scope)
    return with_sources(value, sources_of(code))


def load_file(m: Machine, target: Value, name: str = "module") -> Value:
    """Return the module in the project's file *target*, interpreted; unknown when it is elsewhere."""
    for option in alternatives(target):
        text = as_text(option)
        path = m.locate(text)
        if path is None:
            note_flow(m, External("code", note_unnamed(m, text, "loads a Python file whose name")), "code")
        if path is None or not is_known(path):
            continue
        if m.project.is_dir(path):
            path = f"{path}/__init__.py"
        if m.project.is_file(path):
            m.facts.read("exec", path, m.place())
            module = m.load(path, name)
            if module is not None:
                return module
    if isinstance(target, External) and target.internal:
        m.unresolved("loads a Python file whose name is only known at run time")
    return unknown(target)


@model("runpy.run_path", "runpy.run_module", "imp.load_source", "imp.load_module")
@model("numpy.distutils.misc_util.exec_mod_from_location", "setuptools._importlib.load")
def _run_path(call: Call) -> Value:
    if call.name == "runpy.run_module":
        return _import(call)
    if call.name.startswith("runpy"):
        return load_file(call.machine, call.argument(0))
    return load_file(call.machine, call.argument(1, "pathname"), as_text(call.argument(0)))


@model("importlib.machinery.SourceFileLoader", "importlib.util.spec_from_file_location")
@model("importlib._bootstrap_external.SourceFileLoader")
def _loader(call: Call) -> Value:
    """Return an object that remembers the module it will load."""
    location = call.argument(1, "location", call.kwargs.get("path"))
    spec, loader = Instance(External("spec")), Instance(External("loader"))
    spec.attributes.update(location=location, name=call.argument(0, "name", "module"), loader=loader)
    loader.attributes["load_module"] = Bound(External("importlib.util.module_from_spec"), spec)
    spec.attributes["load_module"] = loader.attributes["load_module"]  # of a loader itself
    return spec


@model("importlib.util.module_from_spec", "types.ModuleType", "importlib.util.LazyLoader")
def _module_from_spec(call: Call) -> Value:
    spec = call.argument(0)
    if isinstance(spec, Instance) and "location" in spec.attributes:
        name = spec.attributes["name"]
        return load_file(call.machine, spec.attributes["location"], name if isinstance(name, str) else "module")
    if call.name == "types.ModuleType":
        return Module(as_text(spec), "", Scope())
    return call.result()


@model("importlib.import_module", "__import__", "importlib.__import__", "pkg_resources.load_entry_point")
def _import(call: Call) -> Value:
    package = call.argument(1, "package") if call.name == "importlib.import_module" else None
    found: list[Value] = []
    for option in alternatives(call.argument(0, "name")):
        name = absolute_name(option, package)
        if isinstance(name, str) and is_known(name):
            module = call.machine.import_module(name)
            found.append(module or External(name))
        elif isinstance(name, str) and name.replace(UNKNOWN, "").strip("."):
            found += _possible(call.machine, name)
    modules = [value for value in found if isinstance(value, Module)]
    return join_values(modules or found) if found else call.result()


def _possible(m: Machine, name: str) -> list[Value]:
    """Return the modules that a partly known name can mean, when they are few."""
    base = name.replace(".", "/")
    files = [file for pattern in (f"{base}.py", f"{base}/__init__.py") for file in expand(m.project, pattern)]
    modules = {file: file.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for file in files}
    if len(modules) > MAX_POSSIBLE:
        return []
    return [module for dotted in modules.values() if (module := m.import_module(dotted)) is not None]


@model("sys.path.insert", "sys.path.append", "sys.path.extend", "site.addsitedir")
def _extend_path(call: Call) -> Value:
    """Add directories of the project to those that imports are looked up in."""
    m = call.machine
    for value in call.args:
        for option in value if isinstance(value, (list, tuple)) else alternatives(value):
            path = m.locate(as_text(option)) if not isinstance(option, (int, External)) else None
            if path is not None and is_known(path):
                m.explicit_path = True
                directory = "" if path == "." else path
                if directory not in m.sys_path:
                    m.sys_path.append(directory)
    return None

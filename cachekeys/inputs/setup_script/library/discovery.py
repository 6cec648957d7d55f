"""How a script finds its own plugins: the modules of a package (``pkgutil``), the classes in a module, the subclasses of a base.

Projects with one build profile per platform collect these so (``for _, name, _ in pkgutil.iter_modules(package.__path__)``); what
is imported in this way is named nowhere.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.joins import elements
from cachekeys.inputs.setup_script.library import Call, model
from cachekeys.inputs.setup_script.library.content import read_opened
from cachekeys.inputs.setup_script.library.files import open_path
from cachekeys.inputs.setup_script.values import (
    ELSEWHERE,
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
from cachekeys.inputs.texts import ROOT, is_known, join, project_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["absolute_name"]

MAX_MEMBERS = 500
MAX_DEPTH = 6
"""Packages inside each other."""


@model("pkgutil.iter_modules", "pkgutil.walk_packages")
def _iter_modules(call: Call) -> Value:
    """Return ``(finder, name, is_package)`` for each module in the directories, and with ``walk_packages`` below them."""
    given = call.argument(0, "path")
    prefix = as_text(call.argument(1, "prefix", ""))
    found: list[Value] = []
    for place in [given] if isinstance(given, (str, PathValue)) else elements(given) or []:
        for option in alternatives(place):
            path = None if isinstance(option, External) else project_path(as_text(option))
            if path is None or not is_known(path):
                continue  # another place, or none
            deep = call.name.endswith("walk_packages")
            sources = sources_of(option) | {("listing", f"{path}/*")}
            for name, is_package in _modules_in(call.machine, path, MAX_DEPTH if deep else 1):
                found.append((External("finder"), with_sources(prefix + name, sources), is_package))
    return found or call.result()


def _modules_in(m: Machine, directory: str, depth: int) -> Iterator[tuple[str, bool]]:
    prefix = "" if directory == "." else f"{directory}/"
    seen: set[str] = set()
    for file in m.project.files_below(prefix):
        first, _, rest = file[len(prefix) :].partition("/")
        name = first.removesuffix(".py")
        if rest:
            if rest == "__init__.py" and first not in seen and first.isidentifier():
                seen.add(first)
                yield first, True
                if depth > 1:
                    yield from ((f"{first}.{n}", package) for n, package in _modules_in(m, prefix + first, depth - 1))
        elif first.endswith(".py") and name != "__init__" and name not in seen and name.isidentifier():
            seen.add(name)
            yield name, False


# -- what is in a module or class ------------------------------------------------------------------------------------------------


def _members(value: Value) -> dict[str, Value]:
    if isinstance(value, Module):
        return value.scope.names
    if isinstance(value, Class):
        return value.names
    return {**_members(value.cls), **value.attributes} if isinstance(value, Instance) else {}


@model("dir")
def _dir(call: Call) -> Value:
    names = [name for option in alternatives(call.argument(0)) for name in _members(option)]
    return sorted(dict.fromkeys(names))[:MAX_MEMBERS] or call.result()


@model("inspect.getmembers", "inspect.getmembers_static")
def _getmembers(call: Call) -> Value:
    from cachekeys.inputs.setup_script.calls import call as invoke  # calls needs the models
    from cachekeys.inputs.setup_script.joins import truth

    predicate = call.argument(1, "predicate")
    found = [pair for option in alternatives(call.argument(0)) for pair in sorted(_members(option).items(), key=_first)]
    if not found:
        return call.result()
    if predicate is not None:
        found = [pair for pair in found if truth(invoke(call.machine, predicate, [pair[1]], {})) is not False]
    return list(found[:MAX_MEMBERS])


def _first(pair: tuple[str, Value]) -> str:
    return str(pair[0])


@model("inspect.isclass", "inspect.isfunction", "inspect.ismodule")
def _is_kind(call: Call) -> Value:
    value = call.argument(0)
    if isinstance(value, External):
        return call.result()
    kind = {"isclass": Class, "isfunction": Function, "ismodule": Module}[call.name.rpartition(".")[2]]
    verdicts = {isinstance(option, kind) for option in alternatives(value)}
    return verdicts.pop() if len(verdicts) == 1 else call.result()


@model("inspect.isabstract")
def _is_abstract(call: Call) -> Value:
    """Tell whether a method that a base declares abstract is nowhere defined."""
    value = call.argument(0)
    if not isinstance(value, Class):
        return call.result()
    for cls in _ancestors(value):
        for name, member in cls.names.items():
            found = (
                value.lookup(name) if isinstance(member, Function) and "abstractmethod" in member.decorators else None
            )
            if found and isinstance(found[0], Function) and "abstractmethod" in found[0].decorators:
                return True
    return False


@model("issubclass")
def _is_subclass(call: Call) -> Value:
    value, bases = call.argument(0), call.argument(1)
    wanted = bases if isinstance(bases, tuple) else (bases,)
    if not all(isinstance(base, Class) for base in wanted):
        return call.result()
    if isinstance(value, External) and value.name[:1].isalpha() and "(" not in value.name:
        return False  # a library's class derives from none of the project's
    if not isinstance(value, Class):
        return call.result()
    return any(base is cls for cls in _ancestors(value) for base in wanted)


def _ancestors(cls: Class, depth: int = 12) -> Iterator[Class]:
    yield cls
    for base in cls.bases if depth else ():
        for option in alternatives(base):
            if isinstance(option, Class):
                yield from _ancestors(option, depth - 1)


@model("type.__subclasses__")
def _subclasses(call: Call) -> Value:
    """Return the classes of the modules that were loaded so far whose direct base this one is."""
    base = call.argument(0)
    found: list[Value] = []
    for module in call.machine.modules.values():
        for value in module.scope.names.values():
            if isinstance(value, Class) and value not in found and any(b is base for b in value.bases):
                found.append(value)
    return found or call.result()


@model("importlib.util.resolve_name")
def _resolve(call: Call) -> Value:
    return absolute_name(call.argument(0, "name"), call.argument(1, "package"))


def absolute_name(name: Value, package: Value) -> Value:
    """Return the name of a module that may be relative to *package*."""
    if not isinstance(name, str) or not name.startswith(".") or not isinstance(package, str):
        return name
    level = len(name) - len(name.lstrip("."))
    parts = package.split(".")
    base = ".".join(parts[: len(parts) - level + 1])
    return with_sources(f"{base}.{name.lstrip('.')}".strip("."), sources_of(name) | sources_of(package))


_RESOURCES = ("importlib.resources", "importlib_resources")


@model("pkgutil.get_data", *(f"{top}.{name}" for top in _RESOURCES for name in ("read_text", "read_binary")))
def _get_data(call: Call) -> Value:
    """Return the content of a file beside a package of the project."""
    beside, name = _package_directory(call), call.argument(1)
    if beside is None or not isinstance(name, str):
        return call.result()
    return read_opened(call.machine, open_path(call.machine, PathValue(join(beside, name)), "r"))


@model(*(f"{top}.{name}" for top in _RESOURCES for name in ("files", "path", "open_text", "open_binary")))
def _resource(call: Call) -> Value:
    """Return the directory of a package of the project, or a file beside it: its path, or opened."""
    beside, name = _package_directory(call), call.argument(1)
    if beside is None:
        return External(call.result().name, call.result().sources | ELSEWHERE)
    path = PathValue(join(beside, as_text(name))) if len(call.args) > 1 else PathValue(beside)
    return open_path(call.machine, path, "r") if "open_" in call.name else path


def _package_directory(call: Call) -> str | None:
    """Return the directory of the package that the first argument names, or is; None when it is not the project's."""
    package = call.argument(0, "package", call.kwargs.get("anchor"))
    if isinstance(package, Module):
        return join(ROOT, posixpath.dirname(package.file))
    file = call.machine.find_module(package) if isinstance(package, str) and is_known(package) and package else None
    return None if file is None else join(ROOT, posixpath.dirname(file))

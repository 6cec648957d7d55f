"""Jinja and Mako: templates that a script fills by name, from the directories that a loader was given, and what they pull in."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.joins import elements, join_values
from cachekeys.inputs.setup_script.library import Call, model
from cachekeys.inputs.setup_script.values import (
    EMPTY,
    Class,
    External,
    Instance,
    Opened,
    PathValue,
    Source,
    Sources,
    Value,
    alternatives,
    as_text,
)
from cachekeys.inputs.texts import is_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.setup_script.machine import Machine

__all__: list[str] = []

_PULLED = re.compile(
    r"""\{%-?\s*(?:include|extends|import|from)\s+["']([^"'\n]+)["']|<%(?:include|inherit|namespace)\s[^>]*file=["']([^"'\n]+)["']"""
)
_ENVIRONMENTS = ("jinja2.Environment", "jinja2.environment.Environment", "jinja2.sandbox.SandboxedEnvironment")
_MAX_TEMPLATES = 200


@model(
    "jinja2.FileSystemLoader", "jinja2.loaders.FileSystemLoader", "jinja2.PackageLoader", "jinja2.loaders.PackageLoader"
)
@model("jinja2.ChoiceLoader", "jinja2.loaders.ChoiceLoader", "mako.lookup.TemplateLookup")
def _loader(call: Call) -> Value:
    """Return a loader that knows its directories; a package's lie below the package."""
    if call.name.endswith("ChoiceLoader"):
        directories = [item for loader in elements(call.argument(0, "loaders")) or [] for item in _directories(loader)]
    else:
        given = call.argument(0, "searchpath", call.kwargs.get("directories", call.kwargs.get("package_name")))
        items = elements(given) if isinstance(given, (list, tuple)) else [given]
        directories = [option for item in items or [] for option in alternatives(item)]
    if call.name.endswith("PackageLoader"):
        inner = as_text(call.argument(1, "package_path", "templates"))
        directories = [f"{as_text(item).replace('.', '/')}/{inner}" for item in directories]
    instance = Instance(External(call.name if call.name.startswith("mako") else "jinja2.loader"))
    instance.attributes["directories"] = directories
    return instance


@model(*_ENVIRONMENTS)
def _environment(call: Call) -> Value:
    instance = Instance(External(_ENVIRONMENTS[0]))
    instance.attributes["directories"] = _directories(call.kwargs.get("loader"))
    return instance


def _directories(loader: Value) -> list[Value]:
    found: list[Value] = []
    for option in alternatives(loader):
        if isinstance(option, Instance) and not isinstance(option.cls, Class):
            found += option.attributes.get("directories", [])
    return found


@model(
    "jinja2.Environment.get_template", "jinja2.Environment.select_template", "mako.lookup.TemplateLookup.get_template"
)
def _get_template(call: Call) -> Value:
    """Note the template and what it pulls in; of a name that only the run knows, all of the loader's directories."""
    m = call.machine
    given = call.argument(1, "name", call.kwargs.get("uri"))
    names = elements(given) if isinstance(given, (list, tuple)) else [given]
    results: list[Value] = []
    for name in (option for item in names or [] for option in alternatives(item)):
        sources: Sources = EMPTY
        for directory in _searched(call.argument(0)):
            sources |= frozenset(_note(m, as_text(directory), name))
        results.append(Opened(as_text(name), sources))
    return join_values(results) if results else call.result()


def _searched(environment: Value) -> list[Value]:
    """Return the directories in which an environment looks for its templates."""
    found = environment.attributes.get("directories") if isinstance(environment, Instance) else None
    return found if isinstance(found, list) else []


def _note(m: Machine, directory: str, name: Value) -> Iterator[Source]:
    if not isinstance(name, (str, PathValue)) or not is_known(as_text(name)):
        place = m.locate(directory)
        if place is not None and is_known(place) and place != "." and m.project.is_dir(place):
            m.facts.read("open", f"{place}/**/*", m.place())
        return
    pending, seen = [as_text(name).lstrip("/")], set[str]()
    while pending and len(seen) < _MAX_TEMPLATES:
        current = pending.pop()
        path = m.locate(posixpath.join(directory, current))
        if path is None or path in seen or not is_known(path) or not m.project.is_file(path):
            continue
        seen.add(path)
        m.facts.read("open", path, m.place())
        yield ("file", path)
        pulled = ["".join(found) for found in _PULLED.findall(m.project.read_text(path) or "")]
        pending += [*pulled, *(posixpath.join(posixpath.dirname(current), inner) for inner in pulled)]

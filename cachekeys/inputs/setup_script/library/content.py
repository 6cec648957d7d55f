"""The content of a file that the script reads: known, so that what it decides (nested requirements, names) is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cachekeys.errors import CacheKeysError
from cachekeys.inputs.setup_script.joins import elements
from cachekeys.inputs.setup_script.values import (
    Bound,
    Class,
    External,
    Function,
    Instance,
    Opened,
    Value,
    sources_of,
    unknown,
    with_sources,
)
from cachekeys.inputs.texts import expand, is_known, known, project_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["as_path", "iterate", "lines_of", "parse_json", "parse_toml", "read_opened"]

MAX_CONTENT = 200_000
MAX_LINES = 2000


def read_opened(m: Machine, opened: Opened) -> Value:
    """Return the text of an open file, or an unknown value."""
    path = project_path(opened.path)
    unknown_text = External("file content", opened.sources)
    if path is None or m.project.is_dir(path):  # one of several possible names
        return unknown_text
    if not is_known(path):
        matches = expand(m.project, path)
        if len(matches) != 1:
            return unknown_text
        path = matches[0]
    raw = m.project.read_bytes(path)
    if raw is None or len(raw) > MAX_CONTENT:
        return unknown_text
    text = raw.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return with_sources(known(text), opened.sources)


def lines_of(m: Machine, opened: Opened) -> list[Value]:
    """Return the lines of an open file, or one unknown element."""
    content = read_opened(m, opened)
    if not isinstance(content, str):
        return [content]
    return [with_sources(line, opened.sources) for line in content.splitlines(keepends=True)[:MAX_LINES]]


def iterate(m: Machine, value: Value) -> list[Value]:
    """Return what iterating over *value* yields: one unknown element when that is not known."""
    if isinstance(value, Opened):
        return lines_of(m, value)
    if isinstance(value, Instance) and isinstance(value.cls, Class):
        own = value.cls.lookup("__iter__")
        if own and isinstance(own[0], Function):
            from cachekeys.inputs.setup_script.calls import call as invoke  # calls needs this

            value = invoke(m, Bound(own[0], value), [], {})
    if isinstance(value, External) and value.name == "os.environ":
        return [External("environment name")]
    found = elements(value)
    return [unknown(value)] if found is None else found


def as_path(m: Machine, value: Value) -> Value:
    """Return *value*, or what an object of the project says it is as a path or text."""
    if isinstance(value, Instance) and isinstance(value.cls, Class):
        from cachekeys.inputs.setup_script.calls import call as invoke  # calls needs this

        for name in ("__fspath__", "__str__"):
            own = value.cls.lookup(name)
            if own and isinstance(own[0], Function):
                return invoke(m, Bound(own[0], value), [], {})
    return value


def parse_json(content: Value) -> Value:
    """Return what ``json.loads`` makes of *content*."""
    import json  # few scripts read JSON

    return _parsed(content, json.loads)


def parse_toml(content: Value) -> Value:
    """Return what ``tomllib.loads`` makes of *content*."""
    from cachekeys.tomlfile import parse  # few scripts read TOML

    return _parsed(content, lambda text: parse("", text.encode("utf-8", "surrogateescape")).data)


def _parsed(content: Value, loads: Callable[[str], Any]) -> Value:
    """Return the data in *content*, each text with its sources; unknown when it cannot be parsed."""
    sources = sources_of(content)
    if not isinstance(content, str) or not is_known(content):
        return External("data", sources)
    try:
        data = loads(content)
    except (ValueError, RecursionError, CacheKeysError):
        return External("data", sources)

    def tag(value: Any) -> Value:
        if isinstance(value, str):
            return with_sources(known(value), sources)
        if isinstance(value, list):
            return [tag(item) for item in value]
        if isinstance(value, dict):
            return {known(key): tag(item) for key, item in value.items()}
        return value

    return tag(data)

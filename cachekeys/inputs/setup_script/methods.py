"""Methods of built-in types: Python's own where everything is known, an approximation where it is not."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from cachekeys.inputs.setup_script.joins import elements, join_values, spread
from cachekeys.inputs.setup_script.library.content import lines_of, read_opened
from cachekeys.inputs.setup_script.library.environment import (
    contains_name,
    fill_from,
    holds_names,
    is_environment,
    is_shadowed,
    read_variable,
)
from cachekeys.inputs.setup_script.library.files import open_path
from cachekeys.inputs.setup_script.library.listing import list_directory, match_glob, walk
from cachekeys.inputs.setup_script.library.paths import probe
from cachekeys.inputs.setup_script.library.unnamed import write_into
from cachekeys.inputs.setup_script.operators import without
from cachekeys.inputs.setup_script.values import (
    ANY_NAME,
    ANYTHING,
    AROUND,
    EMPTY,
    MAX_ELEMENTS,
    Bound,
    Choice,
    External,
    Opened,
    PathValue,
    Value,
    alternatives,
    as_text,
    sources_of,
    unknown,
    with_sources,
)
from cachekeys.inputs.texts import (
    MAX_LENGTH,
    ROOT,
    UNKNOWN,
    bounded,
    ends_with,
    is_known,
    join,
    normalised,
    parent,
    starts_with,
)

if TYPE_CHECKING:
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["call_method", "format_text", "path_attribute"]


def call_method(m: Machine, receiver: Value, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Return ``receiver.name(*args, **kwargs)`` for a value of a built-in type, a path or an open file."""
    if isinstance(receiver, str):
        return _text_method(m, receiver, name, args, kwargs)
    if isinstance(receiver, list):
        if name in _SET_QUESTIONS and any(is_environment(arg) or holds_names(arg) for arg in args):
            return contains_name(m, receiver)
        return _list_method(m, receiver, name, args)
    if isinstance(receiver, dict):
        return _dict_method(m, receiver, name, args, kwargs)
    if isinstance(receiver, PathValue):
        return _path_method(m, receiver, name, args, kwargs)
    if isinstance(receiver, Opened):
        return _opened_method(m, receiver, name, args)
    if isinstance(receiver, (set, frozenset, tuple, bytes)):
        if name == "decode" and isinstance(receiver, bytes):
            return receiver.decode("latin-1")
        if name in {"union", "copy"} and isinstance(receiver, (set, frozenset)):
            return [*receiver, *(item for arg in args for item in spread(arg))]
    return unknown(receiver, *args)


_SET_QUESTIONS = frozenset(
    {"isdisjoint", "issubset", "issuperset", "intersection", "difference", "intersection_update", "difference_update"}
)


# -- text --------------------------------------------------------------------------------------------------------------

MAX_WIDTH = 10_000
_WHOLE = frozenset(
    {"lower", "upper", "strip", "lstrip", "rstrip", "replace", "removeprefix", "removesuffix", "title", "capitalize"}
    | {"expandtabs", "swapcase", "casefold", "zfill", "ljust", "rjust", "center", "translate"}
)
_PIECES = frozenset({"split", "rsplit", "splitlines", "partition", "rpartition"})
_QUESTIONS = frozenset(
    {
        "isdigit",
        "isalpha",
        "isalnum",
        "isspace",
        "isupper",
        "islower",
        "isidentifier",
        "find",
        "rfind",
        "count",
        "index",
    }
)


def _text_method(m: Machine, text: str, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    sources = sources_of(text) | sources_of(args)
    if name == "join" and args:
        return _join(text, args[0])
    if name in {"format", "format_map"} and any(map(is_environment, (kwargs, *args))):
        return fill_from(m, text, "{")
    if name == "format":
        return with_sources(format_text(text, args, kwargs), sources | sources_of(kwargs))
    if name == "format_map" and args and isinstance(args[0], dict):
        return with_sources(format_text(text, [], args[0]), sources | sources_of(args[0]))
    if name in {"startswith", "endswith"} and args:
        return _edge(text, name, args[0])
    if name in {"encode", "decode"}:  # text and bytes are one to us
        return text
    plain = [_plain(arg) for arg in args]
    if any(arg is None for arg in plain) and any(arg is not None for arg in args):
        return unknown(text, *args)
    if _would_explode(text, name, plain):
        return unknown(text, *args)
    if name in _WHOLE or name in _PIECES:
        try:
            result = getattr(text, name)(*plain)
        except (TypeError, ValueError):
            return unknown(text, *args)
        items = list(result) if name in _PIECES else result
        return with_sources(items, sources)
    if name in _QUESTIONS and is_known(text):
        try:
            return getattr(text, name)(*plain)
        except (TypeError, ValueError):
            return unknown(text)
    return unknown(text, *args)


def _would_explode(text: str, name: str, args: list[str | int | None]) -> bool:
    """Tell whether the result could be longer than anything that matters."""
    if name == "replace" and len(args) > 1 and isinstance(args[1], str):
        return (len(text) + 1) * (len(args[1]) + 1) > MAX_LENGTH
    return any(isinstance(arg, int) and arg > MAX_WIDTH for arg in args)


def _plain(value: Value) -> str | int | None:
    return value if isinstance(value, (str, int)) else None


def _edge(text: str, name: str, edge: Value) -> Value:
    test = starts_with if name == "startswith" else ends_with
    options = [o for option in alternatives(edge) for o in (option if isinstance(option, (tuple, list)) else (option,))]
    verdicts = {test(text, option) if isinstance(option, str) and is_known(option) else None for option in options}
    if True in verdicts and (isinstance(edge, tuple) or len(verdicts) == 1):
        return True
    return False if verdicts == {False} else unknown(text)


def _join(separator: str, value: Value) -> Value:
    if isinstance(value, Choice):
        return join_values(_join(separator, option) for option in value.options)
    items = elements(value)
    if items is None:
        return with_sources(UNKNOWN, sources_of(value))
    text = separator.join(as_text(item) for item in items[:MAX_ELEMENTS])
    return with_sources(bounded(text), sources_of(value) | sources_of(separator))


_FIELD = re.compile(r"\{\{|\}\}|\{([^{}!:]*)(?:![rsa])?(?::([^{}]*))?\}")


_STEP = re.compile(r"[.\[\]]")


def format_text(template: str, args: list[Value], kwargs: dict[str, Value]) -> str:
    """Return ``template.format(*args, **kwargs)``; what is not known becomes an unknown part."""
    position = -1

    def fill(match: re.Match[str]) -> str:
        nonlocal position
        if match[0] in {"{{", "}}"}:
            return match[0][0]
        field, *steps = _STEP.split(match[1].strip())
        if not field or field.isdigit():
            position = int(field) if field else position + 1
            value = args[position] if position < len(args) else UNKNOWN
        else:
            value = kwargs.get(field, UNKNOWN)
        for step in filter(None, steps):
            value = value.get(step, UNKNOWN) if isinstance(value, dict) else UNKNOWN
        return as_text(value)

    return bounded(_FIELD.sub(fill, template))


# -- containers ----------------------------------------------------------------------------------------------------------


def _list_method(m: Machine, items: list[Value], name: str, args: list[Value]) -> Value:
    first = args[0] if args else None
    if name in {"append", "add"}:
        items.append(first)
    elif name == "insert" and len(args) > 1:
        items.append(args[1])
    elif name in {"extend", "update", "extendleft", "appendleft"}:
        found = elements(first)
        items.extend([unknown(first)] if found is None else found[: MAX_ELEMENTS - len(items)])
    elif name in {"pop", "popleft"}:
        return items.pop(0 if name == "popleft" else -1) if items else unknown(internal=True)
    elif name in {"copy", "union", "intersection"}:  # sets are kept as lists
        more = [item for arg in args for item in elements(arg) or []] if name == "union" else []
        return [*items, *more]
    elif name == "difference":
        return without(items, args)
    elif name in {"remove", "discard", "difference_update"} and m.certain:  # in one branch only it says nothing
        items[:] = without(items, args if name == "difference_update" else [args])
    elif name == "index":
        return unknown()
    # clear, sort and reverse change nothing about what is read
    return None


def _named(key: Value, value: Value) -> Value:
    """Return a key of a dict; what stands for keys that are not known is no text."""
    return unknown(value) if key == ANYTHING else External(ANY_NAME) if key == AROUND else key


def _dict_method(
    m: Machine, mapping: dict[Value, Value], name: str, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    if name == "items":
        return [
            (_named(key, value), External("environment variable") if key == AROUND else value)
            for key, value in mapping.items()
        ]
    if name == "keys":
        return [_named(key, value) for key, value in mapping.items()]
    if name == "values":
        return list(mapping.values())
    if name == "copy":
        return dict(mapping)
    if name == "update":
        for option in alternatives(args[0]) if args else ():
            for key, value in option.items() if isinstance(option, dict) else ():
                m.update(mapping, key, value)
            if is_environment(option):
                mapping[AROUND] = True
        mapping.update(kwargs)
        return None
    if name in {"get", "pop", "setdefault"} and args:
        default = args[1] if len(args) > 1 else None
        keys = [key for key in alternatives(args[0]) if isinstance(key, (str, int)) and key in mapping]
        if AROUND in mapping and (len(keys) < len(alternatives(args[0])) or any(is_shadowed(mapping, k) for k in keys)):
            return read_variable(m, args[0], join_values([mapping[key] for key in keys] or [default]))
        if keys and len(keys) == len(alternatives(args[0])):
            return join_values(mapping[key] for key in keys)
        if isinstance(args[0], str) and is_known(args[0]):
            if name == "setdefault":
                mapping[args[0]] = default
            return default
        return join_values([*mapping.values(), default])
    if name == "__contains__" and args and AROUND in mapping:
        return contains_name(m, args[0])
    return unknown(*args)


# -- pathlib -----------------------------------------------------------------------------------------------------------------


def path_attribute(path: PathValue, name: str) -> Value:
    """Return an attribute of a ``pathlib`` path."""
    text, sources = path.text, sources_of(path.text)
    if name == "parent":
        return PathValue(with_sources(_parent(text), sources))
    if name == "parents":
        parents: list[Value] = []
        current = text
        while (above := _parent(current)) != current and len(parents) < 20:  # noqa: PLR2004 - a bound
            parents.append(PathValue(with_sources(above, sources)))
            current = above
        return parents or [PathValue(f"{text}/..")]
    base = posixpath.basename(text)
    simple = {
        "name": base,
        "stem": posixpath.splitext(base)[0],
        "suffix": posixpath.splitext(base)[1],
        "parts": tuple(part for part in text.split("/") if part),
        "path": text,  # of an entry of os.scandir()
    }
    return with_sources(simple[name], sources) if name in simple else Bound(name, path)


def _parent(text: str) -> str:
    if text in {".", ""}:
        return f"{text or '.'}/.."
    return parent(text) or "."


def _path_method(m: Machine, path: PathValue, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    text, sources = path.text, sources_of(path.text)
    first: Any = args[0] if args else None
    if name in {"read_text", "read_bytes", "open"}:
        mode = (first if args else kwargs.get("mode", "r")) if name == "open" else "r"
        opened = open_path(m, path, mode)
        return opened if name == "open" else read_opened(m, opened)
    if name in {"write_text", "write_bytes", "touch"}:
        opened = open_path(m, path, "x" if name == "touch" else "w")
        write_into(m, opened, args)
        return None
    if name == "walk":
        return [(PathValue(top), *rest) for top, *rest in walk(m, text)] or unknown(path)
    if name in {"glob", "rglob"} and first is not None:
        inside = join(text, "**") if name == "rglob" else text
        patterns = [join(inside, as_text(option)) for option in alternatives(first)]
        return [PathValue(path) for one in patterns for path in match_glob(m, with_sources(one, sources))]
    if name == "iterdir":
        return [
            PathValue(with_sources(join(text, as_text(item)), sources_of(item))) for item in list_directory(m, path)
        ]
    if name in {"exists", "is_file", "is_dir"}:
        return probe(m, path, name)
    if name == "joinpath":
        return PathValue(with_sources(join(text, *(as_text(arg) for arg in args)), sources | sources_of(args)))
    if name in {"resolve", "absolute", "expanduser"}:
        return PathValue(with_sources(_absolute(text, m.directory), sources))
    if name in {"as_posix", "__str__", "__fspath__"}:
        return text
    if name == "relative_to":
        base = as_text(first)
        return PathValue(with_sources(text[len(base) :].lstrip("/") if text.startswith(base) else text, sources))
    if name in {"with_suffix", "with_name", "with_stem"}:
        stem = posixpath.splitext(text)[0] if name == "with_suffix" else join(parent(text), "")
        if name == "with_stem":
            return PathValue(with_sources(stem + as_text(first) + posixpath.splitext(text)[1], sources))
        return PathValue(with_sources(stem + as_text(first), sources))
    return unknown(path, *args)


def _absolute(text: str, directory: str) -> str:
    return text if text.startswith(("/", UNKNOWN, "~")) else normalised(join(ROOT, directory, text))


# -- open files --------------------------------------------------------------------------------------------------------------


def _opened_method(m: Machine, opened: Opened, name: str, args: list[Value]) -> Value:
    if name in {"read", "getvalue", "readline"}:
        content = read_opened(m, opened)
        return content if name == "read" and not args else unknown(content)
    if name in {"readlines", "splitlines", "__iter__"}:
        return lines_of(m, opened)
    if name in {"__enter__", "detach"}:
        return opened
    if name in {"write", "writelines"}:
        write_into(m, opened, args)
    return External(f"file.{name}()", opened.sources or EMPTY)

"""CMake's ``string(JSON ...)``: sources, versions and lists of modules that lists files take from a JSON document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cachekeys.inputs.cmake.values import UNKNOWN_VALUE, Value
from cachekeys.inputs.texts import ROOT, UNKNOWN, is_known, known

if TYPE_CHECKING:
    from cachekeys.inputs.cmake.interpreter import Interpreter

__all__ = ["json_command"]

_TYPES = {dict: "OBJECT", list: "ARRAY", str: "STRING", bool: "BOOLEAN", int: "NUMBER", float: "NUMBER"}
_MAX_VALUE = 100_000


def json_command(m: Interpreter, arguments: list[Value]) -> None:
    """``string(JSON variable [ERROR_VARIABLE variable] GET|TYPE|MEMBER|LENGTH|REMOVE|SET|EQUAL text path...)``."""
    words = [value[0] for value in arguments]
    certain = all(len(value) == 1 and is_known(value[0]) and ROOT not in value[0] for value in arguments)
    variable, rest = (words or [""])[0], words[1:]
    error = ""
    if rest[:1] == ["ERROR_VARIABLE"]:
        error, rest = rest[1:2][0] if len(rest) > 1 else "", rest[2:]
    if not certain or len(rest) < 2 or len(rest[1]) > _MAX_VALUE:  # noqa: PLR2004 - mode and text
        m.assign(variable, UNKNOWN_VALUE)
        if error:
            m.assign(error, UNKNOWN_VALUE)
        return
    mode, text, path = rest[0], rest[1], rest[2:]
    try:
        result = _asked(mode, json.loads(text, parse_float=str if mode == "GET" else None), path)
        failed = "NOTFOUND"
    except (ValueError, LookupError, TypeError, RecursionError):
        result, failed = "-".join([*path, "NOTFOUND"]), UNKNOWN
    m.assign(variable, (known(result),))
    if error:
        m.assign(error, (failed,))


def _asked(mode: str, document: Any, path: list[str]) -> str:
    """Return the answer as CMake gives it.

    :raises ValueError: the mode is unknown, or a word is no number.
    :raises LookupError: the document has no such member.
    :raises TypeError: a path goes through what has no members.
    """
    if mode == "GET":
        return _text(_member(document, path))
    if mode == "TYPE":
        return _TYPES.get(type(_member(document, path)), "NULL")
    if mode == "LENGTH":
        found = _member(document, path)
        if not isinstance(found, (dict, list)):
            raise TypeError(mode)
        return str(len(found))
    if mode == "MEMBER":
        found = _member(document, path[:-1])
        return str(sorted(found)[_index(path[-1])])  # JsonCpp keeps members in order of their names
    if mode == "EQUAL":
        return "ON" if document == json.loads(path[0]) else "OFF"
    if mode in {"SET", "REMOVE"}:
        keys, value = (path, None) if mode == "REMOVE" else (path[:-1], json.loads(path[-1]))
        owner = _member(document, keys[:-1])
        at: Any = _index(keys[-1]) if isinstance(owner, list) else keys[-1]
        if mode == "REMOVE":
            del owner[at]
        elif isinstance(owner, list) and at >= len(owner):
            owner.append(value)
        else:
            owner[at] = value
        return json.dumps(document, indent=3)
    raise ValueError(mode)


def _index(word: str) -> int:
    number = int(word)
    if number < 0:
        raise LookupError(word)
    return number


def _member(document: Any, path: list[str]) -> Any:
    for key in path:
        document = document[_index(key) if isinstance(document, list) else key]
    return document


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ON" if value else "OFF"
    return json.dumps(value, indent=3) if isinstance(value, (dict, list)) else str(value)

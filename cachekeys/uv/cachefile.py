"""Read ``uv_cache.json`` exactly as strictly as uv does.

A file that uv cannot read makes *every* uv command in that environment fail, so what we write goes through here first,
and what we find is judged by it. uv reads with Rust's ``serde_json``, which is stricter than Python's ``json`` in some points
and laxer in others; measured with uv 0.13.8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from cachekeys.errors import CacheKeysError
from cachekeys.uv.cacheinfo import CacheInfo, Time

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NAME", "CacheFileError", "from_document", "parse"]

NAME = "uv_cache.json"
"""The file's name in ``.dist-info``."""

_NANO = 10**9
_U32 = 2**32
_U64 = 2**64
_I64 = 2**63
_FIELDS = ("timestamp", "commit", "tags", "env", "directories")
_REQUIRED_IN_ARRAY = 3
_TIME_FIELDS = ("secs_since_epoch", "nanos_since_epoch")


class CacheFileError(CacheKeysError):
    """uv cannot read the file. The message is a clause that says why."""


class _Pairs(list[tuple[str, Any]]):
    """The members of a JSON object as they stand there: uv refuses some duplicates and not others."""


def parse(data: bytes) -> CacheInfo:
    """Return the cache info in the content of a ``uv_cache.json``.

    :raises CacheFileError: uv could not read it, and would refuse to work in the environment.
    """
    import json  # 2 ms, and not needed where nothing is installed

    # Bytes that are not UTF-8 matter only where uv looks at the text, so they have to survive until then.
    text = data.decode("utf-8", "surrogateescape")
    try:
        document = json.loads(
            text, object_pairs_hook=_Pairs, parse_constant=_refuse_constant, parse_float=_Float, parse_int=_integer
        )
    except json.JSONDecodeError as error:
        why = "it is empty" if not text.strip(" \t\r\n") else f"{error.msg} at character {error.pos}"
        raise CacheFileError(f"no JSON: {why}") from None
    except RecursionError:
        raise CacheFileError("no JSON: nested too deep") from None
    return CacheInfo(*_struct(document))


def from_document(value: Any) -> CacheInfo:
    """Return the cache info that uv keeps in another encoding: the five fields as an array, maps as dictionaries.

    :raises CacheFileError: it is no cache info.
    """
    return CacheInfo(*_struct(_as_pairs(value)))


def _as_pairs(value: Any) -> Any:
    if isinstance(value, dict):
        return _Pairs((name, _as_pairs(item)) for name, item in value.items())
    return [_as_pairs(item) for item in value] if isinstance(value, list) else value


def _struct(document: Any) -> list[Any]:
    """Return the five fields. uv also takes an array of them, in order, of which the last two may be missing."""
    if isinstance(document, _Pairs):
        given: dict[str, Any] = {}
        for name, value in document:
            _text(name, "a field's name")
            if name in given and name in _FIELDS:
                raise CacheFileError(f"`{name}` is given twice")
            given[name] = value
    elif isinstance(document, list):
        if not _REQUIRED_IN_ARRAY <= len(document) <= len(_FIELDS):
            raise CacheFileError(f"an array of {len(document)} values where uv expects an object")
        given = dict(zip(_FIELDS, document, strict=False))
    else:
        raise CacheFileError(f"{_kind(document)} where uv expects an object")
    return [_READERS[name](given[name], name) if name in given else _DEFAULTS.get(name) for name in _FIELDS]


def _time(value: Any, where: str) -> Time:
    """Return the time; a surplus of nanoseconds is carried over, since uv compares the sums."""
    if isinstance(value, _Pairs):
        names = [name for name, _ in value]
        if sorted(names) != sorted(_TIME_FIELDS):
            raise CacheFileError(f"`{where}`: uv expects exactly `secs_since_epoch` and `nanos_since_epoch`")
        given = dict(value)
        parts = [given[name] for name in _TIME_FIELDS]
    elif isinstance(value, list) and len(value) == len(_TIME_FIELDS):
        parts = value
    else:
        raise CacheFileError(f"`{where}`: {_kind(value)} where uv expects a time")
    for part, limit in zip(parts, (_U64, _U32), strict=True):
        if type(part) is not int or not 0 <= part < limit:
            raise CacheFileError(f"`{where}`: seconds and nanoseconds have to be whole numbers from 0")
    seconds, nanoseconds = parts
    total = seconds + nanoseconds // _NANO
    if total >= _I64:
        raise CacheFileError(f"`{where}`: the time is too late")
    return Time(total, nanoseconds % _NANO)


def _directory(value: Any, where: str) -> Time | int:
    if type(value) is int:
        if not 0 <= value < _U64:
            raise CacheFileError(f"`{where}`: the inode has to be a whole number from 0")
        return value
    return _time(value, where)


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise CacheFileError(f"`{where}`: {_kind(value)} where uv expects a string")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise CacheFileError(f"`{where}`: the text is not valid Unicode") from None
    return value


def _map(value: Any, where: str, read: Callable[[Any, str], Any]) -> dict[str, Any]:
    if not isinstance(value, _Pairs):
        raise CacheFileError(f"`{where}`: {_kind(value)} where uv expects an object")
    return {_text(name, where): read(item, f"{where}.{name}") for name, item in value}


def _optional(value: Any, where: str, read: Callable[[Any, str], Any]) -> Any:
    return None if value is None else read(value, where)


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "timestamp": lambda value, where: _optional(value, where, _time),
    "commit": lambda value, where: _optional(value, where, _text),
    "tags": lambda value, where: _optional(value, where, lambda tags, _: _map(tags, where, _text)),
    "env": lambda value, where: _map(value, where, lambda item, name: _optional(item, name, _text)),
    "directories": lambda value, where: _map(value, where, lambda item, name: _optional(item, name, _directory)),
}
_DEFAULTS: dict[str, Any] = {"env": {}, "directories": {}}


class _Float(float):
    """A number with a fraction or an exponent, and ``-0``: never what uv wants."""


def _integer(digits: str) -> int | _Float:
    if digits == "-0" or len(digits) > 20:  # noqa: PLR2004 - more digits than 64 bits have; Python may refuse to convert them
        return _Float()
    return int(digits)


def _refuse_constant(name: str) -> NoReturn:
    raise CacheFileError(f"no JSON: {name}")


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a string"
    return "a number" if isinstance(value, (int, float)) else "an object" if isinstance(value, _Pairs) else "an array"

"""``[tool.cachekeys]``: what a project may set, checked all at once, unknown keys with a suggestion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from cachekeys.errors import SettingsError
from cachekeys.toml.text import describe, dotted, kind, quote, show
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cachekeys.inputs.model import Affects, BuildInput, Kind, Role
    from cachekeys.tomlfile import TomlFile

__all__ = ["Settings", "read_settings"]

_TABLE = ("tool", "cachekeys")
_GLOB = frozenset("*?[{")
_ENFORCE = ("warn", "error", "off")
_MODES = ("editable", "wheel", "auto")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one project.

    ``uv`` is a version specifier (``">=0.8"``): the uv versions to care for; None means the current one.
    ``select`` and ``ignore`` hold codes or prefixes (``CK1``); ``ignore`` maps to the reason ("" when none is given).
    ``inputs`` are declared by hand; ``not_inputs`` maps ``("file"|"env", glob or name)`` to the reason.
    """

    enforce: Literal["warn", "error", "off"] = "warn"
    mode: Literal["editable", "wheel", "auto"] = "auto"
    uv: str | None = None
    select: tuple[str, ...] = ()
    ignore: Mapping[str, str] | None = None
    inputs: tuple[BuildInput, ...] = ()
    not_inputs: Mapping[tuple[str, str], str] | None = None
    emit_uv_cache: Literal[False, "editable"] = False
    present: bool = False

    def selects(self, code: str) -> bool:
        """Tell whether ``select`` and ``ignore`` leave over the rule with this code."""
        chosen, ignored = (tuple(map(str.upper, listed or ())) for listed in (self.select, self.ignore))
        return (not chosen or code.startswith(chosen)) and not code.startswith(ignored)


def read_settings(document: TomlFile | None) -> Settings:
    """Return the settings in *document*; ``present`` tells whether there is a table at all.

    :raises SettingsError: every problem at once, each with file, line, key, value and remedy.
    """
    table = document.get(*_TABLE) if document is not None else None
    if document is None or table is None:
        return Settings()
    reader = _Reader(document)
    values: dict[str, Any] = {}
    if isinstance(table, dict):
        for name, value in table.items():
            if name in _OPTIONS:
                values[name.replace("-", "_")] = _OPTIONS[name](reader, (*_TABLE, name), value)
            else:
                reader.refuse((*_TABLE, name), f"there is no such setting{_near(name)}")
    else:
        reader.refuse(_TABLE, f"{describe(table)} is no table; write [tool.cachekeys] and the settings below it")
    if reader.problems:
        raise SettingsError([text for _, text in sorted(reader.problems)])
    return Settings(**values, present=True)


class _Reader:
    """Collects the problems of one document, each with its place."""

    def __init__(self, document: TomlFile) -> None:
        self.document = document
        self.problems: list[tuple[tuple[int, int], str]] = []

    def refuse(self, path: tuple[str | int, ...], message: str) -> None:
        at = self.document.position(*path)
        text = f"{self.document.name}:{at.line}:{at.column}: {dotted(*path)}: {message}"
        self.problems.append(((at.line, at.column), text))

    # -- one method for each type of value ------------------------------------------------------------------------

    def choice(self, path: tuple[str | int, ...], value: Any, allowed: tuple[str, ...]) -> str | None:
        if isinstance(value, str) and value in allowed:
            return value
        listed = ", ".join(quote(word) for word in allowed[:-1]) + f" or {quote(allowed[-1])}"
        close = _closest(value, allowed) if isinstance(value, str) else None
        hint = f"did you mean {quote(close)}? It takes" if close else "write"
        self.refuse(path, f"{describe(value)} is not accepted; {hint} {listed}")
        return None

    def text(self, path: tuple[str | int, ...], value: Any, example: str) -> str | None:
        if isinstance(value, str) and value.strip():
            return value
        what = f"{describe(value)} is no string" if not isinstance(value, str) else "the string is empty"
        self.refuse(path, f"{what}; write {quote(example)}, for example")
        return None

    def array(self, path: tuple[str | int, ...], value: Any, example: str) -> list[Any]:
        if isinstance(value, list):
            return value
        self.refuse(path, f"{describe(value)} is no array; write {example}, for example")
        return []


# -- the options -------------------------------------------------------------------------------------------------


def _enforce(reader: _Reader, path: tuple[str | int, ...], value: Any) -> str | None:
    return reader.choice(path, value, _ENFORCE)


def _mode(reader: _Reader, path: tuple[str | int, ...], value: Any) -> str | None:
    return reader.choice(path, value, _MODES)


def _uv(reader: _Reader, path: tuple[str | int, ...], value: Any) -> str | None:
    specifier = reader.text(path, value, ">=0.8")
    if specifier is not None:
        from cachekeys.uv.versions import floor  # packaging costs 13 ms and few projects set this

        if floor(specifier) is None:
            reader.refuse(path, f'{quote(specifier)} admits no uv release; write a version specifier, as in ">=0.8"')
    return specifier


def _emit_uv_cache(reader: _Reader, path: tuple[str | int, ...], value: Any) -> str | bool:
    if value is False or value == "editable":
        return cast("str | bool", value)
    reader.refuse(path, f'{describe(value)} is not accepted; write false or "editable"')
    return False


def _select(reader: _Reader, path: tuple[str | int, ...], value: Any) -> tuple[str, ...]:
    return tuple(_selectors(reader, path, value))


def _selectors(reader: _Reader, path: tuple[str | int, ...], value: Any) -> dict[str, str]:
    """Read a list of codes, or a table from code to reason; code prefixes (``CK1``) are accepted."""
    from cachekeys.rules.codes import unknown  # most projects select nothing

    chosen: dict[str, str] = {}
    items: list[tuple[str | int, Any, Any]] = (
        [(code, code, reason) for code, reason in value.items()]
        if isinstance(value, dict)
        else [(place, code, "") for place, code in enumerate(reader.array(path, value, '["CK1", "CK203"]'))]
    )
    for step, code, reason in items:
        if not isinstance(code, str):
            reader.refuse((*path, step), f'{describe(code)} is no string; write the code of a rule, as in "CK103"')
        elif not isinstance(reason, str):
            reader.refuse((*path, step), f'{describe(reason)} is no reason; write {code} = "why"')
        elif problems := unknown([code.strip()]):
            reader.refuse((*path, step), f"{problems[0]}; write a code or the beginning of one, as in CK103 or CK1")
        else:
            chosen[code.strip().upper()] = reason
    return chosen


def _inputs(reader: _Reader, path: tuple[str | int, ...], value: Any) -> tuple[BuildInput, ...]:
    from cachekeys.inputs.model import BuildInput, Origin  # most projects declare none

    found: list[BuildInput] = []
    example = '[{ file = "data/table.csv", reason = "setup.py embeds it" }]'
    for place, entry in enumerate(reader.array(path, value, example)):
        for name, what, reason in _entry(reader, (*path, place), entry, ("file", "env", "git"), example):
            at = reader.document.position(*path, place)
            kind_ = "files" if name == "file" and not _GLOB.isdisjoint(what) else name
            role, affects = _MEANING[name]
            why = f"[tool.cachekeys] declares it: {reason}" if reason else "[tool.cachekeys] declares it"
            origin = Origin("pyproject.toml", at.line, at.column)
            found.append(BuildInput(cast("Kind", kind_), what, role, why, origin, affects))
    return tuple(found)


def _not_inputs(reader: _Reader, path: tuple[str | int, ...], value: Any) -> dict[tuple[str, str], str]:
    example = '[{ file = "docs/**", reason = "only the website reads it" }]'
    return {
        (name, what): reason
        for place, entry in enumerate(reader.array(path, value, example))
        for name, what, reason in _entry(reader, (*path, place), entry, ("file", "env"), example)
    }


_MEANING: dict[str, tuple[Role, Affects]] = {
    "file": ("dynamic-file", "contents"),
    "env": ("environment", "contents"),
    "git": ("scm-version", "version"),
}

_OPTIONS: dict[str, Callable[[_Reader, tuple[str | int, ...], Any], Any]] = {
    "enforce": _enforce,
    "mode": _mode,
    "uv": _uv,
    "select": _select,
    "ignore": _selectors,
    "inputs": _inputs,
    "not-inputs": _not_inputs,
    "emit-uv-cache": _emit_uv_cache,
}


# -- entries of inputs and not-inputs -------------------------------------------------------------------------------


def _entry(
    reader: _Reader, path: tuple[str | int, ...], entry: Any, fields: tuple[str, ...], example: str
) -> list[tuple[str, str, str]]:
    """Return ``(field, what, reason)`` for one entry; a string stands for a file, as in uv's own keys."""
    if isinstance(entry, str):
        entry = {"file": entry}
        paths = {"file": path}
    elif isinstance(entry, dict):
        paths = {name: (*path, name) for name in entry}
    else:
        reader.refuse(path, f"{describe(entry)} is no entry; write {example}, for example")
        return []
    before = len(reader.problems)
    listed = ", ".join(f"`{field}`" for field in fields)
    for name in entry:
        if name not in fields and name != "reason":
            reader.refuse(paths[name], f"there is no such field{_near(name, (*fields, 'reason'))}")
    named = [name for name in fields if name in entry]
    if not named and before == len(reader.problems):
        reader.refuse(path, f"the entry names nothing; give it one of {listed}")
    for extra in named[1:]:
        reader.refuse(paths[extra], f"`{named[0]}` is already given; write one entry for each")
    reason = entry.get("reason", "")
    if not isinstance(reason, str):
        reader.refuse(paths["reason"], f'{describe(reason)} is no string; write reason = "why"')
    whats = [(name, what) for name in named for what in _what(reader, paths[name], name, entry[name])]
    return [(name, what, reason) for name, what in whats] if before == len(reader.problems) else []


def _what(reader: _Reader, path: tuple[str | int, ...], name: str, value: Any) -> list[str]:
    if name == "git":
        return _git(reader, path, value)
    text = reader.text(path, value, "data/table.csv" if name == "file" else "MY_VARIABLE")
    if text is None or name == "env":
        return [] if text is None else [text]
    if text.startswith("/"):
        reader.refuse(path, f"{quote(text)} is absolute; write it relative to the directory of pyproject.toml")
    elif text.endswith("/"):
        reader.refuse(path, f"{quote(text)} names a directory; write {quote(text + '**')} for all files below it")
    elif message := _glob_problem(text):
        reader.refuse(path, f"{quote(text)} is no valid glob: {message}; close it, or put `\\` before the character")
    return ["/".join(part for part in text.split("/") if part not in ("", "."))]


def _git(reader: _Reader, path: tuple[str | int, ...], value: Any) -> list[str]:
    if value is True:
        return ["commit"]
    if isinstance(value, str) and value in ("commit", "tags"):
        return [value]
    if isinstance(value, dict) and value:
        wrong = [name for name, on in value.items() if name not in ("commit", "tags") or not isinstance(on, bool)]
        for name in wrong:
            reader.refuse(
                (*path, name), f"{name} = {show(value[name])} is not accepted; write commit = true, tags = true"
            )
        return [] if wrong else [name for name in ("commit", "tags") if value.get(name)]
    reader.refuse(path, f"{kind(value)} ({show(value)}) is not accepted; write {{ commit = true, tags = true }}")
    return []


def _glob_problem(text: str) -> str | None:
    if _GLOB.isdisjoint(text):
        return None
    from cachekeys.uv.globs import GlobError, anchored  # only globs pay

    try:
        anchored(text)
    except GlobError as error:
        return str(error)
    return None


def _near(name: str, known: tuple[str, ...] = tuple(_OPTIONS)) -> str:
    close = _closest(name.replace("_", "-"), known)
    return f"; did you mean `{close}`?" if close else f" (known: {', '.join(known)})"


def _closest(name: str, known: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches  # only on the way to an error

    return next(iter(get_close_matches(name.lower(), known, 1, 0.5)), None)

"""Is what a detector yielded usable? Detectors may come from anyone, and dataclasses do not check their fields.

Checked here once, so that nothing behind has to reckon with an unknown role or a glob that does not parse.
"""

from __future__ import annotations

from typing import Any, get_args

from cachekeys.inputs.model import Affects, BuildInput, BuildOutput, Confidence, Kind, Mode, Origin, Role, Unresolved

__all__ = ["flaw"]

_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": get_args(Kind),
    "role": get_args(Role),
    "affects": get_args(Affects),
    "confidence": get_args(Confidence),
}


def flaw(item: object) -> str:
    """Say what is wrong with *item*; "" when nothing is."""
    if not isinstance(item, (BuildInput, BuildOutput, Unresolved)):
        return "which is no build input"
    fields: Any = item
    if not _is_origin(fields.origin):
        return "whose origin is no place in a file"
    text = fields.message if isinstance(item, Unresolved) else fields.why
    if not isinstance(text, str):
        return "which does not say why"
    return "" if isinstance(item, Unresolved) else _flaw_of_name(fields) or _flaw_of_traits(fields)


def _flaw_of_name(item: Any) -> str:
    what = item.what
    if not isinstance(what, str) or not what or "\0" in what:
        return "which is no name"
    if isinstance(item, BuildOutput) or item.kind == "files":
        from cachekeys.uv.globs import GlobError, anchored, is_glob  # projects without globs do not pay

        if is_glob(what):
            try:
                anchored(what)
            except GlobError as error:
                return f"which is no valid glob: {error}"
    return ""


def _flaw_of_traits(item: Any) -> str:
    if isinstance(item, BuildOutput):
        return ""
    for name, allowed in _CHOICES.items():
        if getattr(item, name) not in allowed:
            return f"whose {name} is {getattr(item, name)!r} instead of one of {', '.join(allowed)}"
    if item.kind == "git" and item.what not in ("commit", "tags"):
        return "which is neither git's commit nor its tags"
    if not isinstance(item.chain, tuple) or not all(map(_is_origin, item.chain)):
        return "whose chain is no sequence of places"
    if not isinstance(item.modes, tuple) or not set(get_args(Mode)).issuperset(item.modes):
        return f"whose modes are {item.modes!r}"
    return ""


def _is_origin(origin: object) -> bool:
    if not isinstance(origin, Origin):
        return False
    fields: Any = origin
    places = (fields.line, fields.column)
    return isinstance(fields.file, str) and all(place is None or isinstance(place, int) for place in places)

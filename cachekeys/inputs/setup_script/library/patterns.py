"""Regular expressions on short, known texts: scripts take lists of sources out of makefiles and names out of names with them.

Only what must end soon is evaluated: a short text, few unbounded repetitions and none inside another. Everything else is an
unknown match, and the text may or may not have matched. What an evaluation may cost is charged to the machine's budget.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import Any

from cachekeys.inputs.setup_script.library import Call, model
from cachekeys.inputs.setup_script.values import (
    EMPTY,
    External,
    Instance,
    Sources,
    Value,
    sources_of,
    unknown,
    with_sources,
)
from cachekeys.inputs.texts import is_known

if sys.version_info >= (3, 11):
    from re import _parser as sre_parse  # the standard library's own name for it since 3.11
else:
    import sre_parse

__all__ = ["group_of"]

MAX_TEXT = 200
MAX_PATTERN = 500
MAX_REPEATS = 3
_COST = 1000
"""Characters compared, at worst, that count as one step."""


@lru_cache(maxsize=256)
def _compiled(pattern: str, flags: int) -> tuple[re.Pattern[str], int] | None:
    """Return the expression and its number of unbounded repetitions, None when it is refused."""
    if len(pattern) > MAX_PATTERN:
        return None
    try:
        tree = sre_parse.parse(pattern, flags)
        repeats = _repeats(tree, inside=False)
        return None if repeats < 0 or repeats > MAX_REPEATS else (re.compile(pattern, flags), repeats)
    except (re.error, RecursionError, OverflowError, ValueError):
        return None


def _repeats(items: Any, *, inside: bool) -> int:
    """Return how many unbounded repetitions there are; -1 when one is inside another."""
    total = 0
    for item in items:
        operation, argument = item if isinstance(item, tuple) and len(item) == 2 else (None, item)  # noqa: PLR2004 - a node
        unbounded = str(operation) in {"MAX_REPEAT", "MIN_REPEAT"} and int(argument[1]) > 4  # noqa: PLR2004 - a few are none
        if unbounded and inside:
            return -1
        total += unbounded
        for part in argument if isinstance(argument, (tuple, list)) else (argument,):
            nested = part if isinstance(part, sre_parse.SubPattern | list) else None
            if nested is not None:
                more = _repeats(nested, inside=inside or unbounded)
                if more < 0:
                    return -1
                total += more
    return total


@model("re.compile", "regex.compile")
def _compile(call: Call) -> Value:
    instance = Instance(External("re.Pattern"))
    instance.attributes.update(pattern=call.argument(0, "pattern"), flags=call.argument(1, "flags", 0))
    return instance


@model("re.match", "re.search", "re.fullmatch", "re.findall", "re.split", "re.finditer")
def _function(call: Call) -> Value:
    flags = call.kwargs.get("flags", call.argument(2, default=0))
    return _apply(call, call.argument(0, "pattern"), call.argument(1, "string"), flags)


@model("re.Pattern.match", "re.Pattern.search", "re.Pattern.fullmatch", "re.Pattern.findall", "re.Pattern.split")
@model("re.Pattern.finditer")
def _method(call: Call) -> Value:
    target, *rest = call.args or [None]
    if not isinstance(target, Instance):
        return call.result()
    text = rest[0] if rest else call.kwargs.get("string")
    return _apply(call, target.attributes.get("pattern"), text, target.attributes.get("flags", 0))


def _apply(call: Call, pattern: Value, text: Value, flags: Value) -> Value:
    """Return what the function named at the end of the call's name finds in *text*."""
    name = call.name.rpartition(".")[2]
    sources = sources_of(text)
    known_flags = flags if type(flags) is int else None
    compiled = _compiled(pattern, known_flags) if isinstance(pattern, str) and known_flags is not None else None
    if compiled is None or not isinstance(text, str) or not is_known(text) or len(text) > MAX_TEXT:
        return External(f"re.{name}()", sources)
    expression, repeats = compiled
    call.machine.steps += len(text) ** repeats // _COST
    call.machine.tick()
    if name in {"findall", "split"}:
        return [_tagged(item, sources) for item in getattr(expression, name)(text)]
    if name == "finditer":
        return [_match(found, sources) for found in expression.finditer(text)]
    found = getattr(expression, name)(text)
    return None if found is None else _match(found, sources)


def _tagged(item: Any, sources: Sources) -> Value:
    return (
        tuple(with_sources(part, sources) for part in item) if isinstance(item, tuple) else with_sources(item, sources)
    )


def _match(found: re.Match[str], sources: Sources) -> Instance:
    instance = Instance(External("re.Match"))
    groups = (found[0], *found.groups())
    instance.attributes["found"] = {
        **{number: with_sources(text, sources) for number, text in enumerate(groups)},
        **{name: with_sources(text, sources) for name, text in found.groupdict().items()},
    }
    return instance


def group_of(match: Instance, index: Value) -> Value:
    """Return ``match[index]``."""
    found = match.attributes.get("found")
    return found[index] if isinstance(found, dict) and isinstance(index, (int, str)) and index in found else unknown()


@model("re.Match.group", "re.Match.groups", "re.Match.groupdict")
def _group(call: Call) -> Value:
    match, *wanted = call.args or [None]
    found = match.attributes.get("found") if isinstance(match, Instance) else None
    if not isinstance(match, Instance) or not isinstance(found, dict):
        return call.result()
    if call.name.endswith("groups"):
        return tuple(found[number] for number in found if isinstance(number, int) and number)
    if call.name.endswith("groupdict"):
        return {name: text for name, text in found.items() if isinstance(name, str)}
    texts = [group_of(match, index) for index in wanted or [0]]
    return texts[0] if len(texts) == 1 else tuple(texts)


@model("re.sub", "re.escape")
def _sub(call: Call) -> Value:
    """Return a text of which nothing is known but where it comes from."""
    if call.name == "re.escape":
        value = call.argument(0)
        return (
            with_sources(re.escape(value), sources_of(value)) if isinstance(value, str) and is_known(value) else value
        )
    return _replaced(call, *(call.argument(number) for number in range(3)))


@model("re.Pattern.sub")
def _sub_method(call: Call) -> Value:
    target, *rest = call.args or [None]
    pattern = target.attributes.get("pattern") if isinstance(target, Instance) else None
    return _replaced(call, pattern, *[*rest, None, None][:2])


def _replaced(call: Call, pattern: Value, replacement: Value, text: Value) -> Value:
    compiled = _compiled(pattern, 0) if isinstance(pattern, str) and not call.kwargs else None
    sources = sources_of([text, replacement])
    if compiled is None or not isinstance(replacement, str) or not isinstance(text, str):
        return External("re.sub()", sources)
    if not is_known(text) or not is_known(replacement) or len(text) > MAX_TEXT or len(replacement) > MAX_TEXT:
        return External("re.sub()", sources)
    call.machine.steps += len(text) ** compiled[1] // _COST
    try:
        return with_sources(compiled[0].sub(replacement, text), sources or EMPTY)
    except (re.error, IndexError):  # a group that is not there
        return External("re.sub()", sources)

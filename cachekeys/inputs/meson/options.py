"""Options: those that the project defines in ``meson.options``, and Meson's own."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.meson.lexer import MesonSyntaxError
from cachekeys.inputs.meson.parser import parse
from cachekeys.inputs.meson.tree import Array, Call, Constant, Unary
from cachekeys.inputs.meson.values import ANY, Object, Value
from cachekeys.inputs.texts import known

if TYPE_CHECKING:
    from cachekeys.inputs.meson.interpreter import Interpreter
    from cachekeys.inputs.meson.tree import Expression

__all__ = ["OPTIONS_FILES", "option_value", "read_options", "split_setting"]

OPTIONS_FILES = ("meson.options", "meson_options.txt")
"""The first one that exists is read (Meson 1.1)."""

_FEATURES = frozenset({"enabled", "disabled", "auto"})


def split_setting(text: str) -> tuple[str, Value]:
    """Return name and value of ``name=value``."""
    name, _, value = text.partition("=")
    return name.strip(), value


def read_options(m: Interpreter) -> None:
    """Read the options file of the current project: names, types and defaults."""
    for name in OPTIONS_FILES:
        path = posixpath.join(m.scope.root, name)
        text = m.project.read_text(path)
        if text is None:
            continue
        seen = m.seen("build-config", "belongs to these options", affects="code")
        m.note(
            path,
            type(seen)(
                seen.role, seen.affects, "meson reads the project's options from it", seen.place, "certain", seen.chain
            ),
        )
        try:
            statements = parse(text)
        except (MesonSyntaxError, RecursionError) as error:
            m.problems[path, getattr(error, "line", 1)] = f"cannot be parsed as Meson's options: {error}"
            return
        for statement in statements:
            if isinstance(statement, Call) and statement.name == "option" and statement.positional:
                _define(m, statement)
        return


def _define(m: Interpreter, call: Call) -> None:
    first = call.positional[0]
    if not isinstance(first, Constant):
        return
    kind = _constant(call.keywords.get("type"))
    default = _constant(call.keywords.get("value"))
    if default is None:
        choices = _constant(call.keywords.get("choices"))
        default = {"boolean": True, "feature": "auto", "string": "", "array": choices or []}.get(str(kind))
        if kind == "combo" and isinstance(choices, list) and choices:
            default = choices[0]
    m.scope.options.setdefault(str(first.value), default)
    m.scope.options.setdefault(f"\0{first.value}", kind)  # its type; no option's name begins with NUL


def _constant(node: Expression | None) -> Value:
    if isinstance(node, Constant):
        return known(node.value) if isinstance(node.value, str) else node.value
    if isinstance(node, Array):
        return [_constant(item) for item in node.items]
    if isinstance(node, Unary) and isinstance(node.operand, Constant) and isinstance(node.operand.value, int):
        return -node.operand.value
    return None


def option_value(m: Interpreter, name: str) -> Value:
    """Return the value of an option; ANY for one of Meson's own that is not set."""
    options = m.scope.options
    if name not in options or options[name] is None:
        return ANY
    value, kind = options[name], options.get(f"\0{name}")
    if kind == "feature" or (kind is None and isinstance(value, str) and value in _FEATURES):
        return Object("feature", data={"value": value})
    if not isinstance(value, str) or kind in {None, "string", "combo"}:
        return value
    if kind == "boolean":
        return {"true": True, "false": False}.get(value.lower(), ANY)
    if kind == "integer":
        return int(value) if value.lstrip("-").isdigit() else ANY
    if kind == "array":
        inner = value.strip("[]")
        return [item.strip().strip("'\"") for item in inner.split(",")] if inner else []
    return ANY

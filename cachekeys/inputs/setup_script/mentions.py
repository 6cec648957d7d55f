"""Commands that other commands start: ``self.run_command("generate")``, ``sub_commands = [("generate", None), ...]``.

Who starts a command decides for which kinds of installation it runs: what only ``install.run()`` starts is nothing that an editable
installation sees.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.modes import BOTH, modes_of
from cachekeys.inputs.setup_script.values import Class, Value, alternatives

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cachekeys.inputs.model import Mode
    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["mentions"]

_STARTERS = frozenset({"run_command", "reinitialize_command", "get_finalized_command"})


def mentions(m: Machine, commands: Mapping[str, Value]) -> dict[str, tuple[Mode, ...]]:
    """Return the names that the script's code passes to ``run_command`` or adds to ``sub_commands``, with when that happens.

    What a command does that nothing starts is no mention.
    """
    found = [mention for module in list(m.modules.values()) for mention in _in_module(m, module.file)]
    owners: dict[ast.ClassDef, list[str]] = {}
    for name, value in commands.items() if found else ():
        for node in _nodes(value):
            owners.setdefault(node, []).append(name)
    result: dict[str, set[Mode]] = {}
    grows = True
    while grows:
        grows = False
        for cls, method, starts, names in found:
            held = set(BOTH)
            if cls in owners:
                held = {mode for name in owners[cls] for mode in (*modes_of(name, method), *result.get(name, ()))}
            for name in names if held else ():
                if (starts or not modes_of(name, "run")) and not held <= result.setdefault(name, set()):
                    result[name] |= held
                    grows = True
    return {name: tuple(mode for mode in BOTH if mode in held) for name, held in result.items()}


def _nodes(value: Value) -> set[ast.ClassDef]:
    """Return the definitions of a command's class and of its bases."""
    nodes: set[ast.ClassDef] = set()
    pending = [option for option in alternatives(value) if isinstance(option, Class)]
    while pending:
        current = pending.pop()
        if current.node not in nodes:
            nodes.add(current.node)
            pending += [option for base in current.bases for option in alternatives(base) if isinstance(option, Class)]
    return nodes


def _in_module(m: Machine, file: str) -> Iterator[tuple[ast.ClassDef | None, str, bool, list[str]]]:
    """Yield for each mention the class and the method that it is in, whether it has the command run, and the texts."""
    raw = m.project.read_bytes(file) or b""
    tree = m.parse(file) if b"run_command" in raw or b"sub_commands" in raw else None
    pending: list[tuple[ast.AST, ast.ClassDef | None, str]] = [(tree, None, "")] if tree else []
    while pending:
        node, cls, method = pending.pop()
        if isinstance(node, (ast.Call, ast.Assign, ast.AugAssign, ast.AnnAssign)) and _about_commands(node):
            starts = getattr(getattr(node, "func", None), "attr", "run_command") not in _STARTERS - {"run_command"}
            yield cls, method or "sub_commands", starts, _texts(node)
        if isinstance(node, ast.ClassDef):
            cls, method = node, ""
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and cls is not None and not method:
            method = node.name
            if method == "get_sub_commands":  # an override that adds some whatever their predicates say
                yield cls, "sub_commands", True, _texts(node)
        pending += [(child, cls, method) for child in ast.iter_child_nodes(node)]


def _texts(node: ast.AST) -> list[str]:
    return [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def _about_commands(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        function = node.func
        return isinstance(function, ast.Attribute) and (
            function.attr in _STARTERS
            or (isinstance(function.value, ast.Attribute) and function.value.attr == "sub_commands")
        )
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return any(getattr(target, "attr", getattr(target, "id", "")) == "sub_commands" for target in targets)

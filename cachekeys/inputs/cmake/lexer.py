"""The CMake language: from text to commands, and from commands to a tree of blocks.

Source of the grammar: cmake-language(7). Quoting decides later whether an argument is split at ``;``, so it is kept.
"""

from __future__ import annotations

import re

from cachekeys.values import dataclass, field

__all__ = ["Argument", "Block", "Command", "parse"]

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r\n;]+)
    | (?P<comment>\#\[(?P<c>=*)\[.*?\](?P=c)\] | \#[^\n]*)
    | \[(?P<b>=*)\[\n?(?P<bracket>.*?)\](?P=b)\]
    | "(?P<quoted>(?:[^"\\]|\\.)*)"
    | (?P<paren>[()])
    | (?P<unquoted>(?:[^\s()\#"\\]|\\.)(?:[^\s()\#"\\]|\\.|"(?:[^"\\\n]|\\.)*")*)
    """,
    re.VERBOSE | re.DOTALL,
)
_NAME = re.compile(r"[A-Za-z_]\w*")
_OPENERS = {
    "if": "endif",
    "foreach": "endforeach",
    "while": "endwhile",
    "function": "endfunction",
    "macro": "endmacro",
    "block": "endblock",
}
_CLOSERS = frozenset(_OPENERS.values())

MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument as written; ``quote`` is ``"``, ``[`` (nothing is expanded inside) or empty."""

    text: str
    quote: str = ""


@dataclass(slots=True)
class Command:
    """A command invocation; ``name`` in lower case."""

    name: str
    arguments: list[Argument]
    line: int


@dataclass(slots=True)
class Block:
    """``if``, ``foreach``, ``while``, ``function``, ``macro`` or ``block`` with its parts.

    Only ``if`` has more than one part: each with the command that opens it (``if``, ``elseif``, ``else``).
    """

    name: str
    parts: list[tuple[Command, list[Command | Block]]] = field(default_factory=list)


def parse(text: str) -> list[Command | Block]:
    """Return the tree of *text*. What does not fit the grammar is passed over: CMake itself would complain."""
    commands = list(_commands(text))
    body, _ = _nest(commands, 0, frozenset(), 0)
    return body


def _commands(text: str) -> list[Command]:
    """Split *text* into command invocations."""
    result: list[Command] = []
    current: Command | None = None
    name, depth, position, line = "", 0, 0, 1
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            position += 1  # a stray quote or backslash
            continue
        start_line = line
        line += match[0].count("\n")
        position = match.end()
        if match["space"] is not None or match["comment"] is not None:
            continue
        if match["paren"] == "(":
            if current is None:
                current = Command(name.lower(), [], start_line)
            else:
                current.arguments.append(Argument("("))
            depth += 1
        elif match["paren"] == ")":
            depth -= 1
            if current is not None and depth <= 0:
                if current.name:
                    result.append(current)
                current, name, depth = None, "", 0
            elif current is not None:
                current.arguments.append(Argument(")"))
        elif current is None:
            name = match[0] if _NAME.fullmatch(match[0]) else ""
        elif match["bracket"] is not None:
            current.arguments.append(Argument(match["bracket"], "["))
        elif match["quoted"] is not None:
            current.arguments.append(Argument(match["quoted"], '"'))
        else:
            current.arguments.append(Argument(match["unquoted"]))
    return result


def _nest(
    commands: list[Command], position: int, ends: frozenset[str], depth: int
) -> tuple[list[Command | Block], int]:
    """Return the body that starts at *position* and the position of the command that ends it."""
    body: list[Command | Block] = []
    while position < len(commands):
        command = commands[position]
        if command.name in ends:
            return body, position
        if command.name in _OPENERS and depth < MAX_DEPTH:
            block = Block(command.name)
            closing = _OPENERS[command.name]
            stops = frozenset({closing, "elseif", "else"}) if command.name == "if" else frozenset({closing})
            opener = command
            while True:
                inner, position = _nest(commands, position + 1, stops, depth + 1)
                block.parts.append((opener, inner))
                if position >= len(commands) or commands[position].name == closing:
                    break
                opener = commands[position]
            body.append(block)
        elif command.name not in _CLOSERS:
            body.append(command)
        position += 1
    return body, position

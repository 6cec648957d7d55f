"""Control flow of CMake lists files: ``if``, loops, functions and macros, ``block``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.conditions import decide
from cachekeys.inputs.cmake.interpreter import BREAK, NORMAL, RETURN
from cachekeys.inputs.cmake.scopes import Function, Scope, merge_states
from cachekeys.inputs.cmake.values import NOTHING, UNKNOWN_VALUE, Value, elements, joined, text_of
from cachekeys.inputs.texts import ROOT, UNKNOWN
from cachekeys.values import replace

if TYPE_CHECKING:
    from cachekeys.inputs.cmake.interpreter import Interpreter
    from cachekeys.inputs.cmake.lexer import Block, Command

__all__ = ["call", "deferred", "language", "run_block"]

MAX_CALLS = 40
MAX_RECURSION = 3
MAX_ITERATIONS = 2000
MAX_ROUNDS = 200
"""Of a ``while`` whose condition is known each time."""
_ROOT_NAME, _UNKNOWN_NAME = "cachekeys.root", "cachekeys.unknown"
"""Variables that stand for our marks in code that is made of values; no project has such names."""


def run_block(m: Interpreter, block: Block) -> int:
    """Interpret ``if``, ``foreach``, ``while``, ``function``, ``macro`` or ``block``; tell how it ends."""
    opener, body = block.parts[0]
    m.stack[-1] = (m.stack[-1][0], opener.line)
    if block.name == "if":
        return _if(m, block)
    if block.name == "foreach":
        return _foreach(m, opener, body)
    if block.name == "while":
        return _while(m, opener, body)
    if block.name in {"function", "macro"}:
        _define(m, block)
        return NORMAL
    return _scoped(m, opener, body)


def _define(m: Interpreter, block: Block) -> None:
    opener, body = block.parts[0]
    arguments = m.arguments(opener.arguments)
    if arguments:
        name, *parameters = [value[0] for value in arguments]
        m.functions[name.lower()] = Function(name.lower(), parameters, body, block.name == "macro", m.stack[-1][0])


def _scoped(m: Interpreter, opener: Command, body: list[Command | Block]) -> int:
    """``block([SCOPE_FOR VARIABLES] [PROPAGATE name...])``."""
    words = [value[0] for value in m.arguments(opener.arguments)]
    if "SCOPE_FOR" in words and "VARIABLES" not in words:
        return m.run(body)
    kept = words[words.index("PROPAGATE") + 1 :] if "PROPAGATE" in words else []
    inner = Scope(m.scope)
    outer, m.scope = m.scope, inner
    try:
        return m.run(body)
    finally:
        m.scope = outer
        inner.leave(outer, [*(name for name in kept if name in inner.names), *m.propagated])


def _if(m: Interpreter, block: Block) -> int:
    ways: list[list[Command | Block]] = []
    complete = False
    for opener, body in block.parts:
        m.stack[-1] = (m.stack[-1][0], opener.line)
        verdict = True if opener.name == "else" else decide(m, opener.arguments)
        if verdict is False:
            continue
        ways.append(body)
        if verdict:
            complete = True
            break
    if complete and len(ways) == 1:
        return m.run(ways[0])
    return _branches(m, ways if complete else [*ways, []])


def _branches(m: Interpreter, ways: list[list[Command | Block]]) -> int:
    before = m.scope.names
    ends: list[dict[str, Value | None]] = []
    signals: set[int] = set()
    m.undecided += 1
    for way in ways:
        m.scope.names = dict(before)
        signal = m.run(way)
        signals.add(signal)
        if signal != RETURN:
            ends.append(m.scope.names)
    m.undecided -= 1
    m.scope.names = merge_states(ends, m.scope, m.cache) if ends else before
    return signals.pop() if len(signals) == 1 else NORMAL


def _foreach(m: Interpreter, opener: Command, body: list[Command | Block]) -> int:
    arguments = m.arguments(opener.arguments)
    if not arguments:
        return NORMAL
    words = [value[0] for value in arguments]
    if words[1:2] == ["RANGE"]:
        rounds = _range(words[2:])
        return _rounds(m, words[:1], [[number] for number in rounds], body)
    # several loop variables stand before IN for ZIP_LISTS
    names = words[: words.index("IN", 1)] if "IN" in words[1:] else words[:1]
    if words[len(names) : len(names) + 1] != ["IN"]:
        return _rounds(m, names, [[item] for value in arguments[1:] for item in elements(value)], body)
    section = ""
    items: list[str] = []
    zipped: list[list[str]] = []
    for value in arguments[len(names) + 1 :]:
        if value[0] in {"LISTS", "ITEMS", "ZIP_LISTS"}:
            section = value[0]
        elif section == "ITEMS":
            items += elements(value)
        elif section == "ZIP_LISTS":
            zipped.append(elements(m.variable(value[0])))
        else:
            items += elements(m.variable(value[0]))
    if not zipped:
        return _rounds(m, names, [[item] for item in items], body)
    if len(names) != len(zipped):
        names = [f"{names[0]}_{number}" for number in range(len(zipped))]
    longest = max(map(len, zipped))
    rows = [[column[row] if row < len(column) else "" for column in zipped] for row in range(longest)]
    return _rounds(m, names, rows, body)


def _range(words: list[str]) -> list[str]:
    numbers = [int(word) for word in words if word.lstrip("-").isdigit()]
    if len(numbers) != len(words) or not numbers:
        return [UNKNOWN]
    start, stop, step = (0, numbers[0], 1) if len(numbers) == 1 else (*numbers[:2], (numbers[2:] or [1])[0] or 1)
    direction = 1 if step > 0 else -1
    return [str(number) for number in range(start, stop + direction, step)[:MAX_ITERATIONS]]


def _rounds(m: Interpreter, names: list[str], rounds: list[list[str]], body: list[Command | Block]) -> int:
    before = [m.scope.names.get(name) for name in names]
    try:
        for values in rounds[:MAX_ITERATIONS]:
            m.scope.names.update({name: (value,) for name, value in zip(names, values, strict=True)})
            signal = m.run(body)
            if signal == RETURN:
                return RETURN
            if signal == BREAK:
                break
    finally:
        for name, value in zip(names, before, strict=True):
            if value is not None:
                m.scope.names[name] = value  # policy CMP0124: the loop variable is the loop's own
            else:
                m.scope.names.pop(name, None)
    return NORMAL


def _while(m: Interpreter, opener: Command, body: list[Command | Block]) -> int:
    rounds = 0
    while rounds < MAX_ROUNDS:
        verdict = decide(m, opener.arguments)
        if verdict is False:
            return NORMAL
        if verdict is None:
            for _ in range(2):
                signal = _branches(m, [body, []])
                if signal in {BREAK, RETURN}:
                    break
            return NORMAL
        signal = m.run(body)
        if signal == RETURN:
            return RETURN
        if signal == BREAK:
            return NORMAL
        rounds += 1
    return NORMAL


def call(m: Interpreter, function: Function, arguments: list[Value]) -> int:
    """Run the body of a function or macro with its arguments bound; a macro's ``return`` is its caller's."""
    active = sum(1 for name, _ in m.calls if name == function.name)
    if len(m.calls) >= MAX_CALLS or active > MAX_RECURSION:
        return NORMAL
    bound: dict[str, Value] = {}
    for position, parameter in enumerate(function.parameters):
        bound[parameter] = arguments[position] if position < len(arguments) else NOTHING
    rest = arguments[len(function.parameters) :]
    bound.update(ARGN=joined(rest), ARGV=joined(arguments), ARGC=(str(len(arguments)),))
    bound.update({f"ARGV{position}": value for position, value in enumerate(arguments[:20])})
    m.calls.append((function.name, arguments))
    m.stack.append((function.file, 1))
    outer = m.scope
    if function.is_macro:
        m.macros.append(bound)
    else:
        m.macros.append(None)
        m.scope = Scope(outer)
        m.scope.names.update(bound)
        file = f"{ROOT}/{function.file}"
        m.scope.names["CMAKE_CURRENT_FUNCTION"] = (function.name,)
        m.scope.names["CMAKE_CURRENT_FUNCTION_LIST_FILE"] = (file,)
        m.scope.names["CMAKE_CURRENT_FUNCTION_LIST_DIR"] = (file.rpartition("/")[0],)
    try:
        signal = m.run(function.body)
    finally:
        if not function.is_macro:
            m.scope.leave(outer, m.propagated)
            m.propagated = ()
        m.scope = outer
        m.macros.pop()
        m.stack.pop()
        m.calls.pop()
    return RETURN if signal == RETURN and function.is_macro else NORMAL


def language(m: Interpreter, arguments: list[Value]) -> int:
    """``cmake_language(CALL|EVAL CODE|GET_MESSAGE_LOG_LEVEL)``."""
    from cachekeys.inputs.cmake.lexer import parse

    mode = text_of(arguments, 0)
    if mode == "CALL" and len(arguments) > 1:
        return m.command(text_of(arguments, 1).lower(), arguments[2:])
    if mode == "EVAL" and text_of(arguments, 1) == "CODE":
        code = "\n".join(value[0] for value in arguments[2:])
        # What is in the code by now came from variables, and would be taken for text of the project.
        m.cache[_ROOT_NAME] = (ROOT,)
        return m.run(parse(code.replace(ROOT, f"${{{_ROOT_NAME}}}").replace(UNKNOWN, f"${{{_UNKNOWN_NAME}}}")))
    if mode == "GET_MESSAGE_LOG_LEVEL":
        m.assign(text_of(arguments, 1), UNKNOWN_VALUE)
    return NORMAL


def deferred(command: Command) -> Command | None:
    """Return the call that ``cmake_language(DEFER ... CALL ...)`` puts off; its references are resolved when it is made."""
    words = [argument.text for argument in command.arguments]
    if command.name != "cmake_language" or words[:1] != ["DEFER"] or "CALL" not in words[:-1]:
        return None
    return replace(command, arguments=command.arguments[words.index("CALL") + 1 :])

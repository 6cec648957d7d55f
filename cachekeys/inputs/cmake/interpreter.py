"""Interpret CMake lists files of a project: variables, control flow, functions, directories.

Nothing is executed. A condition that the known values do not decide takes both ways, and variables then hold the
alternatives of both. Options have their default unless the caller defined them (as ``-DNAME=VALUE`` would).
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.conditions import decide
from cachekeys.inputs.cmake.lexer import Argument, Block, Command, parse
from cachekeys.inputs.cmake.values import NOTHING, UNKNOWN_VALUE, Value, capped, elements, expand, joined, merged
from cachekeys.inputs.texts import ROOT, UNKNOWN, is_known, join, known, project_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cachekeys.inputs.model import Affects, Confidence, Role
    from cachekeys.project import Project

__all__ = ["MAX_COMMANDS", "Interpreter", "Place", "Scope", "Seen"]

MAX_COMMANDS = 60_000
MAX_CALLS = 40
MAX_RECURSION = 3
MAX_ITERATIONS = 2000
MAX_DIRECTORIES = 400

NORMAL, RETURN, BREAK = range(3)

Place = tuple[str, int]
"""File and line."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file or glob that the build reads, as the command that says so describes it."""

    role: Role
    affects: Affects
    why: str
    place: Place
    confidence: Confidence = "certain"


class Scope:
    """Variables of a directory or function; what is not here is looked up in the parent."""

    __slots__ = ("names", "parent")

    def __init__(self, parent: Scope | None = None) -> None:
        self.names: dict[str, Value] = {}
        self.parent = parent

    def find(self, name: str) -> Value | None:
        """Return the variable's value, or None when it is not set."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None


@dataclass(slots=True)
class Function:
    """A function or macro defined in the project."""

    name: str
    parameters: list[str]
    body: list[Command | Block]
    is_macro: bool
    file: str


@dataclass(slots=True)
class Interpreter:
    """One configure run."""

    project: Project
    installs: bool = True  # whether what is installed ends up in the wheel
    files: dict[str, Seen] = field(default_factory=dict)
    globs: dict[str, Seen] = field(default_factory=dict)
    environment: dict[str, Place] = field(default_factory=dict)
    git: dict[str, Place] = field(default_factory=dict)
    include_dirs: dict[str, None] = field(default_factory=dict)
    cache: dict[str, Value] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    fetched: dict[str, str] = field(default_factory=dict)
    targets: set[str] = field(default_factory=set)
    scope: Scope = field(default_factory=Scope)
    macros: list[dict[str, Value] | None] = field(default_factory=list)
    stack: list[Place] = field(default_factory=list)
    calls: list[tuple[str, list[Value]]] = field(default_factory=list)
    including: list[str] = field(default_factory=list)
    commands: int = 0
    undecided: int = 0
    directories: set[str] = field(default_factory=set)
    parsed: dict[str, list[Command | Block]] = field(default_factory=dict)

    # -- running -------------------------------------------------------------------------------------------------

    def configure(self, directory: str, definitions: Mapping[str, Value]) -> bool:
        """Interpret ``CMakeLists.txt`` in *directory* as the top of a build; False when there is none."""
        self.cache.update(definitions)
        absolute = ROOT if directory in {"", "."} else f"{ROOT}/{directory}"
        self.scope.names.update(
            {
                "CMAKE_SOURCE_DIR": (absolute,),
                "CMAKE_HOME_DIRECTORY": (absolute,),
                "PROJECT_SOURCE_DIR": (absolute,),
                "CMAKE_BINARY_DIR": UNKNOWN_VALUE,
                "CMAKE_MODULE_PATH": NOTHING,
                "CMAKE_PREFIX_PATH": NOTHING,
            }
        )
        return self.enter(absolute)

    def enter(self, directory: str) -> bool:
        """Interpret the ``CMakeLists.txt`` of a directory in a scope of its own."""
        path = project_path(join(directory, "CMakeLists.txt"))
        if path is None or not is_known(path) or len(self.directories) > MAX_DIRECTORIES:
            return False
        if path in self.directories:
            return True
        if not self.project.is_file(path):
            return False
        self.directories.add(path)
        outer, self.scope = self.scope, Scope(self.scope)
        self.scope.names["CMAKE_CURRENT_SOURCE_DIR"] = (directory,)
        self.scope.names["CMAKE_CURRENT_BINARY_DIR"] = UNKNOWN_VALUE
        try:
            self.run_file(path)
        finally:
            self.scope = outer
        return True

    def run_file(self, path: str) -> None:
        """Interpret the lists file *path* in the current scope."""
        absolute = f"{ROOT}/{path}"
        names = ("CMAKE_CURRENT_LIST_FILE", "CMAKE_CURRENT_LIST_DIR")
        before = [self.scope.names.get(name) for name in names]
        self.scope.names[names[0]] = (absolute,)
        self.scope.names[names[1]] = (posixpath.dirname(absolute),)
        self.stack.append((path, 1))
        self.macros.append(None)
        try:
            self.run(self.tree(path))
        finally:
            self.macros.pop()
            self.stack.pop()
            for name, value in zip(names, before, strict=True):
                if value is None:
                    self.scope.names.pop(name, None)
                else:
                    self.scope.names[name] = value

    def tree(self, path: str) -> list[Command | Block]:
        """Return the parsed file."""
        if path not in self.parsed:
            raw = self.project.read_bytes(path) or b""
            self.parsed[path] = parse(raw.decode("utf-8-sig", "replace").replace("\r\n", "\n"))
        return self.parsed[path]

    def run(self, body: list[Command | Block]) -> int:
        """Interpret commands until one leaves the block."""
        from cachekeys.inputs.cmake.commands import COMMANDS, other  # they need this module

        for item in body:
            self.commands += 1
            if self.commands > MAX_COMMANDS:
                return RETURN
            if isinstance(item, Block):
                signal = self._block(item)
            else:
                self.stack[-1] = (self.stack[-1][0], item.line)
                if item.name == "return":
                    return RETURN
                if item.name == "break":
                    return BREAK
                if item.name == "continue":
                    return NORMAL
                arguments = self.arguments(item.arguments)
                if item.name == "message" and arguments and arguments[0] == ("FATAL_ERROR",):
                    return RETURN
                handler = COMMANDS.get(item.name)
                function = self.functions.get(item.name)
                if function is not None:
                    self.call(function, arguments)
                elif handler is not None:
                    handler(self, arguments)
                else:
                    other(self, item.name, arguments)
                signal = NORMAL
            if signal:
                return signal
        return NORMAL

    def _block(self, block: Block) -> int:
        opener, body = block.parts[0]
        self.stack[-1] = (self.stack[-1][0], opener.line)
        if block.name == "if":
            return self._if(block)
        if block.name == "foreach":
            return self._foreach(opener, body)
        if block.name == "while":
            if decide(self, opener.arguments) is not False:
                for _ in range(2):
                    if self.run(body):
                        break
            return NORMAL
        if block.name in {"function", "macro"}:
            if opener.arguments:
                name, *parameters = [argument.text for argument in opener.arguments]
                name = "".join(self.expand(opener.arguments[0])[:1]) or name
                file = self.stack[-1][0]
                self.functions[name.lower()] = Function(name.lower(), parameters, body, block.name == "macro", file)
            return NORMAL
        return self.run(body)

    def _if(self, block: Block) -> int:
        ways: list[list[Command | Block]] = []
        complete = False
        for opener, body in block.parts:
            self.stack[-1] = (self.stack[-1][0], opener.line)
            verdict = True if opener.name == "else" else decide(self, opener.arguments)
            if verdict is False:
                continue
            ways.append(body)
            if verdict:
                complete = True
                break
        if complete and len(ways) == 1:
            return self.run(ways[0])
        return self._branches(ways if complete else [*ways, []])

    def _branches(self, ways: list[list[Command | Block]]) -> int:
        before = self.scope.names
        ends: list[dict[str, Value]] = []
        signals: set[int] = set()
        self.undecided += 1
        for way in ways:
            self.scope.names = dict(before)
            signal = self.run(way)
            signals.add(signal)
            if signal != RETURN:
                ends.append(self.scope.names)
        self.undecided -= 1
        self.scope.names = _merge(ends, self.scope) if ends else before
        return signals.pop() if len(signals) == 1 else NORMAL

    def _foreach(self, opener: Command, body: list[Command | Block]) -> int:
        arguments = self.arguments(opener.arguments)
        if not arguments:
            return NORMAL
        name = arguments[0][0]
        words = [value[0] for value in arguments[1:]]
        items: list[str] = []
        if words[:1] == ["RANGE"]:
            numbers = [int(word) for word in words[1:] if word.isdigit()]
            if len(numbers) == len(words) - 1 and numbers:
                start, stop, step = (
                    (0, numbers[0], 1) if len(numbers) == 1 else (*numbers[:2], (numbers[2:] or [1])[0] or 1)
                )
                items = [str(number) for number in range(start, stop + 1, step)[:MAX_ITERATIONS]]
            else:
                items = [UNKNOWN]
        elif words[:1] == ["IN"]:
            section = ""
            for value in arguments[2:]:
                if value[0] in {"LISTS", "ITEMS", "ZIP_LISTS"}:
                    section = value[0]
                elif section == "ITEMS":
                    items += elements(value)
                else:
                    items += elements(self.variable(value[0]))
        else:
            items = [item for value in arguments[1:] for item in elements(value)]
        for item in items[:MAX_ITERATIONS]:
            self.scope.names[name] = (item,)
            signal = self.run(body)
            if signal == RETURN:
                return RETURN
            if signal == BREAK:
                break
        return NORMAL

    def call(self, function: Function, arguments: list[Value]) -> None:
        """Run the body of a function or macro with its arguments bound."""
        active = sum(1 for name, _ in self.calls if name == function.name)
        if len(self.calls) >= MAX_CALLS or active > MAX_RECURSION:
            return
        bound: dict[str, Value] = {"ARGN": NOTHING}
        for position, parameter in enumerate(function.parameters):
            bound[parameter] = arguments[position] if position < len(arguments) else NOTHING
        rest = arguments[len(function.parameters) :]
        bound.update(ARGN=joined(rest), ARGV=joined(arguments), ARGC=(str(len(arguments)),))
        bound.update({f"ARGV{position}": value for position, value in enumerate(arguments[:20])})
        self.calls.append((function.name, arguments))
        self.stack.append((function.file, 1))
        outer = self.scope
        if function.is_macro:
            self.macros.append(bound)
        else:
            self.macros.append(None)
            self.scope = Scope(outer)
            self.scope.names.update(bound)
        try:
            self.run(function.body)
        finally:
            self.scope = outer
            self.macros.pop()
            self.stack.pop()
            self.calls.pop()

    # -- values ----------------------------------------------------------------------------------------------------

    def variable(self, name: str) -> Value:
        """Return the value of a variable; unknown when nothing in the project sets it."""
        if self.macros and self.macros[-1] is not None and name in self.macros[-1]:
            return self.macros[-1][name]
        value = self.scope.find(name)
        if value is None:
            value = self.cache.get(name)
        return UNKNOWN_VALUE if value is None else value

    def is_set(self, name: str) -> bool:
        """Tell whether the project or its caller sets the variable."""
        overlay = self.macros[-1] if self.macros else None
        return (overlay is not None and name in overlay) or self.scope.find(name) is not None or name in self.cache

    def assign(self, name: str, value: Value, *, parent: bool = False) -> None:
        """Set a variable here or, with *parent*, in the enclosing scope."""
        value = capped(value)
        if not parent:
            self.scope.names[name] = value
        elif self.scope.parent is not None:
            names = self.scope.parent.names
            # an undecided branch of the function may or may not have run
            names[name] = merged((names[name], value)) if self.undecided and name in names else value

    def expand(self, argument: Argument) -> Value:
        """Return an argument with its references resolved."""
        if argument.quote == "[":
            return (known(argument.text),)
        if "$" not in argument.text and "\\" not in argument.text:
            return (known(argument.text),)
        return expand(argument.text, self._look_up)

    def _look_up(self, kind: str, name: str) -> Value:
        if kind == "ENV":
            self.note_environment(name)
            return UNKNOWN_VALUE
        return self.cache.get(name, UNKNOWN_VALUE) if kind == "CACHE" else self.variable(name)

    def arguments(self, arguments: list[Argument]) -> list[Value]:
        """Return evaluated arguments; an unquoted list becomes several."""
        result: list[Value] = []
        for argument in arguments:
            if argument.text == "${ARGN}" and not argument.quote and self.calls:
                result += self.rest()  # as they were given: joined they would lose which alternatives belong together
                continue
            value = self.expand(argument)
            if argument.quote:
                result.append(value)
                continue
            lists = [option.split(";") if ";" in option else [option] for option in value]
            if all(len(items) == len(lists[0]) for items in lists):
                if value != NOTHING or "$" not in argument.text:  # ${EMPTY} unquoted is no argument at all
                    result += [tuple(dict.fromkeys(items)) for items in zip(*lists, strict=True)]
            else:
                result += [(item,) for item in elements(value)]
        return result

    def rest(self, skip: int | None = None) -> list[Value]:
        """Return the arguments of the running function from number *skip* on, by default those without a parameter."""
        name, given = self.calls[-1]
        return given[len(self.functions[name].parameters) if skip is None and name in self.functions else skip or 0 :]

    # -- notes -----------------------------------------------------------------------------------------------------

    @property
    def place(self) -> Place:
        """The command being interpreted; inside a function, the outermost call."""
        depth = len(self.stack) - len(self.calls) - 1 if self.calls else -1
        return self.stack[depth]

    def source_dir(self) -> str:
        """Return the current source directory."""
        return self.variable("CMAKE_CURRENT_SOURCE_DIR")[0]

    def resolve(self, text: str, base: str | None = None) -> str | None:
        """Return *text* as a project path, relative to the current source directory; None when it is elsewhere."""
        if not text:
            return None
        if text[0] == UNKNOWN and "/" not in text[:2]:
            text = text.lstrip(UNKNOWN)  # an unset variable is empty in CMake; whether the file exists decides
            if not text:
                return None
        return project_path(join(base or self.source_dir(), text))

    def note(self, path: str, seen: Seen) -> None:
        """Remember that the build reads *path*; the first command that says so counts."""
        self.files.setdefault(path, seen)

    def note_environment(self, name: str) -> None:
        """Remember a reference to an environment variable."""
        if name and is_known(name):
            self.environment.setdefault(name, self.place)


def _merge(states: list[dict[str, Value]], scope: Scope) -> dict[str, Value]:
    """Return the variables of several states; one that is unset in a state can also be what it was outside."""
    first, *others = states
    for other in others:
        for name in first.keys() | other.keys():
            mine, theirs = first.get(name), other.get(name)
            if mine is theirs:
                continue
            outside = (scope.parent.find(name) if scope.parent else None) or NOTHING
            first[name] = merged((outside if mine is None else mine, outside if theirs is None else theirs))
    return first

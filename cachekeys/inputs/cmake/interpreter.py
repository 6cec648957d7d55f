"""Interpret CMake lists files of a project: variables, directories, files that include each other.

Nothing is executed. A condition that the known values do not decide takes both ways, and variables then hold the
alternatives of both (:mod:`~.flow`). Options have their default unless the caller defined them (as ``-DNAME=VALUE`` would).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.cmake.genex import evaluate, is_open
from cachekeys.inputs.cmake.lexer import Argument, Block, Command, parse
from cachekeys.inputs.cmake.policies import Policies
from cachekeys.inputs.cmake.pruning import Targets
from cachekeys.inputs.cmake.scopes import Function, Place, Product, Scope, Seen
from cachekeys.inputs.cmake.values import (
    BUILD,
    NOTHING,
    UNKNOWN_VALUE,
    Value,
    capped,
    elements,
    expand,
    merged,
    split_list,
)
from cachekeys.inputs.texts import ROOT, UNKNOWN, is_known, join, known, project_path
from cachekeys.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cachekeys.project import Project

__all__ = ["BREAK", "CONTINUE", "MAX_COMMANDS", "NORMAL", "RETURN", "Interpreter"]

MAX_COMMANDS = 60_000
MAX_DIRECTORIES = 400
MAX_COPIES = 2000

PACKAGE_VARIABLES = frozenset(
    {"CMAKE_TOOLCHAIN_FILE", "CMAKE_PROJECT_TOP_LEVEL_INCLUDES", "VCPKG_MANIFEST_DIR"}
    | {"VCPKG_OVERLAY_PORTS", "VCPKG_OVERLAY_TRIPLETS"}
)
"""Variables by which package managers are brought in."""

NORMAL, RETURN, BREAK, CONTINUE = range(4)
"""How a body of commands ends."""

Key = tuple[str, ...]


@dataclass(slots=True)
class Interpreter:
    """One configure run."""

    project: Project
    installs: bool = True  # whether what is installed ends up in the wheel
    files: dict[str, Seen] = field(default_factory=dict)
    globs: dict[str, Seen] = field(default_factory=dict)
    environment: dict[str, Place] = field(default_factory=dict)
    git: dict[str, Place] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)  # that the build writes among the sources
    include_dirs: dict[str, None] = field(default_factory=dict)
    late_dirs: dict[str, None] = field(default_factory=dict)  # in which <...> of the system is not looked up
    templates: dict[str, None] = field(default_factory=dict)  # what C code is made from, whatever its name
    headers: dict[str, Place] = field(default_factory=dict)  # named by compiler options (-include x.h, -DCONFIG="x.h")
    cache: dict[str, Value] = field(default_factory=dict)
    set_in_environment: dict[str, Value] = field(default_factory=dict)
    properties: dict[Key, Value] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    copies: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by their path in the build's directory
    fetched: dict[str, tuple[str, str]] = field(default_factory=dict)  # by name: a directory, and which below it
    targets: set[str] = field(default_factory=set)
    building: Targets = field(default_factory=Targets)
    components: frozenset[str] | None = None  # of install(); None for all of them
    guarded: set[str] = field(default_factory=set)
    scope: Scope = field(default_factory=Scope)
    policies: Policies = field(default_factory=Policies)
    pushed: list[Policies] = field(default_factory=list)
    propagated: tuple[str, ...] = ()  # by the return() that is on its way
    macros: list[dict[str, Value] | None] = field(default_factory=list)
    stack: list[Place] = field(default_factory=list)
    calls: list[tuple[str, list[Value]]] = field(default_factory=list)
    assigned: dict[str, Value] = field(default_factory=dict)  # of PACKAGE_VARIABLES, wherever they are set
    programs: dict[tuple[str, ...], Place] = field(
        default_factory=dict
    )  # that read by rules of their own: directory, words
    snippets: dict[tuple[str, tuple[str, ...]], Place] = field(
        default_factory=dict
    )  # code for python -c, where it finds modules
    including: list[str] = field(default_factory=list)
    deferred: list[Command] = field(default_factory=list)
    commands: int = 0
    undecided: int = 0
    directories: set[str] = field(default_factory=set)
    parsed: dict[str, list[Command | Block]] = field(default_factory=dict)

    # -- running -------------------------------------------------------------------------------------------------

    def configure(self, directory: str, definitions: Mapping[str, Value]) -> bool:
        """Interpret ``CMakeLists.txt`` in *directory* as the top of a build; False when there is none."""
        self.cache.update(definitions)
        absolute = ROOT if directory in {"", "."} else f"{ROOT}/{directory}"
        here = (absolute,)
        self.scope.names.update(
            {
                **dict.fromkeys(("CMAKE_SOURCE_DIR", "CMAKE_HOME_DIRECTORY", "PROJECT_SOURCE_DIR"), here),
                "CMAKE_BINARY_DIR": (BUILD,),
                "CMAKE_MODULE_PATH": NOTHING,
            }
        )
        if "CMAKE_PREFIX_PATH" not in self.cache:
            self.scope.names["CMAKE_PREFIX_PATH"] = NOTHING
        return self.enter(absolute)

    def configure_apart(self, directory: str, definitions: Mapping[str, Value]) -> None:
        """Interpret a directory that the build configures as a project of its own (``ExternalProject_Add``)."""
        kept = (self.scope, self.cache, self.functions, self.macros, self.calls)
        self.scope, self.cache, self.functions, self.macros, self.calls = Scope(), {}, {}, [], []
        try:
            self.configure(directory, definitions)
        finally:
            self.scope, self.cache, self.functions, self.macros, self.calls = kept

    def enter(self, directory: str) -> bool:
        """Interpret the ``CMakeLists.txt`` of a directory in a scope of its own."""
        path = self.resolve(join(directory, "CMakeLists.txt"))
        if path is None or not is_known(path) or len(self.directories) > MAX_DIRECTORIES:
            return False
        if path in self.directories:
            return True
        if not self.project.is_file(path):
            return False
        self.directories.add(path)
        outer, self.scope = self.scope, Scope(self.scope)
        deferred, self.deferred = self.deferred, []
        policies = self.policies
        self.scope.names["CMAKE_CURRENT_SOURCE_DIR"] = (directory,)
        below = posixpath.dirname(path) if directory.startswith(ROOT) else ""
        self.scope.names["CMAKE_CURRENT_BINARY_DIR"] = (f"{BUILD}/{below}" if below else BUILD,)
        try:
            self.run_file(path, join(directory, "CMakeLists.txt"))
        finally:
            self.scope.leave(outer, self.propagated)
            self.scope, self.deferred, self.policies, self.propagated = outer, deferred, policies, ()
        return True

    def run_file(self, path: str, name: str = "") -> None:
        """Interpret the lists file *path* in the current scope; *name* is its absolute path if it is another, as of a copy."""
        absolute = name or f"{ROOT}/{path}"
        names = ("CMAKE_CURRENT_LIST_FILE", "CMAKE_CURRENT_LIST_DIR", "CMAKE_PARENT_LIST_FILE")
        before = [self.scope.names.get(name) for name in names]
        self.scope.names[names[2]] = self.scope.find(names[0])
        self.scope.names[names[0]] = (absolute,)
        self.scope.names[names[1]] = (posixpath.dirname(absolute),)
        self.stack.append((path, 1))
        self.macros.append(None)
        try:
            self.run(self.tree(path))
            for command in self.deferred if posixpath.basename(path) == "CMakeLists.txt" else ():
                called, *arguments = self.arguments(command.arguments) or [NOTHING]
                self.command(called[0].lower(), arguments)
        finally:
            self.macros.pop()
            self.stack.pop()
            for variable, value in zip(names, before, strict=True):
                if value is None:
                    self.scope.names.pop(variable, None)
                else:
                    self.scope.names[variable] = value

    def tree(self, path: str) -> list[Command | Block]:
        """Return the parsed file."""
        if path not in self.parsed:
            raw = self.project.read_bytes(path) or b""
            self.parsed[path] = parse(raw.decode("utf-8-sig", "replace").replace("\r\n", "\n"))
        return self.parsed[path]

    def run(self, body: list[Command | Block]) -> int:
        """Interpret commands until one leaves the block."""
        from cachekeys.inputs.cmake.flow import deferred, run_block  # it needs this module

        for item in body:
            self.commands += 1
            if self.commands > MAX_COMMANDS:
                return RETURN
            if isinstance(item, Block):
                signal = run_block(self, item)
            elif (later := deferred(item)) is not None:
                self.deferred.append(later)
                continue
            else:
                self.stack[-1] = (self.stack[-1][0], item.line)
                signal = self.command(item.name, self.arguments(item.arguments))
            if signal:
                return signal
        return NORMAL

    def command(self, name: str, arguments: list[Value]) -> int:
        """Run one command; tell how the body that holds it goes on."""
        from cachekeys.inputs.cmake.commands import COMMANDS, other  # they need this module
        from cachekeys.inputs.cmake.flow import call

        function = self.functions.get(name)
        if function is not None:
            return call(self, function, arguments)
        handler = COMMANDS.get(name)
        if handler is None:
            other(self, name, arguments)
            return NORMAL
        return handler(self, arguments) or NORMAL

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
        if "_FLAGS" in name and name.startswith("CMAKE_"):  # CMAKE_<LANG>_FLAGS[_<CONFIG>], CMAKE_<KIND>_LINKER_FLAGS
            from cachekeys.inputs.cmake.targets import options  # it needs this module

            options(self, [value])
        if name in PACKAGE_VARIABLES:
            self.assigned[name] = merged((self.assigned.get(name, value), value))
        if not parent:
            self.scope.names[name] = value
        elif self.scope.parent is not None:
            names = self.scope.parent.names
            before = names.get(name)
            # an undecided branch of the function may or may not have run
            names[name] = merged((before, value)) if self.undecided and before is not None else value

    def expand(self, argument: Argument) -> Value:
        """Return an argument with its references resolved."""
        text = argument.text
        if argument.quote == "[" or ("$" not in text and "\\" not in text):
            return (known(text),)
        return expand(text, self._look_up)

    def _look_up(self, kind: str, name: str) -> Value:
        if kind == "ENV":
            if name in self.set_in_environment:
                return self.set_in_environment[name]
            self.note_environment(name)
            return UNKNOWN_VALUE
        return self.cache.get(name, UNKNOWN_VALUE) if kind == "CACHE" else self.variable(name)

    def arguments(self, arguments: list[Argument]) -> list[Value]:
        """Return evaluated arguments; an unquoted list becomes several."""
        result: list[Value] = []
        expressions = False
        for argument in arguments:
            if argument.text == "${ARGN}" and not argument.quote and self.calls:
                result += self.rest()  # as they were given: joined they would lose which alternatives belong together
                continue
            value = self.expand(argument)
            expressions = expressions or any("$<" in option for option in value)
            if argument.quote:
                result.append(value)
                continue
            lists = [split_list(option) if ";" in option else [option] for option in value]
            if all(len(items) == len(lists[0]) for items in lists):
                if value != NOTHING or "$" not in argument.text:  # ${EMPTY} unquoted is no argument at all
                    result += [tuple(dict.fromkeys(items)) for items in zip(*lists, strict=True)]
            else:
                result += [(item,) for item in elements(value)]
        return _without_expressions(result) if expressions else result

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
        path = join(base or self.source_dir(), text)
        return self._original(path) if path.startswith(BUILD) else project_path(path)

    def _original(self, path: str) -> str | None:
        """Return the file or directory of the project that was copied to *path* in the build's directory."""
        head, rest = posixpath.normpath(path), ""
        guess: str | None = None
        while self.copies and len(head) > 1:
            for source in self.copies.get(head, ()):
                candidate = posixpath.normpath(f"{source}/{rest}") if rest else source
                if self.project.is_file(candidate) or self.project.is_dir(candidate):
                    return candidate
                if guess is None and rest and self.project.is_dir(posixpath.dirname(candidate)):
                    guess = candidate
            head, _, last = head.rpartition("/")
            rest = f"{last}/{rest}" if rest else last
        return guess

    def note_copy(self, source: str, target: str) -> None:
        """Remember that a file or directory of the project was copied into the build's directory; the latest counts first."""
        path = posixpath.normpath(join(self.variable("CMAKE_CURRENT_BINARY_DIR")[0], target))
        if path.startswith(BUILD) and len(self.copies) < MAX_COPIES:
            self.copies[path] = (source, *self.copies.get(path, ()))

    def note(self, path: str, seen: Seen) -> None:
        """Remember that the build reads *path*; the first command that says so counts."""
        self.building.note(path)
        if path not in self.files:
            self.files[path] = replace(seen, chain=tuple(self.stack))

    def note_glob(self, glob: str, seen: Seen) -> None:
        """Remember that the build reads what *glob* (uv's syntax) matches."""
        if glob not in self.globs:
            self.globs[glob] = replace(seen, chain=tuple(self.stack))

    def note_environment(self, name: str) -> None:
        """Remember a reference to an environment variable."""
        if name and is_known(name):
            self.environment.setdefault(name, self.place)


def _without_expressions(arguments: list[Value]) -> list[Value]:
    """Evaluate generator expressions; one that was written with spaces goes on in the next arguments."""
    result: list[Value] = []
    pending: list[str] = []
    for value in arguments:
        if pending or (len(value) == 1 and is_open(value[0])):
            pending.append(value[0])
            text = ";".join(pending)
            if is_open(text):
                continue
            pending = []
            result += [(item,) for item in split_list(evaluate(text)) if item]
            continue
        result.append(tuple(dict.fromkeys(evaluate(option) for option in value)))
    if pending:
        result += [(item,) for item in split_list(evaluate(";".join(pending))) if item]
    return result

"""Interpret the Meson files of a project: variables, control flow, subdirectories, subprojects.

Nothing is executed. A condition that is not decided by what is known (the operating system, a compiler, whether a library is found)
takes every way, and variables then hold the alternatives of all of them. Options have their default unless the build sets them.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Literal

from cachekeys.inputs.meson import operators, tree
from cachekeys.inputs.meson.lexer import MesonSyntaxError
from cachekeys.inputs.meson.methods import elementary
from cachekeys.inputs.meson.parser import parse
from cachekeys.inputs.meson.scope import Scope, Seen, builtin
from cachekeys.inputs.meson.scope import rounds as rounds_of
from cachekeys.inputs.meson.values import (
    ANY,
    Either,
    LooseDict,
    Object,
    Value,
    is_disabled,
    lifted,
    merged,
    modest,
    text_of,
    truth,
)
from cachekeys.inputs.model import Origin
from cachekeys.inputs.texts import MAX_LENGTH, UNKNOWN, is_known, project_path
from cachekeys.values import dataclass, field

if TYPE_CHECKING:
    from cachekeys.inputs.model import Affects, Confidence, Role
    from cachekeys.project import Project

__all__ = ["MAX_STEPS", "Interpreter"]

MAX_STEPS = 400_000
MAX_FILES = 3000
_ITEMS_OF_STEP = 4  # as a power of 2

Signal = Literal["", "continue", "break", "done", "error"]
"""How a block ended: at its end, by a jump, by ``subdir_done()``, or by ``error()``."""


@dataclass(slots=True)
class Interpreter:
    """One run of ``meson setup``, with all that the targets which it defines read later."""

    project: Project
    settings: dict[str, Value] = field(default_factory=dict)  # -D of the command line
    tags: frozenset[str] = frozenset()  # install tags that get into the wheel; all of them when empty
    files: dict[str, Seen] = field(default_factory=dict)
    globs: dict[str, Seen] = field(default_factory=dict)
    scripts: dict[str, Affects] = field(default_factory=dict)
    programs: dict[tuple[str, tuple[str, ...]], Origin] = field(default_factory=dict)  # by directory and words
    groups: dict[tuple[str, ...], dict[str, None]] = field(default_factory=dict)
    git: dict[str, Origin] = field(default_factory=dict)
    problems: dict[tuple[str, int], str] = field(default_factory=dict)
    project_includes: dict[str, None] = field(default_factory=dict)
    overrides: dict[str, Value] = field(default_factory=dict)
    subprojects: dict[str, Object] = field(default_factory=dict)
    subproject_dir: str = "subprojects"
    cmake: dict[str, tuple[Origin, dict[str, tuple[str, ...]]]] = field(
        default_factory=dict
    )  # directories that CMake configures
    languages: set[str] = field(default_factory=set)
    scope: Scope = field(default_factory=lambda: Scope(""))
    top: str = ""  # the directory that is configured
    chain: tuple[Origin, ...] = ()
    file: str = "meson.build"
    line: int = 1
    affects: Affects = "code"
    signal: Signal = ""
    steps: int = 0
    undecided: int = 0
    entered: int = 0

    # -- files -----------------------------------------------------------------------------------------------------

    @property
    def place(self) -> Origin:
        """Where the interpreter stands."""
        return Origin(self.file, self.line)

    def enter(self, directory: str, why: str) -> bool:
        """Interpret the ``meson.build`` in *directory*, relative to the (sub)project; False when there is none."""
        outer = (self.file, self.line, self.scope.subdir, self.chain)
        path = posixpath.normpath(posixpath.join(self.scope.root, directory, "meson.build"))
        text = self.project.read_text(path)
        self.entered += 1
        if text is None or self.entered > MAX_FILES:
            return False
        here = self.place
        self.note(path, Seen("build-config", self.affects, why, here, chain=self.chain))
        try:
            block = parse(text)
        except MesonSyntaxError as error:
            self.problems[path, error.line] = f"cannot be parsed as Meson's language: {error}"
            return True
        except RecursionError:
            self.problems[path, 1] = "nests too deeply to be followed"
            return True
        self.chain = (*self.chain, here) if self.entered > 1 else ()
        self.file, self.scope.subdir = path, "" if directory in {"", "."} else posixpath.normpath(directory)
        try:
            self.run(block)
        except RecursionError:
            self.problems[path, self.line] = "nests too deeply to be followed"
        if self.signal == "done":
            self.signal = ""
        self.file, self.line, self.scope.subdir, self.chain = outer
        return True

    def resolve(self, text: str) -> str | None:
        """Return a path, relative to the current directory or absolute, as one relative to the top project; else None."""
        return project_path(text, self.scope.directory) if text else None

    def note(self, path: str, seen: Seen) -> None:
        """Remember that the build reads a file; the surest sighting counts."""
        before = self.files.get(path)
        if before is None or (before.confidence != "certain" and seen.confidence == "certain"):
            self.files[path] = seen

    def seen(
        self, role: Role, verb: str, *, affects: Affects | None = None, confidence: Confidence = "certain"
    ) -> Seen:
        """Return a sighting here: *verb* completes "meson.build ..."."""
        return Seen(role, affects or self.affects, f"{self.file} {verb}", self.place, confidence, self.chain)

    # -- statements ------------------------------------------------------------------------------------------------

    def run(self, block: list[tree.Statement]) -> None:
        """Run statements until one jumps."""
        for statement in block:
            if self.signal:
                return
            self.steps += 1
            if self.steps > MAX_STEPS:
                self.problems[self.file, statement.line] = f"is too long to follow: stopped after {MAX_STEPS} steps"
                self.signal = "error"
                return
            self.line = statement.line
            if isinstance(statement, tree.Assignment):
                self.assign(statement)
            elif isinstance(statement, tree.If):
                self.branch(statement)
            elif isinstance(statement, tree.Foreach):
                self.loop(statement)
            elif isinstance(statement, tree.Jump):
                self.jump(statement.kind)
            else:
                self.evaluate(statement)

    def jump(self, signal: Signal) -> None:
        """End the block, if the statement is reached for certain."""
        self.signal = signal

    def assign(self, statement: tree.Assignment) -> None:
        """Set a variable, or add to it."""
        value = self.evaluate(statement.value)
        if statement.adds:
            value = self.kept(operators.add(self.scope.names.get(statement.name, ANY), value))
        self.scope.names[statement.name] = value

    def branch(self, statement: tree.If) -> None:
        """Take the branch whose condition holds, or each that may."""
        possible: list[list[tree.Statement]] = []
        certain = False
        for condition, block in statement.branches:
            verdict = truth(self.evaluate(condition))
            if verdict is not False:
                possible.append(block)
            if verdict is True:
                certain = True
                break
        if not certain:
            possible.append(statement.otherwise)
        if len(possible) == 1:
            self.run(possible[0])
            return
        self.fork(possible)

    def fork(self, blocks: list[list[tree.Statement]]) -> None:
        """Run each of *blocks* from the same start and merge what they leave; one that ends in ``error()`` does not count."""
        start, uncertain = self.scope.names, self.scope.uncertain
        ends: list[dict[str, Value]] = []
        self.undecided += 1
        for block in blocks:
            self.scope.names = dict(start)
            self.run(block)
            if self.signal != "error" or self.steps > MAX_STEPS:
                ends.append(self.scope.names)
            self.signal = ""
        self.undecided -= 1
        if self.steps > MAX_STEPS:
            self.signal = "error"
        if not ends:
            self.scope.names = start
            return
        result = dict(ends[0])
        for name in dict.fromkeys(name for end in ends for name in end):
            values = [end[name] for end in ends if name in end]
            if len(values) < len(ends):
                uncertain.add(name)
            if any(value is not values[0] for value in values):
                values[0] = merged(values)
            result[name] = values[0]
        self.scope.names = result

    def loop(self, statement: tree.Foreach) -> None:
        """Run the body for every item; once with nothing known when the items are not."""
        items = self.evaluate(statement.items)
        rounds = [
            row for option in (items.options if isinstance(items, Either) else (items,)) for row in rounds_of(option)
        ]
        for row in rounds:
            values = row if len(row) == len(statement.names) else [ANY] * len(statement.names)
            self.scope.names.update(zip(statement.names, values, strict=True))
            self.run(statement.body)
            if self.signal in {"error", "done"}:
                return
            ended = self.signal == "break"
            self.signal = ""
            if ended:
                return

    # -- expressions -----------------------------------------------------------------------------------------------

    def kept(self, value: Value) -> Value:
        """Return a new value, within bounds; a large one counts as several steps."""
        value, weight = modest(value)
        self.steps += weight >> _ITEMS_OF_STEP
        return value

    def evaluate(self, node: tree.Expression) -> Value:
        """Return the value of an expression; all calls in it are made."""
        self.steps += 1
        if isinstance(node, tree.Constant):
            return node.value
        if isinstance(node, tree.Name):
            return self.scope.names.get(node.name, builtin(node.name))
        return self.kept(self.computed(node))

    def computed(self, node: tree.Composed) -> Value:
        """Return the value of an expression that makes a new one."""
        if isinstance(node, tree.Array):
            return [self.evaluate(item) for item in node.items]
        if isinstance(node, tree.Dictionary):
            return self.dictionary(node)
        if isinstance(node, tree.Format):
            return self.formatted(node.text)
        if isinstance(node, tree.Call):
            return self.call(node)
        if isinstance(node, tree.Method):
            return self.method(node)
        if isinstance(node, tree.Binary):
            return self.binary(node)
        if isinstance(node, tree.Unary):
            value = self.evaluate(node.operand)
            return operators.negated(value) if node.operator == "not" else operators.binary("-", 0, value)
        if isinstance(node, tree.Index):
            return operators.indexed(self.evaluate(node.receiver), self.evaluate(node.key))
        return self.conditional(node)

    def conditional(self, node: tree.Conditional) -> Value:
        """Return one of the two values, or either."""
        verdict = truth(self.evaluate(node.condition))
        if verdict is None:
            return merged((self.evaluate(node.yes), self.evaluate(node.no)))
        return self.evaluate(node.yes if verdict else node.no)

    def binary(self, node: tree.Binary) -> Value:
        """Apply an operator; the right side of ``and`` and ``or`` is left alone where Meson leaves it."""
        left = self.evaluate(node.left)
        if node.operator not in {"and", "or"}:
            return operators.binary(node.operator, left, self.evaluate(node.right))
        decisive = node.operator == "or"
        first = truth(left)
        if first is decisive:
            return decisive
        second = truth(self.evaluate(node.right))
        if second is decisive:
            return decisive
        return ANY if first is None or second is None else not decisive

    def dictionary(self, node: tree.Dictionary) -> dict[str, Value]:
        """Return a dictionary; a key that is not known makes it loose."""
        result: dict[str, Value] = {}
        for key_node, value_node in node.items:
            key, value = self.evaluate(key_node), self.evaluate(value_node)
            for option in key.options if isinstance(key, Either) else (key,):
                if isinstance(option, str) and is_known(option) and not isinstance(key, Either):
                    result[option] = value
                else:
                    result = LooseDict(result)
                    result[text_of(option)] = value
        return result

    def formatted(self, text: str) -> Value:
        """Return an f-string with its variables filled in."""
        names = list(dict.fromkeys(re.findall(r"@([A-Za-z_]\w*)@", text)))

        def fill(*values: Value) -> str:
            filled = dict(zip(names, values, strict=True))
            longest = max((len(text_of(value)) for value in values), default=0)
            if text.count("@") * longest > MAX_LENGTH:
                return UNKNOWN
            return re.sub(r"@([A-Za-z_]\w*)@", lambda match: text_of(filled[match[1]]), text)

        return lifted(fill, *(self.scope.names.get(name, ANY) for name in names))

    def arguments(self, node: tree.Call | tree.Method) -> tuple[list[Value], dict[str, Value]]:
        """Return the arguments of a call; ``kwargs:`` is taken apart."""
        positional = [self.evaluate(item) for item in node.positional]
        keywords = {name: self.evaluate(item) for name, item in node.keywords.items()}
        more = keywords.pop("kwargs", None)
        if isinstance(more, dict):
            keywords = {**more, **keywords}
        self.line = node.line
        return positional, keywords

    def call(self, node: tree.Call) -> Value:
        """Call a function."""
        from cachekeys.inputs.meson.functions import FUNCTIONS, other  # they call the interpreter back

        if node.name in {"get_variable", "is_variable"}:
            return self.variable(node)
        if node.name == "project":
            return self.begin(node)
        positional, keywords = self.arguments(node)
        if is_disabled(positional, keywords) and node.name not in _TAKES_DISABLERS:
            return Object("disabler")
        function = FUNCTIONS.get(node.name)
        return (
            other(self, node.name, positional, keywords) if function is None else function(self, positional, keywords)
        )

    def begin(self, node: tree.Call) -> Value:
        """``project()``: what its arguments read decides about metadata when pyproject.toml leaves the version to it."""
        from cachekeys.inputs.meson.functions import begin_project

        is_top = self.scope.root == ""
        outer = self.affects
        if is_top and "version" in self.project.dynamic:
            self.affects = "version"
        positional, keywords = self.arguments(node)
        begin_project(self, positional, keywords)
        self.affects = outer
        return ANY

    def variable(self, node: tree.Call) -> Value:
        """``get_variable`` and ``is_variable``."""
        positional, _ = self.arguments(node)
        name = positional[0] if positional else ANY
        if not isinstance(name, str) or not is_known(name):
            return ANY
        if node.name == "is_variable":
            return ANY if name in self.scope.uncertain else name in self.scope.names
        if name in self.scope.names:
            return self.scope.names[name]
        return positional[1] if len(positional) > 1 else ANY

    def method(self, node: tree.Method) -> Value:
        """Call a method, on every alternative of the receiver."""
        from cachekeys.inputs.meson.objects import call_method

        receiver = self.evaluate(node.receiver)
        positional, keywords = self.arguments(node)
        if is_disabled([receiver, *positional], keywords):
            return False if node.name == "found" else Object("disabler")
        results = []
        for option in receiver.options if isinstance(receiver, Either) else (receiver,):
            if isinstance(option, str | int | list | dict):
                results.append(elementary(option, node.name, positional))
            else:
                results.append(call_method(self, option, node.name, positional, keywords))
        return merged(results)


_TAKES_DISABLERS = frozenset({"is_disabler", "set_variable", "message", "warning", "summary", "declare_dependency"})

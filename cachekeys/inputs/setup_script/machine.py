"""The machine that walks over a script's syntax tree: frames, budget, modules, merging of branches.

It never runs the project's code. Every statement is visited at most a bounded number of times; a condition that is not
decided by known values takes both ways, and what the ways assign differently becomes a :class:`~.values.Choice`.
"""

from __future__ import annotations

import ast
import posixpath
import sys
from typing import TYPE_CHECKING, Any

from cachekeys.inputs.scripts import syntax_tree
from cachekeys.inputs.setup_script.facts import Facts, Place
from cachekeys.inputs.setup_script.joins import join_values
from cachekeys.inputs.setup_script.values import External, Module, Scope, Value, unknown
from cachekeys.inputs.texts import ROOT, is_known, project_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.project import Project

__all__ = ["BREAK", "CONTINUE", "LEAVE", "NORMAL", "Frame", "Machine", "OutOfBudgetError"]

NORMAL, CONTINUE, BREAK, LEAVE = range(4)
"""How a block of statements ends; LEAVE is a return or a raise."""

MAX_STEPS = 250_000
"""Nodes visited: about half a second. The longest real setup.py tried (catboost's, with its libraries) needs a tenth."""

LONG = 100_000
"""Steps of all real scripts tried but three, which generate code or import a whole compiler."""

MAX_CALLS = 24
"""Calls inside each other; every one costs Python about fifteen frames of its own."""

MAX_MODULES = 80
MAX_SOURCE = 1_000_000

_LIBRARIES = frozenset(
    {
        "torch",
        "numpy",
        "yaml",
        "jinja2",
        "mako",
        "cffi",
        "pybind11",
        "nanobind",
        "packaging",
        "Cython",
        "requests",
        "tqdm",
        "click",
    }
)
"""What programs of a build import from outside, although the project may have a file of that name somewhere."""


class OutOfBudgetError(Exception):
    """The script needs more steps than we give it."""


class Frame:
    """A running function body or module."""

    __slots__ = ("began", "doubtful", "file", "leapt", "line", "node", "owner", "returns", "self", "yields")

    def __init__(self, file: str, node: ast.AST | None = None, began: int = 0) -> None:
        self.began = began
        self.doubtful = False  # it may have returned before it comes to this line
        self.leapt = False  # the loop that runs may have left this round before it comes to this line
        self.file = file
        self.line = 1
        self.node = node
        self.returns: list[Value] = []
        self.yields: list[Value] = []
        self.owner: Any = None
        self.self: Any = None


class Machine:
    """Interprets the Python files of one project, starting from one script."""

    strict = False
    """Whether to raise where a statement cannot be followed: for the tests."""

    def __init__(self, project: Project, directory: str = "", limit: int = MAX_STEPS) -> None:
        from cachekeys.inputs.setup_script.expressions import EXPRESSIONS  # they need this module
        from cachekeys.inputs.setup_script.statements import STATEMENTS  # they need this module

        self._expressions = EXPRESSIONS
        self._statements = STATEMENTS
        self.limit = limit
        self.idle: dict[ast.For, tuple[int, int]] = {}
        self.project = project
        self.facts = Facts()
        self.steps = 0
        self.stack: list[Frame] = []
        self.modules: dict[str, Module] = {}
        self.crowded = False
        self.sys_path: list[str] = [directory]
        self.explicit_path = bool(directory)
        self.extensions: list[Value] = []
        self.main = ""
        self.guesses = False
        self.recursions: dict[ast.AST, int] = {}
        self.fruitless: dict[ast.AST, int] = {}  # steps in calls of a function since it last showed something new
        self.directory = ""  # the working directory, relative to the project
        self.entered = ""  # the working directory where a generator last yielded
        self.copied: dict[tuple[str, int], list[str]] = {}  # what is made by copying, by the line that does it
        self.shells: list[str] = []  # shell scripts that were followed
        self.written: list[str] = []  # names, not wholly known, under which the script writes
        self.visited: list[str] = []  # directories that the script changes into at some time
        self.aside = 0  # how deep the stack is while a condition is evaluated that only decides what is said
        self.undecided = 0  # ways of conditions that are being followed without knowing whether they are taken

    # -- running -------------------------------------------------------------------------------------------------

    def run_script(self, file: str, name: str = "__main__") -> Module | None:
        """Interpret *file* as a script; what could not be followed is noted in the facts."""
        self.main = file
        try:
            return self.load(file, name)
        except OutOfBudgetError:
            self.unresolved(f"the script is too long to follow: the analysis stopped after {self.limit} steps")
        except RecursionError:
            self.unresolved("the script nests too deeply to be followed to its end")
        finally:
            self.stack.clear()
        return None

    def load(self, file: str, name: str) -> Module | None:
        """Interpret the module in *file* once and return it; None when it cannot be read or parsed."""
        if file in self.modules:
            return self.modules[file]
        if len(self.modules) >= MAX_MODULES:
            if not self.crowded:
                self.unresolved(
                    f"loads more than {MAX_MODULES} modules of the project: what the others read is unknown"
                )
            self.crowded = True
            return None
        tree = self.parse(file)
        if tree is None:
            return None
        scope = Scope()
        scope.names.update(
            __file__=f"{ROOT}/{file}", __name__=name, __builtins__=External("builtins"), __doc__=ast.get_docstring(tree)
        )
        if posixpath.basename(file) == "__init__.py":
            scope.names["__path__"] = [f"{ROOT}/{posixpath.dirname(file)}"]
        module = self.modules[file] = Module(name, file, scope)
        self.run_tree(tree, scope, file)
        return module

    def run_tree(self, tree: ast.Module, scope: Scope, file: str) -> None:
        """Interpret the statements of *tree* in *scope*."""
        self.stack.append(Frame(file))
        try:
            for statement in tree.body:
                self.block([statement], scope)  # after a raise that we misjudged, the rest still counts
        finally:
            self.stack.pop()

    def parse(self, file: str) -> ast.Module | None:
        """Return the syntax tree of *file*, or None (the reason is noted) when it has none."""
        raw = self.project.read_bytes(file)
        if raw is None:
            return None
        if len(raw) > MAX_SOURCE:
            self.unresolved(f"{file} is too large to be analysed ({len(raw)} bytes)")
            return None
        try:
            return syntax_tree(self.project, file)
        except SyntaxError as error:
            self.unresolved(
                f"{file} is not valid Python 3 ({error.msg}), so what it reads is unknown", file, error.lineno
            )
        except (ValueError, RecursionError, MemoryError) as error:
            self.unresolved(f"{file} cannot be parsed ({error}), so what it reads is unknown", file)
        return None

    def block(self, statements: list[ast.stmt], scope: Scope) -> int:
        """Interpret *statements* until one leaves the block; return how."""
        frame = self.stack[-1]
        for statement in statements:
            handler = self._statements.get(type(statement))
            if handler is None:
                continue
            self.tick()
            frame.line = statement.lineno
            try:
                signal = handler(self, statement, scope)
            except (OutOfBudgetError, RecursionError):
                raise
            except Exception as error:  # one statement that we misread must not hide what the others do
                if self.strict:
                    raise
                self.unresolved(
                    f"could not be followed ({type(error).__name__}: {error})", frame.file, statement.lineno
                )
                signal = NORMAL
            if signal:
                return signal
        return NORMAL

    def evaluate(self, node: ast.expr, scope: Scope) -> Value:
        """Return what *node* is worth."""
        self.steps += 1
        if self.steps > self.limit:
            raise OutOfBudgetError
        handler = self._expressions.get(type(node))
        return handler(self, node, scope) if handler else unknown(internal=True)

    def branches(self, scope: Scope, ways: Iterable[tuple[dict[str, Value], list[ast.stmt]]]) -> int:
        """Interpret each way from the same state and merge what they leave behind.

        :param ways: for each way the names that its condition narrows, and its statements.
        """
        before, directory = scope.names, self.directory
        ends: list[dict[str, Value]] = []
        directories: set[str] = set()
        signals: set[int] = set()
        for narrowed, statements in ways:
            scope.names = {**before, **narrowed}
            self.directory = directory
            self.undecided += 1
            try:
                signal = self.block(statements, scope)
            finally:
                self.undecided -= 1
            for name, value in narrowed.items():
                if scope.names.get(name) is value:
                    scope.names[name] = before[name]
            signals.add(signal)
            if signal != LEAVE:
                ends.append(scope.names)
                directories.add(self.directory)
            elif not _fails(statements):
                self.stack[-1].doubtful = True
            if signal in {CONTINUE, BREAK}:
                self.stack[-1].leapt = True
        scope.names = merge(ends) if ends else before
        self.directory = directories.pop() if len(directories) == 1 else directory
        return signals.pop() if len(signals) == 1 else NORMAL

    def update(self, names: dict[Any, Value], name: Value, value: Value) -> None:
        """Set a name that outlives the block that is interpreted: where that may not run, the old value stays possible."""
        names[name] = join_values((names[name], value)) if self.undecided and name in names else value

    @property
    def certain(self) -> bool:
        """Whether a build that succeeds is sure to come to this line."""
        return not self.undecided and not any(frame.doubtful or frame.leapt for frame in self.stack)

    @property
    def hurried(self) -> bool:
        """Whether to leave loops early that show nothing new: in a generator, or far into a long script."""
        return self.limit < MAX_STEPS or self.steps > LONG

    def tick(self) -> None:
        """Count a step.

        :raises OutOfBudgetError: it was one too many.
        """
        self.steps += 1
        if self.steps > self.limit:
            raise OutOfBudgetError

    # -- where we are --------------------------------------------------------------------------------------------

    @property
    def file(self) -> str:
        """The file whose code is being interpreted."""
        return self.stack[-1].file if self.stack else ""

    def place(self) -> Place:
        """Return the current line and the calls that led to it."""
        if not self.stack:
            return Place("", 1)
        frame = self.stack[-1]
        return Place(frame.file, frame.line, tuple((outer.file, outer.line) for outer in self.stack[:-1]))

    def unresolved(self, message: str, file: str | None = None, line: int | None = None) -> None:
        """Note a read whose target is not known."""
        place = self.place()
        self.facts.note("unresolved", (file or place.file or self.main, line or place.line), message)

    def locate(self, text: str) -> str | None:
        """Return the project's path that *text* names in the working directory, None when it is somewhere else.

        A name that stands for nothing there is looked up in the project's directory and where the script has been.
        """
        path = project_path(text, self.directory)
        if self.visited and is_known(text) and not self._exists(path):
            for place in ("", *self.visited):
                candidate = project_path(text, place)
                if self._exists(candidate):
                    return candidate
        return path

    def _exists(self, path: str | None) -> bool:
        return path is not None and (self.project.is_file(path) or self.project.is_dir(path))

    # -- modules -------------------------------------------------------------------------------------------------

    def find_module(self, dotted: str) -> str | None:
        """Return the project's file that ``import dotted`` would load, or None when it comes from elsewhere."""
        first = dotted.partition(".")[0]
        if first in sys.stdlib_module_names or first == "setuptools":
            return None
        if not self.explicit_path and first.lower().replace("_", "-") in self.project.build_requires:
            return None
        relative = dotted.replace(".", "/")
        for directory in self.sys_path:
            base = posixpath.normpath(posixpath.join(directory, relative))
            for candidate in (f"{base}/__init__.py", f"{base}.py"):
                if self.project.is_file(candidate):
                    return candidate
        return self._guess(dotted) if self.guesses and "." not in dotted else None

    def _guess(self, name: str) -> str | None:
        """Return the only file of the project that a module can be, for a script whose search path its caller sets."""
        if name in _LIBRARIES or name.lower().replace("_", "-") in self.project.build_requires:
            return None
        ending = f"/{name}.py"
        found = [file for file in self.project.files if file.endswith(ending)]
        return found[0] if len(found) == 1 else None

    def import_module(self, dotted: str) -> Module | None:
        """Interpret ``import dotted`` with its packages; return the innermost module if it is the project's."""
        module = outer = None
        parts = dotted.split(".")
        for count in range(1, len(parts) + 1):
            name = ".".join(parts[:count])
            file = self.find_module(name)
            module = None
            if file is not None:
                self.facts.read("import", file, self.place(), name)
                module = self.load(file, name)
                if module and outer:
                    outer.scope.names.setdefault(parts[count - 1], module)
            outer = module
        return module


def _fails(statements: list[ast.stmt]) -> bool:
    """Tell whether statements that leave a block do so because the build fails."""
    last = statements[-1] if statements else None
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return True  # sys.exit() and its kin
    return isinstance(last, ast.Raise)


def merge(states: list[dict[str, Value]]) -> dict[str, Value]:
    """Return the names of several states; a name that differs becomes a choice."""
    first, *others = states
    for other in others:
        if other is first:
            continue
        for name, value in other.items():
            if name not in first:
                first[name] = value
            elif first[name] is not value:
                first[name] = join_values((first[name], value))
    return first

"""What a build hook or an in-tree back end reads: the interpreter for setup.py, entered where the back end calls.

A setup.py does its work when it runs. A hook defines a class or functions, which the back end calls later; so those
are called here too, with what is known of their arguments (:mod:`~cachekeys.inputs.hook_protocols`).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.texts import ROOT
from cachekeys.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cachekeys.inputs.hook_protocols import Protocol
    from cachekeys.inputs.model import Affects, Detected
    from cachekeys.inputs.setup_script import Script
    from cachekeys.inputs.setup_script.machine import Machine
    from cachekeys.inputs.setup_script.values import Class, Function, Module, Value
    from cachekeys.project import Project

__all__ = ["configured_by", "hook_inputs"]


def hook_inputs(
    project: Project,
    file: str,
    *,
    methods: Sequence[str] = (),
    functions: Sequence[str] = (),
    search: Sequence[str] = ("",),
    name: str = "hook",
    affects: Affects = "code",
    protocol: Protocol | None = None,
    expression: str = "",
) -> Iterator[Detected]:
    """Yield what *file* reads when it is imported, and then when the back end calls it.

    :param methods: of every class that has one of them.
    :param functions: of the module.
    :param search: directories, relative to the project, in which it finds modules.
    :param name: what ``__name__`` is in it; ``__main__`` for a program.
    :param affects: what a change alters where the script does not tell.
    :param protocol: what the back end hands over; by default nothing is known but the project directory.
    :param expression: what the back end evaluates in the module.
    """
    from cachekeys.inputs.hook_protocols import Protocol
    from cachekeys.inputs.setup_script import Script  # imports ast: 9 ms, only for projects with a hook
    from cachekeys.inputs.setup_script.machine import Machine, OutOfBudgetError
    from cachekeys.inputs.setup_script.native import compiled_by
    from cachekeys.inputs.setup_script.report import detected

    machine = Machine(project)
    machine.sys_path = list(search)
    module = machine.run_script(file, name)
    if module is not None:
        try:
            _call(machine, module, methods, functions, protocol or Protocol(attributes={"root": ROOT}))
            _evaluate(machine, module, expression)
        except OutOfBudgetError:
            machine.unresolved("the script is too long to follow to its end", file, 1)
        except RecursionError:
            machine.unresolved("the script nests too deeply to be followed to its end", file, 1)
        finally:
            machine.stack.clear()
    if name == "__main__":
        machine.facts.unnamed.clear()  # who runs it says on the command line what it opens
    script = Script(file, machine.facts, frozenset(machine.modules) - {file}, machine.steps)
    for item in (*detected(project, script), *compiled_by(project, script), *configured_by(project, script)):
        if isinstance(item, BuildInput) and item.affects == "code":
            yield replace(item, affects=affects)
        else:
            yield item


def configured_by(project: Project, script: Script) -> Iterator[Detected]:
    """Yield what CMake reads where the script runs it."""
    for call in script.facts.cmake:
        from cachekeys.inputs.cmake.report import detected  # rarely needed
        from cachekeys.inputs.cmake.roots import called

        if call.directory is not None and project.is_file(posixpath.normpath(f"{call.directory}/CMakeLists.txt")):
            place = Origin(script.file, call.place.within(script.file))
            yield from detected(project, called(project, script, call, call.directory, place))


def _call(
    machine: Machine, module: Module, methods: Sequence[str], functions: Sequence[str], protocol: Protocol
) -> None:
    from cachekeys.inputs.setup_script.calls import call
    from cachekeys.inputs.setup_script.library.unnamed import note_flow
    from cachekeys.inputs.setup_script.modes import BOTH, modes_of_hook
    from cachekeys.inputs.setup_script.values import Bound, Class, Function, Instance

    for function_name, value in list(module.scope.names.items()):
        if isinstance(value, Function) and function_name in functions:
            arguments, named = _arguments(value, function_name, protocol)
            machine.facts.modes = modes_of_hook(function_name)
            note_flow(machine, call(machine, value, arguments, named), "what it returns")
        elif isinstance(value, Class):
            instance = Instance(value)
            instance.attributes.update(protocol.attributes)
            for method in methods:
                function = _method(value, method)
                if function is not None and "property" not in function.decorators:
                    arguments, named = _arguments(function, method, protocol, skipped=1)
                    machine.facts.modes = modes_of_hook(method)
                    result = call(machine, Bound(function, instance), arguments, named)
                    note_flow(machine, result, "what it returns")
                    _collect(machine, function, protocol)
    machine.facts.modes = BOTH
    note_flow(machine, list(protocol.filled), "what it fills")


def _arguments(
    function: Function, name: str, protocol: Protocol, skipped: int = 0
) -> tuple[list[Value], dict[str, Value]]:
    """Return what is known of the arguments of a function that the back end calls."""
    from cachekeys.inputs.setup_script.values import unknown

    own = [parameter.arg for parameter in function.node.args.args[skipped:]]
    called = [*protocol.order.get(name, ()), *own[len(protocol.order.get(name, ())) :]][: len(own)]
    only_named = [parameter.arg for parameter in function.node.args.kwonlyargs]
    named = {key: protocol.arguments[key] for key in only_named if key in protocol.arguments}
    return [protocol.arguments.get(key, unknown()) for key in called], named


def _collect(machine: Machine, function: Function, protocol: Protocol) -> None:
    """Note the files that a hook has the back end copy into the wheel; what it makes itself git does not know."""
    from cachekeys.inputs.hook_protocols import COPIED
    from cachekeys.inputs.setup_script.facts import Place
    from cachekeys.inputs.setup_script.joins import elements
    from cachekeys.inputs.setup_script.modes import EDITABLE
    from cachekeys.inputs.texts import is_known

    project, modes = machine.project, machine.facts.modes
    place = Place(function.file, function.node.lineno)
    for kind in COPIED:
        machine.facts.modes = EDITABLE if kind.endswith("_editable") else modes
        for key in elements(protocol.collected.get(kind)) or []:
            path = machine.locate(key) if isinstance(key, str) and is_known(key) else None
            if path is None or path == "." or path in machine.facts.outputs:
                continue
            names = (path,) if project.is_file(path) else project.files_below(f"{path}/")
            if names and _is_tracked(project, names):
                what = path if project.is_file(path) else f"{path}/**/*"
                machine.facts.read("data", what, place, kind)
    machine.facts.modes = modes


def _is_tracked(project: Project, names: Sequence[str]) -> bool:
    from cachekeys.tracked import tracked_files  # rarely needed

    tracked = tracked_files(project)
    return tracked is None or any(name in tracked for name in names)


def _evaluate(machine: Machine, module: Module, expression: str) -> None:
    """Evaluate what the back end evaluates in the module."""
    if not expression:
        return
    import ast

    from cachekeys.inputs.setup_script.machine import Frame

    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    machine.stack.append(Frame(module.file))
    machine.evaluate(tree.body, module.scope)


def _method(cls: Class, name: str) -> Function | None:
    from cachekeys.inputs.setup_script import values

    found = cls.lookup(name)
    return found[0] if found and isinstance(found[0], values.Function) else None

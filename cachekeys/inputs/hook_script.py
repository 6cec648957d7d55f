"""What a build hook or an in-tree back end reads: the interpreter for setup.py, entered where the back end calls.

A setup.py does its work when it runs. A hook defines a class or functions, which the back end calls later; so those
are called here too, with arguments of which nothing is known but the project directory.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cachekeys.inputs.model import Affects, Detected
    from cachekeys.inputs.setup_script import Script
    from cachekeys.inputs.setup_script.machine import Machine
    from cachekeys.inputs.setup_script.values import Class, Function, Module
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
) -> Iterator[Detected]:
    """Yield what *file* reads when it is imported, and then when the back end calls it.

    :param methods: of every class that has one of them.
    :param functions: of the module.
    :param search: directories, relative to the project, in which it finds modules.
    :param name: what ``__name__`` is in it; ``__main__`` for a program.
    :param affects: what a change alters where the script does not tell.
    """
    from cachekeys.inputs.setup_script import Script  # imports ast: 9 ms, only for projects with a hook
    from cachekeys.inputs.setup_script.machine import Machine, OutOfBudgetError
    from cachekeys.inputs.setup_script.native import compiled_by
    from cachekeys.inputs.setup_script.report import detected

    machine = Machine(project)
    machine.sys_path = list(search)
    module = machine.run_script(file, name)
    if module is not None:
        try:
            _call(machine, module, methods, functions)
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
            yield from detected(project, called(call, call.directory, f"{script.file} runs cmake on it", place))


def _call(machine: Machine, module: Module, methods: Sequence[str], functions: Sequence[str]) -> None:
    from cachekeys.inputs.setup_script.calls import call
    from cachekeys.inputs.setup_script.library.unnamed import note_flow
    from cachekeys.inputs.setup_script.values import Bound, Class, Function, Instance, unknown
    from cachekeys.inputs.texts import ROOT

    for function_name, value in list(module.scope.names.items()):
        if isinstance(value, Function) and function_name in functions:
            note_flow(machine, call(machine, value, [unknown() for _ in value.node.args.args], {}), "what it returns")
        elif isinstance(value, Class):
            instance = Instance(value)
            instance.attributes.update(root=ROOT)
            for method in methods:
                function = _method(value, method)
                if function is not None and "property" not in function.decorators:
                    arguments = [unknown() for _ in function.node.args.args[1:]]
                    note_flow(machine, call(machine, Bound(function, instance), arguments, {}), "what it returns")


def _method(cls: Class, name: str) -> Function | None:
    from cachekeys.inputs.setup_script import values

    found = cls.lookup(name)
    return found[0] if found and isinstance(found[0], values.Function) else None

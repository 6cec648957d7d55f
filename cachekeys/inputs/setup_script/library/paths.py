"""``os.path`` and ``pathlib``: what is made of names, and whether there is a file of that name."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.setup_script.joins import join_values
from cachekeys.inputs.setup_script.library import Call, model
from cachekeys.inputs.setup_script.values import (
    EMPTY,
    Choice,
    External,
    PathValue,
    Value,
    alternatives,
    as_text,
    sources_of,
    unknown,
    with_sources,
)
from cachekeys.inputs.texts import ROOT, UNKNOWN, is_known, join, normalised, parent

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.setup_script.machine import Machine

__all__ = ["probe"]


@model("os.path.join", "posixpath.join")
def _join(call: Call) -> Value:
    return _product(call.args, join)


def _product(args: list[Value], function: Callable[..., str]) -> Value:
    """Apply *function* to every combination of the arguments' alternatives."""
    combinations: list[list[str]] = [[]]
    sources = EMPTY
    for arg in args:
        sources |= sources_of(arg)
        options = [as_text(option) for option in alternatives(arg) if option is not None] or [UNKNOWN]
        if len(combinations) * len(options) > 24:  # noqa: PLR2004 - as many as a choice holds
            options = [as_text(arg)]
        combinations = [[*done, option] for done in combinations for option in options]
    internal = any(isinstance(arg, External) and arg.internal for arg in args)
    if internal and len(args) == 1:
        return args[0]
    return join_values(with_sources(function(*parts), sources) for parts in combinations)


def _each(call: Call, function: Callable[[str], str]) -> Value:
    value = call.argument(0)
    if isinstance(value, External):
        return call.result()
    return _product([value], function)


@model("os.path.dirname", "posixpath.dirname")
def _dirname(call: Call) -> Value:
    return _each(call, parent)


@model("os.path.basename", "posixpath.basename", "ntpath.basename")
def _basename(call: Call) -> Value:
    return _each(call, posixpath.basename)


@model("os.path.abspath", "os.path.realpath")
def _abspath(call: Call) -> Value:
    here = join(ROOT, call.machine.directory) if call.machine.directory else ROOT
    return _each(call, lambda text: text if text.startswith(UNKNOWN) else normalised(join(here, text)))


@model("os.path.normpath", "posixpath.normpath", "os.path.normcase")
def _normpath(call: Call) -> Value:
    return _each(call, lambda text: normalised(text) if text else ".")


@model("os.path.expanduser", "os.fspath", "os.fsdecode", "os.fsencode", "distutils.util.convert_path")
@model("setuptools._distutils.util.convert_path", "setuptools.convert_path", "setuptools.command.build_py.convert_path")
def _same(call: Call) -> Value:
    return _each(call, lambda text: text)


@model("os.path.relpath", "posixpath.relpath")
def _relpath(call: Call) -> Value:
    start = as_text(call.argument(1, "start", ROOT))

    def relative(text: str) -> str:
        if not is_known(text) or not is_known(start):
            return text
        path, base = (part[1:].lstrip("/") if part.startswith(ROOT) else part for part in (text, start))
        return posixpath.relpath(f"/{path}", f"/{base}")

    return _each(call, relative)


@model("os.path.splitext", "posixpath.splitext")
def _splitext(call: Call) -> Value:
    return join_values(
        tuple(with_sources(part, sources_of(option)) for part in posixpath.splitext(as_text(option)))
        for option in alternatives(call.argument(0))
    )


@model("os.path.split", "posixpath.split")
def _split(call: Call) -> Value:
    return join_values(
        tuple(with_sources(part, sources_of(option)) for part in _halves(as_text(option)))
        for option in alternatives(call.argument(0))
    )


def _halves(text: str) -> tuple[str, str]:
    return parent(text), posixpath.basename(text)


@model("inspect.getfile", "inspect.getsourcefile", "inspect.getabsfile")
def _own_file(call: Call) -> Value:
    """Return the file that is being run: scripts ask for their own frame's."""
    return f"{ROOT}/{call.machine.file}"


@model("os.getcwd", "os.path.curdir", "pathlib.Path.cwd", "os.getcwdb")
def _cwd(call: Call) -> Value:
    if call.name == "os.path.curdir":
        return "."
    here = join(ROOT, call.machine.directory) if call.machine.directory else ROOT
    return PathValue(here) if call.name.startswith("pathlib") else here


@model("os.path.exists", "os.path.isfile", "os.path.isdir", "os.path.lexists", "os.access")
def _probe(call: Call) -> Value:
    name = {"isfile": "is_file", "isdir": "is_dir"}.get(call.name.rpartition(".")[2], "exists")
    return probe(call.machine, call.argument(0), name)


def probe(m: Machine, target: Value, question: str) -> Value:
    """Return whether a path exists: true or false where the tree says so, undecided for what may yet appear."""
    path = m.locate(as_text(target)) if not isinstance(target, (External, Choice)) else None
    if path is None or not is_known(path):
        return unknown(target)
    is_file, is_dir = m.project.is_file(path), m.project.is_dir(path)
    if not is_file and not is_dir:
        return unknown(target)  # another platform's file, or one that the build makes
    return is_file if question == "is_file" else is_dir if question == "is_dir" else True


@model(
    "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath", "pathlib2.Path", "py.path.local"
)
def _path(call: Call) -> Value:
    value = _product(call.args, join) if call.args else "."
    return join_values(PathValue(option) for option in alternatives(value))

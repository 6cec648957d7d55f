"""Functions of Meson about the project itself: settings, variables, directories; and the table of all functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.meson.methods import path_join
from cachekeys.inputs.meson.options import option_value, read_options, split_setting
from cachekeys.inputs.meson.programs import find_program, is_switched_off, run_command
from cachekeys.inputs.meson.sources import mentioned, note_files
from cachekeys.inputs.meson.subprojects import dependency, load_wraps, subproject
from cachekeys.inputs.meson.targets import TARGETS
from cachekeys.inputs.meson.values import ANY, File, Object, Value, flat, texts, truth
from cachekeys.inputs.texts import expand, is_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.meson.interpreter import Interpreter

__all__ = ["FUNCTIONS", "begin_project", "other"]

Keywords = dict[str, Value]


def begin_project(m: Interpreter, positional: list[Value], keywords: Keywords) -> None:
    """``project()``: the options file, the languages, the version, the wraps of all subprojects."""
    scope = m.scope
    scope.name = next(iter(texts(positional[:1])), "")
    m.languages.update(texts(positional[1:]))
    version = keywords.get("version", ANY)
    for item in flat(version):
        if isinstance(item, File):
            note_files(m, item, "takes the version from it", role="dynamic-file")
    scope.version = version if isinstance(version, str) else ANY
    settings = dict(split_setting(text) for text in texts(keywords.get("default_options", [])))
    defaults = keywords.get("default_options")
    if isinstance(defaults, dict):
        settings.update(defaults)
    read_options(m)
    scope.options.update(settings)
    if not scope.subproject:
        for name, value in settings.items():
            if ":" in name:
                m.settings.setdefault(name, value)
        scope.options.update(m.settings)
        directory = keywords.get("subproject_dir")
        m.subproject_dir = directory if isinstance(directory, str) and is_known(directory) else m.subproject_dir
    for name, value in m.settings.items():
        prefix, colon, rest = name.partition(":")
        if colon and prefix == scope.subproject:
            scope.options[rest] = value
    load_wraps(m)


def _subdir(m: Interpreter, positional: list[Value], keywords: Keywords) -> Value:
    for item in flat(keywords.get("if_found", [])):
        if isinstance(item, Object) and item.data.get("found") is False:
            return ANY
    base = m.scope.subdir
    for text in texts(positional[:1]):
        directory = f"{base}/{text}" if base else text
        if is_known(directory):
            m.enter(directory, f"{m.file} enters this directory")
            continue
        prefix = f"{m.scope.root}/" if m.scope.root else ""
        for file in expand(m.project, f"{prefix}{directory}/meson.build"):
            m.enter(file.removeprefix(prefix).removesuffix("/meson.build"), f"{m.file} may enter this directory")
    return ANY


def _option(m: Interpreter, positional: list[Value], _keywords: Keywords) -> Value:
    """``get_option()``."""
    name = positional[0] if positional else ANY
    return option_value(m, name) if isinstance(name, str) and is_known(name) else ANY


def _import(_m: Interpreter, positional: list[Value], keywords: Keywords) -> Value:
    name = next(iter(texts(positional[:1])), "").removeprefix("unstable-").removeprefix("unstable_")
    return Object("module", name, data={"found": False} if is_switched_off(keywords) else {})


def _set_variable(m: Interpreter, positional: list[Value], _keywords: Keywords) -> Value:
    if len(positional) > 1 and isinstance(positional[0], str):
        m.scope.names[positional[0]] = positional[1]
    return ANY


def _unset_variable(m: Interpreter, positional: list[Value], _keywords: Keywords) -> Value:
    for name in texts(positional[:1]):
        m.scope.names.pop(name, None)
    return ANY


def _join_paths(_m: Interpreter, positional: list[Value], _keywords: Keywords) -> Value:
    return path_join(positional)


def _range(_m: Interpreter, positional: list[Value], _keywords: Keywords) -> Value:
    numbers = [item for item in positional if isinstance(item, int)]
    if len(numbers) != len(positional) or not 0 < len(numbers) < 4:  # noqa: PLR2004 - start, stop, step
        return ANY
    try:
        return list(range(*numbers)[:1000])
    except ValueError:
        return ANY


def _error(m: Interpreter, _positional: list[Value], _keywords: Keywords) -> Value:
    """``error()``: what comes after it in this branch never happens. Outside of any branch we have misjudged something."""
    if m.undecided:
        m.jump("error")
    return ANY


def _assert(m: Interpreter, positional: list[Value], keywords: Keywords) -> Value:
    if positional and truth(positional[0]) is False:
        return _error(m, positional, keywords)
    return ANY


def _done(m: Interpreter, _positional: list[Value], _keywords: Keywords) -> Value:
    """``subdir_done()``."""
    if not m.undecided:
        m.jump("done")
    return ANY


def _add_languages(m: Interpreter, positional: list[Value], keywords: Keywords) -> Value:
    if is_switched_off(keywords):
        return False
    m.languages.update(texts(positional))
    return ANY


def _object(kind: str) -> Callable[[Interpreter, list[Value], Keywords], Value]:
    """Return a function that makes an object whose content does not matter to us."""

    def make(_m: Interpreter, _positional: list[Value], _keywords: Keywords) -> Value:
        return Object(kind)

    return make


def _nothing(_m: Interpreter, _positional: list[Value], _keywords: Keywords) -> Value:
    """Neither returns what we look at nor reads a file of the project."""
    return ANY


def other(m: Interpreter, name: str, positional: list[Value], keywords: Keywords) -> Value:
    """Take the files among the arguments of a function that is not known here for read."""
    sources = mentioned(m, [positional, list(keywords.values())], f"hands it to {name}()")
    return Object("generated", sources=tuple(sources))


FUNCTIONS: dict[str, Callable[[Interpreter, list[Value], Keywords], Value]] = {
    **TARGETS,
    "subdir": _subdir,
    "subproject": subproject,
    "dependency": dependency,
    "find_program": find_program,
    "run_command": run_command,
    "get_option": _option,
    "import": _import,
    "set_variable": _set_variable,
    "unset_variable": _unset_variable,
    "join_paths": _join_paths,
    "range": _range,
    "error": _error,
    "assert": _assert,
    "subdir_done": _done,
    "add_languages": _add_languages,
    "configuration_data": _object("configuration"),
    "environment": _object("environment"),
    "disabler": _object("disabler"),
    "option": _nothing,
    **dict.fromkeys(("message", "warning", "debug", "summary", "is_disabler", "install_emptydir"), _nothing),
    **dict.fromkeys(
        ("install_symlink", "add_test_setup", "run_target", "alias_target", "add_project_dependencies"), _nothing
    ),
}
"""The handlers, by name."""

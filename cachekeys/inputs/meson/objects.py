"""Methods of Meson's objects: ``meson`` itself, modules, programs, compilers, dependencies, targets."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.meson.cmake_module import OPTIONS, cmake_method, options_method
from cachekeys.inputs.meson.programs import find_program, is_switched_off, run
from cachekeys.inputs.meson.sources import copied, group, mentioned, note_files, paths
from cachekeys.inputs.meson.targets import compiled, linked_by, process
from cachekeys.inputs.meson.values import ANY, File, Object, Value, flat, lifted, text_of, texts
from cachekeys.inputs.texts import ROOT, UNKNOWN, is_known, join, known

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.meson.interpreter import Interpreter

__all__ = ["call_method"]

Keywords = dict[str, Value]


def call_method(m: Interpreter, receiver: Value, name: str, positional: list[Value], keywords: Keywords) -> Value:
    """Call a method of an object, or of something that is not known."""
    if isinstance(receiver, Object):
        handler = _HANDLERS.get(receiver.kind, _other)
        return handler(m, receiver, name, positional, keywords)
    if isinstance(receiver, File):
        return f"{ROOT}/{receiver.path}" if name == "full_path" else ANY
    if name in {"read", "copyfile"}:
        return _fs(m, name, positional)  # only the module has methods of that name
    return _other(m, Object("unknown"), name, positional, keywords)


def _other(m: Interpreter, _receiver: Object, name: str, positional: list[Value], keywords: Keywords) -> Value:
    """Take files among the arguments of a method that is not known here for read."""
    sources = mentioned(m, [positional, list(keywords.values())], f"hands it to {name}()")
    made = [*sources, *(source for item in flat(positional) if isinstance(item, Object) for source in item.sources)]
    includes = [directory for item in flat(positional) if isinstance(item, Object) for directory in item.includes]
    if not made and not includes:
        return ANY
    return Object("generated", sources=tuple(made), includes=tuple(includes))


def _quiet(_m: Interpreter, _receiver: Object, _name: str, _positional: list[Value], _keywords: Keywords) -> Value:
    """Answer for a method that reads no file of the project."""
    return ANY


# -- meson ---------------------------------------------------------------------------------------------------------


def _meson(m: Interpreter, _receiver: Object, name: str, positional: list[Value], _keywords: Keywords) -> Value:
    if name in {"current_source_dir", "project_source_root", "source_root", "global_source_root"}:
        directory = {"current_source_dir": m.scope.directory, "project_source_root": m.scope.root}.get(name, m.top)
        return f"{ROOT}/{directory}" if directory else ROOT
    if name == "project_version":
        return m.scope.version
    if name == "project_name":
        return m.scope.name
    if name == "is_subproject":
        return m.scope.root != m.top
    if name == "backend":
        return "ninja"
    if name == "get_compiler":
        return Object("compiler", next(iter(texts(positional[:1])), ""))
    if name in {"add_install_script", "add_postconf_script"}:
        _hook(m, positional)
    elif name == "override_find_program" and len(positional) > 1:
        _override_program(m, positional)
    elif name == "override_dependency" and len(positional) > 1 and isinstance(positional[0], str):
        m.overrides[f"\0dep:{positional[0]}"] = positional[1]
    return ANY


def _hook(m: Interpreter, positional: list[Value]) -> None:
    """Note a script that runs after the configuration, or when the wheel is put together."""
    program = find_program(m, positional[:1], {}) if isinstance(positional[0], str | File) else positional[0]
    run(m, [program, *positional[1:]], [], directory=None)


def _override_program(m: Interpreter, positional: list[Value]) -> None:
    name, program = positional[0], positional[1]
    if isinstance(name, str) and is_known(name):
        m.overrides[name] = find_program(m, [program], {}) if isinstance(program, File) else program


# -- modules -------------------------------------------------------------------------------------------------------


def _module(m: Interpreter, receiver: Object, name: str, positional: list[Value], keywords: Keywords) -> Value:
    if receiver.name in {"python", "python3"} and name in {"find_installation", "find_python"}:
        return Object("python", data={"found": False} if is_switched_off(keywords) else {})
    if name == "found":
        return receiver.data.get("found", ANY)
    if receiver.name == "fs":
        return _fs(m, name, positional)
    if receiver.name == "keyval" and name == "load":
        note_files(m, positional, "reads it", role="build-config")
        return ANY
    if receiver.name == "sourceset":
        return Object("sourceset")
    if receiver.name == "cmake":
        return cmake_method(m, name, positional, keywords)
    if receiver.name == "pkgconfig":
        return ANY
    if receiver.name == "python3" and name == "extension_module":
        return compiled(m, positional, keywords)
    found = _other(m, receiver, name, positional, keywords)
    if isinstance(found, Object):
        includes = [*_includes_of(keywords), m.scope.directory]
        group(m, list(found.sources), includes)
    return found if isinstance(found, Object) else Object("made")


def _includes_of(keywords: Keywords) -> list[str]:
    values = [keywords.get("include_directories", []), keywords.get("dependencies", [])]
    return [directory for item in flat(values) if isinstance(item, Object) for directory in item.includes]


def _python(m: Interpreter, receiver: Object, name: str, positional: list[Value], keywords: Keywords) -> Value:
    if name == "extension_module":
        return compiled(m, positional, keywords)
    if name == "install_sources":
        copied(m, positional, keywords)
        return ANY
    if name == "found":
        return receiver.data.get("found", ANY)
    if name == "dependency":
        return Object("dependency", "python", data={"found": False if is_switched_off(keywords) else ANY})
    if name in {"path", "full_path"}:
        return "python"
    return ANY


def _fs(m: Interpreter, name: str, positional: list[Value]) -> Value:
    first = positional[0] if positional else ANY
    if name in {"exists", "is_file", "is_dir"}:
        return lifted(lambda value: _exists(m, name, value), first)
    if name == "read":
        note_files(m, first, "reads it", role="dynamic-file")
        return lifted(lambda value: _content(m, value), first)
    if name in {"hash", "size"}:
        note_files(m, first, "reads it")
        return UNKNOWN
    if name == "copyfile":
        return Object("generated", sources=tuple(note_files(m, first, "copies it")))
    change = _PATHS.get(name)
    if change is not None:
        return lifted(lambda *values: change(*(text_of(value) for value in values)), *positional[:2])
    return ANY


def _exists(m: Interpreter, name: str, value: Value) -> Value:
    for path in paths(m, value):
        if is_known(path):
            is_file, is_dir = m.project.is_file(path), m.project.is_dir(path)
            there = is_dir if name == "is_dir" else is_file or (is_dir and name == "exists")
            return True if there else ANY  # it may yet be made, and other checkouts may have it
    return ANY


def _content(m: Interpreter, value: Value) -> Value:
    for path in paths(m, value):
        text = m.project.read_text(path) if is_known(path) else None
        if text is not None:
            return known(text)
    return UNKNOWN


def _replaced(path: str, suffix: str) -> str:
    return posixpath.splitext(path)[0] + suffix


def _relative(path: str, start: str) -> str:
    if not (is_known(path) and is_known(start)):
        return UNKNOWN
    return posixpath.relpath(path.replace(ROOT, "/\2"), start.replace(ROOT, "/\2"))


_PATHS: dict[str, Callable[..., str]] = {
    "name": posixpath.basename,
    "parent": lambda path: posixpath.dirname(path) or ".",
    "stem": lambda path: posixpath.splitext(posixpath.basename(path))[0],
    "suffix": lambda path: posixpath.splitext(path)[1],
    "replace_suffix": _replaced,
    "as_posix": lambda path: path.replace("\\", "/"),
    "expanduser": lambda path: path,
    "relative_to": _relative,
}


# -- others --------------------------------------------------------------------------------------------------------


def _compiler(m: Interpreter, _receiver: Object, name: str, positional: list[Value], keywords: Keywords) -> Value:
    """Note the test program of a check, when it is given as a file."""
    for item in flat(positional):
        if isinstance(item, File):
            group(m, note_files(m, item, "compiles it to check something"), _includes_of(keywords))
    linked_by(m, keywords.get("args", []))
    if name in {"has_header", "check_header", "has_header_symbol"} and positional:
        note_files(
            m,
            [File(join(place, text)) for place in _includes_of(keywords) for text in texts(positional[:1])],
            "looks for it",
        )
    off = is_switched_off(keywords)
    if name == "preprocess":
        return Object("generated", sources=tuple(note_files(m, positional, "preprocesses it")))
    if name in {"get_supported_arguments", "first_supported_argument", "get_supported_link_arguments"}:
        return positional[0] if len(positional) == 1 and isinstance(positional[0], list) else list(flat(positional))
    if name == "find_library":
        return Object("dependency", next(iter(texts(positional[:1])), ""), data={"found": False if off else ANY})
    return False if off else ANY  # a check that is switched off fails


def _dependency(_m: Interpreter, receiver: Object, name: str, positional: list[Value], keywords: Keywords) -> Value:
    if name == "found":
        return receiver.data.get("found", ANY)
    if name in {"partial_dependency", "as_system", "as_link_whole", "as_static", "as_shared"}:
        return receiver
    if name in {"get_variable", "get_pkgconfig_variable"}:
        variables = receiver.data.get("variables", {})
        for key in (*texts(positional[:1]), *texts(keywords.get("internal", []))):
            if key in variables:
                return variables[key]
    return ANY


def _program(_m: Interpreter, receiver: Object, name: str, _positional: list[Value], _keywords: Keywords) -> Value:
    path = receiver.data.get("path")
    if name in {"path", "full_path"}:
        return f"{ROOT}/{path}" if isinstance(path, str) else receiver.name or UNKNOWN
    return receiver.data.get("found", True if isinstance(path, str) else ANY) if name == "found" else ANY


def _result(_m: Interpreter, _receiver: Object, name: str, _positional: list[Value], _keywords: Keywords) -> Value:
    return UNKNOWN if name in {"stdout", "stderr"} else ANY


def _feature(_m: Interpreter, receiver: Object, name: str, _positional: list[Value], _keywords: Keywords) -> Value:
    value = receiver.data.get("value")
    if name in {"enabled", "disabled", "auto"}:
        return value == name
    if name == "allowed":
        return value != "disabled"
    if name in {"require", "disable_auto_if", "enable_auto_if", "disable_if", "enable_if"}:
        return Object("feature", data={"value": value if value == "disabled" else "unknown"})
    return ANY


def _unknown_feature(m: Interpreter, receiver: Object, name: str, positional: list[Value], keywords: Keywords) -> Value:
    return ANY if receiver.data.get("value") == "unknown" else _feature(m, receiver, name, positional, keywords)


def _subproject(_m: Interpreter, receiver: Object, name: str, positional: list[Value], _keywords: Keywords) -> Value:
    names = receiver.data.get("names")
    if name == "found":
        return True if names else receiver.data.get("found", ANY)
    if name == "get_variable" and positional and isinstance(positional[0], str) and isinstance(names, dict):
        return names.get(positional[0], positional[1] if len(positional) > 1 else ANY)
    return ANY


def _target(_m: Interpreter, receiver: Object, name: str, _positional: list[Value], _keywords: Keywords) -> Value:
    if name in {"extract_objects", "extract_all_objects"}:
        return Object("objects")
    if name in {"full_path", "path"}:
        return UNKNOWN
    if name in {"get_static_lib", "get_shared_lib"}:
        return receiver
    if name == "private_dir_include":
        return Object("includes")
    return [receiver] if name == "to_list" else ANY


def _generator(m: Interpreter, _receiver: Object, name: str, positional: list[Value], keywords: Keywords) -> Value:
    return process(m, positional, keywords) if name == "process" else ANY


def _sourceset(m: Interpreter, receiver: Object, name: str, positional: list[Value], keywords: Keywords) -> Value:
    """``sourceset``: sources added under conditions; all of them count."""
    if name in {"add", "add_all"}:
        files = note_files(m, [positional, keywords.get("if_true", []), keywords.get("if_false", [])], "compiles it")
        receiver.sources = (*receiver.sources, *files)
    if name in {"sources", "all_sources"}:
        return [File(path) for path in receiver.sources]
    return receiver if name == "apply" else ANY


def _cmake_options(_m: Interpreter, receiver: Object, name: str, positional: list[Value], _keywords: Keywords) -> Value:
    return options_method(receiver, name, positional)


_HANDLERS: dict[str, Callable[[Interpreter, Object, str, list[Value], Keywords], Value]] = {
    "meson": _meson,
    "module": _module,
    "python": _python,
    "compiler": _compiler,
    "dependency": _dependency,
    "program": _program,
    "result": _result,
    "feature": _unknown_feature,
    "subproject": _subproject,
    "target": _target,
    "generated": _target,
    "generator": _generator,
    "sourceset": _sourceset,
    OPTIONS: _cmake_options,
    **dict.fromkeys(("machine", "configuration", "environment", "disabler", "includes", "objects"), _quiet),
}
"""The handlers, by kind of the receiver."""

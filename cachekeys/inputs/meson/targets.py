"""Functions of Meson that compile, generate, configure and install."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.meson.programs import run, scm_command
from cachekeys.inputs.meson.sources import copied, group, include_paths, note_directory, note_files, paths
from cachekeys.inputs.meson.values import ANY, File, Object, Value, flat, texts
from cachekeys.inputs.model import Origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.meson.interpreter import Interpreter

__all__ = [
    "TARGETS",
    "arguments_with_directories",
    "compiled",
    "custom_target",
    "declare_dependency",
    "linked_by",
    "process",
]

Keywords = dict[str, Value]


def compiled(m: Interpreter, positional: list[Value], keywords: Keywords) -> Object:
    """Note what a target is compiled from: sources, precompiled headers, what it links with, and where headers are looked up."""
    inputs: list[Value] = [positional[1:], keywords.get("sources", []), keywords.get("objects", [])]
    own = note_files(m, inputs, "compiles it")
    for name, value in keywords.items():
        if name.endswith("_pch"):
            own += note_files(m, value, "precompiles it")
        elif name.endswith("_args"):
            arguments_with_directories(m, value)
    note_files(m, keywords.get("link_depends", []), "links by it")
    note_files(m, keywords.get("vs_module_defs", []), "links by it")
    note_files(m, keywords.get("resources", []), "compiles it")
    includes = _directories(m, keywords)
    if keywords.get("implicit_include_directories") is not False:
        includes.insert(0, m.scope.directory)
    _rust_modules(m, own)
    group(m, own, includes)
    name = next(iter(texts(positional[:1])), "")
    return Object("target", name, sources=_headers(own), includes=(), data={"sources": own, "includes": includes})


def _directories(m: Interpreter, keywords: Keywords) -> list[str]:
    """Return the include directories of a target, with those of what it depends on."""
    found = include_paths(m, keywords.get("include_directories", []))
    for name in ("dependencies", "d_import_dirs"):
        for item in flat(keywords.get(name, [])):
            if isinstance(item, Object):
                found += item.includes
    return found


def _headers(sources: list[str]) -> tuple[str, ...]:
    return tuple(source for source in sources if source.lower().endswith((".h", ".hpp", ".hh", ".pxd", ".pxi")))


def _rust_modules(m: Interpreter, sources: list[str]) -> None:
    crates = [source for source in sources if source.endswith(".rs")]
    if not crates:
        return
    from cachekeys.inputs.cargo.sources import modules  # few projects compile Rust by Meson

    for crate in crates:
        for file in modules(m.project, crate):
            if file.path not in m.files:
                seen = m.seen("native-source", "compiles it")
                place = Origin(file.by, file.line)
                why = f"{file.by} includes it"
                m.note(file.path, type(seen)(seen.role, seen.affects, why, place, "certain", seen.chain))


def arguments_with_directories(m: Interpreter, value: Value) -> list[str]:
    """Note directories and files in arguments for a compiler: ``-I``, ``-include``, a version script."""
    found: list[str] = []
    words = texts(value)
    for position, word in enumerate(words):
        after = words[position + 1] if position + 1 < len(words) else ""
        if word in {"-I", "-isystem", "-iquote", "-idirafter", "--include-dir"}:
            found += include_paths(m, after)
        elif word.startswith("-I") and "\0" in word:
            found += include_paths(m, word[2:])
        elif word in {"-include", "-imacros"}:
            note_files(m, after, "includes it in every source")
    linked_by(m, words)
    m.project_includes.update(dict.fromkeys(found))
    return found


def linked_by(m: Interpreter, value: Value) -> None:
    """Note the version scripts and export lists in arguments for the linker."""
    for word in texts(value):
        if "=" in word and ("version-script" in word or "export" in word or "dynamic-list" in word):
            note_files(m, word.rpartition("=")[2], "links by it")


def _project_arguments(m: Interpreter, positional: list[Value], _keywords: Keywords) -> Value:
    arguments_with_directories(m, positional)
    return ANY


def include_directories(m: Interpreter, positional: list[Value], _keywords: Keywords) -> Object:
    """``include_directories()``."""
    return Object("includes", includes=tuple(include_paths(m, positional)))


def declare_dependency(m: Interpreter, _positional: list[Value], keywords: Keywords) -> Object:
    """``declare_dependency()``: what it carries to the targets that use it."""
    sources = note_files(m, keywords.get("sources", []), "compiles it into what depends on it")
    for item in flat(keywords.get("dependencies", [])):
        if isinstance(item, Object):
            sources += item.sources
    includes = _directories(m, keywords)
    for name in ("compile_args", "link_args"):
        includes += arguments_with_directories(m, keywords.get(name, []))
    variables = keywords.get("variables", {})
    data = {"variables": variables if isinstance(variables, dict) else {}, "found": True}
    return Object("dependency", sources=tuple(sources), includes=tuple(includes), data=data)


def _structured(m: Interpreter, positional: list[Value], _keywords: Keywords) -> Object:
    values = [list(value.values()) if isinstance(value, dict) else value for value in positional]
    return Object("generated", sources=tuple(note_files(m, values, "compiles it")))


# -- generated files -----------------------------------------------------------------------------------------------


def custom_target(m: Interpreter, _positional: list[Value], keywords: Keywords) -> Object:
    """``custom_target()``: its inputs, what its command names, and what it depends on."""
    inputs = note_files(m, keywords.get("input", []), "makes another file from it")
    note_files(m, keywords.get("depend_files", []), "makes another file from it")
    run(m, keywords.get("command", []), [], directory=None)
    outputs = texts(keywords.get("output", []))
    group(m, inputs, [m.scope.directory])
    return Object("generated", next(iter(outputs), ""), sources=tuple(inputs), data={"outputs": outputs})


def configure_file(m: Interpreter, _positional: list[Value], keywords: Keywords) -> Object:
    """``configure_file()``: a template, a copy, or a command that runs while the build is configured."""
    inputs = note_files(m, keywords.get("input", []), "configures it")
    run(m, keywords.get("command", []), [], directory=m.scope.directory)
    outputs = texts(keywords.get("output", []))
    group(m, inputs, [m.scope.directory])
    return Object("generated", next(iter(outputs), ""), sources=tuple(inputs), data={"outputs": outputs})


def vcs_tag(m: Interpreter, _positional: list[Value], keywords: Keywords) -> Object:
    """``vcs_tag()``: a template with the version; without a command of its own it asks git."""
    inputs = note_files(m, keywords.get("input", []), "puts the version into it")
    if "command" in keywords:
        run(m, keywords["command"], [], directory=m.scope.root)
    else:
        scm_command(m, ["git", "describe", "--tags"])
    return Object("generated", sources=tuple(inputs))


def _generator(m: Interpreter, positional: list[Value], keywords: Keywords) -> Object:
    program = positional[0] if positional else ANY
    arguments = keywords.get("arguments", [])
    arguments_with_directories(m, arguments)
    run(m, [program, arguments], [], directory=None)
    return Object("generator")


def process(m: Interpreter, positional: list[Value], keywords: Keywords) -> Object:
    """``generator().process()``."""
    inputs = note_files(m, positional, "makes another file from it")
    arguments_with_directories(m, keywords.get("extra_args", []))
    run(m, [], keywords.get("extra_args", []), directory=None)
    return Object("generated", sources=tuple(inputs))


# -- installed files -----------------------------------------------------------------------------------------------


def _install(m: Interpreter, positional: list[Value], keywords: Keywords) -> Value:
    copied(m, [positional, keywords.get("sources", [])], keywords)
    return ANY


def _install_subdir(m: Interpreter, positional: list[Value], keywords: Keywords) -> Value:
    note_directory(m, positional[:1], keywords)
    return ANY


def _files(m: Interpreter, positional: list[Value], _keywords: Keywords) -> Value:
    return [File(path) for path in paths(m, positional)]


def _test(_m: Interpreter, _positional: list[Value], _keywords: Keywords) -> Value:
    """``test()`` runs nothing in a build."""
    return ANY


TARGETS: dict[str, Callable[[Interpreter, list[Value], Keywords], Value]] = {
    **dict.fromkeys(
        ("executable", "library", "shared_library", "static_library", "both_libraries", "shared_module"), compiled
    ),
    "build_target": compiled,
    "jar": compiled,
    "structured_sources": _structured,
    "include_directories": include_directories,
    "declare_dependency": declare_dependency,
    "custom_target": custom_target,
    "configure_file": configure_file,
    "vcs_tag": vcs_tag,
    "generator": _generator,
    "files": _files,
    "install_data": _install,
    "install_headers": _install,
    "install_man": _install,
    "install_subdir": _install_subdir,
    "test": _test,
    "benchmark": _test,
    "add_project_arguments": _project_arguments,
    "add_global_arguments": _project_arguments,
    "add_project_link_arguments": _project_arguments,
    "add_global_link_arguments": _project_arguments,
}
"""The handlers, by name."""

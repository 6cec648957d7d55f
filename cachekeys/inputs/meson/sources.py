"""Which files of the project a value names, noted as inputs."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.includes import NATIVE_SUFFIXES
from cachekeys.inputs.meson.values import File, Object, Value, flat, texts
from cachekeys.inputs.texts import UNKNOWN, expand, is_known

if TYPE_CHECKING:
    from cachekeys.inputs.meson.interpreter import Interpreter
    from cachekeys.inputs.model import Affects, Confidence, Role

__all__ = [
    "SCRIPTS",
    "SOURCES",
    "copied",
    "group",
    "include_paths",
    "mentioned",
    "note_directory",
    "note_files",
    "paths",
    "role_of",
]

SCRIPTS = (".py", ".sh", ".pl", ".bat", ".ps1", ".rb", ".js", ".lua", ".awk")
SOURCES = (*NATIVE_SUFFIXES, ".vala", ".vapi", ".java", ".cs", ".pyx.in", ".proto", ".ui", ".qrc", ".xml", ".wit")
_CONFIGURED = (
    ".in",
    ".tmpl",
    ".template",
    ".jinja",
    ".j2",
    ".mako",
    ".cmake",
    ".txt",
    ".json",
    ".toml",
    ".cfg",
    ".map",
    ".sym",
    ".ver",
)


def role_of(path: str) -> Role:
    """Return which part a file plays, judged by its name."""
    lower = path.lower()
    if lower.endswith(SCRIPTS):
        return "build-script"
    return "native-source" if lower.endswith(NATIVE_SUFFIXES) else "build-config"


def paths(m: Interpreter, value: Value) -> list[str]:
    """Return the paths, relative to the top project, that texts and files in *value* name; also such with unknown parts."""
    found = []
    for item in flat(value):
        path = item.path if isinstance(item, File) else m.resolve(item) if isinstance(item, str) else None
        if path is not None:
            found.append(path)
    return found


def note_files(
    m: Interpreter,
    value: Value,
    verb: str,
    *,
    role: Role | None = None,
    affects: Affects | None = None,
    confidence: Confidence = "certain",
) -> list[str]:
    """Note the files that *value* names and return those of the project; an object gives what it was made from.

    :param verb: completes "meson.build ..." ("compiles it").
    :param role: what the name tells, when not given.
    """
    found: dict[str, None] = {}
    for item in flat(value):
        if isinstance(item, Object):
            found.update(dict.fromkeys(item.sources))
            continue
        for path in paths(m, item):
            for name, sureness in _existing(m, path, confidence):
                found[name] = None
                m.note(name, m.seen(role or role_of(name), verb, affects=affects, confidence=sureness))
    return list(found)


def _existing(m: Interpreter, path: str, confidence: Confidence) -> list[tuple[str, Confidence]]:
    """Return the present files for a path; a wholly unknown name would claim everything in the directory."""
    if is_known(path):
        return [(path, confidence)] if m.project.is_file(path) else []
    if posixpath.basename(path).strip(".") == UNKNOWN:
        return []
    return [(name, "possible") for name in expand(m.project, path)]


def mentioned(m: Interpreter, value: Value, verb: str) -> list[str]:
    """Note the files of the project among the texts of *value*, when they look like something that a build reads."""
    found: list[str] = []
    for item in flat(value):
        if isinstance(item, str) and not (is_known(item) and item.lower().endswith((*SOURCES, *SCRIPTS, *_CONFIGURED))):
            continue
        found += note_files(m, item, verb, confidence="certain" if isinstance(item, File) else "likely")
    return found


def group(m: Interpreter, sources: list[str], includes: list[str]) -> None:
    """Remember that *sources* are compiled together with the include directories *includes*."""
    if sources:
        key = tuple(dict.fromkeys((*includes, *m.project_includes)))
        m.groups.setdefault(key, {}).update(dict.fromkeys(sources))


def include_paths(m: Interpreter, value: Value) -> list[str]:
    """Return the include directories in *value*: objects, or texts relative to the current directory."""
    found: dict[str, None] = {}
    for item in flat(value):
        if isinstance(item, Object):
            found.update(dict.fromkeys(item.includes))
        elif isinstance(item, str):
            path = m.resolve(item)
            if path is not None and is_known(path) and m.project.is_dir(path):
                found[path] = None
    return list(found)


def copied(m: Interpreter, value: Value, keywords: dict[str, Value]) -> None:
    """Note files that are installed, if that gets them into the wheel; data may as well be found beside the module."""
    if not is_packed(m, keywords):
        return
    for item in flat(value):
        if isinstance(item, Object):
            continue
        for path in paths(m, item):
            for name, sureness in _existing(m, path, "certain"):
                m.note(name, m.seen("dynamic-file", "installs it", affects="contents", confidence=sureness))


def is_packed(m: Interpreter, keywords: dict[str, Value]) -> bool:
    """Tell whether something with these keywords is installed by the tags that the wheel takes."""
    tag = keywords.get("install_tag")
    return not m.tags or not isinstance(tag, str) or tag in m.tags


def note_directory(m: Interpreter, value: Value, keywords: dict[str, Value]) -> None:
    """Note everything in a directory that is installed as a whole, but for what is excluded by its path in the directory."""
    if not is_packed(m, keywords):
        return
    from cachekeys.inputs.selection import selected  # few projects install directories

    files = set(texts(keywords.get("exclude_files", [])))
    directories = tuple(f"{text}/" for text in texts(keywords.get("exclude_directories", [])))
    for path in paths(m, value):
        if not is_known(path) or not m.project.is_dir(path):
            continue
        start = 0 if path == "." else len(path) + 1
        for kind, what in selected(
            m.project,
            path,
            lambda name, start=start: name[start:] in files or name[start:].startswith(directories),  # type: ignore[misc]
        ):
            seen = m.seen("dynamic-file", "installs the directory", affects="contents")
            if kind == "file":
                m.note(what, seen)
            else:
                m.globs.setdefault(what, seen)

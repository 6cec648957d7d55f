"""Subprojects in the tree, wrap files, and dependencies that fall back to them.

A wrap file names where a subproject comes from. All of them are read as soon as a project has any (Meson 1.11,
``wrap/wrap.py``). The sources of a subproject that is not in the tree are downloaded: they change only with the wrap
file, with the patches that it names, and with files in ``packagefiles``.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import everything_below
from cachekeys.inputs.meson.cmake_module import configure
from cachekeys.inputs.meson.options import split_setting
from cachekeys.inputs.meson.programs import is_switched_off
from cachekeys.inputs.meson.scope import Scope, Seen
from cachekeys.inputs.meson.values import ANY, Object, Value, flat, merged, texts
from cachekeys.inputs.model import Origin
from cachekeys.inputs.texts import is_known

if TYPE_CHECKING:
    from cachekeys.inputs.meson.interpreter import Interpreter

__all__ = ["dependency", "load_wraps", "subproject"]

MAX_SUBPROJECTS = 60


def load_wraps(m: Interpreter) -> None:
    """Note the wrap files of the current project, and the patches that they name."""
    directory = posixpath.join(m.scope.root, m.subproject_dir)
    if not m.project.is_dir(directory):
        return
    for path in m.project.files_below(f"{directory}/"):
        if path.endswith(".wrap") and path.count("/") == directory.count("/") + 1:
            m.note(path, m.seen("build-config", "has this subproject", affects="code"))
            _read_wrap(m, path, directory)


def _read_wrap(m: Interpreter, path: str, directory: str) -> None:
    """Note what a wrap file names, and remember what it provides."""
    name = posixpath.basename(path).removesuffix(".wrap")
    info, provided = _sections(m.project.read_text(path) or "")
    directory_name, method = info.get("directory", name), info.get("method")
    packagefiles = posixpath.join(directory, "packagefiles")
    if m.project.is_dir(posixpath.join(m.subproject_dir, directory_name)):
        info = {}  # it is unpacked and patched already
    # Not downloaded yet: whether it will be depends on what the machine has
    seen = Seen("build-config", "code", f"{path} names it", Origin(path, 1), "likely", (m.place, *m.chain))
    local = [text.strip() for text in info.get("diff_files", "").split(",")]
    local += [info.get(f"{kind}_filename", "") for kind in ("source", "patch") if f"{kind}_url" not in info]
    for text in local:
        file = posixpath.normpath(posixpath.join(packagefiles, text))
        if text and m.project.is_file(file):
            m.note(file, seen)
    patched = posixpath.normpath(posixpath.join(packagefiles, info.get("patch_directory", "")))
    if info.get("patch_directory") and m.project.is_dir(patched):
        m.globs.setdefault(everything_below(patched), seen)
    m.overrides.setdefault(f"\0dir:{name}", directory_name)
    if method == "cmake":
        m.overrides.setdefault(f"\0cmake:{name}", True)
    for dependency_name, variable in provided.items():
        if dependency_name == "dependency_names":
            for text in variable.split(","):
                m.overrides.setdefault(f"\0wrap:{text.strip()}", (name, ""))
        elif dependency_name != "program_names":
            m.overrides.setdefault(f"\0wrap:{dependency_name}", (name, variable))


def _sections(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return what a wrap file says about itself, and what it provides."""
    info: dict[str, str] = {}
    provided: dict[str, str] = {}
    current = info
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if line.startswith("["):
            current = provided if line.strip() == "[provide]" else info
        elif equals and not line.startswith(("#", ";")):
            current.setdefault(key.strip(), value.strip())
    return info, provided


def subproject(m: Interpreter, positional: list[Value], keywords: dict[str, Value]) -> Value:
    """``subproject()``: what it defines, when its directory is in the tree."""
    if is_switched_off(keywords):
        return Object("subproject", data={"found": False})
    found = [_enter(m, name, keywords) for name in texts(positional[:1]) if is_known(name)]
    return merged(found) if found else Object("subproject")


def _enter(m: Interpreter, name: str, keywords: dict[str, Value]) -> Object:
    if name in m.subprojects:
        return m.subprojects[name]
    result = m.subprojects[name] = Object("subproject", name)
    override = m.overrides.get(f"\0dir:{name}")
    top = m.subproject_dir
    candidates = [posixpath.join(top, override if isinstance(override, str) else name), posixpath.join(top, name)]
    root = next((path for path in candidates if m.project.is_file(f"{path}/meson.build")), None)
    if root is None and f"\0cmake:{name}" in m.overrides:
        configure(m, override if isinstance(override, str) else name, {})
    if root is None or len(m.subprojects) > MAX_SUBPROJECTS:
        return result
    marker = posixpath.join(root, ".meson-subproject-wrap-hash.txt")
    if m.project.is_file(marker):
        m.note(marker, m.seen("build-config", "has this subproject", affects="code"))
    outer, affects, undecided, includes = m.scope, m.affects, m.undecided, m.project_includes
    m.scope, m.affects, m.undecided, m.project_includes = Scope(root, subproject=name), "code", 0, {}
    for text in texts(keywords.get("default_options", [])):
        key, value = split_setting(text)
        m.settings.setdefault(f"{name}:{key}", value)
    m.enter("", f"{m.file} builds this subproject")
    result.data["names"] = m.scope.names
    m.scope, m.affects, m.undecided, m.project_includes = outer, affects, undecided, includes
    m.signal = ""
    return result


def dependency(m: Interpreter, positional: list[Value], keywords: dict[str, Value]) -> Value:
    """``dependency()``: from the machine, or from a subproject in the tree that provides it."""
    found: list[Value] = []
    if is_switched_off(keywords):
        return Object("dependency", data={"found": False})
    for name in texts(positional):
        if f"\0dep:{name}" in m.overrides:
            return m.overrides[f"\0dep:{name}"]
    fallback = texts(keywords.get("fallback", []))
    candidates = [(fallback[0], "".join(fallback[1:2]))] if fallback else []
    for name in texts(positional):
        candidates += [m.overrides[f"\0wrap:{name}"]] if f"\0wrap:{name}" in m.overrides else []
        candidates += [(name, "")] if f"\0dir:{name}" in m.overrides else []
    for name, variable in candidates:
        if not is_known(name) or keywords.get("allow_fallback") is False:
            continue
        names = _enter(m, name, keywords).data.get("names", {})
        if variable in names:
            found.append(names[variable])
        found += [m.overrides[f"\0dep:{text}"] for text in texts(positional) if f"\0dep:{text}" in m.overrides]
        break
    includes = [directory for item in flat(found) if isinstance(item, Object) for directory in item.includes]
    sources = [source for item in flat(found) if isinstance(item, Object) for source in item.sources]
    name = next(iter(texts(positional)), "")
    return Object("dependency", name, sources=tuple(sources), includes=tuple(includes), data={"found": ANY})

"""Extension modules as build inputs: sources, what they depend on, and what these include."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from cachekeys.inputs.includes import NATIVE_SUFFIXES, follow
from cachekeys.inputs.model import BuildInput, Detected, Origin
from cachekeys.inputs.setup_script import analyse_script
from cachekeys.inputs.texts import UNKNOWN, as_glob, expand, is_known, project_path
from cachekeys.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Confidence
    from cachekeys.inputs.setup_script import Script
    from cachekeys.inputs.setup_script.facts import Native
    from cachekeys.project import Project

__all__ = ["extension_inputs", "included_inputs"]

_GENERATED_FROM = (
    ".pyx",
    ".pyx.in",
    ".pyx.tp",
    ".py",
    ".c.in",
    ".c.src",
    ".i",
    ".swg",
    ".y",
    ".l",
    ".ll",
    ".yy",
    ".cpp.in",
    ".proto",
    ".pyf",
)
"""Endings of what a missing ``.c`` or ``.cpp`` may be made from, the likeliest first."""


@dataclass(slots=True)
class _Found:
    """Sources with the place that names them, globs, and include directories."""

    files: dict[str, tuple[Origin, str, Confidence]] = field(default_factory=dict)
    globs: dict[str, tuple[Origin, str, Confidence]] = field(default_factory=dict)
    include_dirs: list[str] = field(default_factory=list)


def extension_inputs(project: Project) -> Iterator[Detected]:
    """Yield the inputs of all extension modules of a setuptools project."""
    found = _Found()
    script = analyse_script(project)
    if script is not None:
        for native in script.facts.natives:
            _from_native(project, script, native, found)
        found.include_dirs += script.facts.include_dirs
        for read in script.facts.reads.values():
            if read.action in {"source", "run"} and read.path.lower().endswith(NATIVE_SUFFIXES):
                for path in expand(project, read.path):
                    place = Origin(script.file, read.place.within(script.file))
                    # headers may be listed for packaging alone; whatever is compiled reads its includes
                    if read.action == "source":
                        found.files.setdefault(path, (place, f"{script.file} hands it to {read.detail}()", "likely"))
                    elif read.action == "run":
                        found.files.setdefault(path, (place, f"{script.file} hands it to {read.detail}", "certain"))
    _from_pyproject(project, found)
    for path, (origin, why, confidence) in found.files.items():
        yield BuildInput("file", path, "native-source", why, origin, "code", confidence)
    for glob, (origin, why, confidence) in found.globs.items():
        yield BuildInput("files", glob, "native-source", why, origin, "code", confidence)
    yield from included_inputs(project, list(found.files), found.include_dirs)


def included_inputs(project: Project, sources: list[str], include_dirs: list[str]) -> Iterator[BuildInput]:
    """Yield every file that *sources* include, directly or not."""
    for item in follow(project, sources, include_dirs):
        yield BuildInput(
            "file",
            item.path,
            "native-source",
            f"{item.by} includes it",
            Origin(item.by, item.line),
            "code",
            item.confidence,
        )


def _from_native(project: Project, script: Script, native: Native, found: _Found) -> None:
    from cachekeys.inputs.setup_script.values import alternatives  # projects with extensions only

    origin = Origin(script.file, native.place.within(script.file))
    attributes = native.instance.attributes
    for value in _flat(attributes.get("include_dirs")):
        path = _path(value)
        if path is not None:
            found.include_dirs.append(path)
    kind = native.kind.rpartition(".")[2]
    for name in ("sources", "depends", "extra_objects", "include_files", "headers"):
        for value in _flat(attributes.get(name)):
            for option in alternatives(value):
                path = _path(option)
                if path is not None:
                    _add(project, found, path, origin, f"{script.file} names it in {name} of {kind}()")


def _flat(value: Any, depth: int = 4) -> Iterator[Any]:
    """Yield the elements of nested lists and choices."""
    from cachekeys.inputs.setup_script.values import Choice  # projects with extensions only

    if isinstance(value, (list, tuple, set)) and depth:
        for item in value:
            yield from _flat(item, depth - 1)
    elif isinstance(value, Choice) and depth:
        for item in value.options:
            yield from _flat(item, depth - 1)
    elif value is not None:
        yield value


def _path(value: Any) -> str | None:
    from cachekeys.inputs.setup_script.values import PathValue, as_text  # projects with extensions only

    return project_path(as_text(value)) if isinstance(value, (str, PathValue)) else None


def _add(project: Project, found: _Found, path: str, origin: Origin, why: str) -> None:
    """Add a source path, which may hold unknown parts or glob characters (``cythonize`` expands them)."""
    if not is_known(path) or any(c in path for c in "*?["):
        matches = [name for name in expand(project, path) if name.lower().endswith((*NATIVE_SUFFIXES, ".py"))]
        if not matches:
            return
        sure: Confidence = "certain" if is_known(path) else "possible"
        glob = as_glob(path) if not is_known(path) else path
        if not glob.endswith("/*"):  # a wholly unknown name would claim everything in the directory
            found.globs.setdefault(glob, (origin, why, sure))
        for match in matches:
            found.files.setdefault(match, (origin, why, sure))
        return
    if project.is_file(path):
        found.files.setdefault(path, (origin, why, "certain"))
        _twin(project, found, path, origin)
        return
    stem = posixpath.splitext(path)[0]
    for suffix in _GENERATED_FROM:
        if project.is_file(stem + suffix):
            found.files.setdefault(
                stem + suffix, (origin, f"{why} as {posixpath.basename(path)}, which is made from it", "certain")
            )
            return


def _twin(project: Project, found: _Found, path: str, origin: Origin) -> None:
    """Add the template that a ``.pyx`` in the tree is made from."""
    for suffix in (".in", ".tp", ".src"):
        if path.endswith((".pyx", ".c", ".cpp", ".h")) and project.is_file(path + suffix):
            found.files.setdefault(path + suffix, (origin, f"{path} is made from it", "likely"))


def _from_pyproject(project: Project, found: _Found) -> None:
    modules = project.get("tool", "setuptools", "ext-modules", default=[])
    for index, module in enumerate(modules if isinstance(modules, list) else []):
        if not isinstance(module, dict) or project.pyproject is None:
            continue
        for key in ("include-dirs", "sources", "depends"):
            values = module.get(key)
            line = project.pyproject.position("tool", "setuptools", "ext-modules", index, key).line
            for value in values if isinstance(values, list) else []:
                path = project_path(value) if isinstance(value, str) and UNKNOWN not in value else None
                if path is None:
                    continue
                if key == "include-dirs":
                    found.include_dirs.append(path)
                else:
                    why = f"pyproject.toml names it in {key} of an extension module"
                    _add(project, found, path, Origin("pyproject.toml", line), why)

"""Cargo's manifests: packages, workspaces with what they hand down, path dependencies, targets.

What is said here of cargo was read in its reference and checked with cargo 1.95.
"""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Any

from cachekeys.errors import TomlError
from cachekeys.inputs.dynamic import relative, strings, table, tables
from cachekeys.tomlfile import parse
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.project import Project
    from cachekeys.tomlfile import TomlFile

__all__ = ["Dependency", "Manifests", "join", "upwards"]

_DEPENDENCIES = ("dependencies", "build-dependencies", "build_dependencies")
_DEV = ("dev-dependencies", "dev_dependencies")
_OUTSIDE = "/"


@dataclass(frozen=True, slots=True)
class Dependency:
    """A dependency as one manifest names it.

    ``path`` is the manifest of a crate of the tree, None for one from a registry; ``package`` is the crate's name there.
    ``is_dev``: only tests and examples need it.
    """

    name: str
    package: str
    path: str | None
    by: str
    line: int
    is_optional: bool
    is_dev: bool
    features: tuple[str, ...]
    default_features: bool


def join(*parts: str) -> str:
    """Join and normalise path parts; "" for the project directory."""
    path = posixpath.normpath(posixpath.join(*parts)) if any(parts) else ""
    return "" if path == "." else path


def upwards(project: Project, directory: str) -> list[str]:
    """Return *directory* and those above it: up to the project's, and further up to the top of its git checkout."""
    found = [directory]
    current = directory
    while current and not current.startswith("..") and not current.startswith(_OUTSIDE):
        current = posixpath.dirname(current)
        found.append(current)
    if current.startswith(_OUTSIDE):
        return found
    above, inside = current, len(found)
    while not project.is_dir(join(above, ".git")) and not project.is_file(join(above, ".git")):
        above = join(above, "..")
        if above.count("..") > 12 or not project.is_dir(above):  # noqa: PLR2004 - deeper than any checkout
            return found[:inside]  # no checkout: what lies above belongs to the machine
        found.append(above)
    return found


class Manifests:
    """The manifests of a project, each parsed once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._documents: dict[str, TomlFile | None] = {}
        self._workspaces: dict[str, str | None] = {}

    def read(self, path: str) -> TomlFile | None:
        """Return a parsed file, None when it is absent or no TOML."""
        if path not in self._documents:
            raw = self.project.read_bytes(path)
            try:
                self._documents[path] = None if raw is None else parse(path, raw)
            except TomlError:
                self._documents[path] = None
        return self._documents[path]

    def inside(self, path: str) -> str:
        """Return a path that leads out of the project and back in again (``../name/x``) as the one inside."""
        if not path.startswith("../"):
            return path
        return os.path.relpath(self.project.path(path), self.project.root).replace(os.sep, "/")

    # -- workspaces ------------------------------------------------------------------------------------------------

    def workspace(self, manifest: str) -> str | None:
        """Return the manifest of the workspace that a crate belongs to, None when it has none or is its root."""
        if manifest not in self._workspaces:
            self._workspaces[manifest] = self._find_workspace(manifest)
        return self._workspaces[manifest]

    def _find_workspace(self, manifest: str) -> str | None:
        document = self.read(manifest)
        if document is None or isinstance(document.get("workspace"), dict):
            return None
        base = posixpath.dirname(manifest)
        named = relative(self.project, document.get("package", "workspace"), base)
        if named is not None:
            return posixpath.normpath(posixpath.join(named, "Cargo.toml"))
        for directory in upwards(self.project, base)[1:]:
            candidate = join(directory, "Cargo.toml")
            above = self.read(candidate)
            if above is None or not isinstance(above.get("workspace"), dict):
                continue
            if _is_below(base, _excluded(above, directory)):
                return None
            return candidate
        return None

    def members(self, workspace: str) -> list[tuple[str, int]]:
        """Return the manifests of a workspace's members, with the line that lists them: cargo reads them all."""
        document = self.read(workspace)
        base = posixpath.dirname(workspace)
        found: dict[str, int] = {}
        for index, text in strings(document.get("workspace", "members") if document else None):
            line = document.position("workspace", "members", index or 0).line if document else 1
            pattern = join(base, text)
            if any(char in text for char in "*?["):
                names = [name for name in self.project.files if name.endswith("/Cargo.toml")]
                excluded = _excluded(document, base)
                places = [(name, posixpath.dirname(name)) for name in names]
                matched = [name for name, at in places if _matches(at, pattern) and not _is_below(at, excluded)]
            else:
                matched = [self.inside(join(pattern, "Cargo.toml"))]
            found.update({name: line for name in matched if self.project.is_file(name)})
        return list(found.items())

    # -- packages --------------------------------------------------------------------------------------------------

    def field(self, manifest: str, *path: str) -> tuple[Any, str]:
        """Return a field of ``[package]`` and the manifest that it comes from: the workspace's when it is inherited."""
        document = self.read(manifest)
        value = document.get("package", *path) if document else None
        if table(value).get("workspace") is True:
            workspace = self.workspace(manifest) or manifest
            shared = self.read(workspace)
            return (shared.get("workspace", "package", *path) if shared else None), workspace
        return value, manifest

    def dependencies(self, manifest: str) -> Iterator[Dependency]:
        """Yield what a crate depends on, for any platform, and the crates that patches name."""
        document = self.read(manifest)
        for path in _dependency_tables(document) if document else ():
            for name, specification in table(document.get(*path) if document else None).items():
                settings = table(specification)
                base = manifest
                if settings.get("workspace") is True:
                    base = self.workspace(manifest) or manifest
                    shared = self.read(base)
                    inherited = table(shared.get("workspace", "dependencies", name) if shared else None)
                    settings = _inherited(settings, inherited)
                directory = relative(self.project, settings.get("path"), posixpath.dirname(base))
                target = None if directory is None else self.inside(join(directory, "Cargo.toml"))
                if target is not None and not self.project.is_file(target):
                    continue
                yield Dependency(
                    name,
                    str(settings.get("package", name)),
                    target,
                    manifest,
                    document.position(*path, name).line if document else 1,
                    is_optional=settings.get("optional") is True or path[0] in {"patch", "replace"},
                    is_dev=path[-1] in _DEV,
                    features=tuple(text for _, text in strings(settings.get("features"))),
                    default_features=settings.get("default-features", settings.get("default_features")) is not False,
                )

    def targets(self, manifest: str, *, binaries: bool) -> list[str]:
        """Return the root files of what cargo compiles for a package: its library, or its programs.

        :param binaries: whether the programs are wanted; they are the only thing there is without a library.
        """
        document = self.read(manifest)
        if document is None:
            return []
        base = posixpath.dirname(manifest)
        named = relative(self.project, document.get("lib", "path"), base)
        library = named if named is not None else join(base, "src/lib.rs")
        found = [library] if self.project.is_file(library) else []
        if found and not binaries:
            return found
        programs = [relative(self.project, target.get("path"), base) for _, target in tables(document.get("bin"))]
        found += [path for path in programs if path is not None and self.project.is_file(path)]
        if document.get("package", "autobins", default=True) is not False:
            directory = join(base, "src/bin")
            candidates = [join(base, "src/main.rs")]
            if self.project.is_dir(directory):
                for path in self.project.files_below(f"{directory}/"):
                    rest = path.removeprefix(f"{directory}/")
                    if (rest.endswith(".rs") and "/" not in rest) or rest.endswith("/main.rs"):
                        candidates.append(path)
            found += [path for path in candidates if self.project.is_file(path)]
        return list(dict.fromkeys(found))

    def build_scripts(self, manifest: str) -> list[tuple[str, int]]:
        """Return the build scripts of a package, with the line that names them."""
        document = self.read(manifest)
        if document is None or document.get("package", "build") is False:
            return []
        value = document.get("package", "build")
        line = document.position("package", "build").line if value is not None else document.position("package").line
        names = [text for _, text in strings(value)] or ["build.rs"]
        found = [relative(self.project, name, posixpath.dirname(manifest)) for name in names]
        return [(name, line) for name in found if name is not None and self.project.is_file(name)]


def _excluded(workspace: TomlFile | None, directory: str) -> list[str]:
    """Return the directories that a workspace in *directory* leaves out; what it lists without a pattern is in all the same."""
    return [join(directory, text) for _, text in strings(workspace.get("workspace", "exclude") if workspace else None)]


def _is_below(directory: str, places: list[str]) -> bool:
    return any(directory == place or directory.startswith(f"{place}/") for place in places)


def _inherited(own: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """Return a dependency that takes over what the workspace says; features add up."""
    both = {**shared, **{key: value for key, value in own.items() if key != "workspace"}}
    both["features"] = [text for settings in (shared, own) for _, text in strings(settings.get("features"))]
    return both


def _dependency_tables(document: TomlFile) -> list[tuple[str, ...]]:
    kinds = (*_DEPENDENCIES, *_DEV)
    found: list[tuple[str, ...]] = [(kind,) for kind in kinds]
    found += [("target", target, kind) for target in table(document.get("target")) for kind in kinds]
    found += [("patch", source) for source in table(document.get("patch"))]
    return [*found, ("replace",)]


def _matches(directory: str, pattern: str) -> bool:
    from fnmatch import fnmatchcase  # only workspaces with patterns

    names, parts = directory.split("/"), pattern.split("/")
    if "**" in parts:
        return fnmatchcase(directory, pattern)
    return len(names) == len(parts) and all(fnmatchcase(n, p) for n, p in zip(names, parts, strict=True))

"""What cargo reads to compile a crate, found in its manifests: nothing is run.

The manifest, the workspace it belongs to, crates of the same tree that it depends on by path, the lock file, build
scripts, sources, and the configuration that cargo and rustup look up in the directories above.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.errors import TomlError
from cachekeys.inputs.dynamic import everything_below, relative, table
from cachekeys.inputs.model import BuildInput, BuildOutput, Origin
from cachekeys.tomlfile import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Confidence, Detected
    from cachekeys.project import Project
    from cachekeys.tomlfile import TomlFile

__all__ = ["USUAL_MANIFESTS", "cargo_variables", "crate_inputs"]

USUAL_MANIFESTS = ("Cargo.toml", "rust/Cargo.toml", "native/Cargo.toml")
"""Where a manifest is looked for when none is named."""


_DEPENDENCIES = ("dependencies", "build-dependencies")
_TOOLCHAIN = ("rust-toolchain.toml", "rust-toolchain")
_CONFIG = (".cargo/config.toml", ".cargo/config")
_OUTSIDE = ("..", "/")


def crate_inputs(
    project: Project,
    manifest: str,
    tool: str,
    origin: Origin,
    *,
    affects: Affects = "code",
    confidence: Confidence = "certain",
) -> Iterator[Detected]:
    """Yield what *tool* makes cargo read for the crate with *manifest* (a path relative to the project)."""
    yield from _Crates(project, tool, affects, confidence).inputs(manifest, origin)


def cargo_variables(tool: str, names: tuple[str, ...], origin: Origin) -> Iterator[BuildInput]:
    """Yield the variables with which *tool* (those in *names*) or cargo changes how a crate is compiled."""
    for name in (*names, "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"):
        why = f"{tool} or cargo lets it change how the crate is compiled"
        yield BuildInput("env", name, "environment", why, origin, "code", optional=True)


class _Crates:
    """One walk over a crate and the crates that it depends on."""

    def __init__(self, project: Project, tool: str, affects: Affects, confidence: Confidence) -> None:
        self._project = project
        self._tool = tool
        self._affects = affects
        self._confidence: Confidence = confidence
        self._documents: dict[str, TomlFile | None] = {}

    def inputs(self, manifest: str, origin: Origin) -> Iterator[Detected]:
        seen = {manifest}
        pending = [(manifest, origin)]
        while pending:
            current, here = pending.pop(0)
            why = f"{self._tool} builds this crate"
            yield BuildInput("file", current, "manifest", why, here, self._affects, self._confidence)
            document = self._read(current)
            if document is None:
                continue
            yield from self._crate(current, document)
            workspace = self._workspace(current)
            if workspace is not None and workspace not in seen:
                seen.add(workspace)
                why = f"{current} belongs to this workspace"
                yield BuildInput(
                    "file", workspace, "manifest", why, Origin(current, 1), self._affects, self._confidence
                )
            for target, line in self._path_dependencies(current, document, workspace):
                if target not in seen:
                    seen.add(target)
                    pending.append((target, Origin(current, line)))
        yield from self._surroundings(manifest)

    def _crate(self, manifest: str, document: TomlFile) -> Iterator[Detected]:
        """Yield the sources and the build script of one crate."""
        base = posixpath.dirname(manifest)
        here = Origin(manifest, document.position("package").line)
        if not isinstance(document.get("package"), dict):
            return  # a virtual workspace
        script = document.get("package", "build", default="build.rs")
        name = relative(self._project, script, base)
        if name is not None and self._project.is_file(name):
            why = f"cargo runs it before it compiles {manifest}"
            yield BuildInput("file", name, "build-config", why, here, "code", self._confidence)
        directories = {"src"}
        targets = (
            [document.get("lib"), *(document.get("bin") or [])]
            if isinstance(document.get("bin", default=[]), list)
            else []
        )
        for target in targets:
            path = table(target).get("path")
            if isinstance(path, str):
                directories.add(posixpath.dirname(posixpath.normpath(path)) or ".")
        for directory in sorted(directories):
            place = relative(self._project, directory, base)
            if place is None or not self._project.is_dir(place):
                continue
            pattern = everything_below(place).removesuffix("*") + "*.rs"
            yield BuildInput("files", pattern, "native-source", "cargo compiles it", here, "code", self._confidence)

    def _path_dependencies(self, manifest: str, document: TomlFile, workspace: str | None) -> Iterator[tuple[str, int]]:
        shared = self._read(workspace) if workspace else None
        tables: list[tuple[str | int, ...]] = [(name,) for name in _DEPENDENCIES]
        tables += [("target", target, name) for target in table(document.get("target")) for name in _DEPENDENCIES]
        tables += [("patch", source) for source in table(document.get("patch"))]
        for path in tables:
            for name, specification in table(document.get(*path)).items():
                base, found = manifest, table(specification).get("path")
                if table(specification).get("workspace") is True and shared is not None and workspace is not None:
                    base, found = workspace, table(shared.get("workspace", "dependencies", name)).get("path")
                directory = relative(self._project, found, posixpath.dirname(base))
                if directory is not None:
                    target_manifest = posixpath.normpath(posixpath.join(directory, "Cargo.toml"))
                    if self._project.is_file(target_manifest):
                        yield target_manifest, document.position(*path, name).line

    def _workspace(self, manifest: str) -> str | None:
        """Return the manifest of the workspace: named by the crate, or the nearest one above inside the project."""
        document = self._read(manifest)
        if document is None or isinstance(document.get("workspace"), dict):
            return None
        named = relative(self._project, document.get("package", "workspace"), posixpath.dirname(manifest))
        if named is not None:
            return posixpath.normpath(posixpath.join(named, "Cargo.toml"))
        for directory in _upwards(posixpath.dirname(manifest))[1:]:
            candidate = posixpath.join(directory, "Cargo.toml")
            above = self._read(candidate)
            if above is not None and isinstance(above.get("workspace"), dict):
                return candidate
        return None

    def _surroundings(self, manifest: str) -> Iterator[Detected]:
        """Lock file, toolchain and configuration in the crate's directory and those above, and the target directory."""
        workspace = self._workspace(manifest) or manifest
        root = posixpath.dirname(workspace)
        lock = posixpath.join(root, "Cargo.lock")
        if self._project.is_file(lock) and self._is_committed(lock):
            why = "cargo takes the versions of all crates from it"
            yield BuildInput("file", lock, "build-config", why, Origin(workspace, 1), "code", self._confidence)
        for directory in _upwards(posixpath.dirname(manifest)):
            for names, why in ((_TOOLCHAIN, "rustup selects the compiler by it"), (_CONFIG, "cargo reads it")):
                present = [p for p in (posixpath.join(directory, name) for name in names) if self._project.is_file(p)]
                for name in present[:1]:
                    yield BuildInput("file", name, "build-config", why, Origin(manifest, 1), "code", self._confidence)
        target = everything_below(posixpath.join(root, "target"))
        yield BuildOutput(target, "cargo compiles into it", Origin(workspace, 1))

    def _is_committed(self, path: str) -> bool:
        """Tell whether git tracks it: an ignored lock file differs on every machine. Without git it counts."""
        from cachekeys.tracked import read_tracked  # only crates with a lock file pay

        tracked = read_tracked(self._project.root)
        return tracked is None or path in tracked

    def _read(self, path: str) -> TomlFile | None:
        if path not in self._documents:
            raw = self._project.read_bytes(path)
            try:
                self._documents[path] = None if raw is None else parse(path, raw)
            except TomlError:
                self._documents[path] = None
        return self._documents[path]


def _upwards(directory: str) -> list[str]:
    """Return *directory* and those above it up to the project's; only itself when it lies outside."""
    found = [directory]
    while directory and not directory.startswith(_OUTSIDE):
        directory = posixpath.dirname(directory)
        found.append(directory)
    return found

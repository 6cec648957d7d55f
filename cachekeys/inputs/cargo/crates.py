"""One walk over a crate and the crates of the same tree that it depends on."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.cargo.build_script import declared_variables, is_given_by_cargo, script_inputs
from cachekeys.inputs.cargo.features import compiled_crates
from cachekeys.inputs.cargo.manifests import Manifests, join
from cachekeys.inputs.cargo.sources import crate_files, scanned
from cachekeys.inputs.cargo.surroundings import surroundings, vendored
from cachekeys.inputs.cargo.versions import git_inputs
from cachekeys.inputs.dynamic import everything_below, relative
from cachekeys.inputs.environment import classify
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Affects, Confidence, Detected
    from cachekeys.project import Project

__all__ = ["Crates", "Features"]

_READMES = ("README.md", "README.txt", "README")
"""What cargo takes for the readme when the manifest names none, in this order."""


@dataclass(frozen=True, slots=True)
class Features:
    """The features that are asked of the first crate."""

    names: tuple[str, ...] = ()
    with_default: bool = True


class Crates:
    """What *tool* makes cargo read. ``affects`` is what the first manifest alters; ``binaries``: programs are built, too."""

    def __init__(
        self, project: Project, tool: str, affects: Affects, confidence: Confidence, *, binaries: bool
    ) -> None:
        self._project = project
        self._tool = tool
        self._affects = affects
        self._confidence: Confidence = confidence
        self._binaries = binaries
        self._manifests = Manifests(project)

    def inputs(self, manifest: str, origin: Origin, features: Features) -> Iterator[Detected]:
        """Yield the manifest, what it leads to, and what lies around it."""
        vendor = vendored(self._project, self._manifests, manifest)
        places = {name: [path for path, _ in crates] for name, crates in vendor.items()}
        is_vendored = {path: place for crates in vendor.values() for path, place in crates}
        compiled = compiled_crates(
            self._manifests, manifest, features.names, places, default_features=features.with_default
        )
        listed: set[str] = set()
        for current, dependency in compiled.items():
            if current in is_vendored:
                directory = posixpath.dirname(current)
                why = "cargo compiles this vendored crate, and checks all its files"
                what = everything_below(directory)
                yield BuildInput("files", what, "native-source", why, is_vendored[current], "code", "likely")
                continue
            here = origin if dependency is None else Origin(dependency.by, dependency.line)
            why = f"{self._tool} builds this crate" if dependency is None else f"{here.file} depends on this crate"
            affects: Affects = self._affects if dependency is None else "code"
            yield BuildInput("file", current, "manifest", why, here, affects, self._confidence)
            yield from self._package(current, self._confidence, is_first=dependency is None)
            workspace = self._manifests.workspace(current) or current
            if workspace not in listed:
                listed.add(workspace)
                yield from self._workspace(workspace, current)
        yield from self._resolved(list(compiled), listed)
        yield from self._vendor(vendor)
        yield from surroundings(self._project, self._manifests, manifest, self._confidence)

    def _resolved(self, compiled: list[str], workspaces: set[str]) -> Iterator[Detected]:
        """Yield manifests that cargo reads to resolve the dependencies, although the crates are not compiled."""
        seen = set(compiled)
        pending = [*compiled, *workspaces, *(name for path in workspaces for name, _ in self._manifests.members(path))]
        while pending:
            for dependency in self._manifests.dependencies(pending.pop(0)):
                if dependency.path is not None and dependency.path not in seen:
                    seen.add(dependency.path)
                    pending.append(dependency.path)
                    place = Origin(dependency.by, dependency.line)
                    why = "cargo reads it to resolve the dependencies"
                    yield BuildInput("file", dependency.path, "manifest", why, place, "code", "possible")

    @staticmethod
    def _vendor(vendor: dict[str, list[tuple[str, Origin]]]) -> Iterator[Detected]:
        """Yield what cargo reads of every vendored crate, whether it compiles it or not."""
        for crates in vendor.values():
            for manifest, origin in crates:
                why = "cargo lists the crates that are there"
                yield BuildInput("file", manifest, "manifest", why, origin, "code", "likely")
                checksum = join(posixpath.dirname(manifest), ".cargo-checksum.json")
                yield BuildInput("file", checksum, "build-config", why, origin, "code", "likely")

    def _workspace(self, workspace: str, member: str) -> Iterator[Detected]:
        """Yield the manifest of the workspace and, since cargo reads them all, those of its other members."""
        if workspace != member:
            why = f"{member} belongs to this workspace"
            yield BuildInput("file", workspace, "manifest", why, Origin(member, 1), self._affects, self._confidence)
        for name, line in self._manifests.members(workspace):
            why = "cargo reads the manifests of all members of the workspace"
            yield BuildInput("file", name, "manifest", why, Origin(workspace, line), "code", "possible")

    def _package(self, manifest: str, confidence: Confidence, *, is_first: bool) -> Iterator[Detected]:
        """Yield the build script and the sources of one package, and what the first one says about itself."""
        document = self._manifests.read(manifest)
        if document is None or not isinstance(document.get("package"), dict):
            return  # a virtual workspace
        package = posixpath.dirname(manifest)
        given: set[str] = set()
        for script, line in self._manifests.build_scripts(manifest):
            why = f"cargo runs it before it compiles {manifest}"
            yield BuildInput("file", script, "build-config", why, Origin(manifest, line), "code", confidence)
            built = [item.features for item in self._manifests.dependencies(manifest) if item.package == "built"]
            features = [feature for asked in built for feature in asked]
            yield from script_inputs(self._project, script, package, confidence, features)
            given |= declared_variables(self._project, script)
        here = Origin(manifest, document.position("package").line)
        for root in self._manifests.targets(manifest, binaries=is_first and self._binaries):
            yield BuildInput("file", root, "native-source", "cargo compiles it", here, "code", confidence)
            yield from self._sources(root, package, given, confidence)
        if is_first and self._tool == "maturin":
            yield from self._described(manifest)

    def _described(self, manifest: str) -> Iterator[Detected]:
        """Yield what maturin takes over from the manifest (1.16): the licence file, and the readme that ``[project]`` leaves to it."""
        directory = posixpath.dirname(manifest)
        fields = ["license-file"]
        if self._project.get("project") is None or "readme" in self._project.dynamic:
            fields.append("readme")
        for field in fields if manifest else ():
            value, source = self._manifests.field(manifest, field)
            if field == "readme" and (value is None or value is True):  # cargo looks for the usual names
                value = next((name for name in _READMES if self._project.is_file(join(directory, name))), None)
                source = manifest
            name = relative(self._project, value, posixpath.dirname(source))
            if name is not None and self._project.is_file(name):
                why = f"maturin takes the {field.removesuffix('-file')} from it"
                where = Origin(source, 1)
                yield BuildInput("file", name, "dynamic-file", why, where, "metadata", self._confidence)

    def _sources(self, root: str, package: str, given: set[str], confidence: Confidence) -> Iterator[Detected]:
        yield from self._code(root, given)
        for file in crate_files(self._project, root, package):
            chain = (Origin(file.by, file.line), *(Origin(*step) for step in file.chain)) if file.chain else ()
            place = Origin(file.by, file.line)
            if file.kind == "directory":
                what, why = everything_below(file.path), f"{file.by} compiles in what is there"
                yield BuildInput("files", what, "native-source", why, place, "code", "likely", chain=chain)
                continue
            why = f"{file.by} includes it"
            yield BuildInput("file", file.path, "native-source", why, place, "code", confidence, chain=chain)
            if file.kind == "module":
                yield from self._code(file.path, given)

    def _code(self, path: str, given: set[str]) -> Iterator[BuildInput]:
        """Yield what macros in a source take from the environment and from git."""
        for macro, line in scanned(self._project, path).git[:1]:
            why = f"{path} is compiled with what {macro}! asks git for"
            yield from git_inputs(self._project, ("commit", "tags"), why, Origin(path, line))
        for name, line in scanned(self._project, path).variables:
            kind = classify(name)
            if name not in given and not is_given_by_cargo(name) and kind not in {"speed", "session"}:
                why = f"{path} is compiled with its value"
                yield BuildInput(
                    "env", name, "environment", why, Origin(path, line), "code", optional=kind == "toolchain"
                )

"""What cargo and rustup look up around a crate: lock file, toolchain, configuration, vendored crates."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.cargo.manifests import join, upwards
from cachekeys.inputs.dynamic import everything_below, relative, strings, table
from cachekeys.inputs.model import BuildInput, BuildOutput, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.cargo.manifests import Manifests
    from cachekeys.inputs.model import Confidence, Detected
    from cachekeys.project import Project

__all__ = ["surroundings", "vendored"]

_TOOLCHAIN = ("rust-toolchain.toml", "rust-toolchain")
_CONFIG = (".cargo/config.toml", ".cargo/config")


def surroundings(project: Project, manifests: Manifests, manifest: str, confidence: Confidence) -> Iterator[Detected]:
    """Yield what cargo reads beside and above the crate with *manifest*, and where it writes."""
    workspace = manifests.workspace(manifest) or manifest
    root = posixpath.dirname(workspace)
    lock = join(root, "Cargo.lock")
    if project.is_file(lock) and _is_committed(project, lock):
        why = "cargo takes the versions of all crates from it"
        yield BuildInput("file", lock, "build-config", why, Origin(workspace, 1), "code", confidence)
    toolchains = 0
    for directory in upwards(project, posixpath.dirname(manifest)):
        for name in _TOOLCHAIN:
            path = join(directory, name)
            if toolchains == 0 and project.is_file(path):
                toolchains += 1  # the nearest one counts
                why = "rustup selects the compiler by it"
                yield BuildInput("file", path, "build-config", why, Origin(manifest, 1), "code", confidence)
        for name in _CONFIG:
            path = join(directory, name)
            if project.is_file(path):
                yield BuildInput(
                    "file", path, "build-config", "cargo reads it", Origin(manifest, 1), "code", confidence
                )
                yield from _named_in_config(project, manifests, path, directory)
                break
    target = everything_below(join(root, "target"))
    yield BuildOutput(target, "cargo compiles into it", Origin(workspace, 1))


def vendored(project: Project, manifests: Manifests, manifest: str) -> dict[str, list[tuple[str, Origin]]]:
    """Return the crates in the directories that the configuration names as a source, by name: manifest and origin."""
    found: dict[str, list[tuple[str, Origin]]] = {}
    for directory in upwards(project, posixpath.dirname(manifest)):
        for path in (join(directory, name) for name in _CONFIG):
            document = manifests.read(path)
            for source, settings in table(document.get("source") if document else None).items():
                place = relative(project, table(settings).get("directory"), directory)
                if document is None or place is None or not project.is_dir(place):
                    continue
                origin = Origin(path, document.position("source", source, "directory").line)
                for file in project.files_below(f"{place}/"):
                    if file.endswith("/Cargo.toml") and file.count("/") == place.count("/") + 2:
                        name = (manifests.read(file) or document).get("package", "name")
                        found.setdefault(str(name), []).append((file, origin))
    return found


def _named_in_config(project: Project, manifests: Manifests, path: str, directory: str) -> Iterator[Detected]:
    """Yield the path overrides of a configuration; its paths start from the directory of ``.cargo``."""
    document = manifests.read(path)
    if document is None:
        return
    for index, text in strings(document.get("paths")):
        place = relative(project, text, directory)
        if place is not None and project.is_dir(place):
            origin = Origin(path, document.position("paths", index or 0).line)
            why = "cargo takes a crate from there instead"
            yield BuildInput("files", everything_below(place), "native-source", why, origin, "code", "likely")


def _is_committed(project: Project, path: str) -> bool:
    """Tell whether git tracks it: an ignored lock file differs on every machine. Without git it counts."""
    from cachekeys.tracked import tracked_files  # only crates with a lock file pay

    tracked = tracked_files(project)
    return tracked is None or path in tracked or path.startswith("../")

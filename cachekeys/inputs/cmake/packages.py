"""Package managers that CMake brings in: vcpkg's manifest by its toolchain file, Conan's by the dependency provider of cmake-conan.

vcpkg installs what ``vcpkg.json`` beside the top lists file asks for, from the registries and overlays in ``vcpkg-configuration.json``
(or in the manifest itself), whenever CMake configures with vcpkg's toolchain file (vcpkg's documentation, "Manifest mode"). With
``CMAKE_PROJECT_TOP_LEVEL_INCLUDES`` naming ``conan_provider.cmake``, the conanfile there is installed.
"""

from __future__ import annotations

import json
import posixpath
from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import everything_below
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.texts import UNKNOWN, is_known, project_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.cmake.interpreter import Interpreter
    from cachekeys.inputs.cmake.roots import Root
    from cachekeys.inputs.model import Confidence, Detected
    from cachekeys.project import Project

__all__ = ["package_inputs"]

_OVERLAYS = {"VCPKG_OVERLAY_PORTS": "overlay-ports", "VCPKG_OVERLAY_TRIPLETS": "overlay-triplets"}


def package_inputs(project: Project, root: Root, interpreter: Interpreter) -> Iterator[Detected]:
    """Yield manifests of packages, and the directories with ports and triplets of the project's own."""
    given = [text.partition("=")[2] for text, _ in root.arguments if text.startswith("--toolchain=")]
    toolchains = (*_values(root, interpreter, "CMAKE_TOOLCHAIN_FILE"), *given)
    manifest = _manifest_directory(root, interpreter)
    names_it = any("vcpkg" in text for text in toolchains)
    if names_it or any(not is_known(text) for text in toolchains):
        yield from _vcpkg(project, root, interpreter, manifest, "certain" if names_it else "likely")
    if any("conan" in text for text in _values(root, interpreter, "CMAKE_PROJECT_TOP_LEVEL_INCLUDES")):
        from cachekeys.inputs.programs import Start, program_inputs  # few builds use it

        words = ("conan", "install", root.directory)
        yield from program_inputs(Start(project, words, ".", root.origin.file, root.origin))


def _values(root: Root, interpreter: Interpreter, name: str) -> tuple[str, ...]:
    found = interpreter.assigned.get(name, ())
    return tuple(dict.fromkeys((*root.definitions.get(name, ()), *found)))


def _manifest_directory(root: Root, interpreter: Interpreter) -> str:
    for text in _values(root, interpreter, "VCPKG_MANIFEST_DIR"):
        path = project_path(text)
        if path is not None and is_known(path):
            return path
    return root.directory


def _vcpkg(
    project: Project, root: Root, interpreter: Interpreter, directory: str, confidence: Confidence
) -> Iterator[Detected]:
    directories: list[str] = []
    manifest = _in(directory, "vcpkg.json")
    if not project.is_file(manifest):
        return
    for name in (manifest, _in(directory, "vcpkg-configuration.json")):
        if not project.is_file(name):
            continue
        why = "vcpkg installs what it asks for when CMake configures"
        yield BuildInput("file", name, "build-config", why, root.origin, "code", confidence)
        document = _json(project, name)
        settings = document.get("vcpkg-configuration", document)
        for key in _OVERLAYS.values():
            listed = settings.get(key) if isinstance(settings, dict) else None
            for text in listed if isinstance(listed, list) else ():
                path = project_path(text, posixpath.dirname(name)) if isinstance(text, str) else None
                directories += [path] if path else []
    for variable in _OVERLAYS:
        for text in _values(root, interpreter, variable):
            directories += [path for part in text.split(";") if (path := project_path(part))]
    for path in dict.fromkeys(directories):
        if UNKNOWN not in path and project.is_dir(path) and path != ".":
            why = "vcpkg takes ports or triplets from it"
            yield BuildInput(
                "files", everything_below(path), "build-config", why, Origin(manifest, 1), "code", confidence
            )


def _json(project: Project, name: str) -> dict[str, object]:
    try:
        document = json.loads(project.read_text(name) or "{}")
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _in(directory: str, name: str) -> str:
    return name if directory in {"", "."} else f"{directory}/{name}"

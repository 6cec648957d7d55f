"""CMake presets: variables, the environment and files that ``cmake --preset`` takes from ``CMakePresets.json``.

Both ``CMakePresets.json`` and ``CMakeUserPresets.json`` are read, with the files that they include (cmake-presets(7)).
"""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING, Any

from cachekeys.inputs.texts import ROOT, UNKNOWN, is_known, join, known, project_path
from cachekeys.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.project import Project

__all__ = ["Presets", "read_presets"]

_FILES = ("CMakePresets.json", "CMakeUserPresets.json")
_MAX_FILES = 50
_MAX_DEPTH = 20
_MACRO = re.compile(r"\$(penv|env|vendor)?\{([^}]*)\}")


@dataclass(slots=True)
class Presets:
    """What the presets of a name come to: ``files`` that are read (with the file that includes each), variables, environment."""

    files: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    environment: set[str] = field(default_factory=set)
    toolchain: str = ""


def read_presets(project: Project, directory: str, name: str) -> Presets:
    """Return what the configure preset *name* of the source directory *directory* sets, inherited values included."""
    found = Presets()
    presets: dict[str, tuple[dict[str, Any], str]] = {}
    for file in _FILES:
        path = posixpath.normpath(posixpath.join(directory, file))
        if project.is_file(path):
            found.files[path] = ""
    for path in found.files.copy():
        _read(project, path, found, presets, directory)
    for preset, file in _inherited(presets, name, 0):
        _apply(preset, file, directory, found)
    return found


def _read(
    project: Project, path: str, found: Presets, presets: dict[str, tuple[dict[str, Any], str]], directory: str
) -> None:
    """Take the presets of one file and of those that it includes."""
    try:
        document = json.loads(project.read_text(path) or "{}")
    except (ValueError, RecursionError):
        return
    if not isinstance(document, dict):
        return
    for name in document.get("include", []) if isinstance(document.get("include"), list) else []:
        if not isinstance(name, str) or len(found.files) >= _MAX_FILES:
            continue
        text = _expanded(name, path, directory, found)
        other = project_path(join(f"{ROOT}/{posixpath.dirname(path)}", text))
        if other is not None and is_known(other) and project.is_file(other) and other not in found.files:
            found.files[other] = path
            _read(project, other, found, presets, directory)
    listed = document.get("configurePresets")
    for preset in listed if isinstance(listed, list) else []:
        if isinstance(preset, dict) and isinstance(preset.get("name"), str):
            presets.setdefault(preset["name"], (preset, path))


def _inherited(
    presets: dict[str, tuple[dict[str, Any], str]], name: str, depth: int
) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield a preset and what it inherits, what takes precedence first."""
    if name not in presets or depth > _MAX_DEPTH:
        return
    preset, file = presets[name]
    yield preset, file
    parents = preset.get("inherits", [])
    for parent in [parents] if isinstance(parents, str) else parents if isinstance(parents, list) else []:
        if isinstance(parent, str):
            yield from _inherited(presets, parent, depth + 1)


def _apply(preset: dict[str, Any], file: str, directory: str, found: Presets) -> None:
    variables = preset.get("cacheVariables")
    for name, value in variables.items() if isinstance(variables, dict) else ():
        text = value.get("value") if isinstance(value, dict) else value
        if isinstance(text, bool):
            text = "TRUE" if text else "FALSE"
        if isinstance(text, str):
            found.variables.setdefault(name, _expanded(text, file, directory, found))
    toolchain = preset.get("toolchainFile")
    if isinstance(toolchain, str) and not found.toolchain:
        found.toolchain = _expanded(toolchain, file, directory, found)
    environment = preset.get("environment")
    for value in environment.values() if isinstance(environment, dict) else ():
        if isinstance(value, str):
            _expanded(value, file, directory, found)


def _expanded(text: str, file: str, directory: str, found: Presets) -> str:
    """Replace ``${sourceDir}``, ``$env{NAME}`` and the other macros; note the variables of the environment."""
    top = ROOT if directory in {"", "."} else f"{ROOT}/{directory}"
    macros = {
        "sourceDir": top,
        "sourceParentDir": posixpath.dirname(top) or UNKNOWN,
        "sourceDirName": posixpath.basename(directory) or UNKNOWN,
        "fileDir": posixpath.normpath(posixpath.join(ROOT, posixpath.dirname(file))),
        "dollar": "$",
        "pathListSep": ":",
    }

    def macro(match: re.Match[str]) -> str:
        if match[1]:
            if match[1] != "vendor":
                found.environment.add(match[2])
            return UNKNOWN
        return macros.get(match[2], UNKNOWN)

    return _MACRO.sub(macro, known(text))

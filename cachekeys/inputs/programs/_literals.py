"""Build descriptions written in Python (SConstruct, wscript): the files and variables that they name, and what the files include."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.inputs.dynamic import uv_glob
from cachekeys.inputs.includes import NATIVE_SUFFIXES, follow
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.inputs.scripts import named_variables
from cachekeys.inputs.texts import UNKNOWN, expand, project_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected, Role
    from cachekeys.inputs.programs import Start

__all__ = ["described_by"]

_TEXT = r"""["']([#\w./*?+-][\w ./*?+-]{0,200})["']"""
_MAX_FILES = 200


def described_by(start: Start, first: str, names: tuple[str, ...]) -> Iterator[Detected]:
    """Yield the description *first*, those that it enters (files of one of *names*), and what their texts name."""
    tool = start.program
    pending, seen, sources = [first], {first}, list[str]()
    yield from start.file(first, f"{tool} builds what it describes", "build-script")
    while pending and len(seen) < _MAX_FILES:
        current = pending.pop(0)
        here = posixpath.dirname(current)
        origin = Origin(current, 1)
        yield from named_variables(start.project, [current], confidence="likely")
        text = re.sub(r"(?m)#(?![\w./]*[\"']).*$", "", start.project.read_text(current) or "")
        for word in dict.fromkeys(piece for found in re.findall(_TEXT, text) for piece in found.split()):
            path = project_path(word.lstrip("#/"), "" if word.startswith("#") else here)
            if path is None or UNKNOWN in path or path.startswith("../"):
                continue
            if "*" in path or "?" in path:
                matches = [name for name in expand(start.project, path) if name.lower().endswith(NATIVE_SUFFIXES)]
                sources += matches
                if matches and not path.startswith("*"):
                    why = f"{current} lists the files that match it"
                    yield BuildInput("files", uv_glob(path), "native-source", why, origin, "code", "likely")
                continue
            inner = [path, *(posixpath.join(path, name) for name in names)]
            entered = next((name for name in inner if posixpath.basename(name) in names), None)
            for name in inner:
                if name in seen or not start.project.is_file(name):
                    continue
                seen.add(name)
                if name == entered or posixpath.basename(name) in names:
                    pending.append(name)
                native = name.lower().endswith(NATIVE_SUFFIXES)
                sources += [name] if native else []
                role: Role = "native-source" if native else "build-config"
                chain = (origin, start.origin, *start.chain)
                yield BuildInput("file", name, role, f"{current} names it", origin, "code", "likely", chain=chain)
    for found in follow(start.project, sources):
        place = Origin(found.by, found.line)
        yield BuildInput("file", found.path, "native-source", f"{found.by} includes it", place, "code", "likely")

"""What the detectors find in a project, as short text that a test can compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.detect import detect
from cachekeys.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from cachekeys.inputs.detect import Inputs
    from cachekeys.inputs.model import BuildInput

__all__ = ["found", "inputs_of", "optional", "origin_of", "outputs", "the_input", "unresolved"]

_BY_DEFAULT = "defaults"


def inputs_of(root: Path) -> Inputs:
    """Return all that the detectors find; none may fail."""
    inputs = detect(Project(root))
    assert inputs.failures == ()
    return inputs


def found(root: Path) -> set[str]:
    """Return the inputs that matter (``file x``, ``git tags`` ...), without those that every project has.

    One that is not certain has its confidence behind it.
    """
    return {_text(i) for i in inputs_of(root).inputs if not i.optional and i.detector != _BY_DEFAULT}


def optional(root: Path) -> set[str]:
    """Return the optional inputs."""
    return {_text(item) for item in inputs_of(root).inputs if item.optional}


def outputs(root: Path) -> set[str]:
    """Return what the build writes."""
    return {output.what for output in inputs_of(root).outputs}


def unresolved(root: Path) -> list[str]:
    """Return what could not be determined."""
    return [item.message for item in inputs_of(root).unresolved]


def the_input(root: Path, what: str) -> BuildInput:
    """Return the only input with this path or name."""
    (item,) = [item for item in inputs_of(root).inputs if item.what == what]
    return item


def origin_of(root: Path, what: str) -> str:
    """Return ``file:line`` of the place that makes the build read *what*, and the text of that line."""
    origin = the_input(root, what).origin
    lines = (root / origin.file).read_text(encoding="utf-8").split("\n")
    return f"{origin.file}:{origin.line}: {lines[(origin.line or 1) - 1].strip()}"


def _text(item: BuildInput) -> str:
    return f"{item.kind} {item.what}" + ("" if item.confidence == "certain" else f" ({item.confidence})")

"""From what the detectors found to the inputs of one analysis: those of its mode, as the settings want them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.coverage import name_matcher
from cachekeys.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.inputs.detect import Inputs
    from cachekeys.inputs.model import BuildInput, Mode
    from cachekeys.settings import Settings

__all__ = ["adjust", "excluded"]


def excluded(settings: Settings) -> Callable[[str], bool]:
    """Return the test for the files that the settings' ``not-inputs`` name."""
    names = [what for kind, what in settings.not_inputs or {} if kind == "file"]
    return name_matcher(names) if names else lambda _: False


def adjust(found: Inputs, settings: Settings, mode: Mode) -> Inputs:
    """Apply the settings: add ``inputs``; take away ``not-inputs``, other modes' inputs and what the build itself writes."""
    declared = [replace(item, detector=item.detector or "settings") for item in settings.inputs]
    known = {(item.kind, item.what) for item in declared}
    removed = settings.not_inputs or {}
    written = {output.what for output in found.outputs}
    is_excluded = excluded(settings)

    def counts(item: BuildInput) -> bool:
        if (item.kind, item.what) in known:
            return False
        if item.kind in ("env", "git"):
            return (item.kind, item.what) not in removed
        named = ("file", item.what) in removed or (item.kind == "file" and is_excluded(item.what))
        return not named and item.what not in written

    kept = [item for item in (*filter(counts, found.inputs), *declared) if mode in item.modes]
    unresolved = tuple(item for item in found.unresolved if mode in item.modes)
    return replace(found, inputs=tuple(sorted(kept, key=lambda item: (item.kind, item.what))), unresolved=unresolved)

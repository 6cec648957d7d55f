"""Meson: the build that ``meson setup`` configures, in the directory that it names or in which it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.model import BuildInput
from cachekeys.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected
    from cachekeys.inputs.programs import Start

PROGRAMS = frozenset({"meson", "mesonbuild.mesonmain", "muon"})
_OTHER = frozenset(
    {"compile", "install", "test", "introspect", "configure", "dist", "init", "wrap", "--version", "subprojects"}
)


def inputs(start: Start) -> Iterator[Detected]:
    """Yield what Meson reads."""
    if not _OTHER.isdisjoint(start.words[1:2]):
        return
    from cachekeys.inputs.meson.report import detected  # few scripts start it

    plain = [start.inside(word) for word in start.words[1:] if not word.startswith("-") and word != "setup"]
    for directory in dict.fromkeys((*plain, start.inside("."))):
        if not start.project.is_file("meson.build" if directory == "." else f"{directory}/meson.build"):
            continue
        given = [word[2:].partition("=") for word in start.words if word.startswith("-D")]
        settings = {name: value for name, _, value in given}
        why = f"{start.tool} configures it with Meson"
        for item in detected(start.project, settings, frozenset(), why, "" if directory == "." else directory):
            yield replace(item, modes=("editable", "wheel")) if isinstance(item, BuildInput) else item
        return

"""What an earlier ``cachekeys trace`` saw a real build read, when the project keeps it in ``cachekeys.trace.json``.

The file is further evidence: it adds what no analysis of the scripts can find out, and makes certain what the analysis only
takes for possible. What builds of wheels read and builds of editable installations on the same platform did not matters in wheels
alone, and the other way round. It holds names only and lies next to pyproject.toml, committed. Entries whose file is gone are
ignored; the next stored trace drops them. The file itself is no build input. A file of another form is reported as CK902.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.model import BuildInput, BuildOutput, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected, Mode
    from cachekeys.project import Project

_FILE = "cachekeys.trace.json"


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield what the stored traces saw."""
    if not project.is_file(_FILE):
        return
    from cachekeys.trace.evidence import load  # only projects with evidence pay
    from cachekeys.trace.roles import modes_of

    evidence = load(project)
    all_modes = modes_of(project)
    if evidence is None:
        return
    for entry in evidence.entries:
        origin = Origin(entry.at or _FILE)
        if entry.kind == "output":
            yield BuildOutput(entry.what, "a traced build wrote it", origin)
        elif entry.kind != "file":
            why = "a traced build read it" if entry.kind == "env" else "a traced build asked git for it"
            if entry.kind == "env" or not project.is_sdist:
                yield BuildInput(entry.kind, entry.what, entry.role, why, origin, entry.affects)
        elif (modes := _both(all_modes, evidence.modes(entry))) and project.is_file(entry.what):
            by = f" (by {entry.by})" if entry.by not in ("", "Python") else ""
            why = f"a traced build read it{by}"
            yield BuildInput("file", entry.what, entry.role, why, origin, entry.affects, entry.confidence, modes=modes)


def _both(first: tuple[Mode, ...], second: tuple[Mode, ...]) -> tuple[Mode, ...]:
    return tuple(mode for mode in first if mode in second)

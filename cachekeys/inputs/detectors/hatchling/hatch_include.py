"""Files that hatchling copies into every wheel, also an editable one: ``force-include`` and the wheel's shared data.

An editable wheel holds no Python files, but it does hold copies of what ``force-include``, ``shared-data``, ``shared-scripts`` and
``sbom-files`` name (hatchling 1.33, ``builders/wheel.py``), and a copy goes stale when its source is edited. A package that is
force-included as a whole is listed file by file. ``extra-metadata`` goes into the dist-info directory. The patterns of ``.gitignore`` are optional: they rarely matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.hookspecs import hookimpl
from cachekeys.inputs.dynamic import everything_below, relative, strings, table
from cachekeys.inputs.hatchconfig import HatchConfig
from cachekeys.inputs.model import BuildInput, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.inputs.model import Detected, Kind
    from cachekeys.project import Project

_WHEEL = ("build", "targets", "wheel")


@hookimpl
def cachekeys_detect_inputs(project: Project) -> Iterator[Detected]:
    """Yield the copied files."""
    hatch = HatchConfig(project)
    _, forced = hatch.option("force-include")
    for option in (forced, *((*_WHEEL, name) for name in ("shared-data", "shared-scripts", "extra-metadata"))):
        for source in table(hatch.get(*option)):
            yield from _copied(project, hatch, source, option[-1], (*option, source))
    if project.is_file(".gitignore") and not hatch.get("build", "ignore-vcs"):
        why = "hatchling leaves out of the wheel what it ignores"
        origin = Origin(".gitignore", 1)
        yield BuildInput("file", ".gitignore", "manifest", why, origin, "contents", "possible", optional=True)
    for index, source in strings(hatch.get(*_WHEEL, "sbom-files")):
        yield from _copied(project, hatch, source, "sbom-files", (*_WHEEL, "sbom-files", index or 0))


def _copied(
    project: Project, hatch: HatchConfig, source: str, option: str, path: tuple[str | int, ...]
) -> Iterator[Detected]:
    name = relative(project, source)
    if name is None or name.startswith("~"):  # the home directory of whoever builds
        return
    kind: Kind = "files" if project.is_dir(name) else "file"
    what = everything_below(name) if kind == "files" else name
    why = f"hatchling copies it into the wheel, also into an editable one (`{option}`)"
    yield BuildInput(kind, what, "dynamic-file", why, hatch.origin(*path), "contents")

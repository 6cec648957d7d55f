"""``[tool.hatch]`` as hatchling sees it: pyproject.toml, overridden table by table by hatch.toml.

The two are not merged deeply: a table of hatch.toml (``[build]``) replaces the whole table of the same name
(``[tool.hatch.build]``) (hatchling 1.33, ``metadata/core.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cachekeys.errors import TomlError
from cachekeys.inputs.dynamic import place, table
from cachekeys.inputs.model import Origin
from cachekeys.project import ReadProblem
from cachekeys.tomlfile import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.project import Project
    from cachekeys.tomlfile import TomlFile

__all__ = ["HATCH_TOML", "HatchConfig", "Hook"]

HATCH_TOML = "hatch.toml"

Hook = tuple[str, dict[str, Any], tuple[str, ...]]
"""A hook's name, its table, and the path of the table for :meth:`HatchConfig.origin`."""


class HatchConfig:
    """Hatchling's configuration of a project that hatchling builds."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._file = _read_hatch_toml(project)

    @property
    def has_file(self) -> bool:
        """Whether there is a hatch.toml."""
        return self._file is not None

    @property
    def file_steers_builds(self) -> bool:
        """Whether hatch.toml sets anything but environments and scripts, which are for hatch and not for hatchling."""
        return self._file is not None and not self._file.data.keys().isdisjoint({"build", "metadata", "version"})

    def get(self, *path: str | int, default: Any = None) -> Any:
        """Return the value at *path* below ``tool.hatch``, or *default*."""
        if self._file is not None and path[0] in self._file.data:
            return self._file.get(*path, default=default)
        return self._project.get("tool", "hatch", *path, default=default)

    def origin(self, *path: str | int) -> Origin:
        """Return where the value at *path* below ``tool.hatch`` stands."""
        if self._file is not None and path[0] in self._file.data:
            position = self._file.position(*path)
            return Origin(HATCH_TOML, position.line, position.column)
        return place(self._project, "tool", "hatch", *path)

    def option(self, name: str) -> tuple[Any, tuple[str, ...]]:
        """Return a build option of the wheel target, which hides the one for all targets, and its path."""
        target = ("build", "targets", "wheel", name)
        if self.get(*target) is not None:
            return self.get(*target), target
        return self.get("build", name), ("build", name)

    def build_hooks(self) -> Iterator[Hook]:
        """Yield the build hooks of the wheel target; a target's own hook replaces the general one of the same name."""
        general: tuple[str, ...] = ("build", "hooks")
        own: tuple[str, ...] = ("build", "targets", "wheel", "hooks")
        found: dict[str, tuple[Any, tuple[str, ...]]] = {}
        for path in (general, own):
            found |= {name: (value, (*path, name)) for name, value in table(self.get(*path)).items()}
        for name, (config, path) in found.items():
            if isinstance(config, dict):
                yield name, config, path

    def metadata_hooks(self) -> Iterator[Hook]:
        """Yield the metadata hooks; hatchling runs them only when ``project.dynamic`` lists something."""
        if self._project.dynamic:
            for name, config in table(self.get("metadata", "hooks")).items():
                if isinstance(config, dict):
                    yield name, config, ("metadata", "hooks", name)


def _read_hatch_toml(project: Project) -> TomlFile | None:
    raw = project.read_bytes(HATCH_TOML)
    if raw is None:
        return None
    try:
        return parse(HATCH_TOML, raw)
    except TomlError as error:
        problem = ReadProblem(HATCH_TOML, f"does not parse: {error.message}", error.line or None)
        if problem not in project.problems:
            project.problems.append(problem)
        return None

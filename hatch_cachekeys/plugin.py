"""The build hook: inspect the project when a build begins, add the record when a wheel is finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface  # noqa: TID251 - this package is hatchling's side

if TYPE_CHECKING:
    from cachekeys.building import Outcome
    from cachekeys.inputs.model import Mode

__all__ = ["CacheKeysBuildHook"]

_HATCHLINGS_OWN = frozenset(
    {"dependencies", "require-runtime-dependencies", "require-runtime-features", "enable-by-default", "path"}
)
"""What hatchling itself reads from a hook's table; ``path`` when a project's own hook file subclasses this one."""


class CacheKeysBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # not subscriptable in old hatchlings
    """``[tool.hatch.build.hooks.cachekeys]``, or below ``targets.wheel``: an empty table switches it on."""

    PLUGIN_NAME = "cachekeys"

    _outcome: Outcome | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Inspect the project, warn, and keep the record: content as it is now, before the build changes anything.

        hatchling initialises the hooks in the order of their tables: what a hook before ours writes is already there.
        """
        if self.target_name not in ("wheel", "sdist"):
            return
        from cachekeys import building  # hatchling imports this module for unrelated projects, too

        unknown = sorted(set(self.config) - _HATCHLINGS_OWN)
        if unknown:
            building.refuse(
                f"tool.hatch.build.hooks.{self.PLUGIN_NAME} takes no options of its own, but has {', '.join(unknown)}; "
                "settings belong into [tool.cachekeys]"
            )
        mode: Mode | None = None
        if self.target_name == "wheel":
            mode = "editable" if version == "editable" else "wheel"
        outcome = building.inspect(self.root, mode)
        building.announce(outcome, warn=not (outcome.unpacked and self._runs_for_sdists()))
        self._outcome = outcome

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Add the record to the finished wheel."""
        if self._outcome is not None:
            from cachekeys import building

            building.attach(self._outcome, artifact_path)

    def _runs_for_sdists(self) -> bool:
        """Tell whether we spoke when the sdist was made; the default of build and uv is a wheel from an sdist."""
        build = self.build_config.build_config
        tables = (build, build.get("targets", {}).get("sdist", {}))
        return any(self.PLUGIN_NAME in table.get("hooks", {}) for table in tables)

"""The build hook: inspect the project when the build of a wheel begins, add the record when the wheel is finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface  # noqa: TID251 - this package is hatchling's side

if TYPE_CHECKING:
    from cachekeys.building import Outcome

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
        """Inspect the project, warn, and keep the record: content as it is now, before the build changes anything."""
        if self.target_name != "wheel":  # an sdist is no install
            return
        from cachekeys import building  # noqa: PLC0415 - hatchling imports this module for unrelated projects, too

        unknown = sorted(set(self.config) - _HATCHLINGS_OWN)
        if unknown:
            building.refuse(
                f"tool.hatch.build.hooks.{self.PLUGIN_NAME} takes no options of its own, but has {', '.join(unknown)}; "
                "settings belong into [tool.cachekeys]"
            )
        self._outcome = building.inspect(self.root, "editable" if version == "editable" else "wheel")
        building.announce(self._outcome)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Add the record to the finished wheel."""
        if self._outcome is not None:
            from cachekeys import building  # noqa: PLC0415 - see above

            building.attach(self._outcome, artifact_path)

"""Register the build hook with hatchling.

As soon as hatchling looks for any plugin that is not built in, it imports the hooks of every installed one, so this
file has to be cheap and must not fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hatchling.plugin import hookimpl  # noqa: TID251 - this package is hatchling's side

if TYPE_CHECKING:
    from hatch_cachekeys.plugin import CacheKeysBuildHook

__all__ = ["hatch_register_build_hook"]


@hookimpl
def hatch_register_build_hook() -> type[CacheKeysBuildHook]:
    """Return our build hook."""
    from hatch_cachekeys.plugin import CacheKeysBuildHook  # only when a build hook is looked for

    return CacheKeysBuildHook

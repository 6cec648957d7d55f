"""Put the record into our own wheel, too: a build cannot require what it is about to build, so the checkout serves."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hatch_cachekeys.plugin import CacheKeysBuildHook

__all__ = ["get_build_hook"]


def get_build_hook() -> type[CacheKeysBuildHook]:
    """Return the build hook of this checkout; the name is hatchling's."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from hatch_cachekeys.plugin import CacheKeysBuildHook  # not importable before

    return CacheKeysBuildHook

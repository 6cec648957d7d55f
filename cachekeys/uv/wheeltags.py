"""Whether a wheel fits an environment, by its tags.

An approximation for installed wheels: it says no only where that is certain, since the full list of tags that a Python
accepts is only known to that Python. uv reads it from there.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cachekeys.uv.environment import Environment

__all__ = ["fits"]


def fits(tags: tuple[str, ...], environment: Environment) -> bool:
    """Tell whether a wheel with these tags fits the environment; True in every doubt."""
    return not tags or any(
        _fits_python(python, abi, environment.python) and _fits_machine(platform)
        for tag in tags
        for python, abi, platform in _expanded(tag)
    )


def _expanded(tag: str) -> list[tuple[str, str, str]]:
    python, _, rest = tag.partition("-")
    abi, _, platform = rest.partition("-")
    return [(p, a, q) for p in python.split(".") for a in abi.split(".") for q in platform.split(".")]


def _fits_python(python: str, abi: str, version: tuple[int, int] | None) -> bool:
    if version is None or python[:2] not in ("cp", "py") or not python[2:].isdigit():
        return True
    major, minor = int(python[2]), int(python[3:] or 0)
    if major != version[0]:
        return False
    if python.startswith("py") or abi == "abi3":
        return minor <= version[1]
    return minor == version[1]


def _fits_machine(platform: str) -> bool:
    if platform == "any" or "linux" not in platform:
        return True
    return hasattr(os, "uname") and os.uname().sysname == "Linux" and platform.endswith(f"_{os.uname().machine}")

"""Make the session's build environment known to every test of this folder."""

from __future__ import annotations

from support.builds import build_environment, environment_without_us, own_wheel

__all__ = ["build_environment", "environment_without_us", "own_wheel"]

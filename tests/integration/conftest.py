"""What every test of this folder may ask for: the session's build environment, and the real uv."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.builds import build_environment, environment_without_us, own_wheel

if TYPE_CHECKING:
    from support.uv_oracle import Oracle

__all__ = ["build_environment", "environment_without_us", "oracle", "own_wheel"]


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    """Return a uv with a directory of its own to work in."""
    from support.uv_oracle import Oracle

    return Oracle(tmp_path_factory.mktemp("oracle"))

"""SeaHash: the hash by which uv names the directories of its cache.

Source: the reference description in the Rust crate ``seahash`` 4.1; checked against directories that uv 0.13.8 made.
"""

from __future__ import annotations

__all__ = ["seahash"]

_MASK = (1 << 64) - 1
_PRIME = 0x6EED0E9DA4D94A4F
_SEEDS = (0x16F11FE89B0D677C, 0xB480A793D8E6C86C, 0x6FE2E5AAF078EBC9, 0x14F994A4C5259381)
_LANE = 8


def seahash(data: bytes) -> int:
    """Return the 64-bit SeaHash of *data* with the standard seeds."""
    lanes = list(_SEEDS)
    for number, at in enumerate(range(0, len(data), _LANE)):
        lane = number % len(lanes)
        lanes[lane] = _diffuse(lanes[lane] ^ int.from_bytes(data[at : at + _LANE], "little"))
    first, second, third, fourth = lanes
    return _diffuse(first ^ second ^ third ^ fourth ^ len(data))


def _diffuse(value: int) -> int:
    value = value * _PRIME & _MASK
    value ^= (value >> 32) >> (value >> 60)
    return value * _PRIME & _MASK

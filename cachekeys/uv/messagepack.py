"""Just enough MessagePack to read what uv writes into its cache; a dependency for one small file would be too much.

Source: https://github.com/msgpack/msgpack/blob/master/spec.md
"""

# ruff: noqa: PLR2004 - the numbers are the bytes of the format

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["unpack"]

_DEPTH = 64
_CONSTANTS = {0xC0: None, 0xC2: False, 0xC3: True}
_NUMBERS = {
    0xCA: ">f",
    0xCB: ">d",
    0xCC: ">B",
    0xCD: ">H",
    0xCE: ">I",
    0xCF: ">Q",
    0xD0: ">b",
    0xD1: ">h",
    0xD2: ">i",
    0xD3: ">q",
}
_SIZES = {1: ">B", 2: ">H", 4: ">I"}
_STRINGS = {0xD9: 1, 0xDA: 2, 0xDB: 4}
_BINARIES = {0xC4: 1, 0xC5: 2, 0xC6: 4}
_ARRAYS = {0xDC: 2, 0xDD: 4}
_MAPS = {0xDE: 2, 0xDF: 4}


def unpack(data: bytes) -> Any:
    """Return the one value in *data*: None, bool, int, float, str, bytes, list or dict.

    :raises ValueError: it is not exactly one value of these.
    """
    reader = _Reader(data)
    try:
        value = reader.value(0)
    except (struct.error, IndexError):
        raise ValueError("the data ends in the middle of a value") from None
    except TypeError:  # a list or a dict as the key of a dict
        raise ValueError("a key is no plain value") from None
    if reader.at != len(data):
        raise ValueError(f"{len(data) - reader.at} bytes follow the value")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def value(self, depth: int) -> Any:
        if depth > _DEPTH:
            raise ValueError("nested too deep")
        head = self._data[self.at]
        self.at += 1
        if head <= 0x7F:
            return head
        if head >= 0xE0:
            return head - 0x100
        if head in _CONSTANTS:
            return _CONSTANTS[head]
        if head in _NUMBERS:
            return self._number(_NUMBERS[head])
        read, size = self._shape(head)
        return read(size, depth)

    def _shape(self, head: int) -> tuple[Callable[[int, int], Any], int]:
        """Return how to read a value that has a size, and the size."""
        if head <= 0x8F:
            return self._pairs, head & 0x0F
        if head <= 0x9F:
            return self._items, head & 0x0F
        if head <= 0xBF:
            return self._text, head & 0x1F
        kinds = ((_STRINGS, self._text), (_BINARIES, self._bytes), (_ARRAYS, self._items), (_MAPS, self._pairs))
        for widths, read in kinds:
            if head in widths:
                return read, self._number(_SIZES[widths[head]])
        raise ValueError(f"unexpected byte {head:#x} at {self.at - 1}")

    def _number(self, form: str) -> Any:
        (number,) = struct.unpack_from(form, self._data, self.at)
        self.at += struct.calcsize(form)
        return number

    def _bytes(self, size: int, _: int) -> bytes:
        end = self.at + size
        if end > len(self._data):
            raise IndexError
        data, self.at = self._data[self.at : end], end
        return data

    def _text(self, size: int, depth: int) -> str:
        return self._bytes(size, depth).decode()

    def _items(self, size: int, depth: int) -> list[Any]:
        self._check(size)
        return [self.value(depth + 1) for _ in range(size)]

    def _pairs(self, size: int, depth: int) -> dict[Any, Any]:
        self._check(size)
        found = {}
        for _ in range(size):
            key = self.value(depth + 1)
            found[key] = self.value(depth + 1)
        return found

    def _check(self, size: int) -> None:
        """Do not believe a size that the rest of the data cannot hold."""
        if size > len(self._data) - self.at:
            raise IndexError

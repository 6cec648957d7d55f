"""Our small reader of MessagePack against a whole library."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cachekeys.uv.messagepack import unpack

msgpack = pytest.importorskip("msgpack")

plain = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text() | st.binary() | st.floats(allow_nan=False)
)
values = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=40)


@given(values)
def test_messagepack_of_another(value: Any) -> None:
    """The law: what a MessagePack library writes is read back."""
    assert unpack(msgpack.packb(value)) == value


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    """The law: any bytes are a value or a ValueError, and a value is the library's, too."""
    try:
        value = unpack(data)
    except ValueError:
        return
    assert repr(msgpack.unpackb(data, strict_map_key=False)) == repr(value)


@pytest.mark.parametrize("size", [15, 16, 31, 32, 255, 256, 65535, 65536])
def test_every_width(size: int) -> None:
    for value in ("x" * size, b"x" * size, list(range(size)), {str(number): None for number in range(size)}):
        assert unpack(msgpack.packb(value)) == value


@pytest.mark.parametrize(
    "data", [b"", b"\xc1", b"\x92\x01", b"\xdd\xff\xff\xff\xff", b"\x91" * 200, b"\x81\x90\x01", b"\x01\x01"]
)
def test_broken_messagepack(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpack(data)

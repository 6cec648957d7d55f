"""The formats in which uv and installers write: URLs, the cache of builds, uv.lock, RECORD."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cachekeys.freshness.rows import row_of, with_row
from cachekeys.uv import buildcache, lock
from cachekeys.uv.fileurl import canonical, from_path, to_path
from cachekeys.uv.installed import BuildSettings
from cachekeys.uv.seahash import seahash

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# -- URLs and hashes ---------------------------------------------------------------------------------------------------

MEASURED = {
    "plain": "8c0792c0f44f6222",
    "a b": "fd4e009571b4e3de",
    "a%20b": "0b6b9f4cd78c1d55",
    "a#b": "085d2eb816913515",
    "a^b": "e1db01f800ae2156",
    "a|b": "5d7325e399bb01c7",
    "a[b]": "a5f0533751667ff7",
    "a\\b": "27296568dfdfab4e",
    "a.git": "728951aaa901df6b",
    "a b.git": "0b6b9f4cd78c1d55",
    "a.git@b": "6fa66dfa65f96af2",
    "a@b.git": "ab72b48160d81b8f",
    "\xe9.git": "a277702f71a76940",
    "\u65e5\u672c": "f6b65c2ea0eb2575",
    "a\nb": "e76146586248c86b",
    "caf\udce9": "89812e279442ef5d",
    "x \udcff": "75b2cb543deffc70",
    "100%": "8afe7d0a28f76781",
}
"""Directories that uv 0.13.8 made in its cache for projects of these names in /tmp/g2/urls/t."""


@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
@pytest.mark.parametrize("name", MEASURED)
def test_directories_in_the_cache(name: str) -> None:
    assert buildcache.digest(from_path(f"/tmp/g2/urls/t/{name}")) == MEASURED[name]


names = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1).filter(
    lambda name: name not in (".", "..")
)


@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
@given(names)
def test_a_url_leads_back(name: str) -> None:
    """The law: the URL of a path is that of no other path, and ASCII."""
    path = f"/a/{name}/b"
    assert to_path(from_path(path)) == path
    assert from_path(path).isascii()
    assert from_path(f"{path}/") == from_path(path)


@given(names)
def test_canonical_is_canonical(name: str) -> None:
    """The law: a final slash does not matter to the canonical form."""
    url = from_path(f"/a/{name}")
    assert canonical(f"{url}/") == canonical(url)


@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file:///a/b", "/a/b"),
        ("FILE://localhost/a%20b", "/a b"),
        ("file:/a", "/a"),
        ("file:///a/../b/./c", "/b/c"),
        ("file:///a%zz%4", "/a%zz%4"),
        ("file:///a?query#fragment", "/a"),
        ("file:///caf%E9", "/caf\udce9"),
        ("file://host/a", None),
        ("https://host/a", None),
        ("file:///a%00", None),
        ("", None),
    ],
)
def test_paths_of_urls(url: str, path: str | None) -> None:
    assert to_path(url) == path


def test_seahash_of_its_author() -> None:
    """The example in the crate's own documentation."""
    assert seahash(b"to be or not to be") == 1988685042348123509


def test_settings_have_directories_of_their_own() -> None:
    """Measured with uv 0.13.8."""
    assert buildcache.settings_digest(BuildSettings({}, {})) == ""
    assert buildcache.settings_digest(BuildSettings({"a": "b"}, {})) == "3def37cfe817bdd9"
    assert buildcache.settings_digest(BuildSettings({}, {"A": "\xe9", "FOO": "bar"})) == "988726262784dd6f"
    both = BuildSettings({"a": ("y", "b"), "c": ("z", "d", "e")}, {"FOO": "bar"})
    assert buildcache.settings_digest(both) == "c056b4f937e04847"
    assert buildcache.settings_digest(BuildSettings({}, {}, ("idna",))) is None


# -- the cache of builds -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"\xc1",
        b"\x92\x01\x02",  # [1, 2]
        b"\x92\x95\xc0\xc0\xc0\xc0\xc0\x91\xa1x",  # [[None] * 5, ["x"]]
        b"\x92\x95\xc0\xc0\xc0\x80\x80\x91\xa4../x",  # [[None, None, None, {}, {}], ["../x"]]
    ],
)
def test_a_cache_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    place = tmp_path / "sdists-v10" / "editable" / buildcache.digest(from_path("/p"))
    place.mkdir(parents=True)
    (tmp_path / "sdists-vX").mkdir()
    if content is not None:
        (place / "revision.rev").write_bytes(content)
    assert list(buildcache.find(str(tmp_path), "/p", editable=True, settings=BuildSettings({}, {}))) == []
    assert list(buildcache.find(str(tmp_path / "none"), "/p", editable=True, settings=BuildSettings({}, {}))) == []


# -- uv.lock -----------------------------------------------------------------------------------------------------------

LOCK = """\
version = 1
revision = 3

[[package]]
name = "demo"
version = "1.0"
source = { editable = "." }
dependencies = [
    { name = "other" },
]

[package.metadata]
requires-dist = []

[[package]]
name = "demo-extra"
version = "2.0"
source = { registry = "https://example.invalid/simple" }

[[package]]
name = "dynamic"
source = { virtual = "packages/dynamic" }

[[package]]
name = "forked"
version = "1"
source = { directory = "a" }

[[package]]
name = "forked"
version = "2"
source = { directory = "b" }
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lock(newline: str) -> None:
    text = LOCK.replace("\n", newline)
    assert lock.find(text, "Demo") == (("1.0", "editable", "."),)
    assert lock.find(text, "demo-extra") == (("2.0", "registry", "https://example.invalid/simple"),)
    assert lock.find(text, "dynamic") == ((None, "virtual", "packages/dynamic"),)
    assert lock.find(text, "forked") == (("1", "directory", "a"), ("2", "directory", "b"))
    assert lock.find(text, "none") == ()
    assert lock.find("", "demo") == ()


# -- RECORD ------------------------------------------------------------------------------------------------------------

PATH = "demo-1.0.dist-info/uv_cache.json"
ROW = row_of(PATH, b"new")


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("a.py,,\ndemo-1.0.dist-info/RECORD,,\n", f"a.py,,\n{ROW}\ndemo-1.0.dist-info/RECORD,,\n"),
        ("a.py,,\n", f"a.py,,\n{ROW}\n"),
        ("a.py,,", f"a.py,,\n{ROW}\n"),
        ("", f"{ROW}\n"),
        (f"{PATH},old,3\na.py,,\n", f"{ROW}\na.py,,\n"),
        (f"a.py,,\n{PATH},old,3\nb.py,,\n{PATH},other,4\n", f"a.py,,\n{ROW}\nb.py,,\n"),
        (f'a.py,,\r\n"{PATH}",old,3\r\nb.py,,\r\n', f"a.py,,\r\n{ROW}\r\nb.py,,\r\n"),
        ("demo-1.0.dist-info\\uv_cache.json,old,3\n", f"{ROW}\n"),
        ('"a,b.py",,\n"two\nlines.py",,\n', f'"a,b.py",,\n"two\nlines.py",,\n{ROW}\n'),
        ("\n\na.py,,\n", f"\n\na.py,,\n{ROW}\n"),
    ],
)
def test_rows(record: str, expected: str) -> None:
    changed = with_row(record.encode(), PATH, b"new")
    assert changed.decode() == expected
    assert with_row(changed, PATH, b"new") == changed


@given(st.binary())
def test_any_record_gets_its_row(record: bytes) -> None:
    """The law: whatever RECORD holds, afterwards it has the row, a second time changes nothing, and the rest is kept."""
    changed = with_row(record, PATH, b"new")
    assert ROW.encode() in changed
    assert with_row(changed, PATH, b"new") == changed


# -- layout of environments ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tag", ["py3-none-any", "py2.py3-none-any", "cp38-abi3-any", "cp311-cp311-any", "pp39-pypy39_pp73-any", "odd", ""]
)
def test_tags_that_fit(tag: str, environment_of: Callable[..., Any]) -> None:
    from cachekeys.uv.wheeltags import fits  # beside the fixture

    assert fits((tag,), environment_of((3, 11)))


@pytest.mark.parametrize(
    "tag",
    ["cp310-cp310-any", "cp312-abi3-any", "py2-none-any", "cp311-cp311-linux_vax", "cp311-cp311-manylinux_2_17_vax"],
)
def test_tags_that_do_not(tag: str, environment_of: Callable[..., Any]) -> None:
    from cachekeys.uv.wheeltags import fits  # beside the fixture

    assert not fits((tag,), environment_of((3, 11)))
    assert fits((tag, "py3-none-any"), environment_of((3, 11)))


@pytest.fixture
def environment_of() -> Callable[..., Any]:
    from cachekeys.uv.environment import Environment  # only here

    return lambda version: Environment("/venv", ("/venv/site",), version)

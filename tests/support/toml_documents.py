"""Hypothesis strategies for TOML text: every syntactic form, in the spellings that people and fuzzers use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["documents", "mutated"]

_NAMES = st.sampled_from(
    ["a", "b", "c-d", "tool", "uv", "cache-keys", "1", "é", "x y", "", "a.b", 'q"q', "#", "]", "=", "\\"]
)
_BLANKS = st.sampled_from(["", "", " ", "\t", "  "])
_END = st.sampled_from(["\n", "\n", " \n", "\r\n", " # note\n", "\t#[x]='\"\n", "\n\n"])
_NUMBERS = ("0", "-17", "+1_000", "0xDEAD_beef", "0o17", "0b01", "3.14", "-2E-2", "inf", "-nan", "true", "false")
_TIMES = ("1979-05-27", "07:32:00", "1979-05-27T07:32:00Z", "1979-05-27 07:32:00.5-07:00", "1979-05-27 07:32:00")
_STRINGS = ('"x"', "'x'", '""', "''", '"]}#,"', r"'\e\x41'", r'"\u00e9\n\\"')
_LONG = ('"""\nx\n"""', "'''a\n]'''", '"""a""b\\\n  c"""', "''''x'''", '""""x"""""', r'"""\"""""', r"'''\e'''")
_TIMES_1_1 = ("07:32", "1979-05-27T07:32", "1979-05-27 07:32Z", "1979-05-27t07:32+01:00")
_STRINGS_1_1 = (r'"\e"', r'"\x41\\e"', '"""\\xe9\n\\e"""', r'"\\x41"')
_SCALARS = st.sampled_from((*_NUMBERS, *_TIMES, *_STRINGS, *_LONG))
_SCALARS_1_1 = st.sampled_from((*_TIMES_1_1, *_STRINGS_1_1))
_GAP = st.sampled_from(["", "", " ", "\n", " # it's [1\n", "\n\t"])


@st.composite
def _key(draw: st.DrawFn, *, newer: bool) -> str:
    parts = []
    for name in draw(st.lists(_NAMES, min_size=1, max_size=3)):
        forms = [_basic(name)] + [f"'{name}'"] * ("'" not in name)
        if name and name.replace("-", "").isalnum() and name.isascii():
            forms += [name, name, name]
        if newer and name:
            forms.append(f'"\\x{ord(name[0]):02x}{_basic(name[1:])[1:]}')
        parts.append(draw(_BLANKS) + draw(st.sampled_from(forms)) + draw(_BLANKS))
    return ".".join(parts)


def _basic(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _values(*, newer: bool) -> st.SearchStrategy[str]:
    inside = _GAP if newer else _BLANKS

    @st.composite
    def array(draw: st.DrawFn, children: st.SearchStrategy[str]) -> str:
        items = [draw(_GAP) + item + draw(_GAP) for item in draw(st.lists(children, max_size=4))]
        comma = draw(st.sampled_from(["", "," + draw(_GAP)])) if items else draw(_GAP)
        return "[" + ",".join(items) + comma + "]"

    @st.composite
    def table(draw: st.DrawFn, children: st.SearchStrategy[str]) -> str:
        values = draw(st.lists(children, max_size=3))
        items = [f"{draw(inside)}{draw(_key(newer=newer))}={draw(_BLANKS)}{value}{draw(inside)}" for value in values]
        comma = draw(st.sampled_from(["", "," + draw(inside)])) if items and newer else ("" if items else draw(inside))
        return "{" + ",".join(items) + comma + "}"

    scalars = _SCALARS | _SCALARS_1_1 if newer else _SCALARS
    return st.recursive(scalars, lambda children: array(children) | table(children), max_leaves=8)


@st.composite
def documents(draw: st.DrawFn, *, newer: bool = False) -> str:
    """Draw the text of a document; most, not all, are valid TOML 1.0 (*newer*: 1.1)."""
    key = _key(newer=newer)
    values = _values(newer=newer)
    forms: dict[str, Callable[[], str]] = {
        "pair": lambda: f"{draw(key)}={draw(_BLANKS)}{draw(values)}",
        "table": lambda: f"[{draw(key)}]",
        "array": lambda: f"[[{draw(key)}]]",
        "blank": lambda: draw(_BLANKS),
    }
    kinds = draw(st.lists(st.sampled_from(["pair", "pair", "pair", "table", "array", "blank"]), max_size=8))
    text = "".join(draw(_BLANKS) + forms[kind]() + draw(_END) for kind in kinds)
    return text if draw(st.booleans()) else text.rstrip("\r\n")


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Draw a document with a few characters removed, doubled or replaced: mostly not TOML any more."""
    text = draw(documents(newer=True))
    for _ in range(draw(st.integers(1, 3))):
        if text:
            at = draw(st.integers(0, len(text) - 1))
            put = draw(
                st.sampled_from(
                    ["", text[at] * 2, '"', "'", "\\", "]", "}", ",", "\n", "=", "\x01", "\r", "\r\r\n", "é", "{", "["]
                )
            )
            text = text[:at] + put + text[at + 1 :]
    return text

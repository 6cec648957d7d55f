"""TomlFile: places, encodings, the TOML 1.1 dialect and readable errors."""

from __future__ import annotations

import sys

import pytest

from cachekeys.errors import ProjectError, TomlError
from cachekeys.tomlfile import Position, TomlFile, parse


def read(text: str | bytes) -> TomlFile:
    return parse("pyproject.toml", text.encode() if isinstance(text, str) else text)


def refuse(text: str | bytes) -> TomlError:
    with pytest.raises(TomlError) as refused:
        read(text)
    assert isinstance(refused.value, ProjectError)
    return refused.value


def place(document: TomlFile, *path: str | int) -> tuple[int, int]:
    at = document.position(*path)
    return at.line, at.column


DOCUMENT = """\
# comment = "no key"
title = "é" # x
[project]
name = "x"
"quoted key".'lit' = 1
authors = [{ name = "A" },
  { name = "B", "e-mail" = "b" }, # [
]
[tool.uv.pip]
a.b.c = true
[tool.uv]
cache-keys = [
    "a",
    { file = "b" },
    { git = { tags = true } },
]
text = '''
[not.a.table]
'''
[[tool.x]]
n = 1
[[tool.x]]
n = 2
[tool.x.sub]
s = 1
[[tool.x.sub.list]]
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), (1, 1)),
        (("title",), (2, 1)),
        (("project",), (3, 2)),
        (("project", "name"), (4, 1)),
        (("project", "quoted key"), (5, 1)),
        (("project", "quoted key", "lit"), (5, 14)),
        (("project", "authors", 0), (6, 12)),
        (("project", "authors", 0, "name"), (6, 14)),
        (("project", "authors", 1, "e-mail"), (7, 17)),
        (("tool",), (9, 2)),
        (("tool", "uv"), (11, 7)),  # its own header, not the earlier one of its member
        (("tool", "uv", "pip"), (9, 10)),
        (("tool", "uv", "pip", "a", "b"), (10, 3)),
        (("tool", "uv", "cache-keys"), (12, 1)),
        (("tool", "uv", "cache-keys", 0), (13, 5)),
        (("tool", "uv", "cache-keys", 1), (14, 5)),
        (("tool", "uv", "cache-keys", 1, "file"), (14, 7)),
        (("tool", "uv", "cache-keys", 2, "git", "tags"), (15, 15)),
        (("tool", "x"), (20, 8)),
        (("tool", "x", 0), (20, 8)),
        (("tool", "x", 1), (22, 8)),
        (("tool", "x", 1, "n"), (23, 1)),
        (("tool", "x", 1, "sub"), (24, 9)),
        (("tool", "x", 1, "sub", "list", 0), (26, 14)),
        (("tool", "nothing", "here"), (9, 2)),  # the nearest that there is
        (("tool", "uv", "cache-keys", 9), (12, 1)),
        (("no",), (1, 1)),
    ],
)
def test_places(path: tuple[str | int, ...], expected: tuple[int, int]) -> None:
    assert place(read(DOCUMENT), *path) == expected
    assert place(read(DOCUMENT.replace("\n", "\r\n")), *path) == expected
    assert place(read("\ufeff" + DOCUMENT), *path) == expected


def test_columns_are_characters() -> None:
    assert place(read('é = 0\nx = ["éé", "b"]'.replace("é =", '"é" =')), "x", 1) == (2, 12)


def test_get() -> None:
    document = read("a = [1, { b = 2 }]\n[c]\nd = false")
    assert document.get("a", 1, "b") == 2
    assert document.get("c", "d", default=True) is False
    for path in [("x",), ("a", "x"), ("a", 2), ("a", -1), ("a", 0, "x"), ("c", 0), ("c", "d", "e")]:
        assert document.get(*path) is None
        assert document.get(*path, default="d") == "d"
    assert document.get() == document.data


def test_bom_and_crlf() -> None:
    document = read(b"\xef\xbb\xbf[a]\r\nx = '''\r\n1\r\n2'''\r\n")
    assert document.data == {"a": {"x": "1\n2"}}
    assert document.text.startswith("[a]\n")


# -- TOML 1.1 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "data", "first"),
    [
        ("a = {\n  b = 1,\n  c = 2 # note\n}\n", {"a": {"b": 1, "c": 2}}, (1, 6)),
        ("a = { b = 1, }", {"a": {"b": 1}}, (1, 12)),
        ('x = 1\na = "\\e\\x41\\u0042"', {"x": 1, "a": "\x1bAB"}, (2, 6)),
        ('"\\x61" = 1', {"a": 1}, (1, 2)),
        ("a = [{ b = [{ c = 1, }] }]", {"a": [{"b": [{"c": 1}]}]}, (1, 20)),
        ('a = """\n\\xe9"""\nb = { }', {"a": "é", "b": {}}, (2, 1)),
    ],
)
def test_toml_1_1(text: str, data: dict[str, object], first: tuple[int, int]) -> None:
    document = read(text)
    assert document.data == data
    assert document.toml_1_1 == Position(*first)


def test_times_without_seconds() -> None:
    document = read("a = 07:32\nb = 1979-05-27 07:32Z\nc = [1979-05-27T07:32, 1979-05-27]")
    assert [str(document.get("a")), str(document.get("b"))] == ["07:32:00", "1979-05-27 07:32:00+00:00"]
    assert list(map(str, document.get("c"))) == ["1979-05-27 07:32:00", "1979-05-27"]
    assert document.toml_1_1 == Position(1, 10)


@pytest.mark.parametrize(
    "text", ["a = { b = 1 }", 'a = "\\\\x41 \\\\e"', "a = '\\e'", "a = [\n1,\n]", "# {\n# ,}", "a = 07:32:00"]
)
def test_not_toml_1_1(text: str) -> None:
    assert read(text).toml_1_1 is None


def test_places_in_toml_1_1() -> None:
    document = read("a = {\n  b = 1, # note\n  c = [\n    2 ]\n}\nd = '\\e'")
    assert place(document, "a", "c", 0) == (4, 5)
    assert place(document, "d") == (6, 1)


def test_errors_behind_toml_1_1_stand_where_they_are() -> None:
    error = refuse('a = {\n  b = "\\e\\e\\e", # note\n}\nc = "\\e" d\n')
    assert (error.line, error.column) == (4, 10)
    assert "the line should end here" in error.message


# -- errors --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("b = 1\na = [1,\n", (2, 5), "the array is not closed (at '['); add the missing `,` or `]`"),
        ("a = [1, [2,\n3\n", (1, 9), "the array is not closed"),
        ("a = [1 2]", (1, 8), "the array is not closed (at '2')"),
        ("a = { b = 1", (1, 5), "the inline table is not closed (at '{'); add the missing `,` or `}`"),
        ("a = { b = [1", (1, 11), "the array is not closed"),
        ("a = 'x\n", (1, 5), 'the string is not closed (at "\'x"); add the missing quote'),
        ('a = "x\nb = 1', (1, 5), "the string is not closed"),
        ('a = """x\n"\n', (1, 5), "the string is not closed"),
        ("a = [1, 'x]\nb = 1\n", (1, 9), "the string is not closed"),
        ("a = x", (1, 5), "quote it if it is text"),
        ("a =\n", (1, 4), "no value that TOML knows"),
        ("a 1", (1, 3), "`=` is missing after the key"),
        ("a = 1 b = 2", (1, 7), "a line of its own"),
        ("[a\n", (1, 3), "add the missing `]`"),
        ("[a]\nx = 1\n[b]\n[a]\n", (4, 2), "declared for the second time (at 'a')"),
        ("a = 1\nb = 2\na = 3\n", (3, 1), "remove one of the two"),
        ("[a]\nb = {c = 1, c = 2}\n", (2, 13), "remove one of the two"),
        ('a = "\\q"', None, "literal string in single quotes"),
        ("a = 2021-02-30", (1, 5), "no such date or time"),
        ("é = 1", (1, 1), "neither a table header nor `key = value`"),
        ("a = 1\n\x01", None, "control"),
        ("a = 1\r\r\nb = 2", (1, 6), "a carriage return"),
        ("a = 1\rb = 2", (1, 6), "a carriage return"),
        ("a = 1 # x\ry", (1, 10), "a carriage return"),
        ("a = '''\rx'''", (1, 8), "a carriage return"),
        ("a = 1\nb = [\n1, 9223372036854775808]", (3, 4), "an integer that 64 bits cannot hold"),
        ("a = 0xFFFFFFFFFFFFFFFF", (1, 1), "64 bits"),
        ("a = {\nb = -1e400, }", (2, 5), "too large"),
    ],
)
def test_syntax_errors(text: str, where: tuple[int, int] | None, words: str) -> None:
    error = refuse(text)
    assert words in str(error)
    if where is not None:
        assert (error.line, error.column) == where
    assert str(error).startswith(f"pyproject.toml:{error.line}:{error.column}: is not valid TOML: ")


@pytest.mark.parametrize(
    ("raw", "where", "words"),
    [
        ("a = 'é'".encode("latin-1"), (1, 6), "is not UTF-8 text (byte 0xE9)"),
        ("# é\n[a]\nb = 'é' # ".encode() + b"\xff", (3, 11), "is not UTF-8 text (byte 0xFF)"),
        ("\ufeffa = 1".encode() + b"\xff", (1, 6), "is not UTF-8 text"),
        ("a = 1\n".encode("utf-16"), (1, 1), "is UTF-16 text"),
        ("a = 1\n".encode("utf-16-le"), None, "is UTF-16 text"),
        ("a = 1\n".encode("utf-16-be"), None, "is UTF-16 text"),
        ("a = 1\n".encode("utf-32"), (1, 1), "is UTF-32 text"),
        (b"a = 1\nb = '\0'", (2, 6), "NUL byte"),
        (b"\x7fELF\x02\x01\x01\0\0\0\0\xd0\xd1", None, "binary"),
        (b"\0" * 100, (1, 1), "binary"),
    ],
)
def test_encodings(raw: bytes, where: tuple[int, int] | None, words: str) -> None:
    error = refuse(raw)
    assert words in error.message
    if where is not None:
        assert (error.line, error.column) == where


def test_absurd_documents_are_refused_in_time() -> None:
    assert "nested too deeply" in refuse("a = " + "[" * 100_000).message
    assert "nested too deeply" in refuse("a = " + "[" * 100_000 + "]" * 100_000).message
    refuse("a = {b = " * 50_000)
    refuse("a = " + "9" * 10_000)
    refuse('a = """' + '""\\"' * 100_000)
    refuse("." * 100_000)


def test_a_wide_document_is_read_in_linear_time() -> None:
    document = read("".join(f"[t{n}]\nx = [{{ a = 1 }}, 'b']\n" for n in range(5000)))
    assert place(document, "t4999", "x", 1) == (10_000, 17)


@pytest.mark.skipif(sys.version_info >= (3, 15), reason="tomllib reads TOML 1.1 from Python 3.15 on")
def test_positions_are_not_computed_unless_asked_for() -> None:
    document = read("a = { b = 1 }")
    assert document.toml_1_1 is None or sys.version_info < (3, 11)
    assert "_layout" not in vars(document) or sys.version_info < (3, 11)


def test_a_newline_in_an_inline_table_does_not_join_a_date_and_a_time() -> None:
    """TOML 1.1 lets a newline stand there, but 1979-05-27 and 07:32 stay two values, so the document is broken."""
    with pytest.raises(TomlError):
        read("a = { b = 1979-05-27\n07:32:00, }")

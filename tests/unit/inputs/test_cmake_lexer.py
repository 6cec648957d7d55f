"""The CMake language: commands, arguments and blocks."""

from __future__ import annotations

import pytest

from cachekeys.inputs.cmake.lexer import Block, Command, parse


def shape(items: list[Command | Block]) -> list[object]:
    """Return a tree as plain lists."""
    result: list[object] = []
    for item in items:
        if isinstance(item, Command):
            result.append((item.name, [argument.quote + argument.text for argument in item.arguments]))
        else:
            result.append([item.name, *[(opener.name, shape(body)) for opener, body in item.parts]])
    return result


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("set(A b c)", [("set", ["A", "b", "c"])]),
        ("SET (A\n  b # comment\n  c)\n", [("set", ["A", "b", "c"])]),
        ('set(A "b ; c" "d\\"e" "multi\nline")', [("set", ["A", '"b ; c', '"d\\"e', '"multi\nline'])]),
        ("set(A [[raw ${X} ]]) set(B [==[a]]b]==])", [("set", ["A", "[raw ${X} "]), ("set", ["B", "[a]]b"])]),
        ("#[[ set(X) ]] set(A b) #[=[ ]] set(Y) ]=]", [("set", ["A", "b"])]),
        ("if((A AND B) OR C)\nendif()", [["if", ("if", [])]]),
        ('set(A -DX="a b"c ${B}/d\\ e)', [("set", ["A", '-DX="a b"c', "${B}/d\\ e"])]),
        ("set(A a;b)", [("set", ["A", "a;b"])]),
        ("foo()", [("foo", [])]),
        ("", []),
        # not CMake: nothing is made up, nothing is raised
        ('set(A "unterminated', []),
        ("set(A", []),
        (")))(((", []),
        ("a b c (d)", [("c", ["d"])]),
        ("endif() else() set(A b)", [("else", []), ("set", ["A", "b"])]),
    ],
)
def test_commands(text: str, expected: list[object]) -> None:
    assert shape(parse(text)) == expected


def test_blocks() -> None:
    text = """
    if(A)
      set(X 1)
      foreach(i 1 2)
        set(Y ${i})
      endforeach()
    elseif(B)
      set(X 2)
    else()
      set(X 3)
    endif()
    function(f a)
      macro(g) endmacro()
    endfunction()
    """
    assert shape(parse(text)) == [
        [
            "if",
            ("if", [("set", ["X", "1"]), ["foreach", ("foreach", [("set", ["Y", "${i}"])])]]),
            ("elseif", [("set", ["X", "2"])]),
            ("else", [("set", ["X", "3"])]),
        ],
        ["function", ("function", [["macro", ("macro", [])]])],
    ]


def test_lines_are_those_of_the_command() -> None:
    commands = parse('# a\n\nset(A\n  b)\n#[[\n\n]]\nset(B "\n\n")\n  set(C)')
    assert [command.line for command in commands if isinstance(command, Command)] == [3, 8, 11]


@pytest.mark.parametrize(
    "text", ["if(A)\n" * 5000, "((((" * 5000, "f(" + "(" * 5000, "set(A " + "${" * 5000 + ")", '"' * 5001]
)
def test_hostile_nesting_ends(text: str) -> None:
    assert isinstance(parse(text), list)

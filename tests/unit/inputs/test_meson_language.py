"""Meson's language: tokens, grammar, values, operators and methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cachekeys.inputs.meson.interpreter import Interpreter
from cachekeys.inputs.meson.lexer import MesonSyntaxError, tokens
from cachekeys.inputs.meson.parser import parse
from cachekeys.inputs.meson.values import ANY, Either, Loose
from cachekeys.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any


def test_tokens() -> None:
    text = "a = 'x\\'y' # c\nb += [f'@a@', 0x1F,\n  '''two\nlines''']\n"
    assert [(token.kind, token.text) for token in tokens(text)] == [
        ("name", "a"),
        ("operator", "="),
        ("string", "x'y"),
        ("newline", "\n"),
        ("name", "b"),
        ("operator", "+="),
        ("operator", "["),
        ("format", "@a@"),
        ("operator", ","),
        ("number", "0x1F"),
        ("operator", ","),
        ("string", "two\nlines"),
        ("operator", "]"),
        ("newline", "\n"),
        ("newline", "\n"),
        ("end", ""),
    ]
    assert [token.line for token in tokens("a\n\\\nb")][:3] == [1, 1, 3]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a = "x"', 1),
        ("\n\nif true\n", 4),
        ("foreach x in y\nendforeach", 1),
        ("a = = 1", 1),
        ("f(a: )", 1),
        ("x.y", 1),
        ("endif", 1),
        ("a b", 1),
        ("[1, 2", 1),
        ("'''never ends", 1),
        ("(" * 5000, 1),
    ],
)
def test_what_is_no_meson_has_a_line(text: str, line: int) -> None:
    with pytest.raises(MesonSyntaxError) as error:
        parse(text)
    assert error.value.line == line


@pytest.fixture
def value_of(make_project: Callable[..., Path]) -> Callable[..., Any]:
    """Return what a variable holds after a script."""

    def run(script: str, name: str = "x") -> Any:
        root = make_project({"pyproject.toml": "[project]\nname = 'd'\n", "meson.build": script, "VERSION": "1.2\n"})
        interpreter = Interpreter(Project(root))
        interpreter.enter("", "test")
        assert interpreter.problems == {}
        return interpreter.scope.names.get(name)

    return run


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3 - 7 % 4", 4),
        ("-(2 + 1) / 2", -2),
        ("0b101 + 0o17 + 0x1f", 51),
        ("'a' + 'b' / 'c'", "ab/c"),
        ("'a' / '/b'", "/b"),
        ("['a'] + 'b' + ['c', ['d']]", ["a", "b", "c", ["d"]]),
        ("{'a': 1} + {'b': 2}", {"a": 1, "b": 2}),
        ("not true == false", True),
        ("true ? 'a' : 'b'", "a"),
        ("1 < 2 and 2 <= 2 and 'b' > 'a' and 1 != 2", True),
        ("'a' in ['b', 'a']", True),
        ("'z' not in 'abc'", True),
        ("'k' in {'k': 1}", True),
        ("[1, 2, 3][-1]", 3),
        ("{'a': 'v'}['a']", "v"),
        ("'a-b.C'.underscorify().to_upper()", "A_B_C"),
        ("'@0@_@1@'.format('a', 2)", "a_2"),
        ("' a b '.strip().split(' ')", ["a", "b"]),
        ("','.join(['a', 'b'])", "a,b"),
        ("'abcdef'.substring(1, -1)", "bcde"),
        ("'a.c'.replace('.c', '.h').endswith('.h')", True),
        ("'x.y'.startswith('x') and 'x.y'.contains('.')", True),
        ("'12'.to_int() + 1", 13),
        ("5.is_odd()", True),
        ("true.to_int()", 1),
        ("false.to_string('yes', 'no')", "no"),
        ("[1, [2, [3]]].length()", 2),
        ("['a'].get(3, 'z')", "z"),
        ("{'b': 1, 'a': 2}.keys()", ["a", "b"]),
        ("{'a': 2}.get('c', 3)", 3),
        ("{'a': 2}.has_key('a')", True),
        ("join_paths('a', ['b'], 'c')", "a/b/c"),
        ("import('fs').replace_suffix('a/b.in', '.c')", "a/b.c"),
        ("import('fs').stem('a/b.pyx')", "b"),
        ("import('fs').parent('a/b.pyx')", "a"),
        ("import('fs').read('VERSION').strip()", "1.2"),
        ("'''a\n'b''''", None),
    ],
)
def test_expressions(value_of: Callable[..., Any], expression: str, value: object) -> None:
    if value is None:
        assert value_of(f"x = {expression[:-1]}\n") == "a\n'b"
        return
    assert value_of(f"x = {expression}\n") == value


def test_loops_and_jumps(value_of: Callable[..., Any]) -> None:
    script = """
    x = []
    foreach a : ['1', '2', '3', '4']
      if a == '2'
        continue
      elif a == '4'
        break
      endif
      foreach key, value : {'k': 'v'}
        x += f'@key@@value@@a@'
      endforeach
    endforeach
    """
    assert value_of(script) == ["kv1", "kv3"]
    assert value_of("x = []\nforeach i : range(3)\nx += i\nendforeach\n") == [0, 1, 2]


def test_both_ways_of_what_the_machine_decides(value_of: Callable[..., Any]) -> None:
    script = """
    if host_machine.system() == 'windows'
      x = 'win'
    elif meson.get_compiler('c').has_header('a.h')
      x = 'a'
    else
      error('never here')
      x = 'wrong'
    endif
    """
    assert value_of(script) == Either(("win", "a"))
    script = """
    x = ['always.c']
    if build_machine.cpu_family() == 'x86'
      x += 'x86.c'
    endif
    if dependency('z').found()
      x += ['z.c']
    endif
    """
    found = value_of(script)
    assert isinstance(found, Loose)
    assert found == ["always.c", "x86.c", "z.c"]
    assert value_of("x = host_machine.system() + '.c'\n") == "\x01.c"
    assert value_of("x = undefined_function(1)\ny = 1 in x\n", "y") is ANY


def test_many_undecided_conditions_stay_cheap(value_of: Callable[..., Any]) -> None:
    lines = ["x = []"]
    for number in range(200):
        lines += [f"if dependency('d{number}').found()", f"  x += 'f{number}.c'", "endif"]
    assert value_of("\n".join(lines)) == [f"f{number}.c" for number in range(200)]


def test_and_or_stop_where_meson_stops(value_of: Callable[..., Any]) -> None:
    script = "x = is_variable('y') and y == 1\nz = true or nothing\n"
    assert value_of(script) is False
    assert value_of(script, "z") is True


@pytest.mark.parametrize(
    ("start", "step"),
    [
        ("7", "x * x"),
        ("'a'", "x + x"),
        ("'a'", "'@0@@0@'.format(x)"),
        ("'a'", "f'@x@@x@'"),
        ("'a'", "x / x"),
        ("'aa'", "x.replace('a', 'aa')"),
        ("'aa'", "x.join([x, x])"),
        ("['a']", "x + x"),
        ("['a']", "[x, x]"),
        ("{'a': 1}", "{'a': x, 'b': x}"),
    ],
)
def test_what_doubles_in_every_step_stays_small(value_of: Callable[..., Any], start: str, step: str) -> None:
    """None of these ends before the heat death of the universe when values may grow."""
    value = value_of(f"x = {start}\n" + f"x = {step}\n" * 300)
    assert value is ANY or len(value) <= 400_000


def test_a_long_list_keeps_its_beginning(value_of: Callable[..., Any]) -> None:
    value = value_of("x = ['a.c']\n" + "x += x\n" * 40)
    assert isinstance(value, Loose)
    assert set(value) == {"a.c"}


def test_an_endless_script_ends(make_project: Callable[..., Path]) -> None:
    loop = "foreach a : range(900)\nforeach b : range(900)\nc = a + b\nendforeach\nendforeach\n"
    root = make_project({"pyproject.toml": "[project]\nname = 'd'\n", "meson.build": loop})
    interpreter = Interpreter(Project(root))
    interpreter.enter("", "test")
    assert any("too long" in problem for problem in interpreter.problems.values())


def test_deep_nesting_is_survived(make_project: Callable[..., Path]) -> None:
    chain = "x = " + " + ".join(["'a'"] * 3000) + "\n"
    root = make_project({"pyproject.toml": "[project]\nname = 'd'\n", "meson.build": chain})
    interpreter = Interpreter(Project(root))
    interpreter.enter("", "test")
    assert len(interpreter.files) == 1

"""Globs as text: what is one, how it is cut, grouped and turned into rules, and what it matches."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from cachekeys.errors import CacheKeysError
from cachekeys.uv.globs import GlobError, Ruleset, anchored, compile_rule, find_errors, group, is_glob, join, split

if TYPE_CHECKING:
    from collections.abc import Sequence


def _decides(patterns: Sequence[str], path: str | bytes) -> str | None:
    """Return the text of the rule that decides about a path."""
    rules = Ruleset((text, number) for number, text in enumerate(patterns))
    assert rules.errors == ()
    rule = rules.find(path if isinstance(path, bytes) else path.encode())
    return None if rule is None else rule.text


def _matches(pattern: str, path: str | bytes) -> bool:
    return _decides([pattern], path) is not None


@pytest.mark.parametrize("value", ["*", "a?", "[a", "{", "a/*/b", "!a*", "#[x]"])
def test_one_of_four_characters_makes_a_glob(value: str) -> None:
    assert is_glob(value)


@pytest.mark.parametrize("value", ["", "a.c", "a]", "}", "!a", "#a", "a\\b", "~", "a,b", "$HOME"])
def test_other_characters_do_not_make_a_glob(value: str) -> None:
    assert not is_glob(value)


@pytest.mark.parametrize(
    ("value", "base", "pattern"),
    [
        ("*.c", "", "*.c"),
        ("./a/b/*.c", "a/b", "*.c"),
        ("a//b/./*.c/", "a/b", "*.c"),
        ("/x/*", "/x", "*"),
        ("/*.c", "/", "*.c"),
        ("//x/*", "/x", "*"),
        ("../s/*", "../s", "*"),
        ("a/../b/*", "a/../b", "*"),
        ("a/*/../b", "a", "*/../b"),
        ("a/{b,c}/d", "a", "{b,c}/d"),
        ("{a,b/c}/d", "", "{a,b/c}/d"),
        ("a]/b/*", "", "a]/b/*"),
        ("a/b}/*", "a", "b}/*"),
        ("!src/*.c", "!src", "*.c"),
        ("src/!*.py", "src", "!*.py"),
        ("\\#d/*.c", "\\#d", "*.c"),
        ("a/b", "a", "b"),
        ("..", "..", ""),
        ("", "", ""),
    ],
)
def test_cut_into_base_and_pattern(value: str, base: str, pattern: str) -> None:
    parts, rest = split(value)
    assert (join(parts), rest) == (base, pattern)


@pytest.mark.parametrize(
    ("values", "groups"),
    [
        (["a/b/*", "a/c/*"], {"a/b": ["*"], "a/c": ["*"]}),
        (["src/*.c", "lib/*.c", "*.toml"], {"": ["*.toml", "lib/*.c", "src/*.c"]}),
        (["src/*.c", "*.h", "src/*.h"], {"": ["*.h", "src/*.c", "src/*.h"]}),
        (["src/**/*.c", "*.zz", "!src/sub/**"], {"": ["*.zz", "!src/sub/**", "src/**/*.c"]}),
        (["é/*", "z/*", "?"], {"": ["?", "z/*", "é/*"]}),
        (["a/*", "a/b/*", "a/../c/*", "/a/*"], {"a": ["*", "b/*"], "a/../c": ["*"], "/a": ["*"]}),
        (["?", "../x/*", "../x/y/*"], {"": ["?"], "../x": ["*", "y/*"]}),
        (["/*", "/a/*"], {"/": ["*", "a/*"]}),
        ([], {}),
    ],
)
def test_grouped_by_directory(values: list[str], groups: dict[str, list[str]]) -> None:
    made = group((value, number) for number, value in enumerate(values))
    assert {each.base: [text for text, _ in each.patterns] for each in made} == groups


def test_a_group_knows_which_key_each_pattern_came_from() -> None:
    (only,) = group([("lib/*.c", 7), ("*.h", 3), ("lib/deep/*", 5)])
    assert only.patterns == (("*.h", 3), ("lib/*.c", 7), ("lib/deep/*", 5))


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.c", "deep/down/a.c", True),
        ("*.c", ".hidden.c", True),
        ("*.c", b"\xff.c", True),
        ("*.c", "a\nb.c", True),
        ("*.c", "A.C", False),
        ("*", "a", True),
        ("*", "a/b", False),
        ("src/*.c", "src/a.c", True),
        ("src/*.c", "x/src/a.c", False),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**/b", "ab", False),
        ("a/**", "a/x/y", True),
        ("a/**", "a", False),
        ("**/**", "a", True),
        ("a/**/**", "a/x", True),
        ("**", "a/b", True),
        ("a**b", "a/b", False),
        ("?.c", "é.c", False),
        ("??.c", "é.c", True),
        ("[é].c", "é.c", False),
        ("[!é].c", b"\xc4.c", True),
        ("x[!q]y", "x/y", True),
        ("src[/]a.c", "src/a.c", True),
        ("[]a].c", "].c", True),
        ("[a-].c", "-.c", True),
        ("[--0].c", "..c", True),
        ("[^a].c", "a.c", False),
        ("[\\^].c", "\\.c", True),
        ("{a.c,lib/b.h}", "lib/b.h", True),
        ("{a.c,lib/b.h}", "x/a.c", False),
        ("{,sub/}x", "x", False),
        ("x{}", "x", True),
        ("{a,{b,c}d}", "cd", True),
        ("{**,a}/x", "b/c/x", False),
        ("{a,**/}x", "p/q/x", True),
        ("{a/**,b}", "a/q", True),
        ("{a,\\,}", ",", True),
        ("{a\\,**/b}", "a/q/b", True),  # uv's own slip: the escaped comma is swallowed
        ("a,b", "a,b", True),
        ("\\*.c", "*.c", True),
        ("\\*.c", "a.c", False),
        ("\\!a", "!a", True),
        ("\\#a", "#a", True),
        ("#*.c", "#a.c", False),
        ("lib/#*.c", "lib/#a.c", True),
        ("a.c \t\u3000", "a.c", True),
        ("a.c\\ ", "a.c ", True),
        (" a.c", "a.c", False),
        ("a.c\x1f", "a.c", False),
        ("/a.c", "x/a.c", False),
    ],
)
def test_what_one_pattern_matches(pattern: str, path: str | bytes, expected: bool) -> None:  # noqa: FBT001 - a table
    assert _matches(pattern, path) is expected


def test_the_last_rule_that_matches_decides() -> None:
    assert _decides(["*.c", "!b*"], "b.c") == "!b*"
    assert _decides(["!b*", "*.c"], "b.c") == "*.c"
    assert _decides(["*.c", "!b*"], "a.c") == "*.c"
    assert _decides(["*.c", "!b*"], "a.h") is None


def test_a_rule_with_a_slash_at_its_end_is_about_directories() -> None:
    rules = Ruleset([("*.c", 0), ("!li? \t", 1), ("!d*/ ", 2), ("!o?t\\/ ", 3)])
    assert rules.closes(b"lib")
    assert rules.closes(b"doc")
    assert rules.closes(b"x/out")
    decides = rules.find(b"d.c")
    assert decides is not None
    assert decides.text == "*.c"


def test_directories_are_closed_by_the_deciding_rule_only() -> None:
    assert Ruleset([("*.c", 0), ("!b*", 1)]).closes(b"x/build")
    assert not Ruleset([("!b*", 0), ("build", 1)]).closes(b"build")
    assert not Ruleset([("*", 0)]).closes(b"build")


@pytest.mark.parametrize(
    ("patterns", "directory", "expected"),
    [
        (["*.c"], "any/where", True),
        (["src/*.c"], "src", True),
        (["src/*.c"], "src/deep", False),
        (["src/*.c"], "lib", False),
        (["src/**/*.c"], "src/a/b", True),
        (["src/**"], "src/a/b", True),
        (["src/**"], "srcs", False),
        (["s*/x?/y"], "source", True),
        (["s*/x?/y"], "source/xy", True),
        (["s*/x?/y"], "source/x", False),
        (["a[/]b"], "a", True),
        (["a[!x]b"], "a", True),
        (["{a/b,c}"], "z", True),  # not looked into
        (["src/*.c", "!src/deep/**"], "src/deep", False),
        (["!src/**"], "src", False),
        ([], "src", False),
    ],
)
def test_directories_in_which_nothing_can_match(patterns: list[str], directory: str, expected: bool) -> None:  # noqa: FBT001 - a table
    rules = Ruleset((text, number) for number, text in enumerate(patterns))
    assert (rules.inside(directory.encode() + b"/") is not None) is expected


@pytest.mark.parametrize(
    ("patterns", "endings"),
    [
        (["*.c", "lib/*.h"], (b".c", b".h")),
        (["*.{c,h,c{pp,u}}"], (b".c", b".cpp", b".cu", b".h")),
        (["{a,b}?.c"], (b".c",)),
        (["{x/y,z}"], (b"y", b"z")),
        (["Makefile", "!*.c"], (b"Makefile",)),
        (["*.c", "src/*"], (b"",)),
        (["*.[ch]"], (b"",)),
        (["{}a{}"], (b"a",)),
        (["a{?b,c}"], (b"b", b"c")),
    ],
)
def test_endings_that_every_match_has(patterns: list[str], endings: tuple[bytes, ...]) -> None:
    selected = Ruleset((text, number) for number, text in enumerate(patterns)).inside(b"")
    assert selected is not None
    assert selected.endings == endings


def test_too_many_endings_are_not_looked_at() -> None:
    digits = "{0,1,2,3,4,5,6,7,8,9}"
    selected = Ruleset([(digits * 3, 0)]).inside(b"")
    assert selected is not None
    assert selected.endings == tuple(b"%d" % digit for digit in range(10))


def test_below_a_directory_only_the_rules_that_can_match_there_are_asked() -> None:
    rules = Ruleset([("*.c", 0), ("src/**", 1), ("!lib/**/*.c", 2)])
    everywhere, source, library, other = (rules.inside(prefix) for prefix in (b"", b"src/x/", b"lib/", b"doc/"))
    assert everywhere is not None
    assert source is not None
    assert library is not None
    assert other is not None
    assert (everywhere.endings, source.endings, library.endings, other.endings) == ((b"",), (b"",), (b".c",), (b".c",))
    assert rules.inside(b"doc/api/") is other
    decided = source.find(b"src/x/a.c")
    assert decided is not None
    assert decided.source == 1
    decided = library.find(b"lib/a.c")
    assert decided is not None
    assert decided.source == 2


@pytest.mark.parametrize(
    ("glob", "reason"),
    [
        ("[a", "unclosed character class; missing ']'"),
        ("[]", "unclosed character class; missing ']'"),
        ("[!]", "unclosed character class; missing ']'"),
        ("{a", "unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)"),
        ("{a,{b}", "unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)"),
        ("*}", "unopened alternate group; missing '{' (maybe escape '}' with '[}]'?)"),
        ("*\\", "dangling '\\'"),
        ("[z-a]", "invalid range; 'z' > 'a'"),
        ("[b-a", "invalid range; 'b' > 'a'"),
        ("[x-!]", "invalid range; 'x' > '!'"),
    ],
)
def test_what_uv_refuses(glob: str, reason: str) -> None:
    with pytest.raises(GlobError) as caught:
        compile_rule(glob)
    assert caught.value.reason == reason
    assert caught.value.glob == glob
    assert str(caught.value) == f"error parsing glob '{glob}': {reason}"
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, CacheKeysError)


def test_an_error_names_the_pattern_as_grouping_made_it() -> None:
    errors = find_errors([("lib/[a", 4), ("*.c", 1), ("{x", 9)])
    assert [(source, error.glob) for source, error in errors] == [(9, "{x"), (4, "lib/[a")]


def test_a_comment_is_never_wrong_unless_grouping_makes_it_a_pattern() -> None:
    assert find_errors([("#[", 0)]) == ()
    assert find_errors([("lib/#[", 0)]) == ()
    assert [source for source, _ in find_errors([("lib/#[", 0), ("*", 1)])] == [0]


def test_rules_that_are_none() -> None:
    assert compile_rule("#*.c") is None
    assert compile_rule("   ") is None


@pytest.mark.parametrize("depth", [1, 100, 249])
def test_braces_as_deep_as_uv_takes_them(depth: int) -> None:
    assert _matches("{" * depth + "a" + "}" * depth + ".c", "x/a.c")


@pytest.mark.parametrize("depth", [250, 251, 5000])
def test_braces_deeper_than_uv_takes_them(depth: int) -> None:
    with pytest.raises(GlobError, match="nested too deeply"):
        compile_rule("{" * depth + "a" + "}" * depth + ".c")


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*a" * 12 + "b", "a" * 250, False),
        ("*a" * 12 + "*", "a" * 250, True),
        ("*a" * 12 + "{}{,}*", "a" * 250, True),
        ("*[!b]" * 20 + "b", "a" * 250, False),
        ("{a,aa}" * 60 + "b", "a" * 100, False),
        ("**/" + "a/**/" * 8 + "b", "a/" * 100 + "c", False),
    ],
)
def test_hard_patterns_take_no_time(pattern: str, path: str, expected: bool) -> None:  # noqa: FBT001 - a table
    start = time.perf_counter()
    assert _matches(pattern, path) is expected
    assert time.perf_counter() - start < 2  # a backtracking matcher would need years


def test_hard_and_easy_rules_together_keep_their_order() -> None:
    hard = "*a*a*a*a*"
    assert _decides([hard, "!aaaa.c"], "aaaa.c") == "!aaaa.c"
    assert _decides(["!aaaa.c", hard], "aaaa.c") == hard
    assert _decides(["!aaaa.c", hard, "x"], "b.c") is None


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.c", "a.c", True),
        ("*.c", "src/a.c", False),
        ("src/*.c", "src/a.c", True),
        ("src/*.c", "src/deep/a.c", False),
        ("src/**/*.c", "src/deep/a.c", True),
        ("src/**/*.c", "src/a.c", True),
        ("src/**", "src/a/b", True),
        ("./src//*.c", "src/a.c", True),
        ("**/*.c", "a.c", True),
        ("../core/**/*.rs", "../core/x/y.rs", True),
        ("!a*", "!abc", True),
        ("#a*", "#abc", True),
        ("setup.py", "setup.py", True),
        ("setup.py", "x/setup.py", False),
        ("?.c", "\udcff.c", True),
        ("\udcff*", "\udcff.c", True),
        ("*.c", "\ud800.c", True),
        ("*é*", "é", True),
        ("a\\*b", "a*b", True),
    ],
)
def test_anchored_at_the_project(pattern: str, path: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert anchored(pattern)(path) is expected


def test_anchored_refuses_what_uv_refuses() -> None:
    with pytest.raises(GlobError):
        anchored("src/[a")

"""uv's glob keys: cut into base and pattern, grouped by directory, turned into gitignore rules, matched.

Not the patterns of Python's or Rust's ``glob``: each group is a gitignore file whose patterns say what *counts*, and
the meaning of one key depends on the others (``src/*.c`` is any depth below ``src``, but only one level as soon as
another glob has the project directory as its base). Measured with uv 0.13.8; unchanged since 0.9.5. Older uv differ, see
:class:`~cachekeys.uv.dialect.Dialect`: up to 0.7.20 there was one group, the project directory, and a glob was used as it is written.
Pure functions: nothing here touches the file system.
"""

from __future__ import annotations

import os
import posixpath
import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from cachekeys.uv.automaton import Automaton
from cachekeys.uv.dialect import CURRENT, Dialect
from cachekeys.uv.globsyntax import (
    MAX_COST,
    GlobError,
    Token,
    below,
    cost,
    decided_by_ending,
    is_about_name,
    parse,
    suffixes,
    to_regex,
)
from cachekeys.uv.text import WHITE_SPACE, encode, encode_path
from cachekeys.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Finder = Callable[[bytes], "Rule | None"]

__all__ = [
    "GlobError",
    "Group",
    "Rule",
    "Ruleset",
    "Selection",
    "anchored",
    "compile_rule",
    "find_errors",
    "group",
    "is_glob",
    "join",
    "name_matcher",
    "split",
]

_MAKES_A_GLOB = frozenset("*?[{")
_ENDS_THE_BASE = frozenset("*?[]{}")


def is_glob(value: str) -> bool:
    """Tell whether uv takes a ``file`` value for a glob, not for the name of one file."""
    return not _MAKES_A_GLOB.isdisjoint(value)


# -- base and pattern ----------------------------------------------------------------------------------------------


def split(value: str) -> tuple[tuple[str, ...], str]:
    """Cut a glob into the parts of its base, a literal directory, and the pattern below it.

    ``./a//b/*.c`` gives ``("a", "b")`` and ``*.c``; a leading ``/`` is a part of its own; ``..`` is kept.
    """
    parts = [part for part in value.split("/") if part not in {"", "."}]
    if value.startswith("/"):
        parts.insert(0, "/")
    cut = next((i for i, part in enumerate(parts) if not _ENDS_THE_BASE.isdisjoint(part)), len(parts))
    if cut == len(parts) and parts and _is_name(parts[-1]):
        cut -= 1
    return tuple(parts[:cut]), "/".join(parts[cut:])


def join(parts: Iterable[str]) -> str:
    """Return the path that *parts* of a base make: ``""`` for the project directory itself."""
    joined = "/".join(parts)
    return joined[1:] if joined.startswith("//") else joined


def _is_name(part: str) -> bool:
    return part not in {"/", ".."}


def _order(parts: tuple[str, ...]) -> list[tuple[int, bytes]]:
    """Return a key that sorts bases as uv does: the root, ``..``, then names by their bytes."""
    return [({"/": 0, "..": 1}.get(part, 2), encode(part)) for part in parts]


# -- groups --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """The patterns that uv applies in one walk of *base*, in the order in which they apply.

    ``patterns`` are pairs of the text, prefixed with the way from the base, and the source: the number that
    :func:`group` was given with the glob.
    """

    base: str
    patterns: tuple[tuple[str, int], ...]


def group(globs: Iterable[tuple[str, int]], dialect: Dialect = CURRENT) -> tuple[Group, ...]:
    """Group globs, given as pairs of value and source, by the directories that uv walks.

    A group starts at the topmost base that has a pattern of its own and takes in all bases below it; one that is
    reached over ``..`` or ``/`` starts another group.
    """
    if not dialect.glob_base:
        patterns = tuple(globs)
        return (Group("", patterns),) if patterns else ()
    cut = [(*split(value), source) for value, source in globs]
    bases = {base for base, _, _ in cut}
    members: dict[tuple[str, ...], list[tuple[tuple[str, ...], str, int]]] = {}
    for base, pattern, source in cut:
        head = _group_of(base, bases)
        members.setdefault(base[:head], []).append((base[head:], pattern, source))
    return tuple(
        Group(
            join(base),
            tuple(
                (join((*way, pattern)), source)
                for way, pattern, source in sorted(members[base], key=lambda member: _order(member[0]))
            ),
        )
        for base in sorted(members, key=_order)
    )


def _group_of(base: tuple[str, ...], bases: set[tuple[str, ...]]) -> int:
    """Return how many parts of *base* lead to the group that it belongs to."""
    head: int | None = None
    for count in range(len(base) + 1):
        if head is None and base[:count] in bases:
            head = count
        if count < len(base) and not _is_name(base[count]):
            head = None
    return len(base) if head is None else head


# -- rules ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the gitignore file that a group amounts to.

    ``excludes``: it began with ``!``. ``only_directories``: it ended with ``/``, so that it decides about no file.
    """

    text: str
    source: int
    excludes: bool
    only_directories: bool
    tokens: tuple[Token, ...]


def compile_rule(text: str, source: int = 0, dialect: Dialect = CURRENT) -> Rule | None:
    """Turn a pattern into a rule; None when uv takes it for a comment or an empty line.

    :raises GlobError: uv refuses it.
    """
    if text.startswith("#"):
        return None
    pattern = "/*" if text == "*" else text
    if not pattern.endswith("\\ "):
        pattern = pattern.rstrip(WHITE_SPACE)
    if not pattern:
        return None
    original, excludes, is_anchored = pattern, False, False
    if pattern.startswith(("\\!", "\\#")):
        pattern = pattern[1:]
    else:
        excludes = pattern.startswith("!")
        pattern = pattern[excludes:]
        is_anchored = pattern.startswith("/")
        pattern = pattern[is_anchored:]
    only_directories = pattern.endswith("/")  # keys lose their last "/", but "x/ " keeps it until the blank is cut
    if only_directories:
        pattern = pattern[:-1].removesuffix("\\")
    if not is_anchored and "/" not in pattern:
        pattern = "**/" + pattern
    # uv also turns "a/**" into "a/**/*" and leaves "**" as it is: both match the same paths as here.
    try:
        tokens = parse(pattern, nested_braces=dialect.nested_braces)
        return Rule(original, source, excludes, only_directories, tokens)
    except GlobError as error:
        raise GlobError(original, error.reason) from None


class Selection(NamedTuple):
    """What tells about the files below one directory.

    ``find`` returns the rule that decides about a path, None if no rule matches it. ``endings``: the name of every
    file that counts ends with one of them; a cheap test before ``find``. ``always``: unless empty, every file with such a
    name counts, by one of these rules, so that ``find`` need not be asked. ``by_name``: ``find`` wants the name of the
    file instead of its path.
    """

    find: Finder
    endings: tuple[bytes, ...]
    always: tuple[Rule, ...] = ()
    by_name: bool = False


class Ruleset:
    """The rules of one group. The last rule that matches a path decides.

    Paths are bytes, relative to the group's base, with ``/`` between parts. ``errors`` are the patterns that uv
    refuses, with their sources; what is left works as if they were not there. Nothing is compiled before it is needed.
    """

    def __init__(self, patterns: Iterable[tuple[str, int]], dialect: Dialect = CURRENT) -> None:
        self.rules, self.errors = _parse_all(patterns, dialect)
        self._about_files = tuple(rule for rule in self.rules if not rule.only_directories)
        self._selections: dict[tuple[int, ...], Selection | None] = {}

    @cached_property
    def find(self) -> Finder:
        """The function from the path of a file to the rule that decides about it, None if no rule matches."""
        return _compile(self._about_files)

    def matching(self, path: bytes) -> tuple[Rule, ...]:
        """Return all rules that match the file *path*, also those that a later one overrides."""
        return tuple(rule for rule in (find(path) for find in self._each) if rule is not None)

    def closes(self, directory: bytes) -> bool:
        """Tell whether uv does not enter *directory*: the rule that decides about it excludes. Never the base itself."""
        if not self._may_close:
            return False
        rule = self._find_directory(directory)
        return rule is not None and rule.excludes

    def inside(self, directory: bytes) -> Selection | None:
        """Return what tells about files below *directory* (with a ``/`` at its end; empty: the base).

        None if nothing there can count; this may err towards the other side.
        """
        possible = tuple(index for index, way in self._ways if way is None or not directory or way.match(directory))
        if possible not in self._selections:
            self._selections[possible] = _select([self._about_files[index] for index in possible])
        return self._selections[possible]

    @cached_property
    def _may_close(self) -> bool:
        return any(rule.excludes for rule in self.rules)

    @cached_property
    def _find_directory(self) -> Finder:
        return self.find if len(self._about_files) == len(self.rules) else _compile(self.rules)

    @cached_property
    def _each(self) -> list[Finder]:
        return [_compile([rule]) for rule in self._about_files]

    @cached_property
    def _ways(self) -> list[tuple[int, re.Pattern[bytes] | None]]:
        """For each rule, what matches the directories below which it can match; None: all of them."""
        ways = [None if cost(rule.tokens) > MAX_COST else below(rule.tokens) for rule in self._about_files]
        return [(index, None if way is None else re.compile(way + rb"\Z", re.DOTALL)) for index, way in enumerate(ways)]


def _select(rules: Sequence[Rule]) -> Selection | None:
    positive = [rule.tokens for rule in rules if not rule.excludes]
    if not positive:
        return None
    certain = len(positive) == len(rules) and all(map(decided_by_ending, positive))
    by_name = all(is_about_name(rule.tokens) and cost(rule.tokens) <= MAX_COST for rule in rules)
    return Selection(
        _compile(rules, by_name=by_name), _endings(positive), tuple(rules) if certain else (), by_name=by_name
    )


def _parse_all(
    patterns: Iterable[tuple[str, int]], dialect: Dialect
) -> tuple[tuple[Rule, ...], tuple[tuple[int, GlobError], ...]]:
    rules: list[Rule] = []
    errors: list[tuple[int, GlobError]] = []
    for text, source in patterns:
        try:
            rule = compile_rule(text, source, dialect)
        except GlobError as error:
            errors.append((source, error))
        else:
            if rule is not None:
                rules.append(rule)
    return tuple(rules), tuple(errors)


def _endings(positive: Sequence[tuple[Token, ...]]) -> tuple[bytes, ...]:
    endings = {ending for tokens in positive for ending in suffixes(tokens)}
    return (b"",) if b"" in endings else tuple(sorted(endings))


def _compile(rules: Sequence[Rule], *, by_name: bool = False) -> Finder:
    """Return a function from a path to the last of *rules* that matches it.

    :param by_name: from the name at its end instead, for rules that are about nothing else; several times quicker.
    """
    if any(cost(rule.tokens) > MAX_COST for rule in rules):
        return _one_by_one(rules)
    if not rules:
        return lambda _: None
    # Python tries alternatives from left to right, so the last rule comes first. The empty group behind \Z tells which
    # one it was: it is set only once everything before it has matched.
    backwards = rules[::-1]
    globs = [rule.tokens[1:] if by_name else rule.tokens for rule in backwards]
    match = re.compile(b"|".join(to_regex(tokens) + rb"\Z()" for tokens in globs), re.DOTALL).match

    def find(path: bytes) -> Rule | None:
        found = match(path)
        return backwards[(found.lastindex or 0) - 1] if found else None

    return find


def _one_by_one(rules: Sequence[Rule]) -> Finder:
    """Like :func:`_compile`, for rules of which at least one would make a backtracking matcher slow."""
    matchers: list[tuple[Rule, Callable[[bytes], object]]] = []
    for rule in reversed(rules):
        if cost(rule.tokens) > MAX_COST:
            matchers.append((rule, Automaton(rule.tokens).matches))
        else:
            matchers.append((rule, re.compile(to_regex(rule.tokens), re.DOTALL).fullmatch))

    def find(path: bytes) -> Rule | None:
        return next((rule for rule, matches in matchers if matches(path)), None)

    return find


def find_errors(globs: Iterable[tuple[str, int]], dialect: Dialect = CURRENT) -> tuple[tuple[int, GlobError], ...]:
    """Return every pattern that uv refuses, with its source. uv itself reports only one of them."""
    return tuple(error for each in group(globs, dialect) for error in _parse_all(each.patterns, dialect)[1])


# -- single globs --------------------------------------------------------------------------------------------------


def anchored(pattern: str) -> Callable[[str], bool]:
    """Return a matcher for one glob, in uv's syntax, that is anchored at the project directory.

    ``*.c`` means the top level only, ``src/*.c`` one level, ``src/**/*.c`` any depth; ``!`` and ``#`` are ordinary
    characters. The matcher takes paths relative to the project directory.

    :raises GlobError: the glob is malformed.
    """
    base, rest = split(pattern)
    text = join((*base, rest))
    tokens = parse(text)
    endings = tuple(os.fsdecode(ending) for ending in suffixes(tokens))
    start = "" if "\\" in text else join((*base, ""))
    find = _compile([Rule(text, 0, excludes=False, only_directories=False, tokens=tokens)])

    def matches(path: str) -> bool:
        return path.startswith(start) and path.endswith(endings) and find(encode_path(path)) is not None

    return matches


def name_matcher(names: Iterable[str]) -> Callable[[str], bool]:
    """Return a test whether a path is one of *names*: paths, or globs anchored at the project directory."""
    literal: set[str] = set()
    patterns: list[Callable[[str], bool]] = []
    for name in names:
        literal.add(posixpath.normpath(name))
        if is_glob(name):
            patterns.append(anchored(name))
    return lambda path: path in literal or any(matches(path) for matches in patterns)

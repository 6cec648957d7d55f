"""Laws of uv's globs: whatever they are and whatever the tree."""

from __future__ import annotations

import json
import os
import posixpath
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cachekeys.uv.automaton import Automaton
from cachekeys.uv.cacheinfo import CacheInfo, Time
from cachekeys.uv.globs import (
    GlobError,
    Rule,
    Ruleset,
    anchored,
    compile_rule,
    find_errors,
    group,
    is_glob,
    join,
    split,
)
from cachekeys.uv.globsyntax import to_regex
from cachekeys.uv.keys import FileKey
from cachekeys.uv.walk import Watcher, watched_files

PIECES = (
    *("a", "b", "c", ".c", "é", "/", "/", "/", "*", "*", "**", "**/", "/**/", "?", "[ab]", "[!a]", "[/b]", "[^é]", "[a-c]"),
    *("{a,b}", "{a,b/c}", "{,a}", "{a,{b,c}}", "{**/a,b}", "{a/**,c}", "{}", "{", "}", ",", "\\", "\\*", "[", "]", "!", "#", " ", "..", "."),
)  # fmt: skip
globs = st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join)
names = st.sampled_from(
    ("a", "b", "c", "ab", "a.c", "b.c", ".c", "é", "é.c", "abc", "!a", "#b", "a b", "a,b", "{a}", "[b]", "\udcff.c")
)
paths = st.lists(names, min_size=1, max_size=4).map("/".join)


def _rules(values: list[str]) -> Ruleset:
    return Ruleset((value, number) for number, value in enumerate(values))


def _rule(text: str) -> Rule:
    try:
        rule = compile_rule(text)
    except GlobError:
        rule = None
    assume(rule is not None)
    assert rule is not None
    return rule


@given(globs, st.lists(paths, min_size=1, max_size=8))
@settings(max_examples=300)
def test_both_matchers_agree(text: str, candidates: list[str]) -> None:
    """A glob's regular expression and its automaton match the same paths."""
    import re  # only here

    tokens = _rule(text).tokens
    matches, automaton = re.compile(to_regex(tokens), re.DOTALL).fullmatch, Automaton(tokens)
    for path in map(os.fsencode, candidates):
        assert bool(matches(path)) is automaton.matches(path), path


@given(st.lists(globs, min_size=1, max_size=5), st.lists(paths, min_size=1, max_size=8))
@settings(max_examples=300)
def test_the_last_match_wins(texts: list[str], candidates: list[str]) -> None:
    """What decides about a file is the last of the rules that match it one by one."""
    rules = _rules(texts)
    for path in map(os.fsencode, candidates):
        alone = [rule for rule in rules.rules if not rule.only_directories and Automaton(rule.tokens).matches(path)]
        assert rules.find(path) is (alone[-1] if alone else None)
        assert list(rules.matching(path)) == alone


@given(st.lists(globs, min_size=1, max_size=4), st.lists(paths, min_size=1, max_size=8))
@settings(max_examples=300)
def test_shortcuts_lose_nothing(texts: list[str], candidates: list[str]) -> None:
    """What is selected for any directory above a file decides about it as all rules do; its ending is expected there."""
    rules = _rules(texts)
    for path in map(os.fsencode, candidates):
        rule = rules.find(path)
        counts = rule is not None and not rule.excludes
        name = path.rpartition(b"/")[2]
        prefixes = [b"", *(path[: at + 1] for at, byte in enumerate(path) if byte == ord("/"))]
        for selected in map(rules.inside, prefixes):
            assert selected is not None or not counts
            if selected is not None:
                assert selected.find(name if selected.by_name else path) is rule
                assert name.endswith(selected.endings) or not counts
                assert not selected.always or not name.endswith(selected.endings) or rule in selected.always


@given(st.lists(globs, max_size=8))
def test_grouping_keeps_every_key(values: list[str]) -> None:
    """Every glob is in exactly one group, with its source, and base and pattern together are the glob."""
    groups = group((value, number) for number, value in enumerate(values))
    found = {source: _normal(f"{each.base}/{text}") for each in groups for text, source in each.patterns}
    assert Counter(source for each in groups for _, source in each.patterns) == Counter(range(len(values)))
    assert found == {number: _normal(join((*split(value)[0], split(value)[1]))) for number, value in enumerate(values)}


def _normal(path: str) -> str:
    return "/".join(part for part in path.split("/") if part)


@given(st.lists(globs, min_size=1, max_size=8))
def test_groups_are_not_inside_each_other(values: list[str]) -> None:
    """No group's base lies below another's, unless ``..`` or ``/`` leads to it."""
    bases = [split(posixpath.join(each.base, "*"))[0] for each in group((value, 0) for value in values)]
    assert len(set(bases)) == len(bases)
    for upper in bases:
        for lower in bases:
            if lower != upper and lower[: len(upper)] == upper:
                assert {"..", "/"} & set(lower[len(upper) :])


@given(globs)
def test_splitting_and_rejoining(value: str) -> None:
    """Base and pattern, joined and cut again, are the same base and pattern; the base has no glob characters."""
    base, pattern = split(value)
    assert split(join((*base, pattern))) == (base, pattern)
    assert not any(char in "*?[]{}" for char in join(base))
    assert is_glob(value) is any(char in "*?[{" for char in pattern)


@given(st.lists(globs, min_size=1, max_size=4))
def test_errors_are_found_where_rules_fail(values: list[str]) -> None:
    """A list has errors exactly when some group has a pattern that does not compile."""
    globs_only = [(value, number) for number, value in enumerate(values) if is_glob(value)]
    broken = set()
    for each in group(globs_only):
        for text, source in each.patterns:
            try:
                compile_rule(text, source)
            except GlobError:
                broken.add(source)
    assert {source for source, _ in find_errors(globs_only)} == broken


@given(paths.filter(lambda path: not is_glob(path) and "\udcff" not in path), paths)
def test_a_plain_name_anchored_is_itself(path: str, other: str) -> None:
    """Anchoring a path without special characters matches that path and no other."""
    assume(not any(char in "]}\\" for char in path))
    assert anchored(path)(path)
    assert anchored(path)(other) is (path == other)


def _make(root: Path, tree: set[str]) -> list[str]:
    made = []
    for path in sorted(tree, key=len, reverse=True):
        place = root / path
        if not place.exists() and not any(parent.is_file() for parent in place.parents):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
            made.append(path)
    return made


keys = st.lists(st.one_of(globs.map(lambda glob: glob.lstrip("/") or "*"), paths), min_size=1, max_size=5)


@given(st.sets(paths, max_size=12), keys)
@settings(max_examples=150, deadline=None)
def test_covers_says_what_the_walk_finds(tree: set[str], values: list[str]) -> None:
    """Without symlinks, a file counts exactly if :meth:`Watcher.covers` says so, and through the same key."""
    listed = [FileKey(number, value) for number, value in enumerate(values) if "\udcff" not in value]
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "project"
        root.mkdir()
        made = _make(root, tree)
        watched = watched_files(str(root), listed)
        assert watched.files == watched_files(str(root), listed, prune=False).files
        watcher = Watcher(listed, str(root))
        found: dict[str, set[int]] = {}
        for file in watched.files:
            found.setdefault(posixpath.normpath(file.path), set()).add(file.key)
        for path in made:
            covering = watcher.covers(path)
            assert (covering is not None) is (path in found)
            assert covering is None or covering in found[path]
            assert found.get(path, set()) <= set(watcher.matching(path))


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
times = st.integers(0, 2**62).map(Time.from_ns)
infos = st.builds(
    CacheInfo,
    timestamp=st.none() | times,
    commit=st.none() | st.text("0123456789abcdef", min_size=40, max_size=40),
    tags=st.none() | st.dictionaries(texts, texts, max_size=4),
    env=st.dictionaries(texts, st.none() | texts, max_size=4),
    directories=st.dictionaries(texts, st.none() | times | st.integers(0, 2**64 - 1), max_size=4),
)


@given(infos)
def test_the_text_says_everything(info: CacheInfo) -> None:
    """The text parses to the fields in uv's order, maps sorted by UTF-8 bytes, and nothing in it is blank."""
    read = json.loads(info.to_json(), object_pairs_hook=_sorted_pairs)
    assert list(read) == ["timestamp", "commit", "tags", "env", "directories"]
    assert _time(read["timestamp"]) == info.timestamp
    assert (read["commit"], read["tags"], read["env"]) == (info.commit, info.tags, info.env)
    assert {key: _time(value) for key, value in read["directories"].items()} == info.directories
    assert info.is_empty is (info == CacheInfo())


def _sorted_pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read = dict(pairs)
    if not {"timestamp", "secs_since_epoch"} & set(read):
        encoded = [key.encode() for key, _ in pairs]
        assert encoded == sorted(encoded)
    return read


def _time(value: object) -> object:
    return Time(value["secs_since_epoch"], value["nanos_since_epoch"]) if isinstance(value, dict) else value

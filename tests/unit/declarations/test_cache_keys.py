"""Reading cache-keys: every mistake at once, each with its place, value and remedy. (Acceptance is compared with the real uv elsewhere.)"""

from __future__ import annotations

import pytest

from cachekeys.tomlfile import parse
from cachekeys.uv.keys import (
    DEFAULT_KEYS,
    CacheKey,
    DirKey,
    EnvKey,
    FileKey,
    GitKey,
    KeyProblem,
    WatchSet,
    as_toml,
    file_key_value,
    read_watch_set,
)


def read(text: str) -> WatchSet:
    return read_watch_set(parse("pyproject.toml", text.encode()))


def problems(listed: str) -> tuple[KeyProblem, ...]:
    return read(f"[tool.uv]\ncache-keys = {listed}\n").problems


@pytest.mark.parametrize("text", ["", "[tool]\n", "[tool.uv]\n", "[tool.uv]\ncache_keys = []\n", "tool = [{}]\n"])
def test_defaults(text: str) -> None:
    assert read(text) == WatchSet(DEFAULT_KEYS, declared=False)


def test_no_document() -> None:
    assert read_watch_set(None) == WatchSet(DEFAULT_KEYS, declared=False)


def test_forms() -> None:
    watch = read(
        """
        [tool.uv]
        cache-keys = [
          "a", { file = "*.c" }, { dir = "src" }, { env = "A" },
          { git = true }, { git = false }, { git = {} }, { git = { tags = true } }, "",
        ]
        """
    )
    assert watch == WatchSet(
        (
            FileKey(0, "a"),
            FileKey(1, "*.c"),
            DirKey(2, "src"),
            EnvKey(3, "A"),
            GitKey(4, commit=True, tags=False),
            GitKey(5, commit=False, tags=False),
            GitKey(6, commit=False, tags=False),
            GitKey(7, commit=False, tags=True),
            FileKey(8, ""),
        ),
        declared=True,
    )


def test_empty_list_is_declared() -> None:
    assert read("[tool.uv]\ncache-keys = []\n") == WatchSet((), declared=True)


@pytest.mark.parametrize(
    ("listed", "path", "column", "words"),
    [
        ('[{ tag = "v" }]', "[0].tag", 17, "did you mean { git = { tags = true } }?"),
        ("[{ commit = true }]", "[0].commit", 17, "did you mean { git = { commit = true } }?"),
        ('[{ File = "a" }]', "[0].File", 17, "did you mean `file`?"),
        ('[{ path = "a" }]', "[0].path", 17, "did you mean `file`?"),
        ('[{ directory = "a" }]', "[0].directory", 17, "did you mean `dir`?"),
        ('[{ zzz = "a" }]', "[0].zzz", 17, '{ file = "a" }'),
        ("[{ git = { tag = true } }]", "[0].git.tag", 25, "did you mean `tags`?"),
        ("[{ git = { zzz = true } }]", "[0].git.zzz", 25, "remove it"),
        ("[{ git = { commit = 1 } }]", "[0].git.commit", 25, "an integer (1), but uv expects a boolean"),
        ('[{ git = "v" }]', "[0].git", 17, 'a string ("v"), but uv expects a boolean or a table'),
        ("[{}]", "[0]", 15, "the table is empty"),
        ('["a", 3]', "[1]", 20, "the integer 3 is no cache key"),
        ('[["a"]]', "[0]", 15, 'the array ["a"] is no cache key'),
        ('[{ file = "a", dir = "b" }]', "[0].dir", 29, '{ file = "a" }, { dir = "b" }'),
        ('[{ env = ["A", "B"] }]', "[0].env", 17, '{ env = "A" }, { env = "B" }'),
        ("[{ file = 3 }]", "[0].file", 17, 'an integer (3), but uv expects a string: write file = "setup.py"'),
        ("[{ dir = [] }]", "[0].dir", 17, "an empty array, but uv expects a string"),
        ('"setup.py"', "", 1, 'write cache-keys = ["setup.py"]'),
        ('{ file = "a" }', "", 1, 'write cache-keys = [{ file = "a" }]'),
        ("true", "", 1, "a boolean (true), but uv expects an array"),
        ('["a", "src/[ab.c"]', "[1]", 20, '"src/[ab.c" is not a valid glob: '),
        ("[{ file = 'x{a,b' }]", "[0].file", 17, '"x{a,b" is not a valid glob: '),
    ],
)
def test_one_mistake(listed: str, path: str, column: int, words: str) -> None:
    (problem,) = problems(listed)
    assert problem.path == f"tool.uv.cache-keys{path}"
    assert (problem.line, problem.column) == (2, column)
    assert words in problem.message


def test_all_mistakes_at_once_in_order() -> None:
    watch = read(
        "[tool.uv]\ncache-keys = [\n  3,\n  { tag = 1, extra = 2 },\n  'good',\n  'a[',\n  { git = { tag = 1, commit = 2 } },\n]\n"
    )
    assert [(p.line, p.path.removeprefix("tool.uv.cache-keys")) for p in watch.problems] == [
        (3, "[0]"),
        (4, "[1].tag"),
        (4, "[1].extra"),
        (6, "[3]"),
        (7, "[4].git.tag"),
        (7, "[4].git.commit"),
    ]
    assert watch.declared
    assert watch.keys == (FileKey(2, "good"),)


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("tool = 3", "tool", "write [tool]"),
        ("tool = []", "tool", "an empty array"),
        ("[tool]\nuv = 'x'", "tool.uv", "write [tool.uv]"),
        ("[[tool.uv]]\ncache-keys = ['a']", "tool.uv", "expects a table"),
        ("[tool]\nuv = false", "tool.uv", "a boolean (false)"),
    ],
)
def test_containers_of_the_wrong_type(text: str, path: str, words: str) -> None:
    watch = read(text)
    assert [problem.path for problem in watch.problems] == [path]
    assert words in watch.problems[0].message
    assert watch.keys == DEFAULT_KEYS
    assert not watch.declared


def test_neighbours_decide_whether_a_glob_is_parsed() -> None:
    """``#[a`` is a comment in uv's eyes; below a base that another glob shares it is a pattern."""
    assert not problems('["#[a"]')
    assert not problems('["lib/#[a"]')
    assert [problem.path for problem in problems('["lib/#[a", "*.c"]')] == ["tool.uv.cache-keys[0]"]


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (FileKey(0, "a.c"), '{ file = "a.c" }'),
        (FileKey(0, 'a"b\\c'), "{ file = 'a\"b\\c' }"),
        (DirKey(0, "src"), '{ dir = "src" }'),
        (EnvKey(0, "A"), '{ env = "A" }'),
        (GitKey(0, commit=True, tags=True), "{ git = { commit = true, tags = true } }"),
        (GitKey(0, commit=True, tags=False), "{ git = { commit = true } }"),
        (GitKey(0, commit=False, tags=False), "{ git = false }"),
    ],
)
def test_as_toml_reads_back(key: CacheKey, text: str) -> None:
    assert as_toml(key) == text
    assert read(f"[tool.uv]\ncache-keys = [{text}]\n").keys == (key,)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("setup.py", "setup.py"),
        ("a]b}.txt", "a]b}.txt"),
        ("[id].py", r"{\[id\].py,/}"),
        ("src/[id].py", r"src/{\[id\].py,/}"),
        ("./src//[id].py", r"src/{\[id\].py,/}"),
        ("[x]/a.py", r"{\[x\]/a.py,/}"),
        ("/abs/a*.py", r"/abs/{a\*.py,/}"),
        ("../a,b?.py", r"../{a\,b\?.py,/}"),
        ("!d/a*", r"{!d/a\*,/}"),
        ("caf\udce9.txt", "{caf?.txt,/}"),
    ],
)
def test_key_for_a_literal_path(path: str, value: str) -> None:
    assert file_key_value(path) == value
    assert read(f"[tool.uv]\ncache-keys = [{as_toml(FileKey(0, value))}]\n").keys == (FileKey(0, value),)

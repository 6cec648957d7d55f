"""uv's verdict on cache-keys equals ours: for forms by hand, for random lists, and for random damage to a document."""

from __future__ import annotations

import os
import random
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.toml_documents import mutated
from support.uv_accepts import Reading, read_by_uv, refused_by_commands

from cachekeys.errors import TomlError
from cachekeys.toml.text import quote
from cachekeys.tomlfile import parse
from cachekeys.uv.keys import DirKey, EnvKey, FileKey, GitKey, as_toml, file_key_value, read_watch_set

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.uv_oracle import Oracle

pytestmark = pytest.mark.uv

ACCEPTED = [
    "[]",
    '["a"]',
    '["", ".", "./a", "/x", "../x", "~", "a\\\\b", "a\\u0000b", " a "]',
    '[{ file = "a" }]',
    '[{ dir = "a" }, { dir = "" }, { dir = "a/" }, { dir = "[" }]',
    '[{ env = "A" }, { env = "" }, { env = "A=B" }, { env = "A\\u0000" }]',
    "[{ git = true }]",
    "[{ git = false }]",
    "[{ git = {} }]",
    "[{ git = { commit = true } }]",
    "[{ git = { tags = true, commit = false } }]",
    "[{ git = { tags = false } }]",
    '["a", "a", { file = "a" }, { env = "A" }, { env = "A" }]',
    '[{ "file" = "a" }, { \'env\' = "B" }]',
    "[{ git.commit = true }]",
    "[{ git.tags = true, git.commit = true }]",
    "[\n  'a', # comment\n  { env = 'A' },\n]",
    "[{ file = 'a', }, {\n  env = 'A' # TOML 1.1\n}]",
    '["*", "**", "a/**/b", "[ab]?", "{a,b}", "!a*", "#*", "[]]", "[!]]", "{a,{b,c}}", "{}", "a\\\\*", "[[]"]',
    '["]", "}", "a]", "!", "#", "\\\\"]',
    '["#[a"]',
    '["", " *", "* "]',
]
REFUSED = [
    '"a"',
    "3",
    "true",
    "{}",
    '{ file = "a" }',
    "1979-05-27",
    "[3]",
    "[1.5]",
    "[true]",
    "[[]]",
    '[["a"]]',
    "[{}]",
    "[1979-05-27]",
    "[07:32:00]",
    '[{ tag = "a" }]',
    '[{ File = "a" }]',
    '[{ files = "a" }]',
    '[{ path = "a" }]',
    '[{ file = "a", dir = "b" }]',
    '[{ file = "a", reason = "b" }]',
    '[{ reason = "b", file = "a" }]',
    "[{ file = 3 }]",
    "[{ file = true }]",
    '[{ file = ["a"] }]',
    '[{ file = { path = "a" } }]',
    "[{ file = 1979-05-27 }]",
    "[{ dir = 3 }]",
    "[{ env = true }]",
    '[{ env = ["A", "B"] }]',
    '[{ git = "commit" }]',
    "[{ git = 1 }]",
    "[{ git = [true] }]",
    "[{ git = [true, true] }]",
    "[{ git = 1979-05-27 }]",
    "[{ git = { tag = true } }]",
    "[{ git = { Commit = true } }]",
    "[{ git = { commit = 1 } }]",
    '[{ git = { commit = "true" } }]',
    "[{ git = { commit = true, branch = true } }]",
    "[{ git = { commit = { x = 1 } } }]",
    "[{ git = true, env = 'A' }]",
    '["a", 3]',
    '["[a"]',
    '["{a"]',
    '["*}"]',
    '["*\\\\"]',
    '["[z-a]"]',
    '[{ file = "[a" }]',
    '["a/[", "*.c"]',
    '["lib/#[a", "*"]',
]
DOCUMENTS = {
    "array of tables": "[[tool.uv.cache-keys]]\nfile = 'a'\n[[tool.uv.cache-keys]]\ngit = true\n",
    "array of tables with a bad one": "[[tool.uv.cache-keys]]\nfile = 'a'\n[[tool.uv.cache-keys]]\n",
    "nested array of tables": "[[tool.uv.cache-keys]]\n[tool.uv.cache-keys.git]\ntags = true\n",
    "dotted": "tool.uv.cache-keys = [{ env = 'A' }]\n",
    "quoted": "[tool.\"uv\"]\n'cache-keys' = [{ env = 'A' }]\n",
    "no list": "[tool.uv]\n",
    "no table": "[tool.ruff]\n",
    "nothing": "",
    "underscore": "[tool.uv]\ncache_keys = [3]\n",
    "other case": "[tool.uv]\nCache-Keys = [3]\n",
    "unknown setting beside": "[tool.uv]\nbogus = 1\ncache-keys = [{ env = 'A' }]\n",
    "wrong setting beside": "[tool.uv]\nreinstall-package = 3\ncache-keys = [{ env = 'A' }]\n",
    "array of tables called tool": "[[tool]]\ncache-keys = [{ env = 'A' }]\n",
    "two tables called tool": "[[tool]]\n[[tool]]\ncache-keys = [3]\n",
    "bad list in an array of tables called tool": "[[tool]]\ncache-keys = [3]\n",
    "tool is an array": "tool = [{ cache-keys = ['a'] }, 3]\n",
    "tool is empty": "tool = []\n",
    "tool is a number": "tool = 3\n",
    "tool is an array of numbers": "tool = [3]\n",
    "tool is an array of arrays": "tool = [[['a']]]\n",
    "uv is a number": "[tool]\nuv = 3\n",
    "uv is a string": "[tool]\nuv = 'a'\n",
    "uv is an empty array": "[tool]\nuv = []\n",
    "uv is an array of tables": "[[tool.uv]]\ncache-keys = ['a']\n",
    "CRLF": "[tool.uv]\r\ncache-keys = [\r\n  { env = 'A' },\r\n]\r\n",
    "CR": "[tool.uv]\rcache-keys = []\r",
    "CR CR LF": "[tool.uv]\r\r\n",
    "CR CR LF in a string": 'x = """\r\r\n"""\n',
    "BOM": "\ufeff[tool.uv]\ncache-keys = [{ env = 'A' }]\n",
    "syntax error": "[tool.uv]\ncache-keys = ['a'\n",
    "twice": "[tool.uv]\ncache-keys = ['a']\ncache-keys = ['b']\n",
    "two tables": "[tool.uv]\ncache-keys = ['a']\n[tool.uv]\n",
    "NUL": "[tool.uv]\ncache-keys = []\n#\0\n",
    "escapes of TOML 1.1": '[tool.uv]\ncache-keys = [{ env = "\\x41\\e" }]\n',
    "integer of 64 bits": "x = [9223372036854775807, -9223372036854775808, 0x7FFFFFFFFFFFFFFF]\n",
    "integer beyond 64 bits": "x = 9223372036854775808\n",
    "negative integer beyond 64 bits": "x = [\n-9223372036854775809]\n",
    "hexadecimal beyond 64 bits": "x = { a = 0xFFFFFFFFFFFFFFFF }\n",
    "octal beyond 64 bits": "x = 0o7777777777777777777777\n",
    "binary beyond 64 bits": f"x = 0b1{63 * '0'}\n",
    "large float": "x = [1e308, inf, -inf, +nan]\n",
    "too large float": "x = 1e400\n",
    "too small float": "x = 1e-400\n",
    "no seconds": "x = 07:32\n[tool.uv]\ncache-keys = [{ env = 'A' }]\n",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a commit and a tag: then git keys show in the cache info."""
    root = tmp_path_factory.mktemp("project")
    environ = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for command in (
        ("init", "-q"),
        ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "one"),
        ("tag", "v1"),
    ):
        subprocess.run(["git", *command], cwd=root, env=environ, check=True)
    return root


def _ours(raw: bytes) -> Reading | None:
    """Return what we make of the document, in the terms of uv's cache info."""
    try:
        watch = read_watch_set(parse("pyproject.toml", raw))
    except TomlError:
        return None
    if watch.problems:
        return None
    git = [key for key in watch.keys if isinstance(key, GitKey)]
    return Reading(
        frozenset(key.name for key in watch.keys if isinstance(key, EnvKey)),
        frozenset(key.path for key in watch.keys if isinstance(key, DirKey)),
        any(key.commit for key in git),
        any(key.tags for key in git),
    )


def _agree(oracle: Oracle, project: Path, text: str | bytes) -> Reading | None:
    raw = text if isinstance(text, bytes) else text.encode()
    (project / "pyproject.toml").write_bytes(raw)
    theirs = read_by_uv(oracle, project)
    assert _ours(raw) == theirs, (raw, oracle.log[-500:])
    return theirs


@pytest.mark.parametrize("listed", ACCEPTED)
def test_accepted(listed: str, oracle: Oracle, project: Path) -> None:
    assert _agree(oracle, project, f"[tool.uv]\ncache-keys = {listed}\n") is not None


@pytest.mark.parametrize("listed", REFUSED)
def test_refused(listed: str, oracle: Oracle, project: Path) -> None:
    assert _agree(oracle, project, f"[tool.uv]\ncache-keys = {listed}\n") is None


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents(name: str, oracle: Oracle, project: Path) -> None:
    _agree(oracle, project, DOCUMENTS[name])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_other_encodings_are_refused(encoding: str, oracle: Oracle, project: Path) -> None:
    assert _agree(oracle, project, "[tool.uv]\ncache-keys = ['é']\n".encode(encoding)) is None


@pytest.mark.parametrize("text", ["uv = [['a']]", "uv = [['a'], 3]", "uv = [[3]]", "uv = { cache-keys = ['a'] }"])
def test_arrays_for_tables_as_commands_see_them(text: str, oracle: Oracle, project: Path) -> None:
    """The parser of the cache info takes an array for a table here, but no command gets that far."""
    body = f"[project]\nname = 'x'\nversion = '1'\nrequires-python = '>=3.8'\n{_BUILD}[tool]\n{text}\n"
    (project / "pyproject.toml").write_text(body)
    assert (_ours(body.encode()) is None) == refused_by_commands(oracle, project)


_BUILD = "[build-system]\nrequires = []\nbuild-backend = 'nothing'\nbackend-path = ['.']\n"

_VALUES: list[Any] = ["", "a", "A", "*.c", "[a", "x/{y}", 0, 1, 2.5, True, False, [], ["a"], {}, {"a": 1}, "DATE"]
_FIELDS = ["file", "dir", "env", "git", "file", "dir", "env", "git", "files", "tag", "commit", "reason", "File", ""]
_GIT_FIELDS = ["commit", "tags", "commit", "tags", "tag", "branch", "Commit"]


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return "1979-05-27" if value == "DATE" else quote(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quote(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return str(value)


def _random_lists(seed: int, count: int) -> Iterator[str]:
    """Yield lists that are mostly right: a list with many mistakes is refused anyway."""
    rng = random.Random(seed)

    def right() -> Any:
        return rng.choice(
            [
                rng.choice(["a", "b/c", "*.c", "{a,b}"]),
                {"file": rng.choice(["a", "src/**"])},
                {"dir": rng.choice(["src", "x y"])},
                {"env": rng.choice(["A", "B", ""])},
                {
                    "git": rng.choice(
                        [True, False, {}, {"commit": True}, {"tags": True}, {"tags": False, "commit": True}]
                    )
                },
            ]
        )

    def odd() -> Any:
        if rng.random() < 0.4:
            return rng.choice(_VALUES)
        if rng.random() < 0.4:
            names = rng.sample(_GIT_FIELDS, rng.randint(0, 3))
            return {"git": {name: rng.choice([True, False, True, False, 1, "x"]) for name in names}}
        return {name: rng.choice(_VALUES) for name in rng.sample(_FIELDS, rng.randint(0, 2))}

    for _ in range(count):
        entries = [right() for _ in range(rng.randint(0, 3))] + [odd() for _ in range(rng.choice([0, 1, 1, 2]))]
        rng.shuffle(entries)
        yield _toml(entries)


def test_random_lists(oracle: Oracle, project: Path) -> None:
    verdicts = [
        _agree(oracle, project, f"[tool.uv]\ncache-keys = {listed}\n") is not None for listed in _random_lists(20, 500)
    ]
    assert 100 < sum(verdicts) < 400  # both answers are frequent


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutated() | st.text(max_size=20))
def test_damaged_documents(oracle: Oracle, project: Path, text: str) -> None:
    _agree(oracle, project, text)


NAMES = [
    "plain.txt",
    "[id].py",
    "{x}.txt",
    "a*b?.c",
    "[",
    "*",
    "**",
    "{a,b}.c",
    "!x*.py",
    "#x[1].py",
    "back\\sl*sh",
    "ends in blank* ",
    "-[a]-",
    "a,b{.c",
    "]]}[",
    "é[ü].txt",
    "deep/er/[id].py",
    "[slug]/page.tsx",
    "!d/x[1].c",
    "a/#d/x[1].c",
    "a/!d/x[1].c",
    "a\\b/x[1].c",
    "a]/{b}/c.txt",
    "a b /[c].txt",
]


@pytest.mark.parametrize("others", [[], ["*.zzz"], ["a/*.zzz", "deep/*.zzz"], ["!nothing*", "*/*.zzz"]], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_the_key_for_a_literal_path_counts_that_file_only(
    name: str, others: list[str], oracle: Oracle, tmp_path: Path
) -> None:
    """uv's timestamp follows this file, and no other that a looser glob would catch, beside other globs too."""
    root = tmp_path / "p"
    decoys = [f"sub/{name}", f"{os.path.dirname(name)}/sub/{os.path.basename(name)}", "i.py", "x.txt", "d.py", "aXbY.c"]
    for each in (*decoys, name, "a/file", "deep/file"):
        path = root / each.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    keys = [*(_toml(other) for other in others), as_toml(FileKey(0, file_key_value(name)))]
    (root / "pyproject.toml").write_text(f"[tool.uv]\ncache-keys = [{', '.join(keys)}]\n")
    watch = read_watch_set(parse("pyproject.toml", (root / "pyproject.toml").read_bytes()))
    assert not watch.problems
    assert isinstance(watch.keys[-1], FileKey)
    timestamp = oracle.cache_info(root)["timestamp"]
    assert timestamp is not None
    ctime = (root / name).stat().st_ctime_ns
    assert (timestamp["secs_since_epoch"], timestamp["nanos_since_epoch"]) == divmod(ctime, 10**9)
    for decoy in decoys:
        if (root / decoy.lstrip("/")) != root / name:
            (root / decoy.lstrip("/")).touch()
    assert oracle.cache_info(root)["timestamp"] == timestamp

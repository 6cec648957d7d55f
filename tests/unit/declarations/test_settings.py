"""[tool.cachekeys]: what is accepted, and every problem at once with its place and remedy."""

from __future__ import annotations

import pytest

from cachekeys.errors import SettingsError
from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.settings import Settings, read_settings
from cachekeys.tomlfile import parse


def read(body: str) -> Settings:
    return read_settings(parse("pyproject.toml", f"[tool.cachekeys]\n{body}\n".encode()))


def refuse(body: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        read(body)
    return refused.value.problems


@pytest.mark.parametrize("text", ["", "[tool.uv]\n", "tool = 3\n"])
def test_absent(text: str) -> None:
    assert read_settings(parse("pyproject.toml", text.encode())) == Settings()
    assert read_settings(None) == Settings()


def test_empty_table_is_present() -> None:
    assert read("") == Settings(present=True)


def test_everything() -> None:
    settings = read(
        """enforce = "error"
mode = "wheel"
uv = ">=0.8"
select = ["CK0", " ck101 "]
ignore = { CK006 = "we want it", CK10 = "" }
inputs = ["data/table.csv", { file = "./gen/*.in", reason = "gen.py reads them" }, { env = "FLAVOUR" },
  { git = { commit = true, tags = true } }]
not-inputs = [{ file = "docs/**", reason = "website" }, { env = "DEBUG" }]
emit-uv-cache = "editable"
"""
    )
    assert settings.enforce == "error"
    assert settings.mode == "wheel"
    assert settings.uv == ">=0.8"
    assert settings.select == ("CK0", "CK101")
    assert settings.ignore == {"CK006": "we want it", "CK10": ""}
    assert settings.not_inputs == {("file", "docs/**"): "website", ("env", "DEBUG"): ""}
    assert settings.emit_uv_cache == "editable"
    assert settings.present
    assert [(item.kind, item.what, item.role, item.origin) for item in settings.inputs] == [
        ("file", "data/table.csv", "dynamic-file", Origin("pyproject.toml", 7, 11)),
        ("files", "gen/*.in", "dynamic-file", Origin("pyproject.toml", 7, 29)),
        ("env", "FLAVOUR", "environment", Origin("pyproject.toml", 7, 84)),
        ("git", "commit", "scm-version", Origin("pyproject.toml", 8, 3)),
        ("git", "tags", "scm-version", Origin("pyproject.toml", 8, 3)),
    ]
    assert isinstance(settings.inputs[0], BuildInput)
    assert settings.inputs[1].why.endswith("gen.py reads them")


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("git = true", ["commit"]),
        ("git = 'tags'", ["tags"]),
        ("git = { tags = true }", ["tags"]),
        ("git = { commit = true, tags = false }", ["commit"]),
    ],
)
def test_git_inputs(body: str, what: list[str]) -> None:
    assert [item.what for item in read(f"inputs = [{{ {body} }}]").inputs] == what


def test_list_of_ignored() -> None:
    assert read('ignore = ["CK006"]').ignore == {"CK006": ""}
    assert read('select = { CK1 = "gaps only" }').select == ("CK1",)
    assert read("emit-uv-cache = false").emit_uv_cache is False


@pytest.mark.parametrize(
    ("body", "key", "words"),
    [
        ('enforce = "eror"', "enforce", 'the string "eror" is not accepted; did you mean "error"? It takes'),
        ("enforce = true", "enforce", 'the boolean true is not accepted; write "warn", "error" or "off"'),
        ('mode = "Editable"', "mode", 'did you mean "editable"?'),
        ('Enforce = "warn"', "Enforce", "did you mean `enforce`?"),
        ("not_inputs = []", "not_inputs", "did you mean `not-inputs`?"),
        ("zzz = 1", "zzz", "known: enforce, mode, uv, select"),
        ('uv = "latest"', "uv", '">=0.8"'),
        ('uv = ">=0.8,<0.7"', "uv", "admits no uv release"),
        ("uv = 0.8", "uv", "the float 0.8 is no string"),
        ('uv = ""', "uv", "the string is empty"),
        ('select = "CK1"', "select", "is no array"),
        ("select = [1]", "select[0]", "the integer 1 is no string"),
        ('select = ["CK1", "XX"]', "select[1]", "'XX' selects no rule"),
        ('select = [""]', "select[0]", "selects no rule"),
        ("ignore = { CK006 = 3 }", "ignore.CK006", 'write CK006 = "why"'),
        ('ignore = { CK888 = "x" }', "ignore.CK888", "selects no rule"),
        ("inputs = {}", "inputs", "is no array"),
        ("inputs = [3]", "inputs[0]", "the integer 3 is no entry"),
        ("inputs = [{}]", "inputs[0]", "names nothing"),
        ('inputs = [{ reason = "x" }]', "inputs[0]", "names nothing"),
        ('inputs = [{ file = "a", reson = "x" }]', "inputs[0].reson", "did you mean `reason`?"),
        ('inputs = [{ file = "a", env = "B" }]', "inputs[0].env", "one entry for each"),
        ('inputs = [{ file = "a", reason = 1 }]', "inputs[0].reason", 'write reason = "why"'),
        ('inputs = [{ file = "/a" }]', "inputs[0].file", "is absolute"),
        ('inputs = [{ file = "a/" }]', "inputs[0].file", '"a/**"'),
        ('inputs = [{ file = "" }]', "inputs[0].file", "the string is empty"),
        ('inputs = [""]', "inputs[0]", "the string is empty"),
        ('inputs = [{ file = "a[" }]', "inputs[0].file", "is no valid glob"),
        ("inputs = [{ env = 1 }]", "inputs[0].env", "the integer 1 is no string"),
        ("inputs = [{ git = false }]", "inputs[0].git", "commit = true, tags = true"),
        ("inputs = [{ git = { tag = true } }]", "inputs[0].git.tag", "commit = true, tags = true"),
        ("not-inputs = [{ git = true }]", "not-inputs[0].git", "there is no such field"),
        ("emit-uv-cache = true", "emit-uv-cache", 'write false or "editable"'),
    ],
)
def test_one_problem(body: str, key: str, words: str) -> None:
    (problem,) = refuse(body)
    assert f": tool.cachekeys.{key}: " in problem
    assert problem.startswith("pyproject.toml:2:")
    assert words in problem


def test_no_table() -> None:
    with pytest.raises(SettingsError, match=r"pyproject.toml:2:1: tool.cachekeys: the integer 3 is no table"):
        read_settings(parse("pyproject.toml", b"[tool]\ncachekeys = 3\n"))


def test_all_problems_at_once_in_order() -> None:
    found = refuse('emit-uv-cache = 1\nzzz = 1\nmode = "x"\ninputs = [1, { env = 2 }]\nenforce = 0')
    assert [problem.split(": ")[1] for problem in found] == [
        "tool.cachekeys.emit-uv-cache",
        "tool.cachekeys.zzz",
        "tool.cachekeys.mode",
        "tool.cachekeys.inputs[0]",
        "tool.cachekeys.inputs[1].env",
        "tool.cachekeys.enforce",
    ]
    assert [int(problem.split(":")[1]) for problem in found] == [2, 3, 4, 5, 5, 6]

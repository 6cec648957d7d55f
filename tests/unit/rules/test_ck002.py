from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, keys, native, pyproject

from cachekeys.rules import registry

if TYPE_CHECKING:
    from support.rule_cases import Make

DATA = {"data.txt": ""}


@pytest.mark.parametrize(
    "table",
    [
        '[tool.uv]\ncache_keys = ["data.txt"]\n',
        '[tool.uv.pip]\ncache-keys = ["data.txt"]\n',
        '[uv]\ncache-keys = ["data.txt"]\n',
        '[[tool.uv.cache-key]]\nfile = "data.txt"\n',
    ],
)
def test_the_wrong_place_in_pyproject(make_project: Make, table: str) -> None:
    text = pyproject(table)
    (finding,) = findings("CK002", analysis_of(make_project({"pyproject.toml": text, **DATA})))
    assert finding.severity == "error"
    assert "stale install" in finding.message
    assert "defaults" in finding.message
    assert finding.line is not None
    assert "cache" in text.splitlines()[finding.line - 1]


def test_a_list_in_the_right_place_beside_it(make_project: Make) -> None:
    text = pyproject('[tool.uv]\ncache_keys = ["data.txt"]\ncache-keys = ["pyproject.toml"]\n')
    (finding,) = findings("CK002", analysis_of(make_project({"pyproject.toml": text, **DATA})))
    assert finding.severity == "warning"


def test_uv_toml(make_project: Make) -> None:
    files = {"pyproject.toml": pyproject(), "uv.toml": 'offline = true\ncache-keys = ["data.txt"]\n', **DATA}
    (finding,) = findings("CK002", analysis_of(make_project(files)))
    assert (finding.file, finding.line) == ("uv.toml", 2)


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": pyproject(keys('"data.txt"'))},
        {"pyproject.toml": pyproject(keys('"data.txt"')), "uv.toml": ""},
        {"pyproject.toml": pyproject("[tool.cachekeys]\nenforce = 'warn'\n")},
        {"pyproject.toml": pyproject("[tool.uv]\ncache-dir = 'x'\n")},
        {"pyproject.toml": pyproject('[tool.other]\ncache-keys = ["data.txt"]\n')},
    ],
)
def test_the_right_place(make_project: Make, files: dict[str, str]) -> None:
    assert not findings("CK002", analysis_of(make_project({**files, **DATA})))


def test_a_root_that_is_not_installed(make_project: Make) -> None:
    text = '[tool.uv.workspace]\nmembers = ["a"]\n' + keys('"a/data.txt"')
    files = {"pyproject.toml": text, "a/pyproject.toml": pyproject(name="a"), "a/data.txt": ""}
    root = make_project(files)
    (finding,) = findings("CK002", analysis_of(root))
    assert "root" in finding.message
    assert finding.severity == "warning"
    assert [other.code for other in registry.run(analysis_of(root))] == ["CK002"]


@pytest.mark.parametrize(
    ("member", "root_entry", "inputs", "reported"),
    [
        ("", '"a/data.txt"', (), True),
        ("", '"a/**/*.txt"', (), True),
        (keys('"pyproject.toml"', '"data.txt"'), '"a/data.txt"', (), False),  # both watch it, on purpose
        ("", '"*/data.txt"', (), False),  # its own data.txt, too
        ("", '"a/data.txt"', ("a/data.txt",), False),  # the root reads it
        ("", '"a/pyproject.toml"', (), False),  # the member watches it by default
    ],
)
def test_keys_of_a_member_in_the_root(
    make_project: Make, member: str, root_entry: str, inputs: tuple[str, ...], *, reported: bool
) -> None:
    files = {
        "pyproject.toml": pyproject('[tool.uv.workspace]\nmembers = ["a"]\n', keys('"pyproject.toml"', root_entry)),
        "a/pyproject.toml": pyproject(member, name="a"),
        "a/data.txt": "",
        "b/data.txt": "",
    }
    found = findings("CK002", analysis_of(make_project(files), *map(native, inputs)))
    assert bool(found) == reported
    for finding in found:
        assert (finding.severity, finding.confidence) == ("warning", "likely")
        assert "`a`" in finding.message

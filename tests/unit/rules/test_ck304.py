from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, keys, native, pyproject

from cachekeys.inputs.model import Origin, Unresolved

if TYPE_CHECKING:
    from support.rule_cases import Make


def reinstall(*names: str, table: str = "tool.uv") -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return f"[{table}]\nreinstall-package = [{listed}]\n"


@pytest.mark.parametrize("written", ["my-demo", "My_Demo", "MY.demo"])
def test_it_names_the_project(make_project: Make, written: str) -> None:
    text = pyproject(reinstall("other", written), name="my_demo")
    (finding,) = findings("CK304", analysis_of(make_project({"pyproject.toml": text})))
    assert (finding.severity, finding.subject) == ("warning", "my-demo")
    assert "needless rebuild" in finding.message
    assert finding.line is not None
    assert finding.column is not None
    assert text.splitlines()[finding.line - 1][finding.column - 1 :].startswith(f'"{written}"')


def test_the_fix_lists_what_is_missing(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(reinstall("demo")), "csrc/a.c": ""})
    (finding,) = findings("CK304", analysis_of(root, native("csrc/a.c")))
    assert finding.fix is not None
    assert finding.fix.keys == ('{ file = "csrc/a.c" }',)
    assert not finding.fix.safe


def test_nothing_is_missing(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(reinstall("demo"))})
    (finding,) = findings("CK304", analysis_of(root))
    assert finding.fix is not None
    assert finding.fix.keys == ()


def test_where_keys_may_not_do_it(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(reinstall("demo"))})
    unknown = Unresolved("asks a server", Origin("setup.py", 3))
    assert [finding.severity for finding in findings("CK304", analysis_of(root, unknown))] == ["info"]


def test_only_for_uv_pip(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject(reinstall("demo", table="tool.uv.pip"))})
    (finding,) = findings("CK304", analysis_of(root))
    assert "uv pip install" in finding.message


def test_a_member_named_in_the_root(make_project: Make) -> None:
    files = {
        "pyproject.toml": pyproject('[tool.uv]\nreinstall-package = ["a"]\n[tool.uv.workspace]\nmembers = ["a"]\n'),
        "a/pyproject.toml": pyproject(name="a"),
    }
    root = make_project(files)
    assert not findings("CK304", analysis_of(root))
    (finding,) = findings("CK304", analysis_of(root / "a"))
    assert finding.file == "../pyproject.toml"


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": pyproject(reinstall("other"))},
        {"pyproject.toml": pyproject(keys('"pyproject.toml"'))},
        {"pyproject.toml": pyproject(reinstall("demo")), "uv.toml": ""},  # CK403
        {"pyproject.toml": pyproject('[tool.uv]\nreinstall-package = "demo"\n')},  # CK402
        {"setup.py": "from setuptools import setup\nsetup()\n"},
    ],
)
def test_nothing_in_force(make_project: Make, files: dict[str, str]) -> None:
    assert not findings("CK304", analysis_of(make_project(files)))

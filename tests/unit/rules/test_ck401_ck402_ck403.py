from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, pyproject

if TYPE_CHECKING:
    from support.rule_cases import Make

LOCK = '[[package]]\nname = "demo"\n\n[[package]]\nname = "attrs"\nversion = "1"\n'


def reinstall(*names: str) -> str:
    return "reinstall-package = [" + ", ".join(f'"{name}"' for name in names) + "]\n"


@pytest.mark.parametrize(
    "name",
    ["demo", "De.Mo", "numpy", "mkdocs", "pytest", "hatchling", "sibling", "member", "deep-dependency"],
)
def test_known_names(make_project: Make, name: str) -> None:
    files = {
        "pyproject.toml": pyproject(
            'dependencies = ["numpy>=2"]\n',
            '[project.optional-dependencies]\ndocs = ["MkDocs"]\n[dependency-groups]\ntest = ["pytest", {include-group = "x"}]\n',
            f'[tool.uv]\n{reinstall(name)}[tool.uv.sources]\nsibling = {{ path = "../sibling" }}\n',
            '[tool.uv.workspace]\nmembers = ["m"]\n',
            name="de-mo" if name == "De.Mo" else "demo",
        ),
        "m/pyproject.toml": pyproject('dependencies = ["deep-dependency"]\n', name="member"),
    }
    assert not findings("CK401", analysis_of(make_project(files)))


def test_a_slip(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject("[tool.uv]\n" + reinstall("demoo"))})
    (finding,) = findings("CK401", analysis_of(root))
    assert finding.severity == "warning"
    assert "did you mean `demo`?" in finding.message


def test_without_a_lock_it_may_be_a_dependency_of_a_dependency(make_project: Make) -> None:
    root = make_project({"pyproject.toml": pyproject("[tool.uv]\n" + reinstall("zstandard"))})
    assert [finding.severity for finding in findings("CK401", analysis_of(root))] == ["info"]


def test_the_lock_decides(make_project: Make) -> None:
    files = {"pyproject.toml": pyproject("[tool.uv]\n" + reinstall("zstandard", "Attrs")), "uv.lock": LOCK}
    (finding,) = findings("CK401", analysis_of(make_project(files)))
    assert (finding.severity, finding.subject) == ("warning", "zstandard")
    assert "uv.lock" in finding.message


@pytest.mark.parametrize(
    "value", ['"demo"', "true", '["./"]', '["demo>=1"]', '["demo[all]"]', '[""]', '["a b"]', "[3]"]
)
def test_malformed(make_project: Make, value: str) -> None:
    text = pyproject(f"[tool.uv]\nreinstall-package = {value}\n")
    (finding,) = findings("CK402", analysis_of(make_project({"pyproject.toml": text})))
    assert (finding.severity, finding.line) == ("error", 10)
    assert "drops all settings" in finding.message


@pytest.mark.parametrize("value", ["[]", '["demo"]', '["MY.Pkg", "my--pkg"]'])
def test_well_formed(make_project: Make, value: str) -> None:
    root = make_project({"pyproject.toml": pyproject(f"[tool.uv]\nreinstall-package = {value}\n")})
    assert not findings("CK402", analysis_of(root))
    assert not findings("CK403", analysis_of(root))


def test_a_member(make_project: Make) -> None:
    files = {
        "pyproject.toml": pyproject('[tool.uv.workspace]\nmembers = ["packages/*"]\n', name="root"),
        "packages/a/pyproject.toml": pyproject("[tool.uv]\n" + reinstall("demo")),
    }
    root = make_project(files)
    (finding,) = findings("CK403", analysis_of(root / "packages/a"))
    assert (finding.file, finding.line) == ("pyproject.toml", 10)
    assert "member" in finding.message
    assert not findings("CK403", analysis_of(root))
    for code in ("CK304", "CK401", "CK402"):
        assert not findings(code, analysis_of(root / "packages/a"))


def test_shadowed_by_uv_toml(make_project: Make) -> None:
    files = {"pyproject.toml": pyproject("[tool.uv]\n" + reinstall("demo")), "uv.toml": ""}
    (finding,) = findings("CK403", analysis_of(make_project(files)))
    assert "uv.toml" in finding.message
    assert finding.severity == "warning"


def test_a_path_dependency(make_project: Make) -> None:
    files = {
        "app/pyproject.toml": pyproject('[tool.uv.sources]\nlib = { path = "../lib" }\n', name="app"),
        "lib/pyproject.toml": pyproject("[tool.uv]\n" + reinstall("lib"), name="lib"),
    }
    root = make_project(files)
    (finding,) = findings("CK403", analysis_of(root / "app"))
    assert (finding.severity, finding.file) == ("info", "../lib/pyproject.toml")
    assert not findings("CK403", analysis_of(root / "lib"))

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, keys, pyproject

if TYPE_CHECKING:
    from support.rule_cases import Make

    from cachekeys.findings import Finding

TREE = dict.fromkeys(("src/demo/__init__.py", "src/demo/a.c", "tools/gen.py", "notes.txt", "csrc/a.c"), "")
VENV = dict.fromkeys((".venv/pyvenv.cfg", ".venv/lib/x.py", ".venv/lib/x.c"), "")


def found(make_project: Make, *entries: str, **more: str) -> list[Finding]:
    text = pyproject(keys('"pyproject.toml"', *(f'"{entry}"' for entry in entries)))
    files = {"pyproject.toml": text, **TREE, **{name.replace("|", "/"): content for name, content in more.items()}}
    return findings("CK302", analysis_of(make_project(files)))


@pytest.mark.parametrize(
    ("entry", "file", "fix"),
    [
        ("**/*.py", ".venv/lib/x.py", ('{ file = "src/**/*.py" }', '{ file = "tools/**/*.py" }')),
        ("*.py", ".venv/lib/x.py", ('{ file = "src/**/*.py" }', '{ file = "tools/**/*.py" }')),
        ("**/*.c", ".venv/lib/x.c", ('{ file = "csrc/**/*.c" }', '{ file = "src/**/*.c" }')),
        ("*.cfg", ".venv/pyvenv.cfg", ('{ file = "!.ven[v]" }',)),
    ],
)
def test_what_is_there(make_project: Make, entry: str, file: str, fix: tuple[str, ...]) -> None:
    (finding,) = found(make_project, entry, **VENV)
    assert (finding.severity, finding.confidence) == ("warning", "certain")
    assert f"`{file}`" in finding.message
    assert "(needless rebuild)" in finding.message
    assert finding.fix is not None
    assert finding.fix.keys == fix
    assert not finding.fix.safe


@pytest.mark.parametrize(
    ("directory", "why"),
    [
        (".git", "every command of version control"),
        ("node_modules/left", "installing any package"),
        (".mypy_cache/3.12", "a tool rewrites it"),
        ("src/demo/__pycache__", "Python writes it"),
        ("src/.ipynb_checkpoints", "a tool rewrites it"),
    ],
)
def test_which_directories(make_project: Make, directory: str, why: str) -> None:
    (finding,) = found(make_project, "**/*.zz", **{f"{directory}/x.zz": ""})
    assert f"`{directory}/x.zz`: {why}" in finding.message


def test_an_environment_is_known_by_its_file(make_project: Make) -> None:
    assert not found(make_project, "**/*.zz", **{"env/x.zz": ""})
    assert found(make_project, "**/*.zz", **{"env/x.zz": "", "env/pyvenv.cfg": ""})


def test_what_will_be_there(make_project: Make) -> None:
    (finding,) = found(make_project, "**/*.py")
    assert finding.confidence == "likely"
    assert "`.venv`" in finding.message
    assert "does not exist yet" in finding.message
    (finding,) = [item for item in found(make_project, "src/**") if item.subject == "src/**"]
    assert "`__pycache__`" in finding.message
    assert finding.fix is not None
    assert finding.fix.keys == ('{ file = "src/**/*.{c,py}" }',)


def test_a_member_of_a_workspace_has_no_environment_of_its_own(make_project: Make) -> None:
    root = make_project({"pyproject.toml": '[tool.uv.workspace]\nmembers = ["m"]\n'})
    text = pyproject(keys('"pyproject.toml"', '"**/*.py"'))
    (root / "m").mkdir()
    (root / "m/pyproject.toml").write_text(text)
    (root / "m/a.py").touch()
    assert not findings("CK302", analysis_of(root / "m"))


@pytest.mark.parametrize(
    "entry",
    [
        "src/**/*.py",
        "src/**/*.c",
        "csrc/**",
        "**/*.c",
        "*.txt",
        "node_modules/left/*.js",
        ".git/refs/**",
        "!**/*.py",
        "/*.py",
        ".venv/lib/x.py",
        "tools/*",
    ],
)
def test_sane_or_meant(make_project: Make, entry: str) -> None:
    more = {"node_modules/left/x.js": "", ".git/refs/heads/main": ""}
    assert not found(make_project, entry, **more)


def test_a_working_exclusion(make_project: Make) -> None:
    assert not found(make_project, "**/*.py", "!.venv/**", **VENV)


def test_the_fix_helps(make_project: Make) -> None:
    (finding,) = found(make_project, "**/*.py", **VENV)
    assert finding.fix is not None
    text = pyproject(keys('"pyproject.toml"', *finding.fix.keys))
    analysis = analysis_of(make_project({"pyproject.toml": text, **TREE, **VENV}, "repaired"))
    assert not findings("CK302", analysis)
    assert [files for index, files in analysis.coverage.matched.items() if index] == [
        ("src/demo/__init__.py",),
        ("tools/gen.py",),
    ]

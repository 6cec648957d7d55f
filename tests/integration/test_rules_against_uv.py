"""What the rules claim about uv, asked of the real uv: each claim with the project that breaks it and the one that does not.

Every test first lets cachekeys judge the project and then lets uv do what the message says it does.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, output
from support.uv_rebuilds import Round, UvProject

if TYPE_CHECKING:
    from pathlib import Path

    from cachekeys.findings import Finding
    from cachekeys.inputs.model import Detected

pytestmark = pytest.mark.uv

NOTHING = Round(built=False, installed=False)
REBUILT = Round(built=True, installed=True)
REINSTALLED = Round(built=False, installed=True)


def table(*entries: str, extra: str = "") -> str:
    return f"[tool.uv]\n{extra}cache-keys = [{', '.join(entries)}]\n"


def judged(project: UvProject, code: str, *detected: Detected) -> list[Finding]:
    return findings(code, analysis_of(project.root, *detected))


def subjects(project: UvProject, code: str, *detected: Detected) -> list[str]:
    return [finding.subject for finding in judged(project, code, *detected)]


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


# -- CK001, CK002, CK006 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entry", ["3", "{}", "{ tag = true }", "{ git = { tag = true } }", '{ file = "a", env = "B" }', '"[a"']
)
def test_ck001_uv_refuses_the_project(tmp_path: Path, entry: str) -> None:
    project = UvProject(tmp_path, table('"pyproject.toml"', entry))
    assert subjects(project, "CK001")
    answer = project.uv("sync")
    assert answer.returncode != 0
    assert "cache" in answer.stderr


@pytest.mark.parametrize(
    "entry", ['""', "{ git = {} }", "{ git = { commit = false } }", '{ env = "A=B" }', '"}"', '{ dir = "" }']
)
def test_ck001_accepts_what_uv_accepts(tmp_path: Path, entry: str) -> None:
    project = UvProject(tmp_path, table('"pyproject.toml"', entry))
    assert not subjects(project, "CK001")
    assert project.sync() == REBUILT
    assert project.sync() == NOTHING


def test_ck006_uv_reads_toml_1_1(tmp_path: Path) -> None:
    project = UvProject(tmp_path, '[tool.uv]\ncache-keys = [{\n  file = "data.txt",\n}]\n', {"data.txt": "1"})
    assert subjects(project, "CK006")
    project.sync()
    project.write("data.txt", "2")
    assert project.sync() == REBUILT


@pytest.mark.parametrize(
    ("uv_table", "files"),
    [
        ('[tool.uv]\ncache_keys = ["data.txt"]\n', {}),
        ('[tool.uv.pip]\ncache-keys = ["data.txt"]\n', {}),
        ('[uv]\ncache-keys = ["data.txt"]\n', {}),
        ("", {"uv.toml": 'cache-keys = ["data.txt"]\n'}),
    ],
)
def test_ck002_misplaced_keys_have_no_effect(tmp_path: Path, uv_table: str, files: dict[str, str]) -> None:
    project = UvProject(tmp_path, uv_table, {"data.txt": "", **files})
    assert judged(project, "CK002")
    project.sync()
    project.write("data.txt", "changed")
    assert project.sync() == NOTHING
    project.write("setup.py", "")
    assert project.sync() == REBUILT  # the defaults are in force


def test_ck002_uv_toml_does_not_replace_the_keys_of_pyproject(tmp_path: Path) -> None:
    project = UvProject(tmp_path, table('"data.txt"'), {"data.txt": "", "uv.toml": ""})
    assert not judged(project, "CK002")
    project.sync()
    project.write("data.txt", "changed")
    assert project.sync() == REBUILT


def test_ck002_keys_of_the_root_do_not_rebuild_a_member(tmp_path: Path) -> None:
    project = UvProject(tmp_path, table('"pyproject.toml"', '"m/data.txt"') + '[tool.uv.workspace]\nmembers = ["m"]\n')
    project.add_package("m", "member")
    project.write("m/data.txt", "")
    assert judged(project, "CK002")
    project.sync("--package", "member")
    project.write("m/data.txt", "changed")
    assert project.sync("--package", "member") == NOTHING
    assert project.sync("--package", "demo").built


# -- CK003, CK004 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["pyproject.toml", "setup.py", "setup.cfg"])
def test_ck003_a_dropped_default_is_not_noticed(tmp_path: Path, file: str) -> None:
    files = {"data.txt": "", "setup.py": "", "setup.cfg": "[metadata]\n"}
    project = UvProject(tmp_path, table('"data.txt"'), files)
    assert "pyproject.toml" in subjects(project, "CK003")
    project.sync()
    path = project.root / file
    path.write_text(path.read_text() + "\n# edited\n")
    assert project.sync() == NOTHING


def test_ck003_the_fix_makes_uv_notice(tmp_path: Path) -> None:
    project = UvProject(tmp_path, table('"data.txt"'), {"data.txt": ""})
    (finding,) = judged(project, "CK003")
    assert finding.fix is not None
    repaired = UvProject(tmp_path / "repaired", table('"data.txt"', *finding.fix.keys), {"data.txt": ""})
    assert not judged(repaired, "CK003")
    repaired.sync()
    path = repaired.root / "pyproject.toml"
    path.write_text(path.read_text() + "\n# edited\n")
    assert repaired.sync() == REBUILT


@pytest.mark.parametrize(
    "entries", [(), ('"missing.txt"', '"csrc/*.c"'), ("{ git = true }",), ('"docs"',), ('{ dir = "a.txt" }',)]
)
def test_ck004_reinstalls_for_ever_and_never_rebuilds(tmp_path: Path, entries: tuple[str, ...]) -> None:
    project = UvProject(tmp_path, table(*entries), {"a.txt": "", "docs/b.txt": ""})
    assert subjects(project, "CK004")
    project.sync()
    assert project.sync() == REINSTALLED
    path = project.root / "pyproject.toml"
    path.write_text(path.read_text().replace('version = "1.0"', 'version = "1.0"\ndescription = "new"'))
    assert project.sync() == REINSTALLED
    assert project.sync() == REINSTALLED


@pytest.mark.parametrize("entries", [('{ env = "NOT_SET" }',), ('{ dir = "missing" }',), ('"a.txt"',)])
def test_ck004_not_empty(tmp_path: Path, entries: tuple[str, ...]) -> None:
    project = UvProject(tmp_path, table(*entries), {"a.txt": ""})
    assert not subjects(project, "CK004")
    project.sync()
    assert project.sync() == NOTHING


# -- CK201, CK202, CK203 -------------------------------------------------------------------------------------------

TREE = {"native/Cargo.toml": "1", "csrc/a.c": "1", "csrc/deep/b.h": "1"}


@pytest.mark.parametrize(
    ("code", "entry", "file"),
    [
        ("CK201", '"Cargo.toml"', "native/Cargo.toml"),
        ("CK201", '"native/cargo.toml"', "native/Cargo.toml"),
        ("CK201", r'"native\\Cargo.toml"', "native/Cargo.toml"),
        ("CK201", '"csrc/**/*.{x, c}"', "csrc/a.c"),
        ("CK201", '"crsc/**/*.c"', "csrc/a.c"),
        ("CK201", '{ dir = "Csrc" }', "csrc/a.c"),
        ("CK202", '"csrc"', "csrc/a.c"),
        ("CK202", '{ file = "csrc/" }', "csrc/deep/b.h"),
        ("CK202", '"."', "csrc/a.c"),
        ("CK203", '{ dir = "csrc" }', "csrc/deep/b.h"),
    ],
)
def test_ck20x_the_key_notices_nothing_and_the_fix_does(tmp_path: Path, code: str, entry: str, file: str) -> None:
    project = UvProject(tmp_path, table('"pyproject.toml"', entry), TREE)
    (finding,) = judged(project, code)
    project.sync()
    project.write(file, "changed")
    assert project.sync() == NOTHING
    if finding.fix is None or not finding.fix.keys or finding.fix.keys[0].startswith("{ dir"):
        return
    repaired = UvProject(tmp_path / "repaired", table('"pyproject.toml"', *finding.fix.keys), TREE)
    assert not judged(repaired, code)
    repaired.sync()
    repaired.write(file, "changed")
    assert repaired.sync() == REBUILT


@pytest.mark.parametrize("entry", ['"native/Cargo.toml"', '"./native//Cargo.toml"', '"*.toml"', '"native/**"'])
def test_ck201_a_living_key(tmp_path: Path, entry: str) -> None:
    project = UvProject(tmp_path, table('"pyproject.toml"', entry), TREE)
    assert not judged(project, "CK201")
    project.sync()
    project.write("native/Cargo.toml", "changed")
    assert project.sync() == REBUILT


# -- CK207 ---------------------------------------------------------------------------------------------------------


def repository(project: UvProject, *options: str) -> None:
    git(project.root, "init", "-q", *options)
    git(project.root, "add", "-A")
    git(project.root, "commit", "-qm", "first")
    git(project.root, "tag", "v1")


def test_ck207_a_stale_lock_hides_all_tags(tmp_path: Path) -> None:
    project = UvProject(tmp_path, table('"pyproject.toml"', "{ git = { tags = true } }"))
    repository(project)
    assert not judged(project, "CK207")
    project.sync()
    git(project.root, "tag", "v2")
    assert project.sync() == REBUILT
    (project.root / ".git/refs/tags/v3.lock").touch()
    assert subjects(project, "CK207") == ["git tags"]
    project.sync()
    git(project.root, "tag", "v4")
    assert project.sync() == NOTHING


def test_ck207_sha256(tmp_path: Path) -> None:
    project = UvProject(tmp_path, table('"pyproject.toml"', "{ git = true }"))
    repository(project, "--object-format=sha256")
    assert subjects(project, "CK207") == ["git commit"]
    project.sync()
    git(project.root, "commit", "--allow-empty", "-qm", "second")
    assert project.sync() == NOTHING


# -- CK301 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entries", "written"),
    [
        (('"src/**/*.py"',), "src/demo/_version.py"),
        (('"**/*.py"', '"csrc/**/*.c"'), "src/demo/_version.py"),
        (('"src/demo/*.py"',), "src/demo/_version.py"),
        (('"*.c"',), "build/temp.linux/gen.c"),
        (('"*.txt"',), "src/demo.egg-info/SOURCES.txt"),
        (('"**/*.h"', '"csrc/**/*.c"'), "csrc/gen/x.c"),
        (('"csrc/**"', '"*.txt"'), "csrc/table.bin"),
    ],
)
def test_ck301_rebuilds_on_every_run_until_the_fix(tmp_path: Path, entries: tuple[str, ...], written: str) -> None:
    files = {"src/demo/__init__.py": "", "csrc/a.c": "", "notes.txt": "", "a.h": ""}
    what = output("csrc/gen/**/*.c" if "gen/" in written else written)
    project = UvProject(tmp_path, table('"pyproject.toml"', *entries), files, writes={written: "made"})
    (finding,) = judged(project, "CK301", what)
    assert [project.sync() for _ in range(3)] == [REBUILT, REBUILT, REBUILT]
    assert finding.fix is not None
    listed = ['"pyproject.toml"', *entries]
    if finding.fix.replaces is not None:
        del listed[finding.fix.replaces]
    repaired = UvProject(tmp_path / "repaired", table(*listed, *finding.fix.keys), files, writes={written: "made"})
    assert not judged(repaired, "CK301", what)
    assert [repaired.sync() for _ in range(3)] == [REBUILT, NOTHING, NOTHING]
    for file in files:
        if any(file in names for names in analysis_of(project.root, what).coverage.matched.values()):
            repaired.write(file, "changed")
            assert repaired.sync() == REBUILT, file
            assert repaired.sync() == NOTHING


def test_ck301_no_exclusion_is_sorted_behind_a_longer_base(tmp_path: Path) -> None:
    """Where no spelling is offered, the obvious ones indeed do nothing."""
    for number, exclusion in enumerate(
        ['"!src/demo/_version.p[y]"', '"src/!demo/_version.p[y]"', '"!/src/demo/_version.p[y]"']
    ):
        project = UvProject(
            tmp_path / str(number),
            table('"pyproject.toml"', '"**/*.h"', '"src/**/*.py"', exclusion),
            {"src/demo/__init__.py": ""},
            writes={"src/demo/_version.py": "made"},
        )
        assert judged(project, "CK301", output("src/demo/_version.py"))
        assert [project.sync() for _ in range(3)] == [REBUILT, REBUILT, REBUILT]


def test_the_list_without_any_finding_is_quiet(tmp_path: Path) -> None:
    project = UvProject(tmp_path, "", {"src/demo/__init__.py": ""}, writes={"src/demo/_version.py": "made"})
    assert not judged(project, "CK301", output("src/demo/_version.py"))
    assert [project.sync() for _ in range(2)] == [REBUILT, NOTHING]


# -- reinstall-package ---------------------------------------------------------------------------------------------

REINSTALL = 'reinstall-package = ["{}"]\n'


@pytest.mark.parametrize("name", ["demo", "DEMO"])
def test_ck304_builds_on_every_command(tmp_path: Path, name: str) -> None:
    project = UvProject(tmp_path, "[tool.uv]\n" + REINSTALL.format(name))
    assert subjects(project, "CK304") == ["demo"]
    assert [project.sync() for _ in range(3)] == [REBUILT, REBUILT, REBUILT]


def test_ck401_an_unknown_name_is_silently_nothing(tmp_path: Path) -> None:
    project = UvProject(tmp_path, "[tool.uv]\n" + REINSTALL.format("demoo"))
    assert subjects(project, "CK401") == ["demoo"]
    project.sync()
    answer = project.uv("sync")
    assert answer.returncode == 0
    assert "demoo" not in answer.stderr
    assert "warning" not in answer.stderr
    assert project.sync() == NOTHING


@pytest.mark.parametrize("value", ['"demo"', '["demo>=1"]', '["./"]', '[""]', '["demo[x]"]'])
def test_ck402_drops_all_settings_of_the_file(tmp_path: Path, value: str) -> None:
    project = UvProject(tmp_path, f"[tool.uv]\nreinstall = true\nreinstall-package = {value}\n")
    assert judged(project, "CK402")
    project.sync()
    assert project.sync() == NOTHING  # neither the one setting nor the other
    valid = UvProject(tmp_path / "valid", '[tool.uv]\nreinstall = true\nreinstall-package = ["demo"]\n')
    assert not judged(valid, "CK402")
    valid.sync()
    assert valid.sync() == REBUILT


def test_ck403_beside_a_uv_toml(tmp_path: Path) -> None:
    project = UvProject(tmp_path, "[tool.uv]\n" + REINSTALL.format("demo"), {"uv.toml": ""})
    assert judged(project, "CK403")
    assert not judged(project, "CK304")
    project.sync()
    assert project.sync() == NOTHING


def test_ck403_in_a_file_whose_settings_are_dropped(tmp_path: Path) -> None:
    project = UvProject(tmp_path, '[tool.uv]\ncache_keys = ["x"]\n' + REINSTALL.format("demo"))
    assert judged(project, "CK403")
    project.sync()
    assert project.sync() == NOTHING


def test_ck403_in_a_workspace_member(tmp_path: Path) -> None:
    project = UvProject(tmp_path, '[tool.uv.workspace]\nmembers = ["m"]\n')
    project.add_package("m", "member", "[tool.uv]\n" + REINSTALL.format("member"))
    assert findings("CK403", analysis_of(project.root / "m"))
    assert not judged(project, "CK403")
    for options, directory in ((["--package", "member"], "."), ([], "m")):
        project.sync(*options, cwd=directory)
        assert project.sync(*options, cwd=directory) == NOTHING
    path = project.root / "pyproject.toml"
    path.write_text(path.read_text() + "[tool.uv]\n" + REINSTALL.format("member"))
    assert project.sync("--package", "member") == REBUILT
    assert project.sync("--package", "member") == REBUILT
    assert findings("CK304", analysis_of(project.root / "m"))


def test_ck403_in_a_path_dependency(tmp_path: Path) -> None:
    project = UvProject(
        tmp_path,
        '[tool.uv]\ndev-dependencies = ["lib"]\n[tool.uv.sources]\nlib = { path = "lib", editable = true }\n',
    )
    project.add_package("lib", "lib", "[tool.uv]\n" + REINSTALL.format("lib"))
    assert judged(project, "CK403")
    project.sync()
    assert project.sync() == NOTHING

"""What the rules about globs claim, asked of the real uv: the list that is reported, and the list with the proposed fix."""

from __future__ import annotations

import resource
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.rule_cases import analysis_of, findings, native
from support.uv_oracle import Oracle, cache_keys
from support.uv_rebuilds import Round, UvProject

from cachekeys.toml.text import quote

if TYPE_CHECKING:
    from pathlib import Path

    from cachekeys.findings import Finding
    from cachekeys.inputs.model import Detected

pytestmark = pytest.mark.uv

NOTHING = Round(built=False, installed=False)
REBUILT = Round(built=True, installed=True)


def table(entries: list[str]) -> str:
    return f"[tool.uv]\ncache-keys = [{', '.join(entries)}]\n"


def listed(*values: str) -> list[str]:
    return ['"pyproject.toml"', *map(quote, values)]


def judged(project: UvProject, code: str, value: str, *detected: Detected) -> Finding:
    """Return the finding of this rule about the key with this value."""
    found = [finding for finding in findings(code, analysis_of(project.root, *detected)) if finding.subject == value]
    assert len(found) == 1, found
    return found[0]


def repaired(finding: Finding, entries: list[str]) -> list[str]:
    """Return the list with the fix applied."""
    fix = finding.fix
    assert fix is not None
    assert fix.keys
    if fix.replaces is not None:
        return [*entries[: fix.replaces], *fix.keys, *entries[fix.replaces + 1 :]]
    return [*entries, *fix.keys]


def notices(project: UvProject, file: str) -> bool:
    """Tell whether uv rebuilds after an edit of *file*, and only once."""
    project.sync()
    assert project.sync() == NOTHING
    project.write(file, "changed")
    answer = project.sync()
    assert project.sync() == NOTHING
    return answer == REBUILT


# -- CK204 ---------------------------------------------------------------------------------------------------------

CSRC = {"csrc/a.c": "", "csrc/deep/b.c": "", "notes.txt": ""}


@pytest.mark.parametrize(
    ("values", "value", "seen"),
    [
        (["csrc/*.c"], "csrc/*.c", True),
        (["*.txt", "csrc/*.c"], "csrc/*.c", False),
        (["csrc/*.c", "{a,b}.zz"], "csrc/*.c", False),
        (["csrc/*"], "csrc/*", False),
    ],
)
def test_ck204_depth(tmp_path: Path, values: list[str], value: str, *, seen: bool) -> None:
    entries = listed(*values)
    project = UvProject(tmp_path, table(entries), CSRC)
    finding = judged(project, "CK204", value, native("csrc/deep/b.c"))
    assert ("matches at any depth" in finding.message) is seen
    assert notices(project, "csrc/deep/b.c") is seen
    mended = UvProject(tmp_path / "mended", table(repaired(finding, entries)), CSRC)
    assert notices(mended, "csrc/deep/b.c")
    assert notices(mended, "csrc/a.c")


# -- CK205 ---------------------------------------------------------------------------------------------------------


def test_ck205_the_whole_machine(tmp_path: Path) -> None:
    """A file far away from the project counts; the glob names it exactly, so that nothing else disturbs."""
    outside = tmp_path / "elsewhere/x.cpp"
    outside.parent.mkdir()
    outside.write_text("")
    first, *rest = outside.relative_to("/").parts
    value = f"/[{first[0]}]{first[1:]}/{'/'.join(rest)}"
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text('[project]\nname = "x"\n' + cache_keys([value]))
    assert [finding.subject for finding in findings("CK205", analysis_of(project))] == [value]
    try:
        newest = Oracle(tmp_path / "oracle").cache_info(project)["timestamp"]
    except subprocess.TimeoutExpired:
        pytest.skip("uv walks the whole disk for such a key: a minute is not enough for this machine's")
    assert newest["secs_since_epoch"] * 10**9 + newest["nanos_since_epoch"] == outside.stat().st_ctime_ns


def test_ck205_this_machine_only(tmp_path: Path) -> None:
    project = UvProject(tmp_path, "", CSRC)
    entries = listed(f"{project.root}/csrc/**/*.c")
    project.add_package("", "demo", table(entries))
    finding = judged(project, "CK205", f"{project.root}/csrc/**/*.c")
    assert notices(project, "csrc/deep/b.c")
    moved = UvProject(tmp_path / "moved", table(entries), CSRC)
    assert not notices(moved, "csrc/deep/b.c")
    mended = UvProject(tmp_path / "mended", table(repaired(finding, entries)), CSRC)
    assert notices(mended, "csrc/deep/b.c")


# -- CK206 ---------------------------------------------------------------------------------------------------------

GENERATED = dict.fromkeys(("a.c", "x.h", "src/a.c", "src/gen/g.c", "build/b.c", "src/test_b.c"), "")


@pytest.mark.parametrize(
    ("values", "value", "file"),
    [
        (["*.c", "!build"], "!build", "build/b.c"),
        (["*.c", "!build/b.c"], "!build/b.c", "build/b.c"),
        (["src/**/*.c", "!src/gen/*"], "!src/gen/*", "src/gen/g.c"),
        (["src/**/*.c", "src/!gen"], "src/!gen", "src/gen/g.c"),
        (["src/**/*.c", "!**/test_*.c"], "!**/test_*.c", "src/test_b.c"),
        (["src/**/*.c", "*.h", "!src/gen/**"], "!src/gen/**", "src/gen/g.c"),
    ],
)
def test_ck206_what_is_named_still_counts_until_the_fix(
    tmp_path: Path, values: list[str], value: str, file: str
) -> None:
    entries = listed(*values)
    project = UvProject(tmp_path, table(entries), GENERATED)
    finding = judged(project, "CK206", value)
    assert file in finding.message
    assert notices(project, file)
    if finding.fix is None or not finding.fix.keys:
        return
    mended = UvProject(tmp_path / "mended", table(repaired(finding, entries)), GENERATED)
    assert not notices(mended, file)
    assert notices(mended, "src/a.c")


@pytest.mark.parametrize("values", [["**/*.c", "!build/**"], ["*.c", "![b]uild"], ["*.c", "!/build/*"]])
def test_ck206_an_exclusion_that_works(tmp_path: Path, values: list[str]) -> None:
    project = UvProject(tmp_path, table(listed(*values)), GENERATED)
    assert findings("CK206", analysis_of(project.root)) == []
    assert not notices(project, "build/b.c")
    assert notices(project, "src/gen/g.c")


# -- CK209 ---------------------------------------------------------------------------------------------------------

PAGES = dict.fromkeys(("[id].py", "app/[id]/page.py", "{x}.txt", "i.py"), "")


@pytest.mark.parametrize(
    ("value", "file"),
    [
        ("[id].py", "[id].py"),
        ("{x}.txt", "{x}.txt"),
        ("app/[id]/page.py", "app/[id]/page.py"),
        ("app/[id]/*.py", "app/[id]/page.py"),
    ],
)
def test_ck209_a_name_that_is_read_as_a_glob(tmp_path: Path, value: str, file: str) -> None:
    entries = listed(value)
    project = UvProject(tmp_path, table(entries), PAGES)
    finding = judged(project, "CK209", value)
    assert not notices(project, file)
    mended = UvProject(tmp_path / "mended", table(repaired(finding, entries)), PAGES)
    assert notices(mended, file)
    assert not notices(mended, "i.py")


@pytest.mark.parametrize("name", ["a]b.c", "c}.h", " lead.txt", "trail.txt "])
def test_ck209_odd_plain_names_work(tmp_path: Path, name: str) -> None:
    project = UvProject(tmp_path, table(listed(name)), {name: ""})
    assert judged(project, "CK209", name).severity == "info"
    assert notices(project, name)


# -- CK302 ---------------------------------------------------------------------------------------------------------

PACKAGE = {"src/demo/__init__.py": "", "src/demo/table.json": "{}", "csrc/a.c": ""}


@pytest.mark.parametrize(
    ("value", "file", "source"),
    [
        ("**/*.py", ".venv/lib/python3.12/site-packages/x/__init__.py", "src/demo/__init__.py"),
        ("*.py", ".venv/lib/python3.12/site-packages/x/__init__.py", "src/demo/__init__.py"),
        ("src/**", "src/demo/__pycache__/__init__.cpython-312.pyc", "src/demo/table.json"),
        ("**/*.c", "node_modules/left/pad.c", "csrc/a.c"),
    ],
)
def test_ck302_what_tools_write_counts_until_the_fix(tmp_path: Path, value: str, file: str, source: str) -> None:
    entries = listed(value)
    present = {} if file.startswith((".venv", "src")) else {file: ""}  # the others are foreseen
    project = UvProject(tmp_path, table(entries), {**PACKAGE, **present})
    finding = judged(project, "CK302", value)
    assert notices(project, file)
    mended = UvProject(tmp_path / "mended", table(repaired(finding, entries)), {**PACKAGE, **present})
    assert not notices(mended, file)
    assert notices(mended, source)


# -- CK303 ---------------------------------------------------------------------------------------------------------


def test_ck303_costs_time(tmp_path: Path) -> None:
    """uv needs several times the processor time while the glob starts at the top, and not with the fix."""
    project = tmp_path / "project"
    for number in range(300):
        place = project / f".venv/lib/p{number}"
        place.mkdir(parents=True)
        for file in range(100):
            (place / f"{file}.py").touch()
    (project / "csrc").mkdir()
    (project / "csrc/a.c").touch()
    head = '[project]\nname = "x"\n'
    (project / "pyproject.toml").write_text(head + cache_keys(["**/*.c"]))
    (finding,) = findings("CK303", analysis_of(project))
    assert "30,3" in finding.message
    assert finding.fix is not None
    oracle = Oracle(tmp_path / "oracle")
    slow = _processor_time(oracle, project)
    (project / "pyproject.toml").write_text(f"{head}[tool.uv]\ncache-keys = [{', '.join(finding.fix.keys)}]\n")
    assert findings("CK303", analysis_of(project)) == []
    quick = _processor_time(oracle, project)
    assert slow > 1.5 * quick


def _processor_time(oracle: Oracle, project: Path) -> float:
    times = []
    for _ in range(6):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        oracle.cache_info(project)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)

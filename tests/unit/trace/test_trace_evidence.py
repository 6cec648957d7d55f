"""``cachekeys.trace.json``: what is in it, how it is read, and what the detector makes of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from support.analyses import an_input, analysis_of
from support.command_line import in_process
from support.traces import GCC, a_trace, read, variable, wrote

from cachekeys.errors import ProjectError
from cachekeys.pipeline import analyse
from cachekeys.project import Project
from cachekeys.trace.compare import compare
from cachekeys.trace.evidence import NAME, load, save

if TYPE_CHECKING:
    from collections.abc import Callable

    MakeProject = Callable[..., Path]

SCHEMA = Path(__file__).resolve().parents[3] / "cachekeys" / "schemas" / "trace-evidence.schema.json"
FILES = {
    "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
    '[project]\nname = "demo"\nversion = "1"\n',
    "setup.py": "import secret_reader\n",
    "tables/a.tbl": "",
    "tables/b.tbl": "",
    "demo/__init__.py": "",
    "demo/made.py": "",
}
TRACE = a_trace(
    [
        *(read("tables/a.tbl", place="setup.py:1"), read("tables/b.tbl", GCC), read("setup.py")),
        *(wrote("demo/made.py"), read(".gitignore"), read("demo/__init__.py")),
    ],
    [variable("DEMO_TABLE", "setup.py:1", is_set=True), variable("HOME")],
    mode="wheel",
)


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    return make_project(FILES)


def kept(root: Path) -> Any:
    return json.loads((root / NAME).read_text())


def store(root: Path, trace: Any = TRACE, label: str | None = None) -> None:
    save(compare(analyse(Project(root), mode="wheel"), trace), label=label)


def test_only_inputs_and_outputs_are_kept(project: Path) -> None:
    store(project)
    document = kept(project)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(document)
    assert sorted(path for group in document["files"] for path in group["paths"]) == [
        "setup.py",
        "tables/a.tbl",
        "tables/b.tbl",
    ]
    assert document["environment"] == [{"name": "DEMO_TABLE", "by": "Python", "at": "setup.py"}]
    assert document["outputs"] == [{"paths": ["demo/made.py"]}]
    assert document["traces"][0].endswith("-wheel")
    assert not [name for name in os.listdir(project) if name.endswith("tmp")]


def test_what_normally_is_not_there_is_no_evidence(make_project: MakeProject) -> None:
    root = make_project(FILES)
    inputs = [an_input("tables/a.tbl", optional=True), an_input("tables/b.tbl")]
    save(compare(analysis_of(root, inputs, mode="wheel"), a_trace([read("tables/a.tbl"), read("tables/b.tbl")])))
    assert [path for group in kept(root)["files"] for path in group["paths"]] == ["tables/b.tbl"]


def test_check_takes_it_as_evidence(project: Path) -> None:
    before = in_process(project, "check")
    assert "DEMO_TABLE" not in before.out
    store(project)
    after = in_process(project, "check", "--format", "json")
    (checked,) = json.loads(after.out)["projects"]
    found = {finding["code"]: finding for finding in checked["findings"]}
    assert after.code == 1
    assert found["CK109"]["subject"] == "DEMO_TABLE"
    assert "a traced build read it (by gcc)" in found["CK107"]["message"]
    proposed = checked["proposed_keys"]
    assert '{ env = "DEMO_TABLE" }' in proposed
    assert {item["detector"] for item in checked["inputs"] if item["what"] == "tables/a.tbl"} == {"traced"}
    assert NAME not in {item["what"] for item in checked["inputs"]}


def test_the_analysis_keeps_its_words_and_gains_certainty(make_project: MakeProject) -> None:
    script = "import os\nfrom setuptools import setup, Extension\nx = 'b' if os.sep == '/' else os.environ['X']\n"
    script += "setup(ext_modules=[Extension('demo.x', ['csrc/a.c', f'csrc/{x}.c'])])\n"
    root = make_project({**FILES, "setup.py": script, "csrc/a.c": "", "csrc/b.c": "", "csrc/c.c": ""})
    before = {item.what: item for item in analyse(Project(root)).inputs.inputs}
    save(compare(analyse(Project(root)), a_trace([read("csrc/a.c", GCC), read("csrc/c.c", GCC)])))
    after = {item.what: item for item in analyse(Project(root)).inputs.inputs}
    assert after["csrc/a.c"] == before["csrc/a.c"]
    assert after["csrc/c.c"].confidence == "certain"
    again = compare(analyse(Project(root)), a_trace([read("csrc/a.c", GCC)]))
    assert again.files.found == 1
    assert not any(each.input.detector == "traced" for each in again.unread)


def test_evidence_widens_nothing_that_the_analysis_knows(make_project: MakeProject) -> None:
    """meson-python's editable installations compile by themselves: a traced wheel must not make sources matter there."""
    text = '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n[project]\nname = "demo"\nversion = "1"\n'
    meson = "project('demo', 'c')\nexecutable('x', 'a.c')\n"
    root = make_project({"pyproject.toml": text, "meson.build": meson, "a.c": "", "hidden.h": ""})
    trace = a_trace([read("a.c", GCC), read("hidden.h", GCC), read("meson.build")], mode="wheel")
    assert {each.what for each in compare(analyse(Project(root), mode="wheel"), trace).gaps} == {
        "a.c",
        "hidden.h",
        "meson.build",
    }
    assert compare(analyse(Project(root), mode="editable"), trace).gaps == ()
    before = analyse(Project(root), mode="editable")
    store(root, trace)
    after = analyse(Project(root), mode="editable")
    assert after.findings == before.findings == ()
    assert "hidden.h" in {finding.subject for finding in analyse(Project(root), mode="wheel").findings} | {
        name for gap in analyse(Project(root), mode="wheel").gaps for name in gap.uncovered
    }


def test_an_output_that_a_key_matches_is_reported_by_check(make_project: MakeProject) -> None:
    keys = '[tool.uv]\ncache-keys = ["pyproject.toml", "setup.py", "demo/**/*.py"]\n'
    root = make_project({**FILES, "pyproject.toml": FILES["pyproject.toml"] + keys})
    store(root)
    assert "CK301" in in_process(root, "check").out


def test_entries_whose_file_is_gone_are_ignored_and_dropped_next_time(project: Path) -> None:
    store(project, label="one")
    (project / "tables/a.tbl").unlink()
    assert "tables/a.tbl" not in in_process(project, "inputs").out
    store(project, a_trace([read("setup.py")], mode="wheel"), label="two")
    assert "tables/a.tbl" not in (project / NAME).read_text()
    assert kept(project)["traces"] == ["one", "two"]


def test_several_traces_add_up_and_a_new_one_replaces_its_own(project: Path) -> None:
    store(project, label="one")
    store(project, a_trace([read("setup.py"), read("pyproject.toml")], mode="wheel"), label="two")
    traces = {path: group.get("traces") for group in kept(project)["files"] for path in group["paths"]}
    assert traces == {
        "pyproject.toml": ["two"],
        "setup.py": None,
        "tables/a.tbl": ["one"],
        "tables/b.tbl": ["one"],
    }
    store(project, a_trace([read("setup.py")], mode="wheel"), label="one")
    assert {path for group in kept(project)["files"] for path in group["paths"]} == {"setup.py", "pyproject.toml"}


BUILD = '[build-system]\nrequires = ["hatchling", "some-plugin"]\nbuild-backend = "hatchling.build"\n[project]\nname = "demo"\nversion = "1"\n'
TREE = {
    "pyproject.toml": BUILD,
    "assets/logo.svg": "<svg/>",
    "schema.yaml": "a: 1",
    "demo/__init__.py": "",
    "csrc/a.c": "",
}


def wanted(root: Path, mode: Any) -> set[str]:
    """Return what only the evidence makes an input of an installation of this kind."""
    return {item.what for item in analyse(Project(root), mode=mode).inputs.inputs if item.detector == "traced"}


def test_what_is_only_copied_into_a_wheel_is_no_evidence(make_project: MakeProject) -> None:
    """A trace of a wheel must make no file that the wheel holds as it is an input of an editable installation."""
    root = make_project(TREE)
    seen = [read("assets/logo.svg"), read("schema.yaml"), read("demo/__init__.py"), read("csrc/a.c", GCC)]
    store(root, a_trace(seen, mode="wheel", copied=frozenset({"assets/logo.svg", "demo/__init__.py"})))
    assert wanted(root, "editable") == wanted(root, "wheel") == {"schema.yaml", "csrc/a.c"}


def test_what_builds_of_one_kind_alone_read_matters_in_that_kind(make_project: MakeProject) -> None:
    root = make_project(TREE)
    variables = [variable("DEMO", "hatch_build.py:1")]
    in_wheel = [read("schema.yaml"), read("assets/logo.svg"), read("csrc/a.c", GCC)]
    save(compare(analyse(Project(root), mode="wheel"), a_trace(in_wheel, variables, mode="wheel")))
    alone = {"schema.yaml", "assets/logo.svg", "csrc/a.c", "DEMO"}
    assert wanted(root, "editable") == wanted(root, "wheel") == alone, "nothing is known of the other kind"
    save(compare(analyse(Project(root), mode="editable"), a_trace([read("schema.yaml")], variables, mode="editable")))
    assert wanted(root, "wheel") == alone
    assert wanted(root, "editable") == {"schema.yaml", "csrc/a.c", "DEMO"}, (
        "a compiler may have found its results up to date"
    )


def test_of_another_platform_a_trace_says_nothing(make_project: MakeProject) -> None:
    root = make_project(TREE)
    store(root, a_trace([read("assets/logo.svg")], mode="wheel"), label="win32-wheel")
    save(compare(analyse(Project(root)), a_trace([read("schema.yaml")], mode="editable")), label="linux-editable")
    assert wanted(root, "editable") == {"assets/logo.svg", "schema.yaml"}
    store(root, a_trace([read("assets/logo.svg")], mode="wheel"), label="nightly")
    assert wanted(root, "editable") == {"assets/logo.svg", "schema.yaml"}, "a label of one's own says no mode"


def test_a_build_that_reused_results_takes_nothing_away(project: Path) -> None:
    store(project)
    before = (project / NAME).read_bytes()
    store(project, a_trace([read("setup.py"), wrote("demo/made.py")], mode="wheel", reused=("build/temp/a.o",)))
    assert (project / NAME).read_bytes() == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cachekeys.trace.json:1:2: no valid JSON"),
        ("[" * 100_000, "no valid JSON"),
        ("[]", "the file is no object"),
        ('{"schema_version": 7}', "schema_version is 7"),
        ('{"schema_version": 1, "traces": "x"}', "traces is no array of strings"),
        ('{"schema_version": 1, "files": {}}', "files is no array"),
        ('{"schema_version": 1, "files": [1]}', "files[0] is no object"),
        ('{"schema_version": 1, "files": [{"role": "x"}]}', "files[0].role is 'x' instead of one of"),
        (
            '{"schema_version": 1, "files": [{"role": "manifest", "affects": "code", "confidence": "certain", "paths": ["/a"]}]}',
            "files[0].paths '/a' is no path relative to the project",
        ),
        ('{"schema_version": 1, "environment": [{}]}', "environment[0].name is no string"),
        ('{"schema_version": 1, "git": [{"what": "branch"}]}', "git[0].what is 'branch'"),
    ],
)
def test_a_file_of_another_form_is_refused_and_check_goes_on(project: Path, text: str, message: str) -> None:
    (project / NAME).write_text(text)
    with pytest.raises(ProjectError) as caught:
        load(Project(project))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    answer = in_process(project, "check")
    assert "CK902" in answer.out
    assert "Traceback" not in answer.out + answer.err


def test_no_file_no_evidence(project: Path) -> None:
    assert load(Project(project)) is None
    (project / NAME).write_bytes(b"\xff")
    with pytest.raises(ProjectError, match="UTF-8"):
        load(Project(project))


def test_names_that_are_not_utf8_survive(project: Path) -> None:
    name = os.fsdecode(b"tables/\xff.tbl")
    (project / name).write_text("")
    store(project, a_trace([read(name, GCC)], mode="wheel"))
    evidence = load(Project(project))
    assert evidence is not None
    assert [entry.what for entry in evidence.entries] == [name]


def test_a_failed_write_leaves_the_old_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(project)
    before = (project / NAME).read_bytes()

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        store(project, a_trace([read("setup.py")], mode="wheel"))
    assert (project / NAME).read_bytes() == before


def test_an_sdist_has_no_git(make_project: MakeProject) -> None:
    root = make_project({**FILES, "PKG-INFO": ""})
    trace = a_trace(git=frozenset({"commit"}), mode="wheel")
    (root / NAME).write_text(
        json.dumps({"schema_version": 1, "traces": ["x"], "git": [{"what": "commit", "by": "git"}]}), encoding="utf-8"
    )
    assert not [item for item in analyse(Project(root)).inputs.inputs if item.kind == "git"]
    assert compare(analysis_of(root), trace).gaps

"""A trace against keys and static analysis: gaps, misses, what was not read, outputs, agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.analyses import an_input, an_output, analysis_of
from support.traces import GCC, a_trace, at, listed, missing, read, variable, wrote

from cachekeys.settings import Settings
from cachekeys.trace.compare import compare

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    MakeProject = Callable[..., Path]

PYPROJECT = """
    [build-system]
    requires = ["setuptools"]
    build-backend = "setuptools.build_meta"
    [project]
    name = "demo"
    dynamic = ["version"]
    [tool.uv]
    cache-keys = ["pyproject.toml", "setup.py", "csrc/*.c", {{ env = "DEMO_MODE" }}{more}]
"""


def tree(more: str = "") -> dict[str, str]:
    return {
        "pyproject.toml": PYPROJECT.format(more=more),
        "setup.py": "",
        "csrc/a.c": "",
        "csrc/a.h": "",
        "csrc/win32.c": "",
        "csrc/gen.c": "",
        "demo/__init__.py": "",
        "demo/_version.py": "",
    }


def test_gaps_misses_and_findings(make_project: MakeProject) -> None:
    root = make_project(tree())
    analysis = analysis_of(
        root, [an_input("csrc/a.c", role="native-source"), an_input("setup.py", role="build-script")]
    )
    trace = a_trace(
        [read("csrc/a.c", GCC), read("csrc/a.h", GCC), read("setup.py")],
        [variable("DEMO_MODE", "setup.py:1"), variable("DEMO_OTHER", "setup.py:2"), variable("CC")],
    )
    found = compare(analysis, trace)
    assert [each.what for each in found.gaps] == ["csrc/a.h", "DEMO_OTHER"]
    assert [each.what for each in found.misses] == ["csrc/a.h", "DEMO_MODE", "DEMO_OTHER"]
    assert {finding.code: finding.severity for finding in found.findings} == {"CK107": "error", "CK109": "error"}
    assert [finding.fix.keys for finding in found.findings if finding.fix] == [
        ('{ file = "csrc/a.h" }',),
        ('{ env = "DEMO_OTHER" }',),
    ]
    header = next(finding for finding in found.findings if finding.code == "CK107")
    assert "gcc reads it in a traced build" in header.message
    assert found.command(header).startswith("x86_64-linux-gnu-gcc -O2")
    assert found.states["file", "csrc/a.c"] == "covered"
    assert (found.files.traced, found.files.found, found.files.static, found.files.used) == (3, 2, 2, 2)
    assert (found.variables.traced, found.variables.found) == (2, 0)
    assert found.files.recall == pytest.approx(2 / 3)


def test_nothing_read_nothing_to_say(make_project: MakeProject) -> None:
    found = compare(analysis_of(make_project(tree())), a_trace())
    assert (found.findings, found.gaps, found.unread, found.outputs) == ((), (), (), ())
    assert (found.files.recall, found.files.precision) == (1.0, 1.0)


def test_what_was_not_read_has_a_reason(make_project: MakeProject) -> None:
    inputs = [
        an_input("csrc/win32.c", role="native-source"),
        an_input("csrc/a.c", role="native-source", confidence="possible"),
        an_input("csrc/*.c", "files", role="native-source", confidence="possible"),
        an_input("csrc/a.h", role="native-source"),
        an_input("gone.c", role="native-source"),
        an_input("DEMO_ENV", "env", role="environment"),
        an_input("README", optional=True),
        an_input("demo/__init__.py", detector="settings"),
    ]
    found = compare(analysis_of(make_project(tree()), inputs), a_trace())
    assert [(each.input.what, each.files, each.reason) for each in found.unread] == [
        ("DEMO_ENV", (), "this build took another way"),
        ("csrc/a.c", ("csrc/a.c",), "it depends on something that is only known at run time"),
        ("csrc/a.h", ("csrc/a.h",), "another platform or option reads it, or the analysis is not precise"),
        ("csrc/win32.c", ("csrc/win32.c",), "by its name it is for another platform or option (win32)"),
        ("demo/__init__.py", ("demo/__init__.py",), "it is declared by hand"),
        ("csrc/*.c", ("csrc/gen.c",), "it depends on something that is only known at run time"),
    ]
    assert (found.files.static, found.files.used, found.files.precision) == (5, 0, 0.0)
    one = compare(analysis_of(make_project(tree()), inputs), a_trace([read("csrc/a.h", GCC)]))
    assert (one.files.static, one.files.used, one.files.precision) == (5, 1, 0.2)
    failed = compare(analysis_of(make_project(tree()), inputs), a_trace(exit_code=1))
    assert {each.reason for each in failed.unread} == {"the build failed, perhaps before it got there"}


def test_what_the_analysis_holds_for_possible_is_certain_once_it_is_read(make_project: MakeProject) -> None:
    glob = an_input("csrc/*.h", "files", role="native-source", confidence="possible")
    found = compare(analysis_of(make_project(tree()), [glob]), a_trace([read("csrc/a.h", GCC)]))
    assert found.misses == ()
    assert [(finding.severity, finding.subject) for finding in found.findings] == [("error", "csrc/a.h")]


def test_a_key_matches_what_the_build_wrote(make_project: MakeProject) -> None:
    root = make_project(tree())
    found = compare(
        analysis_of(root), a_trace([wrote("csrc/gen.c"), wrote("csrc/removed.c"), wrote("demo/_version.py")])
    )
    assert [(each.path, each.keys, each.foretold) for each in found.outputs] == [
        ("csrc/gen.c", (2,), False),
        ("demo/_version.py", (), False),
    ]
    (finding,) = found.findings
    assert (finding.code, finding.severity, finding.subject) == ("CK301", "error", "csrc/gen.c")
    foretold = compare(analysis_of(root, outputs=[an_output("csrc/gen.c")]), a_trace([wrote("csrc/gen.c")]))
    assert foretold.outputs[0].foretold


def test_a_compiled_module_that_a_key_matches_is_shown_but_no_finding(make_project: MakeProject) -> None:
    root = make_project({**tree(', "demo/*"'), "demo/_fast.so": "", "demo/table.dat": ""})
    found = compare(analysis_of(root), a_trace([wrote("demo/_fast.so"), wrote("demo/table.dat")]))
    assert [(each.path, len(each.keys)) for each in found.outputs] == [("demo/_fast.so", 1), ("demo/table.dat", 1)]
    assert [(finding.code, finding.subject) for finding in found.findings] == [("CK301", "demo/table.dat")]


def test_what_only_an_earlier_trace_knew_is_a_miss_again(make_project: MakeProject) -> None:
    root = make_project(tree())
    trace = a_trace([read("csrc/a.h", GCC)])
    remembered = compare(analysis_of(root, [an_input("csrc/a.h", detector="traced")]), trace)
    assert [each.what for each in remembered.misses] == ["csrc/a.h"]
    assert (remembered.files.traced, remembered.files.found, remembered.files.static) == (1, 0, 0)


def test_the_proposal_leaves_out_what_the_build_writes(make_project: MakeProject) -> None:
    root = make_project({**tree(), **{f"lib/{name}.c": "" for name in "abcdefgh"}, "lib/made.c": ""})
    trace = a_trace([*(read(f"lib/{name}.c", GCC) for name in "abcdefgh"), wrote("lib/made.c")])
    (finding,) = compare(analysis_of(root), trace).findings
    assert finding.fix is not None
    assert not any("*" in key for key in finding.fix.keys)


def test_a_commit_key_stands_for_tracked_files_of_an_sdist(make_project: MakeProject) -> None:
    root = make_project({**tree(", { git = true }"), "PKG-INFO": ""})
    found = compare(analysis_of(root), a_trace([read("csrc/a.h", GCC)]))
    assert found.states["file", "csrc/a.h"] == "commit"
    assert [finding.severity for finding in found.findings] == ["info"]


def test_package_sources_count_for_wheels_only(make_project: MakeProject) -> None:
    root = make_project(tree())
    trace = a_trace([read("demo/__init__.py"), read("csrc/a.c", GCC)], mode="wheel")
    wheel = compare(analysis_of(root, mode="wheel"), trace)
    assert wheel.contents == wheel.uncovered_contents == ("demo/__init__.py",)
    assert wheel.contents_keys == ('{ file = "demo/__init__.py" }',)
    editable = compare(analysis_of(root), trace)
    assert editable.contents_keys == ()
    assert editable.contents == ("demo/__init__.py",)
    assert editable.uncovered_contents == ()
    assert editable.findings == ()


def test_absent_files_that_no_key_would_notice(make_project: MakeProject) -> None:
    root = make_project({**tree(), "setup.py": "if exists('x'):\n"})
    trace = a_trace([missing("optional.cfg", place="setup.py:1"), missing("csrc/extra.c", place="setup.py:1")])
    assert [each.what for each in compare(analysis_of(root), trace).absent] == ["optional.cfg"]


def test_a_listed_directory_whose_files_are_all_read(make_project: MakeProject) -> None:
    files = {**tree(), "setup.py": "glob('data/*')\n", "data/a.txt": "", "data/b.txt": ""}
    keys = files["pyproject.toml"].replace('"csrc/*.c"', '"data/a.txt", "data/b.txt"')
    root = make_project({**files, "pyproject.toml": keys})
    accesses = [listed("data", place="setup.py:1"), read("data/a.txt", place="setup.py:1")]
    assert compare(analysis_of(root), a_trace(accesses)).findings == ()
    whole = compare(analysis_of(root), a_trace([*accesses, read("data/b.txt", place="setup.py:1")]))
    (finding,) = whole.findings
    assert (finding.severity, finding.subject) == ("info", "data/*.txt")
    assert "data/new.txt" in finding.message


def test_only_rules_that_a_trace_bears_on(make_project: MakeProject) -> None:
    """A dead key is for `check` to tell."""
    root = make_project(tree(', "dead"'))
    assert {finding.code for finding in compare(analysis_of(root), a_trace([read("csrc/a.h", GCC)])).findings} == {
        "CK107"
    }


def test_ignored_rules_stay_ignored(make_project: MakeProject) -> None:
    analysis = analysis_of(make_project(tree()), settings=Settings(ignore={"CK107": ""}))
    assert compare(analysis, a_trace([read("csrc/a.h", GCC)])).findings == ()


def test_origins_lead_to_the_line(make_project: MakeProject) -> None:
    root = make_project({**tree(), "setup.py": "\nopen('table.csv')\n", "table.csv": ""})
    (finding,) = compare(analysis_of(root), a_trace([read("table.csv", place="setup.py:2")])).findings
    assert (finding.file, finding.line) == (at("setup.py:2").file, 2)

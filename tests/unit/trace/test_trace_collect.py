"""From sightings to a trace: logs, processes, paths, what the build made itself, git facts."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cachekeys.inputs.model import Origin
from cachekeys.trace.collect import Outcome, collect
from cachekeys.trace.context import Context, ProcessRecord
from cachekeys.trace.events import _plain, read_log
from cachekeys.trace.gitfacts import facts_of_command, facts_of_file
from cachekeys.trace.model import Event
from cachekeys.trace.paths import Paths
from cachekeys.trace.processes import merge, shorten
from cachekeys.trace.secrets import Secrets
from cachekeys.trace.tree import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from cachekeys.trace.model import Trace

    MakeProject = Callable[[Mapping[str, str | bytes]], Path]

UV, BACK_END, GIT, CC = 10, 11, 12, 13


def a_context(root: Path, *processes: ProcessRecord) -> Context:
    return Context(
        root=os.path.realpath(root),
        directory=f"{root}-trace/log",
        temporary=f"{root}-trace/tmp",
        environment={"HOME": "/home/me", "SET": "1"},
        mode="wheel",
        front_end="uv",
        isolated=True,
        processes=merge(processes or usual(root), [], front_end=UV),
    )


def usual(root: Path) -> list[ProcessRecord]:
    place = os.path.realpath(root)
    return [
        ProcessRecord(UV, 1, ("uv", "build"), place, 1),
        ProcessRecord(BACK_END, UV, ("python", "-c", "backend"), place, 2, prefixes=(f"{root}-venv",)),
        ProcessRecord(GIT, BACK_END, ("git", "describe", "--tags"), place, 3),
        ProcessRecord(CC, BACK_END, ("cc", "-c", "a.c"), place, 4),
    ]


def traced(root: Path, events: Iterable[Event], *, added: Iterable[str] = (), **changes: Any) -> Trace:
    """Collect *events* of a build that leaves the tree as it is now; ``made`` are files that were not there before."""
    context = changes.pop("context", None) or a_context(root)
    made = frozenset(changes.pop("made", ()))
    after = names(context.root)
    outcome = Outcome(
        given=str(root), before=after - made, after=after, exit_code=0, seconds=1.0, added=frozenset(added), **changes
    )
    return collect(context, events, outcome)


def seen(kind: Any, path: Path | str, when: int | None = 5, process: int | None = 1, **more: Any) -> Event:
    return Event(kind, str(path), more.pop("observer", "python"), process, when=when, **more)


def found(trace: Trace) -> set[tuple[str, str]]:
    return {(access.kind, access.path) for access in trace.accesses}


# -- logs -----------------------------------------------------------------------------------------------------------------


@given(st.text())
def test_escapes_come_back(text: str) -> None:
    """Whatever a path holds, the fields of a line are what was written."""
    escaped = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    assert not set("\t\n\r") & set(escaped)
    assert _plain(escaped) == text


def test_a_log_that_ends_in_the_middle(tmp_path: Path) -> None:
    head = "process\t1\t7\t1\t/p\t/usr\t0\tpython\x1fsetup.py\n"
    (tmp_path / "python-7-1.log").write_text(
        f"{head}read\t5\t/p/b\t\t0\t0\nnonsense\nread\tx\t/p/c\nread\t3\t/p/a\t/p/setup.py\t4\t1\nread\t6\t/p/cut",
        encoding="utf-8",
    )
    (tmp_path / "preload.log").write_text("read\t5\t/p/other\t\t0\t0\n", encoding="utf-8")
    log = read_log(str(tmp_path))
    assert [(event.subject, pid) for pid, event in log.events] == [("/p/a", 7), ("/p/b", 7)]
    events = [event for _, event in log.events]
    assert (events[0].file, events[0].line, events[0].own, events[0].when) == ("/p/setup.py", 4, True, 3)
    assert [(process.pid, process.arguments) for process in log.processes] == [(7, ("python", "setup.py"))]


# -- processes ------------------------------------------------------------------------------------------------------------


def test_a_started_program_and_the_process_are_one(tmp_path: Path) -> None:
    child = ProcessRecord(20, BACK_END, ("/usr/bin/python3", "gen.py"), "/p", 9)
    started = [
        ProcessRecord(None, BACK_END, ("python3", "gen.py"), "/p", 8),
        ProcessRecord(None, BACK_END, ("rustc", "-vV"), "/p", 8),
    ]
    merged = merge([*usual(tmp_path), child], started, front_end=UV)
    assert [record.arguments[0] for record in merged] == ["uv", "python", "git", "cc", "rustc", "/usr/bin/python3"]
    assert [record.parent for record in merged] == [None, 0, 1, 1, 1, 1]
    assert [record.number for record in merged] == list(range(6))


def test_a_process_that_became_another_program_is_one(tmp_path: Path) -> None:
    before = ProcessRecord(20, BACK_END, ("sh", "-c", "exec cc"), "/p", 6)
    after = ProcessRecord(20, BACK_END, ("cc",), "/p", 8)
    merged = merge([*usual(tmp_path), after, before], [], front_end=UV)
    assert [(record.arguments, record.when) for record in merged[4:]] == [(("cc",), 6)]


def test_who_works_for_the_front_end(tmp_path: Path) -> None:
    """Neither what uv asks of interpreters, nor what it starts before the build, nor pip's own pip."""
    query = ProcessRecord(2, UV, ("python", "-I", "-B", "-c", "from python.get_interpreter_info import main"), "/p", 1)
    shim = ProcessRecord(3, 2, ("bash", "shim"), "/p", 1)
    orphan = ProcessRecord(4, 999, ("readlink", "x"), "/p", 1)
    late = ProcessRecord(5, 998, ("as",), "/p", 9)
    installer = ProcessRecord(6, UV, ("python", "/x/__pip-runner__.py", "install"), "/p", 9, prefixes=("/usr",))
    merged = merge([*usual(tmp_path), query, shim, orphan, late, installer], [], front_end=UV)
    by_pid = {record.pid: record.front_end for record in merged}
    assert {pid for pid, front_end in by_pid.items() if front_end} == {UV, 2, 3, 4, 6}


def test_a_circle_of_parents_ends() -> None:
    records = [ProcessRecord(1, 2, ("a",), "/p", 5), ProcessRecord(2, 1, ("b",), "/p", 6)]
    assert len(merge(records, [], front_end=None)) == 2


def test_command_lines_are_short_and_of_no_machine() -> None:
    record = ProcessRecord(1, None, ("cc", "-I/home/me/proj/inc", "/t/x/tmp/a.o", "y" * 1000), "/p", 1, number=3)
    process = shorten(record, [("/home/me/proj", "."), ("/t/x", "<tmp>")], Secrets({}, ()))
    assert process.arguments[:3] == ("cc", "-I./inc", "<tmp>/tmp/a.o")
    assert len(process.arguments[3]) < 400


# -- paths ----------------------------------------------------------------------------------------------------------------


def test_paths_by_every_route(make_project: MakeProject, tmp_path: Path) -> None:
    root = make_project({"src/a.c": "", "inc/a.h": ""})
    (tmp_path / "link").symlink_to(root)
    (tmp_path / "elsewhere").mkdir()
    (root / "up").symlink_to(tmp_path / "elsewhere")
    paths = Paths(a_context(root), str(tmp_path / "link"), [str(tmp_path / "copy")])
    assert paths.relative(f"{root}/src/../inc/a.h") == "inc/a.h"
    assert paths.relative(f"{tmp_path}/link/src/./a.c") == "src/a.c"
    assert paths.relative(f"{tmp_path}/copy/src/a.c") == "src/a.c"
    assert paths.relative(f"{root}/") == "."
    assert paths.relative(f"{root}2/src/a.c") is None
    (tmp_path / "alias").symlink_to(root)  # one that nobody told us of
    assert paths.relative(f"{tmp_path}/alias/src/a.c") == "src/a.c"
    # ".." after a link leads to the parent of where the link points
    assert paths.relative(f"{root}/up/../link/src/a.c") == "src/a.c"


def test_a_neighbour_counts_when_the_project_names_it(make_project: MakeProject, tmp_path: Path) -> None:
    root = make_project({"setup.py": ""})
    paths = Paths(a_context(root), str(root))
    shared = tmp_path / "shared" / "version.txt"
    assert paths.relative(str(shared)) is None
    assert paths.relative(str(shared), beside=True) == "../shared/version.txt"
    for other in (
        "/etc/hosts",
        "/usr/include/stdio.h",
        f"{tmp_path}/.cache/x",
        f"{root}-venv/lib/x.py",
        str(tmp_path),
        "/nowhere/x",
    ):
        assert paths.relative(other, beside=True) is None


def test_the_names_of_a_tree_leave_other_peoples_code_out(make_project: MakeProject) -> None:
    files = (
        "a.py",
        "sub/b.py",
        "sub/env/pyvenv.cfg",
        "sub/env/lib/c.py",
        "sub/node_modules/d.js",
        ".git/HEAD",
        "__pycache__/a.pyc",
    )
    assert names(str(make_project(dict.fromkeys(files, "")))) == {"a.py", "sub", "sub/b.py"}


# -- collect --------------------------------------------------------------------------------------------------------------


def test_merged_by_path_and_kind(make_project: MakeProject) -> None:
    root = make_project({"setup.py": "", "VERSION": "1", "a.c": ""})
    trace = traced(
        root,
        [
            seen("read", root / "VERSION", 7, None, observer="preload"),
            seen("read", root / "VERSION", 6, file=f"{root}/setup.py", line=3),
            seen("read", root / "VERSION", 8, file=f"{root}/setup.py", line=9, own=True),
            seen("stat", root / "VERSION", 5),
            seen("stat", root / "a.c", 5),
            seen("missing", root / "optional.cfg", 5),
            seen("list", root, 5),
        ],
    )
    assert found(trace) == {("read", "VERSION"), ("stat", "a.c"), ("missing", "optional.cfg"), ("list", ".")}
    version = next(access for access in trace.accesses if access.path == "VERSION")
    assert version.observers == ("preload", "python")
    assert version.origin == Origin("setup.py", 9), "the project's own code rather than a library's"


def test_what_the_build_makes_is_no_input(make_project: MakeProject) -> None:
    root = make_project({"setup.py": "", "gen.h": "", "version.py": "", "seen/before.txt": "", "made/x.o": ""})
    trace = traced(
        root,
        [
            seen("missing", root / "gen.h", 1),
            seen("write", root / "gen.h", 2),
            seen("read", root / "gen.h", 3),
            seen("read", root / "version.py", 4),
            seen("write", root / "version.py", 5),
            seen("write", root / "seen/before.txt", 6),
            seen("read", root / "seen/before.txt", None, None, observer="compiler"),
            seen("read", root / "made/x.o", 7),
            seen("write", root / "transient.txt", 8),
            seen("read", root / "transient.txt", 9),
        ],
        made=["gen.h", "made", "made/x.o"],
    )
    reads = {path for kind, path in found(trace) if kind != "write"}
    assert reads == {"version.py"}, "read first: an input, although the build rewrites it"
    assert {path for kind, path in found(trace) if kind == "write"} == {
        "gen.h",
        "version.py",
        "seen/before.txt",
        "made/x.o",  # nobody saw it written, but it is new
    }
    assert trace.written_before_read == {"gen.h", "seen/before.txt", "made/x.o", "transient.txt"}


def test_an_earlier_builds_results_are_the_builds_own(make_project: MakeProject) -> None:
    root = make_project(
        {"build/lib/pkg/a.py": "", "pkg.egg-info/SOURCES.txt": "", "build/gen.py": "", "build/temp/a.o": ""}
    )
    trace = traced(
        root,
        [
            seen("read", root / "pkg.egg-info/SOURCES.txt", 1),
            seen("write", root / "pkg.egg-info/SOURCES.txt", 2),
            seen("list", root / "build/lib", 1),
            seen("stat", root / "build", 1),
            seen("write", root / "build/lib/pkg/a.py", 2),
            seen("read", root / "build/gen.py", 3),
            seen("stat", root / "build/temp/a.o", 3),
        ],
    )
    assert {entry for entry in found(trace) if entry[0] != "write"} == {
        ("read", "build/gen.py"),
        ("stat", "build/temp/a.o"),
    }
    assert any("build/temp/a.o" in sentence for sentence in trace.blind), "a.c was not compiled again"


def test_what_a_project_brings_along_compiled_is_no_result(make_project: MakeProject) -> None:
    files = [
        "libs/prebuilt.lib",
        "cmake-out/x.o",
        "cmake-out/CMakeCache.txt",
        "ninja-out/deep/y.obj",
        "ninja-out/build.ninja",
    ]
    root = make_project(dict.fromkeys([*files, "pkg/_c.cpython-312-x86_64-linux-gnu.so"], ""))
    trace = traced(root, [seen("stat", root / name, 1) for name in [*files, "pkg/_c.cpython-312-x86_64-linux-gnu.so"]])
    assert trace.reused == ("cmake-out/x.o", "ninja-out/deep/y.obj", "pkg/_c.cpython-312-x86_64-linux-gnu.so")


def test_environments_caches_and_repositories_are_left_out(make_project: MakeProject) -> None:
    root = make_project({
        "setup.py": "",
        "helper.py": "",
        "myenv/pyvenv.cfg": "",
        "myenv/lib/x.py": "",
        ".venv/x.py": "",
        "pkg/__pycache__/m.cpython-312.pyc": "",
        "pkg/m.py": "",
        ".git/HEAD": "",
    })  # fmt: skip
    records = [
        replace(record, prefixes=(f"{root}/myenv",)) if record.pid == BACK_END else record for record in usual(root)
    ]
    trace = traced(
        root,
        [
            seen("read", root / "myenv/lib/x.py"),
            seen("read", root / ".venv/x.py"),
            seen("read", root / "pkg/__pycache__/m.cpython-312.pyc"),
            seen("write", root / "__pycache__/helper.cpython-312.pyc.123"),
            seen("missing", root / "pybuilddir.txt"),
            seen("read", root / ".git/refs/tags/v1"),
        ],
        context=a_context(root, *records),
    )
    assert found(trace) == {("read", "pkg/m.py")}
    assert trace.git == {"commit", "tags"}, "tags from the file, the rest from git describe"


def test_files_of_the_repository_tell_what_was_asked(make_project: MakeProject) -> None:
    root = make_project({"setup.py": "", ".git/HEAD": "", ".git/packed-refs": "", ".git/config": ""})
    record = ProcessRecord(BACK_END, UV, ("python", "-c", "backend"), str(root), 2, prefixes=(f"{root}-venv",))
    context = a_context(root, ProcessRecord(UV, 1, ("uv", "build"), str(root), 1), record)
    for name, kind, expected in (
        ("HEAD", "read", {"commit"}),
        ("packed-refs", "read", {"commit", "tags"}),
        ("config", "read", set()),
        ("HEAD", "stat", set()),
    ):
        assert traced(root, [seen(kind, root / ".git" / name)], context=context).git == expected


def test_the_front_end_and_git_read_for_themselves(make_project: MakeProject) -> None:
    root = make_project({"pyproject.toml": "", "a.txt": "", "b.txt": ""})
    trace = traced(
        root,
        [
            seen("read", root / "pyproject.toml", process=0, observer="preload"),
            seen("read", root / "a.txt", process=2, observer="preload"),
            seen("read", root / "b.txt", process=1),
        ],
    )
    assert found(trace) == {("read", "b.txt")}


def test_a_copy_of_the_tree_is_the_tree(make_project: MakeProject, tmp_path: Path) -> None:
    root = make_project({"setup.py": "", "data.txt": ""})
    copy = tmp_path / "pip-req-build-x"
    trace = traced(
        root,
        [
            seen("read", copy / "data.txt", 3, file=f"{copy}/setup.py", line=4, own=True),
            seen("write", copy / "build/x.o", 4),
            seen("read", copy / "build/x.o", 5),
            seen("missing", copy / "build", 2),
            seen("missing", copy / "p.egg-info", 2),
            seen("write", copy / "p.egg-info/PKG-INFO", 3),
        ],
        copies=(str(copy),),
    )
    assert [(access.path, access.origin) for access in trace.accesses] == [("data.txt", Origin("setup.py", 4))]


def test_through_a_link_to_a_directory(make_project: MakeProject) -> None:
    root = make_project({"setup.py": "", "real/a.h": "", "made.h": ""})
    shared = root.with_name("shared")
    shared.mkdir()
    (shared / "b.h").write_text("", encoding="utf-8")
    (root / "inner").symlink_to("real")
    (root / "outer").symlink_to(shared)
    (root / "back").symlink_to(".")
    reads = [seen("read", root / name, 3) for name in ("inner/a.h", "outer/b.h", "back/made.h")]
    assert found(traced(root, reads, made=["made.h"])) == {
        ("read", "inner/a.h"),
        ("read", "outer/b.h"),
        ("write", "made.h"),
    }


def test_variables(make_project: MakeProject) -> None:
    root = make_project({"setup.py": ""})
    place: dict[str, Any] = {"file": f"{root}/setup.py", "line": 2}
    trace = traced(
        root,
        [
            seen("env", "SET", own=True, **place),
            seen("env", "CC", **place),
            seen("env", "TMPDIR", own=True),
            seen("env", "PYTHONUTF8"),
            seen("env", "_PYPROJECT_HOOKS_BUILD_BACKEND"),
            seen("environ", "", own=True, **place),
            seen("environ", "", **{**place, "line": 7}),
        ],
        added=["TMPDIR"],
    )
    assert [(each.name, each.is_set, each.own) for each in trace.variables] == [
        ("CC", False, False),
        ("SET", True, True),
    ]
    assert trace.iterates_environment == (Origin("setup.py", 2),)


# -- git ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("git describe --tags --long --match v*", {"commit", "tags"}),
        ("git --git-dir /x/.git describe --dirty --tags", {"commit", "tags", "status"}),
        ("git -C . -c a.b=c rev-parse HEAD", {"commit"}),
        ("git rev-parse --show-toplevel", set()),
        ("git rev-parse --abbrev-ref HEAD", {"commit"}),
        ("git rev-parse --is-inside-work-tree", set()),
        ("git log -n 1 --pretty=%H%d HEAD", {"commit", "tags"}),
        ("git log -1 --format=%ct", {"commit"}),
        ("git status --porcelain", {"status"}),
        ("git ls-files", set()),
        ("git --version", set()),
        ("git", set()),
        ("/usr/lib/git-core/git tag --points-at HEAD", {"tags"}),
        ("C:\\Git\\bin\\git.exe describe", {"commit", "tags"}),
        ("python describe", set()),
    ],
)
def test_facts_of_command_lines(command: str, expected: set[str]) -> None:
    assert facts_of_command(command.split(" ")) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("cd .. && git describe --tags", {"commit", "tags"}),
        ("V=$(git rev-parse HEAD); echo $V", {"commit"}),
        ("X=1 git status -s | head", {"status"}),
        ("echo git describe", set()),
        ("git log 'unfinished", {"commit"}),
        ("true", set()),
    ],
)
def test_facts_of_shell_scripts(script: str, expected: set[str]) -> None:
    assert facts_of_command(["/bin/sh", "-c", script]) == expected


def test_facts_of_files() -> None:
    files = ["HEAD", "refs/heads/main", "packed-refs", "refs/tags/v1", "index", "config", "objects/ab/cd"]
    expected = [{"commit"}, {"commit"}, {"commit", "tags"}, {"tags"}, {"status"}, set(), set()]
    assert [facts_of_file(file) for file in files] == expected


def test_a_file_beside_the_project_that_the_configuration_names(make_project: MakeProject, tmp_path: Path) -> None:
    """hatchling reads ``path = "../version.py"``: no code of the project stands behind it."""
    root = make_project({"pyproject.toml": ""})
    beside = str(tmp_path / "version.py")
    event = Event("read", beside, "python", 1, when=5)
    assert traced(root, [event]).paths("read") == ()
    context = replace(a_context(root), named=frozenset({os.path.realpath(beside)}))
    assert traced(root, [event], context=context).paths("read") == ("../version.py",)

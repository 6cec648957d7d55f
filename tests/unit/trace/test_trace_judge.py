"""What of a trace is an input, and what is not, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.analyses import an_input, an_output, analysis_of
from support.traces import GCC, GIT, UV, a_trace, asked, listed, missing, read, variable, wrote

from cachekeys.inputs.model import Origin
from cachekeys.settings import Settings
from cachekeys.trace.judge import judge
from cachekeys.trace.model import Access, Process, Trace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cachekeys.analysis import Analysis
    from cachekeys.trace.judge import Sighting

SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "demo"\nversion = "1"\n'
FILES = {
    "pyproject.toml": SETUPTOOLS,
    "setup.py": """
        import os, helper
        NAMES = open("names.txt").read()
        if os.path.exists("flag"): pass
        setup(ext_modules=[], cmdclass={})
        MODE = os.environ["DEMO_MODE"]
    """,
    "names.txt": "",
    "demo/__init__.py": "",
    "demo/data.json": "",
    "csrc/a.c": "",
    "CMakeLists.txt": "set(X $ENV{DEMO_SIMD})\nset(CMAKE_BUILD_TYPE Release)\n",
    "build/temp.linux/CMakeCache.txt": "OLD=$ENV{DEMO_OLD}\n",
}


@pytest.fixture
def project(make_project: Callable[..., Path]) -> Path:
    return make_project(FILES)


def one(analysis: Analysis, trace: Trace, what: str) -> Sighting:
    (found,) = [each for each in judge(analysis, trace) if each.what == what]
    return found


@pytest.mark.parametrize(
    ("access", "verdict", "reason"),
    [
        (read("csrc/a.c", GCC), "input", "gcc reads it"),
        (read("names.txt", place="setup.py:2"), "input", "setup.py reads it"),
        (read("names.txt", UV), "none", "front end"),
        (read("names.txt", GIT), "none", "version control"),
        (read(".gitignore"), "none", "version control"),
        (read("uv.lock"), "none", "front end"),
        (read("demo.egg-info/PKG-INFO"), "none", "made from"),
        (read("demo/__pycache__/x.cpython-311.pyc"), "none", "earlier build"),
        (read("build/temp.linux/x.cmake"), "none", "earlier build"),
        (asked("names.txt"), "none", "only looked"),
        (asked("names.txt", GCC), "none", "only looked"),
        (asked("names.txt", place="setup.py:3"), "probe", "whether it is there"),
        (asked("names.txt", place="setup.py:4"), "none", "only looked"),  # setup() hands over to setuptools
        (missing("flag", place="setup.py:3"), "probe", "whether it is there"),
        (missing("helper.cpython-311.so", place="setup.py:1"), "none", "only looked"),  # an import looks around
        (missing("csrc/stdio.h", GCC), "none", "only looked"),
        (asked("csrc", place="setup.py:3"), "none", "only looked"),
        (listed("csrc", place="setup.py:3"), "listing", "lists it"),
        (listed("csrc"), "none", "names were read"),
        (wrote("demo/_version.py"), "output", "writes it"),
        (read("../shared/VERSION", place="setup.py:2"), "input", "setup.py"),
    ],
)
def test_verdict_on_paths(project: Path, access: Access, verdict: str, reason: str) -> None:
    seen = one(analysis_of(project), a_trace([access]), access.path)
    assert (seen.verdict, reason in seen.reason) == (verdict, True), seen


def test_the_observer_knows_better_than_the_line(project: Path) -> None:
    """The line calls setup(), but the project's own callback read the file; and the other way round."""
    for line, own, verdict in ((4, True, "probe"), (3, False, "none")):
        access = Access("names.txt", "stat", ("python",), (1,), asked("x", place=f"setup.py:{line}").origin, own=own)
        assert one(analysis_of(project), a_trace([access]), "names.txt").verdict == verdict


def test_package_sources_are_copied_into_a_wheel_and_read_in_an_editable_build(project: Path) -> None:
    access = read("demo/data.json")
    assert one(analysis_of(project), a_trace([access], mode="wheel"), "demo/data.json").verdict == "contents"
    seen = one(analysis_of(project), a_trace([access]), "demo/data.json")
    assert seen.verdict == "input"
    assert seen.input is not None
    assert seen.input.confidence == "likely"  # the back end may have had any reason
    compiled = read("demo/data.json", GCC)
    assert one(analysis_of(project), a_trace([compiled], mode="wheel"), "demo/data.json").verdict == "input"


def test_the_static_analysis_has_the_word(project: Path) -> None:
    known = an_input("demo/__init__.py", affects="version")
    seen = one(analysis_of(project, [known]), a_trace([read("demo/__init__.py")], mode="wheel"), "demo/__init__.py")
    assert (seen.verdict, seen.known, seen.input) == ("input", True, known)


def test_what_the_wheel_holds_is_copied_wherever_it_lies(project: Path) -> None:
    """The place is only a guess; the wheel itself knows."""
    copied = frozenset({"names.txt"})
    seen = [read("names.txt"), read("demo/data.json"), read("csrc/a.c", GCC)]
    analysis = analysis_of(project)
    trace = a_trace(seen, mode="wheel", copied=copied)
    assert one(analysis, trace, "names.txt").verdict == "contents"
    assert one(analysis, trace, "demo/data.json").verdict == "input"
    own = a_trace([read("names.txt", place="setup.py:2")], mode="wheel", copied=copied)
    assert one(analysis, own, "names.txt").verdict == "input", "setup.py may do anything with it"


UV_ITSELF = (Process(UV, None, ("uv", "build", "--wheel", ".")),)
UV_BUILD = (
    *UV_ITSELF,
    Process(1, UV, ("python", "-c", "import uv_build as backend")),
    Process(2, 1, ("uv-build", "build-wheel", "x")),
)


@pytest.mark.parametrize(("processes", "number"), [(UV_ITSELF, UV), (UV_BUILD, 2)])
def test_uv_as_a_back_end_copies_like_others(project: Path, processes: tuple[Process, ...], number: int) -> None:
    """uv builds projects of uv_build itself, other front ends start a program for it."""
    accesses = [read("demo/data.json", number), read("names.txt", number), read("uv.lock", number)]
    trace = a_trace(accesses, mode="wheel", processes=processes, copied=frozenset({"demo/data.json"}))
    analysis = analysis_of(project)
    assert [one(analysis, trace, each.path).verdict for each in accesses] == ["contents", "input", "none"]


def test_what_an_earlier_build_left_is_no_input(project: Path) -> None:
    """A back end takes the compiled module of the last build into the next wheel."""
    name = "demo/_c.cpython-312-x86_64-linux-gnu.so"
    seen = one(analysis_of(project), a_trace([read(name)], reused=(name,)), name)
    assert (seen.verdict, seen.input) == ("output", None)


def test_no_finding_points_to_what_the_build_wrote(project: Path) -> None:
    known = an_input("csrc/a.c", role="native-source", origin=Origin("build/temp.linux/gen.c", 3))
    analysis = analysis_of(project, [known])
    place = one(analysis, a_trace([read("csrc/a.c", GCC), read("setup.py")]), "csrc/a.c").input
    assert place is not None
    assert place.origin.file == "setup.py"
    written = analysis_of(project, [an_input("csrc/a.c", origin=Origin("CMakeLists.txt", 1))])
    trace = a_trace([read("csrc/a.c", GCC, "setup.py:4"), wrote("CMakeLists.txt")])
    place = one(written, trace, "csrc/a.c").input
    assert place is not None
    assert (place.origin.file, place.origin.line) == ("setup.py", 4)


def test_what_the_build_wrote_before_is_no_input(project: Path) -> None:
    trace = a_trace([read("csrc/a.c", GCC)], written_before_read=frozenset({"csrc/a.c"}))
    assert one(analysis_of(project), trace, "csrc/a.c").verdict == "none"
    trace = a_trace([read("csrc/a.c", GCC), wrote("csrc/a.c")])
    seen = one(analysis_of(project), trace, "csrc/a.c")
    assert (seen.verdict, seen.is_written) == ("output", True)
    foretold = analysis_of(project, outputs=[an_output("csrc/*.c")])
    assert one(foretold, a_trace([read("csrc/a.c", GCC)]), "csrc/a.c").verdict == "output"


def test_settings_take_files_and_variables_away(project: Path) -> None:
    settings = Settings(not_inputs={("file", "csrc/**"): "", ("env", "DEMO_MODE"): ""})
    analysis = analysis_of(project, settings=settings)
    trace = a_trace([read("csrc/a.c", GCC)], [variable("DEMO_MODE", "setup.py:5")])
    assert {each.verdict for each in judge(analysis, trace)} == {"none"}
    assert all("not-inputs" in each.reason for each in judge(analysis, trace))


@pytest.mark.parametrize(
    ("name", "place", "by", "verdict"),
    [
        ("DEMO_MODE", "setup.py:5", 1, "input"),
        ("DEMO_MODE", None, 1, "override"),  # a library's own
        ("MAX_JOBS", "setup.py:5", 1, "none"),
        ("HOME", "setup.py:5", 1, "none"),
        ("PYTHONDONTWRITEBYTECODE", None, 1, "none"),
        ("LD_PRELOAD", None, 2, "none"),
        ("CFLAGS", "setup.py:5", 1, "override"),
        ("DEMO_SIMD", None, 4, "input"),  # CMakeLists.txt asks for it
        ("CMAKE_BUILD_TYPE", None, 4, "override"),  # it only sets a variable of this name
        ("DEMO_OLD", None, 4, "override"),  # a file that an earlier build left
    ],
)
def test_verdict_on_variables(project: Path, name: str, place: str | None, by: int, verdict: str) -> None:
    cmake = Process(4, 1, ("/usr/bin/cmake", "-S", "."))
    trace = a_trace(
        [read("CMakeLists.txt", 4), read("build/temp.linux/CMakeCache.txt", 4)], [variable(name, place, by)]
    )
    trace = Trace(
        **{field: getattr(trace, field) for field in trace.__slots__} | {"processes": (*trace.processes, cmake)}
    )
    seen = one(analysis_of(project), trace, name)
    assert seen.verdict == verdict, seen
    if name == "DEMO_SIMD":
        assert seen.origin is not None
        assert (seen.origin.file, seen.origin.line) == ("CMakeLists.txt", 1)


def test_a_manifest_that_matters_in_wheels_only_is_no_input_of_an_editable(make_project: Callable[..., Path]) -> None:
    root = make_project({**FILES, "MANIFEST.in": "include names.txt\n"})
    trace = a_trace([read("MANIFEST.in")])
    assert one(analysis_of(root), trace, "MANIFEST.in").verdict == "none"


def test_git(project: Path) -> None:
    found = judge(analysis_of(project), a_trace(git=frozenset({"commit", "tags", "status"})))
    assert [(each.kind, each.what, each.verdict, each.command) for each in found] == [
        ("git", "commit", "input", "git describe --tags --long"),
        ("git", "tags", "input", "git describe --tags --long"),
    ]
    assert found[0].input is not None
    assert found[0].input.confidence == "likely"  # the version is static: who knows what it is for


def test_the_driver_is_named_instead_of_the_compiler_proper(project: Path) -> None:
    inner = Process(5, GCC, ("/usr/lib/gcc/x86_64-linux-gnu/12/cc1plus", "-quiet", "csrc/a.c"))
    trace = a_trace([read("csrc/a.c", 5)], processes=(*a_trace().processes, inner))
    seen = one(analysis_of(project), trace, "csrc/a.c")
    assert seen.readers == ("g++",)
    assert seen.command.startswith("x86_64-linux-gnu-gcc -O2")

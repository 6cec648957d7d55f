"""Laws of the comparison of a trace with keys and analysis, and of the evidence that is kept of traces."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.analyses import an_input, analysis_of
from support.traces import GCC, GIT, PYTHON, UV, a_trace, asked, listed, missing, read, variable, wrote

from cachekeys.project import Project
from cachekeys.trace.compare import compare
from cachekeys.trace.evidence import Entry, Evidence, evidence_of, load, merge, save, to_bytes
from cachekeys.uv.walk import Watcher

if TYPE_CHECKING:
    from cachekeys.analysis import Analysis
    from cachekeys.trace.model import Trace

FILES = (
    *("setup.py", "VERSION", "README.md", "helper.py", "odd [1].c", "CMakeLists.txt", "requirements/base.txt"),
    *(f"csrc/{name}" for name in ("a.c", "b.c", "c.c", "d.c", "a.h", "deep/e.c", "deep/f.cu")),
    *("pkg/__init__.py", "pkg/data.bin", "build/lib/pkg.py", "gen/made.c"),
)
KEYS = ("csrc/*.c", "csrc/**/*.h", "VERSION", "**/*.txt", "*.py", "gen/*", "!csrc/b.[c]", "pkg/**", "nothing")
NAMES = ("DEMO_MODE", "CFLAGS", "MAX_JOBS", "HOME", "DEMO_SIMD")
PYPROJECT = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "pkg"\nversion = "1"\n'

programs = st.sampled_from([UV, PYTHON, GCC, GIT, None])
places = st.sampled_from([None, "setup.py:1", "setup.py:2", "helper.py"])
paths = st.sampled_from([*FILES, "absent.c", "../beside.txt", "pyproject.toml"])
accesses = st.lists(
    st.one_of(
        *(st.builds(make, paths, programs, places) for make in (read, asked, missing)),
        st.builds(listed, st.sampled_from(["csrc", "pkg", "."]), programs, places),
        st.builds(wrote, paths),
    ),
    max_size=14,
    unique_by=lambda access: (access.path, access.kind),
)
variables = st.lists(st.builds(variable, st.sampled_from(NAMES), places), max_size=5, unique_by=lambda each: each.name)
traces = st.builds(
    a_trace,
    accesses,
    variables,
    git=st.frozensets(st.sampled_from(["commit", "tags", "status"])),
    mode=st.sampled_from(["editable", "wheel"]),
)
inputs = st.lists(
    st.builds(
        an_input,
        st.sampled_from([*FILES, "gone.c"]),
        role=st.sampled_from(["native-source", "dynamic-file", "build-script"]),
        confidence=st.sampled_from(["certain", "likely", "possible"]),
        optional=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda item: item.what,
)
keys = st.none() | st.lists(st.sampled_from(KEYS), max_size=5, unique=True)
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def write(root: Path, listed_keys: list[str] | None, text: str = "") -> None:
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("line()\nsetup()\n")
    declared = "" if listed_keys is None else f"[tool.uv]\ncache-keys = {['pyproject.toml', *listed_keys]!r}\n"
    (root / "pyproject.toml").write_text(PYPROJECT + (text or declared))


def analysed(root: Path, found: Any, trace: Trace) -> Analysis:
    return analysis_of(root, found, mode=trace.mode)


@quick
@given(traces, inputs, keys)
def test_everything_seen_gets_one_verdict(trace: Trace, found: Any, listed_keys: list[str] | None) -> None:
    """Law: each path, variable and fact of git in a trace has exactly one sighting; only inputs have a state; a gap is no output."""
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), listed_keys)
        result = compare(analysed(Path(name), found, trace), trace)
    seen = [(each.kind, each.what) for each in result.sightings]
    assert len(seen) == len(set(seen))
    asked_for = {("file", access.path) for access in trace.accesses} | {("env", each.name) for each in trace.variables}
    assert set(seen) == asked_for | {("git", what) for what in trace.git - {"status"}}
    for each in result.sightings:
        assert each.reason
        assert (result.state(each) is None) or each.verdict in ("input", "probe", "override")
    assert not {each.what for each in result.gaps} & {output.path for output in result.outputs if output.foretold}


@quick
@given(traces, inputs, keys)
def test_a_gap_is_watched_by_no_key_and_what_is_covered_by_one(
    trace: Trace, found: Any, listed_keys: list[str] | None
) -> None:
    """Law: uv's own rules watch no file that is called a gap, and every existing file that is called covered."""
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), listed_keys)
        analysis = analysed(Path(name), found, trace)
        result = compare(analysis, trace)
        watcher = Watcher(analysis.watch.keys, name)
        for each in result.sightings:
            if each.kind == "file" and result.state(each) in ("gap", "covered") and analysis.project.is_file(each.what):
                assert (watcher.covers(each.what) is None) == (result.state(each) == "gap")


@quick
@given(traces, inputs, keys)
def test_the_proposal_closes_the_gaps(trace: Trace, found: Any, listed_keys: list[str] | None) -> None:
    """Law: with the proposed list pasted, the same trace shows no error and no warning about an input that exists."""
    from cachekeys.fix.synthesis import paste

    with tempfile.TemporaryDirectory() as name:
        write(Path(name), listed_keys)
        block = paste(compare(analysed(Path(name), found, trace), trace).combined)
        write(Path(name), listed_keys, block)
        after = compare(analysed(Path(name), found, trace), trace)
        left = [finding for finding in after.findings if finding.severity != "info" and finding.code != "CK301"]
    assert left == []


@quick
@given(traces, inputs, keys)
def test_agreement_adds_up(trace: Trace, found: Any, listed_keys: list[str] | None) -> None:
    """Law: found <= traced, used <= static; misses are what was traced and not found; nothing unread was used."""
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), listed_keys)
        result = compare(analysed(Path(name), found, trace), trace)
    for each in (result.files, result.variables):
        assert 0 <= each.found <= each.traced
        assert 0 <= each.used <= each.static
        assert 0 <= each.recall <= 1
    unread = {file for each in result.unread for file in each.files}
    assert len(unread) == result.files.static - result.files.used
    assert not unread & set(trace.paths("read"))
    missed = [each for each in result.misses if each.kind == "file" and each.access == "read"]
    assert len(missed) == result.files.traced - result.files.found


@quick
@given(traces, inputs)
def test_evidence_makes_the_analysis_know_what_the_trace_saw(trace: Trace, found: Any) -> None:
    """Law: a stored trace is read back as it was, storing it again changes nothing, and the detector yields all that it holds."""
    from cachekeys.inputs.detectors.traced import cachekeys_detect_inputs
    from cachekeys.inputs.model import BuildInput

    with tempfile.TemporaryDirectory() as name:
        write(Path(name), None)
        result = compare(analysed(Path(name), found, trace), trace)
        path = Path(save(result, label="one"))
        first = path.read_bytes()
        project = Project(name)
        kept = load(project)
        assert kept is not None
        assert to_bytes(kept) == first
        save(compare(analysed(Path(name), found, trace), trace), label="one")
        assert path.read_bytes() == first
        known = {(item.kind, item.what) for item in cachekeys_detect_inputs(project) if isinstance(item, BuildInput)}
        wanted = {
            (each.kind, each.what)
            for each in result.sightings
            if each.verdict == "input" and each.access in ("read", None) and each.input and not each.input.optional
            if each.kind != "file" or project.is_file(each.what)
        }
    assert known == wanted


entries = st.builds(
    Entry,
    st.sampled_from(["file", "env", "output"]),
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(["native-source", "build-script"]),
    st.sampled_from(["code", "version"]),
    st.sampled_from(["certain", "likely"]),
    st.sampled_from(["", "gcc", "Python"]),
    st.sampled_from(["", "setup.py"]),
    st.just(()),
)


@st.composite
def evidence(draw: st.DrawFn, label: str) -> Evidence:
    found = draw(st.lists(entries, max_size=6, unique_by=lambda entry: (entry.kind, entry.what)))
    made = [
        Entry(each.kind, each.what, each.role, each.affects, each.confidence, each.by, each.at, (label,))
        for each in found
    ]
    return Evidence((label,), tuple(sorted(made, key=lambda each: (each.kind, each.what))))


@settings(deadline=None)
@given(evidence("one"), evidence("two"), evidence("one"))
def test_traces_of_different_names_merge_in_any_order(one: Evidence, two: Evidence, again: Evidence) -> None:
    """Laws: merge(a, b) = merge(b, a) for different names; merge(merge(a, b), a') = merge(b, a'), so nothing old of a name stays."""
    assert merge(one, two) == merge(two, one)
    assert merge(merge(one, two), one) == merge(one, two)
    both = merge(merge(one, two), again)
    names = {(each.kind, each.what) for each in both.entries if "one" in each.traces}
    assert names == {(each.kind, each.what) for each in again.entries}
    assert {(e.kind, e.what) for e in both.entries if "two" in e.traces} == {(e.kind, e.what) for e in two.entries}


def test_evidence_of_is_what_save_writes(tmp_path: Path) -> None:
    write(tmp_path, None)
    result = compare(analysis_of(tmp_path), a_trace([read("csrc/a.c", GCC)]))
    assert Path(save(result, label="x")).read_bytes() == to_bytes(evidence_of(result, "x"))

"""A trace against the keys and against the static analysis: what uv would miss, what we would have missed, what was not read after all.

Pure: nothing is executed and nothing is written. The gaps that a trace proves go through the same rules and the same synthesis
of keys as those of ``check``, so that both say the same thing in the same words.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from cachekeys.inputs.model import BuildInput, BuildOutput, Origin
from cachekeys.trace.judge import DETECTOR, judge
from cachekeys.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.analysis import Analysis
    from cachekeys.coverage import InputCoverage
    from cachekeys.findings import Finding
    from cachekeys.trace.judge import Sighting
    from cachekeys.trace.model import Trace

__all__ = ["Agreement", "Comparison", "Output", "State", "Unread", "compare"]

State = Literal["covered", "commit", "gap", "unneeded"]
"""Of an input: a key watches it; only the commit key does; nothing does; nothing does and nothing needs to (an override, a long text)."""

_CODES = ("CK003", "CK1", "CK301")
"""The rules that a trace has something to say to; the others judge the keys alone, and ``check`` runs them."""


@dataclass(frozen=True, slots=True)
class Output:
    """A file of the tree that the build wrote. ``keys`` are the indexes of the keys that match it; ``foretold``: the analysis knew it."""

    path: str
    keys: tuple[int, ...]
    foretold: bool


@dataclass(frozen=True, slots=True)
class Unread:
    """An input of the static analysis that the build did not use. ``files`` are the unread ones; ``reason`` is the likely reason, a clause."""

    input: BuildInput
    files: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How static analysis and trace agree about files (or variables).

    ``traced`` were used as inputs, ``found`` of them the analysis knew. ``static`` the analysis names as needed and they exist, ``used`` of them the build
    used.
    """

    traced: int
    found: int
    static: int
    used: int

    @property
    def recall(self) -> float:
        """The share of what was traced that the analysis knew; 1 where nothing was traced."""
        return self.found / self.traced if self.traced else 1.0

    @property
    def precision(self) -> float:
        """The share of what the analysis names that was used; 1 where it names nothing."""
        return self.used / self.static if self.static else 1.0


@dataclass(frozen=True)
class Comparison:
    """All that a trace of a project says about its keys.

    ``analysis`` is the static one, as it was given. ``proven`` has exactly the inputs that the trace saw, ``combined`` both; neither the
    one nor the other is executed again. ``sightings`` are sorted by kind and name. ``contents`` are package sources that go into the wheel as they
    are (inputs of a wheel only). ``absent`` are files that the project's code looked for in vain and whose appearance no key
    would notice.
    """

    analysis: Analysis
    trace: Trace
    sightings: tuple[Sighting, ...]
    proven: Analysis
    combined: Analysis
    outputs: tuple[Output, ...]
    unread: tuple[Unread, ...]
    files: Agreement
    variables: Agreement
    contents: tuple[str, ...] = ()
    absent: tuple[Sighting, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What to do something about: gaps that the build proves, and keys that match what it wrote."""
        return tuple(finding for finding in self.proven.findings if finding.code.startswith(_CODES))

    @cached_property
    def states(self) -> dict[tuple[str, str], State]:
        """The state of each input that the trace saw, by kind and name."""
        gaps = {(entry.input.kind, entry.input.what) for entry in self.proven.gaps}
        return {
            (entry.input.kind, entry.input.what): _state(entry, is_gap=(entry.input.kind, entry.input.what) in gaps)
            for entry in self.proven.coverage.entries
        }

    @cached_property
    def uncovered_contents(self) -> tuple[str, ...]:
        """Those of :attr:`contents` that no key watches; empty in an editable installation, which takes them from the tree."""
        if self.analysis.mode != "wheel":
            return ()
        watched = {name for names in self.analysis.coverage.matched.values() for name in names}
        return tuple(name for name in self.contents if name not in watched)

    @cached_property
    def contents_keys(self) -> tuple[str, ...]:
        """Keys that would watch the :attr:`uncovered_contents`, each as TOML, for who installs the project as a wheel."""
        from cachekeys.coverage import InputCoverage
        from cachekeys.fix.files import FilePlan
        from cachekeys.uv.keys import FileKey, as_toml

        at = Origin("pyproject.toml")
        gaps = [
            InputCoverage(BuildInput("file", name, "native-source", "", at, "contents"), (name,), (name,), ())
            for name in self.uncovered_contents
        ]
        values = FilePlan(self.combined, gaps).values if gaps else ()
        return tuple(as_toml(FileKey(0, value)) for value in values)

    @property
    def gaps(self) -> tuple[Sighting, ...]:
        """What was traced and no key watches (a key for the commit alone is none), without what does not need one."""
        return tuple(each for each in self.sightings if self.state(each) in ("gap", "commit"))

    @property
    def misses(self) -> tuple[Sighting, ...]:
        """What was traced as an input and the static analysis does not know."""
        return tuple(each for each in self.sightings if each.verdict == "input" and not each.known)

    def state(self, sighting: Sighting) -> State | None:
        """Return the state of what was seen, None if it is no input."""
        return (
            self.states.get((sighting.kind, sighting.what))
            if sighting.verdict in ("input", "probe", "override")
            else None
        )

    def command(self, finding: Finding) -> str:
        """Return a command line that read what *finding* is about, "" where the place says it all or nobody knows."""
        kind, _, name = finding.subject.rpartition(" ")
        found = [each for each in ("file", "env") if (each, finding.subject) in self._by_name]
        seen = (
            self.sighting("git", name) if kind == "git" else self.sighting(found[0], finding.subject) if found else None
        )
        return "" if seen is None else seen.telling_command

    def sighting(self, kind: str, what: str) -> Sighting | None:
        """Return the sighting of this thing."""
        return self._by_name.get((kind, what))

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], Sighting]:
        return {(each.kind, each.what): each for each in self.sightings}


def compare(analysis: Analysis, trace: Trace) -> Comparison:
    """Compare what *trace* saw with what *analysis* expects and with the keys. The mode is that of *analysis*."""
    sightings = judge(analysis, trace)
    outputs = _outputs(analysis, sightings)
    further = _new_outputs(analysis, outputs)
    seen = [*_proven_inputs(sightings), *_listings(analysis, sightings)]
    proven = _with(analysis, seen, further)
    names = {(item.kind, item.what) for item in seen}
    static = [item for item in analysis.inputs.inputs if (item.kind, item.what) not in names]
    return Comparison(
        analysis,
        trace,
        sightings,
        proven,
        combined=_with(analysis, [*static, *seen], further),
        outputs=outputs,
        unread=tuple(_unread(analysis, trace, sightings)),
        files=_files(analysis, sightings),
        variables=_variables(analysis, sightings),
        contents=tuple(each.what for each in sightings if each.verdict == "contents"),
        absent=_absent(analysis, sightings),
    )


def _state(entry: InputCoverage, *, is_gap: bool) -> State:
    if entry.by_commit_only and is_gap:
        return "commit"
    if is_gap and entry.is_gap:
        return "gap"
    return "covered" if entry.covered_by and not entry.is_gap else "unneeded"


# -- the analyses ------------------------------------------------------------------------------------------------------


def _with(analysis: Analysis, inputs: Iterable[BuildInput], outputs: tuple[BuildOutput, ...]) -> Analysis:
    """Return the analysis of these inputs instead of those that the detectors found."""
    from cachekeys.coverage import cover
    from cachekeys.inputs.adjust import excluded
    from cachekeys.rules.registry import run

    ordered = tuple(sorted(inputs, key=lambda item: (item.kind, item.what)))
    known = [output for output in analysis.inputs.outputs if output.what not in {each.what for each in outputs}]
    found = replace(analysis.inputs, inputs=ordered, outputs=(*known, *outputs))
    coverage = cover(analysis.project, analysis.watch, found, excluded=excluded(analysis.settings))
    other = replace(analysis, inputs=found, coverage=coverage, findings=(), memo={})
    return replace(other, findings=run(other))


def _proven_inputs(sightings: Iterable[Sighting]) -> Iterable[BuildInput]:
    """Yield an input for each thing that was used: what one file is read for is the analysis' word, that it is read the trace's."""
    for each in sightings:
        item = each.input
        if item is None or (each.verdict == "probe" and each.access == "missing"):
            continue
        if item.kind == "files":
            item = replace(item, kind="file", what=each.what)
        read = each.access in ("read", None) and not item.optional
        yield replace(item, confidence="certain") if read and item.detector != DETECTOR else item


def _listings(analysis: Analysis, sightings: Iterable[Sighting]) -> Iterable[BuildInput]:
    """Yield a glob for each directory that the project's code lists and all of whose files of one kind are read."""
    found = list(sightings)
    read: dict[tuple[str, str], list[BuildInput]] = {}
    for each in found:
        if each.verdict == "input" and each.access == "read" and each.input is not None:
            read.setdefault(_place(each.what), []).append(each.input)
    globs = {item.what for item in analysis.inputs.inputs if item.kind == "files"}
    for each in found:
        if each.verdict != "listing" or each.what in (".", "") or not _PLAIN.fullmatch(each.what):
            continue
        for (directory, extension), items in sorted(read.items()):
            glob = f"{directory}/*{extension}"
            present = analysis.project.glob(glob) if directory == each.what and _PLAIN.fullmatch(extension) else ()
            if len(items) > 1 and len(present) == len(items) and glob not in globs:
                yield replace(
                    items[0],
                    kind="files",
                    what=glob,
                    why=each.reason,
                    origin=each.origin or items[0].origin,
                    confidence="possible",
                    detector=DETECTOR,
                )


_PLAIN = re.compile(r"[\w./+-]+")


def _place(path: str) -> tuple[str, str]:
    directory, _, name = path.rpartition("/")
    stem, dot, extension = name.rpartition(".")
    return directory, dot + extension if stem else ""


# -- outputs -----------------------------------------------------------------------------------------------------------


def _outputs(analysis: Analysis, sightings: Iterable[Sighting]) -> tuple[Output, ...]:
    """Return what the build wrote into the tree and left there, with the keys that match it."""
    from cachekeys.coverage import name_matcher
    from cachekeys.uv.walk import Watcher

    watcher = Watcher(analysis.watch.keys, analysis.project.root, analysis.watch.dialect)
    foretold = name_matcher(output.what for output in analysis.inputs.outputs if output.detector != "traced")
    found = []
    for each in sightings:
        if each.is_written and not each.what.startswith("../") and analysis.project.is_file(each.what):
            key = watcher.covers(each.what)
            found.append(Output(each.what, () if key is None else (key,), foretold(each.what)))
    return tuple(found)


def _new_outputs(analysis: Analysis, outputs: Iterable[Output]) -> tuple[BuildOutput, ...]:
    """Return what the rules have to know: not what they find in build trees by themselves, and no compiled modules."""
    from cachekeys.trace.scripts import Scripts

    scripts = Scripts(analysis.project, set())
    at = Origin("pyproject.toml" if analysis.project.pyproject is not None else "setup.py")
    return tuple(
        BuildOutput(output.path, "a traced build wrote it", at, DETECTOR)
        for output in outputs
        if not output.foretold and not scripts.never(output.path) and not output.path.endswith(_COMPILED)
    )


_COMPILED = (".so", ".pyd", ".dylib", ".dll", ".o", ".a", ".lib", ".obj")


# -- what was not read -------------------------------------------------------------------------------------------------


def _unread(analysis: Analysis, trace: Trace, sightings: Iterable[Sighting]) -> Iterable[Unread]:
    """Yield what the analysis names as needed and the build did not use, with the likely reason."""
    used = _used(sightings)
    git = {"commit", "tags"} & trace.git
    told: set[str] = set()
    for entry in sorted(
        analysis.coverage.entries, key=lambda each: each.input.kind
    ):  # a file before the globs that match it
        item = entry.input
        if item.optional or item.detector == "traced":
            continue
        if item.kind in ("git", "env"):
            if item.what not in (git if item.kind == "git" else used["env"]):
                yield Unread(item, (), _reason(item, item.what, trace))
            continue
        files = tuple(name for name in entry.files if name not in used["file"] and name not in told)
        told.update(files)
        if files:
            yield Unread(item, files, _reason(item, files[0], trace))


def _used(sightings: Iterable[Sighting]) -> dict[str, set[str]]:
    used: dict[str, set[str]] = {"file": set(), "env": set(), "git": set()}
    for each in sightings:
        if each.access != "write":
            used[each.kind].add(each.what)
    return used


_PLATFORM = re.compile(
    r"(?<![a-z])(?:win(?:32|64|dows)?|nt|msvc|mingw\d*|cygwin|mac(?:os)?x?|osx|darwin|apple|ios|android|linux|freebsd|openbsd|netbsd|bsd|aix|solaris|sunos|haiku|emscripten|wasm\d*"
    r"|posix|unix|cuda|rocm|hip|cudnn|metal|mps|vulkan|opencl|sycl|xpu|tpu|neuron|hpu|cpu|gpu|arm(?:64|v\d)?|aarch64|neon|sve|x86(?:_64)?|i[36]86|amd64|"
    r"sse\w*|avx\w*|ppc\w*|powerpc|vsx|s390x?|riscv\d*|loongarch\d*|mips\w*|sparc\w*|alpha|m68k|pypy|graalpy|debug)(?![a-z])"
)


def _reason(item: BuildInput, name: str, trace: Trace) -> str:
    """Return why it was probably not used."""
    if trace.exit_code:
        return "the build failed, perhaps before it got there"
    if item.detector == "settings":
        return "it is declared by hand"
    match = _PLATFORM.search(name.lower().replace("_", "-")) or _PLATFORM.search(name.lower())
    if match:
        return f"by its name it is for another platform or option ({match[0]})"
    if item.kind in ("env", "git"):
        return "this build took another way"
    if trace.reused and item.role == "native-source":
        return "what an earlier build made of it was up to date"
    if item.confidence != "certain":
        return "it depends on something that is only known at run time"
    if trace.blind:
        return "another platform or option reads it, or it could not be seen"
    return "another platform or option reads it, or the analysis is not precise"


# -- agreement ---------------------------------------------------------------------------------------------------------


def _files(analysis: Analysis, sightings: Iterable[Sighting]) -> Agreement:
    found = list(sightings)
    traced = [each for each in found if each.kind == "file" and each.verdict == "input" and each.access == "read"]
    static = {
        name
        for entry in analysis.coverage.entries
        if entry.input.kind in ("file", "files") and not entry.input.optional and entry.input.detector != "traced"
        for name in entry.files
    }
    return Agreement(len(traced), sum(each.known for each in traced), len(static), len(static & _used(found)["file"]))


def _variables(analysis: Analysis, sightings: Iterable[Sighting]) -> Agreement:
    found = list(sightings)
    traced = [each for each in found if each.kind == "env" and each.verdict == "input"]
    static = {
        item.what
        for item in analysis.inputs.inputs
        if item.kind == "env" and not item.optional and item.detector != "traced"
    }
    return Agreement(len(traced), sum(each.known for each in traced), len(static), len(static & _used(found)["env"]))


def _absent(analysis: Analysis, sightings: Iterable[Sighting]) -> tuple[Sighting, ...]:
    from cachekeys.uv.walk import Watcher

    watcher = Watcher(analysis.watch.keys, analysis.project.root, analysis.watch.dialect)
    return tuple(
        each
        for each in sightings
        if each.verdict == "probe"
        and each.access == "missing"
        and not analysis.project.is_file(each.what)
        and watcher.covers(each.what) is None
    )

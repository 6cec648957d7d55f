"""What did the build read that can change the wheel? Every sighting of a trace gets a verdict, and the reason in a clause.

Most of what a build touches is no input: what it wrote itself, caches, what version control reads, package sources that are only
copied (an editable installation takes them from the tree), probes of the interpreter and of the compiler, variables that steer speed or
name the machine. Where the static analysis knows an input, its word counts: it knows what becomes of the content, a trace does not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeVar

from cachekeys.inputs.model import BuildInput, Origin
from cachekeys.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from cachekeys.analysis import Analysis
    from cachekeys.inputs.model import Confidence
    from cachekeys.trace.model import Access, AccessKind, Trace, Variable
    from cachekeys.trace.readers import Tool

    _Seen = TypeVar("_Seen", Access, Variable)

__all__ = ["DETECTOR", "Sighting", "Verdict", "judge"]

DETECTOR = "trace"
"""Who found an input that only the trace shows."""

Verdict = Literal["input", "probe", "listing", "contents", "override", "output", "none"]
"""``input``: its content decides. ``probe``: only its existence does. ``listing``: the names in a directory do. ``contents``: it is copied into the
wheel as it is, which matters in a wheel alone. ``override``: a variable that a tool looks at and that is normally not set. ``output``: the
build wrote it. ``none``: nothing of it gets into the wheel."""

_STRENGTH: tuple[AccessKind, ...] = ("read", "list", "missing", "stat", "write")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One path, variable or fact of git that the build used.

    ``what`` is the path, the name, ``commit`` or ``tags``. ``access`` is the strongest way in which a path was used. ``reason`` is a clause that
    explains the verdict. ``readers`` are the programs' names, ``command`` the command line of the first, ``origin`` the place in
    the project's code. ``known``: the static analysis found it, too. ``is_set`` is only told of variables.
    ``input`` is what coverage is asked about; for ``known`` ones that is what the static analysis says.
    """

    kind: Literal["file", "env", "git"]
    what: str
    access: AccessKind | None
    verdict: Verdict
    reason: str
    readers: tuple[str, ...] = ()
    command: str = ""
    processes: tuple[int, ...] = ()
    origin: Origin | None = None
    known: bool = False
    is_written: bool = False
    is_set: bool | None = None
    input: BuildInput | None = None

    @property
    def telling_command(self) -> str:
        """The command line, "" where it says nothing: the place in the project's code does, or it only starts the back end."""
        starts_back_end = self.command.startswith(("python -c ", "python3 -c ")) or "_in_process" in self.command
        return "" if self.readers == ("Python",) and (self.origin or starts_back_end) else self.command


def judge(analysis: Analysis, trace: Trace) -> tuple[Sighting, ...]:
    """Give every sighting of *trace* its verdict; the mode is that of *analysis*. Reads what the build scripts say, executes nothing."""
    return _Judge(analysis, trace).result()


class _Judge:
    """One run."""

    def __init__(self, analysis: Analysis, trace: Trace) -> None:
        from cachekeys.coverage import name_matcher
        from cachekeys.inputs.adjust import excluded
        from cachekeys.trace.readers import Readers
        from cachekeys.trace.roles import modes_of
        from cachekeys.trace.scripts import Scripts

        self._analysis = analysis
        self._project = analysis.project
        self._trace = trace
        self._readers = Readers(trace)
        self._files = set(trace.paths("read"))
        self._written = trace.written_before_read.union(trace.paths("write"))
        self._scripts = Scripts(analysis.project, self._files - self._written)
        self._excluded = excluded(analysis.settings)
        self._is_output = name_matcher(output.what for output in analysis.inputs.outputs)
        self._known: dict[tuple[str, str], BuildInput] = {}
        for entry in analysis.coverage.entries:
            item = entry.input
            if item.detector == "traced":
                continue  # an earlier trace is not the static analysis' merit
            for name in (item.what, *entry.files) if item.kind == "file" else entry.files or (item.what,):
                kind = "file" if item.kind == "files" else item.kind
                old = self._known.get((kind, name))
                if old is None or (old.optional, old.kind) > (item.optional, item.kind):
                    self._known[kind, name] = item
        self._of_other_mode = _of_other_mode(analysis)
        self._modes = modes_of(analysis.project)

    def result(self) -> tuple[Sighting, ...]:
        paths: dict[str, dict[AccessKind, Access]] = {}
        for access in self._trace.accesses:
            paths.setdefault(access.path, {})[access.kind] = self._without_product(access)
        found = [self._path(path, kinds) for path, kinds in sorted(paths.items())]
        variables = map(self._without_product, self._trace.variables)
        found += [self._variable(variable) for variable in sorted(variables, key=lambda each: each.name)]
        found += [self._git(what) for what in ("commit", "tags") if what in self._trace.git]
        return tuple(found)

    def _without_product(self, seen: _Seen) -> _Seen:
        """Return *seen* without its origin if that is a script that the build wrote itself: who wrote it is to be asked."""
        if seen.origin is None or not (seen.origin.file in self._written or self._scripts.never(seen.origin.file)):
            return seen
        return replace(seen, origin=None, own=False)

    # -- files ---------------------------------------------------------------------------------------------------------

    def _path(self, path: str, kinds: dict[AccessKind, Access]) -> Sighting:
        kind = next(kind for kind in _STRENGTH if kind in kinds)
        access = kinds[kind]
        tools = self._readers.kinds(access.processes, access.observers)
        known = self._known.get(("file", path))
        verdict, reason, confidence = self._judge_path(path, kind, access, frozenset(tool for tool, _ in tools))
        is_written = "write" in kinds
        if is_written and verdict not in ("input", "contents"):
            verdict, reason = "output", "the build writes it"
        item = self._at_home(known, access) if verdict == "input" and known is not None else None
        if item is None and verdict in ("input", "probe"):
            item = self._new_input(path, access, confidence, reason)
        return Sighting(
            "file",
            path,
            kind,
            verdict,
            reason,
            readers=tuple(sorted({name for _, name in tools})),
            command=self._readers.command(access.processes),
            processes=access.processes,
            origin=access.origin,
            known=known is not None,
            is_written=is_written,
            input=item,
        )

    def _judge_path(
        self, path: str, kind: AccessKind, access: Access, tools: frozenset[Tool]
    ) -> tuple[Verdict, str, Confidence]:
        no: Verdict = "none"
        if self._is_output(path):
            return "output", "the build writes it", "certain"
        known = ("file", path) in self._known
        if path in self._trace.reused:
            return "output", "an earlier build left it", "certain"
        if path in self._written and not known:
            return no, "the build wrote it before", "certain"
        if self._excluded(path):
            return no, "[tool.cachekeys] not-inputs names it", "certain"
        if known and kind in ("read", "stat", "missing"):
            return "input", self._why(access, kind), "certain"
        if self._of_other_mode(path):
            return no, f"it does not matter in an installation of this kind ({self._analysis.mode})", "certain"
        reason = self._scripts.never(path)
        if reason:
            return no, reason, "certain"
        if tools and tools <= {"git"}:
            return no, "only version control looked at it", "certain"
        if tools and tools <= {"front-end"}:
            return no, "only the front end looked at it", "certain"
        if self._analysis.mode not in self._modes:
            return no, f"it does not matter in an installation of this kind ({self._analysis.mode})", "certain"
        if kind == "read":
            return self._judge_read(path, access, tools)
        own = self._scripts.is_own(access.origin, own=access.own)
        if kind == "list":
            return (
                ("listing", self._why(access, kind), "possible") if own else (no, "only its names were read", "certain")
            )
        if own and tools <= {"python"} and not self._project.is_dir(path):
            return "probe", self._why(access, kind), "possible"
        return no, "a tool only looked whether it is there", "certain"

    def _judge_read(self, path: str, access: Access, tools: frozenset[Tool]) -> tuple[Verdict, str, Confidence]:
        own = self._scripts.is_own(access.origin, own=access.own)
        if tools <= {"python"} and not own and self._is_copied(path):
            return "contents", "it is copied into the wheel", "certain"
        sure: Confidence = "certain" if own or not tools <= {"python"} else "likely"
        return "input", self._why(access, "read"), sure

    def _is_copied(self, path: str) -> bool:
        """Tell whether a file goes into the wheel as it is; where the wheel is not known, its place has to tell."""
        if self._trace.mode != "wheel":
            return False
        copied = self._trace.copied
        return self._scripts.is_package_source(path) if copied is None else path in copied

    def _why(self, access: Access, kind: AccessKind) -> str:
        verb = {"read": "reads it", "missing": "looks whether it is there", "list": "lists it"}.get(
            kind, "looks whether it is there"
        )
        return f"{self._reader(access)} {verb} in a traced build"

    def _reader(self, access: Access | Variable) -> str:
        tools = self._readers.kinds(access.processes, access.observers)
        if {tool for tool, _ in tools} <= {"python"}:
            if access.origin is not None:
                return access.origin.file
            return self._project.build_backend.partition(".")[0].replace("_", "-") or "the back end"
        return min(name for tool, name in tools if tool != "python")

    def _at_home(self, item: BuildInput, access: Access) -> BuildInput:
        """Return what the analysis says, but not that a file which the build wrote is the place to look at."""
        file = item.origin.file
        if file not in self._written and not self._scripts.never(file):
            return item
        source = self._readers.project_source(access.processes, self._files - self._written)
        return replace(item, origin=access.origin or self._scripts.blame(access.path, item.role, source))

    def _new_input(self, path: str, access: Access, confidence: Confidence, why: str) -> BuildInput:
        from cachekeys.trace.roles import role_of

        tools = [tool for tool, _ in self._readers.kinds(access.processes, access.observers)]
        role, affects = role_of(path, tools)
        origin = access.origin or self._scripts.blame(
            path, role, self._readers.project_source(access.processes, self._files)
        )
        return BuildInput("file", path, role, why, origin, affects, confidence, modes=self._modes, detector=DETECTOR)

    # -- the rest ------------------------------------------------------------------------------------------------------

    def _variable(self, variable: Variable) -> Sighting:
        known = self._known.get(("env", variable.name))
        verdict, reason, origin = self._judge_variable(variable, known)
        item = known
        if item is None and verdict == "input":
            at = origin or Origin("pyproject.toml")
            item = BuildInput("env", variable.name, "environment", reason, at, "code", detector=DETECTOR)
        return Sighting(
            "env",
            variable.name,
            None,
            verdict,
            reason,
            readers=tuple(sorted({name for _, name in self._readers.kinds(variable.processes, variable.observers)})),
            command=self._readers.command(variable.processes),
            processes=variable.processes,
            origin=origin,
            known=known is not None,
            is_set=variable.is_set,
            input=item,
        )

    def _judge_variable(self, variable: Variable, known: BuildInput | None) -> tuple[Verdict, str, Origin | None]:
        from cachekeys.inputs.environment import classify

        name, origin = variable.name, variable.origin
        if ("env", name) in (self._analysis.settings.not_inputs or {}):
            return "none", "[tool.cachekeys] not-inputs names it", origin
        if known is not None:
            verdict: Verdict = "override" if known.optional else "input"
            return verdict, f"{self._reader(variable)} reads it in a traced build", origin or known.origin
        kind = classify(name)
        if kind == "speed":
            return "none", "it steers speed or output", origin
        if kind == "session" or _INTERPRETER.fullmatch(name):
            return "none", "it names the machine or the session", origin
        place = origin if variable.own and origin else self._scripts.mention(name, origin)
        if kind == "toolchain":
            return "override", "it chooses the tools, and is normally not set", place or origin
        if place is None:
            return "override", "a tool looks for it, and it is normally not set", origin
        return "input", f"{place.file} reads it in a traced build", place

    def _git(self, what: Literal["commit", "tags"]) -> Sighting:
        from cachekeys.trace.gitfacts import facts_of_command

        known = self._known.get(("git", what))
        numbers = tuple(
            process.number for process in self._trace.processes if what in facts_of_command(process.arguments)
        )
        why = f"a traced build asks git for the {'current commit' if what == 'commit' else 'tags'}"
        item = known
        if item is None:
            dynamic = "version" in self._project.dynamic or self._project.get("project", "version") is None
            item = BuildInput(
                "git",
                what,
                "scm-version",
                why,
                Origin("pyproject.toml", 1),
                "version",
                "certain" if dynamic else "likely",
                detector=DETECTOR,
            )
        return Sighting(
            "git",
            what,
            None,
            "override" if item.optional else "input",
            why,
            ("git",),
            self._readers.command(numbers),
            numbers,
            None,
            known is not None,
            input=item,
        )


def _of_other_mode(analysis: Analysis) -> Callable[[str], bool]:
    """Return the test for files that matter in the other kind of installation only, as the detectors say."""
    from cachekeys.coverage import name_matcher
    from cachekeys.inputs.detect import detect

    found = detect(analysis.project).inputs
    return name_matcher(
        item.what for item in found if item.kind in ("file", "files") and analysis.mode not in item.modes
    )


_INTERPRETER = re.compile(
    r"PYTHON[A-Z0-9]+ | _?PYPROJECT_HOOKS_\w+ | PEP517_\w+ | CACHEKEYS_\w+ | TZ | TZDIR | LINES | COLUMNS | LANGUAGE | NLSPATH | LOCPATH"
    r"| MALLOC_\w+ | GLIBC_TUNABLES | POSIXLY_CORRECT | LD_(?:PRELOAD|DEBUG|BIND_NOW|AUDIT|ASSUME_KERNEL) | GCONV_PATH | CHARSET"
    r"| OUTPUT_CHARSET | SSL_CERT_\w+ | OPENSSL_\w+ | UV_\w+ | UV | EDITOR | PAGER | LESS\w* | BASH\w* | ENV | IFS | OPTIND | PS[124] | MAIL\w* | CDPATH"
    r"| SHLVL | SHELLOPTS | COLLECT_\w+ | GCC_\w+ | COMPILER_PATH | TERMINFO\w* | SUDO_\w+ | DEBIAN_FRONTEND | MFLAGS | MAKELEVEL | MAKE_\w+ | GNUMAKEFLAGS"
    r"| RLIMIT_\w+ | KMP_\w+ | OMP_\w+ | PKG_RESOURCES_\w+ | VSCODE_\w+ | COV_\w+ | COVERAGE_\w+ | PYTEST_\w+ | FAKEROOT\w* | \w+_PROXY | \w+_proxy",
    re.VERBOSE,
)
"""What interpreters, the C library, shells, make and the compiler driver look at on their own account."""

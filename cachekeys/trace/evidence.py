"""What traces saw, kept: ``cachekeys.trace.json``, a small file to commit, which ``check`` takes as further evidence.

It holds names only: of files, of variables, of programs; no value and no content. Everything is sorted and written in one
way, so that the file changes only when what a build reads does. Each trace has a name, its platform and its mode (``linux-editable``); a
new trace replaces what the one of the same name saw and leaves the others alone, so that several machines can add to one file.

Left out is what is only copied into the wheel, and everything that is no input.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal, get_args

from cachekeys.errors import ProjectError
from cachekeys.inputs.model import Affects, Confidence, Mode, Role
from cachekeys.trace.judge import DETECTOR
from cachekeys.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cachekeys.project import Project
    from cachekeys.trace.compare import Comparison

__all__ = ["NAME", "Entry", "Evidence", "evidence_of", "load", "merge", "save", "to_bytes"]

NAME = "cachekeys.trace.json"
"""The file, next to pyproject.toml."""

SCHEMA_VERSION = 1

EntryKind = Literal["file", "env", "git", "output"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that traces saw. ``by`` names the program, ``at`` the file of the project that led to it ("" when there is none).

    ``traces`` are the names of the traces that saw it, sorted. The traits of a ``BuildInput`` are those that it had then;
    those of an ``output`` mean nothing.
    """

    kind: EntryKind
    what: str
    role: Role
    affects: Affects
    confidence: Confidence
    by: str
    at: str
    traces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The file's content: the names of the traces, and what they saw, sorted by kind and name, each thing once."""

    traces: tuple[str, ...]
    entries: tuple[Entry, ...]

    def modes(self, entry: Entry) -> tuple[Mode, ...]:
        """Return the kinds of installation in which *entry* matters, as far as the traces tell.

        What builds of one kind read and those of the other on the same platforms did not matters in the one alone. Not so sources of native
        code: a compiler that finds its results up to date does not read them again.
        """
        for mode in get_args(Mode):
            other = "wheel" if mode == "editable" else "editable"
            twins = [f"{name.removesuffix(mode)}{other}" for name in entry.traces if name.endswith(f"-{mode}")]
            if twins and len(twins) == len(entry.traces) and entry.role != "native-source":
                return (mode,) if set(twins) <= set(self.traces) else get_args(Mode)
        return get_args(Mode)


def evidence_of(comparison: Comparison, label: str) -> Evidence:
    """Return what this trace, under the name *label*, adds to the evidence."""
    found = []
    for each in comparison.sightings:
        item = each.input
        if item is None or each.verdict != "input" or item.optional or each.access not in ("read", None):
            continue
        by = each.readers[0] if each.readers else ""
        at = item.origin.file if each.origin is None else each.origin.file
        sure: Confidence = "certain" if each.known else item.confidence
        found.append(Entry(each.kind, each.what, item.role, item.affects, sure, by, at, (label,)))
    found += [
        Entry("output", output.what, "build-config", "code", "certain", "", "", (label,))
        for output in comparison.proven.inputs.outputs
        if output.detector == DETECTOR
    ]
    return Evidence((label,), _sorted(found))


def merge(old: Evidence | None, new: Evidence, *, complete: bool = True) -> Evidence:
    """Return both together; what *old* has from traces of the same name goes, unless *new* is not *complete*."""
    if old is None:
        return new
    replaced = set(new.traces) if complete else set()
    entries: dict[tuple[str, str], Entry] = {}
    for entry in old.entries:
        traces = tuple(name for name in entry.traces if name not in replaced)
        if traces:
            entries[entry.kind, entry.what] = replace(entry, traces=traces)
    for entry in new.entries:
        present = entries.get((entry.kind, entry.what), entry)
        traces = tuple(sorted({*present.traces, *entry.traces}))
        entries[entry.kind, entry.what] = replace(min(present, entry, key=_rank), traces=traces)
    names = sorted({*(name for name in old.traces if name not in replaced), *new.traces})
    return Evidence(tuple(names), _sorted(entries.values()))


def save(comparison: Comparison, *, label: str | None = None) -> str:
    """Add what the trace saw to the project's file, which is replaced as a whole or not at all; return its path.

    What another trace saw and is gone from the tree is left out at this opportunity. Where the build took results of an earlier one as
    up to date, what the trace of the same name saw before stays.

    :param label: the trace's name instead of platform and mode: for builds with other options.
    :raises ProjectError: the present file cannot be used.
    :raises OSError: it cannot be written.
    """
    import sys

    from cachekeys.freshness.replace import replace_files

    project = comparison.analysis.project
    trace = comparison.trace
    evidence = merge(
        load(project), evidence_of(comparison, label or f"{sys.platform}-{trace.mode}"), complete=not trace.reused
    )
    kept = [each for each in evidence.entries if each.kind != "file" or project.is_file(each.what)]
    path = project.path(NAME)
    replace_files([(path, to_bytes(replace(evidence, entries=tuple(kept))))])
    return path


def load(project: Project) -> Evidence | None:
    """Return the project's evidence, None when it has no such file.

    :raises ProjectError: the file cannot be read or is not of this form; the message says where.
    """
    text = project.read_text(NAME)
    if text is None:
        if project.is_file(NAME):
            reason = next((each.message for each in project.problems if each.file == NAME), "cannot be read")
            raise ProjectError(f"{NAME}: {reason}; delete it and run `cachekeys trace` again")
        return None
    import json

    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        place = f":{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "it cannot be parsed"
        raise ProjectError(
            f"{NAME}{place}: no valid JSON ({reason}); delete it and run `cachekeys trace` again"
        ) from None
    return _Reader(raw).evidence()


def to_bytes(evidence: Evidence) -> bytes:
    """Return the file's content; equal evidence gives equal bytes."""
    import json

    every = evidence.traces

    def common(entry: Entry) -> dict[str, Any]:
        names = {key: value for key, value in (("by", entry.by), ("at", entry.at)) if value}
        return {**names, **({} if entry.traces == every else {"traces": list(entry.traces)})}

    files: dict[str, dict[str, Any]] = {}
    outputs: dict[str, dict[str, Any]] = {}
    for entry in evidence.entries:
        if entry.kind in ("file", "output"):
            traits = {"role": entry.role, "affects": entry.affects, "confidence": entry.confidence}
            group = {**(traits if entry.kind == "file" else {}), **common(entry)}
            table = files if entry.kind == "file" else outputs
            table.setdefault(json.dumps(group), {**group, "paths": []})["paths"].append(entry.what)
    document = {
        "schema_version": SCHEMA_VERSION,
        "traces": list(every),
        "files": [files[group] for group in sorted(files)],
        "environment": [{"name": each.what, **common(each)} for each in evidence.entries if each.kind == "env"],
        "git": [{"what": each.what, **common(each)} for each in evidence.entries if each.kind == "git"],
        "outputs": [outputs[group] for group in sorted(outputs)],
    }
    return json.dumps(document, indent=2, ensure_ascii=True).encode("ascii") + b"\n"


def _sorted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda each: (each.kind, each.what)))


def _rank(entry: Entry) -> tuple[object, ...]:
    """Order what different traces say of one thing: the surest first, then in any fixed order."""
    sureness = get_args(Confidence).index(entry.confidence)
    return (sureness, entry.role, entry.affects, entry.by, entry.at)


class _Reader:
    """Reads the document and refuses, with its place, what is not of the form."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw if isinstance(raw, dict) else self._refuse("the file", "is no object")
        version = self._raw.get("schema_version")
        if version != SCHEMA_VERSION:
            self._refuse("schema_version", f"is {version!r}; this version of cachekeys reads {SCHEMA_VERSION}")
        self._traces = self._texts("traces", self._raw.get("traces", []))

    def evidence(self) -> Evidence:
        found = [entry for section in ("files", "environment", "git", "outputs") for entry in self._section(section)]
        unique = {(entry.kind, entry.what): entry for entry in found}
        return Evidence(self._traces, _sorted(unique.values()))

    def _section(self, section: str) -> Iterator[Entry]:
        items = self._raw.get(section, [])
        if not isinstance(items, list):
            self._refuse(section, "is no array")
        for number, item in enumerate(items):
            where = f"{section}[{number}]"
            if not isinstance(item, dict):
                self._refuse(where, "is no object")
            yield from self._entries(section, where, item)

    def _entries(self, section: str, where: str, item: dict[str, Any]) -> Iterator[Entry]:
        by, at = (self._text(f"{where}.{name}", item.get(name, "")) for name in ("by", "at"))
        traces = self._texts(f"{where}.traces", item["traces"]) if "traces" in item else self._traces

        def make(kind: EntryKind, what: str, role: Role, affects: Affects, sure: Confidence) -> Entry:
            return Entry(kind, what, role, affects, sure, by, at, traces)

        if section == "files":
            role = self._choice(f"{where}.role", item.get("role"), get_args(Role))
            affects = self._choice(f"{where}.affects", item.get("affects"), get_args(Affects))
            sure = self._choice(f"{where}.confidence", item.get("confidence"), get_args(Confidence))
            for path in self._paths(f"{where}.paths", item.get("paths")):
                yield make("file", path, role, affects, sure)
        elif section == "outputs":
            for path in self._paths(f"{where}.paths", item.get("paths")):
                yield make("output", path, "build-config", "code", "certain")
        elif section == "environment":
            name = self._text(f"{where}.name", item.get("name")) or self._refuse(f"{where}.name", "is empty")
            yield make("env", name, "environment", "code", "certain")
        else:
            what = self._choice(f"{where}.what", item.get("what"), ("commit", "tags"))
            yield make("git", what, "scm-version", "version", "certain")

    def _paths(self, where: str, value: Any) -> tuple[str, ...]:
        paths = self._texts(where, value)
        for path in paths:
            if not path or "\0" in path or os.path.isabs(path) or path.startswith(("/", "\\")):
                self._refuse(where, f"{path!r} is no path relative to the project")
        return paths

    def _texts(self, where: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._refuse(where, "is no array of strings")
        return tuple(sorted(set(value)))

    def _text(self, where: str, value: Any) -> str:
        return value if isinstance(value, str) else self._refuse(where, "is no string")

    def _choice(self, where: str, value: Any, choices: tuple[str, ...]) -> Any:
        return (
            value if value in choices else self._refuse(where, f"is {value!r} instead of one of {', '.join(choices)}")
        )

    def _refuse(self, where: str, problem: str) -> Any:
        raise ProjectError(f"{NAME}: {where} {problem}; delete the file and run `cachekeys trace` again")

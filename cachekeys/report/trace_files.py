"""The files of a traced project for the page: which of them is what, who read it, and the tree that they make."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cachekeys.report.message import printable

if TYPE_CHECKING:
    from cachekeys.inputs.model import Origin
    from cachekeys.trace.compare import Comparison
    from cachekeys.trace.judge import Sighting

__all__ = ["HATCHED", "INDEX", "STATUSES", "describe_place", "tree"]

STATUSES: tuple[tuple[str, str, str, str, bool], ...] = (
    (
        "gap",
        "read, but not watched",
        "✕",
        "The build reads it and no key watches it: after an edit uv keeps the stale install.",
        False,
    ),
    (
        "noise",
        "written, and watched",
        "◆",
        "The build writes it and a key matches it: uv builds again for nothing.",
        False,
    ),
    (
        "commit",
        "watched by commit only",
        "◐",
        "Only the key for the git commit stands for it: an edit counts when it is committed.",
        True,
    ),
    ("copied", "copied, but not watched", "◫", "It goes into the wheel as it is, and no key watches it.", True),
    ("covered", "read and watched", "●", "The build reads it, and a key watches it.", False),
    ("unneeded", "read, needs no key", "○", "The build reads it, but nobody needs a rebuild for it.", True),
    (
        "unread",
        "expected, but not read",
        "◇",
        "The static analysis names it as an input; this build did not use it.",
        False,
    ),
    (
        "watched",
        "watched, but not read",
        "□",
        "A key watches it, but this build did not read it: an edit rebuilds, perhaps for nothing.",
        True,
    ),
    ("output", "written by the build", "▽", "The build writes it; no key should match it, and none does.", True),
    ("ignored", "looked at, no input", "·", "The build looked at it, but nothing of it gets into the wheel.", True),
    ("none", "not touched", "", "The build did not look at it.", True),
)
INDEX = {status[0]: place for place, status in enumerate(STATUSES)}
HATCHED = frozenset({"gap", "noise"})
_MANY_FILES = 8_000
"""From so many files on, directories that the build did not touch are only counted."""


def describe_place(origin: Origin | None) -> dict[str, Any] | None:
    """Return a place in the form of the page."""
    return None if origin is None else {"file": printable(origin.file), "line": origin.line}


def _leaves(comparison: Comparison, facts: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return every file with its status and, where there is more to say, the place of that in *facts*, which is filled."""
    keys: dict[str, list[int]] = {}
    for index, names in sorted(comparison.analysis.coverage.matched.items()):
        for name in names:
            keys.setdefault(name, []).append(index)
    outputs = {output.path: output for output in comparison.outputs}
    unread = {name: each for each in comparison.unread for name in each.files}
    sightings = {each.what: each for each in comparison.sightings if each.kind == "file"}
    project = comparison.analysis.project
    present = {name for name, each in sightings.items() if each.access != "missing" and project.is_file(name)}
    uncopied = set(comparison.uncovered_contents)
    places: dict[str, int] = {}
    leaves: dict[str, list[Any]] = {}
    for path in sorted({*project.files, *present, *outputs, *keys}):
        sighting = sightings.get(path)
        if path in uncopied:
            status = "copied"
        elif path in outputs and outputs[path].keys:
            status = "noise"
        else:
            status = _status(comparison, sighting, is_watched=path in keys, is_expected=path in unread)
        fact = _fact(sighting, keys.get(path, []))
        if path in unread:
            each = unread[path]
            fact.update(
                why=printable(each.input.why),
                reason=each.reason,
                origin=describe_place(each.input.origin),
                role=each.input.role,
            )
        leaves[path] = [printable(path.rpartition("/")[2]), INDEX[status], *_shared(fact, facts, places)]
    return leaves


def _shared(fact: dict[str, Any], facts: list[dict[str, Any]], places: dict[str, int]) -> list[Any]:
    """Return the place of *fact* in *facts* and, apart, the processes: most files of a directory have the rest in common."""
    processes = fact.pop("processes", [])
    if not fact:
        return []
    text = json.dumps(fact, sort_keys=True)
    if text not in places:
        places[text] = len(facts)
        facts.append(fact)
    return [places[text], *([processes] if processes else [])]


def _status(comparison: Comparison, sighting: Sighting | None, *, is_watched: bool, is_expected: bool) -> str:
    if sighting is not None:
        state = comparison.state(sighting)
        if state is not None:
            return state
        if sighting.verdict == "contents":
            return "covered" if is_watched else "unneeded"
        if sighting.verdict == "output" or sighting.is_written:
            return "output"
        if not is_expected and not is_watched:
            return "ignored"
    if is_expected:
        return "unread"
    return "watched" if is_watched else "none"


def _fact(sighting: Sighting | None, keys: list[int]) -> dict[str, Any]:
    fact: dict[str, Any] = {"keys": keys} if keys else {}
    if sighting is None:
        return fact
    item = sighting.input
    fact.update(
        access=sighting.access,
        why=printable(sighting.reason),
        readers=[printable(reader) for reader in sighting.readers],
        processes=list(sighting.processes),
        origin=describe_place(sighting.origin or (item.origin if item else None)),
    )
    if item is not None:
        fact.update(role=item.role, affects=item.affects, known=sighting.known)
    return {name: value for name, value in fact.items() if value not in ([], None, "")}


def tree(comparison: Comparison, facts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return every file as a leaf of nested directories, with its status and, where there is more to say, its place in *facts*, which is filled."""
    leaves = _leaves(comparison, facts)
    fold = len(leaves) > _MANY_FILES
    none = INDEX["none"]
    root: dict[str, Any] = {"n": "", "c": []}
    directories: dict[str, dict[str, Any]] = {"": root}

    def directory(path: str) -> dict[str, Any]:
        if path not in directories:
            parent, _, name = path.rpartition("/")
            directories[path] = {"n": printable(name), "c": []}
            directory(parent)["c"].append(directories[path])
        return directories[path]

    for path, leaf in leaves.items():
        parent = directory(path.rpartition("/")[0])
        if fold and leaf[1] == none and len(leaf) == 2:  # noqa: PLR2004 - a name and a status, no facts
            parent["u"] = parent.get("u", 0) + 1
        else:
            parent["c"].append(leaf[0] if leaf[1] == none and len(leaf) == 2 else leaf)  # noqa: PLR2004 - same
    return root

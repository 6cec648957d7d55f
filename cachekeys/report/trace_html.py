"""``cachekeys trace --format html``: one page to look at, with everything in it; it asks the network for nothing.

The page's parts lie in ``assets/``: the document, its style and its script. Names of files are a stranger's: they reach the page as JSON
in which nothing can end the element that it stands in, the script puts them on the page as text only, and the page's own content security
policy lets no other script run.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cachekeys.report.message import place, printable
from cachekeys.report.result import shown_path
from cachekeys.report.trace_files import HATCHED, INDEX, STATUSES, describe_place, tree
from cachekeys.uv.keys import FileKey, as_toml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cachekeys.trace.compare import Comparison
    from cachekeys.trace.judge import Sighting

__all__ = ["page"]

_MOST_PROCESSES = 1_500
_LONGEST = 400  # characters of a command line


def page(comparison: Comparison) -> str:
    """Return the page, complete and self-contained, as ASCII apart from the script's own signs."""
    from importlib.resources import files

    import cachekeys

    assets = files("cachekeys.report") / "assets"
    html, style, script = ((assets / f"trace.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))
    parts = {
        "style": style,
        "script": script,
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "version": _escape(str(cachekeys.__version__)),
        "title": _escape(f"cachekeys trace: {_name(comparison)}"),
        "data": _embed(_data(comparison)),
    }
    # One pass: what is put in is not looked at again.
    pieces = html.split("{{")
    return pieces[0] + "".join(parts[name] + rest for name, _, rest in (piece.partition("}}") for piece in pieces[1:]))


def _hash(text: str) -> str:
    import base64
    import hashlib

    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _escape(text: str) -> str:
    import html

    return html.escape(printable(text))


def _embed(data: dict[str, Any]) -> str:
    """Return JSON that is safe between the tags of a script element."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _name(comparison: Comparison) -> str:
    project = comparison.analysis.project
    return project.name or shown_path(project.root)


# -- the data ----------------------------------------------------------------------------------------------------------


def _data(comparison: Comparison) -> dict[str, Any]:
    from cachekeys.fix.synthesis import paste
    from cachekeys.report.trace import document

    report = document(comparison)
    facts: list[dict[str, Any]] = []
    return {
        "name": printable(_name(comparison)),
        "sentence": printable(_sentence(comparison)),
        "verdict": _verdict(comparison),
        "tiles": _tiles(comparison),
        "statuses": [
            {"id": name, "label": label, "glyph": glyph, "help": text, "light": light, "hatch": name in HATCHED}
            for name, label, glyph, text, light in STATUSES
        ],
        "tree": tree(comparison, facts),
        "facts": facts,
        "declared": comparison.analysis.watch.declared,
        "keys": _keys(comparison),
        "findings": _findings(comparison),
        "notes": [printable(note) for note in _notes(comparison)],
        "toml": _printable_block(paste(comparison.combined)) if comparison.findings else "",
        "environment": sorted(
            (_variable(comparison, each) for each in comparison.sightings if each.kind == "env"),
            key=lambda each: each["status"],
        ),
        "git": [_git(comparison, each) for each in comparison.sightings if each.kind == "git"],
        "misses": [_miss(each) for each in comparison.misses],
        "unread": [
            {
                "what": printable(each.files[0] if len(each.files) == 1 else each.input.what),
                "file": each.input.kind in ("file", "files"),
                "files": len(each.files),
                "reason": each.reason,
                "origin": describe_place(each.input.origin),
            }
            for each in comparison.unread
        ],
        "absent": [{"what": printable(each.what), "origin": describe_place(each.origin)} for each in comparison.absent],
        "agreement": report["agreement"],
        **_processes(comparison),
        "blind": [printable(sentence) for sentence in _blind(comparison)],
        "observers": list(comparison.trace.observers),
    }


def _printable_block(text: str) -> str:
    """Return several lines, each printable."""
    return "\n".join(printable(line) for line in text.split("\n"))


def _sentence(comparison: Comparison) -> str:
    trace = comparison.trace
    kind = "an editable wheel" if trace.mode == "editable" else "a wheel"
    isolated = "isolated" if trace.isolated else "not isolated"
    failed = f", and failed with exit code {trace.exit_code}" if trace.exit_code else ""
    judged = "" if comparison.analysis.mode == trace.mode else f"; judged for the mode {comparison.analysis.mode}"
    path = shown_path(comparison.analysis.project.root)
    where = "" if path == "." else f"{path}: "
    return f"{where}{trace.front_end} built {kind}, {isolated}, in {trace.seconds:.1f} s{failed}{judged}"


def _verdict(comparison: Comparison) -> str:
    if comparison.findings or comparison.uncovered_contents:
        return "Not all is well: see the findings below."
    return "All that the build read is watched, and nothing that it writes is."


def _tiles(comparison: Comparison) -> list[dict[str, str]]:
    gaps = [each for each in comparison.gaps if comparison.state(each) == "gap"]
    covered = sum(comparison.state(each) == "covered" for each in comparison.sightings)
    noise = sum(bool(output.keys) for output in comparison.outputs)
    tiles = [
        ("inputs not watched", len(gaps), "gap" if gaps else "covered"),
        ("inputs watched", covered, "covered"),
        ("outputs watched", noise, "noise" if noise else "covered"),
    ]
    if comparison.uncovered_contents:
        tiles.insert(1, ("copied, not watched", len(comparison.uncovered_contents), "copied"))
    shown = [{"label": label, "value": f"{value:,}", "status": status} for label, value, status in tiles]
    share = int(comparison.files.recall * 1000) / 10
    shown.append({"label": "of the files read, foreseen", "value": f"{share:g} %", "status": "unread"})
    return shown


def _notes(comparison: Comparison) -> Iterable[str]:
    copied = comparison.uncovered_contents
    if copied:
        number = f"{len(copied)} file{'' if len(copied) == 1 else 's'}"
        yield f"{number} of the packages: copied into the wheel, watched by no key. An editable installation needs no keys for them."
        yield f"Who installs wheels of the project adds {', '.join(comparison.contents_keys)}."
    if comparison.trace.exit_code:
        yield "The build failed: what it would have read later is missing here."


def _blind(comparison: Comparison) -> Iterable[str]:
    trace = comparison.trace
    yield from trace.blind
    for origin in trace.iterates_environment:
        yield f"{place(origin)} looks at all environment variables; which of them matter cannot be seen."


def _keys(comparison: Comparison) -> list[dict[str, Any]]:
    matched = comparison.analysis.coverage.matched
    shown = []
    for key in comparison.analysis.watch.keys:
        is_file = isinstance(key, FileKey)
        number = len(matched.get(key.index, ()))
        shown.append(
            {
                "index": key.index,
                "toml": printable(as_toml(key)),
                "kind": "file" if is_file else "other",
                "note": f"{number} files" if is_file else "",
            }
        )
    return shown


def _findings(comparison: Comparison) -> list[dict[str, Any]]:
    return [
        {
            "code": finding.code,
            "name": finding.name,
            "severity": finding.severity,
            "confidence": finding.confidence,
            "message": printable(finding.message),
            "origin": {"file": printable(finding.file), "line": finding.line},
            "by": printable(comparison.command(finding)),
        }
        for finding in comparison.findings
    ]


def _variable(comparison: Comparison, sighting: Sighting) -> dict[str, Any]:
    return {
        "name": printable(sighting.what),
        **_state(comparison, sighting),
        "is_set": sighting.is_set,
        "readers": [printable(reader) for reader in sighting.readers],
        "origin": describe_place(sighting.origin),
        "reason": printable(sighting.reason),
    }


def _git(comparison: Comparison, sighting: Sighting) -> dict[str, Any]:
    what = "the current commit" if sighting.what == "commit" else "the tags"
    return {"what": what, **_state(comparison, sighting), "reason": sighting.reason, "by": printable(sighting.command)}


def _state(comparison: Comparison, sighting: Sighting) -> dict[str, Any]:
    """Return the state of a variable or a fact of git, as a status and in words."""
    state = comparison.state(sighting)
    if state in ("gap", "commit", "covered"):
        words = {"gap": "not watched", "commit": "by commit only", "covered": "watched"}
        return {"status": INDEX[state], "state": words[state]}
    is_override = sighting.verdict == "override"
    return {
        "status": INDEX["unneeded" if is_override else "ignored"],
        "state": "needs no key" if is_override else "no input",
    }


def _miss(sighting: Sighting) -> dict[str, Any]:
    what = (
        f"${sighting.what}"
        if sighting.kind == "env"
        else f"git {sighting.what}"
        if sighting.kind == "git"
        else sighting.what
    )
    return {
        "what": printable(what),
        "file": sighting.kind == "file",
        "readers": [printable(reader) for reader in sighting.readers],
        "origin": describe_place(sighting.origin),
    }


def _processes(comparison: Comparison) -> dict[str, Any]:
    from cachekeys.trace.readers import Readers, shown

    readers = Readers(comparison.trace)
    listed = [
        {
            "number": process.number,
            "program": printable(next(iter(readers.kinds((process.number,), ())), ("", ""))[1]),
            "command": printable(shown(process, _LONGEST)),
        }
        for process in comparison.trace.processes[:_MOST_PROCESSES]
    ]
    return {"processes": listed, "more_processes": max(0, len(comparison.trace.processes) - _MOST_PROCESSES)}

"""The table of the corpus as text, JSON and Markdown, and the lists of what is missed."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from _corpus.projects import Entry
    from _corpus.score import Score, Static, TraceScore
    from _corpus.truth import Truth

__all__ = ["line", "record", "recorded", "render", "result", "table", "totals", "write_lists"]

HEAD = (
    "project", "truth", "files", "found", "recall", "variables", "found", "static", "read", "elsewhere", "precision",
    "ms",
)  # fmt: skip


def result(entry: Entry, score: Score, truth: Truth, trace: TraceScore | None = None) -> dict[str, Any]:
    """Return everything about one project as plain data."""
    return {
        "version": entry.version,
        "mode": entry.mode,
        "mechanism": entry.mechanism,
        "traced": entry.facts is None,
        "build_seconds": truth.seconds,
        "explanation": entry.misses,
        "held_out": entry.held_out,
        **asdict(score),
        "trace": None if trace is None else asdict(trace),
    }


def line(item: dict[str, Any]) -> str:
    """Return one line about a project."""
    return "  ".join(f"{cell:>{width}}" for cell, width in zip(_row(item), _WIDTHS, strict=True))


_WIDTHS = (28, 6, 6, 6, 7, 5, 5, 6, 6, 6, 7, 6)


def _row(item: dict[str, Any]) -> list[str]:
    files, missed = len(item["truth"]), len(item["missed"])
    static, extra, elsewhere = len(item["static"]), len(item["extra"]), len(item["elsewhere"])
    variables, lost = len(item["variables"]), len(item["missed_variables"])
    return [
        f"{item['name']} {item.get('version', '')}".strip(),
        "" if "traced" not in item else "traced" if item["traced"] else "hand",
        str(files),
        str(files - missed),
        percent(files - missed, files),
        str(variables),
        str(variables - lost),
        str(static),
        str(static - extra - elsewhere),
        str(elsewhere),
        percent(static - extra, static),
        f"{1000 * item['seconds']:.0f}",
    ]


def percent(part: int, whole: int) -> str:
    """Return a share, never rounded up to the whole."""
    if not whole:
        return "-"
    return "100 %" if part == whole else f"{int(1000 * part / whole) / 10:.1f} %"


def totals(results: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """Return the sum over some projects, in the shape of one; the time is the median."""
    keys = ("truth", "missed", "static", "extra", "elsewhere", "variables", "missed_variables")
    times = sorted(item["seconds"] for item in results)
    return {
        "name": name,
        "seconds": times[len(times) // 2] if times else 0,
        **{key: [one for item in results for one in item[key]] for key in keys},
    }


def table(results: list[dict[str, Any]]) -> list[list[str]]:
    """Return the rows, with sums."""
    rows = [_row(item) for item in results]
    for traced, name in ((True, "all traced"), (False, "all by hand")):
        chosen = [item for item in results if item["traced"] == traced]
        if chosen:
            rows.append(_row(totals(chosen, f"{name} ({len(chosen)})")))
    return rows


def render(results: list[dict[str, Any]], form: str) -> str:
    """Return the table in one of the formats."""
    if form == "json":
        return json.dumps(results, indent=1)
    rows = table(results)
    if form == "markdown":
        head = ["| " + " | ".join(HEAD) + " |", "|---|---|" + "---:|" * (len(HEAD) - 2)]
        return "\n".join([*head, *("| " + " | ".join(row) + " |" for row in rows)])
    return "\n".join(
        "  ".join(f"{cell:>{width}}" for cell, width in zip(row, _WIDTHS, strict=True)) for row in [list(HEAD), *rows]
    )


def recorded(results: list[dict[str, Any]], repository: Path) -> dict[str, Any]:
    """Return what is kept in the repository: the figures, and the names of what is missed and what is too much."""
    counted = ("truth", "static", "variables", "elsewhere")
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=repository, capture_output=True, text=True, check=True
    )
    return {
        "commit": commit.stdout.strip(),
        "projects": [
            {key: len(value) if key in counted else value for key, value in item.items() if key != "unresolved"}
            for item in results
        ],
    }


def record(file: Path, results: list[dict[str, Any]], repository: Path) -> None:
    """Write the results, in the order of the corpus; what was recorded of projects that were not measured now stays."""
    before = json.loads(file.read_text(encoding="utf-8"))["projects"] if file.is_file() else []
    now = recorded(results, repository)
    new = {item["name"]: item for item in now["projects"]}
    kept = [new.pop(item["name"], item) for item in before]
    now["projects"] = [*kept, *new.values()]
    file.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")


def write_lists(place: Path, entry: Entry, item: dict[str, Any], found: Static) -> None:
    """Write what is missed and what is too much, for people who work on the detectors."""
    place.mkdir(parents=True, exist_ok=True)
    lines = [line(item), ""]
    lines += [f"MISSED  {name}" for name in item["missed"]]
    lines += [f"MISSED  ${name}" for name in item["missed_variables"]]
    for name in item["extra"]:
        origin = found.files[name]["origin"]
        lines.append(
            f"EXTRA   {name}    {found.files[name]['detector']} {origin['file']}:{origin['line']}: {found.files[name]['why']}"
        )
    lines += [f"MISSED ELSEWHERE {name}" for name in item["missed_elsewhere"]]
    lines += [f"ELSEWHERE {name}" for name in item["elsewhere"]]
    if item["trace"] is not None:
        lines += [f"TRACE MISSED  {name}" for name in item["trace"]["missed"]]
        lines += [f"TRACE MISSED  ${name}" for name in item["trace"]["missed_variables"]]
        lines += [f"TRACE MORE  {name}" for name in item["trace"]["more"]]
        lines += [f"TRACE BLIND  {text}" for text in item["trace"]["blind"]]
    lines += [f"UNRESOLVED {text}" for text in item["unresolved"]]
    (place / f"{entry.name}.txt").write_text("\n".join([*lines, ""]), encoding="utf-8", errors="surrogateescape")

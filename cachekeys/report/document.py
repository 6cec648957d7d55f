"""The JSON documents of the commands: plain dictionaries, one function per command.

``schema_version`` grows when a field changes its meaning or goes; new fields may come at any time. The schemas lie in
``cachekeys/schemas/``. No environment value is in any of them, except in ``cache_info``, which is what uv stores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cachekeys.report.result import shown_path
from cachekeys.uv.keys import DirKey, EnvKey, FileKey, as_toml

if TYPE_CHECKING:
    from cachekeys.analysis import Analysis
    from cachekeys.coverage import InputCoverage
    from cachekeys.findings import Finding
    from cachekeys.fingerprint.digest import Digest
    from cachekeys.report.explanation import Explanation
    from cachekeys.report.result import Result
    from cachekeys.rules.model import Rule
    from cachekeys.uv.cacheinfo import CacheInfo
    from cachekeys.uv.keys import CacheKey

__all__ = [
    "SCHEMA_VERSION",
    "cache_info",
    "check",
    "describe_finding",
    "describe_key",
    "describe_origin",
    "digest",
    "dump",
    "explain",
    "header",
    "inputs",
    "rules",
]

SCHEMA_VERSION = 1


def dump(document: dict[str, Any]) -> str:
    """Return the document as text. ASCII only: file names need not be UTF-8, and neither need the terminal."""
    import json  # only for this format

    return json.dumps(document, indent=2, ensure_ascii=True)


def check(result: Result) -> dict[str, Any]:
    """Return the document of ``cachekeys check``."""
    return _document(result, [_checked(analysis) for analysis in result.analyses])


def inputs(result: Result) -> dict[str, Any]:
    """Return the document of ``cachekeys inputs``."""
    return _document(result, [_with_inputs(analysis) for analysis in result.analyses])


def explain(result: Result, explanations: list[Explanation]) -> dict[str, Any]:
    """Return the document of ``cachekeys explain``."""
    return _document(result, [_explained(explanation) for explanation in explanations])


def cache_info(path: str, info: CacheInfo) -> dict[str, Any]:
    """Return the document of ``cachekeys cache-info``."""
    return {
        "schema_version": SCHEMA_VERSION,
        "path": shown_path(path),
        "empty": info.is_empty,
        "cache_info": _stored(info),
    }


def digest(path: str, found: Digest) -> dict[str, Any]:
    """Return the document of ``cachekeys digest``."""
    return {
        "schema_version": SCHEMA_VERSION,
        "path": shown_path(path),
        "mode": found.mode,
        "digest": found.value,
        "key": found.key,
        "restore_keys": list(found.restore_keys),
        "python": found.python,
        "platform": found.platform,
        "files": found.files,
        "unreadable": list(found.unreadable),
        "environment": dict(found.environment),
        "git": dict(found.git),
        "without": list(found.without),
        "notes": list(found.notes),
    }


def rules(found: list[tuple[Rule, str]]) -> dict[str, Any]:
    """Return the document of ``cachekeys rule``: rules with their pages."""
    return {
        "schema_version": SCHEMA_VERSION,
        "rules": [
            {
                "code": rule.code,
                "name": rule.name,
                "title": rule.title,
                "why": rule.why,
                "remedy": rule.remedy,
                "page": page,
            }
            for rule, page in found
        ],
    }


def _stored(info: CacheInfo) -> dict[str, Any]:
    import json  # only for this format

    stored: dict[str, Any] = json.loads(info.to_json())  # uv's own text is the source
    return stored


def _document(result: Result, projects: list[dict[str, Any]]) -> dict[str, Any]:
    errors = [
        {"path": shown_path(failure.path), "message": message}
        for failure in result.failures
        for message in failure.messages
    ]
    return {"schema_version": SCHEMA_VERSION, "projects": projects, "errors": errors}


def header(analysis: Analysis) -> dict[str, Any]:
    """Return what the entry of a project begins with."""
    project = analysis.project
    return {
        "path": shown_path(project.root),
        "name": project.name,
        "mode": analysis.mode,
        "uv": analysis.settings.uv or _text(project.get("tool", "uv", "required-version")),
    }


def _checked(analysis: Analysis) -> dict[str, Any]:
    from cachekeys.fix.synthesis import complete_keys  # a cycle at import time otherwise

    return {
        **header(analysis),
        "keys": [describe_key(analysis, key) for key in analysis.watch.keys],
        "inputs": [_input(entry) for entry in analysis.coverage.entries],
        "findings": [describe_finding(finding) for finding in analysis.findings],
        "proposed_keys": list(complete_keys(analysis)),
    }


def _with_inputs(analysis: Analysis) -> dict[str, Any]:
    found = analysis.inputs
    return {
        **header(analysis),
        "inputs": [_input(entry) for entry in analysis.coverage.entries],
        "outputs": [
            {
                "what": output.what,
                "why": output.why,
                "detector": output.detector,
                "origin": describe_origin(output.origin),
            }
            for output in found.outputs
        ],
        "unresolved": [
            {"message": item.message, "detector": item.detector, "origin": describe_origin(item.origin)}
            for item in found.unresolved
        ],
    }


def _explained(explanation: Explanation) -> dict[str, Any]:
    from cachekeys.report.verdict import document  # only this command pays

    project, watch = explanation.project, explanation.watch
    return {
        "path": shown_path(project.root),
        "name": project.name,
        "uv": explanation.uv or _text(project.get("tool", "uv", "required-version")),
        "declared": watch.declared,
        "keys": [
            {
                "index": item.key.index,
                "key": as_toml(item.key),
                "kind": _kind(item.key),
                "declared": watch.declared,
                "files": list(item.files),
                "line": item.line,
                "newest": None if item.newest is None else {"file": item.newest.file, "ctime_ns": item.newest.time},
                "value": item.value,
                "warnings": list(item.warnings),
            }
            for item in explanation.keys
        ],
        "warnings": list(explanation.warnings),
        "cache_info": _stored(explanation.cache_info),
        "installation": None if explanation.assessment is None else document(explanation.assessment),
    }


def _kind(key: CacheKey) -> str:
    return {FileKey: "file", DirKey: "dir", EnvKey: "env"}.get(type(key), "git")


def describe_key(analysis: Analysis, key: CacheKey) -> dict[str, Any]:
    """Return a key and how many files it matches."""
    kind = _kind(key)
    return {
        "index": key.index,
        "key": as_toml(key),
        "kind": kind,
        "declared": analysis.watch.declared,
        "files": len(analysis.coverage.matched.get(key.index, ())) if kind == "file" else None,
    }


def _input(entry: InputCoverage) -> dict[str, Any]:
    item = entry.input
    return {
        "kind": item.kind,
        "what": item.what,
        "role": item.role,
        "why": item.why,
        "affects": item.affects,
        "confidence": item.confidence,
        "optional": item.optional,
        "modes": list(item.modes),
        "detector": item.detector,
        "origin": describe_origin(item.origin),
        "chain": [describe_origin(place) for place in item.chain],
        "files": len(entry.files) if item.kind in ("file", "files") else None,
        "covered_by": list(entry.covered_by),
        "uncovered": list(entry.uncovered),
        "by_commit_only": entry.by_commit_only,
    }


def describe_origin(origin: Any) -> dict[str, Any]:
    """Return a place."""
    return {"file": origin.file, "line": origin.line, "column": origin.column}


def describe_finding(finding: Finding) -> dict[str, Any]:
    """Return a finding with its fix."""
    fix = finding.fix
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "message": finding.message,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "subject": finding.subject,
        "fix": None
        if fix is None
        else {"title": fix.title, "keys": list(fix.keys), "safe": fix.safe, "replaces": fix.replaces},
    }


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None

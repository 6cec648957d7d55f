"""A key matches what the build itself writes.

## What it does

Reports keys that match a product of the build, also when it does not exist yet: a version file that setuptools-scm, hatch-vcs and the like
write, generated sources, setuptools' `*.egg-info`, compiled modules next to the Python ones, what lies in `build/`,
`dist/` and `target/`.

## Why is this bad?

uv computes the keys, builds, and keeps what it computed *before* the build. Then the build writes the file, its time is new, and the next
`uv sync` or `uv run` finds a change and builds again, which writes the file again: a needless rebuild on **every** run.

- `src/**/*.py` together with a version file in the package
- `*.txt` or `**/*.txt` in a setuptools project: setuptools rewrites `*.egg-info/SOURCES.txt` in every build, editable builds too
- `pyproject.toml` itself, a default, with poetry-dynamic-versioning, which edits it during the build and puts it back

What is compiled or copied into `build/` is not always rewritten. Then it is one more rebuild after each change, not one on every run.

## Example

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "src/**/*.py" }]

[tool.setuptools_scm]
version_file = "src/demo/_version.py"
```

## Use instead

What the file is made from, here git. Or leave the product out; the message shows a spelling that works in your list:

```toml
[tool.uv]
cache-keys = [
    { file = "pyproject.toml" },
    { git = { commit = true, tags = true } },
    { file = "src/**/*.py" },
    { file = "src/!demo/_version.p[y]" },
]
```

An exclusion needs a glob character (`!build` is a file name) and a glob at the same base before it. Every spelling that is
proposed here has been put to uv's own rules first.

## False alarms

A file that is under version control and only looks like a product: name it in `ignore`, or make the glob narrower.

## References

- uv issue 16336
- Behaviour measured with uv 0.13.8, setuptools 84.2, setuptools-scm, hatch-vcs 0.5 and poetry-dynamic-versioning 1.10
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.inputs.model import Origin
from cachekeys.rules._keys import PYPROJECT, place_of_key, usable
from cachekeys.rules.model import Rule
from cachekeys.uv.globs import is_glob
from cachekeys.uv.keys import FileKey, as_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding
    from cachekeys.rules._written import Written


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report, per key, what it matches of that which the build writes."""
    if not (usable(analysis) if analysis.watch.declared else analysis.inputs.outputs):
        return
    from cachekeys.rules._written import written  # not for plain defaults
    from cachekeys.uv.walk import Watcher  # a cycle at import time otherwise

    watcher = Watcher(analysis.watch.keys, analysis.project.root, analysis.watch.dialect)
    all_written = list(written(analysis))
    hits: dict[int, list[Written]] = {}
    for item in all_written:
        index = watcher.covers(item.path)
        if index is not None:
            hits.setdefault(index, []).append(item)
    paths = {item.path for item in all_written}
    for key in analysis.watch.keys:
        if isinstance(key, FileKey) and key.index in hits:
            yield _finding(analysis, key, sorted(hits[key.index], key=_telling), paths)


def _telling(item: Written) -> tuple[bool, bool, bool]:
    """Order what to show first: what is sure, what exists, what is not of another operating system."""
    return (item.origin is None, item.path != item.shown, item.path.endswith((".pyd", ".dylib")))


def _finding(analysis: Analysis, key: FileKey, hits: list[Written], written_paths: set[str]) -> Finding:
    first = hits[0]
    others = len({item.path for item in hits}) - 1
    which = f"`{as_toml(key)}`" if analysis.watch.declared else f"uv's default key `{as_toml(key)}`"
    subject = f"`{first.shown}`" + (f" and {others} more" if others else "")
    matches = "is" if first.path == key.path else "matches"
    if any(item.every_build for item in hits):
        consequence = "uv rebuilds on every run (needless rebuild)"
    else:
        consequence = "a build makes the next run build again (needless rebuild)"
    at = place_of_key(analysis, key.index) if analysis.watch.declared else first.origin or Origin(PYPROJECT)
    return RULE.finding(
        f"{which} {matches} {subject}, which the build itself writes ({first.why.rstrip('.')}): {consequence}",
        at,
        first.shown,
        severity="error" if first.every_build and first.origin is not None else "warning",
        confidence="certain" if first.origin is not None else "likely",
        fix=_remedy(analysis, key, hits, written_paths),
    )


def _remedy(analysis: Analysis, key: FileKey, hits: list[Written], written_paths: set[str]) -> Fix:
    if not is_glob(key.path):
        if key.path == PYPROJECT:
            return Fix(
                "declare the list without it and watch the commit: `{ git = { commit = true, tags = true } }`",
                safe=False,
            )
        return Fix("remove the key; watch what the file is made from", safe=False)
    from cachekeys.rules._exclusion import narrower, working_exclusions  # only for a finding

    instead = narrower(analysis, key, [item.path for item in hits], written_paths)
    if instead is not None:
        entry = as_toml(FileKey(key.index, instead))
        return Fix(f"write `{entry}` instead", (entry,), safe=False, replaces=key.index)
    unwanted: dict[str, list[str]] = {}
    for item in hits:
        unwanted.setdefault(item.exclude, []).append(item.path)
    values = working_exclusions(analysis, key, unwanted, written_paths)
    if values is not None:
        entries = tuple(as_toml(FileKey(key.index, value)) for value in values)
        shown = ", ".join(f"`{entry}`" for entry in entries)
        return Fix(f"add {shown} to the end of the list, or make the glob narrower", entries, safe=False)
    return Fix("make the glob narrower, so that it matches sources only", safe=False)


RULE = Rule(
    code="CK301",
    name="self-invalidating-key",
    title="a key matches what the build itself writes",
    why="each build changes the key, so uv rebuilds on every run: a needless rebuild",
    remedy="watch what the file is made from, or leave it out of the glob",
    check=check,
)

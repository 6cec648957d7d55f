"""A `dir` key does not watch what is in the directory.

## What it does

Reports `{ dir = "csrc" }` when there are files in `csrc` that the build reads and that no other key watches. If no such file is known but
there are others than Python modules in it, that is a remark.

## Why is this bad?

A `dir` key records when the directory was created, nothing else. An edit in it, a new file, a deleted file: uv notices none of them
(stale install). It is meant for a directory that appears and disappears, such as `src` in the defaults.

## Example

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { dir = "csrc" }]
```

## Use instead

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "csrc/**/*.{c,h}" }]
```

## False alarms

`{ dir = "src" }` and the directory of a Python package are not reported for what Python imports from them: in an editable
install the modules are read where they are. Nothing is reported when other keys watch the files.

## References

- Behaviour measured with uv 0.6.17, 0.12.5, 0.12.6 and 0.13.8
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.rules import _directories
from cachekeys.rules._keys import place_of_key, usable, watched
from cachekeys.rules.model import Rule
from cachekeys.uv.keys import DirKey, as_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding

_PYTHON = (".py", ".pyi", ".pyc", "py.typed")


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report ``dir`` keys that seem to be meant for the contents."""
    if not usable(analysis):
        return
    for key in analysis.watch.keys:
        if isinstance(key, DirKey) and analysis.project.is_dir(key.path):
            yield from _judge(analysis, key)


def _judge(analysis: Analysis, key: DirKey) -> Iterator[Finding]:
    unwatched = _directories.inputs_in(analysis, key.path, uncovered=True)
    shown = f"`{as_toml(key)}`"
    at = place_of_key(analysis, key.index)
    if unwatched:
        glob = _directories.glob_for(analysis, key.path, unwatched)
        few = f"`{unwatched[0]}`" + (f" and {len(unwatched) - 1} more" if len(unwatched) > 1 else "")
        yield RULE.finding(
            f"{shown} only notices that the directory is created or removed, not the edit of a file in it: {few}, which the "
            "build reads, can change unnoticed (stale install)",
            at,
            key.path,
            confidence="likely",
            fix=Fix(f"add `{glob}`", (glob,)) if glob else Fix("watch the files in it by name"),
        )
        return
    if posixpath.normpath(key.path or ".") in {".", "src"} or _directories.inputs_in(
        analysis, key.path, uncovered=False
    ):
        return
    files = [file for file in _directories.files_in(analysis, key.path) if not file.endswith(_PYTHON)]
    has_modules = any(file.endswith(".py") for file in _directories.files_in(analysis, key.path))
    if not files or has_modules or not watched(analysis).isdisjoint(files):
        return
    glob = _directories.glob_for(analysis, key.path, files)
    yield RULE.finding(
        f"{shown} only notices that the directory is created or removed; if the build reads what is in it, an edit there is "
        "not noticed (stale install)",
        at,
        key.path,
        severity="info",
        confidence="possible",
        fix=Fix(f"if so, add `{glob}`", (glob,)) if glob else None,
    )


RULE = Rule(
    code="CK203",
    name="dir-not-recursive",
    title="a `dir` key does not watch what is in the directory",
    why="it only notices that the directory appears or disappears; an edit in it goes unnoticed: a stale install",
    remedy='add a glob for the files, e.g. `{ file = "csrc/**/*.{c,h}" }`',
    check=check,
)

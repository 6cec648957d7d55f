r"""A glob starts at the root of the file system, or names this machine's path of the project.

## What it does

Reports globs that begin with a slash directly before a glob character (`/*.cpp`, `/**/*.h`, `/{src,lib}/*.c`), and absolute globs that
lead into the project directory.

## Why is this bad?

Up to uv 0.7.20 a leading slash meant the project directory, as in a `.gitignore`. Since 0.7.21 it is the root of the file
system: uv walks the whole machine, with all disks, `/proc` and `/sys`, on every command, and every `*.cpp` anywhere counts: uv
becomes slow and rebuilds for nothing (needless rebuild). An absolute path of the project only exists on one machine; for
everybody else the key matches nothing (stale install).

## Example

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "/*.cpp" }]
```

## Use instead

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "src/**/*.cpp" }]
```

`*.cpp` without a slash matches at any depth of the project, in `.venv` and `build` too. For the files at the top alone, name them.

## False alarms

A directory of the machine that is meant, such as `/usr/include/foo/*.h`, is not reported.

## References

- Behaviour measured with uv 0.7.20, 0.7.21 and 0.13.8
"""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.rules._globs import is_exclusion, is_glob, replaced, walks_everything
from cachekeys.rules._keys import file_keys, place_of_key, usable
from cachekeys.rules.model import Rule
from cachekeys.uv.globs import join, split
from cachekeys.uv.keys import FileKey, as_toml, file_key_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding

_MAX_NAMED = 4


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report absolute globs that start at the root, or that lead into the project."""
    if not usable(analysis) or not analysis.watch.dialect.glob_base:
        return
    for key in file_keys(analysis):
        if not key.path.startswith("/") or not is_glob(key.path):
            continue
        if walks_everything(key.path):
            yield RULE.finding(
                f"`{as_toml(key)}` starts at the root of the file system, not of the project: uv walks the whole machine, and "
                "whatever matches anywhere counts (needless rebuild)",
                place_of_key(analysis, key.index),
                key.path,
                fix=_relative(analysis, key, split(key.path)[1]),
            )
        elif (inside := _inside(analysis, key)) is not None:
            yield RULE.finding(
                f"`{as_toml(key)}` names the project by its path on this machine; elsewhere the key matches nothing (stale "
                "install)",
                place_of_key(analysis, key.index),
                key.path,
                fix=_relative(analysis, key, inside),
            )


def _inside(analysis: Analysis, key: FileKey) -> str | None:
    """Return the glob relative to the project if its directory lies in there."""
    base, pattern = split(key.path)
    path = os.path.relpath(posixpath.normpath(join(base)), analysis.project.root).replace(os.sep, "/")
    if path.startswith(".."):
        return None
    return pattern if path == "." else f"{path}/{pattern}"


def _relative(analysis: Analysis, key: FileKey, value: str) -> Fix:
    """Return what to write: the relative glob if it matches something; the files' names where it was about the top only."""
    from cachekeys.uv.globs import anchored  # only for a finding
    from cachekeys.uv.walk import Watcher

    general = Fix("write the path relative to the project, as in `src/**/*.c`", safe=False)
    if is_exclusion(value):
        return general
    matches = anchored(value)
    at_top = [file for file in analysis.project.files if "/" not in file and matches(file)]
    if "/" not in value and 0 < len(at_top) <= _MAX_NAMED:  # what `/*.cpp` was meant to say
        entries = tuple(as_toml(FileKey(key.index, file_key_value(file))) for file in at_top)
        shown = ", ".join(f"`{entry}`" for entry in entries)
        return Fix(f"write {shown}", entries, safe=False, replaces=key.index)
    after = Watcher(replaced(analysis.watch.keys, key, value), analysis.project.root, analysis.watch.dialect)
    if any(after.covers(file) == key.index for file in analysis.project.files):
        entry = as_toml(FileKey(key.index, value))
        return Fix(f"write `{entry}`", (entry,), safe=False, replaces=key.index)
    return general


RULE = Rule(
    code="CK205",
    name="absolute-glob",
    title="a glob starts at the root of the file system",
    why="uv walks the whole machine, and whatever matches anywhere counts: slow, and a needless rebuild",
    remedy="write the path relative to the project: `src/**/*.c`, not `/*.c`",
    check=check,
)

"""A `file` key names a directory.

## What it does

Reports `file` keys without a glob character that lead to a directory: `{ file = "csrc" }`, `"third_party/"`, `"."`.

## Why is this bad?

uv looks at such a key, finds no file and ignores it; only `uv -v` says so. No file in the directory is watched: a stale install.

## Example

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "csrc" }]
```

## Use instead

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "csrc/**/*.{c,h}" }]
```

`dir/**/*.ext` is the spelling to prefer: `csrc/*.c` is recursive in one list and one level deep in another, depending on
the other keys.

## False alarms

None are known: the key has no effect whatsoever.

## References

- Behaviour measured with uv 0.13.8
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.rules import _directories
from cachekeys.rules._keys import file_keys, place_of_key, usable
from cachekeys.rules.model import Rule
from cachekeys.uv.globs import is_glob
from cachekeys.uv.keys import as_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report plain file keys that lead to a directory."""
    if not usable(analysis):
        return
    for key in file_keys(analysis):
        if is_glob(key.path) or not analysis.project.is_dir(key.path):
            continue
        files = _directories.inputs_in(analysis, key.path, uncovered=False)
        glob = _directories.glob_for(analysis, key.path, files or _directories.files_in(analysis, key.path))
        if os.path.normpath(key.path or ".") == ".":
            remedy = Fix("name the files to watch", safe=False)
        elif glob:
            remedy = Fix(f"write `{glob}`", (glob,), safe=False, replaces=key.index)
        else:
            remedy = Fix("name the files in it, or remove the key", safe=False)
        yield RULE.finding(
            f"`{as_toml(key)}` names a directory: uv ignores the key, so no file in it is watched (stale install)",
            place_of_key(analysis, key.index),
            key.path,
            fix=remedy,
        )


RULE = Rule(
    code="CK202",
    name="directory-as-file",
    title="a `file` key names a directory",
    why="uv ignores the key, so no file in the directory is watched: a stale install",
    remedy='write a glob, e.g. `{ file = "csrc/**/*.{c,h}" }`',
    check=check,
)

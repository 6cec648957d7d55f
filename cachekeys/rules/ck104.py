"""A requirements file that supplies the dependencies is not watched.

## What it does

Reports requirements files that the build reads into the dependencies (`setup.py`, `[tool.setuptools.dynamic]`, setup.cfg's `file:`,
hatch-requirements-txt ...) while no key watches them, together with everything they pull in by `-r` and `-c`.

## Why is this bad?

The dependencies become part of the built metadata. After an edit of `requirements.txt`, uv finds its keys unchanged: it
keeps the stale install and its old dependencies, and neither installs nor locks the new ones.

## Example

```toml
[project]
name = "example"
version = "1.0"
dynamic = ["dependencies"]

[tool.setuptools.dynamic]
dependencies = { file = ["requirements.txt"] }
```

## Use instead

Add to the above:

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "requirements.txt" }]
```

## False alarms

- Requirements files that no build reads (`requirements-dev.txt` for people) are not reported.
- With a git commit key a committed edit is noticed: a remark only.

## References

- uv's documentation, "Caching: dynamic metadata"
- uv's own test `invalidate_path_on_cache_key`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.rules._gaps import report
from cachekeys.rules.model import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report the gaps, one finding for each place."""
    return report(RULE, analysis)


RULE = Rule(
    code="CK104",
    name="requirements-uncovered",
    title="a requirements file that supplies the dependencies is not watched",
    why="an edit of the file changes the dependencies, but uv keeps the stale install",
    remedy="add a key for the file",
    check=check,
)

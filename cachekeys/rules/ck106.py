"""Code that runs in the build is not watched.

## What it does

Reports Python files that the build runs while no key watches them: `hatch_build.py` and other custom hooks, an in-tree build
back end (`backend-path`), modules that setup.py imports from the project, generators that setup.py or CMake call.

## Why is this bad?

Such code decides what is compiled, generated and declared. uv watches setup.py itself by default, but nothing that it imports.
After an edit, uv keeps the stale install that the old code made.

## Example

```toml
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.hatch.build.hooks.custom]
```

## Use instead

Add to the above:

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "hatch_build.py" }]
```

## False alarms

The ordinary modules of an editable package are not build scripts: their edits take effect without a build, and they are not
reported.

## References

- PEP 517, `backend-path`
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
    code="CK106",
    name="build-script-uncovered",
    title="code that runs in the build is not watched",
    why="an edit of the code changes what is built, but uv keeps the stale install",
    remedy="add a key for the script",
    check=check,
)

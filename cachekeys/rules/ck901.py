"""The analysis could not find out what the build reads here.

## What it does

Reports the places where the analysis saw that something is read but not what (a file name that is only known at run time, a
variable of CMake that only the build machine knows), and the files that it could not read itself. It never
guesses and never runs the project's code.

## Why is this bad?

It is not your mistake, it is a limit of the analysis. But if what is read there decides what is built and no key watches it, then
its change gives a stale install, and no rule can say so.

## Example

```python
with open(os.environ["CONFIG_DIR"] + "/features.txt") as file:  # setup.py
```

## Use instead

Tell cachekeys what is read, and the other rules take over:

```toml
[tool.cachekeys]
inputs = [{ file = "config/features.txt", reason = "setup.py reads it through CONFIG_DIR" }]
```

## Configuration

If it is nothing that decides what is built, `ignore = { CK901 = "reason" }`. The severity is *info*: it never makes
`cachekeys check` fail and is never shown in a build. A file that a build reads for certain, but that cannot be
read here, is a *warning*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.inputs.model import Origin
from cachekeys.rules.model import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding

_CONFIGURATION = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report what detectors left open, then what could not be read at all."""
    for item in analysis.inputs.unresolved:
        yield RULE.finding(
            f"{item.message.rstrip('.')}: whether a key watches what is read here is unknown (possibly a stale install)",
            item.origin,
            item.message,
            severity="info",
            confidence="possible",
            fix=Fix(
                'if it decides what is built, declare it: `inputs = [{ file = "...", reason = "..." }]` in [tool.cachekeys]'
            ),
        )
    inputs = {item.what for item in analysis.inputs.inputs} | _CONFIGURATION
    for problem in dict.fromkeys(analysis.project.problems):
        yield RULE.finding(
            f"`{problem.file}` {problem.message}, so what the build reads because of it is unknown (possibly a stale install)",
            Origin(problem.file, problem.line),
            problem.file,
            severity="warning" if problem.file in inputs else "info",
            confidence="possible",
            fix=Fix("make it readable, or declare what it names in [tool.cachekeys] inputs"),
        )


RULE = Rule(
    code="CK901",
    name="unresolved-input",
    title="the analysis could not find out what is read here",
    why="if it decides what is built and no key watches it, its change gives a stale install",
    remedy="declare it in `[tool.cachekeys] inputs`",
    check=check,
)

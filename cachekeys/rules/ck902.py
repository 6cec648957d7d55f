"""A detector failed, so what it would have found is missing.

## What it does

Reports every detector that raised an exception, could not be imported, or returned something that is no build input. The other
detectors go on. A rule that breaks is reported in the same way. A fault of cachekeys itself is *info*, since it must not fail your
build; one of another distribution is a *warning*.

## Why is this bad?

What the detector would have found is not compared with the cache keys: a gap (stale install) can go unnoticed.

## Example

```console
$ cachekeys check
pyproject.toml: CK902 detector-failed [warning, certain]
    detector odoo-extra (cachekeys-odoo) failed (KeyError: 'addons'); ...
```

## Use instead

Update or remove the distribution that is named. If it is cachekeys itself, please report it: a project, however odd,
must not break a detector.

## Configuration

`ignore = { CK902 = "reason" }` in `[tool.cachekeys]` silences it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.inputs.model import Origin
from cachekeys.rules._keys import PYPROJECT
from cachekeys.rules.model import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report the detectors' failures; a fault of our own is never more than a remark, as it must not fail a build."""
    for failure in analysis.inputs.failures:
        ours = "(" not in failure.detector  # others are called "name (distribution)"
        remedy = (
            "report it to cachekeys, with your pyproject.toml"
            if ours
            else "update or remove that distribution, or report it there"
        )
        yield RULE.finding(
            f"detector {failure.detector} failed ({failure.error}); what it would have found was not compared with the "
            "cache keys, so a stale install can go unnoticed",
            Origin(PYPROJECT),
            failure.detector,
            severity="info" if ours else "warning",
            fix=Fix(remedy),
        )


RULE = Rule(
    code="CK902",
    name="detector-failed",
    title="a detector failed",
    why="what it would have found is not compared with the cache keys, so a stale install can go unnoticed",
    remedy="update, remove or report the detector that is named",
    check=check,
)

"""A detector failed, so what it would have found is missing.

## What it does

Reports every detector that raised an exception, could not be imported, or returned something that is no build input. The other
detectors go on. It also reports a rule of cachekeys itself that broke, as `info`.

## Why is this bad?

What the detector would have found is not compared with the cache keys: a gap (stale install) can go unnoticed.

## Example

```console
$ cachekeys check
pyproject.toml: CK902 detector-failed: detector odoo-extra (cachekeys-odoo-extra) failed with KeyError: 'addons' ...
```

## Use instead

Update or remove the distribution that is named. If it is cachekeys itself, please report it: a project, however odd,
must not break a detector.

## Configuration

`ignore = { CK902 = "reason" }` in `[tool.cachekeys]` silences it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.model import Origin
from cachekeys.rules._keys import PYPROJECT
from cachekeys.rules.model import Fix, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.rules.model import Finding


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report the detectors' failures."""
    for failure in analysis.inputs.failures:
        yield RULE.finding(
            f"detector {failure.detector} failed ({failure.error}); what it would have found was not compared with the "
            "cache keys, so a stale install can go unnoticed",
            Origin(PYPROJECT),
            failure.detector,
            fix=Fix("update or remove the distribution that provides the detector, or report the failure to it"),
        )


RULE = Rule(
    code="CK902",
    name="detector-failed",
    title="a detector failed",
    why="what it would have found is not compared with the cache keys, so a stale install can go unnoticed",
    remedy="update, remove or report the detector that is named",
    check=check,
)

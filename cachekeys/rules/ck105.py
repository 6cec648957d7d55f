"""A manifest that decides about metadata or contents is not watched.

## What it does

Reports manifests that the build reads while no key watches them: Odoo's `__manifest__.py` (dependencies through hatch-odoo),
`Cargo.toml`, `package.json`, `MANIFEST.in` and the like.

## Why is this bad?

A manifest names dependencies, the version or the files that belong to the wheel. After an edit, uv finds its keys unchanged and
keeps the stale install: an addon's new dependency is not installed, new data files are missing.

## Example

```toml
[build-system]
requires = ["hatch-odoo"]
build-backend = "hatchling.build"

[tool.hatch.metadata.hooks.odoo-addons-dependencies]
```

with addons in `odoo/addons/*`.

## Use instead

Add to the above:

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "odoo/addons/*/__manifest__.py" }]
```

The glob also notices an addon that is added.

## False alarms

- Manifests of parts that are not built are not reported, provided that the detector can tell. `not-inputs` in
  `[tool.cachekeys]` takes them out.
- With a git commit key a committed edit is noticed: a remark only.

## References

- uv's glob semantics: a pattern with `/` behind its directory is anchored there, whatever other keys say (uv >= 0.7.21, measured with 0.13.8)
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
    code="CK105",
    name="manifest-uncovered",
    title="a manifest that decides about metadata or contents is not watched",
    why="an edit of the manifest changes what is built, but uv keeps the stale install",
    remedy="add a key for the manifest",
    check=check,
)

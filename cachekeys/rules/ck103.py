"""A file that supplies metadata is not watched.

## What it does

Reports files, other than requirements and manifests, that the build takes metadata from while no key watches them: version
files, modules read through `attr:`, readme fragments, `settings.ini`, and what `[tool.cachekeys] inputs` declares.

A readme or licence only changes the long text in the metadata, which nobody reads from an editable installation: those that
pyproject.toml names are not reported. Where the build assembles the readme (`dynamic = ["readme"]`), or setup.py reads it and
`--mode wheel` is given, it is a remark (*info*), and the proposed list does not contain it.

## Why is this bad?

uv watches pyproject.toml, setup.py and setup.cfg by default, not the files that these refer to. After an edit of `VERSION`, uv
keeps the stale install with the old version.

## Example

```toml
[project]
name = "example"
dynamic = ["version"]

[tool.setuptools.dynamic]
version = { file = "VERSION" }
```

## Use instead

Add to the above:

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "VERSION" }]
```

## False alarms

- Files that the build itself writes (`version_file` of setuptools-scm) are not reported; a key for them would cause a rebuild
  on every run, see [CK301](CK301.md).
- With a git commit key a committed edit is noticed: a remark only.
- `not-inputs = [{ file = "VERSION", reason = "..." }]` in `[tool.cachekeys]` takes a file out.

## References

- uv's documentation, "Caching: dynamic metadata"
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
    code="CK103",
    name="dynamic-file-uncovered",
    title="a file that supplies metadata is not watched",
    why="an edit of the file changes the metadata, but uv keeps the stale install",
    remedy="add a key for the file",
    check=check,
)

"""The version comes from git tags, but the git key does not watch them.

## What it does

Reports a project whose version is computed from git tags while the git key among its `cache-keys` watches the commit only.
`{ git = true }` means the commit only. When the commit is not watched either, [CK101](CK101.md) is reported alone.

## Why is this bad?

Releasing usually means putting a tag on the commit that is checked out. That changes the version from `1.2.dev3+g1a2b3c4` to `1.2`
but not the commit, so uv sees no change and keeps the stale install with the old version.

## Example

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { git = { commit = true } }]
```

## Use instead

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { git = { commit = true, tags = true } }]
```

## False alarms

A project that never looks at tags (a version made of the commit's hash alone) is not reported, provided that the
detector can tell. If it cannot, use `ignore = { CK102 = "reason" }` in `[tool.cachekeys]`.

## References

- Tags are watched since uv 0.4.23; tags with a `/` in their name since 0.5.19; packed tags, so those of every fresh clone, since 0.11.20
- Behaviour measured with uv 0.4.22, 0.4.23, 0.5.18, 0.5.19, 0.11.19 and 0.13.8
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.fix.synthesis import plan_of
from cachekeys.rules._gaps import gaps, git_key, severity
from cachekeys.rules.model import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report the readers of tags, unless CK101 speaks for them."""
    if gaps(analysis, "CK101"):
        return
    for gap in gaps(analysis, "CK102"):
        item = gap.input
        keys = plan_of(analysis).keys_for([item])
        yield RULE.finding(
            f"{item.why.rstrip('.')}, but no key watches the tags: a tag put on the present commit changes the version, yet uv "
            "keeps the stale install",
            item.origin,
            "git tags",
            severity=severity(gap),
            confidence=item.confidence,
            fix=Fix(f"write {', '.join(keys)}", keys, replaces=git_key(analysis)),
        )


RULE = Rule(
    code="CK102",
    name="scm-tags-uncovered",
    title="the version comes from git tags, but the git key does not watch them",
    why="a tag that is put on the present commit changes the version, but uv keeps the stale install",
    remedy="write `{ git = { commit = true, tags = true } }`",
    check=check,
)

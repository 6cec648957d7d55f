"""The version comes from git, but no key watches the commit.

## What it does

Reports a project whose version is computed from the git history (setuptools-scm, hatch-vcs, versioningit, versioneer, dunamai, pbr, a
`git` call in setup.py ...) while `cache-keys` has no git key that includes the commit. The same goes for anything else that is
taken from the commit, such as a URL with its hash.

When the tags are not watched either, this one finding stands for both: its fix adds them too. See [CK102](CK102.md) for
tags alone.

## Why is this bad?

uv's defaults know nothing of git. After every commit, pull or checkout the version that the build would compute is another one, but uv
finds its keys unchanged and keeps the stale install: `importlib.metadata.version()`, the version file and `uv.lock` go on
showing the old version.

## Example

```toml
[build-system]
requires = ["setuptools>=64", "setuptools-scm>=8"]
build-backend = "setuptools.build_meta"

[project]
name = "example"
dynamic = ["version"]

[tool.setuptools_scm]
```

## Use instead

Add to the above:

```toml
[tool.uv]
cache-keys = [
    { file = "pyproject.toml" },
    { git = { commit = true, tags = true } },
]
```

## False alarms

- An unpacked sdist (`PKG-INFO` at the top) takes its version from there: nothing is reported.
- Every commit now causes a rebuild. Where that is too dear (a large extension module) and the exact version does not matter during
  development, silence the rule with a reason: `ignore = { CK101 = "the version only matters in releases" }` in `[tool.cachekeys]`.
- uv before 0.11.20 cannot read the commit in a worktree or submodule, nor from packed refs: see [CK207](CK207.md).

## References

- uv's documentation, "Caching: dynamic metadata"
- Behaviour measured with uv 0.11.19, 0.11.20 and 0.13.8
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
    """Report the readers of the commit, together with the tags when those are not watched either."""
    tags = gaps(analysis, "CK102")
    for gap in gaps(analysis, "CK101"):
        item = gap.input
        keys = plan_of(analysis).keys_for([item])
        changed = "commit or tag" if tags else "commit"
        what = "the version" if item.affects == "version" else "the result"
        yield RULE.finding(
            f"{item.why.rstrip('.')}, but no key watches the commit: a new {changed} changes {what}, yet uv keeps the stale install",
            item.origin,
            "git commit",
            severity=severity(gap),
            confidence=item.confidence,
            fix=Fix(f"add {', '.join(keys)} to cache-keys", keys, replaces=git_key(analysis)),
        )


RULE = Rule(
    code="CK101",
    name="scm-version-uncovered",
    title="the version comes from git, but no key watches the commit",
    why="a new commit changes the version, but uv keeps the stale install",
    remedy="add `{ git = { commit = true, tags = true } }`",
    check=check,
)

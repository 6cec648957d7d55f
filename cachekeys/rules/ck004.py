"""The keys resolve to nothing, so uv reinstalls for ever and never rebuilds.

## What it does

Reports a declared list that gives uv nothing to compare: `[]`, or keys of which none resolves to anything here (files that
do not exist, globs that match nothing, a git key outside a repository). An `env` key always counts as something, and
so does a `dir` key, even for a directory that does not exist.

## Why is this bad?

uv writes down what its keys resolved to. With nothing to write down there is no record, and an installation without a record is never
fresh: *every* `uv sync` and `uv run` uninstalls and installs the package again. But it takes the wheel from its
cache, where nothing still equals nothing, so the package is **never** rebuilt, whatever changes: a stale install, for ever. uv
even installs the old wheel when another project of the same name takes the place of this one. `uv cache clean NAME` does not
help, since it skips editable builds.

An empty list does not mean "use the defaults".

## Example

```toml
[tool.uv]
cache-keys = []
```

## Use instead

Nothing, which means the defaults, or the files that matter:

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }]
```

## False alarms

An unpacked sdist has no git repository, so a list with a git key is not reported there.

## References

- Behaviour measured with uv 0.9.8 and 0.13.8
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.rules._keys import place_of_key, usable
from cachekeys.rules.model import Rule
from cachekeys.uv.keys import DirKey, EnvKey, GitKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding
    from cachekeys.uv.keys import CacheKey

_CONSEQUENCE = (
    "so uv has nothing to compare: every `uv sync` and `uv run` reinstalls the package, and nothing that changes ever "
    "rebuilds it (stale install)"
)


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report a list that resolves to nothing at all."""
    if not usable(analysis) or any(_resolves(analysis, key) for key in analysis.watch.keys):
        return
    if not analysis.watch.keys:
        what = "the list is empty, which does not mean the defaults"
    elif analysis.project.is_sdist and any(isinstance(key, GitKey) for key in analysis.watch.keys):
        return
    else:
        what = "none of the keys resolves to anything here"
    yield RULE.finding(
        f"{what}, {_CONSEQUENCE}",
        place_of_key(analysis),
        "cache-keys",
        severity="error",
        fix=Fix(
            "remove the list, which restores the defaults, or watch at least `pyproject.toml`", _defaults(analysis)
        ),
    )


def _resolves(analysis: Analysis, key: CacheKey) -> bool:
    """Tell whether uv records anything for the key (uv 0.13.8; {} for tags is something, null is not)."""
    if isinstance(key, EnvKey):
        return True
    if isinstance(key, DirKey):
        # A missing directory is recorded as null; anything but a directory is not recorded at all.
        return analysis.project.is_dir(key.path) or not analysis.project.is_file(key.path)
    if isinstance(key, GitKey):
        from cachekeys.uv.gitrefs import state  # only with a git key

        git = state(analysis.project.root, analysis.watch.dialect)
        return (key.commit and git.commit is not None) or (key.tags and git.tags is not None)
    return bool(analysis.coverage.matched.get(key.index))


def _defaults(analysis: Analysis) -> tuple[str, ...]:
    project = analysis.project
    files = ["pyproject.toml", *(name for name in ("setup.py", "setup.cfg") if project.is_file(name))]
    keys = [f'{{ file = "{name}" }}' for name in files]
    return tuple(keys + ['{ dir = "src" }'] * project.is_dir("src"))


RULE = Rule(
    code="CK004",
    name="empty-cache-info",
    title="the keys resolve to nothing at all",
    why="every `uv sync` and `uv run` reinstalls, and nothing that changes ever rebuilds: a stale install",
    remedy='remove the list, or watch at least `{ file = "pyproject.toml" }`',
    check=check,
)

"""uv walks far more for a glob than the glob matches.

## What it does

Counts the directory entries that uv has to look at for the globs of the list: everything below the directory in which they start,
hidden or ignored by git or not. It reports 20,000 entries and more, if they are at least ten times the files that match.

## Why is this bad?

uv walks on every `uv sync`, `uv run` and `uv pip install -r`, before it can say that nothing has changed. An entry costs it about a
microsecond when the directories are in memory: 20,000 of them double the 20 ms that such an answer takes otherwise, and a cold or
networked disk makes seconds of it. A virtual environment with a few large packages is enough. (A needless walk, not a needless rebuild.)

## Example

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "**/*.c" }]
```

## Use instead

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "csrc/**/*.c" }]
```

A single glob without a directory, such as `*.toml`, makes uv start at the top for all globs of the list.

## False alarms

It depends on what lies in the directory here and now: a checkout without a virtual environment has nothing to report.

## References

- Behaviour and times measured with uv 0.13.8 (80,000 empty files: 27 ms without, 108 ms with a glob)
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.rules._globs import is_exclusion, is_glob, walks_everything
from cachekeys.rules._keys import file_keys, place_of_key, usable
from cachekeys.rules.model import Rule
from cachekeys.uv.globs import group, join, split
from cachekeys.uv.keys import as_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding
    from cachekeys.uv.globs import Group
    from cachekeys.uv.keys import FileKey

ENTRIES = 20_000
PER_MATCH = 10
_NAMED = 3


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report each directory that uv walks in vain, at the first glob that makes it start there."""
    if not usable(analysis) or not analysis.watch.dialect.glob_base:
        return  # an older uv walks the whole project for any glob
    keys = {key.index: key for key in file_keys(analysis) if is_glob(key.path) and not walks_everything(key.path)}
    for each in group((key.path, key.index) for key in keys.values()):
        matches = sum(len(analysis.coverage.matched.get(source, ())) for _, source in each.patterns)
        walked = _entries(analysis, each)
        if walked < max(ENTRIES, PER_MATCH * matches):
            continue
        starters = [keys[source] for _, source in each.patterns if join(split(keys[source].path)[0]) == each.base]
        yield _finding(
            analysis, each, [key for key in starters if not is_exclusion(key.path)] or starters, walked, matches
        )


def _entries(analysis: Analysis, each: Group) -> int:
    """Return how many directory entries uv lists for the group."""
    from cachekeys.uv.globs import Ruleset  # only with globs
    from cachekeys.uv.search import Search

    rules = Ruleset(each.patterns, analysis.watch.dialect)
    search = Search(os.fsencode(os.path.join(analysis.project.root, each.base)), rules, [], prune=False)
    for _ in search.found(timed=False):
        pass
    return search.entries


def _finding(analysis: Analysis, each: Group, starters: list[FileKey], walked: int, matches: int) -> Finding:
    key = starters[0]
    also = f" (with {len(starters) - 1} more)" if len(starters) > 1 else ""
    where = f"`{each.base}`" if each.base else "the whole project"
    found = "no file" if not matches else "one file" if matches == 1 else f"{matches} files"
    return RULE.finding(
        f"`{as_toml(key)}`{also} makes uv walk {where}, {walked:,} directory entries{_largest(analysis, each)}, on every command, to "
        f"find {found}",
        place_of_key(analysis, key.index),
        key.path,
        fix=_remedy(analysis, starters),
    )


def _largest(analysis: Analysis, each: Group) -> str:
    """Name the directories with most of it."""
    top = os.path.join(analysis.project.root, each.base)
    sizes = []
    try:
        with os.scandir(top) as listing:
            places = [entry.name for entry in listing if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return ""
    for name in places:
        size = sum(len(names) + len(files) for _, names, files in os.walk(os.path.join(top, name)))
        sizes.append((size, name))
    named = [f"`{name}` {size:,}" for size, name in sorted(sizes, reverse=True)[:_NAMED] if size * 10 > ENTRIES]
    return f" ({', '.join(named)})" if named else ""


def _remedy(analysis: Analysis, starters: list[FileKey]) -> Fix:
    from cachekeys.rules._narrow import narrowed  # only for a finding

    proposals = [narrowed(analysis, key) for key in starters]
    shown = ", ".join(f"`{entry}`" for entries in proposals for entry in entries or ())
    if len(starters) == 1 and proposals[0] is not None:
        return Fix(f"write {shown} instead", proposals[0], safe=False, replaces=starters[0].index)
    if all(proposal is not None for proposal in proposals):
        return Fix(f"write {shown} instead of the {len(starters)} globs that start there", safe=False)
    return Fix("start the globs in the directories that hold their files", safe=False)


RULE = Rule(
    code="CK303",
    name="expensive-walk",
    title="uv walks far more for a glob than the glob matches",
    why="every `uv sync` and `uv run` gets slower, also when there is nothing to do: a needless walk",
    remedy="start the glob in the directory that holds its files: `csrc/**/*.c`, not `**/*.c`",
    check=check,
)

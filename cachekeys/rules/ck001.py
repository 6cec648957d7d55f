"""The declared cache keys have a shape that uv rejects.

## What it does

Reads `[tool.uv] cache-keys` with the schema of uv 0.13.8 and reports every entry that uv would not accept: an unknown
or second field in a table, a value of the wrong type, `{}`, a glob that does not parse. All of them are
reported at once, each with its place.

An entry is a string, or a table with exactly one of `file`, `dir`, `env` (strings) and `git` (a boolean, or a table of the
booleans `commit` and `tags`).

## Why is this bad?

uv 0.13.5 and newer refuse to install the project at all (exit code 2, "Failed to parse cache keys in `pyproject.toml`").
Older versions are worse: they print one warning at most and then watch the *defaults* instead, so not a single entry of
the list has any effect, and a change of what the list was written for gives a stale install. A glob that does not parse is an
error in every version.

## Example

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { git = { tag = true } }]
```

## Use instead

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { git = { commit = true, tags = true } }]
```

## False alarms

None are known: acceptance is tested against a real uv. Odd values that uv accepts (`""`, `{ git = {} }`,
duplicates) are not reported here.

## References

- uv's settings reference, `cache-keys`
- Behaviour measured with uv 0.9.8, 0.13.4, 0.13.5 and 0.13.8
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachekeys.inputs.model import Origin
from cachekeys.rules._keys import PYPROJECT
from cachekeys.rules.model import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report what the reader of the watch set could not accept; its messages say what to write instead."""
    for problem in analysis.watch.problems:
        yield RULE.finding(
            f"{problem.path}: {problem.message}{'' if problem.message.endswith('?') else '.'} uv >= 0.13.5 refuses to install the project; older ones refuse a bad glob "
            "and otherwise watch the defaults instead of the whole list (stale install)",
            Origin(PYPROJECT, problem.line, problem.column),
            problem.path,
            severity="error",
        )


RULE = Rule(
    code="CK001",
    name="invalid-cache-keys",
    title="an entry of `cache-keys` has a shape that uv rejects",
    why="uv >= 0.13.5 refuses to install; older versions silently watch the defaults instead of the list",
    remedy="correct the entry: a string, or a table with one of `file`, `dir`, `env`, `git`",
    check=check,
)

"""A key needs a newer uv than the oldest one that the project admits.

## What it does

Compares the forms and globs in `cache-keys` with the oldest uv that `[tool.cachekeys] uv` or `tool.uv.required-version` admits. With
neither of them, the current uv is meant and nothing is reported.

| form | since uv |
|---|---|
| `cache-keys` at all | 0.4.8 |
| globs | 0.4.10 |
| a git commit on a branch | 0.4.19 |
| `{ git = { commit = ..., tags = ... } }` | 0.4.23 |
| `{ env = ... }` | 0.5.12 |
| `{ dir = ... }` | 0.6.7 |
| `../` and absolute globs; `src/*.c` at any depth below `src` | 0.7.21 |
| braces inside braces | 0.9.5 |

## Why is this bad?

An old uv does not skip a form that it does not know: it drops the *whole list* and watches the defaults, with one warning at
most (stale install). A glob that it reads in another way matches fewer files.

## Example

```toml
[tool.uv]
required-version = ">=0.5"
cache-keys = [{ file = "pyproject.toml" }, { dir = "data" }]
```

## Use instead

```toml
[tool.uv]
required-version = ">=0.6.7"
cache-keys = [{ file = "pyproject.toml" }, { dir = "data" }]
```

## False alarms

A glob whose meaning has changed is only reported when the files that it matches here would be others.

## References

- Behaviour measured with the releases on both sides of each change, uv 0.4.7 to 0.13.8
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from cachekeys.rules._keys import place_of_key, usable
from cachekeys.rules.model import Fix, Rule
from cachekeys.uv.globs import is_glob, split
from cachekeys.uv.keys import DirKey, EnvKey, FileKey, GitKey, as_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.rules.model import Finding
    from cachekeys.uv.keys import CacheKey


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report each feature that the list uses and the oldest admitted uv lacks, at the first key that uses it."""
    if not usable(analysis):
        return
    from cachekeys.uv.versions import FEATURES, admitted, floor, text  # noqa: PLC0415 - only with declared keys

    specifier, _ = admitted(analysis.project, analysis.settings)
    oldest = floor(specifier)
    if oldest is None:
        return
    users: dict[str, list[CacheKey]] = {}
    for key in analysis.watch.keys:
        for name in _features(analysis, key):
            if FEATURES[name].since > oldest:
                users.setdefault(name, []).append(key)
    for name, keys in users.items():
        feature = FEATURES[name]
        more = f" (and {len(keys) - 1} more)" if len(keys) > 1 else ""
        yield RULE.finding(
            f"`{as_toml(keys[0])}`{more} needs uv {text(feature.since)}, but `{specifier}` admits {text(oldest)}: there "
            f"{feature.before} (stale install)",
            place_of_key(analysis, keys[0].index),
            name,
            fix=Fix(f"require uv >= {text(feature.since)}"),
        )


def _features(analysis: Analysis, key: CacheKey) -> Iterator[str]:
    """Yield the names of the features that a key needs to mean what it means today."""
    yield "cache-keys"
    if isinstance(key, EnvKey):
        yield "env-key"
    elif isinstance(key, DirKey):
        yield "dir-key"
    elif isinstance(key, GitKey):
        if isinstance(analysis.project.get("tool", "uv", "cache-keys", key.index, "git"), dict):
            yield "git-table"
        if key.commit:
            yield "git-commit"
    elif is_glob(key.path):
        yield from _glob_features(analysis, key)


def _glob_features(analysis: Analysis, key: FileKey) -> Iterator[str]:
    yield "globs"
    base, _ = split(key.path)
    if base[:1] in {("/",), ("..",)}:
        yield "outside-globs"
    elif _was_read_differently(analysis, key):
        yield "glob-base"
    if re.search(r"\{[^}]*\{", re.sub(r"\\.|\[[^]]*\]", "", key.path)):
        yield "nested-braces"


def _was_read_differently(analysis: Analysis, key: FileKey) -> bool:
    """Tell whether the glob, taken as one line of the project's gitignore as up to uv 0.7.20, misses a file of today's."""
    from cachekeys.uv.globs import Ruleset  # noqa: PLC0415 - only with an old uv

    base, pattern = split(key.path)
    files = analysis.coverage.matched.get(key.index, ())
    if pattern.startswith("!") or not files:
        return False
    if posixpath.normpath(key.path) != key.path:
        return True  # "./*.c" and "a//b*" matched nothing
    old = Ruleset([(key.path, 0)])
    return bool(base) and any(old.find(file.encode("utf-8", "surrogateescape")) is None for file in files)


RULE = Rule(
    code="CK005",
    name="uv-too-old",
    title="a key needs a newer uv than the oldest one that is admitted",
    why="an old uv drops the whole list for a form that it does not know, and watches the defaults: a stale install",
    remedy="require the uv that is named, or write the key in an older form",
    check=check,
)

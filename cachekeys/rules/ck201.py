r"""A key matches nothing.

## What it does

Reports file names and globs that match no file here, with the near miss if there is one: other case, a backslash or a blank, a file
that has moved, a misspelt directory. It also reports a `dir` key whose directory does not exist.

## Why is this bad?

uv says nothing about such a key and records nothing for it. What it was written for is not watched: a stale install. Typical causes are a
key copied from another project, a file that was moved, `{h, c}` with a blank (it belongs to the pattern), `\` as
separator, and a glob that is one level deep only because another key shares its directory.

## Example

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "rust/cargo.toml" }, { file = "src/*.{h, c}" }]
```

## Use instead

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "rust/Cargo.toml" }, { file = "src/**/*.{h,c}" }]
```

## False alarms

A key for a file that appears later is right. So it is only *info* when the name looks like a personal or a lock file, when git
ignores the file, when it belongs to a submodule that is not checked out, and in an unpacked sdist. The
default keys (`setup.py`, `setup.cfg`, `{ dir = "src" }`) are never reported, nor is a key that matches only what another key
matches, too. A missing `dir` is *info* unless there is a near miss: that key watches whether the directory appears.

## References

- Behaviour measured with uv 0.13.8
"""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.rules._keys import place_of_key, usable
from cachekeys.rules.model import Rule
from cachekeys.uv.keys import DirKey, FileKey, as_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding

_DEFAULTS = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report file, glob and dir keys that match nothing."""
    if not usable(analysis):
        return
    for key in analysis.watch.keys:
        if isinstance(key, FileKey):
            if not _is_alive(analysis, key):
                yield _dead_file(analysis, key)
            elif "{" in key.path and " " in key.path:
                yield from _half_dead(analysis, key)
        elif isinstance(key, DirKey) and posixpath.normpath(key.path or ".") != "src":
            yield from _dead_directory(analysis, key)


def _is_alive(analysis: Analysis, key: FileKey) -> bool:
    """Tell whether the key does something, or whether another rule says why not."""
    from cachekeys.rules import _globs  # only with declared keys

    if posixpath.normpath(key.path or ".") in _DEFAULTS or _globs.is_exclusion(key.path):
        return True
    if not _globs.is_glob(key.path) and os.path.isdir(analysis.project.path(key.path)):
        return True  # CK202
    if not _globs.is_glob(key.path) and "/!" in f"/{key.path}":
        return True  # CK206: meant to exclude
    if _globs.is_glob(key.path) and analysis.project.is_file(key.path):
        return True  # CK209: the name of a file, read as a glob
    if any(output.what == posixpath.normpath(key.path) for output in analysis.inputs.outputs):
        return True  # CK301
    # A file that another key decides about is listed for both.
    return bool(analysis.coverage.matched.get(key.index)) or _globs.walks_everything(key.path)


def _dead_file(analysis: Analysis, key: FileKey) -> Finding:
    from cachekeys.rules import _globs  # only with declared keys
    from cachekeys.rules._absent import excuse  # only for a finding

    shown = f"`{as_toml(key)}`"
    at = place_of_key(analysis, key.index)
    meant = _globs.nearest(analysis, key)
    reason = excuse(analysis.project, _globs.directory_of(key.path))
    if meant is not None and not (meant.guess and reason):
        replacement = as_toml(FileKey(key.index, meant.value))
        return RULE.finding(
            f"{shown} matches nothing: it {meant.how}, so what it was written for is not watched (stale install); did you mean "
            f"`{replacement}`?",
            at,
            key.path,
            fix=Fix(f"write `{replacement}`", (replacement,), safe=False, replaces=key.index),
        )
    if os.path.islink(analysis.project.path(key.path)):
        why = "it is a symlink whose target does not exist, and"
    else:
        why = "uv says nothing about it, and"
    return RULE.finding(
        f"{shown} matches nothing here"
        + (f" ({reason})" if reason else f": {why} what it was written for is not watched (stale install)"),
        at,
        key.path,
        severity="info" if reason else "warning",
        confidence="possible" if reason else "likely",
        fix=Fix("correct the path, or remove the key", safe=False),
    )


def _half_dead(analysis: Analysis, key: FileKey) -> Iterator[Finding]:
    from cachekeys.rules._globs import with_blanks  # hardly any glob has blanks

    meant = with_blanks(analysis, key)
    if meant is not None:
        replacement = as_toml(FileKey(key.index, meant.value))
        yield RULE.finding(
            f"`{as_toml(key)}` {meant.how}, so a part of it matches nothing and is not watched (stale install); did you mean "
            f"`{replacement}`?",
            place_of_key(analysis, key.index),
            key.path,
            fix=Fix(f"write `{replacement}`", (replacement,), safe=False, replaces=key.index),
        )


def _dead_directory(analysis: Analysis, key: DirKey) -> Iterator[Finding]:
    project = analysis.project
    if project.is_dir(key.path):
        return
    shown = f"`{as_toml(key)}`"
    at = place_of_key(analysis, key.index)
    if os.path.lexists(project.path(key.path)):
        replacement = as_toml(FileKey(key.index, key.path))
        yield RULE.finding(
            f"{shown} is no directory, so uv ignores the key and its changes are not noticed (stale install)",
            at,
            key.path,
            fix=Fix(f"write `{replacement}`", (replacement,), safe=False, replaces=key.index)
            if project.is_file(key.path)
            else None,
        )
        return
    from cachekeys.rules._globs import nearest_directory  # only for a finding

    meant = nearest_directory(project, key.path)
    if meant is not None:
        replacement = as_toml(DirKey(key.index, meant.value))
        yield RULE.finding(
            f"{shown} does not exist: it {meant.how}; did you mean `{replacement}`? Until then its changes are not "
            "noticed (stale install)",
            at,
            key.path,
            confidence="likely",
            fix=Fix(f"write `{replacement}`", (replacement,), safe=False, replaces=key.index),
        )
        return
    yield RULE.finding(
        f"{shown} does not exist, so the key only notices that the directory appears",
        at,
        key.path,
        severity="info",
        confidence="possible",
        fix=Fix("correct the path, or remove the key", safe=False),
    )


RULE = Rule(
    code="CK201",
    name="dead-key",
    title="a key matches nothing",
    why="uv is silent about it, and what it was written for is not watched: a stale install",
    remedy="correct the path (the near miss is shown), or remove the key",
    check=check,
)

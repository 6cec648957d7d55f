r"""A file's name is read as a glob, or a plain name has characters that look like a mistake.

## What it does

Reports keys that would be the path of an existing file or directory if `[`, `]`, `{`, `}`, `*` and `?` in them stood for themselves,
and do not watch it. As a remark, it names keys for existing files with a `]`, a `}` or a blank at an end: they work, but only as long as
nobody takes them for globs or typing errors.

## Why is this bad?

A `file` value with one of `*`, `?`, `[`, `{` is a glob: `[id].py` means `i.py` or `d.py`, `{x}.txt` means `x.txt`. The file that is really
called so is not watched: a stale install.

## Example

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "app/[id]/page.py" }]
```

## Use instead

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = 'app/{\[id\]/page.py,/}' }]
```

A backslash makes the next character stand for itself. The braces with a second alternative that matches nothing keep the key from
matching files of the same name elsewhere: a slash in a glob anchors it.

## False alarms

None are known: a glob is only reported if a file or directory with exactly that name exists and the key misses it.

## References

- Behaviour measured with uv 0.13.8
"""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.rules._globs import is_glob, replaced
from cachekeys.rules._keys import file_keys, place_of_key, usable
from cachekeys.rules.model import Rule
from cachekeys.uv.keys import FileKey, as_toml, file_key_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding

_WILD = frozenset({"*", "**"})
_SPECIAL = "*?[]{}"


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report names that are read as globs, and plain names that look like mistakes."""
    if not usable(analysis):
        return
    for key in file_keys(analysis):
        if is_glob(key.path):
            yield from _misread(analysis, key)
        elif analysis.project.is_file(key.path) and (what := _odd(key.path)):
            yield RULE.finding(
                f"`{as_toml(key)}` names a file with {what}: uv takes it as it is written, but it is easily mistaken (stale "
                "install once somebody corrects it)",
                place_of_key(analysis, key.index),
                key.path,
                severity="info",
            )


def _odd(path: str) -> str | None:
    if path != path.strip():
        return "a blank at its beginning or end"
    found = [char for char in "]}" if char in path]
    return f"a `{found[0]}`" if found else None


def _misread(analysis: Analysis, key: FileKey) -> Iterator[Finding]:
    """Report the key if its text, taken literally, leads to something that exists and that it does not match."""
    literal = _literal_part(analysis, key.path)
    if literal is None:
        return
    project = analysis.project
    if project.is_file(key.path):
        name = posixpath.normpath(key.path)
        if name in analysis.coverage.matched.get(key.index, ()):
            return
        value = file_key_value(name)
        missed, what = name, "the file"
    else:
        value, missed, what = _escaped(key.path, literal), literal, "the directory"
        if not _matches_something(analysis, key, value):
            return
        below = f"{literal}/"
        if any(file.startswith(below) for file in analysis.coverage.matched.get(key.index, ())):
            return
    entry = as_toml(FileKey(key.index, value))
    yield RULE.finding(
        f"`{as_toml(key)}` is read as a glob, in which brackets and braces have a meaning: {what} `{missed}` is not watched "
        "(stale install)",
        place_of_key(analysis, key.index),
        key.path,
        fix=Fix(f"write `{entry}`", (entry,), safe=False, replaces=key.index),
    )


def _literal_part(analysis: Analysis, value: str) -> str | None:
    """Return the path, as far as it exists when all its characters stand for themselves, if a special one is in it."""
    found, special = "", False
    for part in value.split("/"):
        place = posixpath.join(found, part)
        if part in _WILD or not os.path.lexists(analysis.project.path(place)):
            break
        special = special or any(char in part for char in _SPECIAL)
        found = place
    return posixpath.normpath(found) if special else None


def _escaped(value: str, literal: str) -> str:
    """Return the glob with the parts that exist taken literally."""
    parts = value.split("/")
    count = literal.count("/") + 1
    literally = ["".join(f"\\{char}" if char in _SPECIAL else char for char in part) for part in parts[:count]]
    return "/".join([*literally, *parts[count:]])


def _matches_something(analysis: Analysis, key: FileKey, value: str) -> bool:
    from cachekeys.uv.walk import Watcher  # only for a finding

    after = Watcher(replaced(analysis.watch.keys, key, value), analysis.project.root, analysis.watch.dialect)
    return not after.errors and any(after.covers(file) == key.index for file in analysis.project.files)


RULE = Rule(
    code="CK209",
    name="fragile-file-key",
    title="the name of a file is read as a glob",
    why="`[id].py` means `i.py` or `d.py`; the file that is so called is not watched: a stale install",
    remedy="write a backslash before each of `* ? [ ] { }`, as shown",
    check=check,
)

"""A glob looks deeper, or less deep, than it reads.

## What it does

Reports globs of the form `directory/*.c` when there are matching files further down: it says what the key matches in *this* list. `directory/*`
and keys that another key keeps from looking deeper are warnings if the build reads what they leave out.

| key | what it matches |
|---|---|
| `csrc/*.c` | any depth below `csrc` |
| `csrc/*.c` beside a glob whose directory is the project or another one above `csrc`, such as `*.toml` | directly in `csrc` only |
| `csrc/*` | directly in `csrc` only, always |
| `*.c` | any depth of the project |
| `csrc/**/*.c` | any depth below `csrc`, in every list and for every uv |

## Why is this bad?

Globs are not those of a shell: they are lines of a `.gitignore`, one for each directory that uv starts from. A line without a slash holds at any
depth, and uv cuts the directory off before it looks for slashes - unless it has to start further up for another key. So adding
`*.toml` to the list silently takes the subdirectories away from `csrc/*.c`: a stale install.

## Example

```toml
[tool.uv]
cache-keys = [{ file = "*.toml" }, { file = "csrc/*.c" }]
```

## Use instead

```toml
[tool.uv]
cache-keys = [{ file = "pyproject.toml" }, { file = "csrc/**/*.c" }]
```

## False alarms

Nothing is said when no file lies deeper, or when other keys watch those that do. That a glob matches deeper files than it may seem is only
*info*, and so are files that are left out and that the build is not known to read.

## References

- Behaviour measured with uv 0.7.20, 0.7.21 and 0.13.8
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cachekeys.findings import Fix
from cachekeys.rules._globs import is_exclusion, is_glob, replaced
from cachekeys.rules._keys import file_keys, place_of_key, usable
from cachekeys.rules.model import Rule
from cachekeys.uv.globs import anchored, group, join, split
from cachekeys.uv.keys import FileKey, as_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cachekeys.analysis import Analysis
    from cachekeys.findings import Finding


def check(analysis: Analysis) -> Iterator[Finding]:
    """Report globs of one part whose depth is not what one would think, where it makes a difference here."""
    if not usable(analysis):
        return
    depths = _depths(analysis)
    for key in file_keys(analysis):
        base, pattern = split(key.path)
        if key.index not in depths or "/" in pattern or pattern == "**" or base[:1] in {("/",), ("..",)}:
            continue
        directory = join(base)
        deeper = _deeper(analysis, directory, pattern)
        if not deeper:
            continue
        if depths[key.index]:
            yield from _recursive(
                analysis, key, directory, [file for file in deeper if _is_watched(analysis, key, file)]
            )
        elif unwatched := [file for file in deeper if not _is_watched(analysis, None, file)]:
            yield from _flat(analysis, key, directory, unwatched)


def _depths(analysis: Analysis) -> dict[int, bool]:
    """Return, for each glob of one part that is no exclusion, whether uv looks for it at any depth below its directory."""
    globs = [(key.path, key.index) for key in file_keys(analysis) if is_glob(key.path)]
    excluding = {index for value, index in globs if is_exclusion(value)}
    return {
        source: "/" not in text and text != "*"
        for each in group(globs, analysis.watch.dialect)
        for text, source in each.patterns
        if source not in excluding
    }


def _deeper(analysis: Analysis, directory: str, pattern: str) -> list[str]:
    """Return the files that match *pattern* below *directory*, but not directly in it."""
    below = f"{directory}/" if directory else ""
    matches = anchored(f"{below}**/{pattern}")
    return [
        file
        for file in analysis.project.files
        if file.startswith(below) and "/" in file[len(below) :] and matches(file)
    ]


def _is_watched(analysis: Analysis, key: FileKey | None, file: str) -> bool:
    matched = analysis.coverage.matched
    if key is not None:
        return file in matched.get(key.index, ())
    return any(file in files for files in matched.values())


def _recursive(analysis: Analysis, key: FileKey, directory: str, deeper: list[str]) -> Iterator[Finding]:
    if not deeper or key.path.startswith("**"):
        return
    where = f"below `{directory}`" if directory else "of the project"
    spelling = _explicit(key)
    yield RULE.finding(
        f"`{as_toml(key)}` matches at any depth {where} in this list, as `{deeper[0]}`{_more(deeper)}"
        + (
            f"; beside a glob that starts further up it would not look below `{directory}` (stale install)"
            if directory
            else ""
        ),
        place_of_key(analysis, key.index),
        key.path,
        severity="info",
        confidence="possible",
        fix=_replacement(analysis, key, spelling, deeper),
    )


def _flat(analysis: Analysis, key: FileKey, directory: str, unwatched: list[str]) -> Iterator[Finding]:
    read = {file for entry in analysis.coverage.entries for file in entry.uncovered}
    inputs = [file for file in unwatched if file in read]
    if not directory and not inputs:
        return  # `*` alone: whoever writes it wants the top
    shown = inputs or unwatched
    where = f"directly in `{directory}`" if directory else "at the top of the project"
    what = ", which the build reads, is" if len(shown) == 1 else ", which the build reads, are"
    verb = (what if inputs else " is" if len(shown) == 1 else " are") + " not watched (stale install)"
    yield RULE.finding(
        f"`{as_toml(key)}` matches only {where}{_because(analysis, key)}: `{shown[0]}`{_more(shown)}{verb}",
        place_of_key(analysis, key.index),
        key.path,
        severity="warning" if inputs else "info",
        confidence="likely" if inputs else "possible",
        fix=_replacement(analysis, key, _explicit(key), unwatched),
    )


def _because(analysis: Analysis, key: FileKey) -> str:
    """Say which other key takes the depth away; nothing for ``*``, which never has any."""
    if split(key.path)[1] == "*":
        return ", as `*` alone always does"
    if not analysis.watch.dialect.glob_base:
        return " for uv before 0.7.21"
    globs = [(other.path, other.index) for other in file_keys(analysis) if is_glob(other.path)]
    base = next(each.base for each in group(globs) if any(source == key.index for _, source in each.patterns))
    above = next((value for value, _ in globs if join(split(value)[0]) == base), None)
    start = f"in `{base}`" if base else "at the top"
    return f" in this list, because `{above}` makes uv start {start}" if above is not None else ""


def _explicit(key: FileKey) -> str:
    base, pattern = split(key.path)
    directory = join(base)
    tail = "**" if pattern == "*" else f"**/{pattern}"
    return f"{directory}/{tail}" if directory else tail


def _replacement(analysis: Analysis, key: FileKey, value: str, deeper: list[str]) -> Fix | None:
    """Return the spelling that means any depth in every list, if that is what it does in this one, too."""
    from cachekeys.uv.walk import Watcher  # only for a finding

    after = Watcher(replaced(analysis.watch.keys, key, value), analysis.project.root, analysis.watch.dialect)
    watched = {file for files in analysis.coverage.matched.values() for file in files}
    kept = (posixpath.normpath(file) for file in watched)
    if after.errors or not all(after.covers(file) is not None for file in (*deeper, *kept)):
        return None
    entry = as_toml(FileKey(key.index, value))
    return Fix(f"if any depth is meant, write `{entry}`", (entry,), safe=False, replaces=key.index)


def _more(files: list[str]) -> str:
    return f" and {len(files) - 1} more" if len(files) > 1 else ""


RULE = Rule(
    code="CK204",
    name="glob-depth",
    title="a glob looks deeper, or less deep, than it reads",
    why="`dir/*.c` means any depth in one list and one level in another: files in subdirectories go unnoticed, a stale install",
    remedy="write `dir/**/*.c`, which means any depth in every list",
    check=check,
)
